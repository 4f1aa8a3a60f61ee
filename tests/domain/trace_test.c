/* SPDX-License-Identifier: ISC
 *
 * Traces: what they say after they were written, how small they are, damaged ones, and when they go.
 */
#include "tests/lib/house.h"

#include <sqlite3.h>
#include <stdio.h>

#include "shared/domain/automation.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/run.h"
#include "shared/domain/upkeep.h"

#define NOW 1700000000000LL
#define DAY 86400000LL

static struct db *db;
static struct conf *conf;

static struct rule *
compile(const char *text)
{
	struct fault f = { 0 };
	struct js *v = NULL;
	struct rule *r;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(automation_compile(v, &r, &f), RC_OK, "%s: %s", f.field, f.msg);
	js_free(v);
	return r;
}

static struct live *
entity(struct house *h, int64_t row, const char *id, const char *state)
{
	struct entity_state es = {
		.entity = { .row = row, .entity_id = id, .domain = "sensor", .adapter = "none", .enabled = true },
		.state = { .state = state, .attributes = "{}", .available = true },
	};

	return house_put(h, &es);
}

/* The trace as JSON. */
static const char *
text(const struct trace *t, struct buf *out)
{
	struct jsw w = jsw_to(out);
	struct trace_view v = { 0 };
	struct buf sealed = { 0 };

	trace_seal(t, &sealed);
	ATF_CHECK(trace_read(&v, sealed.p, sealed.len));
	buf_reset(out);
	jsw_object(&w, NULL);
	jsw_value(&w, "by", v.trigger);
	jsw_value(&w, "if", v.conditions);
	jsw_value(&w, "then", v.steps);
	jsw_end(&w);
	trace_view_free(&v);
	buf_free(&sealed);
	return buf_str(out);
}

static void
evaluate(struct trace *t, struct house *h, const struct rule *r, bool holds)
{
	struct template_scratch *scratch = template_scratch_new();
	struct rule_context x = { .house = h, .now_ms = NOW, .scratch = scratch, .trace = t };
	struct house_change c = { .live = house_find_id(h, "sensor.door"), .state = true, .prior = (char[]){ "shut" } };
	struct buf why = { .max = 200 };

	trace_trigger(t, 3, 0, &r->triggers[0], &c);
	ATF_CHECK_EQ(rule_hold(&r->conditions, &x, &why), holds);
	ATF_CHECK_EQ(why.len == 0, holds);
	if (holds)
		trace_decided(t);
	buf_free(&why);
	template_scratch_free(scratch);
}

#define RULE "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"sensor.door\"}],\"conditions\":[%s]," \
	"\"actions\":[{\"delay\":1}]}"

static const struct {
	const char	*conditions;
	bool		 holds;
	const char	*said;
} asked[] = {
	{ "{\"condition\":\"state\",\"entity_id\":[\"sensor.door\",\"sensor.n\"],\"state\":[\"open\",\"7\"]}", true,
	    "{\"name\":\"state\",\"holds\":true,\"saw\":\"sensor.door is open, sensor.n is 7\",\"conditions\":[]}" },
	{ "{\"alias\":\"warm\",\"condition\":\"numeric_state\",\"entity_id\":\"sensor.n\",\"above\":8}", false,
	    "{\"name\":\"warm\",\"holds\":false,\"saw\":\"sensor.n is 7, not above 8\",\"conditions\":[]}" },
	{ "{\"or\":[{\"not\":[\"{{ true }}\"]},\"{{ 1 == 1 }}\"]}", true,
	    "{\"name\":\"or\",\"holds\":true,\"saw\":null,\"conditions\":[{\"name\":\"not\",\"holds\":false,\"saw\":null,"
	    "\"conditions\":[{\"name\":\"template\",\"holds\":true,\"saw\":\"{{ true }} is true\",\"conditions\":[]}]},"
	    "{\"name\":\"template\",\"holds\":true,\"saw\":\"{{ 1 == 1 }} is true\",\"conditions\":[]}]}" },
	/* the second is not asked any more */
	{ "{\"and\":[{\"condition\":\"state\",\"entity_id\":\"sensor.n\",\"state\":\"8\"},\"{{ true }}\"]}", false,
	    "{\"name\":\"and\",\"holds\":false,\"saw\":null,\"conditions\":[{\"name\":\"state\",\"holds\":false,"
	    "\"saw\":\"sensor.n is 7\",\"conditions\":[]}]}" },
};

