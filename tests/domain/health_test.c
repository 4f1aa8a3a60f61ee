/* SPDX-License-Identifier: ISC
 *
 * The thresholds of health.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/base/metric.h"
#include "shared/domain/health.h"
#include "shared/store/store_device.h"
#include "tests/lib/house.h"

static struct conf *conf;
static struct core core;
static struct mem_arena *arena;
static enum health_status worst;

static void
open_house(void)
{
	struct db *db = house_new(&conf);

	core = (struct core){ .conf = conf, .clock = clock_open(), .db = db };
	arena = mem_arena_new(4096);
}

/* A component of a fresh look at the house; lives until the next one. */
static const struct js *
look(struct db *db, const char *component)
{
	static struct js *v;
	struct buf b = {0};
	struct jsw w = jsw_to(&b);

	js_free(v);

	worst = health_write(&w, &core, db, arena);
	ATF_REQUIRE_EQ_MSG(js_parse(b.p, b.len, JS_STRICT, &v, NULL), RC_OK, "%s", b.p);
	buf_free(&b);
	ATF_CHECK_STREQ(health_status_name(worst), js_get_string(v, "status"));
	return js_get(js_get(v, "components"), component);
}

/* "healthy", "degraded" or "critical". */
static const char *
status(struct db *db, const char *component)
{
	const struct js *c = look(db, component);
	bool healthy = js_bool(js_get(c, "healthy"), false);

	ATF_REQUIRE_MSG(c != NULL, "%s", component);
	return js_bool(js_get(c, "critical"), false) ? "critical" : healthy ? "healthy" : "degraded";
}

static void
beat(double ago, double standby_ago)
{
	double now = (double)clock_now(&core.clock) / 1000;

	metric_set(METRIC_ENGINE_HEARTBEAT, now - ago);
	metric_set(METRIC_ENGINE_STANDBY, now - standby_ago);
}

ATF_TC_WITHOUT_HEAD(engine__heartbeat_and_standby);
ATF_TC_BODY(engine__heartbeat_and_standby, tc)
{
	open_house();
	ATF_CHECK_STREQ("critical", status(core.db, "consciousness_engine"));
	ATF_CHECK_EQ(worst, HEALTH_CRITICAL);
	beat(1, 60);
	ATF_CHECK_STREQ("healthy", status(core.db, "consciousness_engine"));
	beat(1, 121);
	ATF_CHECK_STREQ("degraded", status(core.db, "consciousness_engine"));
	beat(11, 1);
	ATF_CHECK_STREQ("degraded", status(core.db, "consciousness_engine"));
	beat(61, 1);
	ATF_CHECK_STREQ("critical", status(core.db, "consciousness_engine"));
}

ATF_TC_WITHOUT_HEAD(database__away_or_full);
ATF_TC_BODY(database__away_or_full, tc)
{
	open_house();
	ATF_CHECK_STREQ("healthy", status(core.db, "database"));
	metric_set(METRIC_DISK_FULL, 1);
	ATF_CHECK_STREQ("degraded", status(core.db, "database"));
	metric_set(METRIC_DISK_FULL, 0);
	ATF_CHECK_STREQ("critical", status(NULL, "database"));
	ATF_CHECK_STREQ("degraded", status(NULL, "devices"));
}

static void
add_device(struct tx *tx, int i, const char *state)
{
	struct device d = { .id = mem_printf(arena, "d%d", i), .adapter = "x", .name = "x",
		.status = state };

	ATF_REQUIRE_EQ(store_device_insert(tx, &d), RC_OK);
}

/* How the devices are judged when so many of them are online and offline. */
static const char *
with_devices(int online, int offline, int unknown)
{
	struct tx tx = { .db = core.db, .now_ms = 1 };
	int i, n = 0;

	ATF_REQUIRE_EQ(db_script(core.db, "DELETE FROM device", NULL), RC_OK);
	ATF_REQUIRE_EQ(db_begin_write(core.db), RC_OK);
	for (i = 0; i < online; i++)
		add_device(&tx, n++, "online");
	for (i = 0; i < offline; i++)
		add_device(&tx, n++, "offline");
	for (i = 0; i < unknown; i++)
		add_device(&tx, n++, "unknown");
	ATF_REQUIRE_EQ(db_commit(core.db), RC_OK);
	return status(core.db, "devices");
}

ATF_TC_WITHOUT_HEAD(devices__share_online);
ATF_TC_BODY(devices__share_online, tc)
{
	open_house();
	ATF_CHECK_STREQ("healthy", with_devices(0, 0, 0));
	ATF_CHECK_STREQ("healthy", with_devices(8, 2, 0));
	ATF_CHECK_STREQ("degraded", with_devices(7, 3, 0));
	ATF_CHECK_STREQ("degraded", with_devices(5, 5, 0));
	ATF_CHECK_STREQ("critical", with_devices(4, 6, 0));
	/* those that never say whether they are there do not count */
	ATF_CHECK_STREQ("healthy", with_devices(0, 0, 9));
	ATF_CHECK_STREQ("healthy", with_devices(4, 1, 95));
}

ATF_TC_WITHOUT_HEAD(system__plausible);
ATF_TC_BODY(system__plausible, tc)
{
	struct health_system s;

	open_house();
	health_system(conf, &s);
	ATF_CHECK(s.memory_percent > 0 && s.memory_percent < 100);
	ATF_CHECK(s.disk_percent >= 0 && s.disk_percent <= 100);
	ATF_CHECK(s.disk_free_gb >= 0);
	ATF_CHECK(s.own_bytes > 100000);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, engine__heartbeat_and_standby);
	ATF_TP_ADD_TC(tp, database__away_or_full);
	ATF_TP_ADD_TC(tp, devices__share_online);
	ATF_TP_ADD_TC(tp, system__plausible);
	return atf_no_error();
}
