/* SPDX-License-Identifier: ISC
 *
 * Why an automation ran or did not: sentences over a story of four days.
 */
#include "tests/lib/house.h"

#include <stdio.h>
#include <stdlib.h>

#include "shared/base/clock.h"
#include "shared/domain/automation.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/event.h"
#include "shared/domain/explain_automation.h"
#include "shared/domain/revision.h"
#include "shared/domain/rule.h"
#include "shared/domain/run.h"
#include "shared/domain/trace.h"

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;
static struct automation rule;

static int64_t
at(const char *local)
{
	int day, hour, minute;

	ATF_REQUIRE_EQ(sscanf(local, "%d %d:%d", &day, &hour, &minute), 3);
	return clock_from_wall(((clock_days(2026, 11, day) * 24 + hour) * 60 + minute) * INT64_C(60000));
}

static struct js *
parse(const char *text)
{
	struct js *v = NULL;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return v;
}

static void
open_house_with(bool enabled)
{
	struct js *away = parse("{\"name\":\"Away\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"sensor.door\"}],"
	    "\"actions\":[{\"event\":\"x\"}]}");
	struct entity door = { .entity_id = "sensor.door", .adapter = "mqtt", .component = "sensor",
		.domain = "sensor", .unique_id = "d", .label = "Front door", .enabled = true, .source = "x",
		.config = "{}", .capabilities = "{}" };
	struct fault f = { 0 };

	setenv("TZ", "Europe/Berlin", 1);
	db = house_new(&conf);
	arena = mem_arena_new(4096);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = at("20 10:00"), .actor = "user:anna" };
	ATF_REQUIRE_EQ(store_entity_insert(&tx, &door), RC_OK);
	house_entity(&tx, "sensor.phone", "{}");
	js_set(away, "enabled", js_new_bool(enabled));
	ATF_REQUIRE_EQ_MSG(automation_edit_add(&tx, away, arena, &rule, &f), RC_OK, "%s", f.msg);
	js_free(away);
}

static void
open_house(void)
{
	open_house_with(true);
}

static void
change(const char *when, bool enabled)
{
	struct js *members = parse(enabled ? "{\"enabled\":true}" : "{\"enabled\":false}");
	struct fault f = { 0 };

	tx.now_ms = at(when);
	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, "away", members, arena, &rule, &f), RC_OK, "%s", f.msg);
	js_free(members);
}

static void
remove_rule(const char *when)
{
	struct fault f = { 0 };

	tx.now_ms = at(when);
	ATF_REQUIRE_EQ_MSG(automation_edit_delete(&tx, "away", arena, &f), RC_OK, "%s", f.msg);
}

/* As it was when it was removed. */
static void
bring_back(const char *when)
{
	struct revision newest, made;
	struct fault f = { 0 };

	tx.now_ms = at(when);
	ATF_REQUIRE_EQ(store_revision_below(db, "automation", "away", INT64_MAX, arena, &newest), RC_OK);
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, newest.id, arena, &made, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(store_automation_get(db, "away", arena, &rule), RC_OK);
}

static void
name(const char *when, const char *to)
{
	struct js *members = js_new_object();
	struct fault f = { 0 };

	tx.now_ms = at(when);
	js_set(members, "name", js_new_string(to));
	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, "away", members, arena, &rule, &f), RC_OK, "%s", f.msg);
	js_free(members);
}

/* late: ms that it came after its time. */
static void
evaluate_late(const char *when, enum trace_kind kind, const struct trigger *by, const struct house_change *c,
    int64_t late)
{
	struct store_trace piece = { .automation = rule.row, .kind = kind, .time = at(when) };
	struct run run = { .automation = rule.row, .status = "done", .position = "{}", .started = piece.time,
		.ended = piece.time + 2000 };
	struct trace t = { 0 };
	struct buf b = { 0 };

	tx.now_ms = piece.time;
	trace_trigger(&t, rule.revision, 0, by, c);
	if (kind == TRACE_NO)
		trace_answer(&t, trace_ask(&t), "nobody home", false, "sensor.phone is home", 20);
	if (kind == TRACE_CUT)
		trace_cut(&t, 3000, 90000);
	if (kind == TRACE_BUSY)
		trace_busy(&t, 1);
	if (late > 0)
		trace_late(&t, late);
	trace_seal(&t, &b);
	piece.data = b.p;
	piece.len = b.len;
	ATF_REQUIRE_EQ(kind == TRACE_RUN ? run_put(&tx, &run, &piece) : store_trace_insert(&tx, &piece), RC_OK);
	trace_free(&t);
	buf_free(&b);
}

