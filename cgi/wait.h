/* SPDX-License-Identifier: ISC
 *
 * ?wait=: holds an answer back until the commands in it are carried out or the time is over.
 */
#ifndef WAIT_H
#define WAIT_H

#include "cgi/request.h"
#include "shared/domain/command.h"

#define WAIT_MAX 30	/* seconds */
#define WAIT_FIELD \
	{ .name = "wait", .where = FIELD_QUERY, .type = FIELD_REAL, .max = WAIT_MAX, \
	    .help = "seconds to wait until the device confirms; the answer is 200 then, not 202" }

/*
 * A route's finish: the answer so far is a command {"id", ...} or {"results": [{"id", "status", ...}]}. With
 * ?wait= it is written again with the status the commands have when all are final or the time is over.
 * Holds no connection while it waits.
 */
enum rc wait_finish(struct request *r);
/*
 * Asks `looks` until it says done or `us` microseconds are over, woken by the doorbell. Holds no connection in
 * between (looks begins and ends its own). RC_OK also when the time was over.
 */
enum rc wait_until(struct request *r, int64_t us, enum rc (*looks)(void *arg, bool *done), void *arg);

#endif
