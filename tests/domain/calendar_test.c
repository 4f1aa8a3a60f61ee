/* SPDX-License-Identifier: ISC
 *
 * Calendars: how what was read becomes what is known, the moments of rules that listen to them, and their entity.
 */
#include "tests/lib/house.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/clock.h"
#include "shared/domain/automation.h"
#include "shared/domain/calendar.h"
#include "shared/domain/missed.h"
#include "shared/domain/revision.h"

#define NOW INT64_C(1794000000000)
#define MINUTE INT64_C(60000)

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;
static struct fault fault;

static void
open_house(void)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	arena = mem_arena_new(4096);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "user:anna" };
}

static void
close_house(void)
{
	db_rollback(db);
	mem_arena_free(arena);
	db_close(db);
	conf_free(conf);
}

static struct calendar
add(const char *name)
{
	struct calendar c = { 0 };

	ATF_REQUIRE_EQ_MSG(calendar_add(&tx, conf, &(struct calendar_edit){ .name = name,
	    .address = "webcal://example.org/private-s3cret/x.ics" }, arena, &c, &fault), RC_OK, "%s", fault.msg);
	return c;
}

static void
put(const struct calendar *c, const char *uid, int64_t start, int64_t end)
{
	ATF_REQUIRE_EQ(store_calendar_event_put(&tx, c->row, &(struct calendar_event){ .uid = uid, .instance = start,
	    .start = start, .end = end, .summary = uid }), RC_OK);
}

ATF_TC_WITHOUT_HEAD(compare__only_what_differs);
ATF_TC_BODY(compare__only_what_differs, tc)
{
	struct calendar_event known[] = { { .uid = "a", .instance = 1, .start = 1 }, { .uid = "a", .instance = 2 },
		{ .uid = "b", .instance = 1, .summary = "B" }, { .uid = "c", .instance = 1 } };
	/* not in order, one of them twice */
	struct calendar_event read[] = { { .uid = "d", .instance = 1 }, { .uid = "b", .instance = 1, .summary = "B" },
		{ .uid = "a", .instance = 1, .start = 7 }, { .uid = "d", .instance = 1, .start = 1 },
		{ .uid = "c", .instance = 1, .location = "here" } };
	struct calendar_news n;

	arena = mem_arena_new(4096);
	calendar_compare(known, 4, read, 5, arena, &n);
	ATF_REQUIRE_EQ(n.n_put, 3);
	ATF_CHECK_STREQ(n.put[0]->uid, "a");
	ATF_CHECK_EQ(n.put[0]->start, 7);
	ATF_CHECK_STREQ(n.put[1]->uid, "c");
	ATF_CHECK_STREQ(n.put[2]->uid, "d");
	ATF_REQUIRE_EQ(n.n_gone, 1);
	ATF_CHECK_EQ(n.gone[0]->instance, 2);
	calendar_compare(known, 4, known, 4, arena, &n);
	ATF_CHECK_EQ(n.n_put + n.n_gone, 0);
	calendar_compare(known, 4, NULL, 0, arena, &n);
	ATF_CHECK_EQ(n.n_gone, 4);
	mem_arena_free(arena);
}

ATF_TC_WITHOUT_HEAD(address__is_sealed);
ATF_TC_BODY(address__is_sealed, tc)
{
	struct calendar c;
	const char *address;

	open_house();
	c = add("Waste & glass");
	ATF_CHECK_STREQ(c.id, "waste_glass");
	ATF_CHECK(strstr(c.sealed, "s3cret") == NULL);
	ATF_REQUIRE_EQ(calendar_address(conf, &c, arena, &address, &fault), RC_OK);
	ATF_CHECK_STREQ(address, "https://example.org/private-s3cret/x.ics");
	c.sealed = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	ATF_CHECK_EQ(calendar_address(conf, &c, arena, &address, &fault), RC_ERROR);
	/* a second one of that name has an id of its own */
	ATF_CHECK_STREQ(add("Waste & glass").id, "waste_glass_2");
	close_house();
}

