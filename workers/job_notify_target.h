/* SPDX-License-Identifier: ISC
 *
 * What the notify job knows about those that it delivers to: which are busy with an attempt, and which were slow.
 */
#ifndef JOB_NOTIFY_TARGET_H
#define JOB_NOTIFY_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARGET_SLOW_US 1000000	/* an attempt that takes longer is slow */
#define TARGETS_MAX 1024	/* that are remembered */

struct target {
	char	*name;
	bool	 request;	/* a server, else a channel */
	bool	 busy, slow;
};

struct targets {
	struct target	*list;
	size_t		 n;
	size_t		 requests, slow_requests;	/* that are busy */
};

bool targets_busy(const struct targets *t, const char *name);
bool targets_slow(const struct targets *t, const char *name);	/* its last attempt was */
/* Whether one more server that is slow may be begun, of so many attempts at once: some are kept for the quick ones. */
bool targets_room(const struct targets *t, size_t most);
void targets_begin(struct targets *t, const char *name, bool request);
void targets_end(struct targets *t, const char *name, int64_t took_us);
void targets_free(struct targets *t);

#endif
