/* SPDX-License-Identifier: ISC
 *
 * The events of one entity in a long log: found without reading the log, whatever was pruned.
 */
#include <atf-c.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "shared/domain/upkeep.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_event.h"
#include "shared/store/store_history.h"

#define NOW INT64_C(1767225600000)
#define DAY 86400000LL
#define MANY 60000	/* events */
#define ENTITIES 300
#define RARE 7000	/* an entity's row */
#define STEPS 20	/* instructions of sqlite between two looks: about those of one row */

static struct conf *conf;
static struct clock now;
static struct store_writer *w;
static struct db *db;
static struct mem_arena *a;
static long looks;

static int
look(void *arg)
{
	(void)arg;
	looks++;
	return 0;
}

/* Every connection counts what it does. */
static int
count_steps(sqlite3 *handle, char **error, const sqlite3_api_routines *api)
{
	(void)error;
	(void)api;
	sqlite3_progress_handler(handle, STEPS, look, NULL);
	return SQLITE_OK;
}

static void
set_up(void)
{
	struct fault f = { 0 };

	sqlite3_auto_extension((void (*)(void))count_steps);
	now = clock_open();
	ATF_REQUIRE_EQ(conf_load(".", NULL, &conf, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(store_writer_open(conf, &now, NULL, NULL, &w, &f), RC_OK, "%s", f.msg);
	db = store_writer_db(w);
	ATF_REQUIRE_EQ_MSG(store_migrate(db, &f), RC_OK, "%s", f.msg);
	a = mem_arena_new(65536);
}

static void
tear_down(void)
{
	mem_arena_free(a);
	store_writer_close(w);
	conf_free(conf);
}

struct fill {
	int64_t	 from, to;	/* numbers of the events */
	int64_t	 rare;		/* every so many is about the rare entity */
};

/* Ten days of a house: each fifth event is no state change, each tenth is about no entity. */
static enum rc
fill(struct tx *tx, void *arg, struct fault *f)
{
	const struct fill *x = arg;
	struct store_event e = { 0 };
	int64_t i, id, row;
	enum rc rc = RC_OK;

	(void)f;
	for (i = x->from; i < x->to && rc == RC_OK; i++) {
		row = i % x->rare == 77 ? RARE : 1 + i * i % ENTITIES;
		e.time = NOW - 10 * DAY + i * 10 * DAY / MANY;
		e.kind = i % 5 == 0 ? 9 : 1;
		e.entity = i % 10 == 9 && row != RARE ? 0 : row;
		e.state = "on";
		rc = store_event_append(tx, &e, &id);
	}
	return rc;
}

static void
add(int64_t from, int64_t to, int64_t rare)
{
	struct fill x = { from, to, rare };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(store_write(w, "test", fill, &x, &f), RC_OK);
}

static void
index_log(void)
{
	struct upkeep u = { 0 };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(upkeep_index(w, &u, &f), RC_OK, "%s", f.msg);
}

static void
prune(int64_t event_days)
{
	struct upkeep u = { .now_ms = NOW, .raw_days = 10, .event_days = event_days };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(upkeep_prune(w, &u, &f), RC_OK, "%s", f.msg);
}

static enum rc
packed(struct tx *tx, void *arg, struct fault *f)
{
	(void)arg;
	(void)f;
	return store_cursor_put(tx, STORE_HISTORY_PACKED, store_event_last(tx->db));
}

static size_t
list(const struct store_event_filter *f, struct store_event **rows)
{
	size_t n = 0;

	ATF_REQUIRE_EQ(store_event_list(db, f, a, rows, &n), RC_OK);
	return n;
}

/* What a list of one entity must be: a list of all, sifted. */
static void
check(struct store_event_filter f)
{
	struct store_event_filter all = f;
	struct store_event *rows, *sifted;
	size_t n, n_all, i, k = 0;

	all.entity = 0;
	all.limit = 10 * MANY;
	n_all = list(&all, &sifted);
	n = list(&f, &rows);
	for (i = 0; i < n_all && k < (size_t)f.limit; i++)
		if (sifted[i].entity == f.entity) {
			ATF_REQUIRE(k < n);
			ATF_REQUIRE_EQ(rows[k].id, sifted[i].id);
			k++;
		}
	ATF_CHECK_EQ(n, k);
	mem_arena_reset(a);
}

static void
check_all(void)
{
	static const int64_t entities[] = { RARE, 1, 9999 };
	static const int64_t ranges[][2] = { { 0, 0 }, { 0, 30000 }, { 45000, 0 }, { 3000, 3500 },
		{ 29999, 30001 }, { 59990, 0 }, { 500, 400 } };
	struct store_event_filter f = { 0 };
	size_t i, k;
	int order;

	for (i = 0; i < 3; i++)
		for (k = 0; k < sizeof(ranges) / sizeof(ranges[0]); k++)
			for (order = 0; order < 2; order++) {
				f = (struct store_event_filter){ ranges[k][0], ranges[k][1], entities[i],
				    (int)(k + i) % 2, order == 1, k == 2 ? 3 : 1000 };
				check(f);
			}
}

ATF_TC_WITHOUT_HEAD(block__few_events_of_an_entity);
ATF_TC_BODY(block__few_events_of_an_entity, tc)
{
	struct store_event_filter f = { .entity = RARE, .newest_first = true, .limit = 50 };
	struct store_event *rows;

	set_up();
	add(0, MANY, MANY / 4);
	index_log();
	looks = 0;
	ATF_CHECK_EQ(list(&f, &rows), 4);
	/* 117 blocks, of which four are read, and the newest events */
	ATF_CHECK_MSG(looks < 117 + 5 * 512, "%ld steps", looks);
	looks = 0;
	f.newest_first = false;
	f.kind = 1;
	ATF_CHECK_EQ(list(&f, &rows), 4);
	ATF_CHECK_MSG(looks < 117 + 5 * 512, "%ld steps", looks);
	/* one page of it reads what is on that page */
	looks = 0;
	f.since = 21000;
	f.before = 22000;
	ATF_CHECK_EQ(list(&f, &rows), 0);
	ATF_CHECK_MSG(looks < 10, "%ld steps", looks);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(block__says_the_same_as_the_log);
ATF_TC_BODY(block__says_the_same_as_the_log, tc)
{
	struct fault f = { 0 };

	set_up();
	add(0, 20000, 900);
	check_all();
	index_log();
	check_all();
	add(20000, MANY, 900);
	check_all();
	index_log();
	check_all();
	ATF_REQUIRE_EQ(store_write(w, "test", packed, NULL, &f), RC_OK);
	prune(9);
	check_all();
	add(MANY, MANY + 5000, 900);
	prune(5);
	index_log();
	check_all();
	tear_down();
}

/* A house that was never indexed: whichever job comes first. */
ATF_TC_WITHOUT_HEAD(block__prune_comes_first);
ATF_TC_BODY(block__prune_comes_first, tc)
{
	struct fault f = { 0 };

	set_up();
	add(0, MANY, 900);
	ATF_REQUIRE_EQ(store_write(w, "test", packed, NULL, &f), RC_OK);
	prune(9);
	check_all();
	index_log();
	check_all();
	prune(9);
	check_all();
	tear_down();
}

static int
count(void *arg, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	*(int *)arg = (int)strtol(values[0], NULL, 10);
	return 0;
}

static int
blocks(void)
{
	sqlite3 *handle;
	int n = -1;

	ATF_REQUIRE_EQ(sqlite3_open("consciousness.db", &handle), SQLITE_OK);
	ATF_REQUIRE_EQ(sqlite3_exec(handle, "SELECT COUNT(*) FROM event_block", count, &n, NULL), SQLITE_OK);
	sqlite3_close(handle);
	return n;
}

/* Four of five events of eight days go: so do four of five blocks; later all of them but the last two days'. */
ATF_TC_WITHOUT_HEAD(block__goes_with_the_log);
ATF_TC_BODY(block__goes_with_the_log, tc)
{
	struct fault f = { 0 };
	int n;

	set_up();
	add(0, MANY, 900);
	index_log();
	ATF_CHECK_EQ(blocks(), MANY / 512);
	ATF_REQUIRE_EQ(store_write(w, "test", packed, NULL, &f), RC_OK);
	prune(30);
	n = blocks();
	ATF_CHECK_MSG(n > 23 + 19 - 5 && n < 23 + 19 + 5, "%d blocks", n);
	prune(1);
	n = blocks();
	ATF_CHECK_MSG(n > 12 - 5 && n < 12 + 5, "%d blocks", n);
	tear_down();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, block__few_events_of_an_entity);
	ATF_TP_ADD_TC(tp, block__goes_with_the_log);
	ATF_TP_ADD_TC(tp, block__prune_comes_first);
	ATF_TP_ADD_TC(tp, block__says_the_same_as_the_log);
	return atf_no_error();
}
