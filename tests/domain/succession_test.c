/* SPDX-License-Identifier: ISC
 *
 * What an entity that is given up leaves to its heir, however far each was packed.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/history.h"
#include "shared/domain/history_pack.h"
#include "shared/domain/succession.h"
#include "shared/domain/upkeep.h"
#include "shared/store/store_command.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_event.h"
#include "shared/store/store_history.h"
#include "shared/store/store_succession.h"
#include "tests/lib/house.h"

#define T0 1767225600000LL	/* 2026-01-01T00:00:00Z */
#define MINUTE 60000LL
#define HOUR 3600000LL

static struct conf *conf;
static const struct clock now;
static struct store_writer *w;
static struct db *db;
static struct mem_arena *a;
static int64_t heir, was;	/* entity rows */

static enum rc
add_entities(struct tx *tx, void *arg, struct fault *f)
{
	struct entity e = { .adapter = "mqtt", .component = "sensor", .domain = "sensor", .enabled = true,
		.source = "x", .config = "{}", .capabilities = "{}" };
	enum rc rc;

	(void)arg;
	(void)f;
	e.entity_id = e.unique_id = "sensor.old";
	rc = store_entity_insert(tx, &e);
	heir = e.row;
	e.entity_id = e.unique_id = "sensor.new";
	if (rc == RC_OK)
		rc = store_entity_insert(tx, &e);
	was = e.row;
	return rc;
}

static void
write_with(store_fn fn, void *arg)
{
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(store_write(w, "test", fn, arg, &f), RC_OK, "%s", f.msg);
}

static void
set_up(void)
{
	struct fault f = { 0 };

	db_close(house_new(&conf));
	ATF_REQUIRE_EQ(store_writer_open(conf, &now, NULL, NULL, &w, &f), RC_OK);
	db = store_writer_db(w);
	a = mem_arena_new(65536);
	write_with(add_entities, NULL);
}

static void
tear_down(void)
{
	mem_arena_free(a);
	store_writer_close(w);
	conf_free(conf);
}

/* The value of an entity is the minute, with a mark of whose it is: 100.1 and 100.2. */
struct span {
	int64_t	 entity;
	int64_t	 from, to;	/* minutes after T0 */
};

static enum rc
add_points(struct tx *tx, void *arg, struct fault *f)
{
	const struct span *s = arg;
	struct store_event e = { .kind = EVENT_STATE_CHANGED, .entity = s->entity };
	char text[32];
	int64_t m, id;
	enum rc rc = RC_OK;

	(void)f;
	e.state = text;
	for (m = s->from; m < s->to && rc == RC_OK; m++) {
		snprintf(text, sizeof(text), "%d.%d", (int)m, s->entity == was ? 2 : 1);
		e.time = T0 + m * MINUTE;
		rc = store_event_append(tx, &e, &id);
	}
	return rc;
}

static void
points(int64_t entity, int64_t from, int64_t to)
{
	struct span s = { entity, from, to };

	write_with(add_points, &s);
}

static void
pack(int64_t minute)
{
	struct history_pack p = { .now_ms = T0 + minute * MINUTE, .raw_days = 10, .force = true };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(history_pack(w, &p, &f), RC_OK, "%s", f.msg);
}

