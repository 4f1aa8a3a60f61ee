/* SPDX-License-Identifier: ISC
 *
 * The list of jobs.
 */
#include "workers/job.h"

const struct job jobs[] = {
	{ "aggregate", job_aggregate, 300, "pack state changes into history, close its buckets, index the log" },
	{ "calendar", job_calendar, 120, "read the calendars that are due into appointments" },
	{ "emotion", job_emotion, 60, "compute what the house feels, when its time has come" },
	{ "notify", job_notify, 120, "deliver what waits in the outbox: mails, messages, webhooks" },
	{ "optimize", job_optimize, 300, "keep the database's statistics fresh and its log short" },
	{ "prune", job_prune, 900, "take away what is older than the configuration says" },
	{ .name = NULL },
};
