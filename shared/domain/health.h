/* SPDX-License-Identifier: ISC
 *
 * How the house is: one row per component with its numbers, judged by fixed thresholds. Reads the
 * database, the shared gauges and the system; changes nothing.
 */
#ifndef HEALTH_H
#define HEALTH_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/domain/core.h"

enum health_status { HEALTH_HEALTHY, HEALTH_DEGRADED, HEALTH_CRITICAL };
const char *health_status_name(enum health_status s);

/* A look at the machine; percentages 0..100. */
struct health_system {
	double	memory_percent;		/* used, of all */
	double	disk_percent;		/* used, of the data directory's file system */
	double	disk_free_gb;		/* 10^9 bytes */
	int64_t	own_bytes;		/* memory of this house's processes, proportional share */
};
void health_system(const struct conf *conf, struct health_system *out);

/*
 * Writes {"status","timestamp","components":{NAME:{"healthy","critical",...}}} and returns the worst:
 * critical when any component is. db NULL: the database cannot be opened.
 */
enum health_status health_write(struct jsw *w, const struct core *core, struct db *db,
    struct mem_arena *a);
/* The component "database" alone, {"status","timestamp","database":{...}}. */
enum health_status health_write_database(struct jsw *w, const struct core *core, struct db *db);
/* {"queries":{...},"commits":{...},"slowest":[...],"size_bytes","wal_bytes","last_integrity_check","last_backup"} */
enum rc health_write_performance(struct jsw *w, const struct core *core, struct db *db,
    struct mem_arena *a);

#endif
