/* SPDX-License-Identifier: ISC
 *
 * Rows of what the house felt, and the counts that its feelings are made of.
 */
#ifndef STORE_EMOTION_H
#define STORE_EMOTION_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct emotion_row {
	int64_t		 id;
	int64_t		 time;		/* UTC ms */
	double		 happiness, worry, boredom, excitement;	/* 0..1 */
	const char	*primary;	/* name of one of them */
	double		 intensity;	/* of that one, 0..1 */
	const char	*factors, *targets;	/* JSON objects: name -> 0..1 */
	const char	*reasons;	/* JSON array of sentences */
	int64_t		 event;		/* that tells of it */
};

enum rc store_emotion_add(struct tx *tx, const struct emotion_row *e);
enum rc store_emotion_last(struct db *db, struct mem_arena *a, struct emotion_row *out);	/* RC_NOT_FOUND */
/* The last one at or before `time` (UTC ms). RC_NOT_FOUND. */
enum rc store_emotion_at(struct db *db, int64_t time, struct mem_arena *a, struct emotion_row *out);
/* The first one at or after `time`. RC_NOT_FOUND. */
enum rc store_emotion_from(struct db *db, int64_t time, struct mem_arena *a, struct emotion_row *out);
/* from <= time < to, the oldest first, at most limit. */
enum rc store_emotion_list(struct db *db, int64_t from, int64_t to, int limit, struct mem_arena *a,
    struct emotion_row **rows, size_t *n);

/* Enabled devices by what they are now; of those that are unknown nothing is said. */
enum rc store_emotion_devices(struct db *db, int64_t *online, int64_t *offline);
/* Alerts that were raised since then (UTC ms), without those that are information. critical: of them. */
enum rc store_emotion_alerts(struct db *db, int64_t since, int64_t *raised, int64_t *critical);
/* The newest commands one after the other, those of before `since` (UTC ms) left out: how many, how many of them came
 * to an end, how many were confirmed. */
struct emotion_commands {
	int64_t	all, ended, confirmed;
};
enum rc store_emotion_commands(struct db *db, int64_t since, struct emotion_commands *out);

#endif
