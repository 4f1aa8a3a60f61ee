/* SPDX-License-Identifier: ISC
 *
 * Action "simulate_presence": switches lights in the evenings as people would (presence.h), for a while. All that it
 * has to remember are a seed and how far it has come, in a variable of the run.
 */
#include <string.h>

#include "shared/domain/action.h"
#include "shared/domain/presence.h"

#define STATE "presence_state"
#define LATE_MS (10 * 60000)	/* a lamp that should have gone on earlier than that stays off */

enum { P_FOR };

static const struct field fields[] = {
	[P_FOR] = { RULE_SHAPE("simulate_presence", pause, "how long lights go on and off in the evenings"),
	    .required = true, .example = "{\"days\": 7}" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

struct lights {
	struct mem_arena	*a;
	const char		**ids;
	size_t			 n;
};

static void
note(const char *entity_id, void *arg)
{
	struct lights *l = arg;

	l->ids = mem_grow(l->a, l->ids, l->n, l->n + 1, sizeof(*l->ids));
	l->ids[l->n++] = mem_strdup(l->a, entity_id);
}

/* Every k-th of too many, from one that the seed says. */
static void
choose(struct lights *l, int64_t seed)
{
	size_t every = (l->n + PRESENCE_LIGHTS_MAX - 1) / PRESENCE_LIGHTS_MAX, from, i, n = 0;

	if (every <= 1)
		return;
	from = (size_t)(seed % (int64_t)every);
	for (i = from; i < l->n && n < PRESENCE_LIGHTS_MAX; i += every)
		l->ids[n++] = l->ids[i];
	l->n = n;
}

static bool
begin(const struct step *s, struct action_context *x)
{
	struct js *state = js_new_object();
	int64_t ms = 0;

	if (rule_render_duration(s->data, &x->rule, &ms, &x->fault) != RC_OK) {
		js_free(state);
		return false;
	}
	js_set(state, "seed", js_new_int(x->rule.now_ms & INT64_C(0x7fffffffffff)));
	js_set(state, "from", js_new_int(x->rule.now_ms));
	js_set(state, "until", js_new_int(x->rule.now_ms + ms));
	js_set(state, "after", js_new_int(x->rule.now_ms));
	js_set(state, "light", js_new_int(PRESENCE_LIGHTS_MAX));
	script_set(x->strand, STATE, state);
	return true;
}

/* What was carried out, so that it is not again. */
static void
advance(struct action_context *x, int64_t after, size_t light)
{
	struct js *state = js_copy(js_get(x->strand->variables, STATE));

	js_set(state, "after", js_new_int(after));
	js_set(state, "light", js_new_int((int64_t)light));
	script_set(x->strand, STATE, state);
}

/* A lamp that cannot be reached is no reason to give up. */
static void
carry_out(const struct presence_switch *next, struct action_context *x)
{
	struct live *l = house_find_id(x->rule.house, next->entity_id);
	struct fault f = { 0 };

	if (l == NULL || !l->available || (next->on && next->at < x->rule.now_ms - LATE_MS))
		return;
	x->command(x->arg, l, next->on ? "turn_on" : "turn_off", NULL, &f);
}

static enum step_result
go_on(const struct presence *p, int64_t after, size_t light, struct action_context *x)
{
	struct presence_switch next;

	while (presence_next(p, after, light, &next, &light)) {
		if (next.at > x->rule.now_ms) {
			x->strand->wake = next.at;
			return STEP_WAIT;
		}
		carry_out(&next, x);
		after = next.at;
		advance(x, after, light);
	}
	if (x->rule.now_ms < p->until) {
		x->strand->wake = p->until;
		return STEP_WAIT;
	}
	js_unset(x->strand->variables, STATE);
	return STEP_NEXT;
}

static enum step_result
run(const struct step *s, struct action_context *x)
{
	struct presence p = { .db = x->rule.db, .house = x->rule.house };
	struct lights lights = { 0 };
	const struct js *state;
	enum step_result r;

	if (!x->woken && !begin(s, x))
		return STEP_FAILED;
	state = js_get(x->strand->variables, STATE);
	p.seed = js_int(js_get(state, "seed"), 0);
	p.from = js_int(js_get(state, "from"), 0);
	p.until = js_int(js_get(state, "until"), 0);
	lights.a = mem_arena_new(1024);
	x->members(x->arg, "domain", "light", note, &lights);
	choose(&lights, p.seed);
	p.lights = lights.ids;
	p.n = lights.n;
	r = go_on(&p, js_int(js_get(state, "after"), 0), (size_t)js_int(js_get(state, "light"), 0), x);
	mem_arena_free(lights.a);
	return r;
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct rule_value *duration = mem_alloc(p->arena, sizeof(*duration));
	struct step *s = program_step(p);
	enum rc rc = rule_value(v[P_FOR].js, p->arena, duration, f);

	s->run = run;
	s->data = duration;
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "simulate_presence", -1);
}

const struct action_ops action_presence = {
	.name = "simulate_presence", .title = "Simulate presence",
	.help = "switches lights in the evenings as if somebody were at home", .fields = fields, .compile = compile
};
