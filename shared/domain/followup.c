/* SPDX-License-Identifier: ISC
 *
 * Looking from a run at what it told devices, and at the undo of that. Changes nothing.
 */
#include <string.h>

#include "shared/domain/consequence.h"
#include "shared/domain/event.h"
#include "shared/domain/followup.h"
#include "shared/domain/undo.h"
#include "shared/store/store_event.h"

#define REDO_MAX 100		/* undos of undos that are followed */

static bool
has_way_back(const struct command *c)
{
	return c->before != NULL && command_was_sent(c);
}

/*
 * An undo that was undone does not stand, unless that was undone too: an even number of them, one of the other, leaves
 * things taken back.
 */
static enum rc
stands(struct db *db, int64_t undo, struct mem_arena *a, bool *out)
{
	struct store_event e;
	enum rc rc = RC_OK;
	int n;

	for (n = 0; n < REDO_MAX && (rc = store_event_caused_of(db, undo, EVENT_UNDO, a, &e)) == RC_OK; n++)
		undo = e.id;
	*out = n % 2 == 0;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Entities that undos told something, by their rows. */
struct told {
	int64_t	*entities;
	size_t	 n;
};

static enum rc
add_told(struct db *db, int64_t undo, struct mem_arena *a, struct told *t)
{
	struct command *back;
	size_t n, i;
	enum rc rc = store_command_caused(db, undo, 0, a, &back, &n);

	if (rc != RC_OK)
		return rc;
	t->entities = mem_grow(a, t->entities, t->n, t->n + n, sizeof(*t->entities));
	for (i = 0; i < n; i++)
		if (command_was_sent(&back[i]))
			t->entities[t->n++] = back[i].entity;
	return RC_OK;
}

/* The undos of the event that stand, and what they told. */
static enum rc
find_undos(struct db *db, int64_t event, struct mem_arena *a, struct followup *out, struct told *t)
{
	struct store_effect *effects;
	struct store_event e;
	bool is = false;
	size_t n, i;
	enum rc rc = store_event_caused(db, event, CONSEQUENCE_EVENTS, a, &effects, &n);

	for (i = 0; rc == RC_OK && i < n; i++) {
		if (effects[i].kind != EVENT_UNDO)
			continue;
		if ((rc = stands(db, effects[i].id, a, &is)) != RC_OK || !is)
			continue;
		out->undo = effects[i].id;
		rc = add_told(db, out->undo, a, t);
	}
	if (rc != RC_OK || out->undo == 0)
		return rc;
	if ((rc = store_event_get(db, out->undo, a, &e)) == RC_OK) {
		out->time = e.time;
		out->actor = e.actor;
	}
	return rc;
}

static bool
is_told(const struct told *t, int64_t entity)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->entities[i] == entity)
			return true;
	return false;
}

static bool
is_left(const struct followup *f, const char *entity_id)
{
	size_t i;

	for (i = 0; i < f->n_left; i++)
		if (strcmp(f->left[i], entity_id) == 0)
			return true;
	return false;
}

static enum rc
find_left(struct db *db, int64_t event, const struct told *t, struct mem_arena *a, struct followup *out)
{
	struct consequences c;
	size_t i;
	enum rc rc = consequence_find(db, event, UNDO_COMMANDS_MAX, a, &c);

	if (rc != RC_OK)
		return rc;
	out->left = mem_zalloc(a, (c.n + 1) * sizeof(*out->left));
	for (i = 0; i < c.n; i++)
		if (has_way_back(&c.commands[i]) && !is_told(t, c.commands[i].entity) &&
		    !is_left(out, c.commands[i].entity_id))
			out->left[out->n_left++] = c.commands[i].entity_id;
	return RC_OK;
}

enum rc
followup_undoable(struct db *db, int64_t event, struct mem_arena *a, bool *out)
{
	return consequence_any(db, event, has_way_back, a, out);
}

enum rc
followup_command(struct db *db, int64_t id, struct mem_arena *a, bool *out)
{
	struct command c;
	enum rc rc = store_command_get(db, id, a, &c);

	if (rc == RC_OK || rc == RC_NOT_FOUND)
		*out = rc == RC_OK && has_way_back(&c);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
followup_find(struct db *db, int64_t event, struct mem_arena *a, struct followup *out)
{
	struct followup f = { .undo = 0 };
	struct told t = { .n = 0 };
	enum rc rc = RC_OK;

	if (event != 0)
		rc = followup_undoable(db, event, a, &f.undoable);
	if (rc == RC_OK && f.undoable)
		rc = find_undos(db, event, a, &f, &t);
	if (rc == RC_OK && f.undo != 0)
		rc = find_left(db, event, &t, a, &f);
	if (rc == RC_OK)
		*out = f;
	return rc;
}

void
followup_write(struct jsw *w, const struct followup *f)
{
	size_t i;

	jsw_bool(w, "undoable", f->undoable);
	if (f->undo == 0) {
		jsw_null(w, "undone");
		return;
	}
	jsw_object(w, "undone");
	jsw_int(w, "event", f->undo);
	jsw_time(w, "time", f->time);
	jsw_string(w, "actor", f->actor);
	jsw_array(w, "left");
	for (i = 0; i < f->n_left; i++)
		jsw_string(w, NULL, f->left[i]);
	jsw_end(w);
	jsw_end(w);
}
