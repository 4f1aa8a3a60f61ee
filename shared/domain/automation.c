/* SPDX-License-Identifier: ISC
 *
 * Compiling automations out of their parts.
 */
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/scenario.h"
#include "shared/domain/secret.h"

enum { F_NAME, F_TRIGGERS, F_CONDITIONS, F_ACTIONS, F_MODE, F_MAX, F_VARIABLES, F_DESCRIPTION, F_MISSED,
	F_MISSED_WITHIN, F_ENABLED };

/* Of a scenario: what is before it is the same. */
enum { S_PARAMETERS = F_TRIGGERS, S_ROLLBACK = F_MISSED, S_ICON = F_MISSED_WITHIN };

#define RUN_WITHIN_MS INT64_C(600000)
#define ASK_WITHIN_MS INT64_C(86400000)

const char *const automation_missed[] = { "run", "skip", "ask", NULL };
const char *const automation_modes[] = { "single", "restart", "queued", "parallel", NULL };

#define FIELDS_OF_BOTH \
	[F_NAME] = { RULE_TEXT("name", 1, 128, "what people call it"), .required = true }, \
	[F_CONDITIONS] = { .name = "conditions", .type = FIELD_ARRAY, .max = RULE_PARTS_MAX, \
	    .shape = &rule_shape_condition, .title = "Only if", .help = "what must hold when it starts" }, \
	[F_ACTIONS] = { .name = "actions", .type = FIELD_ARRAY, .required = true, .min = 1, .max = RULE_PARTS_MAX, \
	    .shape = &rule_shape_action, .title = "Then", .help = "what it does" }, \
	[F_MODE] = { .name = "mode", .type = FIELD_CHOICE, .choices = automation_modes, \
	    .title = "While it runs", .help = "what a start does then: nothing, end it and begin again, wait " \
	    "for its turn, begin beside it" }, \
	[F_MAX] = { .name = "max", .type = FIELD_INT, .min = 1, .max = AUTOMATION_MAX_MOST, \
	    .title = "At most", .help = "runs at the same time when it is queued or parallel" }, \
	[F_VARIABLES] = { RULE_SHAPE("variables", values, "what conditions and actions see; templates too") }, \
	[F_DESCRIPTION] = { RULE_TEXT("description", 0, 1024, "why it exists") }

const struct field automation_fields[] = {
	FIELDS_OF_BOTH,
	[F_TRIGGERS] = { .name = "triggers", .type = FIELD_ARRAY, .required = true, .min = 1, .max = RULE_PARTS_MAX,
	    .shape = &rule_shape_trigger, .title = "When", .help = "what starts it" },
	[F_MISSED] = { .name = "missed", .type = FIELD_CHOICE, .choices = automation_missed, .title = "Missed times",
	    .help = "a time that passed while the house was not running: make up for it, leave it, or ask people" },
	[F_MISSED_WITHIN] = { RULE_SHAPE("missed_within", duration,
	    "how long ago it may have passed; 10 minutes for run, a day for ask") },
	[F_ENABLED] = { .name = "enabled", .type = FIELD_BOOL, .help = "whether it may run" },
	{ 0 },
};

static const struct field scenario_fields[] = {
	FIELDS_OF_BOTH,
	[S_PARAMETERS] = { .name = "parameters", .type = FIELD_OBJECT, .title = "Parameters",
	    .help = "what a run is told" },
	[S_ROLLBACK] = { .name = "rollback", .type = FIELD_BOOL, .help = "false: a run that fails leaves what it did" },
	[S_ICON] = { RULE_TEXT("icon", 0, 64, "such as mdi:party-popper") },
	{ 0 },
};

const char *
automation_mode_name(enum automation_mode m)
{
	return automation_modes[m];
}

static void
read_mode(struct rule *r, const struct field_value *v)
{
	r->mode = v[F_MODE].set ? (enum automation_mode)v[F_MODE].i : AUTOMATION_SINGLE;
	if (r->mode == AUTOMATION_SINGLE || r->mode == AUTOMATION_RESTART)
		r->max = 1;
	else
		r->max = v[F_MAX].set ? (unsigned int)v[F_MAX].i : AUTOMATION_MAX;
}

static void
read_missed(struct rule *r, const struct field_value *v)
{
	r->missed = v[F_MISSED].set ? (enum missed_policy)v[F_MISSED].i : MISSED_RUN;
	r->missed_within = v[F_MISSED_WITHIN].set ? v[F_MISSED_WITHIN].i :
	    r->missed == MISSED_ASK ? ASK_WITHIN_MS : RUN_WITHIN_MS;
}

/* A template, or the condition that asks which trigger it was. */
static bool
looks(const struct js *v)
{
	const char *condition = js_get_string(v, "condition");

	return rule_is_template(v) || (condition != NULL && strcmp(condition, "trigger") == 0);
}

static bool
looks_at_itself(const struct js *v)
{
	return rule_is_template(v) && strstr(js_string(v, NULL), "this") != NULL;
}

static enum rc
compile(struct rule *r, const struct field_value *v, struct fault *f)
{
	enum rc rc;

	r->name = mem_strdup(r->arena, v[F_NAME].s);
	r->looks = r->scenario || js_any(r->config, looks);
	r->discreet = r->scenario || secret_within(r->config);	/* parameters hold whatever they are given */
	r->looks_at_itself = js_any(r->config, looks_at_itself);
	read_mode(r, v);
	if (!r->scenario)
		read_missed(r, v);
	if (r->scenario)
		rc = scenario_check_parameters(v[S_PARAMETERS].js, f);
	else
		rc = rule_triggers(v[F_TRIGGERS].js, r->arena, "triggers", &r->triggers, &r->n_triggers, f);
	if (rc == RC_OK)
		rc = rule_conditions(v[F_CONDITIONS].js, r->arena, "conditions", &r->conditions, f);
	if (rc == RC_OK && (rc = rule_variables(v[F_VARIABLES].js, r->arena, &r->variables, f)) != RC_OK)
		rule_fault_in(f, rc, "variables", -1);
	r->program = (struct program){ .arena = r->arena, .path = "" };
	return rc == RC_OK ? program_sequence(&r->program, v[F_ACTIONS].js, "actions", f) : rc;
}

static enum rc
compile_as(const struct field *table, bool scenario, const struct js *config, struct rule **out, struct fault *f)
{
	struct field_value v[RULE_FIELDS_MAX] = { 0 };
	struct mem_arena *arena = mem_arena_new(1024);
	struct rule *r = mem_zalloc(arena, sizeof(*r));
	enum rc rc;

	r->arena = arena;
	r->scenario = scenario;
	r->config = js_ref(config);
	rc = rule_words_refused(config, f);
	if (rc == RC_OK)
		rc = field_read_body(table, config, arena, v, f);
	if (rc == RC_OK)
		rc = compile(r, v, f);
	if (rc != RC_OK) {
		automation_free(r);
		return rc;
	}
	*out = r;
	return RC_OK;
}

enum rc
automation_compile(const struct js *config, struct rule **out, struct fault *f)
{
	return compile_as(automation_fields, false, config, out, f);
}

enum rc
automation_compile_scenario(const struct js *config, struct rule **out, struct fault *f)
{
	return compile_as(scenario_fields, true, config, out, f);
}

void
automation_free(struct rule *r)
{
	struct js *config;

	if (r == NULL)
		return;
	config = r->config;
	mem_arena_free(r->arena);
	js_free(config);
}
