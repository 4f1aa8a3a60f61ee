/* SPDX-License-Identifier: ISC
 *
 * consciousness-job NAME --data DIR: one run of one job, started by cron. Takes the job's lock (a
 * second one ends at once), keeps a deadline, and records start, progress, end and duration in the
 * job's row and in the metrics, also when it fails. A run that was killed is counted by the next one.
 */
#include "workers/job.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "shared/adapters/program.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/base/proc.h"
#include "shared/domain/job_record.h"

#define GRACE 30		/* seconds from the deadline to being ended by force */

bool
job_progress(void *arg, int percent)
{
	struct job_context *c = arg;
	int64_t now = clock_mono_us();

	if (proc_stop || now > c->deadline_us)
		return false;
	if (percent != c->percent && now - c->reported_us > 1000000) {
		c->percent = percent;
		c->reported_us = now;
		job_record_progress(c->core->writer, c->job->name, percent);
	}
	return true;
}

static void
count(const struct job *job, bool success, int64_t us, int64_t now_ms)
{
	char labels[80];

	snprintf(labels, sizeof(labels), "%s\x1f%s", job->name, success ? "success" : "failure");
	metric_add_label(METRIC_JOB_RUNS, labels, 1);
	metric_series_observe_us(metric_series(METRIC_JOB_SECONDS, job->name), us);
	if (success)
		metric_set_label(METRIC_JOB_LAST, job->name, (double)now_ms / 1000);
}

/* RC_OK also when another one runs already. */
static enum rc
run_job(const struct job *job, struct program *p, struct fault *f)
{
	struct job_context c = { .job = job, .core = &p->core };
	int64_t begin = clock_mono_us();
	const char *detail;
	bool died = false;
	enum rc rc;

	c.reported_us = begin;
	c.deadline_us = begin + (int64_t)job->deadline * 1000000;
	proc_deadline(job->deadline + GRACE);
	rc = job_record_begin(p->core.writer, job->name, &died, f);
	if (rc == RC_OK && died)
		log_warn(job->name, "the run before this one was killed");
	if (rc == RC_OK)
		rc = job->run(&c, f);
	if (rc == RC_TIMEOUT && f->msg[0] == '\0')
		fault_set(f, rc, NULL, proc_stop ? "told to end" : "not done after %u seconds",
		    job->deadline);
	detail = rc == RC_OK ? c.detail : f->msg[0] != '\0' ? f->msg : rc_name(rc);
	count(job, rc == RC_OK, clock_mono_us() - begin, clock_now(&p->core.clock));
	if (rc == RC_OK)
		log_debug(job->name, "done in %lld ms: %s", (long long)(clock_mono_us() - begin) / 1000,
		    c.detail);
	else
		log_error(job->name, "%s", detail);
	if (job_record_end(p->core.writer, job->name, rc == RC_OK, detail) != RC_OK)
		log_error(job->name, "its end cannot be recorded");
	return rc;
}

static int
list(void)
{
	const struct job *j;

	for (j = jobs; j->name != NULL; j++)
		printf("%s\t%u\t%s\n", j->name, j->deadline, j->help);
	return 0;
}

static const struct job *
find(const char *name)
{
	const struct job *j;

	for (j = jobs; j->name != NULL; j++) {
		if (strcmp(j->name, name) == 0)
			return j;
	}
	return NULL;
}

static int
usage(void)
{
	fprintf(stderr, "usage: consciousness-job NAME --data DIR [--config FILE]\n"
	    "       consciousness-job --list\n");
	return EX_USAGE;
}

static int
start(const struct job *job, const struct program_options *o)
{
	struct program p;
	struct fault f = { .rc = RC_OK };
	char name[64], path[PATH_MAX];
	int lock = -1;
	enum rc rc;

	if ((rc = program_open(&p, o, &f)) != RC_OK) {
		log_error(job->name, "%s", f.msg);
		return 1;
	}
	snprintf(name, sizeof(name), "run/job-%s.lock", job->name);
	rc = conf_path(p.conf, name, path, sizeof(path));
	if (rc == RC_OK)
		rc = proc_lock(path, false, &lock, &f);
	if (rc == RC_OK)
		rc = run_job(job, &p, &f);
	else if (rc == RC_BUSY)
		rc = RC_OK;
	else
		log_error(job->name, "%s", f.msg);
	program_close(&p);
	if (lock != -1)
		close(lock);
	return rc == RC_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "data", required_argument, NULL, 'd' }, { "config", required_argument, NULL, 'c' },
		{ "list", no_argument, NULL, 'l' }, { NULL, 0, NULL, 0 },
	};
	struct program_options o = { .name = "job", .write = true };
	const struct job *job;
	int c;

	proc_start();
	log_open("job", LOG_LEVEL_INFO, NULL);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'd')
			o.data_dir = optarg;
		else if (c == 'c')
			o.config = optarg;
		else if (c == 'l')
			return list();
		else
			return usage();
	}
	if (optind + 1 != argc || o.data_dir == NULL)
		return usage();
	if ((job = find(argv[optind])) == NULL) {
		fprintf(stderr, "consciousness-job: no job is called %s (try --list)\n", argv[optind]);
		return EX_USAGE;
	}
	proc_signals();
	return start(job, &o);
}