static void
evaluate_by(const char *when, enum trace_kind kind, const struct trigger *by, const struct house_change *c)
{
	evaluate_late(when, kind, by, c, 0);
}

static void
evaluate(const char *when, enum trace_kind kind)
{
	static const struct trigger_ops ops = { .name = "state" };
	static char open[] = "open";
	static struct live door = { .state = open, .entity_id = "sensor.door" };
	struct house_change c = { .live = &door, .state = true, .prior = (char[]){ "shut" } };
	struct trigger by = { .ops = &ops };

	evaluate_by(when, kind, &by, &c);
}

static void
call(const char *when, const char *id)
{
	static const struct trigger_ops ops = { .name = "webhook" };
	struct house_change c = { .event = EVENT_WEBHOOK, .subject = "webhook.c60a801e2c0847a9" };
	struct trigger by = { .ops = &ops, .id = id };

	evaluate_by(when, TRACE_RUN, &by, &c);
}

static void
down(const char *since, const char *until)
{
	char text[CLOCK_TEXT];

	tx.now_ms = at(until);
	ATF_REQUIRE_EQ(event_append(&tx, EVENT_SYSTEM, 0, "house.start",
	    mem_printf(arena, "{\"since\":\"%s\"}", clock_rfc3339(at(since), text)), NULL), RC_OK);
}