/* One run of the job. */
static void
run_job(int64_t minute)
{
	struct upkeep u = { 0 };
	struct succession s = { 0 };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(upkeep_index(w, &u, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(succession_run(w, &s, &f), RC_OK, "%s", f.msg);
	pack(minute);
}

static enum rc
give_up(struct tx *tx, void *arg, struct fault *f)
{
	struct store_event e = { .kind = EVENT_ENTITY_REMOVED, .entity = was };
	int64_t id;
	enum rc rc;

	(void)arg;
	(void)f;
	if ((rc = store_succession_add(tx, was, heir, store_event_last(tx->db))) != RC_OK ||
	    (rc = store_event_append(tx, &e, &id)) != RC_OK)
		return rc;
	return store_entity_delete(tx, was);
}

/* The raw history of the heir: its own minutes from 0, those of the other from `theirs` on, its own from `own`. */
static void
check_history(int64_t theirs, int64_t own, int64_t end)
{
	struct history_query q = { heir, T0, T0 + end * MINUTE, HISTORY_RAW, T0 + end * MINUTE, 10 };
	struct fault f = { 0 };
	struct history h;
	char text[32];
	int64_t m;

	ATF_REQUIRE_EQ_MSG(history_read(db, &q, a, &h, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(h.n, (size_t)end, "%zu of %d points", h.n, (int)end);
	for (m = 0; m < end; m++) {
		snprintf(text, sizeof(text), "%d.%d", (int)m, m >= theirs && m < own ? 2 : 1);
		ATF_CHECK_EQ(h.points[m].time, T0 + m * MINUTE);
		ATF_CHECK_STREQ(h.points[m].state, text);
	}
}

static size_t
count_events(int64_t entity)
{
	struct store_event_filter f = { .entity = entity, .limit = 100000 };
	struct store_event *rows;
	size_t n = 0;

	ATF_REQUIRE_EQ(store_event_list(db, &f, a, &rows, &n), RC_OK);
	return n;
}

/*
 * The old one until minute 1000, the new one from 990 on, replaced at 2000, on until 2100. packed: minutes up to
 * which history is packed before.
 */
static void
replace_when_packed(int64_t packed)
{
	static const int64_t steps[] = { 0, 500, 1000, 1500, 2000 };
	size_t i;

	set_up();
	for (i = 1; i < 5; i++) {
		if (steps[i] <= 1000)
			points(heir, steps[i - 1], steps[i]);
		if (steps[i] == 1000)
			points(was, 990, 1000);
		if (steps[i] > 1000)
			points(was, steps[i - 1], steps[i]);
		if (steps[i] <= packed)
			pack(steps[i]);
	}
	write_with(give_up, NULL);
	points(heir, 2000, 2100);
	run_job(2100);
	check_history(1000, 2000, 2100);
	ATF_CHECK_EQ(count_events(heir), 1000 + 1010 + 100);
	ATF_CHECK_EQ(count_events(was), 1);
	/* nothing is left to do, nothing is packed twice */
	points(heir, 2100, 2110);
	run_job(2110);
	check_history(1000, 2000, 2110);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(succession__nothing_packed);
ATF_TC_BODY(succession__nothing_packed, tc)
{
	replace_when_packed(0);
}

ATF_TC_WITHOUT_HEAD(succession__heir_packed);
ATF_TC_BODY(succession__heir_packed, tc)
{
	replace_when_packed(1000);
}

ATF_TC_WITHOUT_HEAD(succession__partly_packed);
ATF_TC_BODY(succession__partly_packed, tc)
{
	replace_when_packed(1500);
}

ATF_TC_WITHOUT_HEAD(succession__all_packed);
ATF_TC_BODY(succession__all_packed, tc)
{
	replace_when_packed(2000);
}

/* Buckets of weeks ago stay when raw history goes: they go over as they are. */
ATF_TC_WITHOUT_HEAD(succession__buckets);
ATF_TC_BODY(succession__buckets, tc)
{
	struct history_query q = { 0, T0, T0 + 40 * HOUR, HISTORY_1H, T0 + 40 * HOUR, 10 };
	struct fault f = { 0 };
	struct history h;
	size_t i;

	set_up();
	points(heir, 0, 600);
	points(was, 600, 2000);
	pack(2000);
	write_with(give_up, NULL);
	points(heir, 2000, 2400);
	run_job(2400);
	q.entity = heir;
	ATF_REQUIRE_EQ_MSG(history_read(db, &q, a, &h, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(h.n, 40);
	for (i = 0; i < h.n; i++)
		ATF_CHECK_MSG(h.points[i].number && h.points[i].max < (double)(i + 1) * 60 &&
		    h.points[i].max > (double)i * 60 + 58, "hour %zu: up to %f", i, h.points[i].max);
	tear_down();
}

static enum rc
add_command(struct tx *tx, void *arg, struct fault *f)
{
	struct command *c = arg;

	(void)f;
	return store_command_insert(tx, c);
}

ATF_TC_WITHOUT_HEAD(succession__commands);
ATF_TC_BODY(succession__commands, tc)
{
	struct command c = { .service = "turn_on", .data = "{}", .actor = "user:anna" };

	set_up();
	c.entity = was;
	write_with(add_command, &c);
	write_with(give_up, NULL);
	ATF_REQUIRE_EQ(store_command_get(db, c.id, a, &c), RC_OK);
	ATF_CHECK_EQ(c.entity, heir);
	tear_down();
}

static enum rc
prune(struct tx *tx, void *arg, struct fault *f)
{
	int64_t entity;

	(void)arg;
	(void)f;
	return store_history_orphan(tx->db, 0, &entity) == RC_NOT_FOUND ? RC_OK : RC_EXISTS;
}

/* What is to go over is not taken for what nobody has any more; afterwards it is. */
ATF_TC_WITHOUT_HEAD(succession__is_not_pruned);
ATF_TC_BODY(succession__is_not_pruned, tc)
{
	int64_t entity = 0;

	set_up();
	points(heir, 0, 10);
	points(was, 10, 20);
	pack(20);
	write_with(give_up, NULL);
	write_with(prune, NULL);
	run_job(30);
	check_history(10, 20, 20);
	ATF_CHECK_EQ(store_history_orphan(db, 0, &entity), RC_OK);
	ATF_CHECK_EQ(entity, was);
	tear_down();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, succession__all_packed);
	ATF_TP_ADD_TC(tp, succession__buckets);
	ATF_TP_ADD_TC(tp, succession__commands);
	ATF_TP_ADD_TC(tp, succession__heir_packed);
	ATF_TP_ADD_TC(tp, succession__is_not_pruned);
	ATF_TP_ADD_TC(tp, succession__nothing_packed);
	ATF_TP_ADD_TC(tp, succession__partly_packed);
	return atf_no_error();
}
