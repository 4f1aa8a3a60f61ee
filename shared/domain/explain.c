/* SPDX-License-Identifier: ISC
 *
 * The walk over causes and its words.
 */
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/clock.h"
#include "shared/domain/event.h"
#include "shared/domain/explain.h"
#include "shared/domain/registry.h"

/* What a sentence is made from. */
struct telling {
	struct db		*db;
	struct mem_arena	*arena;
	struct buf		 text;
	char			 day[16];	/* of the effect; other times say theirs */
};

static enum rc
follow(struct db *db, const struct store_event *effect, struct mem_arena *a,
    struct explanation *out)
{
	struct store_event *chain = mem_alloc(a, EXPLAIN_DEPTH * sizeof(*chain));
	size_t n = 1;
	enum rc rc;

	chain[0] = *effect;
	/* A cause is older than its effect, so this ends; old ones may be pruned. */
	while (n < EXPLAIN_DEPTH && chain[n - 1].cause != 0 &&
	    chain[n - 1].cause < chain[n - 1].id) {
		rc = store_event_get(db, chain[n - 1].cause, a, &chain[n]);
		if (rc == RC_NOT_FOUND)
			break;
		if (rc != RC_OK)
			return rc;
		n++;
	}
	out->chain = chain;
	out->n = n;
	return RC_OK;
}

static void
say_time(struct telling *t, int64_t ms)
{
	char local[CLOCK_TEXT];

	clock_local(ms, local);
	if (strncmp(local, t->day, strlen(t->day)) == 0)
		buf_puts(&t->text, local + strlen(t->day) + 1);
	else
		buf_puts(&t->text, local);
}

/* The name people know the thing of an event by. */
static const char *
name_of(struct telling *t, const struct store_event *e)
{
	struct entity_state es;

	if (e->entity != 0 && store_entity_by_row(t->db, e->entity, t->arena, &es) == RC_OK)
		return registry_entity_name(&es.entity, t->arena);
	if (e->entity_id != NULL)
		return e->entity_id;
	if (e->kind == EVENT_WEBHOOK)
		return "a webhook";
	return e->subject != NULL ? e->subject : "something";
}

/* A text member of an event's data, in the arena, or NULL. */
static const char *
datum(struct telling *t, const struct store_event *e, const char *key)
{
	const char *s = NULL;
	struct js *data;

	if (e->data == NULL || js_parse(e->data, strlen(e->data), JS_LAX_KEYS, &data, NULL) != RC_OK)
		return NULL;
	s = mem_strdup(t->arena, js_get_string(data, key));
	js_free(data);
	return s;
}

void
explain_actor(struct buf *b, const char *actor)
{
	const char *colon = actor != NULL ? strchr(actor, ':') : NULL;

	if (actor == NULL)
		buf_puts(b, "its device");
	else if (colon == NULL)
		buf_printf(b, "the house (%s)", actor);
	else if (strncmp(actor, "user:", 5) == 0)
		buf_puts(b, colon + 1);
	else if (strncmp(actor, "token:", 6) == 0)
		buf_printf(b, "the key %s", colon + 1);
	else
		buf_printf(b, "%.*s %s", (int)(colon - actor), actor, colon + 1);
}

static void
say_actor(struct telling *t, const char *actor)
{
	explain_actor(&t->text, actor);
}

static void
say_state(struct telling *t, const char *state)
{
	buf_puts(&t->text, state != NULL ? state : "unknown");
}

static void
say_automation(struct telling *t, const struct store_event *run)
{
	const char *name = datum(t, run, "name");

	buf_printf(&t->text, "automation '%s'", name != NULL ? name :
	    run->subject != NULL ? run->subject : "?");
}

static void
cause_command(struct telling *t, const struct store_event *e, const struct store_event *next)
{
	const char *service = datum(t, e, "service");

	buf_puts(&t->text, " because ");
	if (next != NULL && next->kind == EVENT_AUTOMATION_RUN)
		say_automation(t, next);
	else
		say_actor(t, e->actor);
	buf_printf(&t->text, " sent %s", service != NULL ? service : "a command");
	buf_puts(&t->text, " to ");
	buf_puts(&t->text, name_of(t, e));
	buf_puts(&t->text, " at ");
	say_time(t, e->time);
}

static void
cause_run(struct telling *t, const struct store_event *e, bool named)
{
	if (named)
		buf_puts(&t->text, "; it ran at ");
	else {
		buf_puts(&t->text, " because ");
		say_automation(t, e);
		buf_puts(&t->text, " ran at ");
	}
	say_time(t, e->time);
}

static void
cause_change(struct telling *t, const struct store_event *e, bool trigger)
{
	buf_printf(&t->text, "%s %s changing from ", trigger ? ", triggered by" : " because of",
	    name_of(t, e));
	say_state(t, e->prior);
	buf_puts(&t->text, " to ");
	say_state(t, e->state);
	buf_puts(&t->text, " at ");
	say_time(t, e->time);
}

static void
cause_emotion(struct telling *t, const struct store_event *e)
{
	const char *primary = datum(t, e, "primary");

	buf_printf(&t->text, " as the house felt %s at ", primary != NULL ? primary : "something else");
	say_time(t, e->time);
}

