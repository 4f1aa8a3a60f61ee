/* SPDX-License-Identifier: ISC
 *
 * The doorbell port: who committed events rings; who waits for events is woken and reads the log after
 * its cursor. A lost ring costs latency, never an event. Implemented by shared/adapters/net_bell.c.
 */
#ifndef BUS_H
#define BUS_H

#include <stddef.h>

struct bus;

struct bus_ops {
	void	(*ring)(struct bus *b);		/* wakes every listener; never blocks, never fails */
	void	(*close)(struct bus *b);
};

struct bus {
	const struct bus_ops	*ops;
};

static inline void
bus_ring(struct bus *b)
{
	if (b != NULL)
		b->ops->ring(b);
}

#endif
