/* SPDX-License-Identifier: ISC
 *
 * What history says, moment by moment: the states of the entities that the rule looks at, read when it looks at them
 * first, and what the event log keeps of what left no state.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/backtest_int.h"
#include "shared/domain/emotion_record.h"
#include "shared/domain/event.h"
#include "shared/domain/history.h"
#include "shared/domain/history_chunk.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_id.h"
#include "shared/store/store_prune.h"

#define UNKNOWN_MAX 10000	/* ids that are remembered as nobody's */
#define HAPPENINGS_MAX 100000
#define PAGE 1000		/* events read at a time */

struct backtest_stream {
	struct backtest		*b;
	struct live		*live;
	struct history_chunk	*chunks;	/* the points behind `start` */
	size_t			 n, cap, at;
	struct history_reader	 reader;	/* of chunks[at] */
	struct timer		 timer;		/* in b->changes; due: the next point */
	const char		*state;		/* of it, NULL: unknown */
	size_t			 len;
	int64_t			 start;		/* what is not later holds at first */
	bool			 prior;		/* something does */
	int64_t			 prior_time, begins;
	struct buf		 prior_state;
	bool			 prior_unknown;
	int			*triggers;	/* that listen to it, the last one of the rule first */
	size_t			 n_triggers;
};

struct backtest_happening {
	int64_t		 id, time, entity;
	int		 kind;
	const char	*subject;
	struct js	*data;
};

/* What the log keeps for long, by the names of what listens to it. */
static const struct {
	const char	*prefix;
	int		 kind;
} logged[] = {
	{ "event.", EVENT_CUSTOM },
	{ "device.", EVENT_DEVICE_TRIGGER },
	{ "device.", EVENT_AVAILABILITY },
	{ "tag.", EVENT_TAG_SCANNED },
	{ RULE_WEBHOOK, EVENT_WEBHOOK },
	{ EMOTION_SUBJECT, EVENT_EMOTION },
};

/* ---- one entity ---- */

static void
add_point(struct backtest_stream *s, int64_t time, const char *state, size_t len)
{
	struct history_chunk *k = s->n > 0 ? &s->chunks[s->n - 1] : NULL;
	size_t before;

	if (k == NULL || history_chunk_full(k, time)) {
		if (s->n == s->cap) {
			s->cap = s->cap == 0 ? 4 : s->cap * 2;
			s->chunks = mem_xrealloc(s->chunks, s->cap, sizeof(*s->chunks));
		}
		k = &s->chunks[s->n++];
		*k = (struct history_chunk){ 0 };
		s->b->bytes += sizeof(*k);
	}
	before = k->data.cap;
	history_chunk_add(k, time, state, len);
	s->b->bytes += k->data.cap - before;
}

static bool
take_point(int64_t time, const char *state, size_t len, void *arg)
{
	struct backtest_stream *s = arg;

	if (time > s->start) {
		if (s->begins == 0)
			s->begins = time;
		add_point(s, time, state, len);
		return s->b->bytes < BACKTEST_BYTES && time < s->b->to;
	}
	if (!s->prior || time >= s->prior_time) {
		s->prior = true;
		s->prior_time = time;
		s->prior_unknown = state == NULL;
		buf_reset(&s->prior_state);
		if (state != NULL)
			buf_put(&s->prior_state, state, len);
	}
	return true;
}

/* The next point, when there is one. */
static void
advance(struct backtest_stream *s)
{
	int64_t time;

	while (s->at < s->n) {
		if (history_reader_next(&s->reader, &time, &s->state, &s->len) == RC_OK) {
			/* clocks were set back by less than a minute at times */
			timer_start(&s->b->changes, &s->timer, time > s->b->now_ms ? time : s->b->now_ms);
			return;
		}
		if (++s->at < s->n)
			history_reader_init(&s->reader, s->chunks[s->at].data.p, s->chunks[s->at].data.len);
	}
	timer_stop(&s->b->changes, &s->timer);
}

/* A state that is as old as the range needs no points: it is still the present one. */
static void
present(struct backtest_stream *s, const struct state *now)
{
	if (s->prior || s->begins != 0 || now->last_changed == 0 || now->last_changed > s->start)
		return;
	s->prior = true;
	s->prior_time = now->last_changed;
	s->prior_unknown = now->state == NULL;
	buf_puts(&s->prior_state, now->state != NULL ? now->state : "");
}