static void
cause_other(struct telling *t, const struct store_event *e)
{
	/* the subject of a webhook is made out of its secret address */
	buf_puts(&t->text, " after ");
	buf_puts(&t->text, e->kind == EVENT_WEBHOOK ? "a call of a webhook" : event_kind_name(e->kind));
	if (e->subject != NULL && e->kind != EVENT_WEBHOOK)
		buf_printf(&t->text, " of %s", e->subject);
	if (e->actor != NULL) {
		buf_puts(&t->text, " by ");
		say_actor(t, e->actor);
	}
	buf_puts(&t->text, " at ");
	say_time(t, e->time);
}

static void
cause_by_hand(struct telling *t, const struct store_event *e)
{
	buf_puts(&t->text, ", started by hand by ");
	say_actor(t, e->actor);
	buf_puts(&t->text, " at ");
	say_time(t, e->time);
}

/* Link i of the chain: why link i - 1 happened. */
static void
say_cause(struct telling *t, const struct explanation *x, size_t i)
{
	const struct store_event *e = &x->chain[i], *effect = &x->chain[i - 1];
	const struct store_event *next = i + 1 < x->n ? &x->chain[i + 1] : NULL;
	bool of_run = effect->kind == EVENT_AUTOMATION_RUN;

	switch (e->kind) {
	case EVENT_COMMAND:
		/* A command's later events name its first one as their cause. */
		if (effect->kind != EVENT_COMMAND)
			cause_command(t, e, next);
		break;
	case EVENT_AUTOMATION_RUN:
		cause_run(t, e, effect->kind == EVENT_COMMAND);
		break;
	case EVENT_AUTOMATION_TRIGGER:
		cause_by_hand(t, e);
		break;
	case EVENT_STATE_CHANGED:
		cause_change(t, e, of_run);
		break;
	case EVENT_EMOTION:
		cause_emotion(t, e);
		break;
	default:
		cause_other(t, e);
	}
}

static void
say_effect(struct telling *t, const struct store_event *e)
{
	buf_puts(&t->text, name_of(t, e));
	if (e->kind == EVENT_STATE_CHANGED) {
		buf_puts(&t->text, " is ");
		say_state(t, e->state);
		buf_puts(&t->text, " since ");
	} else if (e->kind == EVENT_AVAILABILITY)
		buf_puts(&t->text, " changed its availability at ");
	else if (e->kind == EVENT_WEBHOOK)
		buf_puts(&t->text, " was called at ");
	else
		buf_printf(&t->text, ": %s at ", event_kind_name(e->kind));
	buf_puts(&t->text, t->day);
	buf_putc(&t->text, ' ');
	say_time(t, e->time);
}

static void
say(struct db *db, struct mem_arena *a, struct explanation *x)
{
	struct telling t = { .db = db, .arena = a };
	const struct store_event *last = &x->chain[x->n - 1];
	char local[CLOCK_TEXT];
	size_t i;

	clock_local(x->chain[0].time, local);
	memcpy(t.day, local, 10);
	say_effect(&t, &x->chain[0]);
	for (i = 1; i < x->n; i++)
		say_cause(&t, x, i);
	if (last->cause != 0)
		buf_puts(&t.text, "; what led to that is no longer recorded");
	else if (x->n == 1 && last->actor == NULL && last->kind != EVENT_WEBHOOK)
		buf_puts(&t.text, ", as its device reported");
	else if (x->n == 1 && last->actor != NULL) {
		buf_puts(&t.text, " by ");
		say_actor(&t, last->actor);
	}
	buf_putc(&t.text, '.');
	x->text = buf_keep(&t.text, a);
}

/* The newest event that made the entity what it is. */
static enum rc
newest(struct db *db, const struct entity_state *e, struct mem_arena *a, struct store_event *out)
{
	struct store_event_filter filter = {
		.entity = e->entity.row, .newest_first = true, .limit = 1,
		.kind = e->state.available ? EVENT_STATE_CHANGED : EVENT_AVAILABILITY,
	};
	struct store_event *rows;
	size_t n;
	enum rc rc;

	if ((rc = store_event_list(db, &filter, a, &rows, &n)) != RC_OK)
		return rc;
	if (n == 0)
		return RC_NOT_FOUND;
	*out = rows[0];
	return RC_OK;
}

enum rc
explain_entity(struct db *db, const struct entity_state *e, struct mem_arena *a,
    struct explanation *out)
{
	struct explanation x = { .n = 0 };
	struct store_event effect;
	enum rc rc;

	rc = newest(db, e, a, &effect);
	if (rc == RC_NOT_FOUND) {
		x.text = mem_printf(a, "%s: nothing that explains its state (%s) is recorded.",
		    registry_entity_name(&e->entity, a),
		    e->state.state != NULL ? e->state.state : "unknown");
		*out = x;
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = follow(db, &effect, a, &x);
	if (rc != RC_OK)
		return rc;
	say(db, a, &x);
	*out = x;
	return RC_OK;
}

enum rc
explain_event(struct db *db, int64_t id, struct mem_arena *a, struct explanation *out)
{
	struct explanation x = { .n = 0 };
	struct store_event effect;
	enum rc rc;

	if ((rc = store_event_get(db, id, a, &effect)) != RC_OK)
		return rc;
	if ((rc = follow(db, &effect, a, &x)) != RC_OK)
		return rc;
	say(db, a, &x);
	*out = x;
	return RC_OK;
}
