/* SPDX-License-Identifier: ISC
 *
 * The same evaluation as in the engine, with a house that was only read.
 */
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/command.h"
#include "shared/domain/emotion_record.h"
#include "shared/domain/firing.h"
#include "shared/domain/registry.h"
#include "shared/domain/rehearsal.h"
#include "shared/domain/scenario.h"
#include "shared/domain/script.h"
#include "shared/domain/secret.h"

#define PAUSES_MAX 200
#define DAY_MS 86400000
#define TIMEOUT_MS 10000
#define STEP_SIZE 150		/* bytes of the answer, about */

/* A rule or a scenario that is being run. */
struct act {
	const char	*id;		/* of a scenario, or NULL */
	struct js	*steps;		/* array */
	struct js	*commands, *deliveries, *scenarios, *events;	/* arrays: of the present step */
	struct js	*variables;	/* that it set, object, or NULL */
	int64_t		 began, now_ms;
	struct act	*outer;		/* that started it, or NULL */
};

struct rehearsal {
	struct db		*db;
	struct house		 house;
	struct mem_arena	*arena;
	struct template_scratch	*scratch;
	struct act		*act;
	struct buf		 text;		/* scratch */
	int64_t			 until_us;	/* monotonic */
	size_t			 steps, size;	/* so far */
	bool			 cut;		/* a limit was reached */
};

static enum rc
load(struct rehearsal *r)
{
	struct store_entity_filter all = { 0 };
	struct entity_state *rows;
	size_t n, i;
	enum rc rc = store_entity_list(r->db, &all, r->arena, &rows, &n);

	for (i = 0; rc == RC_OK && i < n; i++)
		house_view(&r->house, &rows[i]);
	return rc == RC_OK ? emotion_record_at(r->db, EMOTION_NOW, &r->house.emotions) : rc;
}

/* "brightness: must be between 0 and 255". */
static const char *
said(struct mem_arena *a, const struct fault *f)
{
	return *f->field != '\0' ? mem_printf(a, "%s: %s", f->field, f->msg) : mem_strdup(a, f->msg);
}

/* ---- limits ---- */

static bool
enough(void *arg)
{
	struct rehearsal *r = arg;

	r->cut |= r->steps >= REHEARSAL_STEPS_MAX || r->size >= REHEARSAL_SIZE_MAX || clock_mono_us() > r->until_us;
	return r->cut;
}

/* It counts for the size of the answer. */
static void
count(struct rehearsal *r, const struct js *o)
{
	buf_reset(&r->text);
	js_dump(o, &r->text);
	r->size += r->text.len;
}

static void
put(struct rehearsal *r, struct js *list, struct js *o)
{
	count(r, o);
	js_append(list, o);
}

static void
open_act(struct rehearsal *r, struct act *a, const char *id, int64_t now_ms)
{
	*a = (struct act){ .id = id, .steps = js_new_array(), .commands = js_new_array(), .deliveries = js_new_array(),
		.scenarios = js_new_array(), .events = js_new_array(), .began = now_ms, .now_ms = now_ms,
		.outer = r->act };
	r->act = a;
}

static void
close_act(struct rehearsal *r)
{
	struct act *a = r->act;

	r->act = a->outer;
	js_free(a->steps);
	js_free(a->commands);
	js_free(a->deliveries);
	js_free(a->scenarios);
	js_free(a->events);
	js_free(a->variables);
}

/* ---- what a run may do ---- */

static enum rc
command(void *arg, struct live *l, const char *service, const struct js *data, struct fault *f)
{
	struct rehearsal *r = arg;
	struct entity_state e;
	struct command out;
	struct js *o;
	enum rc rc;

	if (enough(r))
		return RC_OK;
	o = js_new_object();
	house_entity_state(l, r->arena, &e);
	rc = command_admit(&(struct command_request){ .entity = &e, .service = service, .data = data,
	    .caps = house_capabilities(l), .actor = "rehearsal", .now_ms = r->act->now_ms,
	    .timeout_ms = TIMEOUT_MS }, r->arena, &out, NULL, f);
	js_set(o, "entity_id", js_new_string(l->entity_id));
	js_set(o, "service", js_new_string(service));
	js_set(o, "data", data != NULL ? js_ref(data) : js_new_object());
	js_set(o, "sent", js_new_bool(rc == RC_OK));
	js_set(o, "reason", rc == RC_OK ? NULL : js_new_string(said(r->arena, f)));
	put(r, r->act->commands, o);
	return rc;
}

