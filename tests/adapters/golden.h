/* SPDX-License-Identifier: ISC
 *
 * Golden payloads of what is in the field: what it announces becomes entities with the right ids, what
 * it reports becomes the right states, and commands become what it understands. One file per case:
 * announcements, entities expected, messages, commands. golden_run replays one for a family.
 */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/base64.h"
#include "shared/domain/command.h"
#include "shared/domain/event.h"
#include "shared/domain/picture.h"
#include "shared/domain/registry.h"
#include "tests/lib/house.h"

#define ENTITIES 128
#define NOW 1767225600000LL	/* 2026-01-01T00:00:00Z */

struct thing {
	struct entity_state	 es;
	struct binding		*b;
	struct js		*attributes;
	char			*state;
	const char		*picture;	/* its kind */
	bool			 available;
};

struct bench {
	const struct adapter_ops *ops;
	struct conf		*conf;
	struct db		*db;
	struct tx		 tx;
	struct mem_arena	*a;
	struct adapter		*ad;
	struct thing		 things[ENTITIES];
	size_t			 n;
	struct js		*events;	/* of the last message: kind, subject, data */
	struct js		*polls;		/* of the last message: texts "topic payload", one each */
	const char		*file;
};

static struct js *
load(const char *dir, const char *name)
{
	char path[512];
	struct buf b = { 0 };
	struct fault f = { 0 };
	struct js *v;
	FILE *fp;
	int c;

	snprintf(path, sizeof(path), "%s/tests/data/%s/%s.json", SRC_DIR, dir, name);
	ATF_REQUIRE_MSG((fp = fopen(path, "r")) != NULL, "%s", path);
	while ((c = getc(fp)) != EOF)
		buf_putc(&b, (char)c);
	fclose(fp);
	ATF_REQUIRE_EQ_MSG(js_parse(buf_str(&b), b.len, JS_STRICT, &v, &f), RC_OK, "%s: %s", path,
	    f.msg);
	buf_free(&b);
	return v;
}

static void
open_bench(struct bench *w, const struct adapter_ops *ops, const char *file)
{
	memset(w, 0, sizeof(*w));
	w->file = file;
	w->ops = ops;
	w->db = house_new(&w->conf);
	w->a = mem_arena_new(65536);
	w->ad = w->ops->open();
	w->events = js_new_array();
	w->polls = js_new_array();
	w->tx.db = w->db;
	w->tx.now_ms = NOW;
	w->tx.actor = "mqtt";
}

static void
close_bench(struct bench *w)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		w->ops->unbind(w->things[i].b);
		js_free(w->things[i].attributes);
		free(w->things[i].state);
	}
	js_free(w->events);
	js_free(w->polls);
	w->ops->close(w->ad);
	mem_arena_free(w->a);
	db_close(w->db);
	conf_free(w->conf);
}

/* A payload is a text as it is, {"base64": "..."} for any bytes, or another JSON value in compact form. */
static void
payload_text(const struct js *v, struct buf *b)
{
	size_t n;
	const char *s = js_string(v, &n), *coded = js_get_string(v, "base64");

	if (coded != NULL && js_size(v) == 1)
		ATF_REQUIRE(base64_decode(coded, strlen(coded), b));
	else if (s != NULL)
		buf_put(b, s, n);
	else
		js_dump(v, b);
}

static struct message
message_of(const struct js *step, struct buf *b)
{
	payload_text(js_get(step, "payload"), b);
	return (struct message){ .topic = js_get_string(step, "topic"), .payload = buf_str(b),
		.len = b->len, .now_ms = NOW, .retain = js_bool(js_get(step, "retain"), false) };
}

static void
bind_thing(struct bench *w, int64_t row)
{
	struct thing *t;
	struct fault f = { 0 };
	struct binding_info info;
	size_t i;

	for (i = 0; i < w->n && w->things[i].es.entity.row != row; i++)
		continue;
	ATF_REQUIRE(i < ENTITIES);
	t = &w->things[i];
	if (i == w->n)
		w->n++;
	else {
		w->ops->unbind(t->b);
		js_free(t->attributes);
		free(t->state);
		memset(t, 0, sizeof(*t));
	}
	ATF_REQUIRE_EQ(store_entity_by_row(w->db, row, w->a, &t->es), RC_OK);
	t->attributes = js_new_object();
	ATF_REQUIRE_EQ_MSG(w->ops->bind(w->ad, &t->es.entity, false, &t->b, &f), RC_OK,
	    "%s: %s: %s", w->file, t->es.entity.entity_id, f.msg);
	w->ops->info(t->b, &info);
	t->available = info.available;
}

