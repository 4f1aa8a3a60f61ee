/* SPDX-License-Identifier: ISC
 *
 * Times that passed while no engine ran: what a rule makes of them, at both ends of daylight saving time too.
 */
#include "tests/lib/house.h"

#include <stdio.h>
#include <stdlib.h>

#include "shared/base/clock.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/event.h"
#include "shared/domain/missed.h"
#include "shared/domain/question.h"

/* A rule's keys, up to when times are done and now on the wall clock; what is made of which time, and the next one. */
static const struct {
	const char	*keys, *trigger, *from, *now;
	int		 what;		/* -1: nothing was missed */
	const char	*due, *next;
} rows[] = {
#define SEVEN "{\"trigger\":\"time\",\"at\":\"07:00\"}"
	{ "", SEVEN, "2026-11-10 06:50:00", "2026-11-10 06:59:00", -1, "", "2026-11-10 07:00:00" },
	{ "", SEVEN, "2026-11-10 06:50:00", "2026-11-10 07:05:00", MISSED_RUN, "2026-11-10 07:00:00", "2026-11-10 07:00:00" },
	/* too long ago */
	{ "", SEVEN, "2026-11-10 06:50:00", "2026-11-10 07:11:00", MISSED_SKIP, "2026-11-10 07:00:00", "2026-11-11 07:00:00" },
	{ "\"missed_within\":\"01:00:00\",", SEVEN, "2026-11-10 06:50:00", "2026-11-10 07:59:00", MISSED_RUN,
	    "2026-11-10 07:00:00", "2026-11-10 07:00:00" },
	{ "\"missed\":\"skip\",", SEVEN, "2026-11-10 06:50:00", "2026-11-10 07:05:00", MISSED_SKIP,
	    "2026-11-10 07:00:00", "2026-11-11 07:00:00" },
	{ "\"missed\":\"ask\",", SEVEN, "2026-11-08 06:50:00", "2026-11-10 06:30:00", MISSED_ASK,
	    "2026-11-09 07:00:00", "2026-11-10 07:00:00" },
	/* a hand-over: in time, whatever the rule says */
	{ "\"missed\":\"skip\",", SEVEN, "2026-11-10 06:59:59", "2026-11-10 07:00:01", -1, "", "2026-11-10 07:00:00" },
	{ "\"missed\":\"ask\",", SEVEN, "2026-11-10 05:00:00", "2026-11-10 07:00:03", -1, "", "2026-11-10 07:00:00" },
	/* of many the last, once */
	{ "", "{\"trigger\":\"time_pattern\",\"minutes\":\"/5\"}", "2026-11-10 01:00:00", "2026-11-10 07:03:00", MISSED_RUN,
	    "2026-11-10 07:00:00", "2026-11-10 07:00:00" },
	/* 02:30 does not exist on this night: it was to happen at 03:00 */
	{ "", "{\"trigger\":\"time\",\"at\":\"02:30\"}", "2026-03-29 01:50:00", "2026-03-29 03:05:00", MISSED_RUN,
	    "2026-03-29 03:00:00", "2026-03-29 03:00:00" },
	/* it exists twice, and happens at the first */
	{ "\"missed\":\"skip\",", "{\"trigger\":\"time\",\"at\":\"02:30\"}", "2026-10-25 01:50:00", "2026-10-25 03:30:00",
	    MISSED_SKIP, "2026-10-25 02:30:00", "2026-10-26 02:30:00" },
};

