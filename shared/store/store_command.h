/* SPDX-License-Identifier: ISC
 *
 * Rows of the command outbox.
 */
#ifndef STORE_COMMAND_H
#define STORE_COMMAND_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

enum command_status {
	COMMAND_PENDING, COMMAND_SENT, COMMAND_CONFIRMED, COMMAND_FAILED, COMMAND_EXPIRED,
	COMMAND_REFUSED, COMMAND_STATUS__MAX
};

struct command {
	int64_t			 id;
	int64_t			 entity;	/* row */
	const char		*entity_id;	/* read only */
	const char		*service;	/* without the domain: "turn_on" */
	const char		*data;		/* JSON object */
	enum command_status	 status;
	const char		*reason;	/* or NULL */
	const char		*actor;
	int64_t			 cause;		/* event or 0 */
	int64_t			 event;		/* its own first event */
	int64_t			 created, deadline, sent, done;	/* UTC ms, 0 for not yet */
	int			 tries;
	/* What the entity was before: JSON of reversal_picture; NULL: not known, or it has no way back. */
	const char		*before;
};

const char *command_status_name(enum command_status s);

/* The id that the next command inserted in this transaction gets. */
int64_t store_command_next(struct tx *tx);
/* As c->id, or 0: sets c->id. */
enum rc store_command_insert(struct tx *tx, struct command *c);
enum rc store_command_update(struct tx *tx, const struct command *c);	/* status, reason, times, tries, event */
enum rc store_command_set_data(struct tx *tx, int64_t id, const char *data);
enum rc store_command_get(struct db *db, int64_t id, struct mem_arena *a, struct command *out);
/* Pending and sent ones with id > after, in id order, without entity_id (NULL). Text is valid
 * inside fn only. */
enum rc store_command_each_open(struct db *db, int64_t after,
    bool (*fn)(const struct command *c, void *arg), void *arg);
struct store_command_filter {
	int64_t		before;		/* id < before, 0: from the newest */
	int64_t		entity;		/* row, 0: all */
	int		limit;		/* 0: all */
};
enum rc store_command_list(struct db *db, const struct store_command_filter *filter,
    struct mem_arena *a, struct command **rows, size_t *n);	/* newest first */
/* The commands that this event led to, in order of id; at most limit, 0: all. */
enum rc store_command_caused(struct db *db, int64_t event, int limit, struct mem_arena *a,
    struct command **rows, size_t *n);
/*
 * The newest command by an actor whose name is `actor`, or begins with it when it ends with a colon; among the last
 * 20,000 commands. RC_NOT_FOUND.
 */
enum rc store_command_last(struct db *db, const char *actor, struct mem_arena *a, struct command *out);

#endif