static void
refresh_thing(struct bench *w, int64_t row)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->things[i].es.entity.row == row)
			ATF_REQUIRE_EQ(store_entity_by_row(w->db, row, w->a, &w->things[i].es), RC_OK);
}

/* Texts "topic payload", one each. */
static void
check_asks(struct bench *w, const char *topic, const struct js *want, const struct announcement *an)
{
	const char *text;
	size_t i;

	ATF_REQUIRE_EQ_MSG(js_size(want), an->n_asks, "%s: %s asks %zu", w->file, topic, an->n_asks);
	for (i = 0; i < an->n_asks; i++) {
		text = mem_printf(w->a, "%s %s", an->asks[i].topic, an->asks[i].payload);
		ATF_REQUIRE_STREQ_MSG(js_string(js_at(want, i), NULL), text, "%s: %s", w->file, topic);
	}
}

/* {"topic", "payload", "result"?, "companion"?, "asks"?} */
static void
announce(struct bench *w, const struct js *step)
{
	const char *want = js_get_string(step, "result");
	const char *companion = js_get_string(step, "companion");
	struct buf b = { 0 };
	struct message m = message_of(step, &b);
	struct announcement an = { 0 };
	struct registry_change change;
	struct fault f = { 0 };
	enum rc rc;
	size_t i;

	rc = w->ops->announce(w->ad, &m, "homeassistant", w->a, &an, &f);
	check_asks(w, m.topic, js_get(step, "asks"), &an);
	ATF_REQUIRE_STREQ_MSG(want != NULL ? want : "ok", rc == RC_OK ? "ok" : rc_name(rc),
	    "%s: %s: %s", w->file, m.topic, f.msg);
	if (companion != NULL)
		ATF_REQUIRE_STREQ(companion, an.companion != NULL ? an.companion : "(none)");
	if (rc == RC_OK) {
		ATF_REQUIRE_EQ(db_begin_write(w->db), RC_OK);
		ATF_REQUIRE_EQ_MSG(registry_announce(&w->tx, &an, w->a, &change, &f), RC_OK, "%s",
		    f.msg);
		ATF_REQUIRE_EQ(db_commit(w->db), RC_OK);
		for (i = 0; i < change.n_changed; i++)
			bind_thing(w, change.changed[i]);
		for (i = 0; i < change.n_gone; i++)
			refresh_thing(w, change.gone[i]);
	}
	js_free(m.json);
	buf_free(&b);
}

static struct thing *
find_thing(struct bench *w, const char *entity_id)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->things[i].es.entity.entity_id, entity_id) == 0)
			return &w->things[i];
	for (i = 0; i < w->n; i++)
		printf("there is: %s\n", w->things[i].es.entity.entity_id);
	atf_tc_fail("%s: no entity %s", w->file, entity_id);
}

static void
note_event(struct bench *w, const struct report *r)
{
	struct js *event = js_new_object();

	js_set(event, "kind", js_new_string(event_kind_name(r->event)));
	if (r->subject != NULL)
		js_set(event, "subject", js_new_string(r->subject));
	js_set(event, "data", r->data);
	js_append(w->events, event);
}

/* Devices that showed up are asked once, however many entities want to know. */
static void
note_poll(struct bench *w, struct binding *b)
{
	struct outgoing out[OUTGOING_MAX];
	const char *text;
	size_t n = 0, i, k;

	if (w->ops->poll == NULL)
		return;
	w->ops->poll(b, w->a, out, &n);
	for (i = 0; i < n; i++) {
		text = mem_printf(w->a, "%s %s", out[i].topic, out[i].payload);
		for (k = 0; k < js_size(w->polls); k++)
			if (strcmp(js_string(js_at(w->polls, k), NULL), text) == 0)
				break;
		if (k == js_size(w->polls))
			js_append(w->polls, js_new_string(text));
	}
}

