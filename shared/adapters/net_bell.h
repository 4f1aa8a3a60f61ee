/* SPDX-License-Identifier: ISC
 *
 * The doorbell between the processes of one house: Unix datagram sockets in one directory
 * (DATA/run/bell). Every listener binds a socket there; a ringer sends one byte to each of them. The
 * bytes mean nothing: who is woken reads the event log after its cursor.
 */
#ifndef NET_BELL_H
#define NET_BELL_H

#include <stdbool.h>

#include "shared/base/rc.h"
#include "shared/domain/bus.h"

/*
 * The ringing side of the doorbell in `dir` (made when missing). ring() may be called by several
 * threads, never blocks, and removes sockets that nobody listens on any more. close() frees *out.
 * RC_ERROR, RC_TOO_LARGE (path).
 */
enum rc bell_open_ringer(const char *dir, struct bus **out, struct fault *f);

struct bell;		/* one listener; belongs to one thread */

/*
 * Listens in `dir` (made when missing) with a socket called `name` and a random suffix. RC_ERROR,
 * RC_TOO_LARGE (path).
 */
enum rc bell_listen(const char *dir, const char *name, struct bell **out, struct fault *f);
/*
 * As bus_ring, of what bell_open_ringer made, but own (NULL: nobody) is left out: who rings knows what it did
 * itself.
 */
void bell_ring_others(struct bus *b, const struct bell *own);
/* Readable once somebody rang; for poll and epoll, owned by b. */
int bell_fd(const struct bell *b);
/* Forgets the rings so far; false when there were none. To be called before the log is read, so that none is lost. */
bool bell_drain(struct bell *b);
/* Waits at most ms for a ring (0 returns at once) and drains; a signal ends the wait. */
void bell_wait(struct bell *b, int ms);
/* Removes the socket. NULL is legal. */
void bell_close(struct bell *b);

#endif
