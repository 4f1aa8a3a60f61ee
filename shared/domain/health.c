/* SPDX-License-Identifier: ISC
 *
 * Judging the parts of the house. Each component is a row: a function that writes its numbers and
 * returns its status by fixed thresholds.
 */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "shared/base/metric.h"
#include "shared/domain/health.h"
#include "shared/domain/job_record.h"
#include "shared/store/store_device.h"

#define GB 1e9

/* What every component looks at. */
struct look {
	const struct core	*core;
	struct db		*db;		/* NULL: it cannot be opened */
	struct mem_arena	*arena;
	struct jsw		*w;
	int64_t			 now_ms;
};

const char *
health_status_name(enum health_status s)
{
	static const char *const names[] = { "healthy", "degraded", "critical" };

	return names[s];
}

/* ---- the machine ---- */

static void
read_memory(struct health_system *s)
{
	FILE *f = fopen("/proc/meminfo", "r");
	long long total = 0, free_kb = 0;
	char line[128];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		sscanf(line, "MemTotal: %lld", &total);
		sscanf(line, "MemAvailable: %lld", &free_kb);
	}
	if (f != NULL)
		fclose(f);
	s->memory_percent = total > 0 ? 100.0 * (double)(total - free_kb) / (double)total : 0;
}

static void
read_disk(const struct conf *conf, struct health_system *s)
{
	struct statvfs v;
	double size;

	if (statvfs(conf_data_dir(conf), &v) == -1 || v.f_blocks == 0)
		return;
	size = (double)v.f_blocks * (double)v.f_frsize;
	s->disk_free_gb = (double)v.f_bavail * (double)v.f_frsize / GB;
	s->disk_percent = 100.0 * (1 - (double)v.f_bavail * (double)v.f_frsize / size);
}

/* The directory that a program of process `pid` was started from, "" when it may not be known. */
static void
program_dir(const char *pid, char *out, size_t outlen)
{
	char path[64];
	ssize_t n;
	char *slash;

	snprintf(path, sizeof(path), "/proc/%.20s/exe", pid);
	n = readlink(path, out, outlen - 1);
	out[n > 0 ? n : 0] = '\0';
	if ((slash = strrchr(out, '/')) != NULL)
		*slash = '\0';
}

/* True when its command line names this house's data directory. */
static bool
same_house(const char *pid, const char *data_dir)
{
	char path[64], line[8192], cwd[4096], full[8192], real[4096];
	const char *p;
	ssize_t cwd_len;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/cmdline", pid);
	if ((f = fopen(path, "r")) == NULL)
		return false;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	for (p = line; p < line + n && strcmp(p, "--data") != 0; p += strlen(p) + 1)
		continue;
	p += p < line + n ? strlen(p) + 1 : 0;
	if (p >= line + n)
		return false;
	snprintf(path, sizeof(path), "/proc/%.20s/cwd", pid);
	cwd_len = readlink(path, cwd, sizeof(cwd) - 1);
	cwd[cwd_len > 0 ? cwd_len : 0] = '\0';
	snprintf(full, sizeof(full), "%s%s%s", *p == '/' ? "" : cwd, *p == '/' ? "" : "/", p);
	return realpath(full, real) != NULL && strcmp(real, data_dir) == 0;
}

static int64_t
memory_of(const char *pid)
{
	char path[64], line[128];
	long long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/smaps_rollup", pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL && sscanf(line, "Pss: %lld kB", &kb) != 1)
		continue;
	fclose(f);
	return kb * 1024;
}

/* Programs of one installation that serve one house: those beside this one, with the same --data. */
static int64_t
own_memory(const struct conf *conf)
{
	char mine[4096], other[4096], data[4096];
	struct dirent *d;
	int64_t sum = 0;
	DIR *proc;

	program_dir("self", mine, sizeof(mine));
	if (realpath(conf_data_dir(conf), data) == NULL || (proc = opendir("/proc")) == NULL)
		return memory_of("self");
	while ((d = readdir(proc)) != NULL) {
		if (d->d_name[0] < '1' || d->d_name[0] > '9')
			continue;
		program_dir(d->d_name, other, sizeof(other));
		if (strcmp(mine, other) == 0 && same_house(d->d_name, data))
			sum += memory_of(d->d_name);
	}
	closedir(proc);
	return sum > 0 ? sum : memory_of("self");
}

void
health_system(const struct conf *conf, struct health_system *out)
{
	*out = (struct health_system){ .disk_percent = 0 };
	read_memory(out);
	read_disk(conf, out);
	out->own_bytes = own_memory(conf);
}

/* ---- components ---- */

static enum health_status
judge(bool healthy, bool critical)
{
	return critical ? HEALTH_CRITICAL : healthy ? HEALTH_HEALTHY : HEALTH_DEGRADED;
}

