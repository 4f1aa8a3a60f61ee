/* SPDX-License-Identifier: ISC
 *
 * How a program of the house starts: configuration, log, metrics, database, doorbell, in this order.
 * Here because it joins the domain's core with the doorbell adapter.
 */
#ifndef ADAPTERS_PROGRAM_H
#define ADAPTERS_PROGRAM_H

#include <stdbool.h>

#include "shared/domain/core.h"

struct program_options {
	const char	*name;		/* short, for the log: "bridge" */
	const char	*data_dir;
	const char	*config;	/* file, or NULL for the one in the data directory */
	bool		 write;		/* core.writer and core.bus, and the schema is brought up to date */
	bool		 read;		/* core.db */
	bool		 quiet;		/* log warnings and errors only, to standard error: for a person's tool */
};

struct program {
	struct conf	*conf;
	struct core	 core;
};

/*
 * p must not move until program_close. Makes DIR/run. On failure everything is closed again.
 * RC_NOT_FOUND: there is no such data directory.
 */
enum rc program_open(struct program *p, const struct program_options *o, struct fault *f);
void program_close(struct program *p);

#endif
