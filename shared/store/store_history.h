/* SPDX-License-Identifier: ISC
 *
 * Rows of history: packed raw points, closed buckets, and the part of the event log that is not
 * packed yet. What the packed bytes mean is the business of shared/domain/history_chunk.c.
 */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

/* Names of positions (store_cursor.h). */
#define STORE_HISTORY_PACKED "history"		/* every event up to this id is packed */
#define STORE_HISTORY_SEEN "history_seen"	/* UTC ms: everything older is packed */

/* One state change of the log. */
struct store_history_event {
	int64_t		 id;
	int64_t		 entity;	/* row */
	int64_t		 time;		/* UTC ms */
	const char	*state;		/* NULL: unknown; valid inside fn only */
	size_t		 len;		/* bytes of state */
};
/* State changes with since < id <= upto in id order, of one entity or of all (0). fn returns false to
 * stop. */
enum rc store_history_events(struct db *db, int64_t since, int64_t upto, int64_t entity,
    bool (*fn)(const struct store_history_event *e, void *arg), void *arg);

struct store_history_chunk {
	int64_t		 entity;	/* row */
	int64_t		 event;		/* open chunk only: last event packed */
	int64_t		 start, finish;	/* UTC ms, first and last point */
	int64_t		 n;		/* points */
	const void	*data;		/* valid inside fn only */
	size_t		 len;
};

/* The growing chunk of an entity: calls fn once, or RC_NOT_FOUND. */
enum rc store_history_open(struct db *db, int64_t entity,
    bool (*fn)(const struct store_history_chunk *c, void *arg), void *arg);
enum rc store_history_put_open(struct tx *tx, const struct store_history_chunk *c);
/* Adds a closed chunk. Its start moves down by as many milliseconds as it takes to be unique. */
enum rc store_history_add(struct tx *tx, const struct store_history_chunk *c);
/*
 * Closed chunks from the last one that starts at or before `from` (if any) to the last that starts
 * before `to`, in order of start. fn returns false to stop.
 */
enum rc store_history_chunks(struct db *db, int64_t entity, int64_t from, int64_t to,
    bool (*fn)(const struct store_history_chunk *c, void *arg), void *arg);
/* When the house's first record was (UTC ms): a packed point of any entity or an event; 0: nothing is known. */
int64_t store_history_begins(struct db *db);
/* Rows of entities > after whose growing chunk has points at or after `finish`; at most max. */
enum rc store_history_active(struct db *db, int64_t after, int64_t finish, int64_t *rows, size_t max,
    size_t *n);

struct store_history_bucket {
	int		 resolution;	/* seconds: 300 or 3600 */
	int64_t		 entity;	/* row */
	int64_t		 start;		/* UTC ms */
	int64_t		 n;		/* points inside */
	bool		 number;	/* min, mean and max are there */
	double		 min, mean, max;
	const char	*last;		/* state at the end, NULL: unknown */
	const char	*durations;	/* JSON object state -> ms of what is no number, or NULL */
};
enum rc store_history_put_bucket(struct tx *tx, const struct store_history_bucket *b);
/* In order of start, from <= start < to; text is valid inside fn only. */
enum rc store_history_buckets(struct db *db, int resolution, int64_t entity, int64_t from, int64_t to,
    bool (*fn)(const struct store_history_bucket *b, void *arg), void *arg);
/* The last bucket that starts before `before`. RC_NOT_FOUND. Text lives in the arena. */
enum rc store_history_bucket_before(struct db *db, int resolution, int64_t entity, int64_t before,
    struct mem_arena *a, struct store_history_bucket *out);

/*
 * Takes away at most `max` old chunks of one entity: those whose successor starts at or before
 * `cutoff`, so that the state at the cutoff stays known. *removed: how many.
 */
enum rc store_history_prune(struct tx *tx, int64_t entity, int64_t cutoff, int max, int *removed);
/* The next entity row after `after` that has closed chunks. RC_NOT_FOUND. */
enum rc store_history_next_entity(struct db *db, int64_t after, int64_t *entity);
/* Everything kept about an entity that is gone, at most max rows. *removed: how many. */
enum rc store_history_forget(struct tx *tx, int64_t entity, int max, int *removed);
/* The next entity row after `after` with history that has no entity any more, and that no other entity is to
 * have. RC_NOT_FOUND. */
enum rc store_history_orphan(struct db *db, int64_t after, int64_t *entity);

#endif
