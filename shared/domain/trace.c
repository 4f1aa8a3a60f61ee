/* SPDX-License-Identifier: ISC
 *
 * Traces as bytes: records of one letter each, with numbers as varints and texts behind their length.
 *
 *	T revision index+1 is-event name about from to
 *	H held of	L late		B runs		W why		D
 *		behind D, L is about the step that follows
 *	C depth<<2|leaf<<1|holds name [saw]	behind the conditions in it, which are one deeper
 *	S ms result refs place why		behind the conditions that it asked
 *	I n id...	ids of all refs, in order
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/varint.h"
#include "shared/domain/rule.h"
#include "shared/domain/secret.h"
#include "shared/domain/trace.h"

static const char *const results[] = { "done", "no", "waits", "heard", "stopped", "failed", "nothing" };

#define RESULTS (sizeof(results) / sizeof(results[0]))

void
trace_free(struct trace *t)
{
	unsigned int i;

	for (i = 0; i < t->n_refs; i++)
		late_free(t->refs[i]);
	free(t->refs);
	free(t->values);
	buf_free(&t->bytes);
	*t = (struct trace){ 0 };
}

/* ---- writing ---- */

/* Cut where a character of UTF-8 begins. */
static void
put_textn(struct buf *b, const char *s, size_t n)
{
	if (n > TRACE_TEXT_MAX)
		for (n = TRACE_TEXT_MAX; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			;
	varint_put(b, n);
	buf_put(b, s, n);
}

static void
put_text(struct buf *b, const char *s)
{
	put_textn(b, s != NULL ? s : "", s != NULL ? strlen(s) : 0);
}

static bool
full(const struct trace *t)
{
	return t->bytes.len > TRACE_BYTES_MAX;
}

/* The state that it had then (struct house_change, held). */
static const char *
held_state(const struct house_change *c, const char *when)
{
	return js_get_string(js_get(c->held, when), "state");
}

static const char *
state_text(const struct house_change *c, const char *state)
{
	if (c->held != NULL)
		return held_state(c, "from_state");
	return !c->state ? NULL : state != NULL ? state : "unknown";
}

void
trace_trigger(struct trace *t, int64_t revision, int index, const struct trigger *by, const struct house_change *c)
{
	struct buf *b = &t->bytes;
	bool event = c != NULL && c->event != 0;

	buf_reserve(b, 128);
	buf_putc(b, 'T');
	varint_put(b, (uint64_t)revision);
	varint_put(b, (uint64_t)(index + 1));
	buf_putc(b, event ? 1 : 0);
	put_text(b, by == NULL ? NULL : by->id != NULL ? by->id : by->alias != NULL ? by->alias : by->ops->name);
	put_text(b, event ? c->subject : c != NULL && c->live != NULL ? c->live->entity_id : NULL);
	put_text(b, event || c == NULL || c->live == NULL ? NULL : state_text(c, c->prior));
	put_text(b, event || c == NULL || c->live == NULL ? NULL : c->held != NULL ? held_state(c, "to_state") :
	    c->live->state);
}

static void
put_numbers(struct trace *t, char tag, int64_t first, int64_t second)
{
	buf_putc(&t->bytes, tag);
	varint_put(&t->bytes, first > 0 ? (uint64_t)first : 0);
	if (second >= 0)
		varint_put(&t->bytes, (uint64_t)second);
}

void
trace_cut(struct trace *t, int64_t held, int64_t of)
{
	put_numbers(t, 'H', held, of);
}

void
trace_late(struct trace *t, int64_t late)
{
	put_numbers(t, 'L', late, -1);
}

void
trace_busy(struct trace *t, unsigned int n)
{
	put_numbers(t, 'B', n, -1);
}

unsigned int
trace_ask(struct trace *t)
{
	t->depth++;
	return t->inner;
}

void
trace_answer(struct trace *t, unsigned int asked, const char *name, bool holds, const char *saw, size_t n)
{
	bool leaf = t->inner == asked;

	t->depth--;
	t->inner++;
	if (full(t))
		return;
	buf_putc(&t->bytes, 'C');
	varint_put(&t->bytes, t->depth << 2 | (leaf ? 2u : 0) | (holds ? 1u : 0));
	put_text(&t->bytes, name);
	if (leaf)
		put_textn(&t->bytes, saw, n);
}

void
trace_why(struct trace *t, const char *why)
{
	buf_putc(&t->bytes, 'W');
	put_text(&t->bytes, why);
}

void
trace_decided(struct trace *t)
{
	buf_putc(&t->bytes, 'D');
}

void
trace_ref(struct trace *t, struct late *id)
{
	if (full(t))
		return;
	t->refs = mem_xrealloc(t->refs, t->n_refs + 1, sizeof(struct late *));
	t->refs[t->n_refs++] = late_ref(id);
	t->fresh++;
}

void
trace_values(struct trace *t, const struct js *values)
{
	struct buf b = { .max = TRACE_TEXT_MAX + 4 };	/* so that a longer one is seen to be cut */
	struct js *shown = js_size(values) > 0 ? secret_shown(values) : NULL;
	void *it;

	for (it = shown != NULL ? js_iter(shown) : NULL; it != NULL && !b.over; it = js_iter_next(shown, it)) {
		buf_printf(&b, "%s%s = ", b.len > 0 ? ", " : "", js_iter_key(it));
		if (js_type(js_iter_value(it)) == JS_STRING)
			buf_puts(&b, js_string(js_iter_value(it), NULL));
		else
			js_dump(js_iter_value(it), &b);
	}
	free(t->values);
	t->values = b.len > 0 ? mem_xstrdup(buf_str(&b)) : NULL;
	buf_free(&b);
	js_free(shown);
}

void
trace_step(struct trace *t, const char *place, int64_t ms, const char *result, const char *why)
{
	unsigned char code = 0;

	if (why == NULL || *why == '\0')
		why = t->note != NULL ? t->note : t->values;
	if (full(t))
		return;
	while (code < RESULTS - 1 && strcmp(results[code], result) != 0)
		code++;
	put_numbers(t, 'S', ms, -1);
	buf_putc(&t->bytes, (char)code);
	varint_put(&t->bytes, t->fresh);
	put_text(&t->bytes, place);
	put_text(&t->bytes, why);
	free(t->values);
	t->values = NULL;
	t->note = NULL;
	t->fresh = 0;
}

void
trace_seal(const struct trace *t, struct buf *out)
{
	unsigned int i;

	buf_put(out, buf_str(&t->bytes), t->bytes.len);
	if (t->n_refs == 0)
		return;
	buf_putc(out, 'I');
	varint_put(out, t->n_refs);
	for (i = 0; i < t->n_refs; i++)
		varint_put(out, (uint64_t)late_id(t->refs[i]));
}

/* ---- reading ---- */

struct reader {
	const unsigned char	*p;
	size_t			 len, at;
	bool			 bad;
	struct trace_view	*v;
	struct js		*asked[JS_DEPTH_MAX + 1];	/* answers at each depth, without an outer one yet */
	bool			 decided;		/* what follows is about steps */
	int64_t			 late;			/* of the step that follows */
	size_t			 first_step;		/* of this piece */
};

static uint64_t
number(struct reader *r)
{
	uint64_t n = 0;

	if (!r->bad && !varint_get(r->p, r->len, &r->at, &n))
		r->bad = true;
	return r->bad ? 0 : n;
}

/* An empty text is null. */
static struct js *
text(struct reader *r)
{
	uint64_t n = number(r);

	if (r->bad || n > r->len - r->at) {
		r->bad = true;
		return js_new_null();
	}
	r->at += n;
	return n == 0 ? js_new_null() : js_new_stringn((const char *)r->p + r->at - n, n);
}

static void
replace(struct js **at, struct js *v)
{
	js_free(*at);
	*at = v;
}

static void
read_trigger(struct reader *r)
{
	struct js *o = js_new_object();
	int64_t index;
	bool event;

	r->v->revision = (int64_t)number(r);
	index = (int64_t)number(r) - 1;
	event = number(r) == 1;
	js_set(o, "index", index >= 0 ? js_new_int(index) : js_new_null());
	js_set(o, "name", text(r));
	js_set(o, event ? "subject" : "entity_id", text(r));
	js_set(o, event ? "entity_id" : "subject", js_new_null());
	js_set(o, "from", text(r));
	js_set(o, "to", text(r));
	replace(&r->v->trigger, o);
}

/* What was asked at this depth and waits for somebody to belong to; the caller owns it. */
static struct js *
take_asked(struct reader *r, unsigned int depth)
{
	struct js *list = depth <= JS_DEPTH_MAX ? r->asked[depth] : NULL;

	if (list != NULL)
		r->asked[depth] = NULL;
	return list != NULL ? list : js_new_array();
}

static void
read_condition(struct reader *r)
{
	uint64_t flags = number(r), depth = flags >> 2;
	struct js *o = js_new_object();

	js_set(o, "name", text(r));
	js_set(o, "holds", js_new_bool((flags & 1) != 0));
	js_set(o, "saw", (flags & 2) != 0 ? text(r) : js_new_null());
	if (depth >= JS_DEPTH_MAX || r->bad) {
		r->bad = true;
		js_free(o);
		return;
	}
	js_set(o, "conditions", take_asked(r, (unsigned int)depth + 1));
	if (r->asked[depth] == NULL)
		r->asked[depth] = js_new_array();
	js_append(r->asked[depth], o);
}

static void
read_step(struct reader *r)
{
	struct js *o = js_new_object();
	uint64_t ms = number(r), result = number(r), refs = number(r);

	js_set(o, "place", text(r));
	js_set(o, "after", js_new_int((int64_t)ms));
	js_set(o, "result", js_new_string(results[result < RESULTS ? result : 0]));
	js_set(o, "reason", text(r));
	js_set(o, "conditions", take_asked(r, 0));
	js_set(o, "refs", js_new_int((int64_t)refs));
	if (r->late > 0)
		js_set(o, "late", js_new_int(r->late));
	r->late = 0;
	js_append(r->v->steps, o);
}

/* How many each step has becomes which. */
static void
read_ids(struct reader *r)
{
	uint64_t left = number(r);
	struct js *step, *ids;
	int64_t n;
	size_t i;

	for (i = r->first_step; i < js_size(r->v->steps); i++) {
		step = (struct js *)(uintptr_t)js_at(r->v->steps, i);
		ids = js_new_array();
		for (n = js_int(js_get(step, "refs"), 0); n > 0 && left > 0 && !r->bad; n--, left--)
			js_append(ids, js_new_int((int64_t)number(r)));
		js_set(step, "refs", ids);
	}
	for (; left > 0 && !r->bad; left--)
		number(r);
	r->first_step = js_size(r->v->steps);
}

static void
read_late(struct reader *r)
{
	int64_t late = (int64_t)number(r);

	if (r->decided) {
		r->late = late;
		if (late > r->v->behind)
			r->v->behind = late;
	} else
		r->v->late = late;
}

static void
read_decided(struct reader *r)
{
	r->decided = true;
	if (r->asked[0] != NULL)
		replace(&r->v->conditions, take_asked(r, 0));
}

static void
read_one(struct reader *r)
{
	switch (r->p[r->at++]) {
	case 'T': read_trigger(r); break;
	case 'H': r->v->held = (int64_t)number(r); r->v->of = (int64_t)number(r); break;
	case 'L': read_late(r); break;
	case 'B': r->v->busy = (int64_t)number(r); break;
	case 'W': replace(&r->v->why, text(r)); break;
	case 'D': read_decided(r); break;
	case 'C': read_condition(r); break;
	case 'S': read_step(r); break;
	case 'I': read_ids(r); break;
	default: r->bad = true;
	}
}

/* Steps without ids have an empty list of them. */
static void
finish(struct reader *r)
{
	struct js *step;
	size_t i;

	for (i = r->first_step; i < js_size(r->v->steps); i++) {
		step = (struct js *)(uintptr_t)js_at(r->v->steps, i);
		js_set(step, "refs", js_new_array());
	}
	read_decided(r);
	for (i = 0; i <= JS_DEPTH_MAX; i++)
		js_free(r->asked[i]);
}

bool
trace_read(struct trace_view *v, const void *data, size_t len)
{
	struct reader r = { .p = data, .len = len, .v = v };

	if (v->steps == NULL)
		v->steps = js_new_array();
	if (v->conditions == NULL)
		v->conditions = js_new_array();
	r.first_step = js_size(v->steps);
	r.decided = len > 0 && r.p[0] != 'T';	/* a run that goes on */
	while (!r.bad && r.at < r.len)
		read_one(&r);
	finish(&r);
	return !r.bad;
}

void
trace_view_free(struct trace_view *v)
{
	js_free(v->trigger);
	js_free(v->conditions);
	js_free(v->steps);
	js_free(v->why);
	*v = (struct trace_view){ 0 };
}
