/* SPDX-License-Identifier: ISC
 *
 * What moves the house's emotions, out of stored rows:
 *
 *	h	1 h	clamp(.6 x online share + .4 x max(0, 1 - .1 n)); n: alerts of severity warning or critical that
 *			were raised; a device whose status is not known is in no share
 *	e	30 min	see emotion_environment.h
 *	c	2 h	commands that were confirmed / all that came to an end
 *	l	2 h	min(1, commands / 10)
 *
 * Satisfaction, interaction, improvement and learning have no source: they stay as without data.
 */
#ifndef EMOTION_FACTORS_H
#define EMOTION_FACTORS_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/domain/emotion.h"
#include "shared/store/store_emotion.h"

struct emotion_facts {
	int64_t			online, offline;	/* devices */
	int64_t			alerts, critical;	/* raised in the last hour; critical: of them */
	struct emotion_commands	commands;		/* of the last two hours */
};

/* Without the environment. factors: all of them. Sentences about what differs from no data go to `reasons`. */
void emotion_factors(const struct emotion_facts *facts, double factors[FACTOR__MAX], struct js *reasons);
/*
 * Reads everything and gives all factors with their reasons (array). In transactions of its own: the caller has none
 * open. raw_days: how long raw history is kept.
 */
enum rc emotion_factors_read(struct db *db, int64_t now_ms, int64_t raw_days, double factors[FACTOR__MAX],
    struct js *reasons);

#endif
