/* SPDX-License-Identifier: ISC
 *
 * The door for commands: recording, refusing, confirming. What devices are told is in the golden
 * payloads of tests/adapters.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/color.h"
#include "shared/domain/command.h"
#include "shared/domain/event.h"
#include "shared/domain/house.h"
#include "shared/domain/safety.h"
#include "shared/domain/service.h"
#include "tests/lib/house.h"

#define NOW 1767225600000LL

struct bench {
	struct conf		*conf;
	struct db		*db;
	struct tx		 tx;
	struct mem_arena	*a;
	struct entity_state	 es;
};

static const char lamp_caps[] =
    "{\"supported_color_modes\":[\"color_temp\",\"xy\"],\"min_color_temp_kelvin\":2200,"
    "\"max_color_temp_kelvin\":6500,\"supported_features\":44,\"effect_list\":[\"blink\"]}";
static const char heat_caps[] =
    "{\"hvac_modes\":[\"off\",\"heat\"],\"min_temp\":5,\"max_temp\":100,\"supported_features\":385}";

static struct bench
open_bench(const char *domain, const char *caps, const char *state)
{
	struct bench w = { .tx = { .now_ms = NOW, .actor = "engine" } };
	struct entity *e = &w.es.entity;

	w.db = house_new(&w.conf);
	ATF_REQUIRE_EQ(db_begin_write(w.db), RC_OK);
	w.tx.db = w.db;
	w.a = mem_arena_new(65536);
	e->entity_id = mem_printf(w.a, "%s.x", domain);
	e->adapter = "mqtt";
	e->component = e->domain = domain;
	e->unique_id = e->source = "x";
	e->config = "{}";
	e->capabilities = caps;
	e->enabled = true;
	w.es.state.state = state;
	w.es.state.attributes = "{\"brightness\":100}";
	ATF_REQUIRE_EQ(store_entity_insert(&w.tx, e), RC_OK);
	return w;
}

static void
close_bench(struct bench *w)
{
	ATF_REQUIRE_EQ(db_commit(w->db), RC_OK);
	mem_arena_free(w->a);
	db_close(w->db);
	conf_free(w->conf);
}

static struct js *
parse(const char *text)
{
	struct js *v;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return v;
}

/* Service and data of the command that comes out, or the error's code and field. */
static const char *
admit(struct bench *w, const char *service, const char *data)
{
	struct js *d = data == NULL ? NULL : parse(data);
	struct command_request q = { .entity = &w->es, .service = service, .data = d,
		.actor = "user:anna", .now_ms = NOW, .timeout_ms = 5000 };
	struct command c;
	struct fault f = { 0 };
	enum rc rc = command_admit(&q, w->a, &c, NULL, &f);

	js_free(d);
	if (rc != RC_OK)
		return mem_printf(w->a, "%s %s", rc_name(rc), f.field);
	ATF_CHECK_EQ(c.deadline, NOW + 5000);
	ATF_CHECK_EQ(c.status, COMMAND_PENDING);
	return mem_printf(w->a, "%s %s", c.service, c.data);
}

ATF_TC_WITHOUT_HEAD(admit__light);
ATF_TC_BODY(admit__light, tc)
{
	struct bench w = open_bench("light", lamp_caps, "on");

	ATF_CHECK_STREQ(admit(&w, "turn_on", NULL), "turn_on {}");
	ATF_CHECK_STREQ(admit(&w, "homeassistant.turn_on", NULL), "turn_on {}");
	ATF_CHECK_STREQ(admit(&w, "toggle", "{\"brightness\":5,\"transition\":1}"),
	    "turn_off {\"transition\":1}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"brightness_pct\":100}"),
	    "turn_on {\"brightness\":255}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"brightness\":\"50\"}"), "turn_on {\"brightness\":50}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"brightness_step\":-30}"),
	    "turn_on {\"brightness\":70}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"brightness_step_pct\":-90}"), "turn_off {}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_temp\":370}"),
	    "turn_on {\"color_temp_kelvin\":2702}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_temp_kelvin\":2000}"),
	    "turn_on {\"color_temp_kelvin\":2200}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"rgb_color\":[0,255,0]}"),
	    "turn_on {\"xy_color\":[0.172,0.747]}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"rgb_color\":[0,255]}"), "invalid rgb_color");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"rgb_color\":[0,255,256]}"), "invalid rgb_color");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"brightness\":1.5}"), "invalid brightness");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"transition\":-1}"), "invalid transition");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"flash\":\"x\"}"), "invalid flash");
	ATF_CHECK_STREQ(admit(&w, "turn_off", "{\"brightness\":1}"), "invalid brightness");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "[]"), "invalid data");
	ATF_CHECK_STREQ(admit(&w, "cover.turn_on", NULL), "invalid service");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__light_by_name);
