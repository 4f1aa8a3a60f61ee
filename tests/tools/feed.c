/* SPDX-License-Identifier: ISC
 *
 * Puts entities and state changes into a house without any device, for tests and measurements:
 *
 *	feed --data DIR [--entities N] [--events N] [--batch N] [--rate N] [--start MS] [--step MS]
 *	    [--words] [--area ID] [--prefix NAME] [--slowest]
 *
 * Entities are sensor.PREFIX_0 ...; events go round them, `batch` in a transaction, at most `rate` a
 * second (0: as fast as possible). With --start the events have these times, --step apart. Prints the
 * id of the last event; with --slowest also the longest transaction in microseconds.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "shared/adapters/program.h"
#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "shared/base/proc.h"
#include "shared/domain/event.h"
#include "shared/store/store_area.h"
#include "shared/store/store_entity.h"

struct feed {
	int64_t		 entities, events, batch, rate, start, step;
	bool		 words, slowest;
	const char	*area, *prefix;
	int64_t		*rows;
	int64_t		 done, last, longest;
};

static enum rc
make_area(struct tx *tx, const struct feed *d, struct mem_arena *a, int64_t *row)
{
	struct area area;
	enum rc rc;

	*row = 0;
	if (d->area == NULL)
		return RC_OK;
	rc = store_area_get(tx->db, d->area, a, &area);
	if (rc == RC_NOT_FOUND) {
		area = (struct area){ .id = d->area, .name = d->area };
		rc = store_area_insert(tx, &area);
	}
	*row = area.row;
	return rc;
}

static enum rc
make_entities(struct tx *tx, void *arg, struct fault *f)
{
	struct feed *d = arg;
	struct mem_arena *a = mem_arena_new(65536);
	struct entity_state old;
	int64_t i, area = 0;
	enum rc rc = make_area(tx, d, a, &area);

	(void)f;
	for (i = 0; i < d->entities && rc == RC_OK; i++) {
		struct entity e = { .adapter = "mqtt", .component = "sensor", .domain = "sensor",
		    .source = "feed", .config = "{}", .capabilities = "{}", .enabled = true,
		    .area = area, .created = tx->now_ms, .updated = tx->now_ms };

		e.entity_id = mem_printf(a, "sensor.%s_%" PRId64, d->prefix, i);
		e.unique_id = e.entity_id;
		if (store_entity_get(tx->db, e.entity_id, a, &old) == RC_OK)
			d->rows[i] = old.entity.row;
		else if ((rc = store_entity_insert(tx, &e)) == RC_OK)
			d->rows[i] = e.row;
	}
	mem_arena_free(a);
	return rc;
}

static enum rc
append(struct tx *tx, void *arg, struct fault *f)
{
	struct feed *d = arg;
	char state[32], prior[32] = "";
	int64_t i;
	enum rc rc;

	(void)f;
	for (i = 0; i < d->batch && d->done < d->events; i++, d->done++) {
		struct store_event e = { .kind = EVENT_STATE_CHANGED, .state = state, .prior = prior,
		    .entity = d->rows[d->done % d->entities] };

		if (d->words)
			snprintf(state, sizeof(state), "%s", d->done / d->entities % 2 ? "on" : "off");
		else
			snprintf(state, sizeof(state), "%" PRId64 ".%d",
			    15 + (d->done * 7 + d->done / d->entities) % 13, (int)(d->done % 10));
		if (d->start != 0)
			e.time = d->start + d->done * d->step;
		if ((rc = store_event_append(tx, &e, &d->last)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static void
pause_for_rate(const struct feed *d, int64_t begin)
{
	int64_t due = d->rate > 0 ? begin + d->done * 1000000 / d->rate : 0, now = clock_mono_us();
	struct timespec t = { .tv_sec = (due - now) / 1000000, .tv_nsec = (due - now) % 1000000 * 1000 };

	if (due > now)
		nanosleep(&t, NULL);
}

static int
run(struct feed *d, const struct program_options *o)
{
	struct program p;
	struct fault f = { .rc = RC_OK };
	int64_t begin, before;
	enum rc rc;

	if (program_open(&p, o, &f) != RC_OK) {
		fprintf(stderr, "feed: %s\n", f.msg);
		return 1;
	}
	d->rows = mem_xcalloc((size_t)d->entities, sizeof(*d->rows));
	rc = store_write(p.core.writer, "system", make_entities, d, &f);
	begin = clock_mono_us();
	while (rc == RC_OK && d->done < d->events) {
		before = clock_mono_us();
		rc = store_write(p.core.writer, NULL, append, d, &f);
		if (clock_mono_us() - before > d->longest)
			d->longest = clock_mono_us() - before;
		pause_for_rate(d, begin);
	}
	if (rc == RC_OK)
		printf(d->slowest ? "%" PRId64 " %" PRId64 "\n" : "%" PRId64 "\n", d->last, d->longest);
	else
		fprintf(stderr, "feed: %s %s\n", rc_name(rc), f.msg);
	free(d->rows);
	program_close(&p);
	return rc == RC_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "data", 1, NULL, 'd' }, { "entities", 1, NULL, 'n' }, { "events", 1, NULL, 'e' },
		{ "batch", 1, NULL, 'b' }, { "rate", 1, NULL, 'r' }, { "start", 1, NULL, 's' },
		{ "step", 1, NULL, 't' }, { "words", 0, NULL, 'w' }, { "area", 1, NULL, 'a' },
		{ "prefix", 1, NULL, 'p' }, { "slowest", 0, NULL, 'S' }, { NULL, 0, NULL, 0 },
	};
	struct feed d = { .entities = 1, .batch = 1, .prefix = "feed" };
	struct program_options o = { .name = "feed", .write = true, .quiet = true };
	int c;

	proc_start();
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		int64_t *n[] = { ['n'] = &d.entities, ['e'] = &d.events, ['b'] = &d.batch,
		    ['r'] = &d.rate, ['s'] = &d.start, ['t'] = &d.step };

		if (c == 'd')
			o.data_dir = optarg;
		else if (c == 'w')
			d.words = true;
		else if (c == 'S')
			d.slowest = true;
		else if (c == 'a')
			d.area = optarg;
		else if (c == 'p')
			d.prefix = optarg;
		else if (c == '?')
			return 64;
		else
			*n[c] = strtoll(optarg, NULL, 10);
	}
	return o.data_dir == NULL || d.entities < 1 || d.batch < 1 ? 64 : run(&d, &o);
}
