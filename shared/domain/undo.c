/* SPDX-License-Identifier: ISC
 *
 * Which commands are undone together, whether their entities are still as they left them, and the commands back.
 */
#include <string.h>

#include "shared/domain/consequence.h"
#include "shared/domain/event.h"
#include "shared/domain/explain.h"
#include "shared/domain/reversal.h"
#include "shared/domain/undo.h"

#define SETTLE_MS 10000		/* a lamp that fades reports for a while what it was told */
#define LATER_MAX 50		/* commands to one entity that are looked at */

const char *const undo_results[UNDO__MAX + 1] = {
	[UNDO_REVERSED] = "reversed", [UNDO_ALREADY] = "already", [UNDO_CHANGED] = "changed",
	[UNDO_ASK] = "ask", [UNDO_IMPOSSIBLE] = "impossible", [UNDO_REFUSED] = "refused",
};

/* Commands that are undone together, in order of id. */
struct group {
	struct command	*rows;
	size_t		 n;
	bool		 cut;		/* there are more */
	int64_t		 event;		/* that names them: cause of the undo */
	const char	*subject;
};

struct undoing {
	struct tx		*tx;
	const struct undo_how	*how;
	struct mem_arena	*a;
	const struct group	*group;
	struct undone		*out;
};

/* One entity of it. */
struct part {
	const struct command	*first, *last;	/* that reached it; NULL: none did */
	struct entity_state	 e;
	struct js		*caps, *attributes, *before, *now;
};

/* ---- has anything happened since? ---- */

static bool
is_under_way(const struct command *c, const char *domain)
{
	return c->status == COMMAND_PENDING ||
	    (c->status == COMMAND_SENT && command_confirmable(domain, c->service));
}

/* Somebody else told it something after that. */
static const char *
later_command(struct undoing *u, const struct part *p)
{
	struct store_command_filter newest = { .entity = p->last->entity, .limit = LATER_MAX };
	struct buf b = { 0 };
	struct command *rows;
	const char *text;
	size_t n, i;

	if (store_command_list(u->tx->db, &newest, u->a, &rows, &n) != RC_OK)
		return "it is not known what it was told since";
	for (i = 0; i < n && rows[i].id > p->last->id && !command_was_sent(&rows[i]); i++)
		;
	if (i == n || rows[i].id <= p->last->id)
		return NULL;
	explain_actor(&b, rows[i].actor);
	text = mem_printf(u->a, "%s sent it %s since", buf_str(&b), rows[i].service);
	buf_free(&b);
	return text;
}

static bool
in_group(const struct group *g, int64_t event)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (g->rows[i].event == event)
			return true;
	return false;
}

/* Whether the event changed anything that the way back looks at. */
static bool
matters(const struct store_event *e, const struct part *p)
{
	const struct js *kept = js_get(p->now, "attributes"), *changed;
	bool found = e->state == NULL || e->prior == NULL || strcmp(e->state, e->prior) != 0;
	struct js *data = NULL;
	void *it;

	if (!found && e->data != NULL && js_parse(e->data, strlen(e->data), JS_LAX_KEYS, &data, NULL) == RC_OK) {
		changed = js_get(data, "attributes");
		for (it = js_iter(changed); it != NULL; it = js_iter_next(changed, it))
			found |= js_get(kept, js_iter_key(it)) != NULL;
		js_free(data);
	}
	return found;
}

/* Its last change came by itself, well after what it was told was done. */
static bool
changed_itself(struct undoing *u, const struct part *p)
{
	int64_t done = p->last->done != 0 ? p->last->done : p->last->sent;
	struct store_event e;

	return p->e.state.event > p->last->event &&
	    store_event_get(u->tx->db, p->e.state.event, u->a, &e) == RC_OK &&
	    e.kind == EVENT_STATE_CHANGED && e.time > done + SETTLE_MS && !in_group(u->group, e.cause) &&
	    matters(&e, p);
}

