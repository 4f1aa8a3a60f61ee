/* SPDX-License-Identifier: ISC
 *
 * The walk through a domain's table of ways back.
 */
#include <string.h>

#include "shared/domain/reversal.h"
#include "shared/domain/service.h"

/* A row goes through it, the rest is the same for all. */
struct walk {
	const struct reversal_question *q;
	const char	*state;			/* before */
	const struct js	*attributes;		/* before */
	int		 settled;		/* parts that are as before already */
	struct fault	 why;			/* the first part that has no way back */
	struct reversal_answer answer;
};

static bool
is_end(const struct reversal *r)
{
	return r->service == NULL && r->why == NULL;
}

static bool
is_known(const char *state)
{
	return state != NULL && strcmp(state, "unknown") != 0 && strcmp(state, "unavailable") != 0;
}

/* True for an empty list. */
static bool
is_among(const char *s, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n && list[i] != NULL; i++)
		if (s != NULL && strcmp(s, list[i]) == 0)
			return true;
	return i == 0;
}

static void
take_attribute(struct js *to, const struct js *from, const char *name)
{
	const struct js *v = name == NULL || name[0] == '\0' ? NULL : js_get(from, name);

	if (!js_is_null(v))
		js_set(to, name, js_ref(v));
}

struct js *
reversal_picture(const char *domain, const char *state, const struct js *attributes)
{
	const struct reversal *r = service_reversals(domain);
	const struct reversal_field *p;
	struct js *out, *kept;

	if (r == NULL || !is_known(state))
		return NULL;
	kept = js_new_object();
	for (; !is_end(r); r++)
		for (p = r->fields; p != NULL && p->name != NULL; p++) {
			take_attribute(kept, attributes, p->attribute);
			take_attribute(kept, attributes, p->by);
		}
	out = js_new_object();
	js_set(out, "state", js_new_string(state));
	js_set(out, "attributes", kept);
	return out;
}

static bool
field_counts(const struct reversal_field *p, const struct js *attributes)
{
	const char *is = p->by == NULL ? NULL : js_get_string(attributes, p->by);

	return p->by == NULL || (is != NULL && strcmp(is, p->is) == 0);
}

/* What the service is told; NULL when something that it needs is not known. The caller owns it. */
static struct js *
data_of(const struct reversal *r, const char *state, const struct js *attributes)
{
	const struct reversal_field *p;
	struct js *data = js_new_object();
	const struct js *v;

	for (p = r->fields; p != NULL && p->name != NULL; p++) {
		v = p->attribute[0] == '\0' ? NULL : js_get(attributes, p->attribute);
		if (p->attribute[0] == '\0') {
			js_set(data, p->name, js_new_string(state));
		} else if (field_counts(p, attributes) && !js_is_null(v)) {
			js_set(data, p->name, js_ref(v));
		} else if (!p->optional) {
			js_free(data);
			return NULL;
		}
	}
	return data;
}