static struct live *
add_stream(struct backtest *b, const struct entity_state *e)
{
	struct backtest_stream *s = mem_zalloc(b->arena, sizeof(*s));
	struct entity_state then = *e;
	enum rc rc;

	s->b = b;
	s->timer.arg = s;
	s->start = b->now_ms;
	rc = history_each(b->db, e->entity.row, s->start, b->to, true, take_point, s);
	if (rc != RC_OK)
		b->rc = rc;
	if (b->bytes >= BACKTEST_BYTES)
		b->stopped = "its entities have more history than fits into memory: choose fewer days";
	present(s, &e->state);
	then.state.state = s->prior && !s->prior_unknown ? buf_str(&s->prior_state) : NULL;
	then.state.last_changed = then.state.last_updated = s->prior ? s->prior_time : 0;
	then.state.available = true;
	s->live = house_view(&b->house, &then);
	buf_free(&s->prior_state);
	map_put_int(&b->streams, s->live->row, s);
	if (s->n > 0)
		history_reader_init(&s->reader, s->chunks[0].data.p, s->chunks[0].data.len);
	advance(s);
	return s->live;
}

/* The house is asked for an entity that nobody looked at before. */
static struct live *
look_up(void *arg, const char *entity_id)
{
	struct backtest *b = arg;
	struct mem_arena *a;
	struct entity_state e;
	struct live *l = NULL;
	char *name;

	if (map_get(&b->unknown, entity_id) != NULL)
		return NULL;
	a = mem_arena_new(4096);
	if (store_entity_get(b->db, entity_id, a, &e) == RC_OK && e.entity.enabled && !e.entity.orphaned)
		l = add_stream(b, &e);
	else if (b->unknown.n < UNKNOWN_MAX) {
		name = mem_strdup(b->arena, entity_id);
		map_put(&b->unknown, name, name);
	}
	mem_arena_free(a);
	return l;
}

/* As in an engine's list of those that listen, the one that came last is the first. */
static void
listen(struct backtest_stream *s, int trigger)
{
	s->triggers = mem_xrealloc(s->triggers, s->n_triggers + 1, sizeof(*s->triggers));
	memmove(s->triggers + 1, s->triggers, s->n_triggers * sizeof(*s->triggers));
	s->triggers[0] = trigger;
	s->n_triggers++;
}

/* What an entity is looked at for, and whether it is one of the domain: NULL is every one. */
struct meeting {
	struct backtest	*b;
	const char	*domain;
	int		 trigger;	/* that listens to it; -1: somebody will look at it */
};

static void
meet(const char *entity_id, void *arg)
{
	const struct meeting *m = arg;
	size_t n = m->domain != NULL ? strlen(m->domain) : 0;
	const struct live *l;

	if (m->b->stopped != NULL || (n > 0 && (strncmp(entity_id, m->domain, n) != 0 || entity_id[n] != '.')))
		return;
	l = house_find_id(&m->b->house, entity_id);
	if (l != NULL && m->trigger >= 0)
		listen(map_get_int(&m->b->streams, l->row), m->trigger);
}

/* An entity, or all of those of which it says that it looks at all. */
static void
meet_subject(struct backtest *b, const char *subject, int trigger)
{
	struct meeting m = { b, NULL, trigger };

	if (strncmp(subject, RULE_STATES, strlen(RULE_STATES)) != 0) {
		meet(subject, &m);
		return;
	}
	if (strcmp(subject, RULE_STATES_ALL) != 0)
		m.domain = subject + strlen(RULE_STATES);
	store_id_each(b->db, STORE_ID_ENTITY, meet, &m);
}

static void
listen_all(struct backtest *b, int trigger)
{
	const struct rule_entities *who = &b->rule->triggers[trigger].entities;
	size_t i;

	for (i = 0; i < who->n; i++)
		meet_subject(b, who->ids[i], trigger);
}

/* What a run may wait for changes as well; who is waiting then is asked. */
static void
watch(struct backtest *b, const struct step *s)
{
	size_t i;

	for (i = 0; s->hear != NULL && i < s->entities.n; i++)
		meet_subject(b, s->entities.ids[i], -1);
}

