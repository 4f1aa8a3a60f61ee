/* SPDX-License-Identifier: ISC
 *
 * A walk from cause to effect, the nearest first.
 */
#include <stdlib.h>

#include "shared/domain/consequence.h"
#include "shared/domain/event.h"

struct place {
	int64_t	event;
	int	runs;		/* on the way to it */
};

struct walk {
	struct db		*db;
	struct mem_arena	*a;
	struct place		*places;	/* in the order in which they are visited */
	size_t			 n;
	size_t			 commands_max;
	struct consequences	*out;
};

static bool
is_run(int kind)
{
	return kind == EVENT_AUTOMATION_RUN || kind == EVENT_SCENARIO_START;
}

static void
add_place(struct walk *w, int64_t event, int runs)
{
	if (w->n == CONSEQUENCE_EVENTS || runs > CONSEQUENCE_RUNS) {
		w->out->cut = true;
		return;
	}
	w->places = mem_grow(w->a, w->places, w->n, w->n + 1, sizeof(*w->places));
	w->places[w->n++] = (struct place){ event, runs };
}

static enum rc
add_commands(struct walk *w, int64_t event)
{
	struct consequences *o = w->out;
	struct command *rows;
	size_t n, i;
	enum rc rc = store_command_caused(w->db, event, (int)(w->commands_max - o->n) + 1, w->a, &rows, &n);

	if (rc != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if (o->n == w->commands_max) {
			o->cut = true;
			break;
		}
		o->commands = mem_grow(w->a, o->commands, o->n, o->n + 1, sizeof(*o->commands));
		o->commands[o->n++] = rows[i];
	}
	return RC_OK;
}

/* What an undo did is left out; one that undid it did all again. */
static enum rc
add_redos(struct walk *w, int64_t undo, int runs)
{
	struct store_effect *effects;
	size_t n, i;
	enum rc rc = store_event_caused(w->db, undo, CONSEQUENCE_EVENTS, w->a, &effects, &n);

	for (i = 0; rc == RC_OK && i < n; i++)
		if (effects[i].kind == EVENT_UNDO)
			add_place(w, effects[i].id, runs);
	return rc;
}

static enum rc
add_effects(struct walk *w, struct place p)
{
	struct store_effect *effects;
	size_t n, i;
	enum rc rc = store_event_caused(w->db, p.event, CONSEQUENCE_EVENTS, w->a, &effects, &n);

	for (i = 0; rc == RC_OK && i < n; i++)
		if (effects[i].kind == EVENT_UNDO)
			rc = add_redos(w, effects[i].id, p.runs);
		else
			add_place(w, effects[i].id, p.runs + is_run(effects[i].kind));
	return rc;
}

static enum rc
visit(struct walk *w, struct place p)
{
	enum rc rc = add_commands(w, p.event);

	return rc == RC_OK ? add_effects(w, p) : rc;
}

static int
by_id(const void *a, const void *b)
{
	const struct command *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

enum rc
consequence_any(struct db *db, int64_t event, bool (*fits)(const struct command *c), struct mem_arena *a, bool *out)
{
	struct consequences o = { 0 };
	struct walk w = { .db = db, .a = a, .out = &o };
	struct command *rows;
	bool found = false;
	enum rc rc = RC_OK;
	size_t n, i, k;

	add_place(&w, event, 0);
	for (i = 0; rc == RC_OK && i < w.n && !found; i++) {
		rc = store_command_caused(db, w.places[i].event, 0, a, &rows, &n);
		for (k = 0; rc == RC_OK && k < n && !found; k++)
			found = fits(&rows[k]);
		if (rc == RC_OK && !found)
			rc = add_effects(&w, w.places[i]);
	}
	if (rc == RC_OK)
		*out = found;
	return rc;
}

enum rc
consequence_find(struct db *db, int64_t event, size_t commands_max, struct mem_arena *a, struct consequences *out)
{
	struct consequences o = { 0 };
	struct walk w = { .db = db, .a = a, .commands_max = commands_max, .out = &o };
	enum rc rc = RC_OK;
	size_t i;

	if (event != 0)
		add_place(&w, event, 0);
	for (i = 0; i < w.n && rc == RC_OK; i++)
		rc = visit(&w, w.places[i]);
	if (rc != RC_OK)
		return rc;
	if (o.n > 1)
		qsort(o.commands, o.n, sizeof(*o.commands), by_id);
	*out = o;
	return RC_OK;
}
