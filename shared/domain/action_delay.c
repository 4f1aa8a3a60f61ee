/* SPDX-License-Identifier: ISC
 *
 * Action "delay": the run goes on after a while, also when the engine was restarted meanwhile.
 */
#include "shared/domain/action.h"

enum { F_DELAY };

static const struct field fields[] = {
	[F_DELAY] = { "delay", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL,
	    "seconds, \"HH:MM:SS\" or an object of units" },
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct action *c, struct fault *f)
{
	int64_t *ms = mem_zalloc(a, sizeof(*ms));

	c->data = ms;
	if (rule_duration(v[F_DELAY].js, ms, f) != RC_OK)
		return fault_set(f, RC_INVALID, "delay", "must be seconds, \"HH:MM:SS\" or an object of units");
	return RC_OK;
}

static enum action_result
run(const struct action *c, struct action_context *x)
{
	const int64_t *ms = c->data;

	x->wake_ms = x->now_ms + *ms;
	return ACTION_WAIT;
}

const struct action_ops action_delay = { "delay", fields, compile, run };