/* The other rule is not looked into. */
static enum rc
automation(void *arg, const char *id, const char *service, const struct js *data, struct fault *f)
{
	struct rehearsal *r = arg;
	struct automation row;
	struct js *o = js_new_object();
	enum rc rc = store_automation_get(r->db, id, r->arena, &row);

	if (rc != RC_OK)
		fault_set(f, rc, NULL, "there is no automation %.100s", id);
	js_set(o, "entity_id", js_new_string(mem_printf(r->arena, "automation.%s", id)));
	js_set(o, "service", js_new_string(service));
	js_set(o, "data", js_ref(data));
	js_set(o, "sent", js_new_bool(rc == RC_OK));
	js_set(o, "reason", rc == RC_OK ? NULL : js_new_string(f->msg));
	put(r, r->act->commands, o);
	return rc;
}

static enum rc
tell(void *arg, const char *type, const struct js *data, struct fault *f)
{
	struct rehearsal *r = arg;
	struct js *o = js_new_object();

	(void)f;
	js_set(o, "type", js_new_string(type));
	js_set(o, "data", secret_shown(data));
	put(r, r->act->events, o);
	return RC_OK;
}

static void
sets(void *arg, const struct js *variables)
{
	struct rehearsal *r = arg;

	js_free(r->act->variables);
	r->act->variables = secret_shown(variables);
	count(r, r->act->variables);
}

/* {"channels","title"...}: what would be put into the outbox. */
static enum rc
deliver(void *arg, const struct js *channels, const char *payload, struct fault *f)
{
	struct rehearsal *r = arg;
	struct js *o = js_new_object(), *v = NULL;

	js_parse(payload, strlen(payload), JS_LAX_KEYS, &v, f);
	js_set(o, "channels", channels != NULL ? js_ref(channels) : NULL);
	js_set(o, "payload", v);
	put(r, r->act->deliveries, o);
	return RC_OK;
}

static void
members(void *arg, const char *kind, const char *id, void (*fn)(const char *entity_id, void *fn_arg), void *fn_arg)
{
	struct rehearsal *r = arg;

	registry_members(r->db, kind, id, fn, fn_arg);
}

static void
trace(void *arg, const struct step *s, const char *result, const char *why)
{
	struct rehearsal *r = arg;
	struct js *o = js_new_object();
	struct act *a = r->act;

	js_set(o, "place", js_new_string(s->path));
	js_set(o, "after", js_new_int(a->now_ms - a->began));
	js_set(o, "result", js_new_string(result));
	js_set(o, "reason", *why != '\0' ? js_new_string(why) : NULL);
	js_set(o, "commands", a->commands);
	js_set(o, "deliveries", a->deliveries);
	js_set(o, "scenarios", a->scenarios);
	js_set(o, "events", a->events);
	js_set(o, "variables", a->variables);
	js_append(a->steps, o);
	r->steps++;
	r->size += STEP_SIZE;
	a->commands = js_new_array();
	a->deliveries = js_new_array();
	a->scenarios = js_new_array();
	a->events = js_new_array();
	a->variables = NULL;
}

static enum rc start_scenario(void *arg, const char *id, const struct js *parameters, struct fault *f);

/* ---- the run ---- */

static void
note_minute(const char *subject, void *arg)
{
	bool *asks = arg;

	*asks |= strcmp(subject, RULE_MINUTE) == 0;
}

/* To what comes first, a moment or the minute in which a template becomes true; false: nothing comes within a day. */
static bool
pass_time(struct rehearsal *r, struct script *s, struct action_context *x)
{
	int64_t wake = script_wake(s), minute = rule_minute_after(r->act->now_ms), last = minute + DAY_MS;
	struct house_change c;
	bool asks = false;

	script_listens(s, x->program, note_minute, &asks);
	for (; asks && (wake == 0 || minute < wake) && minute < last && !enough(r); minute += 60000) {
		c = rule_minute(minute);
		r->act->now_ms = x->rule.now_ms = minute;
		if (script_hear(s, &c, x))
			return true;
		wake = script_wake(s);
	}
	if (wake != 0)
		r->act->now_ms = x->rule.now_ms = wake;
	return wake != 0;
}

/* Its end in one word. */
static const char *
go(struct rehearsal *r, const struct rule *rule, struct js *variables, struct fault *f)
{
	static const char *const words[] = { [SCRIPT_WAITS] = "waits", [SCRIPT_DONE] = "done",
		[SCRIPT_STOPPED] = "stopped", [SCRIPT_FAILED] = "failed" };
	struct action_context x = { .rule = { .house = &r->house, .now_ms = r->act->now_ms, .scratch = r->scratch,
		    .db = r->db },
		.program = &rule->program, .command = command, .event = tell, .sets = sets, .deliver = deliver,
		.members = members, .scenario = start_scenario, .automation = automation, .trace = trace,
		.enough = enough, .arg = r };
	struct script *s = script_new(js_ref(variables));
	enum script_result result;
	int pauses = 0;

	while ((result = script_go(s, &x)) == SCRIPT_WAITS && pauses <= PAUSES_MAX && pass_time(r, s, &x))
		pauses++;
	r->cut |= pauses > PAUSES_MAX;
	script_free(s);
	*f = x.fault;
	if (r->cut && result == SCRIPT_STOPPED)
		fault_set(f, RC_LIMITED, NULL, "there is more to it than a dry run looks at");
	return words[result];
}

