/* SPDX-License-Identifier: ISC
 *
 * Chains of reactions: they end when they are too long, and when one cause brings about too much. That is counted in
 * memory, in the event that a chain began with; the next engine reads out of the log, which names the cause of
 * everything, where in a chain something is. Else a storm would begin anew with each engine.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/event.h"
#include "workers/engine_rules_int.h"

#define STORMS_MAX 20		/* that were ended lately, of earlier engines */
#define STORM_MS (10 * 60000)	/* before that nothing of a storm is left */
#define TOO_MANY "one cause led to too many reactions"
#define LINKS (4 * ENGINE_DEPTH_MAX)	/* a state, a run, a command, and what a scenario adds */

/* Which kinds are one reaction more: those that engine_follows makes. */
static int
deeper(const struct store_event *ev, const struct engine_rule *r)
{
	switch (ev->kind) {
	case EVENT_STATE_CHANGED:
	case EVENT_CUSTOM:
	case EVENT_MESSAGE:
	case EVENT_ENTITY_ACTION:
	case EVENT_DEVICE_TRIGGER:
	case EVENT_TAG_SCANNED:
	case EVENT_OBJECT_DETECTED:
		return 1;
	case EVENT_AUTOMATION_RUN:
	case EVENT_SCENARIO_START:
		return r != NULL && r->rule->scenario;
	default:
		return 0;
	}
}

/* Whose run it is, or NULL. */
static struct engine_rule *
rule_of(struct engine *e, const struct store_event *ev)
{
	const char *dot = ev->subject != NULL ? strchr(ev->subject, '.') : NULL;

	if (dot == NULL || (ev->kind != EVENT_AUTOMATION_RUN && ev->kind != EVENT_SCENARIO_START))
		return NULL;
	return engine_rule_find(e, dot + 1);
}

/* The events from this one, that led to something at `later`, back to the first of its chain; what came too late for
 * one belongs to none. */
static size_t
read_chain(struct engine *e, int64_t event, int64_t later, struct store_event out[LINKS])
{
	size_t n;

	for (n = 0; n < LINKS && event != 0; n++) {
		if (store_event_get(e->core.db, event, e->arena, &out[n]) != RC_OK ||
		    later - out[n].time > LATE_CHAIN_MS)
			break;
		later = out[n].time;
		event = out[n].cause;
	}
	return n;
}

/* ---- what is too much ---- */

/* In what reacted to a reaction; the first one of a cause may do what it likes. */
static bool
inner(const struct late *l)
{
	return l->rules[1] != 0 || l->again;
}

static const char *
why_ended(struct late *cause)
{
	const struct late *root = late_root(cause);

	if (root->effects >= ENGINE_EFFECTS_MAX)
		return TOO_MANY;
	return root->returns > ENGINE_RETURNS_MAX ? "rules start themselves again, more than once each time" :
	    "reactions cause each other in a loop";
}

/* {"about", "reason", "rules"} */
static void
write_end(struct buf *b, struct engine *e, const char *about, struct late *cause)
{
	struct jsw w = jsw_to(b);
	struct engine_rule *r;
	int i;

	jsw_object(&w, NULL);
	jsw_string(&w, "about", about);
	jsw_string(&w, "reason", why_ended(cause));
	jsw_array(&w, "rules");
	for (i = 0; i < LATE_RULES && cause->rules[i] != 0; i++)
		if ((r = map_get_int(&e->rules, cause->rules[i])) != NULL)
			jsw_string(&w, NULL, r->actor);
	jsw_end(&w);
	jsw_end(&w);
}

/* Once for each cause. */
static void
tell_end(struct engine *e, const char *about, struct late *cause)
{
	struct engine_rule *first = map_get_int(&e->rules, cause->rules[0]);
	struct buf data = { 0 };
	char *subject = NULL;

	if (late_root(cause)->told)
		return;
	late_root(cause)->told = true;
	write_end(&data, e, about, cause);
	if (first != NULL)
		subject = mem_xprintf("automation.%s", first->id);
	log_error(about, "reactions in a loop, or too many of them: the chain ends here, %s", buf_str(&data));
	record_event(e->recorder, &(struct recorded){ .kind = EVENT_LOOP, .subject = subject, .data = buf_str(&data),
		.cause = cause });
	free(subject);
	buf_free(&data);
}

