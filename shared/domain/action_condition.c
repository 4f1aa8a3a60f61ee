/* SPDX-License-Identifier: ISC
 *
 * A condition among the actions: when it does not hold, the sequence that it stands in ends there.
 */
#include "shared/domain/action.h"

struct test {
	struct condition c;
};

static enum step_result
run(const struct step *s, struct action_context *x)
{
	const struct test *t = s->data;
	struct buf why = { .max = 200 };

	if (!rule_condition_holds(&t->c, &x->rule, &why)) {
		x->go = s->target;
		fault_set(&x->fault, RC_OK, NULL, "%s", buf_str(&why));
	}
	buf_free(&why);
	return STEP_NEXT;
}

enum rc
action_condition_compile(struct program *p, const struct js *v, struct fault *f)
{
	struct test *t = mem_alloc(p->arena, sizeof(*t));
	struct step *s = program_step(p);

	s->run = run;
	s->data = t;
	program_jump_to_end(p, p->n - 1);
	return rule_condition(v, p->arena, &t->c, f);
}
