/* SPDX-License-Identifier: ISC
 *
 * Targets of deliveries. Those that are neither busy nor slow are not kept.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "workers/job_notify_target.h"

#define KEPT 2		/* attempts at once that are for quick servers alone */

static struct target *
find(const struct targets *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->list[i].name, name) == 0)
			return &t->list[i];
	return NULL;
}

bool
targets_busy(const struct targets *t, const char *name)
{
	const struct target *one = find(t, name);

	return one != NULL && one->busy;
}

bool
targets_slow(const struct targets *t, const char *name)
{
	const struct target *one = find(t, name);

	return one != NULL && one->slow;
}

bool
targets_room(const struct targets *t, size_t most)
{
	return t->requests < most && t->slow_requests + KEPT < most;
}

void
targets_begin(struct targets *t, const char *name, bool request)
{
	struct target *one = find(t, name);

	if (one == NULL) {
		t->list = mem_xrealloc(t->list, t->n + 1, sizeof(*t->list));
		one = &t->list[t->n++];
		*one = (struct target){ .name = mem_xstrdup(name), .request = request };
	}
	one->busy = true;
	t->requests += request;
	t->slow_requests += request && one->slow;
}

void
targets_end(struct targets *t, const char *name, int64_t took_us)
{
	struct target *one = find(t, name);

	t->requests -= one->request;
	t->slow_requests -= one->request && one->slow;
	one->busy = false;
	one->slow = took_us > TARGET_SLOW_US && t->n <= TARGETS_MAX;
	if (one->slow)
		return;
	free(one->name);
	*one = t->list[--t->n];
}

void
targets_free(struct targets *t)
{
	while (t->n > 0)
		free(t->list[--t->n].name);
	free(t->list);
}