ATF_TC_WITHOUT_HEAD(trace__says_what_conditions_saw);
ATF_TC_BODY(trace__says_what_conditions_saw, tc)
{
	struct house h = { 0 };
	struct trace t = { 0 };
	struct buf b = { 0 };
	char config[1024], expect[1024];
	struct rule *r;
	size_t i;

	entity(&h, 1, "sensor.door", "open");
	entity(&h, 2, "sensor.n", "7");
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		snprintf(config, sizeof(config), RULE, asked[i].conditions);
		snprintf(expect, sizeof(expect), "{\"by\":{\"index\":0,\"name\":\"state\",\"entity_id\":\"sensor.door\","
		    "\"subject\":null,\"from\":\"shut\",\"to\":\"open\"},\"if\":[%s],\"then\":[]}", asked[i].said);
		r = compile(config);
		evaluate(&t, &h, r, asked[i].holds);
		ATF_CHECK_STREQ(expect, text(&t, &b));
		trace_free(&t);
		automation_free(r);
	}
	buf_free(&b);
	house_free(&h);
}

ATF_TC_WITHOUT_HEAD(trace__steps_name_their_commands_and_causes);
ATF_TC_BODY(trace__steps_name_their_commands_and_causes, tc)
{
	struct late *first = late_new(0), *second = late_new(7);
	struct trace t = { 0 };
	struct buf b = { 0 };

	trace_ref(&t, first);
	trace_ref(&t, NULL);
	trace_step(&t, "actions[0]", 0, "done", "");
	trace_step(&t, "actions[1]", 1, "waits", NULL);
	trace_ref(&t, second);
	trace_late(&t, 80000);
	trace_step(&t, "actions[1]", 90000, "heard", "");
	atomic_store(&first->id, 300);
	ATF_CHECK_STREQ("{\"by\":null,\"if\":[],\"then\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"done\",\"reason\":null,\"conditions\":[],\"refs\":[300,0]},"
	    "{\"place\":\"actions[1]\",\"after\":1,\"result\":\"waits\",\"reason\":null,\"conditions\":[],\"refs\":[]},"
	    "{\"place\":\"actions[1]\",\"after\":90000,\"result\":\"heard\",\"reason\":null,\"conditions\":[],"
	    "\"refs\":[7],\"late\":80000}]}", text(&t, &b));
	trace_free(&t);
	late_free(first);
	late_free(second);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(trace__steps_say_what_they_set);
ATF_TC_BODY(trace__steps_say_what_they_set, tc)
{
	struct js *values = NULL, *none = js_new_object(), *much = js_new_object();
	struct trace t = { 0 };
	struct buf b = { 0 }, want = { 0 };
	char word[300];
	const char *set = "{\"low\":[\"Bath\"],\"n\":3,\"room\":\"hall\",\"pin\":1234}";
	size_t n;

	ATF_REQUIRE_EQ(js_parse(set, strlen(set), JS_STRICT, &values, NULL), RC_OK);
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	js_set(much, "w", js_new_string(word));
	trace_values(&t, values);
	trace_step(&t, "a[0]", 0, "done", "");
	trace_step(&t, "a[1]", 0, "done", "");
	trace_values(&t, values);
	trace_values(&t, none);
	trace_step(&t, "a[2]", 0, "done", "");
	trace_values(&t, values);
	trace_step(&t, "a[3]", 0, "failed", "why");
	buf_printf(&want, "{\"by\":null,\"if\":[],\"then\":["
	    "{\"place\":\"a[0]\",\"after\":0,\"result\":\"done\",\"reason\":\"low = [\\\"Bath\\\"], n = 3, room = hall, "
	    "pin = ***\",\"conditions\":[],\"refs\":[]},"
	    "{\"place\":\"a[1]\",\"after\":0,\"result\":\"done\",\"reason\":null,\"conditions\":[],\"refs\":[]},"
	    "{\"place\":\"a[2]\",\"after\":0,\"result\":\"done\",\"reason\":null,\"conditions\":[],\"refs\":[]},"
	    "{\"place\":\"a[3]\",\"after\":0,\"result\":\"failed\",\"reason\":\"why\",\"conditions\":[],\"refs\":[]}]}");
	ATF_CHECK_STREQ(buf_str(&want), text(&t, &b));
	n = t.bytes.len;
	trace_values(&t, much);
	trace_step(&t, "a[4]", 0, "done", "");
	ATF_CHECK(t.bytes.len - n < TRACE_TEXT_MAX + 20);
	trace_values(&t, values);
	trace_free(&t);
	js_free(values);
	js_free(none);
	js_free(much);
	buf_free(&b);
	buf_free(&want);
}

/* Whatever is in the database, reading it ends, inside of its bytes. */
ATF_TC_WITHOUT_HEAD(trace__damaged_ones_are_read_as_far_as_they_go);
ATF_TC_BODY(trace__damaged_ones_are_read_as_far_as_they_go, tc)
{
	char config[1024];
	struct house h = { 0 };
	struct trace t = { 0 };
	struct buf sealed = { 0 };
	struct trace_view v;
	struct rule *r;
	size_t n, i;

	entity(&h, 1, "sensor.door", "open");
	entity(&h, 2, "sensor.n", "7");
	snprintf(config, sizeof(config), RULE, asked[2].conditions);
	r = compile(config);
	evaluate(&t, &h, r, true);
	trace_step(&t, "actions[0]", 0, "done", "why");
	trace_seal(&t, &sealed);
	for (n = 0; n < sealed.len; n++) {
		char *cut = mem_xbytes(sealed.p, n);

		v = (struct trace_view){ 0 };
		trace_read(&v, cut, n);
		trace_view_free(&v);
		for (i = 0; i < n; i++) {
			cut[i] = (char)(cut[i] ^ 0xff);
			v = (struct trace_view){ 0 };
			trace_read(&v, cut, n);
			trace_view_free(&v);
			cut[i] = (char)(cut[i] ^ 0xff);
		}
		free(cut);
	}
	buf_free(&sealed);
	trace_free(&t);
	automation_free(r);
	house_free(&h);
}

/* A run that never pauses and never ends a thought keeps its beginning. */
ATF_TC_WITHOUT_HEAD(trace__is_bounded);
ATF_TC_BODY(trace__is_bounded, tc)
{
	char longer[TRACE_TEXT_MAX + 3];
	struct trace t = { 0 };
	struct buf b = { 0 };
	int i;

	memset(longer, 'x', sizeof(longer));
	longer[TRACE_TEXT_MAX - 1] = '\xc3';	/* a letter of two bytes across the end */
	longer[TRACE_TEXT_MAX] = '\xa4';
	longer[TRACE_TEXT_MAX + 2] = '\0';
	for (i = 0; i < 10000; i++)
		trace_step(&t, "actions[0]", i, "no", longer);
	ATF_CHECK(t.bytes.len <= TRACE_BYTES_MAX + 2 * TRACE_TEXT_MAX);
	ATF_CHECK(strstr(text(&t, &b), "x\xc3") == NULL && strstr(buf_str(&b), "\xef\xbf\xbd") == NULL);
	trace_free(&t);
	buf_free(&b);
}

/* ---- on disk ---- */

static int64_t
ask(const char *sql)
{
	sqlite3_stmt *s;
	sqlite3 *file;
	int64_t v;

	ATF_REQUIRE_EQ(sqlite3_open("consciousness.db", &file), SQLITE_OK);
	ATF_REQUIRE_EQ_MSG(sqlite3_prepare_v2(file, sql, -1, &s, NULL), SQLITE_OK, "%s", sqlite3_errmsg(file));
	ATF_REQUIRE_EQ(sqlite3_step(s), SQLITE_ROW);
	v = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(file);
	return v;
}

static void
write_some(int n, enum trace_kind kind, int64_t time, const struct buf *data)
{
	struct tx tx = { .db = db, .now_ms = time };
	struct store_trace piece;
	int i;

	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	for (i = 0; i < n; i++) {
		piece = (struct store_trace){ .automation = 1 + i % 20, .kind = kind, .time = time + i, .cause = 100000 + i,
			.data = data->p, .len = data->len };
		if (kind == TRACE_RUN) {
			struct run run = { .automation = 1, .status = "done", .position = "{}", .started = time + i };

			ATF_REQUIRE_EQ(run_put(&tx, &run, &piece), RC_OK);
		} else
			ATF_REQUIRE_EQ(store_trace_insert(&tx, &piece), RC_OK);
	}
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
}

/* "If the door opens and nobody is home, light the lamp." */
static void
simple(struct buf *sealed)
{
	struct rule *r = compile("{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\","
	    "\"entity_id\":\"binary_sensor.front_door\",\"to\":\"on\"}],\"conditions\":[{\"alias\":\"nobody home\","
	    "\"condition\":\"state\",\"entity_id\":\"person.ada\",\"state\":\"not_home\"}],\"actions\":["
	    "{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.hallway\"}}]}");
	struct late *command = late_new(123456);
	struct house h = { 0 };
	struct house_change c = { .live = entity(&h, 1, "binary_sensor.front_door", "on"), .state = true,
		.prior = (char[]){ "off" } };
	struct trace t = { 0 };
	struct rule_context x = { .house = &h, .now_ms = NOW, .trace = &t };
	struct buf why = { .max = 200 };

	entity(&h, 2, "person.ada", "not_home");
	trace_trigger(&t, 3, 0, &r->triggers[0], &c);
	ATF_REQUIRE(rule_hold(&r->conditions, &x, &why));
	trace_decided(&t);
	trace_ref(&t, command);
	trace_step(&t, r->program.steps[0].path, 0, "done", "");
	trace_seal(&t, sealed);
	trace_free(&t);
	buf_free(&why);
	late_free(command);
	automation_free(r);
	house_free(&h);
}

ATF_TC_WITHOUT_HEAD(trace__is_small);
ATF_TC_BODY(trace__is_small, tc)
{
	struct buf sealed = { 0 };
	int64_t bytes;

	db = house_new(&conf);
	simple(&sealed);
	write_some(20000, TRACE_NO, NOW, &sealed);
	db_checkpoint(db);
	bytes = ask("SELECT SUM(pgsize) / 20000 FROM dbstat WHERE name IN ('trace', 'trace_automation', 'trace_run')");
	printf("a trace of a simple rule: %zu bytes, %lld on disk\n", sealed.len, (long long)bytes);
	ATF_CHECK_MSG(bytes > (int64_t)sealed.len && bytes < 300, "%lld", (long long)bytes);
	buf_free(&sealed);
	db_close(db);
	conf_free(conf);
}

static size_t
left(void)
{
	return (size_t)ask("SELECT COUNT(*) FROM trace");
}

ATF_TC_WITHOUT_HEAD(trace__goes_by_time_and_by_size);
ATF_TC_BODY(trace__goes_by_time_and_by_size, tc)
{
	struct upkeep u = { .now_ms = NOW, .raw_days = 30, .event_days = 90, .trace_days = 14,
		.trace_bytes = 1 << 30 };
	struct buf data = { 0 };
	struct fault f = { 0 };
	struct clock now = { 0 };
	struct store_writer *w;

	db = house_new(&conf);
	buf_puts(&data, "0123456789");
	write_some(3000, TRACE_NO, NOW - 15 * DAY, &data);
	write_some(1000, TRACE_NO, NOW - 13 * DAY, &data);
	ATF_REQUIRE_EQ_MSG(store_writer_open(conf, &now, NULL, NULL, &w, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(upkeep_prune(w, &u, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_EQ(left(), 1000);
	ATF_CHECK_EQ(u.traces, 3000);
	u.trace_bytes = 100 * (STORE_TRACE_ROW + 10);
	ATF_REQUIRE_EQ_MSG(upkeep_prune(w, &u, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_EQ(left(), 100);
	/* the newest are those that stay */
	ATF_CHECK_EQ(ask("SELECT MIN(id) FROM trace"), 3901);
	store_writer_close(w);
	buf_free(&data);
	db_close(db);
	conf_free(conf);
}

/* Both lengths are rounded: what reads the same would be no reason. */
ATF_TC_WITHOUT_HEAD(trace__says_how_long_a_trigger_held);
ATF_TC_BODY(trace__says_how_long_a_trigger_held, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	const struct evaluation e = { .kind = TRACE_CUT };

	(void)tc;
	ATF_CHECK_STREQ(evaluation_reason(&e, &(struct trace_view){ .held = 3000, .of = 30000 }, a),
	    "the trigger held for 3 s of 30 s");
	ATF_CHECK_STREQ(evaluation_reason(&e, &(struct trace_view){ .held = 29960, .of = 30000 }, a),
	    "the trigger ended a moment before it had held for 30 s");
	mem_arena_free(a);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, trace__says_what_conditions_saw);
	ATF_TP_ADD_TC(tp, trace__steps_name_their_commands_and_causes);
	ATF_TP_ADD_TC(tp, trace__says_how_long_a_trigger_held);
	ATF_TP_ADD_TC(tp, trace__steps_say_what_they_set);
	ATF_TP_ADD_TC(tp, trace__damaged_ones_are_read_as_far_as_they_go);
	ATF_TP_ADD_TC(tp, trace__is_bounded);
	ATF_TP_ADD_TC(tp, trace__is_small);
	ATF_TP_ADD_TC(tp, trace__goes_by_time_and_by_size);
	return atf_no_error();
}