ATF_TC_BODY(admit__light_by_name, tc)
{
	struct bench w = open_bench("light", "{\"supported_color_modes\":[\"rgb\",\"white\"]}", "on");

	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_name\":\"Dark Orange\"}"),
	    "turn_on {\"rgb_color\":[255,140,0]}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_name\":\"homeassistant\"}"),
	    "turn_on {\"rgb_color\":[24,188,242]}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_name\":\"purpel\"}"), "invalid color_name");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_name\":\"\"}"), "invalid color_name");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_name\":\"red\",\"rgb_color\":[1,2,3]}"), "invalid color_name");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"white\":true}"), "turn_on {\"white\":100}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"white\":true,\"brightness\":9}"), "turn_on {\"white\":9}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"white\":false}"), "invalid white");
	w.es.state.attributes = "{}";
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"white\":true}"), "turn_on {\"white\":255}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"profile\":\"energize\"}"),
	    "turn_on {\"brightness\":203,\"rgb_color\":[255,240,201]}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"profile\":\"relax\",\"color_name\":\"blue\",\"brightness_pct\":50}"),
	    "turn_on {\"rgb_color\":[0,0,255],\"brightness\":128}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"profile\":\"party\"}"), "invalid profile");
	w.es.entity.capabilities = "{\"supported_color_modes\":[\"brightness\"]}";
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"profile\":\"reading\"}"), "turn_on {\"brightness\":240}");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_name\":\"red\"}"), "unsupported color_name");
	w.es.entity.capabilities = "{\"supported_color_modes\":[\"onoff\"]}";
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"profile\":\"reading\"}"), "unsupported profile");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__notify);
ATF_TC_BODY(admit__notify, tc)
{
	struct bench w = open_bench("notify", "{}", NULL);

	ATF_CHECK_STREQ(admit(&w, "send_message", "{\"message\":\"Hi\",\"title\":\"Door\"}"),
	    "send_message {\"message\":\"Hi\",\"title\":\"Door\"}");
	ATF_CHECK_STREQ(admit(&w, "send_message", "{\"title\":\"Door\"}"), "invalid message");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__light_without_colour);
ATF_TC_BODY(admit__light_without_colour, tc)
{
	struct bench w = open_bench("light", "{\"supported_color_modes\":[\"brightness\"]}", NULL);

	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"rgb_color\":[1,2,3]}"), "unsupported rgb_color");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"color_temp_kelvin\":2700}"),
	    "unsupported color_temp_kelvin");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"effect\":\"blink\"}"), "unsupported effect");
	ATF_CHECK_STREQ(admit(&w, "turn_on", "{\"brightness\":9}"), "turn_on {\"brightness\":9}");
	ATF_CHECK_STREQ(admit(&w, "toggle", NULL), "turn_on {}");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__gone_or_disabled);