/* The last command did what it should, and now it is something else. */
static bool
is_other(const struct part *p)
{
	const struct entity *e = &p->e.entity;
	const struct command *c = p->last;
	struct js *data = NULL;
	bool other;

	if (c->status != COMMAND_CONFIRMED || p->e.state.state == NULL || !command_confirmable(e->domain, c->service))
		return false;
	js_parse(c->data, strlen(c->data), JS_LAX_KEYS, &data, NULL);
	other = !command_confirmed_by(e->domain, c->service, data, p->caps, p->e.state.state, p->attributes);
	js_free(data);
	return other;
}

/* Why it is no longer what the commands made of it, or NULL. */
static const char *
changed_since(struct undoing *u, const struct part *p)
{
	const struct entity *e = &p->e.entity;
	const char *later = later_command(u, p);

	if (later != NULL || is_under_way(p->last, e->domain))
		return later;
	if (is_other(p))
		return mem_printf(u->a, "it changed since: it is %s now", p->e.state.state);
	return changed_itself(u, p) ? "it changed since" : NULL;
}

/* What it was before is what was last reported, and another command was about to change that. */
static bool
was_unsettled(struct undoing *u, const struct part *p)
{
	struct store_command_filter one = { .entity = p->first->entity, .before = p->first->id, .limit = 1 };
	struct command *c;
	size_t n;

	if (store_command_list(u->tx->db, &one, u->a, &c, &n) != RC_OK || n == 0 || !command_was_sent(c) ||
	    !command_confirmable(p->e.entity.domain, c->service))
		return false;
	return c->done == 0 || c->done > p->first->created;
}

/* ---- one entity ---- */

static void
add(struct undoing *u, const char *entity_id, enum undo_result result, const char *reason,
    const struct command *c)
{
	struct undone *o = u->out;

	o->items = mem_grow(u->a, o->items, o->n, o->n + 1, sizeof(*o->items));
	o->items[o->n] = (struct undo_item){ .entity_id = entity_id, .result = result, .reason = reason };
	if (c != NULL)
		o->items[o->n].command = *c;
	o->n++;
}

/* The event that names what is undone; once, with the first command. */
static enum rc
begin(struct undoing *u)
{
	const struct group *g = u->group;
	int64_t cause = u->tx->cause;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if (u->out->event != 0)
		return RC_OK;
	jsw_object(&w, NULL);
	jsw_int(&w, "undoes", g->event);
	jsw_bool(&w, "forced", u->how->force);
	jsw_end(&w);
	u->tx->cause = g->event;
	rc = event_append(u->tx, EVENT_UNDO, 0, g->subject, buf_str(&b), &u->out->event);
	u->tx->cause = cause;
	buf_free(&b);
	return rc;
}

static enum rc
give(struct undoing *u, const struct part *p, const char *service, const struct js *data, struct fault *f)
{
	struct command_request r = { .entity = &p->e, .service = service, .data = data,
		.actor = u->tx->actor, .now_ms = u->tx->now_ms, .timeout_ms = u->how->timeout_ms };
	struct fault why = { 0 };
	struct command c;
	enum rc rc;

	if ((rc = begin(u)) != RC_OK)
		return fault_set(f, rc, NULL, "the undo could not be stored");
	r.cause = u->out->event;
	rc = command_enqueue(u->tx, &r, u->a, &c, &why);
	if (rc == RC_OK && c.status == COMMAND_REFUSED)
		add(u, p->e.entity.entity_id, UNDO_REFUSED, c.reason, &c);
	else if (rc == RC_OK)
		add(u, p->e.entity.entity_id, UNDO_REVERSED, NULL, &c);
	else if (rc_is_common(rc) || rc == RC_ERROR)
		return fault_set(f, rc, NULL, "%s", why.msg);
	else
		add(u, p->e.entity.entity_id, UNDO_IMPOSSIBLE, mem_strdup(u->a, why.msg), NULL);
	return RC_OK;
}

static enum rc
give_all(struct undoing *u, const struct part *p, const struct reversal_answer *way, struct fault *f)
{
	const char *id = p->e.entity.entity_id, *why;
	enum rc rc = RC_OK;
	int i;

	if (way->n == 0)
		add(u, id, UNDO_ALREADY, "it is as it was before", NULL);
	else if (!u->how->force && (why = changed_since(u, p)) != NULL)
		add(u, id, UNDO_CHANGED, why, NULL);
	else if (!u->how->force && was_unsettled(u, p))
		add(u, id, UNDO_ASK, "what it was before is not certain: another command was on its way", NULL);
	else
		for (i = 0; i < way->n && rc == RC_OK; i++)
			rc = give(u, p, way->calls[i].service, way->calls[i].data, f);
	return rc;
}

