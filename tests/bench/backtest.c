/* SPDX-License-Identifier: ISC
 *
 * How long a back-test takes: a house of its own with a month of history of 200 entities (100 that measure every five
 * minutes, 60 that go on and off 40 times a day, 40 that are switched 12 times), and rules against all of it.
 *
 *	backtest DIR		one JSON object to standard output; DIR is empty
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/domain/backtest.h"
#include "shared/domain/history_chunk.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_history.h"
#include "tests/bench/sample.h"

#define NOW 1767225600000LL	/* 2026-01-01T00:00:00Z */
#define DAY 86400000LL
#define DAYS 30
#define SENSORS 100
#define MOTIONS 60
#define LIGHTS 40
#define NAMES 50		/* entities of one template */

static uint64_t seed = 88172645463325252u;

static uint64_t
rnd(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

static void
must(enum rc rc, const char *what)
{
	if (rc != RC_OK)
		errx(1, "%s: %s", what, rc_name(rc));
}

static void
put(struct tx *tx, int64_t row, struct history_chunk *k, bool open)
{
	struct store_history_chunk c = { .entity = row, .start = k->start, .finish = k->finish, .n = k->n,
		.data = k->data.p, .len = k->data.len };

	if (k->n > 0)
		must(open ? store_history_put_open(tx, &c) : store_history_add(tx, &c), "history");
	history_chunk_free(k);
}

/* `a_day` changes, evenly spread but for some minutes; `state` says what the i-th is. */
static int64_t
past_of(struct tx *tx, int64_t row, int a_day, void (*state)(int i, char out[16]))
{
	struct history_chunk k = { 0 };
	int64_t step = DAY / a_day, time = NOW - DAYS * DAY + (int64_t)rnd((uint64_t)step);
	char text[16];
	int i;

	for (i = 0; time < NOW; i++, time += step / 2 + (int64_t)rnd((uint64_t)step)) {
		if (history_chunk_full(&k, time))
			put(tx, row, &k, false);
		state(i, text);
		history_chunk_add(&k, time, text, strlen(text));
	}
	put(tx, row, &k, true);
	return i;
}

static void
number(int i, char out[16])
{
	(void)i;
	snprintf(out, 16, "%d.%d", 15 + (int)rnd(15), (int)rnd(10));
}

static void
turn(int i, char out[16])
{
	strlcpy(out, i % 2 == 0 ? "on" : "off", 16);
}

static int64_t
add(struct tx *tx, const char *kind, int n, int a_day, void (*state)(int i, char out[16]))
{
	struct entity e = { .adapter = "mqtt", .component = kind, .domain = kind, .enabled = true, .config = "{}",
		.capabilities = "{}" };
	int64_t changes = 0;
	char id[64];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(id, sizeof(id), "%s.e%d", kind, i);
		e.entity_id = e.unique_id = e.name = e.source = id;
		must(store_entity_insert(tx, &e), id);
		changes += past_of(tx, e.row, a_day, state);
	}
	return changes;
}

static int64_t
furnish(struct db *db)
{
	struct tx tx = { .db = db, .now_ms = NOW, .actor = "bench" };
	int64_t n;

	must(db_begin_write(db), "begin");
	n = add(&tx, "sensor", SENSORS, 288, number);
	n += add(&tx, "binary_sensor", MOTIONS, 40, turn);
	n += add(&tx, "light", LIGHTS, 12, turn);
	must(db_commit(db), "commit");
	return n;
}

/* A template that is true when the n entities from `first` on sum up to more than they ever do, or are all on. */
static void
template(struct buf *b, const char *kind, int first, int n)
{
	int i;

	buf_printf(b, "{\"trigger\":\"template\",\"value_template\":\"{{ 0");
	for (i = first; i < first + n; i++)
		if (strcmp(kind, "sensor") == 0)
			buf_printf(b, " + states('%s.e%d')|float(0)", kind, i);
		else
			buf_printf(b, " + is_state('%s.e%d', 'on')", kind, i);
	buf_printf(b, " > %d }}\"}", strcmp(kind, "sensor") == 0 ? 24 * n : n / 2 + n / 4);
}

