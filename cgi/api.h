/* SPDX-License-Identifier: ISC
 *
 * The API as a whole: opened once by main, shared by its threads. api_serve() answers one exchange.
 */
#ifndef API_H
#define API_H

#include <pthread.h>
#include <stdatomic.h>

#include "cgi/http.h"
#include "cgi/kept.h"
#include "cgi/known.h"
#include "cgi/network.h"
#include "cgi/pool.h"
#include "cgi/router.h"

struct api {
	const struct conf	*conf;
	struct clock		 clock;
	struct bus		*bus;		/* NULL: nobody is woken */
	struct pool		*pool;
	struct router		*router;
	struct network		*trusted;
	struct network		*local;		/* what a house has behind its router */
	struct kept		*lists;		/* of devices, rendered */
	struct kept		*devices;	/* device_write_rest by id */
	const char		*origins, *hosts;	/* lists, NULL: none, any */
	int64_t			 body_max;	/* bytes */
	uint32_t		 id_seed;	/* request ids of this process */
	atomic_uint		 id_next;
	atomic_int		 busy;		/* requests being answered */
	pthread_mutex_t		 slow;		/* held while a password is hashed: one at a time */
	atomic_int		 slow_waiting;	/* for it, the holder included */
	pthread_mutex_t		 sample_lock;
	int64_t			 cpu_busy, cpu_all;	/* ticks at the last look, under sample_lock */
};

/* conf is kept by reference. RC_INVALID: a list in it is wrong. */
enum rc api_open(const struct conf *conf, struct api **out, struct fault *f);
void api_close(struct api *api);		/* NULL is legal */

/* What a thread keeps from one request to the next. */
struct workspace {
	struct mem_arena	*arena;
	struct buf		 head, body;
	struct known		*known;
};
void api_workspace_open(struct workspace *ws);
void api_workspace_close(struct workspace *ws);

/* Answers one request, always. */
void api_serve(struct api *api, struct workspace *ws, struct exchange *x);

#endif