/* Whether it runs, and what comes of it: "runs", "outcome", "reason", the steps in the present act. */
static bool
perform(struct rehearsal *r, const struct rule *rule, struct js *variables, struct js *o)
{
	struct rule_context x = { .house = &r->house, .now_ms = r->act->now_ms, .scratch = r->scratch, .db = r->db };
	struct buf why = { .max = 200 };
	const char *outcome = "not_run";
	struct fault f = { 0 };
	bool runs = firing_runs(rule, &x, variables, true, &why);

	if (runs)
		outcome = go(r, rule, variables, &f);
	js_set(o, "runs", js_new_bool(runs));
	js_set(o, "outcome", js_new_string(outcome));
	js_set(o, "reason", why.len > 0 ? js_new_string(buf_str(&why)) :
	    *f.msg != '\0' ? js_new_string(said(r->arena, &f)) : NULL);
	buf_free(&why);
	return runs;
}

/* How many runs of it would be under way. */
static unsigned int
under_way(struct rehearsal *r, const struct automation *s)
{
	const struct act *a;
	unsigned int n = store_run_is_open(r->db, s->row);

	for (a = r->act; a != NULL; a = a->outer)
		n += a->id != NULL && strcmp(a->id, s->id) == 0;
	return n;
}

static struct firing_self
self_of(struct rehearsal *r, const struct automation *row, unsigned int runs)
{
	return (struct firing_self){ .id = row->id, .changed = row->updated, .last = store_run_last(r->db, row->row),
		.runs = runs };
}

/* Its run begins now and goes on beside that of the rule. f: as an engine says it. */
static enum rc
run_scenario(struct rehearsal *r, const struct automation *row, const struct rule *rule, const struct js *parameters,
    struct fault *f)
{
	struct js *arguments = NULL, *variables, *o;
	struct firing_self self;
	struct act a;
	enum rc rc;

	rc = scenario_arguments(r->db, js_get(rule->config, "parameters"), parameters, &arguments, f);
	if (rc == RC_OK && firing_full(rule, under_way(r, row)))
		rc = fault_set(f, RC_BUSY, NULL, "the scenario runs already");
	if (rc != RC_OK) {
		js_free(arguments);
		return rc;
	}
	self = self_of(r, row, under_way(r, row));
	variables = firing_call_variables(rule, &self, arguments);
	o = js_new_object();
	js_set(o, "id", js_new_string(row->id));
	js_set(o, "name", js_new_string(row->name));
	open_act(r, &a, row->id, r->act->now_ms);
	if (!perform(r, rule, variables, o))
		rc = fault_set(f, RC_REFUSED, NULL, "%s", js_get_string(o, "reason"));
	js_set(o, "steps", js_ref(a.steps));
	close_act(r);
	js_append(r->act->scenarios, o);
	js_free(variables);
	js_free(arguments);
	return rc;
}

static enum rc
start_scenario(void *arg, const char *id, const struct js *parameters, struct fault *f)
{
	struct rehearsal *r = arg;
	struct rule *rule = NULL;
	struct js *config = NULL;
	struct automation row;
	const struct act *a;
	int depth = 0;
	enum rc rc;

	for (a = r->act; a->outer != NULL; a = a->outer)
		depth++;
	if (depth == REHEARSAL_NEST_MAX)
		r->cut = true;
	if (enough(r))
		return RC_OK;
	if (store_automation_get_scenario(r->db, id, r->arena, &row) != RC_OK)
		return fault_set(f, RC_NOT_FOUND, NULL, "there is no scenario %.60s", id);
	if ((rc = js_parse(row.config, strlen(row.config), JS_LAX_KEYS, &config, f)) == RC_OK &&
	    (rc = automation_compile_scenario(config, &rule, f)) == RC_OK)
		rc = run_scenario(r, &row, rule, parameters, f);
	automation_free(rule);
	js_free(config);
	return rc;
}

