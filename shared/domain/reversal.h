/* SPDX-License-Identifier: ISC
 *
 * The way back: which services make an entity again what it was before, or why that cannot or should not be
 * done by itself. One table per domain, beside the one of its services (service_<domain>.c); a domain that has
 * services has one. Pure; what comes out goes through the one door for commands like anything else.
 */
#ifndef REVERSAL_H
#define REVERSAL_H

#include <stdbool.h>

#include "shared/base/js.h"

/* A parameter of the service, and the attribute before that it is told. */
struct reversal_field {
	const char	*name;
	const char	*attribute;	/* "" is the state itself */
	const char	*by, *is;	/* counts only while attribute `by` was `is`; NULL: always */
	bool		 optional;	/* the row fits also when it is not known */
};

/* A way back. Of the rows of one part, the first that fits counts. The last row has neither service nor why. */
struct reversal {
	const char	*part;		/* of the entity, as in its services; NULL: the whole */
	const char	*states[7];	/* before, for which it is; none: any that is known */
	const char	*classes[4];	/* device classes for which it is; none: any */
	const char	*service;	/* NULL: there is no way back, why says so */
	const struct reversal_field *fields;	/* ends with a NULL name; NULL: none */
	const char	*code;		/* capability: it wants a code, and nobody keeps that; or NULL */
	const char	*why;		/* with a service: why somebody has to be asked first; NULL: nobody has to */
};

/*
 * What has to be remembered of an entity to bring it back: {"state": "on", "attributes": {"brightness": 80}}, with no
 * more attributes than its domain's table names. NULL when the state is not known (NULL, unknown, unavailable) or the
 * domain has no services. The caller owns it.
 */
struct js *reversal_picture(const char *domain, const char *state, const struct js *attributes);

struct reversal_question {
	const char	*domain;
	const char	*device_class;	/* or NULL */
	const struct js	*caps;		/* capabilities, or NULL */
	const struct js	*before;	/* reversal_picture; NULL: not known */
	const struct js	*now;		/* the same; NULL: not sure, so all of it is told */
	bool		 insist;		/* somebody was asked, and wants also what is not done by itself */
};

#define REVERSAL_CALLS_MAX 8
struct reversal_answer {
	struct {
		const char	*service;	/* without the domain; lives for ever */
		struct js	*data;		/* checked, an object */
	}		 calls[REVERSAL_CALLS_MAX];	/* one after the other */
	int		 n;
};

/*
 * RC_OK: the calls that bring it back, none when it is like that already; the caller frees the answer.
 * RC_UNSUPPORTED: nothing brings it back; RC_REFUSED: only when somebody insists. f->msg says why, for people.
 */
enum rc reversal_find(const struct reversal_question *q, struct reversal_answer *out, struct fault *f);
void reversal_free(struct reversal_answer *a);

#endif
