/* SPDX-License-Identifier: ISC
 *
 * Action "delay": the run goes on after a while, also when the engine was restarted meanwhile.
 */
#include "shared/domain/action.h"

enum { F_DELAY };

static const struct field fields[] = {
	[F_DELAY] = { RULE_SHAPE("delay", pause, "how long it waits"), .required = true, .example = "\"00:05:00\"" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static enum step_result
run(const struct step *s, struct action_context *x)
{
	int64_t ms;

	if (x->woken)
		return STEP_NEXT;
	if (rule_render_duration(s->data, &x->rule, &ms, &x->fault) != RC_OK)
		return STEP_FAILED;
	x->strand->wake = x->rule.now_ms + (ms > 0 ? ms : 1);
	return STEP_WAIT;
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct rule_value *duration = mem_alloc(p->arena, sizeof(*duration));
	struct step *s = program_step(p);
	enum rc rc = rule_value(v[F_DELAY].js, p->arena, duration, f);

	s->run = run;
	s->data = duration;
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "delay", -1);
}

const struct action_ops action_delay = {
	.name = "delay", .title = "Wait a while", .help = "goes on after a while", .fields = fields, .compile = compile
};
