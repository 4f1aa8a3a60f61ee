/* SPDX-License-Identifier: ISC
 *
 * The rules of the house that no command gets around: one table, asked at the one door for commands.
 */
#ifndef SAFETY_H
#define SAFETY_H

#include <stdbool.h>

#include "shared/base/js.h"
#include "shared/store/store_entity.h"

/* A command that is otherwise in order. */
struct safety_request {
	const struct entity_state *entity;
	const char	*service;	/* without the domain */
	const struct js	*data;		/* checked, object */
	const struct js	*caps;		/* capabilities */
	const char	*actor;
	bool		 automatic;	/* no person asked for it */
	int64_t		 now_ms;
};

struct safety_constraint {
	const char	*name;		/* stable, for logs and documents */
	const char	*help;		/* one line */
	bool		 automatic_only;	/* people may */
	/* RC_OK or RC_REFUSED with *f filled. Pure. */
	enum rc		(*check)(const struct safety_request *r, struct fault *f);
};

/* The first constraint that refuses decides. */
enum rc safety_check(const struct safety_request *r, struct fault *f);
/* Row number i, NULL behind the last. */
const struct safety_constraint *safety_at(size_t i);
/* True for actors that are no person: automations, jobs, the system itself. */
bool safety_is_automatic(const char *actor);

#endif
