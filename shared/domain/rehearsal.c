/* SPDX-License-Identifier: ISC
 *
 * The same evaluation as in the engine, with a house that was only read.
 */
#include <string.h>

#include "shared/domain/automation_check.h"
#include "shared/domain/command.h"
#include "shared/domain/firing.h"
#include "shared/domain/registry.h"
#include "shared/domain/rehearsal.h"
#include "shared/domain/script.h"

#define PAUSES_MAX 200
#define TIMEOUT_MS 10000

struct rehearsal {
	struct db		*db;
	struct house		 house;
	struct mem_arena	*arena;
	struct template_scratch	*scratch;
	struct js		*steps;		/* array: of the run */
	struct js		*commands, *deliveries;	/* arrays: of the present step */
	int64_t			 began, now_ms;
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
	return rc;
}

/* "brightness: must be between 0 and 255". */
static const char *
said(struct mem_arena *a, const struct fault *f)
{
	return *f->field != '\0' ? mem_printf(a, "%s: %s", f->field, f->msg) : mem_strdup(a, f->msg);
}

/* ---- what a run may do ---- */

static enum rc
command(void *arg, struct live *l, const char *service, const struct js *data, struct fault *f)
{
	struct rehearsal *r = arg;
	struct entity_state e;
	struct command out;
	struct js *o = js_new_object();
	enum rc rc;

	house_entity_state(l, r->arena, &e);
	rc = command_admit(&(struct command_request){ .entity = &e, .service = service, .data = data,
	    .actor = "rehearsal", .now_ms = r->now_ms, .timeout_ms = TIMEOUT_MS }, r->arena, &out, f);
	js_set(o, "entity_id", js_new_string(l->entity_id));
	js_set(o, "service", js_new_string(service));
	js_set(o, "data", data != NULL ? js_ref(data) : js_new_object());
	js_set(o, "sent", js_new_bool(rc == RC_OK));
	js_set(o, "reason", rc == RC_OK ? NULL : js_new_string(said(r->arena, f)));
	js_append(r->commands, o);
	return rc;
}

static void
tell(void *arg, const char *type, const struct js *data)
{
	(void)arg;
	(void)type;
	(void)data;
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
	js_append(r->deliveries, o);
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

	js_set(o, "place", js_new_string(s->path));
	js_set(o, "after", js_new_int(r->now_ms - r->began));
	js_set(o, "result", js_new_string(result));
	js_set(o, "reason", *why != '\0' ? js_new_string(why) : NULL);
	js_set(o, "commands", r->commands);
	js_append(r->steps, o);
	js_set(o, "deliveries", r->deliveries);
	r->commands = js_new_array();
	r->deliveries = js_new_array();
}

/* ---- the run ---- */

/* Its end in one word. */
static const char *
go(struct rehearsal *r, const struct rule *rule, struct js *variables, struct fault *f)
{
	static const char *const words[] = { [SCRIPT_WAITS] = "waits", [SCRIPT_DONE] = "done",
		[SCRIPT_STOPPED] = "stopped", [SCRIPT_FAILED] = "failed" };
	struct action_context x = { .rule = { .house = &r->house, .now_ms = r->now_ms, .scratch = r->scratch,
		    .db = r->db },
		.program = &rule->program, .command = command, .event = tell, .deliver = deliver,
		.members = members, .trace = trace,
		.arg = r };
	struct script *s = script_new(js_ref(variables));
	enum script_result result;
	int pauses = 0;

	while ((result = script_go(s, &x)) == SCRIPT_WAITS && script_wake(s) != 0 && pauses++ < PAUSES_MAX)
		r->now_ms = x.rule.now_ms = script_wake(s);
	script_free(s);
	*f = x.fault;
	return words[result];
}

static void
write(struct buf *out, bool runs, const char *outcome, const char *reason, const struct js *steps)
{
	struct jsw w = jsw_to(out);

	jsw_object(&w, NULL);
	jsw_bool(&w, "runs", runs);
	jsw_string(&w, "outcome", outcome);
	jsw_string(&w, "reason", *reason != '\0' ? reason : NULL);
	jsw_value(&w, "steps", steps);
	jsw_end(&w);
}

static void
rehearse(struct rehearsal *r, const struct rule *rule, struct buf *out)
{
	struct js *variables = firing_variables(rule, NULL, rule->n_triggers > 0 ? 0 : -1, NULL);
	struct rule_context x = { .house = &r->house, .now_ms = r->now_ms, .scratch = r->scratch, .db = r->db };
	struct buf why = { .max = 200 };
	const char *outcome = "not_run";
	struct fault f = { 0 };
	bool runs = firing_runs(rule, &x, variables, true, &why);

	if (runs)
		outcome = go(r, rule, variables, &f);
	write(out, runs, outcome, why.len > 0 ? buf_str(&why) : said(r->arena, &f), r->steps);
	buf_free(&why);
	js_free(variables);
}

enum rc
rehearsal_run(struct db *db, const struct js *config, struct place place, int64_t now_ms, struct buf *out,
    struct fault *f)
{
	struct rehearsal r = { .db = db, .house = { .place = place }, .began = now_ms, .now_ms = now_ms };
	struct rule *rule = NULL;
	enum rc rc;

	if ((rc = automation_compile(config, &rule, f)) != RC_OK)
		return rc;
	r.arena = mem_arena_new(65536);
	if ((rc = automation_check(db, config, r.arena, f)) == RC_OK && (rc = load(&r)) == RC_OK) {
		r.scratch = template_scratch_new();
		r.steps = js_new_array();
		r.commands = js_new_array();
		r.deliveries = js_new_array();
		rehearse(&r, rule, out);
		js_free(r.steps);
		js_free(r.commands);
		js_free(r.deliveries);
		template_scratch_free(r.scratch);
	}
	house_free(&r.house);
	mem_arena_free(r.arena);
	automation_free(rule);
	return rc;
}
