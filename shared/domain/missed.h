/* SPDX-License-Identifier: ISC
 *
 * Times at which a rule would have been started while no engine ran, and what is to be made of them.
 */
#ifndef MISSED_H
#define MISSED_H

#include "shared/domain/automation.h"

/* An engine that takes over within so long misses nothing. */
#define MISSED_GRACE_MS 5000

struct missed {
	bool	 any;		/* a time passed, and not just now */
	enum missed_policy what;	/* is done about it */
	int64_t	 due;		/* the time that passed, UTC ms; of several the one that counts */
	int64_t	 next;		/* when the trigger fires next (for MISSED_RUN: now), UTC ms; INT64_MAX: never */
};

/* Of a trigger with times; from_ms: up to then they are done. */
struct missed missed_judge(const struct rule *r, const struct trigger *t, const struct house *h, int64_t from_ms,
    int64_t now_ms);

#endif
