/* SPDX-License-Identifier: ISC
 *
 * The lists of what wants attention, out of rows.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/attention.h"
#include "shared/domain/event.h"
#include "shared/store/store_alert.h"
#include "shared/store/store_automation.h"
#include "shared/store/store_device.h"
#include "shared/store/store_entity.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1800000000000)
#define DAY INT64_C(86400000)

static struct db *db;
static struct mem_arena *arena;

static void
open_house(void)
{
	struct fault f = { 0 };
	struct conf *conf;

	db = house_new(&conf);
	ATF_REQUIRE_EQ_MSG(db_prepare_all(db, &f), RC_OK, "%s", f.msg);
	arena = mem_arena_new(4096);
}

static int64_t
add_device(struct tx *tx, const char *id, int64_t created)
{
	struct device d = { .id = id, .adapter = "mqtt", .name = id, .created = created, .updated = created };

	ATF_REQUIRE_EQ(store_device_insert(tx, &d), RC_OK);
	return d.row;
}

static int64_t
add_entity(struct tx *tx, int64_t device, const char *id, const char *name, const char *category, bool orphaned)
{
	struct entity e = { .entity_id = id, .adapter = "mqtt", .component = "sensor", .domain = "sensor",
	    .unique_id = id, .device = device, .name = name, .category = category, .enabled = true,
	    .orphaned = orphaned, .source = id, .config = "{}", .capabilities = "{}" };

	ATF_REQUIRE_EQ(store_entity_insert(tx, &e), RC_OK);
	return e.row;
}

static void
add_freshness(struct tx *tx, int64_t source, const char *level)
{
	struct freshness f = { .source = source, .level = level, .every = 60, .heard = NOW - 1000 };

	ATF_REQUIRE_EQ(store_freshness_put(tx, &f), RC_OK);
}

static struct js *
look(void)
{
	struct attention at;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct js *v;

	ATF_REQUIRE_EQ(attention_read(db, NOW, arena, &at), RC_OK);
	attention_write(&w, NULL, &at);
	ATF_REQUIRE_EQ_MSG(js_parse(b.p, b.len, JS_STRICT, &v, NULL), RC_OK, "%s", b.p);
	buf_free(&b);
	return v;
}

/* The member of each row of a list, joined by blanks. */
static const char *
each(const struct js *v, const char *list, const char *member)
{
	const struct js *rows = js_get(v, list);
	const char *out = "";
	size_t i;

	ATF_REQUIRE_MSG(js_type(rows) == JS_ARRAY, "%s", list);
	for (i = 0; i < js_size(rows); i++)
		out = mem_printf(arena, "%s%s%s", out, i > 0 ? " " : "", js_get_string(js_at(rows, i), member));
	return out;
}

ATF_TC_WITHOUT_HEAD(lists__each_what_it_is_for);
ATF_TC_BODY(lists__each_what_it_is_for, tc)
{
	struct state low = { .state = "7.5", .last_changed = 1, .last_updated = 1 };
	struct tx tx = { .now_ms = NOW };
	int64_t old, fresh, row;
	struct js *v;

	open_house();
	tx.db = db;
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	old = add_device(&tx, "old", NOW - 30 * DAY);
	fresh = add_device(&tx, "new", NOW - DAY);
	add_freshness(&tx, old, "silent");
	add_freshness(&tx, fresh, "late");
	add_entity(&tx, old, "sensor.old_heat", "Heat", NULL, false);
	add_entity(&tx, old, "sensor.old_link", "Link", "diagnostic", false);
	add_entity(&tx, fresh, "sensor.new_link", NULL, "diagnostic", false);
	add_entity(&tx, fresh, "sensor.gone", "Gone", NULL, true);
	row = add_entity(&tx, 0, "sensor.alone", "Alone", NULL, false);
	add_freshness(&tx, -row, "silent");
	row = add_entity(&tx, fresh, "sensor.new_battery", "Battery", "diagnostic", false);
	ATF_REQUIRE_EQ(store_battery_put(&tx, row, NOW - 5), RC_OK);
	ATF_REQUIRE_EQ(store_state_put(&tx, row, &low), RC_OK);
	tx.now_ms = NOW - 2 * DAY;
	ATF_REQUIRE_EQ(event_append(&tx, EVENT_MASS_LOSS, 0, "yesterday", NULL, NULL), RC_OK);
	tx.now_ms = NOW - DAY / 2;
	ATF_REQUIRE_EQ(event_append(&tx, EVENT_MASS_LOSS, 0, "today", "{\"devices\":64}", NULL), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);

	v = look();
	ATF_CHECK_STREQ("new", each(v, "found", "device_id"));
	ATF_CHECK_STREQ("sensor.new_battery sensor.new_link", each(v, "late", "entity_id"));
	ATF_CHECK_STREQ("new Battery new", each(v, "late", "name"));
	ATF_CHECK_STREQ("sensor.alone sensor.old_heat", each(v, "silent", "entity_id"));
	ATF_CHECK_EQ(60, js_int(js_get(js_at(js_get(v, "silent"), 0), "expected_every"), 0));
	ATF_CHECK_STREQ("sensor.gone", each(v, "orphaned", "entity_id"));
	ATF_CHECK_STREQ("sensor.new_battery", each(v, "low_battery", "entity_id"));
	ATF_CHECK_EQ(7.5, js_real(js_get(js_at(js_get(v, "low_battery"), 0), "level"), 0));
	ATF_CHECK_STREQ("today", each(v, "lost", "subject"));
	js_free(v);
}

