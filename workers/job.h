/* SPDX-License-Identifier: ISC
 *
 * What a job is and what it gets. Adding one: a file job_NAME.c, a line in jobs.c and one in the
 * crontab.
 */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>

#include "shared/domain/core.h"

struct job;

struct job_context {
	const struct job	*job;
	struct core		*core;
	int64_t			 deadline_us;	/* monotonic: afterwards job_progress says stop */
	int64_t			 reported_us;	/* when progress was last written */
	int			 percent;
	char			 detail[200];	/* one line about what was done, written by the job */
};

struct job {
	const char	*name;
	enum rc		(*run)(struct job_context *c, struct fault *f);
	unsigned int	 deadline;	/* seconds */
	const char	*help;
};

/* workers/jobs.c; ends with a NULL name. */
extern const struct job jobs[];

/*
 * Shows how far it is (0..99), at most once a second. False: out of time or told to end, the job
 * should return RC_TIMEOUT. arg is the struct job_context.
 */
bool job_progress(void *arg, int percent);

enum rc job_aggregate(struct job_context *c, struct fault *f);
enum rc job_calendar(struct job_context *c, struct fault *f);
enum rc job_emotion(struct job_context *c, struct fault *f);
enum rc job_notify(struct job_context *c, struct fault *f);
enum rc job_prune(struct job_context *c, struct fault *f);
enum rc job_optimize(struct job_context *c, struct fault *f);

#endif