static enum health_status
look_database(struct look *l)
{
	int64_t start = clock_mono_us();
	bool answers = l->db != NULL && db_schema_version(l->db) == store_schema_newest();
	double seconds = (double)(clock_mono_us() - start) / 1e6;

	jsw_bool(l->w, "answers", answers);
	jsw_real(l->w, "response_seconds", seconds);
	jsw_bool(l->w, "read_only", metric_get(METRIC_DISK_FULL, "") != 0);
	if (l->db != NULL)
		jsw_int(l->w, "size_bytes", db_size(l->db));
	return judge(answers && seconds < 1 && metric_get(METRIC_DISK_FULL, "") == 0,
	    !answers || seconds > 5);
}

/* Seconds since a gauge that holds a UTC time; null when it was never written. */
/* Nobody reads more than three decimals of an age or a share. */
static double
thousandths(double v)
{
	return round(v * 1000) / 1000;
}

static double
age(struct look *l, enum metric m, const char *key)
{
	double then = metric_get(m, "");
	double seconds = (double)l->now_ms / 1000 - then;

	if (then == 0) {
		jsw_null(l->w, key);
		return 1e12;
	}
	jsw_real(l->w, key, seconds < 0 ? 0 : thousandths(seconds));
	return seconds;
}

static enum health_status
look_engine(struct look *l)
{
	double beat = age(l, METRIC_ENGINE_HEARTBEAT, "heartbeat_age_seconds");
	double standby = age(l, METRIC_ENGINE_STANDBY, "standby_age_seconds");

	jsw_int(l->w, "handovers", (int64_t)metric_get(METRIC_ENGINE_HANDOVERS, ""));
	jsw_int(l->w, "entities", (int64_t)metric_get(METRIC_ENTITIES, ""));
	return judge(beat < 10 && standby < 120, beat > 60);
}

static enum health_status
look_devices(struct look *l)
{
	int64_t total = 0, online = 0, offline = 0;
	double share;

	if (l->db == NULL || store_device_counts(l->db, &total, &online, &offline) != RC_OK)
		return HEALTH_DEGRADED;
	jsw_int(l->w, "total", total);
	jsw_int(l->w, "online", online);
	jsw_int(l->w, "offline", offline);
	jsw_int(l->w, "unknown", total - online - offline);
	/* Devices that report no availability at all are neither online nor in error. */
	share = online + offline > 0 ? (double)online / (double)(online + offline) : 1;
	jsw_real(l->w, "online_percent", thousandths(100 * share));
	return judge(share >= 0.8, share < 0.5);
}

static enum health_status
look_memory(struct look *l)
{
	struct health_system s;

	health_system(l->core->conf, &s);
	jsw_real(l->w, "used_percent", thousandths(s.memory_percent));
	jsw_int(l->w, "own_bytes", s.own_bytes);
	return judge(s.memory_percent < 80, s.memory_percent > 95);
}

static enum health_status
look_disk(struct look *l)
{
	struct health_system s = { .disk_percent = 0 };

	read_disk(l->core->conf, &s);
	jsw_real(l->w, "used_percent", thousandths(s.disk_percent));
	jsw_real(l->w, "free_gb", thousandths(s.disk_free_gb));
	return judge(s.disk_percent < 80 && s.disk_free_gb > 1,
	    s.disk_percent > 95 || s.disk_free_gb < 0.5);
}

/* A broker that is away takes devices with it, but the house stays up. */
static enum health_status
look_mqtt(struct look *l)
{
	bool connected = metric_get(METRIC_MQTT_CONNECTED, "") != 0;
	double beat = (double)l->now_ms / 1000 - metric_get(METRIC_ENGINE_HEARTBEAT, "");

	/* Nobody keeps the gauge true when no engine lives. */
	connected = connected && beat < 60;
	jsw_bool(l->w, "connected", connected);
	jsw_int(l->w, "messages", (int64_t)metric_get(METRIC_MQTT_MESSAGES, ""));
	return judge(connected, false);
}

static enum health_status
look_bridge(struct look *l)
{
	double beat = age(l, METRIC_BRIDGE_HEARTBEAT, "heartbeat_age_seconds");

	jsw_int(l->w, "clients", (int64_t)metric_get(METRIC_WS_CLIENTS, ""));
	return judge(beat < 60, false);
}

static enum health_status
look_jobs(struct look *l)
{
	struct job_row *rows;
	int64_t running = 0, failed = 0;
	size_t n = 0, i;

	if (l->db == NULL || job_record_list(l->db, l->arena, &rows, &n) != RC_OK)
		return HEALTH_DEGRADED;
	for (i = 0; i < n; i++) {
		running += strcmp(rows[i].status, "running") == 0;
		failed += strcmp(rows[i].status, "failed") == 0;
	}
	jsw_int(l->w, "known", (int64_t)n);
	jsw_int(l->w, "running", running);
	jsw_int(l->w, "failed", failed);
	return judge(failed == 0, false);
}

