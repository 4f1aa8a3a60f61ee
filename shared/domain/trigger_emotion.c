/* SPDX-License-Identifier: ISC
 *
 * Trigger "emotion": one of the house's emotions crosses a limit (and stays so for a while), or another one is the
 * primary one.
 */
#include "shared/domain/emotion_limit.h"
#include "shared/domain/emotion_record.h"
#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

struct emotion_trigger {
	struct emotion_limit	 limit;
	enum emotion		 from, to;	/* of the primary one; EMOTION__MAX: any */
};

enum { F_FROM = EMOTION_LIMIT__MAX, F_TO, F_FOR };

static const struct field fields[] = {
	EMOTION_LIMIT_FIELDS,
	[F_FROM] = { .name = "from", .type = FIELD_CHOICE, .choices = emotion_names, .some_of = true,
	    .help = "instead of a value: the primary emotion was this" },
	[F_TO] = { .name = "to", .type = FIELD_CHOICE, .choices = emotion_names, .some_of = true,
	    .help = "instead of a value: the primary emotion becomes this" },
	[F_FOR] = { RULE_SHAPE("for", duration, "how long it must stay so") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum emotion
choice(const struct field_value *v)
{
	return v->set ? (enum emotion)v->i : EMOTION__MAX;
}

static enum rc
check(const struct field_value *v, struct fault *f)
{
	if (emotion_limit_set(v) && (v[F_FROM].set || v[F_TO].set))
		return fault_set(f, RC_INVALID, v[F_TO].set ? "to" : "from",
		    "is about the primary emotion, above and below about the value of one: only one of them");
	if (v[F_FROM].set && v[F_TO].set && v[F_FROM].i == v[F_TO].i)
		return fault_set(f, RC_INVALID, "to", "must be another one than from");
	return RC_OK;
}

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	static const char *const subject[] = { EMOTION_SUBJECT };
	struct emotion_trigger *e = mem_alloc(a, sizeof(*e));
	enum rc rc;

	*e = (struct emotion_trigger){ .from = choice(&v[F_FROM]), .to = choice(&v[F_TO]) };
	if ((rc = check(v, f)) != RC_OK || (rc = emotion_limit_read(v, a, &e->limit, f)) != RC_OK)
		return rc;
	t->entities = (struct rule_entities){ subject, 1 };
	t->hold_ms = v[F_FOR].i;
	t->data = e;
	return RC_OK;
}

static bool
read_both(const struct house_change *c, struct emotions *was, struct emotions *now)
{
	return c != NULL && c->event == EVENT_EMOTION && emotion_record_read(c->data, now) &&
	    emotion_record_read(js_get(c->data, "was"), was);
}

static enum trigger_verdict
judge_primary(const struct emotion_trigger *e, const struct emotions *was, const struct emotions *now)
{
	enum emotion before = emotion_primary(was, NULL), after = emotion_primary(now, NULL);

	if (e->to != EMOTION__MAX ? after != e->to : after == e->from)
		return TRIGGER_OFF;
	return before != after && (e->from == EMOTION__MAX || before == e->from) ? TRIGGER_YES : TRIGGER_NO;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct emotion_trigger *e = t->data;
	struct emotions was, now;

	(void)x;
	if (!read_both(c, &was, &now))
		return TRIGGER_NO;
	if (e->limit.emotion == EMOTION__MAX)
		return judge_primary(e, &was, &now);
	if (!rule_range_holds(e->limit.range, now.v[e->limit.emotion]))
		return TRIGGER_OFF;
	return rule_range_holds(e->limit.range, was.v[e->limit.emotion]) ? TRIGGER_NO : TRIGGER_YES;
}

/* What changed: the value from and to a number, or the primary emotion. */
static void
variable(const struct trigger *t, const struct house_change *c, struct js *o)
{
	const struct emotion_trigger *e = t->data;
	struct emotions was, now;
	bool known = read_both(c, &was, &now);

	if (e->limit.emotion != EMOTION__MAX) {
		js_set(o, "emotion", js_new_string(emotion_names[e->limit.emotion]));
		if (known) {
			js_set(o, "from", js_new_real(was.v[e->limit.emotion]));
			js_set(o, "to", js_new_real(now.v[e->limit.emotion]));
		}
	} else if (known) {
		js_set(o, "emotion", js_new_string(emotion_names[emotion_primary(&now, NULL)]));
		js_set(o, "from", js_new_string(emotion_names[emotion_primary(&was, NULL)]));
		js_set(o, "to", js_new_string(emotion_names[emotion_primary(&now, NULL)]));
	}
}

const struct trigger_ops trigger_emotion = {
	.name = "emotion", .title = "The house feels something",
	.help = "when an emotion of the house crosses a limit, or another one becomes its primary one",
	.fields = fields, .compile = compile, .judge = judge, .variable = variable
};