static const char *
explain_at(const char *now, const char *said, int64_t alive, struct place place)
{
	struct explain_house house = { .now_ms = at(now), .alive_ms = alive, .kept = retention_of(db, conf, at(now)),
		.place = place };
	struct automation_explanation x;
	struct fault f = { 0 };
	struct period p;
	struct buf b = { 0 };
	const char *text;
	size_t i;

	ATF_REQUIRE_EQ_MSG(period_parse(said, at(now), &p, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(explain_automation(db, &rule, &p, &house, arena, &x), RC_OK);
	buf_puts(&b, x.text);
	for (i = 0; i < x.n_notes; i++)
		buf_printf(&b, " | %s", x.notes[i]);
	text = mem_strdup(arena, buf_str(&b));
	buf_free(&b);
	return text;
}

static const char *
explain(const char *now, const char *said, int64_t alive)
{
	return explain_at(now, said, alive, (struct place){ 0 });
}

#define CHECK(expect, now, said) ATF_CHECK_STREQ(expect, explain(now, said, at(now)))

ATF_TC_WITHOUT_HEAD(explain__says_what_was);
ATF_TC_BODY(explain__says_what_was, tc)
{
	open_house();
	evaluate("20 22:58", TRACE_NO);
	evaluate("21 8:30", TRACE_RUN);
	evaluate("21 8:40", TRACE_BUSY);
	evaluate("21 9:30", TRACE_CUT);
	change("21 12:00", false);
	change("22 12:00", true);
	down("22 20:00", "23 8:30");
	CHECK("It did not run: at 2026-11-20 22:58:00 the condition 'nobody home' did not hold: sensor.phone is home.",
	    "21 10:00", "last night");
	CHECK("It ran at 08:30:00 because Front door changed from shut to open and was done at 08:30:02. | it was "
	    "triggered 2 more times without running, the last time at 09:30:00 the trigger held for 3 s of 1 min 30 s",
	    "21 10:00", "this morning");
	/* the nearest to a moment, but a run before anything else */
	CHECK("It ran at 08:30:00 because Front door changed from shut to open and was done at 08:30:02. | it was "
	    "triggered once more without running: at 08:40:00 it was running already", "21 10:00", "8:42");
	CHECK("It did not run: at 09:30:00 the trigger held for 3 s of 1 min 30 s.", "21 10:00", "9:35");
	CHECK("It did not run: nothing triggered it; the last time before was at 2026-11-20 22:58:00.", "21 5:30", "4:00");
	CHECK("It did not run: it was added later, at 10:00:00.", "20 11:00", "8:00");
	CHECK("It did not run: it was disabled; anna disabled it at 2026-11-21 12:00:00, until 12:00:00.", "22 12:30",
	    "last night");
	CHECK("It did not run: nothing triggered it while it was there and enabled; the last time before was at "
	    "2026-11-21 09:30:00. | anna enabled it at 12:00:00", "22 19:00", "noon");
	CHECK("It did not run: the house was not running then. | the house was not running from 2026-11-22 20:00:00 to "
	    "08:30:00", "23 10:00", "last night");
	name("23 11:00", "Gone");
	CHECK("It did not run: nothing triggered it; the last time before was at 2026-11-21 09:30:00. | anna changed it at "
	    "11:00:00: name", "23 12:00", "11:00");
	/* it is not running now either */
	ATF_CHECK_STREQ("It did not run: the house was not running then. | the house is not running since 10:00:00",
	    explain("24 12:00", "11:00", at("24 10:00")));
}

ATF_TC_WITHOUT_HEAD(explain__tells_of_an_outage_where_it_matters);
ATF_TC_BODY(explain__tells_of_an_outage_where_it_matters, tc)
{
	(void)tc;
	open_house();
	evaluate("21 8:30", TRACE_RUN);
	down("20 11:00", "20 11:10");
	down("21 8:31", "21 8:32");
	CHECK("It ran at 08:30:00 because Front door changed from shut to open and was done at 08:30:02. | the house was "
	    "not running from 08:31:00 to 08:32:00", "21 8:33", "8:33");
	/* not half an hour later, nor among all that was in a day */
	CHECK("It did not run: nothing triggered it; the last time before was at 08:30:00.", "21 10:00", "9:01");
	evaluate("21 12:00", TRACE_RUN);
	CHECK("It ran 2 times, the last at 12:00:00 because Front door changed from shut to open and was done at 12:00:02.",
	    "21 13:00", "");
	/* where nothing else is known it may be why */
	CHECK("It did not run: nothing triggered it while it was there and enabled. | anna added it at 2026-11-20 10:00:00 | "
	    "the house was not running from 2026-11-20 11:00:00 to 2026-11-20 11:10:00",
	    "21 8:00", "yesterday");
}

ATF_TC_WITHOUT_HEAD(explain__says_that_it_is_disabled);
ATF_TC_BODY(explain__says_that_it_is_disabled, tc)
{
	open_house_with(false);
	CHECK("It did not run: it is disabled; anna added it so at 10:00:00. | anna added it at 10:00:00, disabled",
	    "20 11:00", NULL);
	CHECK("It did not run: it is disabled; anna added it so at 2026-11-20 10:00:00.", "22 11:00", "last night");
	change("22 12:00", true);
	CHECK("It did not run: nothing triggered it while it was there and enabled. | anna enabled it at 12:00:00", "22 13:00",
	    NULL);
	CHECK("It did not run: it was disabled; anna added it so at 2026-11-20 10:00:00, until 12:00:00.", "22 13:00",
	    "last night");
	change("23 12:00", false);
	CHECK("It did not run: it is disabled; anna disabled it at 2026-11-23 12:00:00.", "26 13:00", NULL);
}

/* What it did, and what is known of it, is there again. */
ATF_TC_WITHOUT_HEAD(explain__knows_what_was_before_it_was_removed);
ATF_TC_BODY(explain__knows_what_was_before_it_was_removed, tc)
{
	int64_t row;

	open_house();
	row = rule.row;
	evaluate("21 8:30", TRACE_RUN);
	evaluate("21 22:00", TRACE_NO);
	remove_rule("22 9:00");
	bring_back("22 12:00");
	ATF_CHECK_EQ(rule.row, row);
	ATF_CHECK_EQ(rule.created, at("20 10:00"));
	CHECK("It ran at 2026-11-21 08:30:00 because Front door changed from shut to open and was done at "
	    "2026-11-21 08:30:02.", "22 13:00", "yesterday 8:30");
	CHECK("It did not run: at 2026-11-21 22:00:00 the condition 'nobody home' did not hold: sensor.phone is home.",
	    "22 13:00", "last night");
	CHECK("It did not run: anna had removed it at 09:00:00, and it is back since 12:00:00.", "22 13:00", "10:00");
	CHECK("It did not run: nothing triggered it while it was there and enabled; the last time before was at "
	    "2026-11-21 22:00:00. | anna restored it at 12:00:00 | anna removed it at 09:00:00", "22 13:00", "6h");
}

/* An earlier version took all with a rule: nobody can say what it did. */
ATF_TC_WITHOUT_HEAD(explain__says_what_is_lost);
ATF_TC_BODY(explain__says_what_is_lost, tc)
{
	struct fault f = { 0 };

	open_house();
	remove_rule("22 9:00");
	ATF_REQUIRE_EQ_MSG(db_script(db, "DELETE FROM automation_gone", &f), RC_OK, "%s", f.msg);
	bring_back("22 12:00");
	CHECK("What it did then is not known: it was removed by anna at 09:00:00, and its runs went with it.", "22 13:00",
	    "last night");
	CHECK("It did not run: it was added later, at 2026-11-20 10:00:00.", "22 13:00", "2026-11-20 8:00");
}

/* One that is gone is explained out of what is kept of it. */
ATF_TC_WITHOUT_HEAD(explain__says_that_it_was_removed);
ATF_TC_BODY(explain__says_that_it_was_removed, tc)
{
	struct fault f = { 0 };
	int64_t row;

	open_house();
	row = rule.row;
	ATF_CHECK_EQ(evaluation_rule(db, "awaj", arena, &rule), RC_NOT_FOUND);
	evaluate("21 8:30", TRACE_RUN);
	evaluate("21 22:00", TRACE_NO);
	tx.actor = "user:bert";
	remove_rule("22 9:00");
	ATF_REQUIRE_EQ(evaluation_rule(db, "away", arena, &rule), RC_OK);
	ATF_CHECK_EQ(rule.row, row);
	ATF_CHECK_STREQ("Away", rule.name);
	ATF_CHECK_EQ(rule.gone, at("22 9:00"));
	CHECK("It ran at 2026-11-21 08:30:00 because Front door changed from shut to open and was done at "
	    "2026-11-21 08:30:02. | bert removed it at 09:00:00", "22 13:00", "yesterday 8:30");
	CHECK("It did not run: at 2026-11-21 22:00:00 the condition 'nobody home' did not hold: sensor.phone is home. | "
	    "bert removed it at 2026-11-22 09:00:00", "23 13:00", "2026-11-21 22:00");
	CHECK("It did not run: nothing triggered it; the last time before was at 2026-11-21 22:00:00. | bert removed it "
	    "at 09:00:00", "22 13:00", "7:00");
	CHECK("It did not run: bert had removed it at 09:00:00.", "22 13:00", "10:00");
	CHECK("It did not run: nothing triggered it while it was there and enabled; the last time before was at "
	    "2026-11-21 22:00:00. | bert removed it at 09:00:00", "22 13:00", "6h");
	/* also when nothing of it is left but its versions, or no version says so */
	ATF_REQUIRE_EQ_MSG(db_script(db, "DELETE FROM run; DELETE FROM trace; DELETE FROM automation_gone", &f), RC_OK,
	    "%s", f.msg);
	ATF_REQUIRE_EQ(evaluation_rule(db, "away", arena, &rule), RC_OK);
	ATF_CHECK_STREQ("Away", rule.name);
	CHECK("It did not run: bert had removed it at 09:00:00.", "22 13:00", "10:00");
	bring_back("22 14:00");
	remove_rule("22 15:00");
	ATF_REQUIRE_EQ_MSG(db_script(db, "DELETE FROM revision", &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(evaluation_rule(db, "away", arena, &rule), RC_OK);
	ATF_CHECK_STREQ("away", rule.name);
	CHECK("It did not run: it had been removed at 15:00:00.", "22 18:00", "16:00");
	CHECK("It did not run: nothing triggered it. | it was removed at 15:00:00", "22 18:00", "14:25");
}

/* What is no longer kept is not nothing. */
ATF_TC_WITHOUT_HEAD(explain__says_since_when_traces_are_kept);
ATF_TC_BODY(explain__says_since_when_traces_are_kept, tc)
{
	struct fault f = { 0 };

	setenv("TRACE_RETENTION_DAYS", "2", 1);
	setenv("EVENT_RETENTION_DAYS", "4", 1);
	open_house();
	evaluate("21 8:30", TRACE_RUN);
	CHECK("It did not run: nothing triggered it; the last time before was at 2026-11-21 08:30:00.", "22 13:00",
	    "yesterday 10:00");
	CHECK("It did not run, and whether something triggered it is not known: traces of that time are no longer kept, "
	    "they are since 2026-11-22 13:00:00.", "24 13:00", "2026-11-21 10:00");
	CHECK("It did not run: nothing triggered it since 2026-11-22 13:00:00; traces of before are no longer kept.",
	    "24 13:00", "50h");
	CHECK("It ran at 2026-11-21 08:30:00 because Front door changed from shut to open and was done at "
	    "2026-11-21 08:30:02. | traces are kept since 2026-11-22 13:00:00: what else was before is not known",
	    "24 13:00", "2026-11-21 8:30");
	CHECK("What it did then is not known: runs are kept since 2026-11-22 13:00:00.", "26 13:00", "2026-11-21 10:00");
	CHECK("It did not run since 2026-11-22 13:00:00, and whether something triggered it is not known: traces of that "
	    "time are no longer kept, they are since 2026-11-24 13:00:00.", "26 13:00", "2026-11-22");
	/* before that it was not there */
	CHECK("It did not run: it was added later, at 2026-11-20 10:00:00.", "26 13:00", "2026-11-20 8:00");
	/* a house with much to tell keeps less of it */
	evaluate("24 12:00", TRACE_CUT);
	setenv("TRACE_RETENTION_DAYS", "9", 1);
	setenv("TRACE_MAX_SIZE", "8192", 1);
	conf_free(conf);
	ATF_REQUIRE_EQ(conf_load(".", NULL, &conf, &f), RC_OK);
	ATF_CHECK_EQ(retention_of(db, conf, at("24 13:00")).traces, at("15 13:00"));
	ATF_REQUIRE_EQ_MSG(db_script(db, "DELETE FROM trace WHERE id = (SELECT MIN(id) FROM trace)", &f), RC_OK, "%s", f.msg);
	ATF_CHECK_EQ(retention_of(db, conf, at("24 13:00")).traces, at("24 12:00"));
}

static void
come(const char *when)
{
	static const struct trigger_ops ops = { .name = "time_pattern" };
	struct trigger by = { .ops = &ops };

	evaluate_by(when, TRACE_RUN, &by, NULL);
}

ATF_TC_WITHOUT_HEAD(explain__says_which_time_came);
ATF_TC_BODY(explain__says_which_time_came, tc)
{
	struct js *members = parse("{\"triggers\":[{\"trigger\":\"time\",\"at\":\"8:30\",\"enabled\":false},"
	    "{\"trigger\":\"time_pattern\",\"minutes\":\"/30\"}]}");
	struct fault f = { 0 };

	(void)tc;
	open_house();
	tx.now_ms = at("20 11:00");
	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, "away", members, arena, &rule, &f), RC_OK, "%s", f.msg);
	js_free(members);
	come("21 8:30");
	CHECK("It ran at 08:30:00 because its time came (every 30 minutes) and was done at 08:30:02.", "21 10:00",
	    "this morning");
	/* who knows what it said then */
	name("21 11:00", "Away at last");
	CHECK("It ran at 08:30:00 because its time came and was done at 08:30:02.", "21 12:00", "8:30");
}

ATF_TC_WITHOUT_HEAD(explain__says_when_a_missed_time_was);
ATF_TC_BODY(explain__says_when_a_missed_time_was, tc)
{
	static const struct trigger_ops ops = { .name = "time" };
	struct trigger by = { .ops = &ops };

	(void)tc;
	open_house();
	evaluate_late("21 5:30", TRACE_MISSED, &by, NULL, 40000);
	CHECK("It did not run: at 05:29:20 its time passed while the house was not running.", "21 10:00", "5:29");
	evaluate_late("21 8:30", TRACE_RUN, &by, NULL, 90000);
	CHECK("It ran at 08:30:00 because its time had come at 08:28:30 while the house was not running and was done at "
	    "08:30:02.", "21 10:00", "8:30");
}

ATF_TC_WITHOUT_HEAD(explain__says_when_its_time_is);
ATF_TC_BODY(explain__says_when_its_time_is, tc)
{
	struct js *members = parse("{\"triggers\":[{\"trigger\":\"time\",\"at\":\"08:30\"},{\"trigger\":\"time\",\"at\":\"07:00\","
	    "\"enabled\":false},{\"trigger\":\"state\",\"entity_id\":\"sensor.door\"}]}");
	struct fault f = { 0 };

	(void)tc;
	open_house();
	tx.now_ms = at("20 11:00");
	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, "away", members, arena, &rule, &f), RC_OK, "%s", f.msg);
	js_free(members);
	CHECK("It did not run: nothing triggered it; its time is next at 08:30:00.", "21 6:00", "5:00");
	CHECK("It did not run: nothing triggered it; its time is next at 2026-11-22 08:30:00.", "21 12:00", "11:00");
	change("21 13:00", false);
	CHECK("It did not run: nothing triggered it.", "21 14:00", "11:00");
	/* the sun's */
	members = parse("{\"enabled\":true,\"triggers\":[{\"trigger\":\"sun\",\"event\":\"sunset\"}]}");
	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, "away", members, arena, &rule, &f), RC_OK, "%s", f.msg);
	js_free(members);
	ATF_CHECK_MSG(strstr(explain_at("22 12:00", "11:30", at("22 12:00"), (struct place){ .known = true, .latitude = 52.5,
	    .longitude = 13.4 }), "nothing triggered it; its time is next at 16:0") != NULL, "%s", explain("22 12:00", "11:30", 0));
}