static void
read_part(struct part *p)
{
	const struct entity *e = &p->e.entity;
	const struct state *s = &p->e.state;

	if (p->first->before != NULL)
		js_parse(p->first->before, strlen(p->first->before), JS_LAX_KEYS, &p->before, NULL);
	if (e->capabilities != NULL)
		js_parse(e->capabilities, strlen(e->capabilities), JS_LAX_KEYS, &p->caps, NULL);
	if (s->attributes != NULL)
		js_parse(s->attributes, strlen(s->attributes), JS_LAX_KEYS, &p->attributes, NULL);
	p->now = reversal_picture(e->domain, s->available ? s->state : NULL, p->attributes);
}

/* p is read. */
static enum rc
take_back(struct undoing *u, struct part *p, struct fault *f)
{
	const struct entity *e = &p->e.entity;
	struct reversal_question q = { .domain = e->domain, .device_class = e->device_class, .caps = p->caps,
		.before = p->before, .now = is_under_way(p->last, e->domain) ? NULL : p->now,
		.insist = u->how->force };
	struct reversal_answer way = { 0 };
	struct fault why = { 0 };
	enum rc rc = reversal_find(&q, &way, &why);

	if (rc == RC_OK)
		rc = give_all(u, p, &way, f);
	else {
		add(u, e->entity_id, rc == RC_REFUSED ? UNDO_ASK : UNDO_IMPOSSIBLE, mem_strdup(u->a, why.msg), NULL);
		rc = RC_OK;
	}
	reversal_free(&way);
	return rc;
}

/* The commands of the group to that entity. */
static struct part
part_of(const struct group *g, int64_t entity)
{
	struct part p = { 0 };
	size_t i;

	for (i = 0; i < g->n; i++)
		if (g->rows[i].entity == entity && command_was_sent(&g->rows[i])) {
			p.first = p.first == NULL ? &g->rows[i] : p.first;
			p.last = &g->rows[i];
		}
	return p;
}

static enum rc
undo_part(struct undoing *u, const struct command *c, struct fault *f)
{
	struct part p = part_of(u->group, c->entity);
	enum rc rc;

	if (p.first == NULL) {
		add(u, c->entity_id, UNDO_ALREADY, "it was not told anything", NULL);
		return RC_OK;
	}
	if ((rc = store_entity_by_row(u->tx->db, c->entity, u->a, &p.e)) != RC_OK)
		return fault_set(f, rc, NULL, "%s: cannot be read", c->entity_id);
	read_part(&p);
	rc = take_back(u, &p, f);
	js_free(p.before);
	js_free(p.caps);
	js_free(p.attributes);
	js_free(p.now);
	return rc;
}

static bool
is_wanted(const struct undo_how *how, const char *entity_id)
{
	const char *s;
	size_t i;

	for (i = 0; i < js_size(how->only); i++)
		if ((s = js_string(js_at(how->only, i), NULL)) != NULL && strcmp(s, entity_id) == 0)
			return true;
	return how->only == NULL;
}

static bool
came_before(const struct group *g, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (g->rows[j].entity == g->rows[i].entity)
			return true;
	return false;
}

/* What was told last is taken back first. */
static enum rc
undo_group(struct tx *tx, const struct group *g, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f)
{
	struct undone o = { .cut = g->cut };
	struct undoing u = { .tx = tx, .how = how, .a = a, .group = g, .out = &o };
	enum rc rc = RC_OK;
	size_t i;

	if (g->n > UNDO_COMMANDS_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "more than %d commands cannot be undone at once",
		    UNDO_COMMANDS_MAX);
	for (i = g->n; i > 0 && rc == RC_OK; i--)
		if (!came_before(g, i - 1) && is_wanted(how, g->rows[i - 1].entity_id))
			rc = undo_part(&u, &g->rows[i - 1], f);
	if (rc == RC_OK)
		*out = o;
	return rc;
}

/* ---- which commands ---- */

