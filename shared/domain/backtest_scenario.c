/* SPDX-License-Identifier: ISC
 *
 * Scenarios that a rule starts in a back-test, as they are today, with what they are told. Their commands and messages
 * are written down with the rule's own.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/backtest_motion.h"
#include "shared/domain/firing.h"
#include "shared/domain/scenario.h"

struct compiled {
	const char	*id;
	struct rule	*rule;		/* NULL: there is none, or it does not compile */
	struct js	*config;
};

static struct compiled *
look_up(struct backtest *b, const char *id)
{
	struct compiled *c = map_get(&b->scenarios, id);
	struct automation row;
	struct fault f = { 0 };

	if (c != NULL)
		return c;
	c = mem_zalloc(b->arena, sizeof(*c));
	c->id = mem_strdup(b->arena, id);
	map_put(&b->scenarios, c->id, c);
	if (store_automation_get_scenario(b->db, id, b->arena, &row) == RC_OK &&
	    js_parse(row.config, strlen(row.config), JS_LAX_KEYS, &c->config, &f) == RC_OK &&
	    automation_compile_scenario(c->config, &c->rule, &f) == RC_OK)
		backtest_past_watch(b, &c->rule->program);
	return c;
}

static unsigned int
under_way(const struct backtest *b, const struct rule *rule)
{
	const struct backtest_active *run;
	unsigned int n = 0;

	for (run = b->motion->scenarios; run != NULL; run = run->next)
		n += run->rule == rule;
	return n;
}

static enum rc
admit(const struct backtest_active *run, const struct rule *rule, struct fault *f)
{
	const struct backtest *b = run->b;

	if (run->depth == BACKTEST_SCENARIOS_DEEP)
		return fault_set(f, RC_LIMITED, NULL, "scenarios start each other in a loop");
	if (b->motion->n_scenarios == BACKTEST_SCENARIOS)
		return fault_set(f, RC_LIMITED, NULL, "too many scenarios are under way");
	if (firing_full(rule, under_way(b, rule)))
		return fault_set(f, RC_BUSY, NULL, "the scenario runs already");
	return RC_OK;
}

enum rc
backtest_scenario_start(struct backtest_active *run, const char *id, const struct js *parameters, struct fault *f)
{
	struct rule_context x = backtest_motion_context(run->b);
	struct backtest *b = run->b;
	struct compiled *c = look_up(b, id);
	struct backtest_started *started;
	struct js *arguments = NULL, *variables;
	struct firing_self self;
	struct buf why = { .max = 200 };
	enum rc rc;

	if (c->rule == NULL)
		return fault_set(f, RC_NOT_FOUND, NULL, "there is no scenario %.60s", id);
	rc = scenario_arguments(b->db, js_get(c->rule->config, "parameters"), parameters, &arguments, f);
	if (rc != RC_OK)
		return rc;
	started = backtest_note_started(b, run->record, c->rule, c->id);
	self = (struct firing_self){ .id = c->id, .runs = under_way(b, c->rule) };
	variables = firing_call_variables(c->rule, &self, arguments);
	js_free(arguments);
	if ((rc = admit(run, c->rule, f)) == RC_OK && !firing_runs(c->rule, &x, variables, true, &why))
		rc = fault_set(f, RC_REFUSED, NULL, "%s", buf_str(&why));
	buf_free(&why);
	if (rc == RC_OK) {
		backtest_run_begin(run, c->rule, started, variables);
		return RC_OK;
	}
	started->reason = mem_strdup(b->arena, f->msg);
	js_free(variables);
	return rc;
}

void
backtest_scenario_free(struct backtest *b)
{
	struct compiled *c;
	size_t i = 0;

	while ((c = map_next(&b->scenarios, &i)) != NULL) {
		automation_free(c->rule);
		js_free(c->config);
	}
	map_free(&b->scenarios);
}