static int64_t
at(const char *local)
{
	int year, month, day, hour, minute, second;

	ATF_REQUIRE_EQ(sscanf(local, "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second), 6);
	return clock_from_wall((((clock_days(year, month, day) * 24 + hour) * 60 + minute) * INT64_C(60) + second) * 1000);
}

static void
check(size_t i, const char *what, const char *expect, int64_t ms)
{
	char text[CLOCK_TEXT];

	ATF_CHECK_MSG(strcmp(expect, ms == 0 ? "" : clock_local(ms, text)) == 0, "row %zu: %s is %s, not %s", i, what,
	    ms == 0 ? "" : text, expect);
}

ATF_TC_WITHOUT_HEAD(missed__as_the_rule_says);
ATF_TC_BODY(missed__as_the_rule_says, tc)
{
	struct house house = { 0 };
	struct fault f = { 0 };
	struct rule *rule;
	struct missed m;
	struct js *v;
	char config[512];
	size_t i;

	setenv("TZ", "Europe/Berlin", 1);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(config, sizeof(config), "{\"name\":\"x\",%s\"triggers\":[%s],\"actions\":[{\"delay\":1}]}",
		    rows[i].keys, rows[i].trigger);
		v = NULL;
		ATF_REQUIRE_EQ(js_parse(config, strlen(config), JS_STRICT, &v, NULL), RC_OK);
		ATF_REQUIRE_EQ_MSG(automation_compile(v, &rule, &f), RC_OK, "%s: %s", f.field, f.msg);
		m = missed_judge(rule, &rule->triggers[0], &house, at(rows[i].from), at(rows[i].now));
		ATF_CHECK_EQ_MSG(m.any ? (int)m.what : -1, rows[i].what, "row %zu: %d", i, m.any ? (int)m.what : -1);
		check(i, "due", rows[i].due, m.any ? m.due : 0);
		check(i, "next", rows[i].next, m.next);
		automation_free(rule);
		js_free(v);
	}
}

ATF_TC_WITHOUT_HEAD(missed__wrong_keys);
ATF_TC_BODY(missed__wrong_keys, tc)
{
	static const char *const wrong[] = { "\"missed\":\"perhaps\",", "\"missed_within\":\"soon\",", "\"missed_within\":-1," };
	struct fault f = { 0 };
	struct rule *rule;
	struct js *v;
	char config[512];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(config, sizeof(config), "{\"name\":\"x\",%s\"triggers\":[" SEVEN "],\"actions\":[{\"delay\":1}]}", wrong[i]);
		v = NULL;
		ATF_REQUIRE_EQ(js_parse(config, strlen(config), JS_STRICT, &v, NULL), RC_OK);
		ATF_CHECK_EQ(automation_compile(v, &rule, &f), RC_INVALID);
		ATF_CHECK_MSG(strncmp(f.field, "missed", 6) == 0, "%s", f.field);
		js_free(v);
	}
}

/* Asked once, also when the engine dies before it is known; answered once. */
ATF_TC_WITHOUT_HEAD(question__is_asked_and_answered_once);
ATF_TC_BODY(question__is_asked_and_answered_once, tc)
{
	struct mem_arena *a = mem_arena_new(4096);
	static const char morning[] = "{\"name\":\"Morning\",\"triggers\":[" SEVEN "],\"actions\":[{\"delay\":1}]}";
	struct js *members = NULL;
	struct question q = { .trigger = 0, .due = 7000, .asked = 9000 }, *list;
	struct automation rule;
	struct fault f = { 0 };
	struct store_event ev;
	struct conf *conf;
	struct db *db = house_new(&conf);
	struct tx tx = { .db = db, .now_ms = 9000, .actor = "user:anna" };
	int64_t event;
	size_t n;

	ATF_REQUIRE_EQ(js_parse(morning, strlen(morning), JS_STRICT, &members, NULL), RC_OK);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_REQUIRE_EQ_MSG(automation_edit_add(&tx, members, a, &rule, &f), RC_OK, "%s", f.msg);
	q.automation = rule.row;
	q.automation_id = rule.id;
	q.name = rule.name;
	ATF_REQUIRE_EQ(question_ask(&tx, &q), RC_OK);
	event = store_event_last(db);
	ATF_REQUIRE_EQ(question_ask(&tx, &q), RC_OK);
	ATF_CHECK_EQ(store_event_last(db), event);
	q.due = 8000;		/* the next day: the older one is of no interest any more */
	ATF_REQUIRE_EQ(question_ask(&tx, &q), RC_OK);
	ATF_REQUIRE_EQ(store_question_list(db, a, &list, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_EQ(list[0].due, 8000);
	ATF_CHECK_STREQ(list[0].name, "Morning");
	ATF_REQUIRE_EQ(question_answer(&tx, list[0].id, true, a, &event, &f), RC_OK);
	ATF_REQUIRE_EQ(store_event_get(db, event, a, &ev), RC_OK);
	ATF_CHECK_EQ(ev.kind, EVENT_AUTOMATION_TRIGGER);
	ATF_CHECK_STREQ(ev.actor, "user:anna");
	ATF_CHECK_EQ(question_answer(&tx, list[0].id, true, a, &event, &f), RC_NOT_FOUND);
	/* no: nothing is started */
	q.due = 9000;
	ATF_REQUIRE_EQ(question_ask(&tx, &q), RC_OK);
	ATF_REQUIRE_EQ(store_question_list(db, a, &list, &n), RC_OK);
	ATF_REQUIRE_EQ(question_answer(&tx, list[0].id, false, a, &event, &f), RC_OK);
	ATF_CHECK_EQ(store_event_last(db), event);
	ATF_REQUIRE_EQ(store_event_get(db, event, a, &ev), RC_OK);
	ATF_CHECK_EQ(ev.kind, EVENT_QUESTION);
	js_free(members);
	mem_arena_free(a);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	db_close(db);
	conf_free(conf);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, missed__as_the_rule_says);
	ATF_TP_ADD_TC(tp, missed__wrong_keys);
	ATF_TP_ADD_TC(tp, question__is_asked_and_answered_once);
	return atf_no_error();
}
