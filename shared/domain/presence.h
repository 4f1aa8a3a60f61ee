/* SPDX-License-Identifier: ISC
 *
 * What the lights of a house would do in the evenings if somebody were at home: as they did on the same weekday of one
 * of the last weeks, where that is known, a little earlier or later; else as people commonly do, from dusk until
 * bedtime. The same seed makes the same evenings, so that whoever goes on with it needs nothing but the seed.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "shared/domain/rule.h"

#define PRESENCE_LIGHTS_MAX 12	/* that are switched: the seed chooses which */

struct presence {
	struct db		*db;		/* history, or NULL: there is none */
	const struct house	*house;
	const char *const	*lights;	/* entity ids, in order */
	size_t			 n;
	int64_t			 seed;
	int64_t			 from, until;	/* UTC ms; what is on at the end goes off then */
};

struct presence_switch {
	int64_t		 at;		/* UTC ms */
	const char	*entity_id;	/* of p->lights */
	bool		 on;
};

/* The next one behind (after_ms, after_light); of those of one moment in the order of the lights. False: none. */
bool presence_next(const struct presence *p, int64_t after_ms, size_t after_light, struct presence_switch *out,
    size_t *light);

#endif