ATF_TC_WITHOUT_HEAD(done__later_and_later);
ATF_TC_BODY(done__later_and_later, tc)
{
	static const int64_t minutes[] = { 5, 10, 20, 40, 80, 160, 320, 360, 360 };
	struct calendar_outcome bad = { .error = "the answer is status 500" };
	struct calendar c, now;
	size_t i;

	open_house();
	c = add("Waste");
	for (i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		ATF_REQUIRE_EQ(calendar_done(&tx, &c, &bad, arena), RC_OK);
		ATF_REQUIRE_EQ(store_calendar_get(db, c.id, arena, &now), RC_OK);
		ATF_CHECK_EQ_MSG(now.due, NOW + minutes[i] * MINUTE, "%zu: %lld", i, (long long)(now.due - NOW));
		ATF_CHECK_STREQ(now.error, bad.error);
	}
	bad.retry_ms = 24 * 60 * MINUTE;
	calendar_done(&tx, &c, &bad, arena);
	store_calendar_get(db, c.id, arena, &now);
	ATF_CHECK_EQ(now.due, NOW + 24 * 60 * MINUTE);
	ATF_REQUIRE_EQ(calendar_done(&tx, &c, &(struct calendar_outcome){ .etag = "\"1\"", .spread = true }, arena),
	    RC_OK);
	store_calendar_get(db, c.id, arena, &now);
	ATF_CHECK_EQ(now.error, NULL);
	ATF_CHECK_EQ(now.failures, 0);
	ATF_CHECK_EQ(now.spread, NOW);
	ATF_CHECK_STREQ(now.etag, "\"1\"");
	/* who gave it another address meanwhile does not hear of the old one */
	tx.now_ms++;
	ATF_REQUIRE_EQ(calendar_change(&tx, conf, c.id, &(struct calendar_edit){ .address = "https://example.org/new" },
	    arena, &fault), RC_OK);
	ATF_REQUIRE_EQ(calendar_done(&tx, &c, &bad, arena), RC_OK);
	store_calendar_get(db, c.id, arena, &now);
	ATF_CHECK_EQ(now.error, NULL);
	ATF_CHECK_EQ(now.etag, NULL);
	ATF_CHECK_EQ(now.due, tx.now_ms);
	/* nor who took it away */
	ATF_REQUIRE_EQ(calendar_delete(&tx, c.id, arena, &fault), RC_OK);
	ATF_CHECK_EQ(calendar_done(&tx, &c, &bad, arena), RC_OK);
	close_house();
}

static struct rule *
rule(const char *keys, const char *trigger)
{
	char *text = mem_printf(arena, "{\"name\":\"x\",%s\"triggers\":[%s],\"actions\":[{\"event\":\"e\"}]}", keys, trigger);
	struct js *v = NULL;
	struct rule *r = NULL;

	ATF_REQUIRE_EQ(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK);
	ATF_REQUIRE_EQ_MSG(automation_compile(v, &r, &fault), RC_OK, "%s: %s", fault.field, fault.msg);
	js_free(v);
	return r;
}

static void
name(const struct house_change *c, void *arg)
{
	const struct js *e = js_get(c->data, "calendar_event");

	buf_printf(arg, "%s %s %s;", c->subject, js_get_string(e, "uid"), js_get_string(c->data, "event"));
}

ATF_TC_WITHOUT_HEAD(trigger__its_moments);
ATF_TC_BODY(trigger__its_moments, tc)
{
	struct house house = { 0 };
	struct buf b = { 0 };
	struct calendar work, home;
	struct rule *r;
	const struct trigger *t;

	open_house();
	work = add("Work");
	home = add("Home");
	put(&work, "a", NOW, NOW + 60 * MINUTE);
	put(&work, "b", NOW + 10 * MINUTE, NOW + 60 * MINUTE);
	put(&home, "c", NOW + 10 * MINUTE, NOW + 20 * MINUTE);
	house.calendars = db;
	r = rule("", "{\"trigger\":\"calendar\",\"entity_id\":[\"calendar.work\",\"calendar.home\"],"
	    "\"offset\":\"-00:02:00\"}");
	t = &r->triggers[0];
	ATF_CHECK_EQ(t->ops->next(t, &house, NOW - 5 * MINUTE), NOW - 2 * MINUTE);
	ATF_CHECK_EQ(t->ops->next(t, &house, NOW - 2 * MINUTE), NOW + 8 * MINUTE);
	ATF_CHECK_EQ(t->ops->next(t, &house, NOW + 8 * MINUTE), INT64_MAX);
	t->ops->happens(t, &house, NOW + 8 * MINUTE, name, &b);
	ATF_CHECK_STREQ(buf_str(&b), "calendar.work b start;calendar.home c start;");
	buf_reset(&b);
	t->ops->happens(t, &house, NOW + 9 * MINUTE, name, &b);
	ATF_CHECK_EQ(b.len, 0);
	automation_free(r);
	r = rule("", "{\"trigger\":\"calendar\",\"entity_id\":\"calendar.work\",\"event\":\"end\"}");
	t = &r->triggers[0];
	ATF_CHECK_EQ(t->ops->next(t, &house, NOW), NOW + 60 * MINUTE);
	t->ops->happens(t, &house, NOW + 60 * MINUTE, name, &b);
	ATF_CHECK_STREQ(buf_str(&b), "calendar.work a end;calendar.work b end;");
	/* where there are no calendars there are no moments */
	house.calendars = NULL;
	ATF_CHECK_EQ(t->ops->next(t, &house, NOW), INT64_MAX);
	automation_free(r);
	buf_free(&b);
	close_house();
}