static bool
is_optional(const struct reversal *r, const char *name)
{
	const struct reversal_field *p;

	for (p = r->fields; p != NULL && p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p->optional;
	return false;
}

static bool
wants_code(const struct reversal *r, const struct js *caps)
{
	return r->code != NULL && !js_is_null(js_get(caps, r->code));
}

/* What the entity does not take is left out where it may be; a missing code is said later. The caller owns *out. */
static enum rc
check(const struct reversal *r, const struct service *s, const struct js *caps, struct js *data,
    struct js **out, struct fault *f)
{
	enum rc rc;

	if (wants_code(r, caps)) {
		*out = js_ref(data);
		return RC_OK;
	}
	while ((rc = service_check(s, caps, data, out, f)) != RC_OK) {
		if (js_get(data, f->field) == NULL || !is_optional(r, f->field))
			break;
		js_unset(data, f->field);
	}
	return rc;
}

/* Whether an attribute that the row looks at came up, or is another mode, since before. */
static bool
has_new(const struct reversal *r, const struct js *before, const struct js *now)
{
	const struct reversal_field *p;

	for (p = r->fields; p != NULL && p->name != NULL; p++) {
		if (p->by != NULL && !js_equal(js_get(before, p->by), js_get(now, p->by)))
			return true;
		if (p->by == NULL && p->attribute[0] != '\0' &&
		    js_is_null(js_get(before, p->attribute)) && !js_is_null(js_get(now, p->attribute)))
			return true;
	}
	return false;
}

static bool
is_so(const struct walk *w, const struct reversal *r, const struct service *s, const struct js *data)
{
	const char *state = js_get_string(w->q->now, "state");
	const struct js *attributes = js_get(w->q->now, "attributes");

	return state != NULL && !s->blind && !has_new(r, w->attributes, attributes) &&
	    service_shows(s, w->q->caps, data, state, attributes);
}

/* The row's call, checked. RC_NOT_FOUND: the row does not fit. */
static enum rc
call_of(const struct walk *w, const struct reversal *r, const struct service **s, struct js **out)
{
	struct js *data = NULL;
	struct fault f = { 0 };
	enum rc rc = RC_NOT_FOUND;

	if ((*s = service_find(w->q->domain, r->service)) == NULL ||
	    (data = data_of(r, w->state, w->attributes)) == NULL)
		return RC_NOT_FOUND;
	if (check(r, *s, w->q->caps, data, out, &f) == RC_OK)
		rc = RC_OK;
	js_free(data);
	return rc;
}

static void
no_way(struct walk *w, const char *why)
{
	if (w->why.msg[0] == '\0')
		fault_set(&w->why, RC_UNSUPPORTED, NULL, "%s", why);
}

/* RC_OK: the row decides for its part. RC_NOT_FOUND: another may. RC_REFUSED: somebody has to be asked. */
static enum rc
try_row(struct walk *w, const struct reversal *r, struct fault *f)
{
	const struct service *s;
	struct js *data = NULL;

	if (!is_among(w->state, r->states, 7) || !is_among(w->q->device_class, r->classes, 4))
		return RC_NOT_FOUND;
	if (r->service == NULL) {
		no_way(w, r->why);
		return RC_OK;
	}
	if (call_of(w, r, &s, &data) != RC_OK)
		return RC_NOT_FOUND;
	if (is_so(w, r, s, data)) {
		w->settled++;
	} else if (wants_code(r, w->q->caps)) {
		no_way(w, "it wants a code, which nobody keeps");
	} else if (r->why != NULL && !w->q->insist) {
		js_free(data);
		return fault_set(f, RC_REFUSED, NULL, "%s", r->why);
	} else if (w->answer.n < REVERSAL_CALLS_MAX) {
		w->answer.calls[w->answer.n].service = s->name;
		w->answer.calls[w->answer.n++].data = js_ref(data);
	}
	js_free(data);
	return RC_OK;
}

static bool
same_part(const struct reversal *a, const struct reversal *b)
{
	return a->part == b->part ||
	    (a->part != NULL && b->part != NULL && strcmp(a->part, b->part) == 0);
}

static enum rc
walk(struct walk *w, const struct reversal *r, struct fault *f)
{
	const struct reversal *next;
	enum rc rc;

	while (!is_end(r)) {
		if ((rc = try_row(w, r, f)) == RC_REFUSED)
			return rc;
		for (next = r + 1; !is_end(next) && rc == RC_OK && same_part(r, next); next++)
			;
		r = next;
	}
	return RC_OK;
}

enum rc
reversal_find(const struct reversal_question *q, struct reversal_answer *out, struct fault *f)
{
	const struct reversal *table = service_reversals(q->domain);
	struct walk w = { .q = q, .state = js_get_string(q->before, "state"),
		.attributes = js_get(q->before, "attributes") };
	enum rc rc;

	if (table == NULL)
		return fault_set(f, RC_UNSUPPORTED, NULL, "nothing can be done with it");
	if (w.state == NULL && table->service != NULL)
		return fault_set(f, RC_UNSUPPORTED, NULL, "what it was before is not known");
	if ((rc = walk(&w, table, f)) == RC_OK && w.answer.n == 0 && w.settled == 0)
		rc = fault_set(f, RC_UNSUPPORTED, NULL, "%s", w.why.msg[0] != '\0' ? w.why.msg :
		    "it has no service that brings it back");
	if (rc == RC_OK)
		*out = w.answer;
	else
		reversal_free(&w.answer);
	return rc;
}

void
reversal_free(struct reversal_answer *a)
{
	while (a->n > 0)
		js_free(a->calls[--a->n].data);
}
