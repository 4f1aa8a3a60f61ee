/* SPDX-License-Identifier: ISC
 *
 * The services of all domains, with Home Assistant's names and parameters: one row per service, one per
 * parameter. What a row knows (types, ranges, what the entity must be able to do, how a report shows
 * that it was done) is written nowhere else. A domain has its own file service_<domain>.c or shares one of
 * a kind; services.c lists them.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/js.h"
#include "shared/store/store_entity.h"

struct report;		/* adapter.h */
struct reversal;	/* reversal.h */

enum service_type {
	SERVICE_INT,
	SERVICE_REAL,
	SERVICE_TEXT,		/* min..max characters */
	SERVICE_BOOL,
	SERVICE_NUMBERS,		/* array of `count` numbers (0: 1..SERVICE_LIST_MAX), each min..max */
	SERVICE_JSON		/* object or array */
};
#define SERVICE_LIST_MAX 2048

/* What a lamp's colour modes must allow. */
enum service_need { SERVICE_NEED_NONE, SERVICE_NEED_DIMMING, SERVICE_NEED_COLOR, SERVICE_NEED_TINT,
	SERVICE_NEED_WHITE };

struct service_field {
	const char	*name;
	enum service_type type;
	double		 min, max;
	int		 count;		/* SERVICE_NUMBERS */
	bool		 required;
	bool		 secret;	/* shown to nobody, kept no longer than it takes to send it */
	bool		 yes;		/* of a number: may also be true, which leaves to us how much */
	uint32_t	 feature;	/* bits of supported_features, one of which it needs; 0: none */
	enum service_need need;
	const char	*options;	/* capability that lists the allowed texts */
	const char	*low, *high;	/* capabilities that narrow min and max */
	const char	*pattern;	/* capability: how the text begins (regular expression), "" when left out */
	const char	*attribute;	/* that shows it was done; "" is the state itself */
	double		 tolerance;	/* of numbers */
	const char	*step;		/* capability: the entity goes up to the next multiple of it */
};

struct service {
	const char	*domain, *name;
	const struct service_field *fields;	/* ends with a NULL name; NULL: none */
	uint32_t	 feature;	/* bits of supported_features, one of which it needs; 0: none */
	bool		 once;		/* sending it twice does more than sending it once */
	bool		 blind;		/* no report can show that it was done */
	const char	*expect[4];	/* states that show it was done; none: fields alone decide */
	const char	*avoid;		/* a state that shows it was not */
	const char	*part;		/* of the entity that it sets; NULL: all of it */
	int		 patience_s;	/* what moves may take this long before it reports, 0: as others */
	/* toggle: `then` when the state is one of when[], else `otherwise`. */
	const char	*when[3], *then, *otherwise;
	/*
	 * Rewrites checked data in place, may choose another service of the domain. NULL: nothing to do.
	 * caps: capabilities. RC_INVALID, RC_UNSUPPORTED.
	 */
	enum rc		(*resolve)(const struct entity_state *e, const struct js *caps,
			    const struct service **s, struct js *data, struct fault *f);
	/*
	 * The house keeps it to itself: no device is told, and r (zeroed by the caller) becomes what the entity with
	 * these attributes (an object or NULL) is from then on. NULL: the device carries it out.
	 */
	void		(*keep)(const struct js *attributes, struct report *r);
};

/* All rows of a domain, up to one without a domain; NULL when it has none. */
const struct service *service_of(const char *domain);
/* The ways back of such a domain (reversal.h); NULL when it has none. */
const struct reversal *service_reversals(const char *domain);
const struct service *service_find(const char *domain, const char *name);	/* or NULL */
/* id: of an entity, or anything else that begins with the domain and a dot. */
const struct service *service_of_entity(const char *id, const char *name);	/* or NULL */
bool service_anywhere(const char *name);	/* some domain has a service of this name */
/* Row number i of the table, NULL behind the last: for documents and tests. */
const struct service *service_at(size_t i);
/*
 * Checks data (object or NULL) against the row and what the entity can do; *out is a new object with
 * the normalised values, owned by the caller. RC_INVALID, RC_UNSUPPORTED: f->field names the offender.
 */
enum rc service_check(const struct service *s, const struct js *caps, const struct js *data,
    struct js **out, struct fault *f);
/*
 * The names and forms of data (object or NULL), whatever the entity is; values for which `later` is true of a part are
 * passed over. RC_INVALID: f->field names the offender.
 */
enum rc service_check_form(const struct service *s, const struct js *data, bool (*later)(const struct js *v),
    struct fault *f);
/* Puts *** in the place of what is secret in the data of a service (NULL: nothing is); whether anything was. */
bool service_blank(const struct service *s, struct js *data);
/* Whether the entity can do it at all. RC_UNSUPPORTED. */
enum rc service_possible(const struct service *s, const struct js *caps, struct fault *f);
/*
 * Leaves away of data (object, or NULL) what the entity has nothing for; f, zeroed before, then names the first of
 * these. RC_UNSUPPORTED: it cannot do it at all, or nothing is left that says what to do; f says why.
 */
enum rc service_fit(const struct service *s, const struct js *caps, struct js *data, struct fault *f);
/* The row's expectations against a report. caps: capabilities, or NULL; state: NULL for one that nobody knows. */
bool service_shows(const struct service *s, const struct js *caps, const struct js *data,
    const char *state, const struct js *attributes);

#endif
