/* SPDX-License-Identifier: ISC
 *
 * What is made of rules without running them, for rules of strangers: the input is {"rule": {...}, "scenario": {...}}.
 * A dry run, a back-test and the search for conflicts end soon, in an answer that is JSON or in a reason.
 */
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/domain/backtest.h"
#include "shared/domain/conflict.h"
#include "shared/domain/event.h"
#include "shared/domain/rehearsal.h"
#include "shared/domain/scenario.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_event.h"
#include "tests/fuzz/must.h"

#define NOW INT64_C(1774749600000)	/* 2026-03-29T02:00:00Z: behind the night without 02:30 in Berlin */
#define DAY INT64_C(86400000)
#define FOLDER "fuzz-past"
#define BUDGET_MS 300
#define SECONDS_MAX 8			/* for all of it, with the sanitizers on */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct conf *conf;
static struct db *db;

static int
forget_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void
forget(void)
{
	nftw(FOLDER, forget_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
furnish(struct tx *tx, const char *id, const char *domain, const char *one, const char *other)
{
	struct entity e = { .entity_id = id, .adapter = "mqtt", .component = domain, .domain = domain, .unique_id = id,
		.name = id, .enabled = true, .source = id, .config = "{}", .capabilities = "{}" };
	struct store_event ev = { .kind = EVENT_STATE_CHANGED };
	int64_t event;

	must(store_entity_insert(tx, &e) == RC_OK);
	ev.entity = e.row;
	for (ev.time = NOW - 2 * DAY; ev.time < NOW; ev.time += DAY / 37) {
		ev.state = ev.time / 1000 % 2 == 0 ? one : other;
		must(store_event_append(tx, &ev, &event) == RC_OK);
	}
}

static void
open_house(void)
{
	struct fault f = { 0 };
	struct tx tx;

	if (db != NULL)
		return;
	forget();
	setenv("TZ", "Europe/Berlin", 1);
	log_open("fuzz", LOG_LEVEL_ERROR, "/dev/null");
	must(mkdir(FOLDER, 0700) == 0 && conf_load(FOLDER, NULL, &conf, &f) == RC_OK);
	must(store_open(conf, DB_WRITE, &db, &f) == RC_OK && store_migrate(db, &f) == RC_OK);
	atexit(forget);
	must(db_begin_write(db) == RC_OK);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "fuzz" };
	furnish(&tx, "switch.a", "switch", "on", "off");
	furnish(&tx, "light.a", "light", "on", "off");
	furnish(&tx, "sensor.a", "sensor", "21.5", "-3");
	must(db_commit(db) == RC_OK);
}

/* What came of it is JSON, or has a reason. */
static void
look(enum rc rc, const struct buf *out, const struct fault *f)
{
	struct js *v = NULL;

	if (rc != RC_OK) {
		must(*f->msg != '\0');
		return;
	}
	must(js_parse(buf_str((struct buf *)(uintptr_t)out), out->len, JS_STRICT, &v, NULL) == RC_OK);
	js_free(v);
}

static void
try(const struct js *rule, struct mem_arena *a)
{
	struct place berlin = { true, 52.5, 13.4 };
	struct backtest_request q = { .config = rule, .from = NOW - DAY, .to = NOW, .now_ms = NOW, .place = berlin,
		.runs_max = 100, .budget_ms = BUDGET_MS };
	struct buf out = { 0 };
	struct conflicts c;
	struct jsw w = jsw_to(&out);
	struct fault f = { 0 };
	enum rc rc = rehearsal_run(db, rule, NULL, berlin, NOW, &out, &f);

	look(rc, &out, &f);
	if (rc == RC_OK) {
		buf_reset(&out);
		must(conflict_check(db, rule, NULL, a, &c, &f) == RC_OK);
		conflict_write(&w, NULL, &c);
		look(RC_OK, &out, &f);
	}
	buf_reset(&out);
	f = (struct fault){ 0 };
	look(backtest_run(db, &q, &out, &f), &out, &f);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t begun = clock_mono_us();
	struct fault f = { 0 };
	struct automation made;
	struct mem_arena *a;
	struct js *v;

	if (js_parse((const char *)data, size, JS_STRICT, &v, NULL) != RC_OK)
		return 0;
	open_house();
	a = mem_arena_new(65536);
	must(db_begin_write(db) == RC_OK);
	if (js_type(js_get(v, "scenario")) == JS_OBJECT)
		scenario_add(&(struct tx){ .db = db, .now_ms = NOW, .actor = "fuzz" }, "s", js_get(v, "scenario"), a, &made, &f);
	if (js_type(js_get(v, "rule")) == JS_OBJECT)
		try(js_get(v, "rule"), a);
	db_rollback(db);
	mem_arena_free(a);
	js_free(v);
	must(clock_mono_us() - begun < SECONDS_MAX * INT64_C(1000000));
	return 0;
}