ATF_TC_BODY(admit__gone_or_disabled, tc)
{
	struct bench w = open_bench("switch", "{}", "off");

	ATF_CHECK_STREQ(admit(&w, "toggle", NULL), "turn_on {}");
	w.es.entity.orphaned = true;
	ATF_CHECK_STREQ(admit(&w, "turn_on", NULL), "unsupported entity_id");
	w.es.entity.orphaned = false;
	w.es.entity.enabled = false;
	ATF_CHECK_STREQ(admit(&w, "turn_on", NULL), "unsupported entity_id");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(safety__setpoint);
ATF_TC_BODY(safety__setpoint, tc)
{
	struct bench w = open_bench("climate", heat_caps, "heat");

	ATF_CHECK_STREQ(admit(&w, "set_temperature", "{\"temperature\":35}"),
	    "set_temperature {\"temperature\":35}");
	ATF_CHECK_STREQ(admit(&w, "set_temperature", "{\"temperature\":10}"),
	    "set_temperature {\"temperature\":10}");
	ATF_CHECK_STREQ(admit(&w, "set_temperature", "{\"temperature\":35.1}"), "refused temperature");
	ATF_CHECK_STREQ(admit(&w, "set_temperature", "{\"temperature\":9.5}"), "refused temperature");
	ATF_CHECK_STREQ(admit(&w, "set_temperature", "{\"temperature\":4}"), "invalid temperature");
	w.es.entity.capabilities = "{\"temperature_unit\":\"F\",\"min_temp\":40,\"max_temp\":110,"
	    "\"supported_features\":1}";
	ATF_CHECK_STREQ(admit(&w, "set_temperature", "{\"temperature\":70}"),
	    "set_temperature {\"temperature\":70}");
	ATF_CHECK_STREQ(admit(&w, "set_temperature", "{\"temperature\":100}"), "refused temperature");
	ATF_CHECK(safety_is_automatic("automation:3"));
	ATF_CHECK(!safety_is_automatic("user:anna"));
	close_bench(&w);
}

static void
enqueue(struct bench *w, const char *service, const char *data, struct command *c,
    struct fault *f, enum rc want)
{
	struct js *d = parse(data);
	struct command_request q = { .entity = &w->es, .service = service, .data = d,
		.actor = "user:anna", .cause = 77, .now_ms = NOW };

	ATF_REQUIRE_EQ_MSG(command_enqueue(&w->tx, &q, w->a, c, f), want, "%s", f->msg);
	js_free(d);
}

static bool
count_open(const struct command *c, void *arg)
{
	ATF_CHECK(c->id > 0);
	++*(int *)arg;
	return true;
}

ATF_TC_WITHOUT_HEAD(enqueue__recorded_with_cause);
ATF_TC_BODY(enqueue__recorded_with_cause, tc)
{
	struct bench w = open_bench("light", lamp_caps, "off");
	struct store_event_filter filter = { .limit = 10 };
	struct store_event *events;
	struct command c, row;
	struct fault f = { 0 };
	struct buf b = { 0 };
	struct jsw j = jsw_to(&b);
	struct js *data;
	size_t n;
	int open = 0;

	enqueue(&w, "light.turn_on", "{\"brightness\":10}", &c, &f, RC_OK);
	ATF_REQUIRE_EQ(store_command_get(w.db, c.id, w.a, &row), RC_OK);
	ATF_CHECK_EQ(row.status, COMMAND_PENDING);
	ATF_CHECK_STREQ(row.service, "turn_on");
	ATF_CHECK_STREQ(row.entity_id, "light.x");
	ATF_CHECK_EQ(row.event, c.event);
	c.status = COMMAND_SENT;
	c.sent = NOW + 1;
	ATF_REQUIRE_EQ(command_record(&w.tx, &c), RC_OK);
	ATF_REQUIRE_EQ(store_event_list(w.db, &filter, w.a, &events, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 2);
	ATF_CHECK_EQ(events[0].kind, EVENT_COMMAND);
	ATF_CHECK_EQ(events[0].cause, 77);
	ATF_CHECK_STREQ(events[0].actor, "user:anna");
	ATF_CHECK_STREQ(events[0].subject, "light.x");
	ATF_CHECK_EQ(events[1].cause, events[0].id);
	ATF_CHECK_STREQ(events[1].actor, "engine");
	data = parse(events[1].data);
	ATF_CHECK_EQ(js_int(js_get(data, "id"), 0), c.id);
	ATF_CHECK_STREQ(js_get_string(data, "status"), "sent");
	ATF_CHECK_EQ(js_int(js_get(js_get(data, "data"), "brightness"), 0), 10);
	js_free(data);
	ATF_REQUIRE_EQ(store_command_each_open(w.db, 0, count_open, &open), RC_OK);
	ATF_CHECK_EQ(open, 1);
	command_write(&j, NULL, &c);
	data = parse(buf_str(&b));
	ATF_CHECK_STREQ(js_get_string(data, "entity_id"), "light.x");
	ATF_CHECK(js_is_null(js_get(data, "done")));
	js_free(data);
	buf_free(&b);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(enqueue__refusal_recorded);
ATF_TC_BODY(enqueue__refusal_recorded, tc)
{
	struct bench w = open_bench("climate", heat_caps, "heat");
	struct command c, row;
	struct fault f = { 0 };
	int open = 0;

	enqueue(&w, "set_temperature", "{\"temperature\":50}", &c, &f, RC_OK);
	ATF_CHECK_EQ(f.rc, RC_REFUSED);
	ATF_CHECK_STREQ(f.field, "temperature");
	ATF_REQUIRE_EQ(store_command_get(w.db, c.id, w.a, &row), RC_OK);
	ATF_CHECK_EQ(row.status, COMMAND_REFUSED);
	ATF_CHECK(row.reason != NULL && row.done == NOW);
	ATF_REQUIRE_EQ(store_command_each_open(w.db, 0, count_open, &open), RC_OK);
	ATF_CHECK_EQ(open, 0);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(enqueue__invalid_leaves_nothing);
ATF_TC_BODY(enqueue__invalid_leaves_nothing, tc)
{
	struct bench w = open_bench("light", lamp_caps, "on");
	struct command c;
	struct fault f = { 0 };

	enqueue(&w, "turn_on", "{\"speed\":1}", &c, &f, RC_INVALID);
	ATF_CHECK_STREQ(f.field, "speed");
	ATF_CHECK_EQ(store_event_last(w.db), 0);
	close_bench(&w);
}

/* The code reaches the device, but neither the log nor the row keeps it any longer than that. */
ATF_TC_WITHOUT_HEAD(enqueue__secrets_are_forgotten);
ATF_TC_BODY(enqueue__secrets_are_forgotten, tc)
{
	static const char caps[] = "{\"supported_features\":63,\"code_disarm_required\":true}";
	struct bench w = open_bench("alarm_control_panel", caps, "armed_away");
	struct store_event_filter filter = { .limit = 10 };
	struct store_event *events;
	struct command c, row;
	struct fault f = { 0 };
	struct buf b = { 0 };
	struct jsw j = jsw_to(&b);
	size_t i, n;

	enqueue(&w, "alarm_disarm", "{\"code\":\"2468\"}", &c, &f, RC_OK);
	ATF_REQUIRE_EQ(store_command_get(w.db, c.id, w.a, &row), RC_OK);
	ATF_CHECK_STREQ("{\"code\":\"2468\"}", row.data);
	c.status = COMMAND_SENT;
	ATF_REQUIRE_EQ(command_record(&w.tx, &c), RC_OK);
	ATF_REQUIRE_EQ(store_command_get(w.db, c.id, w.a, &row), RC_OK);
	ATF_CHECK_STREQ("{\"code\":\"***\"}", row.data);
	ATF_CHECK_STREQ("{\"code\":\"2468\"}", c.data);
	ATF_REQUIRE_EQ(store_event_list(w.db, &filter, w.a, &events, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 2);
	for (i = 0; i < n; i++)
		ATF_CHECK(strstr(events[i].data, "2468") == NULL && strstr(events[i].data, "***") != NULL);
	command_write(&j, NULL, &c);
	ATF_CHECK(strstr(buf_str(&b), "2468") == NULL);
	buf_free(&b);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__alarm);
ATF_TC_BODY(admit__alarm, tc)
{
	struct bench w = open_bench("alarm_control_panel",
	    "{\"supported_features\":1,\"code_disarm_required\":true}", "disarmed");

	ATF_CHECK_STREQ(admit(&w, "alarm_arm_home", NULL), "alarm_arm_home {}");
	ATF_CHECK_STREQ(admit(&w, "alarm_arm_away", NULL), "unsupported service");
	ATF_CHECK_STREQ(admit(&w, "alarm_disarm", NULL), "invalid code");
	ATF_CHECK_STREQ(admit(&w, "alarm_disarm", "{\"code\":\"\"}"), "invalid code");
	ATF_CHECK_STREQ(admit(&w, "alarm_disarm", "{\"code\":\"1\"}"), "alarm_disarm {\"code\":\"1\"}");
	ATF_CHECK_STREQ(admit(&w, "disarm", NULL), "invalid service");
	close_bench(&w);
}

/* A code that is left out is an empty one: where the lock wants another form, nothing is sent. */
ATF_TC_WITHOUT_HEAD(admit__lock);
ATF_TC_BODY(admit__lock, tc)
{
	struct bench w = open_bench("lock", "{\"code_format\":\"^\\\\d{4}$\",\"supported_features\":1}", "unlocked");

	ATF_CHECK_STREQ(admit(&w, "lock", NULL), "invalid code");
	ATF_CHECK_STREQ(admit(&w, "lock", "{\"code\":\"\"}"), "invalid code");
	ATF_CHECK_STREQ(admit(&w, "unlock", "{\"code\":\"12\"}"), "invalid code");
	ATF_CHECK_STREQ(admit(&w, "open", "{}"), "invalid code");
	ATF_CHECK_STREQ(admit(&w, "lock", "{\"code\":\"1234\"}"), "lock {\"code\":\"1234\"}");
	w.es.entity.capabilities = "{\"code_format\":\"^\\\\d*$\"}";
	ATF_CHECK_STREQ(admit(&w, "lock", NULL), "lock {}");
	w.es.entity.capabilities = "{}";
	ATF_CHECK_STREQ(admit(&w, "lock", NULL), "lock {}");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__update);
ATF_TC_BODY(admit__update, tc)
{
	struct bench w = open_bench("update", "{\"supported_features\":5}", "on");

	w.es.state.attributes = "{\"installed_version\":\"1\",\"latest_version\":\"2\"}";
	ATF_CHECK_STREQ(admit(&w, "install", NULL), "install {}");
	ATF_CHECK_STREQ(admit(&w, "skip", NULL), "skip {}");
	ATF_CHECK_STREQ(admit(&w, "clear_skipped", NULL), "clear_skipped {}");
	w.es.state.attributes = "{\"installed_version\":\"1\",\"latest_version\":\"2\",\"in_progress\":true}";
	ATF_CHECK_STREQ(admit(&w, "install", NULL), "unsupported service");
	w.es.state.attributes = "{\"installed_version\":\"1\",\"latest_version\":\"2\",\"in_progress\":40}";
	ATF_CHECK_STREQ(admit(&w, "install", NULL), "unsupported service");
	w.es.state.attributes = "{\"installed_version\":\"1\",\"latest_version\":\"2\",\"in_progress\":false,"
	    "\"skipped_version\":\"2\"}";
	ATF_CHECK_STREQ(admit(&w, "install", NULL), "install {}");
	w.es.state.attributes = "{\"installed_version\":\"2\",\"latest_version\":\"2\"}";
	ATF_CHECK_STREQ(admit(&w, "install", NULL), "unsupported service");
	ATF_CHECK_STREQ(admit(&w, "skip", NULL), "unsupported service");
	w.es.state.attributes = "{\"installed_version\":\"2\"}";
	ATF_CHECK_STREQ(admit(&w, "install", NULL), "unsupported service");
	ATF_CHECK_STREQ(admit(&w, "skip", NULL), "unsupported service");
	ATF_CHECK_STREQ(admit(&w, "clear_skipped", NULL), "clear_skipped {}");
	/* whatever it can besides */
	w.es.entity.capabilities = "{\"supported_features\":0}";
	w.es.state.attributes = "{\"installed_version\":\"1\",\"latest_version\":\"2\"}";
	ATF_CHECK_STREQ(admit(&w, "skip", NULL), "skip {}");
	ATF_CHECK_STREQ(admit(&w, "install", NULL), "unsupported service");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__steps_and_tilt);
ATF_TC_BODY(admit__steps_and_tilt, tc)
{
	struct bench w = open_bench("fan", "{\"supported_features\":1,\"percentage_step\":33.333333}", "on");

	w.es.state.attributes = "{\"percentage\":33}";
	ATF_CHECK_STREQ(admit(&w, "increase_speed", NULL), "set_percentage {\"percentage\":66}");
	ATF_CHECK_STREQ(admit(&w, "decrease_speed", NULL), "set_percentage {\"percentage\":0}");
	ATF_CHECK_STREQ(admit(&w, "increase_speed", "{\"percentage_step\":80}"),
	    "set_percentage {\"percentage\":100}");
	w.es.state.attributes = "{}";
	ATF_CHECK_STREQ(admit(&w, "decrease_speed", NULL), "set_percentage {\"percentage\":0}");
	close_bench(&w);
	w = open_bench("cover", "{\"supported_features\":176}", "open");
	w.es.state.attributes = "{\"current_tilt_position\":30}";
	ATF_CHECK_STREQ(admit(&w, "toggle_cover_tilt", NULL), "close_cover_tilt {}");
	w.es.state.attributes = "{\"current_tilt_position\":0}";
	ATF_CHECK_STREQ(admit(&w, "toggle_cover_tilt", NULL), "open_cover_tilt {}");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(admit__select);
ATF_TC_BODY(admit__select, tc)
{
	struct bench w = open_bench("select", "{\"options\":[\"a\",\"b\",\"c\"]}", "c");

	ATF_CHECK_STREQ(admit(&w, "select_next", NULL), "select_option {\"option\":\"a\"}");
	ATF_CHECK_STREQ(admit(&w, "select_next", "{\"cycle\":false}"), "select_option {\"option\":\"c\"}");
	ATF_CHECK_STREQ(admit(&w, "select_previous", NULL), "select_option {\"option\":\"b\"}");
	ATF_CHECK_STREQ(admit(&w, "select_first", NULL), "select_option {\"option\":\"a\"}");
	ATF_CHECK_STREQ(admit(&w, "select_last", NULL), "select_option {\"option\":\"c\"}");
	ATF_CHECK_STREQ(admit(&w, "select_first", "{\"cycle\":true}"), "invalid cycle");
	w.es.state.state = NULL;
	ATF_CHECK_STREQ(admit(&w, "select_next", NULL), "select_option {\"option\":\"a\"}");
	ATF_CHECK_STREQ(admit(&w, "select_previous", NULL), "select_option {\"option\":\"c\"}");
	w.es.entity.capabilities = "{}";
	ATF_CHECK_STREQ(admit(&w, "select_next", NULL), "unsupported service");
	close_bench(&w);
}

/* What was read before is not read again. */
ATF_TC_WITHOUT_HEAD(admit__by_what_was_read);
ATF_TC_BODY(admit__by_what_was_read, tc)
{
	struct bench w = open_bench("select", "no JSON", "b");
	struct js *caps = parse("{\"options\":[\"a\",\"b\"]}");
	struct js *data = parse("{\"option\":\"a\"}");
	struct command_request r = { .entity = &w.es, .service = "select_option", .caps = caps, .data = data,
		.actor = "user:anna", .now_ms = NOW };
	struct fault f = { 0 };
	struct command c;

	ATF_REQUIRE_EQ_MSG(command_admit(&r, w.a, &c, NULL, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_STREQ("{\"option\":\"a\"}", c.data);
	js_set(data, "option", js_new_string("c"));
	ATF_CHECK_EQ(command_admit(&r, w.a, &c, NULL, &f), RC_INVALID);
	js_free(caps);
	js_free(data);
	close_bench(&w);
}

static struct live *
put(struct house *h, struct bench *w, const char *id, int64_t row, const char *caps)
{
	struct entity_state es = w->es;

	es.entity.entity_id = id;
	es.entity.row = row;
	es.entity.capabilities = caps;
	return house_view(h, &es);
}

/* All that can the same have one copy of what that is, read once. */
ATF_TC_WITHOUT_HEAD(house__reads_capabilities_once);
ATF_TC_BODY(house__reads_capabilities_once, tc)
{
	static const char modes[] = "{\"supported_color_modes\":[\"xy\"]}";
	struct bench w = open_bench("light", modes, "on");
	struct house h = { 0 };
	struct live *a = put(&h, &w, "light.a", 11, modes), *b = put(&h, &w, "light.b", 12, modes);
	struct live *plain = put(&h, &w, "light.c", 13, "{}");
	struct entity_state es;

	ATF_CHECK(house_capabilities(a) == house_capabilities(b));
	ATF_CHECK(house_capabilities(a) == house_capabilities(a));
	ATF_CHECK_STREQ("xy", js_string(js_at(js_get(house_capabilities(a), "supported_color_modes"), 0), NULL));
	ATF_CHECK_EQ(js_type(house_capabilities(plain)), JS_OBJECT);
	ATF_CHECK_EQ(js_size(house_capabilities(plain)), 0);
	/* one that can something else now */
	ATF_REQUIRE(put(&h, &w, "light.b", 12, "{}") == b);
	ATF_CHECK(house_capabilities(b) == house_capabilities(plain));
	house_entity_state(a, w.a, &es);
	ATF_CHECK_STREQ(modes, es.entity.capabilities);
	house_free(&h);
	close_bench(&w);
}

static bool
confirmed(const char *domain, const char *service, const char *data, const char *state,
    const char *attributes)
{
	struct js *told = parse(data), *a = parse(attributes);
	bool yes = command_confirmed_by(domain, service, told, NULL, state, a);

	js_free(told);
	js_free(a);
	return yes;
}

ATF_TC_WITHOUT_HEAD(confirmed__by_state_and_tolerance);
ATF_TC_BODY(confirmed__by_state_and_tolerance, tc)
{
	ATF_CHECK(confirmed("switch", "turn_on", "{}", "on", "{}"));
	ATF_CHECK(!confirmed("switch", "turn_on", "{}", "off", "{}"));
	ATF_CHECK(!confirmed("switch", "turn_on", "{}", NULL, "{}"));
	ATF_CHECK(confirmed("light", "turn_on", "{\"brightness\":100}", "on", "{\"brightness\":102}"));
	ATF_CHECK(!confirmed("light", "turn_on", "{\"brightness\":100}", "on", "{\"brightness\":103}"));
	ATF_CHECK(!confirmed("light", "turn_on", "{\"brightness\":100}", "on", "{}"));
	ATF_CHECK(confirmed("light", "turn_on", "{\"xy_color\":[0.7,0.3]}", "on",
	    "{\"xy_color\":[0.69,0.31]}"));
	ATF_CHECK(!confirmed("light", "turn_on", "{\"xy_color\":[0.7,0.3]}", "on",
	    "{\"xy_color\":[0.2,0.3]}"));
	ATF_CHECK(confirmed("cover", "set_cover_position", "{\"position\":50}", "open",
	    "{\"current_position\":52}"));
	ATF_CHECK(!confirmed("cover", "set_cover_position", "{\"position\":50}", "open",
	    "{\"current_position\":53}"));
	ATF_CHECK(confirmed("cover", "close_cover", "{}", "closing", "{}"));
	ATF_CHECK(confirmed("climate", "set_temperature", "{\"temperature\":21}", "heat",
	    "{\"temperature\":21.0}"));
	ATF_CHECK(!confirmed("climate", "set_temperature", "{\"temperature\":21}", "heat",
	    "{\"temperature\":21.5}"));
	ATF_CHECK(confirmed("climate", "set_hvac_mode", "{\"hvac_mode\":\"heat\"}", "heat", "{}"));
	ATF_CHECK(confirmed("climate", "turn_on", "{}", "heat", "{}"));
	ATF_CHECK(!confirmed("climate", "turn_on", "{}", "off", "{}"));
	ATF_CHECK(confirmed("number", "set_value", "{\"value\":5}", "5.0", "{}"));
	ATF_CHECK(!confirmed("number", "set_value", "{\"value\":5}", "6", "{}"));
	ATF_CHECK(confirmed("select", "select_option", "{\"option\":\"a\"}", "a", "{}"));
	ATF_CHECK(confirmed("lock", "unlock", "{}", "unlocked", "{}"));
	ATF_CHECK(!confirmed("lock", "lock", "{}", "locking", "{}"));
	ATF_CHECK(!confirmed("button", "press", "{}", "x", "{}"));
	ATF_CHECK(!command_confirmable("button", "press"));
	ATF_CHECK(command_confirmable("light", "turn_on"));
	ATF_CHECK(command_repeatable("light", "turn_on"));
	ATF_CHECK(!command_repeatable("light", "toggle"));
	ATF_CHECK(!command_repeatable("button", "press"));
	ATF_CHECK(!command_repeatable("alarm_control_panel", "alarm_disarm"));
	ATF_CHECK(!command_repeatable("alarm_control_panel", "alarm_arm_away"));
	ATF_CHECK(!command_repeatable("lock", "unlock"));
	ATF_CHECK(!command_repeatable("lock", "open"));
	ATF_CHECK(command_repeatable("lock", "lock"));
	ATF_CHECK(!command_repeatable("vacuum", "send_command"));
	ATF_CHECK(!command_repeatable("light", "nothing"));
}

/* What an attribute alone shows is shown also by an entity whose state nobody knows; what the state shows is not. */
ATF_TC_WITHOUT_HEAD(confirmed__without_a_state);
ATF_TC_BODY(confirmed__without_a_state, tc)
{
	(void)tc;
	ATF_CHECK(confirmed("climate", "set_temperature", "{\"temperature\":20.5}", NULL, "{\"temperature\":20.5}"));
	ATF_CHECK(!confirmed("climate", "set_temperature", "{\"temperature\":20.5}", NULL, "{\"temperature\":21}"));
	ATF_CHECK(!confirmed("climate", "set_temperature", "{\"temperature\":20.5,\"hvac_mode\":\"heat\"}", NULL,
	    "{\"temperature\":20.5}"));
	ATF_CHECK(confirmed("cover", "set_cover_tilt_position", "{\"tilt_position\":33}", NULL,
	    "{\"current_tilt_position\":33}"));
	ATF_CHECK(!confirmed("climate", "set_hvac_mode", "{\"hvac_mode\":\"heat\"}", NULL, "{}"));
	ATF_CHECK(!confirmed("climate", "turn_on", "{}", NULL, "{}"));
	ATF_CHECK(!confirmed("number", "set_value", "{\"value\":0}", NULL, "{}"));
	ATF_CHECK(!confirmed("light", "turn_on", "{\"brightness\":9}", NULL, "{\"brightness\":9}"));
}

/* A newer command takes an older one's place only where both set the same. */
ATF_TC_WITHOUT_HEAD(overtakes__same_part);
ATF_TC_BODY(overtakes__same_part, tc)
{
	(void)tc;
	ATF_CHECK(command_overtakes("lock", "lock", "unlock"));
	ATF_CHECK(command_overtakes("light", "turn_off", "turn_on"));
	ATF_CHECK(command_overtakes("cover", "stop_cover", "set_cover_position"));
	ATF_CHECK(!command_overtakes("cover", "stop_cover_tilt", "set_cover_position"));
	ATF_CHECK(command_overtakes("cover", "stop_cover_tilt", "set_cover_tilt_position"));
	ATF_CHECK(command_overtakes("climate", "turn_off", "set_hvac_mode"));
	ATF_CHECK(!command_overtakes("climate", "turn_off", "set_temperature"));
	ATF_CHECK(!command_overtakes("fan", "oscillate", "turn_off"));
	ATF_CHECK(!command_overtakes("lock", "lock", "nothing"));
}

/* The table is consistent: toggles name services, fields names are unique, ranges make sense. */
ATF_TC_WITHOUT_HEAD(services__table);
ATF_TC_BODY(services__table, tc)
{
	struct mem_arena *a = mem_arena_new(4096);
	const struct service_field *p, *q;
	const char *const *names = command_services("light", a);
	const struct service *s;
	size_t i;

	for (i = 0; (s = service_at(i)) != NULL; i++) {
		ATF_CHECK_EQ(service_find(s->domain, s->name), s);
		if (s->then != NULL) {
			ATF_CHECK(service_find(s->domain, s->then) != NULL);
			ATF_CHECK(service_find(s->domain, s->otherwise) != NULL);
		}
		for (p = s->fields; p != NULL && p->name != NULL; p++) {
			ATF_CHECK(p->type == SERVICE_JSON || p->max > p->min);
			ATF_CHECK(!p->secret || p->type == SERVICE_TEXT);
			for (q = s->fields; q != p; q++)
				ATF_CHECK(strcmp(p->name, q->name) != 0);
		}
	}
	ATF_CHECK_STREQ(names[0], "turn_on");
	ATF_CHECK_STREQ(names[2], "toggle");
	ATF_CHECK(names[3] == NULL);
	ATF_CHECK(command_services("sensor", a)[0] == NULL);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(color__conversions);
ATF_TC_BODY(color__conversions, tc)
{
	struct color_hs hs = color_rgb_to_hs((struct color_rgb){ 255, 128, 0 });
	struct color_rgb rgb = color_hs_to_rgb((struct color_hs){ 240, 100 });
	struct color_xy xy = color_rgb_to_xy((struct color_rgb){ 255, 255, 255 });
	struct color_range range = { 2000, 6535 };
	double white[5];

	ATF_CHECK_EQ(hs.h, 30.118);
	ATF_CHECK_EQ(hs.s, 100);
	ATF_CHECK(rgb.r == 0 && rgb.g == 0 && rgb.b == 255);
	ATF_CHECK(xy.x == 0.323 && xy.y == 0.329);
	rgb = color_xy_to_rgb((struct color_xy){ 0.5, 0.5 });
	ATF_CHECK(rgb.r == 255 && rgb.b == 0);
	ATF_CHECK_EQ(color_mired_to_kelvin(370), 2702);
	ATF_CHECK_EQ(color_kelvin_to_mired(2702), 370);
	ATF_CHECK_EQ(color_mired_to_kelvin(0), 0);
	hs = color_kelvin_to_hs(6600);
	ATF_CHECK(hs.s < 1);
	rgb = color_rgbw_to_rgb((double[]){ 0, 0, 0, 255 });
	ATF_CHECK(rgb.r == 255 && rgb.g == 255 && rgb.b == 255);
	color_rgb_to_rgbw((struct color_rgb){ 255, 128, 64 }, white);
	ATF_CHECK(white[0] == 255 && white[1] == 85 && white[2] == 0 && white[3] == 85);
	color_rgb_to_rgbww((struct color_rgb){ 255, 0, 0 }, range, white);
	ATF_CHECK(white[0] == 255 && white[1] == 0 && white[3] == 0 && white[4] == 0);
	color_kelvin_to_rgbww(2000, 200, range, white);
	ATF_CHECK(white[0] == 0 && white[3] == 0 && white[4] == 200);
	rgb = color_rgbww_to_rgb((double[]){ 0, 0, 0, 0, 0 }, range);
	ATF_CHECK(rgb.r == 0 && rgb.g == 0 && rgb.b == 0);
	xy = color_rgb_to_xy((struct color_rgb){ 0, 0, 0 });
	ATF_CHECK(xy.x == 0 && xy.y == 0);
}

ATF_TC_WITHOUT_HEAD(deadline__what_moves_has_more_time);
ATF_TC_BODY(deadline__what_moves_has_more_time, tc)
{
	struct bench w = open_bench("cover", "{\"supported_features\":15}", "open");
	struct js *data = parse("{\"position\":50}");
	struct command_request r = { .entity = &w.es, .service = "set_cover_position", .data = data,
		.actor = "token:t", .now_ms = NOW, .timeout_ms = 5000 };
	struct fault f = { 0 };
	struct command c;

	(void)tc;
	ATF_REQUIRE_EQ_MSG(RC_OK, command_admit(&r, w.a, &c, NULL, &f), "%s: %s", f.field, f.msg);
	ATF_CHECK_EQ(NOW + 120000, c.deadline);
	r.service = "open_cover";
	r.data = NULL;
	ATF_REQUIRE_EQ(RC_OK, command_admit(&r, w.a, &c, NULL, &f));
	ATF_CHECK_EQ(NOW + 5000, c.deadline);
	js_free(data);
	close_bench(&w);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, deadline__what_moves_has_more_time);
	ATF_TP_ADD_TC(tp, admit__light);
	ATF_TP_ADD_TC(tp, admit__light_by_name);
	ATF_TP_ADD_TC(tp, admit__notify);
	ATF_TP_ADD_TC(tp, admit__light_without_colour);
	ATF_TP_ADD_TC(tp, admit__gone_or_disabled);
	ATF_TP_ADD_TC(tp, safety__setpoint);
	ATF_TP_ADD_TC(tp, enqueue__recorded_with_cause);
	ATF_TP_ADD_TC(tp, enqueue__refusal_recorded);
	ATF_TP_ADD_TC(tp, enqueue__secrets_are_forgotten);
	ATF_TP_ADD_TC(tp, admit__alarm);
	ATF_TP_ADD_TC(tp, admit__lock);
	ATF_TP_ADD_TC(tp, admit__update);
	ATF_TP_ADD_TC(tp, admit__select);
	ATF_TP_ADD_TC(tp, admit__steps_and_tilt);
	ATF_TP_ADD_TC(tp, enqueue__invalid_leaves_nothing);
	ATF_TP_ADD_TC(tp, admit__by_what_was_read);
	ATF_TP_ADD_TC(tp, house__reads_capabilities_once);
	ATF_TP_ADD_TC(tp, confirmed__by_state_and_tolerance);
	ATF_TP_ADD_TC(tp, confirmed__without_a_state);
	ATF_TP_ADD_TC(tp, services__table);
	ATF_TP_ADD_TC(tp, overtakes__same_part);
	ATF_TP_ADD_TC(tp, color__conversions);
	return atf_no_error();
}
