/* SPDX-License-Identifier: ISC
 *
 * See program.h.
 */
#include "shared/adapters/program.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/adapters/net_bell.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/scenario.h"
#include "shared/base/proc.h"

static enum rc
open_log(const struct program *p, const struct program_options *o)
{
	enum log_level level = LOG_LEVEL_INFO;

	log_level_parse(conf_text(p->conf, CONF_LOG_LEVEL), &level);
	if (o->quiet)
		log_open(o->name, LOG_LEVEL_WARNING, NULL);
	else
		log_open(o->name, conf_bool(p->conf, CONF_DEBUG) ? LOG_LEVEL_DEBUG : level,
		    conf_text(p->conf, CONF_LOG_FILE));
	return RC_OK;
}

static enum rc
open_run(const struct program *p, struct fault *f)
{
	char path[PATH_MAX];
	enum rc rc;

	if ((rc = conf_path(p->conf, "run", path, sizeof(path))) != RC_OK)
		return fault_set(f, rc, NULL, "the path of the data directory is too long");
	if ((rc = proc_mkdir(path, f)) != RC_OK)
		return rc;
	if ((rc = conf_path(p->conf, "run/metrics", path, sizeof(path))) != RC_OK)
		return fault_set(f, rc, NULL, "the path of the data directory is too long");
	return metric_open(path, f);
}

static void
ring(void *arg)
{
	bus_ring(arg);
}

static enum rc
migrate(const struct program *p, struct fault *f)
{
	struct db *db;
	enum rc rc;

	if ((rc = store_open(p->conf, DB_WRITE, &db, f)) != RC_OK)
		return rc;
	if ((rc = store_migrate(db, f)) == RC_OK)
		rc = scenario_plant_all(db, clock_now(&p->core.clock), f);
	db_close(db);
	return rc;
}

static enum rc
open_writer(struct program *p, struct fault *f)
{
	char path[PATH_MAX];
	enum rc rc;

	if ((rc = conf_path(p->conf, "run/bell", path, sizeof(path))) != RC_OK)
		return fault_set(f, rc, NULL, "the path of the data directory is too long");
	if ((rc = bell_open_ringer(path, &p->core.bus, f)) != RC_OK ||
	    (rc = migrate(p, f)) != RC_OK)
		return rc;
	return store_writer_open(p->conf, &p->core.clock, ring, p->core.bus, &p->core.writer, f);
}

/* A reader brings an older schema up to date as well, and refuses a newer one. */
static enum rc
open_reader(struct program *p, struct fault *f)
{
	enum rc rc;

	if ((rc = store_open(p->conf, DB_READ, &p->core.db, f)) != RC_OK ||
	    db_schema_version(p->core.db) == store_schema_newest())
		return rc;
	db_close(p->core.db);
	p->core.db = NULL;
	rc = migrate(p, f);
	return rc == RC_OK ? store_open(p->conf, DB_READ, &p->core.db, f) : rc;
}

enum rc
program_open(struct program *p, const struct program_options *o, struct fault *f)
{
	struct stat st;
	enum rc rc;

	memset(p, 0, sizeof(*p));
	if (stat(o->data_dir, &st) == -1 || !S_ISDIR(st.st_mode))
		return fault_set(f, RC_NOT_FOUND, NULL, "%s: no such data directory", o->data_dir);
	if ((rc = conf_load(o->data_dir, o->config, &p->conf, f)) != RC_OK)
		return rc;
	p->core.conf = p->conf;
	p->core.clock = clock_open();
	rc = open_log(p, o);
	if (rc == RC_OK)
		rc = open_run(p, f);
	if (rc == RC_OK && o->write)
		rc = open_writer(p, f);
	if (rc == RC_OK && o->read)
		rc = open_reader(p, f);
	if (rc != RC_OK)
		program_close(p);
	return rc;
}

void
program_close(struct program *p)
{
	db_close(p->core.db);
	store_writer_close(p->core.writer);
	if (p->core.bus != NULL)
		p->core.bus->ops->close(p->core.bus);
	metric_close();
	conf_free(p->conf);
	memset(p, 0, sizeof(*p));
}