static enum rc
undo_caused(struct tx *tx, int64_t event, const char *subject, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f)
{
	struct consequences c;
	enum rc rc = consequence_find(tx->db, event, UNDO_COMMANDS_MAX + 1, a, &c);

	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "its commands cannot be read");
	if (c.n == 0)
		return fault_set(f, RC_NOT_FOUND, NULL, "it told nothing to any device");
	return undo_group(tx, &(struct group){ c.commands, c.n, c.cut, event, subject }, how, a, out, f);
}

enum rc
undo_run(struct tx *tx, const struct run *run, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f)
{
	return undo_caused(tx, run->event, mem_printf(a, "%s.%s", run->scenario ? "scenario" : "automation",
	    run->automation_id), how, a, out, f);
}

enum rc
undo_event(struct tx *tx, int64_t event, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f)
{
	struct store_event e;
	enum rc rc = store_event_get(tx->db, event, a, &e);

	if (rc != RC_OK)
		return fault_set(f, rc, "event", "there is no event %lld (any more)", (long long)event);
	return undo_caused(tx, event, e.subject != NULL ? e.subject : e.entity_id, how, a, out, f);
}

enum rc
undo_command(struct tx *tx, int64_t id, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f)
{
	struct command c;
	enum rc rc = store_command_get(tx->db, id, a, &c);

	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "there is no command %lld (any more)", (long long)id);
	return undo_group(tx, &(struct group){ &c, 1, false, c.event, c.entity_id }, how, a, out, f);
}

/* Commands of one request name no cause, but one moment; their ids follow each other. */
static enum rc
siblings(struct db *db, const struct command *last, struct mem_arena *a, struct group *out)
{
	struct store_command_filter filter = { .before = last->id + 1, .limit = UNDO_COMMANDS_MAX };
	struct command *rows, swap;
	size_t n, i, k = 0;
	enum rc rc = store_command_list(db, &filter, a, &rows, &n);

	if (rc != RC_OK)
		return rc;
	while (k < n && rows[k].created == last->created && rows[k].cause == 0 &&
	    strcmp(rows[k].actor, last->actor) == 0)
		k++;
	for (i = 0; i < k / 2; i++) {
		swap = rows[i];
		rows[i] = rows[k - 1 - i];
		rows[k - 1 - i] = swap;
	}
	*out = (struct group){ rows, k, false, last->event, last->entity_id };
	return RC_OK;
}

/* The newest command of the house itself. */
static enum rc
last_of_house(struct db *db, struct mem_arena *a, struct command *out)
{
	struct command other;
	enum rc rc = store_command_last(db, "automation:", a, out), by = store_command_last(db, "scenario:", a, &other);

	if (by != RC_OK)
		return by == RC_NOT_FOUND ? rc : by;
	if (rc == RC_NOT_FOUND || (rc == RC_OK && other.id > out->id)) {
		*out = other;
		return RC_OK;
	}
	return rc;
}

/* What one rule had another one or a scenario do is its own doing: the event of the first one. */
static int64_t
first_run(struct db *db, int64_t event, struct mem_arena *a)
{
	struct store_event e;
	int64_t first = event;
	int i;

	for (i = 0; i < CONSEQUENCE_RUNS * 2 && event != 0 && store_event_get(db, event, a, &e) == RC_OK; i++) {
		if (e.kind == EVENT_AUTOMATION_RUN || e.kind == EVENT_SCENARIO_START)
			first = event;
		else if (e.kind != EVENT_CUSTOM)
			break;
		event = e.cause;
	}
	return first;
}

enum rc
undo_last(struct tx *tx, const char *actor, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f)
{
	struct command last;
	struct group g;
	enum rc rc = actor == NULL ? last_of_house(tx->db, a, &last) : store_command_last(tx->db, actor, a, &last);

	if (rc == RC_NOT_FOUND)
		return fault_set(f, rc, NULL, "there is nothing to undo");
	if (rc == RC_OK && last.cause != 0)
		return undo_event(tx, first_run(tx->db, last.cause, a), how, a, out, f);
	if (rc == RC_OK)
		rc = siblings(tx->db, &last, a, &g);
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the last commands cannot be read");
	return undo_group(tx, &g, how, a, out, f);
}
