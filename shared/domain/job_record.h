/* SPDX-License-Identifier: ISC
 *
 * What the house knows about its jobs: who runs, how far, how it ended. Written by workers/job.c, read by
 * the API and the command line.
 */
#ifndef JOB_RECORD_H
#define JOB_RECORD_H

#include "shared/base/js.h"
#include "shared/store/store_job.h"

/* Marks it as running. *died: the run before this one never said that it ended (counts as a failure). */
enum rc job_record_begin(struct store_writer *w, const char *name, bool *died, struct fault *f);
enum rc job_record_progress(struct store_writer *w, const char *name, int percent);
/* detail: what it did, or why it failed; a failure is also an event. */
enum rc job_record_end(struct store_writer *w, const char *name, bool success, const char *detail);
/* All jobs that ever ran, by name. */
enum rc job_record_list(struct db *db, struct mem_arena *a, struct job_row **rows, size_t *n);
/* {"name","status","percent","detail","started","ended","last_success","runs","failures"} */
void job_record_write(struct jsw *w, const char *key, const struct job_row *j);

#endif