bool
engine_chain_reacts(struct engine_rule *r, const char *about, struct late *cause)
{
	struct late *root;
	struct trace t = { 0 };
	bool again;

	if (cause == NULL || cause->rules[0] == 0)
		return true;
	root = late_root(cause);
	again = late_has(cause, r->row);
	root->returns += again;
	if (cause->depth + r->rule->scenario <= ENGINE_DEPTH_MAX && root->effects < ENGINE_EFFECTS_MAX &&
	    !(again && root->returns > ENGINE_RETURNS_MAX)) {
		root->effects++;
		return true;
	}
	cause->ended = true;
	if (!root->told) {
		trace_trigger(&t, r->revision, -1, NULL, NULL);
		trace_why(&t, CHAIN_ENDED);
		record_trace(r->e->recorder, r->row, TRACE_NO, cause, &t);
	}
	tell_end(r->e, about, cause);
	return false;
}

enum rc
engine_chain_acts(struct active_run *run, struct fault *f)
{
	struct late *root = late_root(run->event);

	if (!inner(run->event))
		return RC_OK;
	if (root->effects < ENGINE_EFFECTS_MAX && !(run->event->again && root->returns > ENGINE_RETURNS_MAX)) {
		root->effects++;
		return RC_OK;
	}
	tell_end(run->rule->e, run->rule->actor, run->event);
	return fault_set(f, RC_LIMITED, NULL, CHAIN_ENDED);
}

void
engine_chain_tell(struct engine *e, uint64_t about, struct late *event)
{
	struct told *at = &e->told[about % ENGINE_TOLD];
	struct late *before = at->event;

	*at = (struct told){ about, late_ref(event) };
	late_free(before);
}

struct late *
engine_chain_told(struct engine *e, uint64_t about)
{
	const struct told *at = &e->told[about % ENGINE_TOLD];

	return at->about == about ? at->event : NULL;
}

/* ---- what an earlier engine knew ---- */

/* The event of that id, as what a chain began with. */
static struct late *
root_of(struct engine *e, int64_t id)
{
	struct late *root = map_get_int(&e->roots, id);

	if (root == NULL) {
		root = late_new(id);
		map_put_int(&e->roots, id, root);
	}
	return root;
}

/* A storm that was ended stays ended, however much of it was left to come. */
static void
read_storm(struct engine *e, const struct store_event *end)
{
	struct store_event chain[LINKS];
	size_t n = read_chain(e, end->cause, end->time, chain);
	const char *reason;
	struct late *root;
	struct js *data;

	if (n == 0 || end->data == NULL ||
	    js_parse(end->data, strlen(end->data), JS_LAX_KEYS, &data, NULL) != RC_OK)
		return;
	root = root_of(e, chain[n - 1].id);
	root->told = true;
	root->returns = ENGINE_RETURNS_MAX + 1;
	if ((reason = js_get_string(data, "reason")) != NULL && strcmp(reason, TOO_MANY) == 0)
		root->effects = ENGINE_EFFECTS_MAX;
	js_free(data);
}

static void
read_storms(struct engine *e)
{
	struct store_event_filter filter = { .kind = EVENT_LOOP, .newest_first = true, .limit = STORMS_MAX };
	struct store_event *rows;
	size_t n = 0;

	e->roots_read = true;
	if (store_event_list(e->core.db, &filter, e->arena, &rows, &n) != RC_OK)
		return;
	while (n-- > 0)
		if (e->now_ms - rows[n].time <= STORM_MS)
			read_storm(e, &rows[n]);
}

struct late *
engine_recall(struct engine *e, int64_t event)
{
	struct store_event chain[LINKS];
	struct late *l = late_new(event);
	size_t n = read_chain(e, event, e->now_ms, chain);
	struct engine_rule *r;

	if (!e->roots_read)
		read_storms(e);
	if (n > 0)
		l->root = late_ref(root_of(e, chain[n - 1].id));
	while (n-- > 0) {
		r = rule_of(e, &chain[n]);
		l->ms = chain[n].time;
		l->depth += deeper(&chain[n], r);
		if (r != NULL)
			late_rule(l, r->row);
	}
	return l;
}

void
engine_chain_free(struct engine *e)
{
	struct late *root;
	size_t i = 0;

	while ((root = map_next(&e->roots, &i)) != NULL)
		late_free(root);
	map_free(&e->roots);
	e->roots_read = false;
	for (i = 0; i < ENGINE_TOLD; i++)
		late_free(e->told[i].event);
	memset(e->told, 0, sizeof(e->told));
}
