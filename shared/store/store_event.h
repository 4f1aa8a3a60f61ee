/* SPDX-License-Identifier: ISC
 *
 * Rows of the event log.
 */
#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct store_event {
	int64_t		 id;
	int64_t		 time;		/* UTC ms */
	int		 kind;		/* number of event.def */
	int64_t		 entity;	/* entity row or 0 */
	const char	*entity_id;	/* of that entity, NULL when there is none (any more); read only */
	const char	*subject;
	int64_t		 cause;		/* 0 for none */
	const char	*actor;		/* NULL: the device itself */
	const char	*state;		/* STATE_CHANGED: new state, NULL unknown */
	const char	*prior;
	const char	*data;		/* JSON object or NULL */
};

/* Appends e at tx->now_ms (e->time wins when not 0) and sets *id. Actor and cause come from e. */
enum rc store_event_append(struct tx *tx, const struct store_event *e, int64_t *id);
/* RC_NOT_FOUND. Text lives in the arena. */
enum rc store_event_get(struct db *db, int64_t id, struct mem_arena *a, struct store_event *e);
int64_t store_event_last(struct db *db);	/* newest id, 0 when there is none */
/* Newest id of a kind other than state changes (1), 0 when there is none. */
int64_t store_event_last_of(struct db *db, int kind);

struct store_event_filter {
	int64_t		since;		/* id > since */
	int64_t		before;		/* id < before, 0: no limit */
	int64_t		entity;		/* entity row, 0: all */
	int		kind;		/* 0: all */
	bool		newest_first;
	int		limit;
};

/* In id order (or newest first). *rows and text live in the arena. */
enum rc store_event_list(struct db *db, const struct store_event_filter *filter,
    struct mem_arena *a, struct store_event **rows, size_t *n);

struct store_effect {
	int64_t	id;
	int	kind;
};
/* The events that name this one as their cause, in order of id; at most limit. */
enum rc store_event_caused(struct db *db, int64_t cause, int limit, struct mem_arena *a, struct store_effect **rows,
    size_t *n);
/* The newest of a kind that does. RC_NOT_FOUND. */
enum rc store_event_caused_of(struct db *db, int64_t cause, int kind, struct mem_arena *a, struct store_event *e);

/* Calls fn for each event after `since`, at most limit, without copying: text is valid inside fn only.
 * fn returns false to stop. */
enum rc store_event_each(struct db *db, int64_t since, int limit,
    bool (*fn)(const struct store_event *e, void *arg), void *arg);

#endif
