/* SPDX-License-Identifier: ISC
 *
 * How a route that changes the house is run: If-Match, Idempotency-Key, the handler and what is kept of
 * its answer, all in one write transaction.
 */
#ifndef WRITE_H
#define WRITE_H

#include "cgi/request.h"

/*
 * r is authenticated and its inputs are read. The answer is made unless an rc comes back. RC_EXISTS: the
 * key was used for another request; RC_PRECONDITION.
 */
enum rc write_run(struct request *r);

#endif
