/* SPDX-License-Identifier: ISC
 *
 * Rows of questions to people.
 */
#ifndef STORE_QUESTION_H
#define STORE_QUESTION_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct question {
	int64_t		 id;
	int64_t		 automation;	/* row */
	const char	*automation_id;	/* read only, as name */
	const char	*name;
	int		 trigger;	/* index */
	int64_t		 due;		/* the time that passed, UTC ms */
	int64_t		 asked;		/* UTC ms */
};

/* In the place of an older one about the same trigger. RC_EXISTS: it, or a later one, was asked already. */
enum rc store_question_put(struct tx *tx, const struct question *q);
enum rc store_question_get(struct db *db, int64_t id, struct mem_arena *a, struct question *out);
enum rc store_question_list(struct db *db, struct mem_arena *a, struct question **rows, size_t *n);
enum rc store_question_delete(struct tx *tx, int64_t id);	/* RC_NOT_FOUND */

#endif
