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
	{ "wait", FIELD_QUERY, FIELD_REAL, false, 0, WAIT_MAX, NULL, \
	    "seconds to wait until the device confirms; the answer is 200 then, not 202" }

/*
 * A route's finish: the answer so far is a command {"id", ...} or {"results": [{"id", "status", ...}]}. With
 * ?wait= it is written again with the status the commands have when all are final or the time is over.
 * Holds no connection while it waits.
 */
enum rc wait_finish(struct request *r);

#endif
