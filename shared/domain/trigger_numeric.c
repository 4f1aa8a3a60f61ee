/* SPDX-License-Identifier: ISC
 *
 * Trigger "numeric_state": a number crosses into the range above < value < below (and stays for a while), because it
 * changed, or because a limit did that is an entity. Who is away has no number, and what is heard of it meanwhile
 * counts when it is back; to come back with the same is no news.
 */
#include "shared/domain/numeric.h"
#include "shared/domain/trigger.h"

enum { F_FOR = NUMERIC__MAX };

static const struct field fields[] = {
	NUMERIC_FIELDS("whose number it is about"),
	[F_FOR] = { RULE_SHAPE("for", duration, "how long it must stay so") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

/* Each once: who is named twice would be asked twice. */
static struct rule_entities
all_of(const struct numeric *n, struct mem_arena *a)
{
	const char **ids = mem_alloc(a, (n->who.n + n->others.n + 1) * sizeof(*ids));
	struct rule_entities all = { ids, 0 };
	size_t i;

	for (i = 0; i < n->who.n + n->others.n; i++) {
		ids[all.n] = i < n->who.n ? n->who.ids[i] : n->others.ids[i - n->who.n];
		all.n += i < n->who.n || !rule_text_in(ids[all.n], ids, all.n);
	}
	return all;
}

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const struct numeric *n;
	enum rc rc = numeric_read(v, a, &n, f);

	if (rc != RC_OK)
		return rc;
	t->entities = all_of(n, a);
	t->about = n->who;
	t->because = n->others;
	t->hold_ms = v[F_FOR].i;
	t->data = n;
	return RC_OK;
}

/* Whether c changes anything that its number is made of, as far as it counts now. */
static bool
concerns(const struct numeric *n, const struct house_change *c)
{
	if (c->event != 0)
		return false;		/* something of the same name happened, and left no state */
	if (n->attribute != NULL && c->by == NULL)
		return js_get(c->changed, n->attribute) != NULL;
	if (c->by != NULL)
		return c->live->available && (c->by->live->available || !c->by->state);
	if (n->value != NULL && c->attributes && !c->state)
		return true;
	return c->live->available && (c->state || c->returned);
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct numeric *n = t->data;
	struct rule_context then = *x;

	if (!concerns(n, c))
		return TRIGGER_NO;
	if (!numeric_holds(n, c->live, x, false, NULL))
		return TRIGGER_OFF;
	then.before = c->by != NULL ? c->by : c;
	return numeric_holds(n, c->live, &then, false, NULL) ? TRIGGER_NO : TRIGGER_YES;
}

static void
put_limit(struct js *o, const char *name, const struct numeric_limit *m)
{
	if (m->set)
		js_set(o, name, m->entity_id != NULL ? js_new_string(m->entity_id) : js_new_real(m->number));
}

static void
variable(const struct trigger *t, const struct house_change *c, struct js *o)
{
	const struct numeric *n = t->data;

	(void)c;
	put_limit(o, "above", &n->above);
	put_limit(o, "below", &n->below);
	if (n->attribute != NULL)
		js_set(o, "attribute", js_new_string(n->attribute));
}

const struct trigger_ops trigger_numeric = {
	.name = "numeric_state", .title = "A number crosses a limit",
	.help = "when a number comes above or below a limit, or between two", .fields = fields,
	.compile = compile, .judge = judge, .variable = variable
};
