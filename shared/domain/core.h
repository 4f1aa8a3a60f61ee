/* SPDX-License-Identifier: ISC
 *
 * What every part of a process needs, opened once by main (or once per thread: db is a connection) and
 * passed down.
 */
#ifndef CORE_H
#define CORE_H

#include "shared/base/clock.h"
#include "shared/base/conf.h"
#include "shared/domain/bus.h"
#include "shared/store/store.h"

struct core {
	const struct conf	*conf;
	struct clock		 clock;
	struct db		*db;		/* for reading; this thread's own */
	struct store_writer	*writer;	/* for writing; shared by the threads of the process */
	struct bus		*bus;
	struct {			/* of registry_revision */
		bool		 known;
		uint32_t	 version;	/* of the database when it was read */
		int64_t		 revision;
	} registry;
};

#endif