void
backtest_past_watch(struct backtest *b, const struct program *p)
{
	size_t i;

	for (i = 0; i < p->n && b->stopped == NULL; i++)
		watch(b, &p->steps[i]);
}

/* ---- what left no state ---- */

static bool
among(const struct rule_entities *who, const char *subject)
{
	return rule_text_in(subject, who->ids, who->n);
}

/* Whether something in the rule is about what the house feels. */
static bool
feels(const struct js *v)
{
	const char *kind = js_get(v, "condition") != NULL ? js_get_string(v, "condition") : rule_trigger_kind(v);

	return kind != NULL && strcmp(kind, "emotion") == 0;
}

static bool
heard(const struct backtest *b, const char *subject)
{
	size_t i;

	if (b->feels && strcmp(subject, EMOTION_SUBJECT) == 0)
		return true;
	for (i = 0; i < b->rule->n_triggers; i++)
		if (among(&b->rule->triggers[i].entities, subject))
			return true;
	for (i = 0; i < b->rule->program.n; i++)
		if (b->rule->program.steps[i].hear != NULL && among(&b->rule->program.steps[i].entities, subject))
			return true;
	return false;
}

static bool
begins(const struct rule_entities *who, const char *prefix)
{
	size_t i;

	for (i = 0; i < who->n; i++)
		if (strncmp(who->ids[i], prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

/* Whether anything in the rule listens to names of that kind. */
static bool
wanted(const struct backtest *b, const char *prefix)
{
	size_t i;

	if (b->feels && strcmp(prefix, EMOTION_SUBJECT) == 0)
		return true;
	for (i = 0; i < b->rule->n_triggers; i++)
		if (begins(&b->rule->triggers[i].entities, prefix))
			return true;
	for (i = 0; i < b->rule->program.n; i++)
		if (b->rule->program.steps[i].hear != NULL && begins(&b->rule->program.steps[i].entities, prefix))
			return true;
	return false;
}

/* What it told itself, it will tell again. */
static bool
own(const struct backtest *b, const struct store_event *e)
{
	static const char prefix[] = "automation:";

	return b->q->id != NULL && e->actor != NULL && strncmp(e->actor, prefix, strlen(prefix)) == 0 &&
	    strcmp(e->actor + strlen(prefix), b->q->id) == 0;
}

static void
add_happening(struct backtest *b, const struct store_event *e)
{
	struct backtest_happening *h;

	if (e->time < b->q->from || e->time >= b->to || e->subject == NULL || !heard(b, e->subject) || own(b, e))
		return;
	if ((b->n_happenings & (b->n_happenings - 1)) == 0)	/* room doubles at the powers of two */
		b->happenings = mem_xrealloc(b->happenings, b->n_happenings == 0 ? 1 : b->n_happenings * 2,
		    sizeof(*b->happenings));
	h = &b->happenings[b->n_happenings++];
	*h = (struct backtest_happening){ .id = e->id, .time = e->time, .entity = e->entity, .kind = e->kind,
		.subject = mem_strdup(b->arena, e->subject) };
	if (e->data != NULL)
		js_parse(e->data, strlen(e->data), JS_LAX_KEYS, &h->data, NULL);
}

static enum rc
read_log(struct backtest *b, int kind)
{
	struct store_event_filter filter = { .since = store_prune_first_event(b->db, b->q->from) - 1, .kind = kind,
		.limit = PAGE };
	struct mem_arena *a = mem_arena_new(65536);
	struct store_event *rows;
	size_t n = PAGE, i;
	enum rc rc = RC_OK;

	while (rc == RC_OK && n == PAGE && b->n_happenings < HAPPENINGS_MAX) {
		mem_arena_reset(a);
		if ((rc = store_event_list(b->db, &filter, a, &rows, &n)) != RC_OK || n == 0)
			break;
		for (i = 0; i < n; i++)
			add_happening(b, &rows[i]);
		filter.since = rows[n - 1].id;
		if (rows[n - 1].time >= b->to)
			break;
	}
	mem_arena_free(a);
	return rc;
}

static int
by_id(const void *one, const void *other)
{
	const struct backtest_happening *x = one, *y = other;

	return (x->id > y->id) - (x->id < y->id);
}

static enum rc
read_logs(struct backtest *b)
{
	struct mem_arena *a;
	struct store_event e;
	enum rc rc = RC_OK;
	bool any = false;
	size_t i;

	for (i = 0; rc == RC_OK && i < sizeof(logged) / sizeof(logged[0]); i++)
		if (wanted(b, logged[i].prefix)) {
			any = true;
			rc = read_log(b, logged[i].kind);
		}
	if (rc != RC_OK || !any)
		return rc;
	if (b->n_happenings > 1)
		qsort(b->happenings, b->n_happenings, sizeof(*b->happenings), by_id);
	if (b->n_happenings >= HAPPENINGS_MAX) {
		b->stopped = "it listens to more events than fit into memory: choose fewer days";
		b->to = b->happenings[HAPPENINGS_MAX - 1].time;
	}
	a = mem_arena_new(4096);
	if (store_event_get(b->db, store_prune_oldest_event(b->db), a, &e) == RC_OK)
		b->log_from = e.time;
	mem_arena_free(a);
	return RC_OK;
}

/* ---- all ---- */

enum rc
backtest_past_open(struct backtest *b)
{
	size_t i;
	enum rc rc;

	b->now_ms = b->q->from - 1;	/* what happens at `from` happens */
	b->feels = js_any(b->rule->config, feels);
	if (b->feels && (rc = emotion_record_at(b->db, b->now_ms, &b->house.emotions)) != RC_OK)
		return rc;
	b->house.absent = look_up;
	b->house.absent_arg = b;
	for (i = 0; i < b->rule->n_triggers && b->stopped == NULL; i++)
		listen_all(b, (int)i);
	backtest_past_watch(b, &b->rule->program);
	if ((rc = read_logs(b)) == RC_OK)
		rc = b->rc;
	return rc;
}

void
backtest_past_free(struct backtest *b)
{
	struct backtest_stream *s;
	size_t i = 0, k;

	while ((s = map_next(&b->streams, &i)) != NULL) {
		for (k = 0; k < s->n; k++)
			history_chunk_free(&s->chunks[k]);
		free(s->chunks);
		free(s->triggers);
	}
	for (k = 0; k < b->n_happenings; k++)
		js_free(b->happenings[k].data);
	free(b->happenings);
	map_free(&b->streams);
	map_free(&b->unknown);
	timer_heap_free(&b->changes);
	house_free(&b->house);
	buf_free(&b->text);
}

int64_t
backtest_past_next(const struct backtest *b)
{
	int64_t change = b->changes.n > 0 ? b->changes.t[0]->due : INT64_MAX;
	int64_t event = b->at_happening < b->n_happenings ? b->happenings[b->at_happening].time : INT64_MAX;

	return event < change ? event : change;
}

static void
happen(struct backtest *b)
{
	const struct backtest_happening *h = &b->happenings[b->at_happening++];
	struct house_change c = { .live = house_find(&b->house, h->entity), .now_ms = h->time, .event = h->kind,
		.subject = h->subject, .data = h->data };

	if (h->kind == EVENT_EMOTION)
		emotion_record_read(h->data, &b->house.emotions);
	backtest_motion_happen(b, &c);
}

/* The same state again is kept where an attribute changed, or the report counted as a change. */
static void
change(struct backtest *b, struct backtest_stream *s)
{
	struct report r = { .has_state = true };
	struct house_change c;

	buf_reset(&b->text);
	if (s->state != NULL)
		buf_put(&b->text, s->state, s->len);
	r.state = s->state != NULL ? buf_str(&b->text) : NULL;
	if (!house_apply(s->live, &r, b->now_ms, &c))
		c.attributes = true;
	advance(s);
	backtest_motion_judge(b, &c, s->triggers, s->n_triggers);
	house_change_free(&c);
}

void
backtest_past_step(struct backtest *b)
{
	struct timer *first = b->changes.n > 0 ? b->changes.t[0] : NULL;

	b->n_changes++;
	b->now_ms = backtest_past_next(b);
	if (first != NULL && first->due == b->now_ms)
		change(b, first->arg);
	else
		happen(b);
}

int64_t
backtest_past_begins(const struct backtest_stream *s)
{
	return s->prior ? 0 : s->begins != 0 ? s->begins : INT64_MAX;
}

const char *
backtest_past_entity(const struct backtest_stream *s)
{
	return s->live->entity_id;
}