static void
apply(struct bench *w, struct thing *t, const struct report *r)
{
	int i;

	if (r->event != 0)
		note_event(w, r);
	if (r->poll)
		note_poll(w, t->b);
	for (i = 0; i < r->n_attributes; i++)
		if (r->attributes[i].value != NULL)
			js_set(t->attributes, r->attributes[i].name, r->attributes[i].value);
		else
			js_unset(t->attributes, r->attributes[i].name);
	if (r->has_state) {
		free(t->state);
		t->state = r->state != NULL ? strdup(r->state) : NULL;
	}
	if (r->has_available)
		t->available = r->available;
	if (r->picture != NULL)
		t->picture = r->picture_text ? picture_type_text(r->picture, r->picture_len) :
		    picture_type(r->picture, r->picture_len);
}

/* As a broker matches: + for one level, # for the rest. */
static bool
topic_matches(const char *filter, const char *topic)
{
	for (;; filter++, topic++) {
		if (*filter == '#')
			return true;
		if (*filter == '+') {
			topic += strcspn(topic, "/");
			filter++;
		}
		if (*filter != *topic)
			return false;
		if (*filter == '\0')
			return true;
	}
}

/* Delivers a message to every binding; returns the worst result. */
static enum report_result
deliver(struct bench *w, const struct js *step)
{
	struct buf b = { 0 };
	struct message m = message_of(step, &b);
	struct binding_state now;
	struct binding_info info;
	struct fault f = { 0 };
	enum report_result worst = REPORT_NOTHING, one;
	size_t i, k;

	js_free(w->events);
	js_free(w->polls);
	w->events = js_new_array();
	w->polls = js_new_array();
	for (i = 0; i < w->n; i++) {
		w->ops->info(w->things[i].b, &info);
		for (k = 0; k < info.n_topics; k++) {
			struct report r = { 0 };

			if (!topic_matches(w->ops->topic(w->things[i].b, k).topic, m.topic))
				continue;
			now = (struct binding_state){ w->things[i].state, w->things[i].attributes,
				w->things[i].available };
			one = w->ops->decode(w->things[i].b, k, &m, &now, w->a, &r, &f);
			worst = one > worst ? one : worst;
			apply(w, &w->things[i], &r);
		}
	}
	js_free(m.json);
	buf_free(&b);
	return worst;
}

static void
same_json(const struct bench *w, const char *what, const struct js *want, const struct js *have)
{
	struct buf a = { 0 }, b = { 0 };
	bool same = js_equal(want, have) || (js_is_number(want) && js_is_number(have) &&
	    js_real(want, 0) == js_real(have, 0));

	js_dump(want, &a);
	if (have != NULL)
		js_dump(have, &b);
	ATF_REQUIRE_MSG(same, "%s: %s: want %s, have %s", w->file, what, buf_str(&a), buf_str(&b));
	buf_free(&a);
	buf_free(&b);
}

static void
same_members(const struct bench *w, const char *what, const struct js *want, const struct js *have)
{
	char name[256];
	void *it;

	for (it = js_iter(want); it != NULL; it = js_iter_next(want, it)) {
		snprintf(name, sizeof(name), "%s %s", what, js_iter_key(it));
		same_json(w, name, js_iter_value(it), js_get(have, js_iter_key(it)));
	}
}

static void
check_state(struct bench *w, const char *id, const struct js *want)
{
	struct thing *t = find_thing(w, id);
	const struct js *state = js_get(want, "state"), *available = js_get(want, "available");
	const char *picture = js_get_string(want, "picture");

	if (state != NULL && js_is_null(state))
		ATF_REQUIRE_MSG(t->state == NULL, "%s: %s is %s", w->file, id, t->state);
	else if (state != NULL)
		ATF_REQUIRE_STREQ_MSG(js_string(state, NULL), t->state != NULL ? t->state : "(none)",
		    "%s: %s", w->file, id);
	if (available != NULL)
		ATF_REQUIRE_EQ_MSG(js_bool(available, false), t->available, "%s: %s", w->file, id);
	if (picture != NULL)
		ATF_REQUIRE_STREQ_MSG(picture, t->picture != NULL ? t->picture : "(none)", "%s: %s", w->file,
		    id);
	same_members(w, id, js_get(want, "attributes"), t->attributes);
}

/*
 * {"topic", "payload", "retain"?, "result"?, "events"?: [{"kind", "data"}],
 * "polls"?: ["topic payload"], "then": {entity id: {"state", "attributes", "available"}}}
 */
