/* SPDX-License-Identifier: ISC
 *
 * What the house feels out of stored rows: the factors, their reasons, and that it is written once.
 */
#include <atf-c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/domain/emotion_environment.h"
#include "shared/domain/emotion_factors.h"
#include "shared/domain/emotion_record.h"
#include "shared/domain/event.h"
#include "shared/store/store_alert.h"
#include "shared/store/store_command.h"
#include "shared/store/store_device.h"
#include "shared/store/store_event.h"
#include "shared/store/store_prune.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767268800000)	/* 2026-01-01T12:00:00Z */
#define MINUTE 60000LL
#define HOUR (60 * MINUTE)
#define NEAR 1e-9

static struct conf *conf;
static struct store_writer *writer;
static struct clock house_clock;
static struct db *db;
static struct mem_arena *arena;
static char text[4096];

static void
open_house(void)
{
	struct fault f = { 0 };

	setenv("TZ", "UTC", 1);
	tzset();
	db_close(house_new(&conf));
	ATF_REQUIRE_EQ_MSG(store_writer_open(conf, &house_clock, NULL, NULL, &writer, &f), RC_OK, "%s", f.msg);
	db = store_writer_db(writer);
	arena = mem_arena_new(4096);
}

static void
close_house(void)
{
	store_writer_close(writer);
	mem_arena_free(arena);
}

static const char *
dumped(struct js *v)
{
	struct buf b = { 0 };

	js_dump(v, &b);
	strlcpy(text, buf_str(&b), sizeof(text));
	buf_free(&b);
	return text;
}

/* ---- pure ---- */

ATF_TC_WITHOUT_HEAD(factors__of_devices_alerts_and_commands);
ATF_TC_BODY(factors__of_devices_alerts_and_commands, tc)
{
	struct emotion_facts facts = { 0 };
	double f[FACTOR__MAX];
	struct js *reasons = js_new_array();
	int k;

	emotion_factors(&facts, f, reasons);
	for (k = 0; k < FACTOR__MAX; k++)
		ATF_CHECK_MSG(fabs(f[k] - emotion_no_data[k]) < NEAR, "%s", emotion_factor_names[k]);
	ATF_CHECK_STREQ(dumped(reasons), "[]");
	facts = (struct emotion_facts){ 29, 2, 3, 1, { 6, 5, 4 } };
	emotion_factors(&facts, f, reasons);
	ATF_CHECK(fabs(f[FACTOR_HEALTH] - (.6 * 29 / 31 + .4 * .7)) < NEAR);
	ATF_CHECK(fabs(f[FACTOR_COMPLETION] - .8) < NEAR);
	ATF_CHECK(fabs(f[FACTOR_LOAD] - .6) < NEAR);
	ATF_CHECK_STREQ(dumped(reasons), "[\"2 of 31 devices are offline\","
	    "\"3 alerts were raised in the last hour, 1 of them critical\","
	    "\"6 commands were given in the last 2 hours; of 5 that came to an end 4 were confirmed\"]");
	facts = (struct emotion_facts){ 0, 3, 40, 0, { 99, 1, 0 } };
	emotion_factors(&facts, f, reasons);
	ATF_CHECK_EQ(f[FACTOR_HEALTH], 0);
	ATF_CHECK_EQ(f[FACTOR_LOAD], 1);
	ATF_CHECK_EQ(f[FACTOR_COMPLETION], 0);
	js_free(reasons);
}

static struct entity_state
sensor(const char *device_class, const char *unit, const char *state)
{
	return (struct entity_state){
		.entity = { .entity_id = "sensor.x", .device_class = device_class, .unit = unit, .area_id = "hall",
		    .enabled = true },
		.state = { .state = state, .available = true, .last_updated = NOW - MINUTE }
	};
}

static double
alone(struct entity_state e, int64_t now_ms)
{
	struct emotion_environment v = { 0 };
	struct js *reasons = js_new_array();
	double f;

	emotion_environment_add(&v, &e, now_ms);
	f = emotion_environment(&v, reasons);
	dumped(reasons);
	js_free(reasons);
	return f;
}