/* As if the first entity of the first trigger had just reported what it is; of one that has none a moment. */
static struct js *
variables_of(struct rehearsal *r, const struct rule *rule, const char *id, int64_t now_ms)
{
	struct firing_self self = { .id = NULL };
	struct automation row;
	const struct trigger *t = rule->n_triggers > 0 ? &rule->triggers[0] : NULL;
	struct house_change c = { .now_ms = now_ms };
	size_t i;

	for (i = 0; t != NULL && t->ops->happens == NULL && i < t->entities.n && c.live == NULL; i++)
		c.live = house_find_id(&r->house, t->entities.ids[i]);
	if (id != NULL && store_automation_get(r->db, id, r->arena, &row) == RC_OK)
		self = self_of(r, &row, 0);
	return firing_variables(rule, &self, t != NULL ? 0 : -1, c.live != NULL ? &c : NULL, now_ms);
}

static void
rehearse(struct rehearsal *r, const struct rule *rule, const char *id, int64_t now_ms, struct buf *out)
{
	struct js *variables = variables_of(r, rule, id, now_ms);
	struct js *o = js_new_object();
	struct act a;

	open_act(r, &a, NULL, now_ms);
	perform(r, rule, variables, o);
	js_set(o, "complete", js_new_bool(!r->cut));
	js_set(o, "steps", js_ref(a.steps));
	close_act(r);
	js_dump(o, out);
	js_free(o);
	js_free(variables);
}

static void
begin(struct rehearsal *r, struct db *db, struct place place)
{
	*r = (struct rehearsal){ .db = db, .house = { .place = place, .calendars = db },
		.arena = mem_arena_new(65536), .scratch = template_scratch_new(),
		.until_us = clock_mono_us() + REHEARSAL_MS_MAX * INT64_C(1000) };
}

static void
end(struct rehearsal *r)
{
	house_free(&r->house);
	buf_free(&r->text);
	template_scratch_free(r->scratch);
	mem_arena_free(r->arena);
}

enum rc
rehearsal_run(struct db *db, const struct js *config, const char *id, struct place place, int64_t now_ms,
    struct buf *out, struct fault *f)
{
	struct rehearsal r;
	struct rule *rule = NULL;
	enum rc rc;

	if ((rc = automation_compile(config, &rule, f)) != RC_OK)
		return rc;
	begin(&r, db, place);
	if ((rc = automation_check(db, config, config, r.arena, f)) == RC_OK && (rc = load(&r)) == RC_OK)
		rehearse(&r, rule, id, now_ms, out);
	end(&r);
	automation_free(rule);
	return rc;
}

/* ---- a template ---- */

struct seen {
	const struct js	*variables;
	struct js	*unknown;	/* array of names */
};

static void
on_unknown(void *arg, const char *name, bool called)
{
	struct seen *s = arg;
	size_t i;

	for (i = 0; i < js_size(s->unknown); i++)
		if (strcmp(js_string(js_at(s->unknown, i), NULL), name) == 0)
			return;
	if (!called && js_get(s->variables, name) == NULL)
		js_append(s->unknown, js_new_string(name));
}

static struct js *
unknown(const struct js *source, const struct js *variables, struct mem_arena *a)
{
	struct seen s = { variables, js_new_array() };
	struct template_names names = { .unknown = on_unknown, .arg = &s };
	const struct template *t;

	if (rule_template(js_string(source, NULL), a, &t, NULL) == RC_OK)
		template_names(t, &names);
	return s.unknown;
}

/* What it says, NULL with *why. given: what it sees, evaluated into `object`. */
static struct js *
say(struct rehearsal *r, const struct js *source, const struct js *given, struct js *object, int64_t now_ms,
    struct fault *why)
{
	struct rule_context x = { .house = &r->house, .now_ms = now_ms, .scratch = r->scratch, .db = r->db,
		.variables = object };
	struct rule_variables variables;
	struct rule_value v;
	struct js *value = NULL;

	if (rule_variables(given, r->arena, &variables, why) == RC_OK &&
	    rule_variables_set(&variables, &x, object, why) == RC_OK &&
	    rule_value(source, r->arena, &v, why) == RC_OK)
		rule_render(&v, &x, &value, why);
	return value;
}

enum rc
rehearsal_template(struct db *db, const struct js *source, const struct js *variables, struct place place,
    int64_t now_ms, struct buf *out)
{
	struct rehearsal r;
	struct fault why = { 0 };
	struct js *o, *object, *names;
	enum rc rc;

	begin(&r, db, place);
	if ((rc = load(&r)) == RC_OK) {
		o = js_new_object();
		object = js_new_object();
		names = unknown(source, variables, r.arena);
		js_set(o, "value", js_size(names) > 0 ? NULL : say(&r, source, variables, object, now_ms, &why));
		js_set(o, "reason", *why.msg != '\0' ? js_new_string(said(r.arena, &why)) : NULL);
		js_set(o, "unknown", names);
		js_dump(o, out);
		js_free(object);
		js_free(o);
	}
	end(&r);
	return rc;
}