static void
run_message(struct bench *w, const struct js *step)
{
	static const char *const names[] = { "nothing", "ok", "bad" };
	const char *want = js_get_string(step, "result");
	const struct js *then = js_get(step, "then");
	enum report_result result = deliver(w, step);
	void *it;

	if (want != NULL)
		ATF_REQUIRE_STREQ_MSG(want, names[result], "%s: %s", w->file,
		    js_get_string(step, "topic"));
	if (js_get(step, "events") != NULL)
		same_json(w, js_get_string(step, "topic"), js_get(step, "events"), w->events);
	if (js_get(step, "polls") != NULL)
		same_json(w, js_get_string(step, "topic"), js_get(step, "polls"), w->polls);
	for (it = js_iter(then); it != NULL; it = js_iter_next(then, it))
		check_state(w, js_iter_key(it), js_iter_value(it));
}

/* The columns of the row, "capabilities" parsed. */
static void
check_entity(struct bench *w, const char *id, const struct js *want)
{
	const struct entity *e = &find_thing(w, id)->es.entity;
	struct js *have = js_new_object(), *caps;

	ATF_REQUIRE_EQ(js_parse(e->capabilities, strlen(e->capabilities), 0, &caps, NULL), RC_OK);
	js_set(have, "name", js_new_string(registry_entity_name(e, w->a)));
	js_set(have, "own_name", js_new_string(e->name));
	js_set(have, "unique_id", js_new_string(e->unique_id));
	js_set(have, "device_id", js_new_string(e->device_id));
	js_set(have, "device_class", js_new_string(e->device_class));
	js_set(have, "unit", js_new_string(e->unit));
	js_set(have, "icon", js_new_string(e->icon));
	js_set(have, "category", js_new_string(e->category));
	js_set(have, "area_id", js_new_string(e->area_id));
	js_set(have, "enabled", js_new_bool(e->enabled));
	js_set(have, "orphaned", js_new_bool(e->orphaned));
	same_members(w, id, js_get(want, "row"), have);
	same_members(w, id, js_get(want, "capabilities"), caps);
	js_free(have);
	js_free(caps);
}

static void
check_sent(struct bench *w, const struct js *want, const struct outgoing *out, size_t n)
{
	struct buf b = { 0 };
	struct js *have;
	size_t i;

	for (i = 0; i < n; i++)
		printf("sends %s: %s\n", out[i].topic, out[i].payload);
	ATF_REQUIRE_EQ_MSG(js_size(want), n, "%s: %zu messages", w->file, n);
	for (i = 0; i < n; i++) {
		ATF_REQUIRE_STREQ(js_get_string(js_at(want, i), "topic"), out[i].topic);
		if (js_type(js_get(js_at(want, i), "payload")) == JS_OBJECT &&
		    js_get(js_get(js_at(want, i), "payload"), "base64") == NULL) {
			ATF_REQUIRE_EQ(js_parse(out[i].payload, out[i].len, 0, &have, NULL), RC_OK);
			same_json(w, out[i].topic, js_get(js_at(want, i), "payload"), have);
			js_free(have);
			continue;
		}
		buf_reset(&b);
		payload_text(js_get(js_at(want, i), "payload"), &b);
		ATF_REQUIRE_STREQ(buf_str(&b), out[i].payload);
		ATF_REQUIRE(b.len == out[i].len && (b.len == 0 || memcmp(b.p, out[i].payload, b.len) == 0));
		ATF_REQUIRE_EQ(out[i].retain, js_bool(js_get(js_at(want, i), "retain"), false));
	}
	buf_free(&b);
}

/* What an engine takes for granted after sending it. */
static void
assume(struct bench *w, struct thing *t, const struct command *c, const struct js *data)
{
	struct binding_state now = { t->state, t->attributes, t->available };
	struct binding_info info;
	struct report r = { 0 };

	w->ops->info(t->b, &info);
	if (info.optimistic && w->ops->assume(t->b, c, data, &now, w->a, &r) == REPORT_OK)
		apply(w, t, &r);
}

/* {"state", "attributes"?}: a report that does, or does not, show that the service was carried out. */
static void
check_confirmation(const struct bench *w, const struct thing *t, const char *service, const struct js *data,
    const struct js *report, bool want)
{
	struct js *caps = NULL;

	if (report == NULL)
		return;
	if (t->es.entity.capabilities != NULL)
		js_parse(t->es.entity.capabilities, strlen(t->es.entity.capabilities), JS_LAX_KEYS, &caps, NULL);
	ATF_REQUIRE_EQ_MSG(want, command_confirmed_by(t->es.entity.domain, service, data, caps,
	    js_get_string(report, "state"), js_get(report, "attributes")), "%s: %s is%s confirmed",
	    w->file, service, want ? " not" : "");
	js_free(caps);
}

