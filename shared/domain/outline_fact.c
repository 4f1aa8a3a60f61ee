/* SPDX-License-Identifier: ISC
 *
 * What conditions say about a moment, as far as that can be decided without the house.
 */
#include <math.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/outline.h"

enum { SUN_MORNING = 1, SUN_DAY = 2, SUN_EVENING = 4, SUN_ANY = 7 };
#define ALL_DAYS 0x7fu

struct outline_facts
outline_anything(void)
{
	struct outline_facts f = { .days = ALL_DAYS, .sun = SUN_ANY };

	memset(f.minutes, 0xff, sizeof(f.minutes));
	f.minutes[OUTLINE_DAY / 64] = (UINT64_C(1) << OUTLINE_DAY % 64) - 1;
	return f;
}

struct rule_entities
outline_texts(const struct js *v, const struct field_shape *shape, struct mem_arena *a)
{
	struct field_value value = { 0 };
	struct rule_entities out = { 0 };
	const char **list;
	size_t i;

	if (js_is_null(v) || field_read_shape(shape, v, a, &value, NULL) != RC_OK)
		return out;
	list = mem_alloc(a, (value.n + 1) * sizeof(*list));
	for (i = 0; i < value.n; i++)
		list[i] = mem_strdup(a, value.list[i]);
	out.ids = list;
	out.n = value.n;
	return out;
}

int64_t
outline_number(const struct js *v, const struct field_shape *shape, int64_t otherwise, struct mem_arena *a)
{
	struct field_value value = { 0 };

	return js_is_null(v) || field_read_shape(shape, v, a, &value, NULL) != RC_OK ? otherwise : value.i;
}

static void
add(struct outline_facts *f, const struct outline_fact *fact, struct mem_arena *a)
{
	f->list = mem_grow(a, f->list, f->n, f->n + 1, sizeof(*f->list));
	f->list[f->n++] = fact;
}

/* Minutes from `from` up to `to`; to below from: over midnight. */
static void
keep_minutes(struct outline_facts *f, int from, int to)
{
	int m;

	for (m = 0; m < OUTLINE_DAY; m++)
		if (from < to ? m < from || m >= to : m < from && m >= to)
			f->minutes[m / 64] &= ~(UINT64_C(1) << m % 64);
}

void
outline_at(struct outline_facts *f, int minute)
{
	keep_minutes(f, minute, minute + 1);
}

static int
minute_of(const struct js *v, int otherwise)
{
	const char *s = js_string(v, NULL);
	int second;

	return s != NULL && clock_parse_time_of_day(s, &second) == RC_OK ? second / 60 : otherwise;
}

static void
require_time(struct outline_facts *f, const struct js *v, struct mem_arena *a)
{
	const struct js *before = js_get(v, "before");
	int to = minute_of(before, OUTLINE_DAY), second = 0;

	/* until 22:00:30 the minute counts still */
	if (js_string(before, NULL) != NULL && clock_parse_time_of_day(js_string(before, NULL), &second) == RC_OK &&
	    second % 60 != 0)
		to++;
	if (js_get(v, "after") != NULL || before != NULL)
		keep_minutes(f, minute_of(js_get(v, "after"), 0), to);
	f->days &= (unsigned int)outline_number(js_get(v, "weekday"), &rule_shape_weekdays, ALL_DAYS, a);
}

static bool
is(const struct js *v, const char *key, const char *word)
{
	const char *s = js_get_string(v, key);

	return s != NULL && strcmp(s, word) == 0;
}

/* Between sunset and sunrise is the night at both ends of a day. */
static void
require_sun(struct outline_facts *f, const struct js *v)
{
	unsigned int after = is(v, "after", "sunrise") ? SUN_DAY | SUN_EVENING :
	    is(v, "after", "sunset") ? SUN_EVENING : SUN_ANY;
	unsigned int before = is(v, "before", "sunrise") ? SUN_MORNING :
	    is(v, "before", "sunset") ? SUN_MORNING | SUN_DAY : SUN_ANY;

	if (js_get(v, "after_offset") != NULL || js_get(v, "before_offset") != NULL)
		f->perhaps = true;
	else if (is(v, "after", "sunset") && is(v, "before", "sunrise"))
		f->sun &= SUN_MORNING | SUN_EVENING;
	else
		f->sun &= after & before;
}

static void
require_state(struct outline_facts *f, const struct js *v, bool not, struct mem_arena *a)
{
	struct rule_entities states = outline_texts(js_get(v, "state"), &rule_shape_states, a);
	struct rule_entities who = outline_texts(js_get(v, "entity_id"), &rule_shape_entities, a);
	struct outline_fact *fact;
	size_t i;

	for (i = 0; i < who.n; i++) {
		fact = mem_zalloc(a, sizeof(*fact));
		fact->kind = OUTLINE_STATE;
		fact->entity = who.ids[i];
		fact->not = not;
		fact->states = states.ids;
		fact->n = states.n;
		add(f, fact, a);
	}
	if (js_get(v, "for") != NULL)
		f->perhaps = true;
}

/* Of which nothing can be told without the house. */
static bool
is_open_state(const struct js *v)
{
	return js_get(v, "attribute") != NULL || is(v, "match", "any");
}