ATF_TC_WITHOUT_HEAD(explain__tells_no_address);
ATF_TC_BODY(explain__tells_no_address, tc)
{
	open_house();
	call("21 8:30", NULL);
	CHECK("It ran at 08:30:00 because of a webhook and was done at 08:30:02.", "21 10:00", "this morning");
	call("21 11:30", "bell");
	CHECK("It ran at 11:30:00 because of the webhook 'bell' and was done at 11:30:02.", "21 13:00", "11:30");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, explain__tells_of_an_outage_where_it_matters);
	ATF_TP_ADD_TC(tp, explain__says_that_it_is_disabled);
	ATF_TP_ADD_TC(tp, explain__knows_what_was_before_it_was_removed);
	ATF_TP_ADD_TC(tp, explain__says_what_is_lost);
	ATF_TP_ADD_TC(tp, explain__says_that_it_was_removed);
	ATF_TP_ADD_TC(tp, explain__says_since_when_traces_are_kept);
	ATF_TP_ADD_TC(tp, explain__says_which_time_came);
	ATF_TP_ADD_TC(tp, explain__says_when_a_missed_time_was);
	ATF_TP_ADD_TC(tp, explain__says_when_its_time_is);
	ATF_TP_ADD_TC(tp, explain__tells_no_address);
	ATF_TP_ADD_TC(tp, explain__says_what_was);
	return atf_no_error();
}