/*
 * {"entity", "service", "data"?, "result"?, "field"?, "send": [{"topic", "payload"}], "then"?,
 * "confirmed_by"?, "not_confirmed_by"?}; "fails": refused by the device's own rules when it is to be sent.
 */
static void
run_command(struct bench *w, const struct js *step)
{
	struct thing *t = find_thing(w, js_get_string(step, "entity"));
	const char *want = js_get_string(step, "result"), *field = js_get_string(step, "field");
	const char *fails = js_get_string(step, "fails");
	struct command_request q = { .entity = &t->es, .service = js_get_string(step, "service"),
		.data = js_get(step, "data"), .actor = "user:test", .now_ms = NOW };
	struct binding_state now = { t->state, t->attributes, t->available };
	struct outgoing out[OUTGOING_MAX];
	struct fault f = { 0 };
	struct buf text = { 0 };
	struct js *data;
	struct command c;
	size_t n = 0;
	enum rc rc;

	js_dump(t->attributes, &text);
	t->es.state.state = t->state;
	t->es.state.attributes = buf_str(&text);
	rc = command_admit(&q, w->a, &c, NULL, &f);
	ATF_REQUIRE_STREQ_MSG(want != NULL ? want : "ok", rc == RC_OK ? "ok" : rc_name(rc),
	    "%s: %s: %s %s", w->file, q.service, f.field, f.msg);
	if (field != NULL)
		ATF_REQUIRE_STREQ(field, f.field);
	if (rc == RC_OK) {
		ATF_REQUIRE_EQ(js_parse(c.data, strlen(c.data), 0, &data, NULL), RC_OK);
		rc = w->ops->encode(t->b, &c, data, &now, w->a, out, &n, &f);
		ATF_REQUIRE_STREQ_MSG(fails != NULL ? fails : "ok", rc == RC_OK ? "ok" : rc_name(rc),
		    "%s: %s", w->file, f.msg);
		check_sent(w, js_get(step, "send"), out, n);
		check_confirmation(w, t, c.service, data, js_get(step, "confirmed_by"), true);
		check_confirmation(w, t, c.service, data, js_get(step, "not_confirmed_by"), false);
		if (js_get(step, "then") != NULL) {
			assume(w, t, &c, data);
			check_state(w, t->es.entity.entity_id, js_get(step, "then"));
		}
		js_free(data);
	}
	buf_free(&text);
}

static void
golden_run(const struct adapter_ops *ops, const char *dir, const char *name)
{
	struct js *file = load(dir, name);
	const struct js *steps = js_get(file, "steps"), *step, *entities;
	struct bench w;
	size_t i;
	void *it;

	open_bench(&w, ops, name);
	ATF_REQUIRE(js_size(steps) > 0);
	for (i = 0; i < js_size(steps); i++) {
		step = js_at(steps, i);
		if (js_get(step, "announce") != NULL)
			announce(&w, js_get(step, "announce"));
		else if (js_get(step, "message") != NULL)
			run_message(&w, js_get(step, "message"));
		else if (js_get(step, "command") != NULL)
			run_command(&w, js_get(step, "command"));
		else if ((entities = js_get(step, "entities")) != NULL)
			for (it = js_iter(entities); it != NULL; it = js_iter_next(entities, it))
				check_entity(&w, js_iter_key(it), js_iter_value(it));
		else
			atf_tc_fail("%s: step %zu is of no known kind", name, i);
	}
	close_bench(&w);
	js_free(file);
}

/* A test program of one family: FILES(X) is X(NAME) for each tests/data/DIR/NAME.json. */
#define GOLDEN_CASE(name) \
	ATF_TC_WITHOUT_HEAD(golden__##name); \
	ATF_TC_BODY(golden__##name, tc) \
	{ \
		(void)tc; \
		golden_run(golden_family, golden_dir, #name); \
	}
#define GOLDEN_ADD(name) ATF_TP_ADD_TC(tp, golden__##name);
#define GOLDEN_PROGRAM(family, dir, FILES) \
	static const struct adapter_ops *const golden_family = &family; \
	static const char *const golden_dir = dir; \
	FILES(GOLDEN_CASE) \
	ATF_TP_ADD_TCS(tp) \
	{ \
		FILES(GOLDEN_ADD) \
		return atf_no_error(); \
	}

#endif
