/* SPDX-License-Identifier: ISC
 *
 * Row ids that are not known yet. The engine reacts before it records, so an effect may name its cause
 * before the cause has an id: both hold a struct late, which the recorder fills when it writes the
 * row. Reference-counted; shared between the reacting and the recording thread.
 */
#ifndef LATE_H
#define LATE_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "shared/base/mem.h"

struct late {
	atomic_int		refs;
	_Atomic int64_t		id;	/* 0: not written yet */
};

/* id: 0 when it is not known. The caller owns one reference. */
static inline struct late *
late_new(int64_t id)
{
	struct late *l = mem_xcalloc(1, sizeof(*l));

	atomic_init(&l->refs, 1);
	atomic_init(&l->id, id);
	return l;
}

static inline struct late *
late_ref(struct late *l)
{
	if (l != NULL)
		atomic_fetch_add(&l->refs, 1);
	return l;
}

static inline void
late_free(struct late *l)
{
	if (l != NULL && atomic_fetch_sub(&l->refs, 1) == 1)
		free(l);
}

static inline int64_t
late_id(const struct late *l)
{
	return l == NULL ? 0 : atomic_load(&((struct late *)(uintptr_t)l)->id);
}

#endif
