/* SPDX-License-Identifier: ISC
 *
 * Rows of jobs: what runs, how far it is, how it ended.
 */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct job_row {
	const char	*name;
	const char	*status;	/* "running", "done", "failed" */
	int		 percent;
	const char	*detail;	/* what it did or why it failed, or NULL */
	int64_t		 started;	/* UTC ms */
	int64_t		 ended;		/* 0 while it runs */
	int64_t		 last_success;	/* 0 for never */
	int64_t		 runs, failures;
};

/* In order of name. Rows and text live in the arena. */
enum rc store_job_list(struct db *db, struct mem_arena *a, struct job_row **rows, size_t *n);
enum rc store_job_get(struct db *db, const char *name, struct mem_arena *a, struct job_row *out);
/* Marks it as running since now. *died: the run before this one never said that it ended. */
enum rc store_job_begin(struct tx *tx, const char *name, bool *died);
enum rc store_job_progress(struct tx *tx, const char *name, int percent, const char *detail);
enum rc store_job_end(struct tx *tx, const char *name, bool success, const char *detail);

#endif