/* Of appointments that were missed each is made up for: the first comes, the others follow it. */
ATF_TC_WITHOUT_HEAD(trigger__missed);
ATF_TC_BODY(trigger__missed, tc)
{
	static const char *const trigger = "{\"trigger\":\"calendar\",\"entity_id\":\"calendar.work\"}";
	struct house house = { 0 };
	struct calendar work;
	struct missed m;
	struct rule *r;

	open_house();
	work = add("Work");
	house.calendars = db;
	put(&work, "old", NOW - 60 * MINUTE, NOW);
	put(&work, "a", NOW - 8 * MINUTE, NOW);
	put(&work, "b", NOW - 3 * MINUTE, NOW);
	put(&work, "c", NOW + 3 * MINUTE, NOW + 4 * MINUTE);
	r = rule("", trigger);
	m = missed_judge(r, &r->triggers[0], &house, NOW - 90 * MINUTE, NOW);
	ATF_CHECK(m.any && m.what == MISSED_RUN);
	ATF_CHECK_EQ(m.next, NOW - 8 * MINUTE);
	/* one that came is not made up for */
	m = missed_judge(r, &r->triggers[0], &house, NOW - 8 * MINUTE, NOW);
	ATF_CHECK_EQ(m.next, NOW - 3 * MINUTE);
	m = missed_judge(r, &r->triggers[0], &house, NOW - 3 * MINUTE, NOW);
	ATF_CHECK(!m.any);
	ATF_CHECK_EQ(m.next, NOW + 3 * MINUTE);
	automation_free(r);
	r = rule("\"missed\":\"ask\",", trigger);
	m = missed_judge(r, &r->triggers[0], &house, NOW - 90 * MINUTE, NOW);
	ATF_CHECK_EQ(m.what, MISSED_ASK);
	ATF_CHECK_EQ(m.due, NOW - 3 * MINUTE);
	automation_free(r);
	close_house();
}

static void
state_is(const char *id, int64_t at, const char *want)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	calendar_state_write(&w, db, id, at, arena);
	ATF_CHECK_STREQ(buf_str(&b), want);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(entity__now_and_next);
ATF_TC_BODY(entity__now_and_next, tc)
{
	struct calendar c;

	open_house();
	c = add("Work");
	state_is(c.id, NOW, "{\"state\":\"off\"}");
	ATF_CHECK_EQ(calendar_turns(db, c.id, NOW), INT64_MAX);
	put(&c, "a", NOW, NOW + 10 * MINUTE);
	put(&c, "b", NOW + 20 * MINUTE, NOW + 30 * MINUTE);
	state_is(c.id, NOW - 1, "{\"state\":\"off\",\"attributes\":{\"message\":\"a\",\"all_day\":false,"
	    "\"start_time\":\"2026-11-06 22:20:00\",\"end_time\":\"2026-11-06 22:30:00\",\"location\":null,"
	    "\"description\":null}}");
	state_is(c.id, NOW, "{\"state\":\"on\",\"attributes\":{\"message\":\"a\",\"all_day\":false,"
	    "\"start_time\":\"2026-11-06 22:20:00\",\"end_time\":\"2026-11-06 22:30:00\",\"location\":null,"
	    "\"description\":null}}");
	state_is(c.id, NOW + 10 * MINUTE, "{\"state\":\"off\",\"attributes\":{\"message\":\"b\",\"all_day\":false,"
	    "\"start_time\":\"2026-11-06 22:40:00\",\"end_time\":\"2026-11-06 22:50:00\",\"location\":null,"
	    "\"description\":null}}");
	ATF_CHECK_EQ(calendar_turns(db, c.id, NOW - 1), NOW);
	ATF_CHECK_EQ(calendar_turns(db, c.id, NOW), NOW + 10 * MINUTE);
	ATF_CHECK_EQ(calendar_turns(db, c.id, NOW + 10 * MINUTE), NOW + 20 * MINUTE);
	close_house();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, compare__only_what_differs);
	ATF_TP_ADD_TC(tp, address__is_sealed);
	ATF_TP_ADD_TC(tp, done__later_and_later);
	ATF_TP_ADD_TC(tp, trigger__its_moments);
	ATF_TP_ADD_TC(tp, trigger__missed);
	ATF_TP_ADD_TC(tp, entity__now_and_next);
	return atf_no_error();
}