static const char act[] = "\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.e1\"}}]}";

static void
simple_rule(struct buf *b)
{
	buf_printf(b, "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"binary_sensor.e1\",\"to\":\"on\"}],"
	    "\"conditions\":[{\"condition\":\"time\",\"after\":\"18:00\",\"before\":\"08:00\"}],%s", act);
}

/* All 200 entities in templates, of which each change evaluates one. */
static void
template_rule(struct buf *b)
{
	buf_puts(b, "{\"name\":\"x\",\"triggers\":[");
	template(b, "sensor", 0, NAMES);
	buf_putc(b, ',');
	template(b, "sensor", NAMES, SENSORS - NAMES);
	buf_putc(b, ',');
	template(b, "binary_sensor", 0, MOTIONS);
	buf_putc(b, ',');
	template(b, "light", 0, LIGHTS);
	buf_printf(b, "],%s", act);
}

/* Every minute a look at a template over 50 entities. */
static void
clock_rule(struct buf *b)
{
	buf_puts(b, "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"time_pattern\",\"minutes\":\"/1\"}],\"conditions\":["
	    "{\"condition\":\"template\",\"value_template\":\"{{ 0");
	for (int i = 0; i < NAMES; i++)
		buf_printf(b, " + states('sensor.e%d')|float(0)", i);
	buf_printf(b, " > 1200 }}\"}],%s", act);
}

static void
measure(struct db *db, const char *name, void (*rule)(struct buf *b))
{
	struct buf text = { 0 }, out = { 0 };
	struct js *config = NULL, *result = NULL;
	struct fault f = { 0 };
	int64_t begun, us;
	clock_t cpu = clock();
	const struct js *totals;

	rule(&text);
	if (js_parse(buf_str(&text), text.len, JS_STRICT, &config, &f) != RC_OK)
		errx(1, "%s: %s", name, f.msg);
	begun = sample_now_us();
	must(db_begin_read(db), "read");
	if (backtest_run(db, &(struct backtest_request){ .config = config, .from = NOW - DAYS * DAY, .to = NOW,
	    .now_ms = NOW }, &out, &f) != RC_OK)
		errx(1, "%s: %s: %s", name, f.field, f.msg);
	db_end_read(db);
	us = sample_now_us() - begun;
	cpu = clock() - cpu;
	must(js_parse(buf_str(&out), out.len, JS_STRICT, &result, &f), "result");
	totals = js_get(result, "totals");
	printf(",\"%s\":{\"ms\":%.1f,\"cpu_ms\":%.1f,\"entities\":%lld,\"changes\":%lld,\"runs\":%lld,\"noes\":%lld,\"bytes\":%zu}", name,
	    (double)us / 1000, (double)cpu * 1000 / CLOCKS_PER_SEC,
	    (long long)js_int(js_get(totals, "entities"), 0),
	    (long long)js_int(js_get(totals, "changes"), 0), (long long)js_int(js_get(totals, "runs"), 0),
	    (long long)js_int(js_get(totals, "noes"), 0), out.len);
	buf_free(&text);
	buf_free(&out);
	js_free(config);
	js_free(result);
}

int
main(int argc, char **argv)
{
	struct conf *conf;
	struct fault f = { 0 };
	struct db *db;

	if (argc != 2)
		errx(64, "usage: backtest DIR");
	log_open("bench", LOG_LEVEL_WARNING, NULL);
	setenv("TZ", "Europe/Berlin", 1);
	if (conf_load(argv[1], NULL, &conf, &f) != RC_OK || store_open(conf, DB_WRITE, &db, &f) != RC_OK ||
	    store_migrate(db, &f) != RC_OK)
		errx(1, "%s: %s", argv[1], f.msg);
	printf("{\"changes\":%lld", (long long)furnish(db));
	measure(db, "simple", simple_rule);
	measure(db, "template", template_rule);
	measure(db, "clock", clock_rule);
	printf("}\n");
	db_close(db);
	conf_free(conf);
	return 0;
}