/* When a job last succeeded, as a member; 0 when it never did. */
static int64_t
last_success(struct look *l, const char *job, const char *key)
{
	struct job_row row = { .last_success = 0 };

	if (l->db != NULL && store_job_get(l->db, job, l->arena, &row) != RC_OK)
		row.last_success = 0;
	jsw_time(l->w, key, row.last_success);
	return row.last_success;
}

/* A house that never made a backup is not called ill for it: that is the owner's choice to see. */
static enum health_status
look_backup(struct look *l)
{
	int64_t last = last_success(l, "backup", "last_success");

	return judge(last == 0 || l->now_ms - last < INT64_C(26) * 3600000, false);
}

static const struct {
	const char		*name;
	enum health_status	(*look)(struct look *l);
} components[] = {
	{ "database", look_database },
	{ "consciousness_engine", look_engine },
	{ "devices", look_devices },
	{ "memory", look_memory },
	{ "disk_space", look_disk },
	{ "mqtt", look_mqtt },
	{ "bridge", look_bridge },
	{ "jobs", look_jobs },
	{ "backup", look_backup },
};

static enum health_status
write_component(struct look *l, size_t i)
{
	enum health_status s;

	jsw_object(l->w, components[i].name);
	s = components[i].look(l);
	jsw_bool(l->w, "healthy", s == HEALTH_HEALTHY);
	jsw_bool(l->w, "critical", s == HEALTH_CRITICAL);
	jsw_end(l->w);
	return s;
}

enum health_status
health_write(struct jsw *w, const struct core *core, struct db *db, struct mem_arena *a)
{
	struct buf parts = {0};
	struct jsw inner = jsw_to(&parts);
	struct look l = { core, db, a, &inner, clock_now(&core->clock) };
	enum health_status worst = HEALTH_HEALTHY, s;
	size_t i;

	jsw_object(&inner, NULL);
	for (i = 0; i < sizeof(components) / sizeof(components[0]); i++) {
		s = write_component(&l, i);
		worst = s > worst ? s : worst;
	}
	jsw_end(&inner);
	jsw_object(w, NULL);
	jsw_string(w, "status", health_status_name(worst));
	jsw_time(w, "timestamp", l.now_ms);
	jsw_raw(w, "components", buf_str(&parts));
	jsw_end(w);
	buf_free(&parts);
	return worst;
}

enum health_status
health_write_database(struct jsw *w, const struct core *core, struct db *db)
{
	struct buf part = {0};
	struct jsw inner = jsw_to(&part);
	struct look l = { core, db, NULL, &inner, clock_now(&core->clock) };
	enum health_status s;

	jsw_object(&inner, NULL);
	s = look_database(&l);
	jsw_bool(&inner, "healthy", s == HEALTH_HEALTHY);
	jsw_bool(&inner, "critical", s == HEALTH_CRITICAL);
	jsw_end(&inner);
	jsw_object(w, NULL);
	jsw_string(w, "status", health_status_name(s));
	jsw_time(w, "timestamp", l.now_ms);
	jsw_raw(w, "database", buf_str(&part));
	jsw_end(w);
	buf_free(&part);
	return s;
}

static void
write_quantiles(struct jsw *w, const char *key, enum metric m)
{
	jsw_object(w, key);
	jsw_real(w, "p50_ms", 1000 * metric_quantile(m, "", 0.50));
	jsw_real(w, "p95_ms", 1000 * metric_quantile(m, "", 0.95));
	jsw_real(w, "p99_ms", 1000 * metric_quantile(m, "", 0.99));
	jsw_end(w);
}

static void
write_slowest(struct jsw *w)
{
	struct db_slow slow[DB_SLOW];
	int i;

	db_slowest(slow);
	jsw_array(w, "slowest");
	for (i = 0; i < DB_SLOW && slow[i].seconds > 0; i++) {
		jsw_object(w, NULL);
		jsw_string(w, "statement", slow[i].name);
		jsw_string(w, "sql", slow[i].sql);
		jsw_real(w, "ms", 1000 * slow[i].seconds);
		jsw_end(w);
	}
	jsw_end(w);
}

enum rc
health_write_performance(struct jsw *w, const struct core *core, struct db *db,
    struct mem_arena *a)
{
	struct look l = { core, db, a, w, clock_now(&core->clock) };

	jsw_object(w, NULL);
	write_quantiles(w, "queries", METRIC_READ_SECONDS);
	write_quantiles(w, "commits", METRIC_COMMIT_SECONDS);
	write_slowest(w);
	jsw_int(w, "size_bytes", db_size(db));
	jsw_int(w, "wal_bytes", db_wal_size(db));
	last_success(&l, "integrity", "last_integrity_check");
	last_success(&l, "backup", "last_backup");
	jsw_end(w);
	return RC_OK;
}