static void
require_range(struct outline_facts *f, const struct js *v, struct mem_arena *a)
{
	struct rule_entities who = outline_texts(js_get(v, "entity_id"), &rule_shape_entities, a);
	struct outline_fact *fact;
	size_t i;

	f->perhaps |= js_get(v, "value_template") != NULL || js_get_string(v, "above") != NULL ||
	    js_get_string(v, "below") != NULL;
	if (js_get(v, "value_template") != NULL)
		return;
	for (i = 0; i < who.n; i++) {
		fact = mem_zalloc(a, sizeof(*fact));
		fact->kind = OUTLINE_RANGE;
		fact->entity = who.ids[i];
		fact->attribute = mem_strdup(a, js_get_string(v, "attribute"));
		fact->above = js_real(js_get(v, "above"), -INFINITY);
		fact->below = js_real(js_get(v, "below"), INFINITY);
		add(f, fact, a);
	}
}

void
outline_on_state(struct outline_facts *f, const struct outline_trigger *t, struct mem_arena *a)
{
	struct outline_fact *fact;

	if (t->about.n != 1 || (t->kind == OUTLINE_ON_STATE && (t->to == NULL || t->attribute != NULL)))
		return;
	fact = mem_zalloc(a, sizeof(*fact));
	*fact = (struct outline_fact){ .kind = t->kind == OUTLINE_ON_STATE ? OUTLINE_STATE : OUTLINE_RANGE,
		.entity = t->about.ids[0], .states = t->to, .n = t->n_to, .attribute = t->attribute,
		.above = t->above, .below = t->below };
	add(f, fact, a);
}

static void
require_one(struct outline_facts *f, const struct js *v, struct mem_arena *a)
{
	if (rule_disabled(v))
		return;
	if (js_get(v, "and") != NULL || is(v, "condition", "and"))
		outline_require(f, js_get(v, js_get(v, "and") != NULL ? "and" : "conditions"), a);
	else if (js_get(v, "not") != NULL || is(v, "condition", "not"))
		outline_exclude(f, js_get(v, js_get(v, "not") != NULL ? "not" : "conditions"), a);
	else if (is(v, "condition", "state") && !is_open_state(v))
		require_state(f, v, false, a);
	else if (is(v, "condition", "numeric_state"))
		require_range(f, v, a);
	else if (is(v, "condition", "time"))
		require_time(f, v, a);
	else if (is(v, "condition", "sun"))
		require_sun(f, v);
	else
		f->perhaps = true;
}

void
outline_require(struct outline_facts *f, const struct js *asked, struct mem_arena *a)
{
	size_t i;

	if (js_type(asked) != JS_ARRAY) {
		if (asked != NULL)
			require_one(f, asked, a);
		return;
	}
	for (i = 0; i < js_size(asked); i++)
		require_one(f, js_at(asked, i), a);
}

void
outline_exclude(struct outline_facts *f, const struct js *asked, struct mem_arena *a)
{
	const struct js *one = js_type(asked) == JS_ARRAY ? js_at(asked, 0) : asked;
	bool alone = js_type(asked) != JS_ARRAY || js_size(asked) == 1;

	/* of several it is not known which one does not hold; of several entities neither */
	if (alone && is(one, "condition", "state") && !is_open_state(one) &&
	    js_string(js_get(one, "entity_id"), NULL) != NULL && js_get(one, "for") == NULL)
		require_state(f, one, true, a);
	else
		f->perhaps = true;
}

/* ---- both at once? ---- */

static size_t
shared(const struct outline_fact *a, const struct outline_fact *b)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += rule_text_in(a->states[i], b->states, b->n);
	return n;
}

static bool
states_agree(const struct outline_fact *a, const struct outline_fact *b)
{
	if (a->not && b->not)
		return true;
	if (a->not || b->not)	/* is there one of the others? */
		return a->not ? shared(b, a) < b->n : shared(a, b) < a->n;
	return shared(a, b) > 0;
}

/* Of the state as a text and as a number. */
static bool
state_in_range(const struct outline_fact *state, const struct outline_fact *range)
{
	double v;
	size_t i;

	if (state->not || range->attribute != NULL)
		return true;
	for (i = 0; i < state->n; i++)
		if (rule_number(state->states[i], &v) && v > range->above && v < range->below)
			return true;
	return false;
}

static bool
agree(const struct outline_fact *a, const struct outline_fact *b)
{
	if (strcmp(a->entity, b->entity) != 0)
		return true;
	if (a->kind != b->kind)
		return a->kind == OUTLINE_STATE ? state_in_range(a, b) : state_in_range(b, a);
	if (a->kind == OUTLINE_STATE)
		return states_agree(a, b);
	if ((a->attribute == NULL) != (b->attribute == NULL) ||
	    (a->attribute != NULL && strcmp(a->attribute, b->attribute) != 0))
		return true;
	return fmax(a->above, b->above) < fmin(a->below, b->below);
}

bool
outline_compatible(const struct outline_facts *a, const struct outline_facts *b)
{
	bool some = false;
	size_t i, j;

	for (i = 0; i < sizeof(a->minutes) / sizeof(a->minutes[0]); i++)
		some |= (a->minutes[i] & b->minutes[i]) != 0;
	if (!some || (a->days & b->days) == 0 || (a->sun & b->sun) == 0)
		return false;
	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++)
			if (!agree(a->list[i], b->list[j]))
				return false;
	return true;
}