#define IS(expression, want) \
	ATF_CHECK_MSG(fabs((expression) - (want)) < NEAR, #expression " is %.12g, not " #want, (expression))

ATF_TC_WITHOUT_HEAD(environment__each_part);
ATF_TC_BODY(environment__each_part, tc)
{
	struct entity_state e;

	IS(alone(sensor("temperature", "°C", "21"), NOW), .8);
	ATF_CHECK_STREQ(text, "[\"temperature is 21 °C (sensor.x)\"]");
	IS(alone(sensor("temperature", "°C", "25"), NOW), .5);
	IS(alone(sensor("temperature", "°F", "69.8"), NOW), .8);
	IS(alone(sensor("temperature", "K", "298.15"), NOW), .5);
	IS(alone(sensor("temperature", "°C", "13"), NOW), .2);
	IS(alone(sensor("temperature", "°C", "6"), NOW), .2);	/* no worse than that */
	IS(alone(sensor("carbon_dioxide", "ppm", "500"), NOW), .7);
	IS(alone(sensor("carbon_dioxide", "ppm", "1400"), NOW), .5);
	IS(alone(sensor("carbon_dioxide", "ppm", "9000"), NOW), .3);
	IS(alone(sensor("pm25", "µg/m³", "15"), NOW), .5);
	IS(alone(sensor("volatile_organic_compounds", "mg/m³", "1.7"), NOW), .3);
	IS(alone(sensor("aqi", NULL, "50"), NOW), .7);
	IS(alone(sensor("illuminance", "lx", "0"), NOW), .3);
	IS(alone(sensor("illuminance", "lx", "250"), NOW), .7);
	/* what says nothing */
	ATF_CHECK_EQ(alone(sensor("temperature", "°C", "-18"), NOW), .5);
	ATF_CHECK_STREQ(text, "[]");
	ATF_CHECK_EQ(alone(sensor("temperature", "V", "21"), NOW), .5);
	ATF_CHECK_EQ(alone(sensor("temperature", "°C", "warm"), NOW), .5);
	ATF_CHECK_EQ(alone(sensor("temperature", "°C", NULL), NOW), .5);
	ATF_CHECK_EQ(alone(sensor("humidity", "%", "21"), NOW), .5);
	ATF_CHECK_EQ(alone(sensor(NULL, NULL, "21"), NOW), .5);
	e = sensor("illuminance", "lx", "0");
	e.state.last_updated = NOW + 11 * HOUR;
	ATF_CHECK_EQ(alone(e, NOW + 11 * HOUR), .5);	/* it is night */
	e = sensor("temperature", "°C", "30");
	e.state.last_updated = NOW - 31 * MINUTE;
	ATF_CHECK_EQ(alone(e, NOW), .5);
	e = sensor("temperature", "°C", "30");
	e.state.available = false;
	ATF_CHECK_EQ(alone(e, NOW), .5);
	e = sensor("temperature", "°C", "30");
	e.entity.category = "diagnostic";
	ATF_CHECK_EQ(alone(e, NOW), .5);
	e = sensor("temperature", "°C", "30");
	e.entity.area_id = NULL;
	ATF_CHECK_EQ(alone(e, NOW), .5);
}

ATF_TC_WITHOUT_HEAD(environment__all_parts);
ATF_TC_BODY(environment__all_parts, tc)
{
	struct entity_state e[] = { sensor("temperature", "°C", "21"), sensor("temperature", "°C", "29"),
		sensor("carbon_dioxide", "ppm", "800"), sensor("illuminance", "lx", "100") };
	struct emotion_environment v = { 0 };
	struct js *reasons = js_new_array();
	double shown, scale;
	size_t i;

	for (i = 0; i < 4; i++)
		emotion_environment_add(&v, &e[i], NOW);
	v.power = 450;
	v.usual = 300;
	IS(emotion_environment(&v, reasons), .5 + .2 * 1 + .3 * -.5);
	ATF_CHECK_STREQ(dumped(reasons), "[\"temperature of 2 readings is fair; the worst is 29 °C (sensor.x)\","
	    "\"carbon dioxide is 800 ppm (sensor.x)\",\"light is 100 lx (sensor.x)\","
	    "\"450 W are drawn; usual at this hour are 300 W\"]");
	v.power = 5000;
	IS(emotion_environment(&v, reasons), .5 + .2 - .3);
	js_free(reasons);
	e[0] = sensor("power", "kW", "1.5");
	e[0].entity.area_id = NULL;
	ATF_CHECK(emotion_environment_power(&e[0], NOW, &shown, &scale));
	ATF_CHECK_EQ(shown * scale, 1500);
	e[0] = sensor("power", "W", "-3");
	ATF_CHECK(!emotion_environment_power(&e[0], NOW, &shown, &scale));
	e[0] = sensor("power", "VA", "3");
	ATF_CHECK(!emotion_environment_power(&e[0], NOW, &shown, &scale));
}

/* ---- out of rows ---- */

static void
add_device(struct tx *tx, const char *id, const char *status, bool enabled)
{
	struct device d = { .id = id, .adapter = "mqtt", .name = id, .status = status, .enabled = enabled };

	ATF_REQUIRE_EQ(store_device_insert(tx, &d), RC_OK);
}

static void
add_alert(struct tx *tx, const char *severity, int64_t raised)
{
	static int n;
	char id[16];
	struct alert_row rule = { .id = id, .name = "x", .enabled = true, .severity = severity, .config = "{}" };
	struct alert al = { .rule_id = id, .name = "x", .severity = severity, .message = "m", .seen = "{}",
		.raised = raised, .told = raised, .event = 1 };

	snprintf(id, sizeof(id), "r%d", n++);
	ATF_REQUIRE_EQ(store_alert_rule_insert(tx, &rule), RC_OK);
	al.rule = rule.row;
	ATF_REQUIRE_EQ(store_alert_insert(tx, &al), RC_OK);
}

static void
add_command(struct tx *tx, int64_t entity, enum command_status status, int64_t created)
{
	struct command c = { .entity = entity, .service = "turn_on", .data = "{}", .status = status, .actor = "test",
		.created = created, .deadline = created + 1 };

	ATF_REQUIRE_EQ(store_command_insert(tx, &c), RC_OK);
}

static void
fill(void)
{
	struct tx tx = { .db = db, .now_ms = NOW, .actor = "test" };
	struct entity_state lamp;

	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	house_entity(&tx, "light.hall", "{}");
	ATF_REQUIRE_EQ(store_entity_get(db, "light.hall", arena, &lamp), RC_OK);
	add_device(&tx, "a", "online", true);
	add_device(&tx, "b", "offline", true);
	add_device(&tx, "c", "offline", false);
	add_device(&tx, "d", "unknown", true);
	add_alert(&tx, "critical", NOW - 10 * MINUTE);
	add_alert(&tx, "warning", NOW - 20 * MINUTE);
	add_alert(&tx, "info", NOW - 20 * MINUTE);
	add_alert(&tx, "critical", NOW - 2 * HOUR);
	add_command(&tx, lamp.entity.row, COMMAND_FAILED, NOW - 3 * HOUR);
	add_command(&tx, lamp.entity.row, COMMAND_CONFIRMED, NOW - HOUR);
	add_command(&tx, lamp.entity.row, COMMAND_EXPIRED, NOW - HOUR);
	add_command(&tx, lamp.entity.row, COMMAND_SENT, NOW - MINUTE);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
}

ATF_TC_WITHOUT_HEAD(factors__out_of_rows);
ATF_TC_BODY(factors__out_of_rows, tc)
{
	double f[FACTOR__MAX];
	struct js *reasons = js_new_array();

	open_house();
	fill();
	ATF_REQUIRE_EQ(emotion_factors_read(db, NOW, 30, f, reasons), RC_OK);
	ATF_CHECK_STREQ(dumped(reasons), "[\"1 of 2 devices is offline\","
	    "\"2 alerts were raised in the last hour, 1 of them critical\","
	    "\"3 commands were given in the last 2 hours; of 2 that came to an end 1 was confirmed\"]");
	IS(f[FACTOR_HEALTH], .6 * .5 + .4 * .8);
	IS(f[FACTOR_COMPLETION], .5);
	IS(f[FACTOR_LOAD], .3);
	IS(f[FACTOR_ENVIRONMENT], .5);
	js_free(reasons);
	close_house();
}

static struct emotions
update(int64_t now_ms)
{
	struct fault f = { 0 };
	struct emotions s;

	ATF_REQUIRE_EQ_MSG(emotion_record_update(writer, 300, now_ms, 30, &s, &f), RC_OK, "%s", f.msg);
	return s;
}

ATF_TC_WITHOUT_HEAD(update__once_in_its_time);
ATF_TC_BODY(update__once_in_its_time, tc)
{
	struct store_event_filter filter = { .kind = EVENT_EMOTION, .limit = 10 };
	struct emotion_row *rows, last;
	struct store_event *events;
	struct emotions s, was;
	struct js *data = NULL;
	size_t n;

	open_house();
	ATF_CHECK_EQ(store_emotion_last(db, arena, &last), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(emotion_record_at(db, EMOTION_NOW, &s), RC_OK);
	ATF_CHECK(!s.known);
	s = update(NOW);
	ATF_CHECK(s.known);
	IS(s.v[EMOTION_HAPPINESS], .86);
	ATF_CHECK(!update(NOW).known);			/* started twice */
	ATF_CHECK(!update(NOW + 290000).known);
	ATF_CHECK(update(NOW + 296000).known);		/* cron is not exact */
	ATF_CHECK(update(NOW + HOUR).known);
	ATF_CHECK(update(NOW - HOUR).known);		/* the clock was wrong */
	ATF_CHECK(!update(NOW - HOUR + MINUTE).known);
	ATF_REQUIRE_EQ(store_emotion_list(db, 0, INT64_MAX, 10, arena, &rows, &n), RC_OK);
	ATF_CHECK_EQ(n, 4);
	ATF_REQUIRE_EQ(store_event_list(db, &filter, arena, &events, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 2);				/* nobody is told that nothing changed */
	ATF_CHECK_STREQ(events[0].subject, EMOTION_SUBJECT);
	ATF_CHECK(strstr(events[0].data, "00000") == NULL && strstr(events[0].data, "99999") == NULL);
	ATF_CHECK(rows[1].event == events[0].id && rows[2].event == events[1].id && rows[0].event == events[1].id);
	ATF_REQUIRE_EQ(js_parse(events[1].data, strlen(events[1].data), JS_STRICT, &data, NULL), RC_OK);
	ATF_CHECK(emotion_record_read(data, &s) && emotion_record_read(js_get(data, "was"), &was));
	IS(was.v[EMOTION_HAPPINESS], .86);		/* the row before */
	IS(s.v[EMOTION_HAPPINESS], .85);		/* .86 - .05 * .26, as it is shown */
	js_free(data);
	ATF_REQUIRE_EQ(store_emotion_last(db, arena, &last), RC_OK);
	ATF_CHECK_EQ(last.time, NOW - HOUR);
	ATF_REQUIRE_EQ(emotion_record_at(db, NOW + 1, &s), RC_OK);
	IS(s.v[EMOTION_HAPPINESS], .86);
	close_house();
}

ATF_TC_WITHOUT_HEAD(update__failing_house_worries);
ATF_TC_BODY(update__failing_house_worries, tc)
{
	struct tx tx = { .now_ms = NOW, .actor = "test" };
	struct emotions s;
	int i;

	open_house();
	update(NOW);
	tx.db = db;
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	add_device(&tx, "a", "offline", true);
	add_device(&tx, "b", "offline", true);
	for (i = 0; i < 10; i++)
		add_alert(&tx, "warning", NOW + MINUTE);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	s = update(NOW + 5 * MINUTE);
	ATF_CHECK(fabs(s.v[EMOTION_WORRY] - (.3 - .05 * .1)) < .0051);	/* by a step */
	update(NOW + 10 * MINUTE);
	s = update(NOW + 15 * MINUTE);
	ATF_CHECK(s.v[EMOTION_WORRY] > .45);
	close_house();
}

ATF_TC_WITHOUT_HEAD(prune__keeps_the_last);
ATF_TC_BODY(prune__keeps_the_last, tc)
{
	struct tx tx = { .now_ms = NOW, .actor = "test" };
	struct emotion_row *rows;
	size_t n;
	int removed;

	open_house();
	update(NOW);
	update(NOW + HOUR);
	update(NOW + 2 * HOUR);
	tx.db = db;
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_REQUIRE_EQ(store_prune_rows(&tx, PRUNE_EMOTIONS, NOW + HOUR, 10, &removed), RC_OK);
	ATF_CHECK_EQ(removed, 1);
	ATF_REQUIRE_EQ(store_prune_rows(&tx, PRUNE_EMOTIONS, NOW + 9 * HOUR, 10, &removed), RC_OK);
	ATF_CHECK_EQ(removed, 1);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_REQUIRE_EQ(store_emotion_list(db, 0, INT64_MAX, 10, arena, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_EQ(rows[0].time, NOW + 2 * HOUR);
	close_house();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, factors__of_devices_alerts_and_commands);
	ATF_TP_ADD_TC(tp, environment__each_part);
	ATF_TP_ADD_TC(tp, environment__all_parts);
	ATF_TP_ADD_TC(tp, factors__out_of_rows);
	ATF_TP_ADD_TC(tp, update__once_in_its_time);
	ATF_TP_ADD_TC(tp, update__failing_house_worries);
	ATF_TP_ADD_TC(tp, prune__keeps_the_last);
	return atf_no_error();
}
