/* SPDX-License-Identifier: ISC
 *
 * Gives a house a past: reads lines "TIME_MS ENTITY STATE" in order of time (per entity) and packs them into its history
 * as the aggregate job does. Entities have to be there.
 *
 *	past --data DIR <lines
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/program.h"
#include "shared/base/map.h"
#include "shared/base/mem.h"
#include "shared/base/proc.h"
#include "shared/domain/history_chunk.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_history.h"

struct track {
	int64_t			 row;
	struct history_chunk	*chunks;
	size_t			 n;
};

static struct map tracks;

static struct track *
track_of(struct db *db, const char *entity_id)
{
	struct track *t = map_get(&tracks, entity_id);
	struct mem_arena *a;
	struct entity_state e;

	if (t != NULL)
		return t;
	a = mem_arena_new(4096);
	if (store_entity_get(db, entity_id, a, &e) != RC_OK)
		errx(1, "there is no entity %s", entity_id);
	t = mem_xcalloc(1, sizeof(*t));
	t->row = e.entity.row;
	map_put(&tracks, mem_xstrdup(entity_id), t);
	mem_arena_free(a);
	return t;
}

static void
add(struct track *t, int64_t time, const char *state)
{
	if (t->n == 0 || history_chunk_full(&t->chunks[t->n - 1], time)) {
		t->chunks = mem_xrealloc(t->chunks, t->n + 1, sizeof(*t->chunks));
		t->chunks[t->n++] = (struct history_chunk){ 0 };
	}
	history_chunk_add(&t->chunks[t->n - 1], time, state, strlen(state));
}

static bool
seen(const struct store_history_chunk *c, void *arg)
{
	(void)c;
	(void)arg;
	return true;
}

/* The last chunk goes on growing, where none does yet. */
static enum rc
write_track(struct tx *tx, const struct track *t)
{
	bool open = store_history_open(tx->db, t->row, seen, NULL) == RC_OK;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < t->n; i++) {
		const struct history_chunk *k = &t->chunks[i];
		struct store_history_chunk c = { .entity = t->row, .start = k->start, .finish = k->finish, .n = k->n,
			.data = k->data.p, .len = k->data.len };

		rc = i + 1 == t->n && !open ? store_history_put_open(tx, &c) : store_history_add(tx, &c);
	}
	return rc;
}

static enum rc
write_all(struct tx *tx, void *arg, struct fault *f)
{
	struct track *t;
	size_t i = 0;
	enum rc rc = RC_OK;

	(void)arg;
	(void)f;
	while (rc == RC_OK && (t = map_next(&tracks, &i)) != NULL)
		rc = write_track(tx, t);
	return rc;
}

int
main(int argc, char **argv)
{
	struct program_options o = { .name = "past", .write = true, .read = true, .quiet = true };
	char line[1024], entity[256], state[256];
	struct program p;
	struct fault f = { 0 };
	long long time;

	proc_start();
	if (argc != 3 || strcmp(argv[1], "--data") != 0)
		errx(64, "usage: past --data DIR");
	o.data_dir = argv[2];
	if (program_open(&p, &o, &f) != RC_OK)
		errx(1, "%s", f.msg);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (sscanf(line, "%lld %255s %255[^\n]", &time, entity, state) != 3)
			errx(1, "not a line of the past: %s", line);
		add(track_of(p.core.db, entity), time, state);
	}
	if (store_write(p.core.writer, "system", write_all, NULL, &f) != RC_OK)
		errx(1, "%s", f.msg);
	program_close(&p);
	return 0;
}