/* A row as it was saved, when all that it names was there. */
static void
add_rule(struct tx *tx, const char *id, bool scenario, bool enabled, const char *actions)
{
	struct automation rule = { .id = id, .name = id, .mode = "single", .enabled = enabled, .scenario = scenario,
	    .config = mem_printf(arena, "{\"name\":\"%s\",%s\"actions\":%s}", id, scenario ? "" :
	    "\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"e\"}],", actions) };

	ATF_REQUIRE_EQ(store_automation_insert(tx, &rule), RC_OK);
}

ATF_TC_WITHOUT_HEAD(rules__those_that_refer_to_what_is_gone);
ATF_TC_BODY(rules__those_that_refer_to_what_is_gone, tc)
{
	struct alert_row alert = { .id = "hot", .name = "Hot", .severity = "warning", .enabled = true, .revision = 1,
	    .config = "{\"name\":\"Hot\",\"variables\":{\"a\":{\"entity_id\":\"sensor.gone\"}},\"expression\":\"a > 3\"}" };
	struct tx tx = { .now_ms = NOW };
	struct js *v;

	open_house();
	tx.db = db;
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	add_entity(&tx, 0, "sensor.there", NULL, NULL, false);
	add_rule(&tx, "whole", false, true, "[{\"delay\":1},\"{{ states('sensor.there') }}\"]");
	add_rule(&tx, "dusk", false, true, "[{\"delay\":1},{\"action\":\"light.turn_on\",\"target\":{\"label_id\":\"evening\"}}]");
	add_rule(&tx, "asleep", false, false, "[{\"scenario\":\"gone\"}]");
	add_rule(&tx, "part", false, true, "[{\"scenario\":\"gone\",\"enabled\":false}]");
	add_rule(&tx, "party", true, true, "[{\"action\":\"light.turn_on\",\"target\":{\"area_id\":\"kitchen\"}}]");
	ATF_REQUIRE_EQ(store_alert_rule_insert(&tx, &alert), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);

	v = look();
	ATF_CHECK_STREQ("automation alert_rule scenario", each(v, "rules", "kind"));
	ATF_CHECK_STREQ("dusk hot party", each(v, "rules", "id"));
	ATF_CHECK_STREQ("dusk Hot party", each(v, "rules", "name"));
	ATF_CHECK_STREQ("actions[1].target.label_id variables.a.entity_id actions[0].target.area_id",
	    each(v, "rules", "place"));
	ATF_CHECK_STREQ("no such label \"evening\" no such entity \"sensor.gone\" no such area \"kitchen\"",
	    each(v, "rules", "message"));
	js_free(v);
}

ATF_TC_WITHOUT_HEAD(refused__newest_first_for_a_month);
ATF_TC_BODY(refused__newest_first_for_a_month, tc)
{
	static const struct store_refusal rows[] = {
		{ .source = "t/old", .reason = "so", .time = NOW - 31 * DAY },
		{ .source = "t/month", .reason = "so", .time = NOW - 29 * DAY },
		{ .source = "t/new#part", .device = "Lamp", .reason = "so", .time = NOW },
		{ .source = "t/moved", .holder = "t/new", .time = NOW },
	};
	struct tx tx = { .now_ms = NOW };
	struct js *v;
	size_t i;

	(void)tc;
	open_house();
	tx.db = db;
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ATF_REQUIRE_EQ(store_refusal_put(&tx, &rows[i]), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	v = look();
	ATF_CHECK_STREQ("t/new t/month", each(v, "refused", "topic"));
	ATF_CHECK_STREQ("part", js_get_string(js_at(js_get(v, "refused"), 0), "part"));
	ATF_CHECK_STREQ("Lamp", js_get_string(js_at(js_get(v, "refused"), 0), "device"));
	js_free(v);
}

static bool
keep(const struct freshness *f, void *arg)
{
	*(struct freshness *)arg = *f;
	return true;
}

ATF_TC_WITHOUT_HEAD(row__comes_back_as_it_was);
ATF_TC_BODY(row__comes_back_as_it_was, tc)
{
	struct freshness in = { .level = "fresh", .every = 61, .heard = NOW, .since = NOW - DAY,
	    .halved = NOW - 5, .mean = 60.5, .outages = 2, .gaps = { 1, 256, [FRESHNESS_GAPS - 1] = 65535 } };
	struct freshness out = { .source = 0 };
	struct tx tx = { .now_ms = NOW };

	open_house();
	tx.db = db;
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	in.source = add_device(&tx, "it", NOW);
	ATF_REQUIRE_EQ(store_freshness_put(&tx, &in), RC_OK);
	ATF_REQUIRE_EQ(store_freshness_put(&tx, &in), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_REQUIRE_EQ(store_freshness_each(db, keep, &out), RC_OK);
	ATF_CHECK_EQ(in.source, out.source);
	ATF_CHECK_EQ(in.every, out.every);
	ATF_CHECK_EQ(in.since, out.since);
	ATF_CHECK_EQ(in.mean, out.mean);
	ATF_CHECK_EQ(in.outages, out.outages);
	ATF_CHECK_EQ(0, memcmp(in.gaps, out.gaps, sizeof(in.gaps)));
	/* gone with its device */
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_REQUIRE_EQ(store_device_delete(&tx, in.source), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	out.source = 0;
	ATF_REQUIRE_EQ(store_freshness_each(db, keep, &out), RC_OK);
	ATF_CHECK_EQ(0, out.source);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, lists__each_what_it_is_for);
	ATF_TP_ADD_TC(tp, rules__those_that_refer_to_what_is_gone);
	ATF_TP_ADD_TC(tp, refused__newest_first_for_a_month);
	ATF_TP_ADD_TC(tp, row__comes_back_as_it_was);
	return atf_no_error();
}
