/* SPDX-License-Identifier: ISC
 *
 * Compiling and stepping automations. Which parts there are is the business of triggers.c,
 * conditions.c and actions.c.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"

#define FIELDS_MAX 16

enum { F_NAME, F_TRIGGERS, F_CONDITIONS, F_ACTIONS, F_MODE, F_DESCRIPTION, F_ENABLED };

static const char *const modes[] = { "single", "restart", NULL };

static const struct field fields[] = {
	[F_NAME] = { "name", FIELD_BODY, FIELD_TEXT, true, 1, 128, NULL, "what people call it" },
	[F_TRIGGERS] = { "triggers", FIELD_BODY, FIELD_ARRAY, true, 1, AUTOMATION_PARTS_MAX, NULL, "what starts it" },
	[F_CONDITIONS] = { "conditions", FIELD_BODY, FIELD_ARRAY, false, 0, AUTOMATION_PARTS_MAX, NULL,
	    "what must hold when it starts" },
	[F_ACTIONS] = { "actions", FIELD_BODY, FIELD_ARRAY, true, 1, AUTOMATION_PARTS_MAX, NULL, "what it does" },
	[F_MODE] = { "mode", FIELD_BODY, FIELD_CHOICE, false, 0, 0, modes, "a trigger while it runs" },
	[F_DESCRIPTION] = { "description", FIELD_BODY, FIELD_TEXT, false, 0, 1024, NULL, "why it exists" },
	[F_ENABLED] = { "enabled", FIELD_BODY, FIELD_BOOL, false, 0, 0, NULL, "whether it may run" },
	{ 0 },
};

const char *
automation_mode_name(enum automation_mode m)
{
	return modes[m];
}

/* Puts "list[i]." before the field that a part complained about. */
static enum rc
fault_in(struct fault *f, enum rc rc, const char *list, size_t i)
{
	char inner[sizeof(f->field)];

	if (f == NULL)
		return rc;
	strlcpy(inner, f->field, sizeof(inner));
	snprintf(f->field, sizeof(f->field), "%.12s[%u]%s%.36s", list, (unsigned int)i % 1000,
	    *inner == '\0' ? "" : ".", inner);
	return rc;
}

static enum rc
read_part(const struct field *table, const struct js *part, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	memset(v, 0, FIELDS_MAX * sizeof(*v));
	return field_read_body(table, part, a, v, f);
}

static enum rc
compile_trigger(const struct js *part, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const char *kind = js_get_string(part, "trigger");
	struct field_value v[FIELDS_MAX];
	enum rc rc;
	int i;

	for (i = 0; kind != NULL && triggers[i] != NULL; i++)
		if (strcmp(triggers[i]->name, kind) == 0) {
			t->ops = triggers[i];
			rc = read_part(t->ops->fields, part, a, v, f);
			return rc != RC_OK ? rc : t->ops->compile(v, a, t, f);
		}
	return fault_set(f, RC_INVALID, "trigger", "there is no trigger \"%.32s\"", kind == NULL ? "" : kind);
}

static enum rc
compile_condition(const struct js *part, struct mem_arena *a, struct condition *c, struct fault *f)
{
	const char *kind = js_get_string(part, "condition");
	struct field_value v[FIELDS_MAX];
	enum rc rc;
	int i;

	for (i = 0; kind != NULL && conditions[i] != NULL; i++)
		if (strcmp(conditions[i]->name, kind) == 0) {
			c->ops = conditions[i];
			rc = read_part(c->ops->fields, part, a, v, f);
			return rc != RC_OK ? rc : c->ops->compile(v, a, c, f);
		}
	return fault_set(f, RC_INVALID, "condition", "there is no condition \"%.32s\"",
	    kind == NULL ? "" : kind);
}

static enum rc
compile_action(const struct js *part, struct mem_arena *a, struct action *c, struct fault *f)
{
	struct field_value v[FIELDS_MAX];
	enum rc rc;
	int i;

	for (i = 0; actions[i] != NULL; i++)
		if (js_get(part, actions[i]->name) != NULL) {
			c->ops = actions[i];
			rc = read_part(c->ops->fields, part, a, v, f);
			return rc != RC_OK ? rc : c->ops->compile(v, a, c, f);
		}
	return fault_set(f, RC_INVALID, NULL, "is no action this house knows: use \"action\" or \"delay\"");
}

static enum rc
compile_triggers(struct rule *au, const struct js *list, struct fault *f)
{
	struct trigger *t;
	size_t i;
	enum rc rc;

	au->n_triggers = js_size(list);
	au->triggers = t = mem_zalloc(au->arena, au->n_triggers * sizeof(*t));
	for (i = 0; i < au->n_triggers; i++)
		if ((rc = compile_trigger(js_at(list, i), au->arena, &t[i], f)) != RC_OK)
			return fault_in(f, rc, "triggers", i);
	return RC_OK;
}

static enum rc
compile_conditions(struct rule *au, const struct js *list, struct fault *f)
{
	struct condition *c;
	size_t i;
	enum rc rc;

	au->n_conditions = js_size(list);
	au->conditions = c = mem_zalloc(au->arena, au->n_conditions * sizeof(*c) + 1);
	for (i = 0; i < au->n_conditions; i++)
		if ((rc = compile_condition(js_at(list, i), au->arena, &c[i], f)) != RC_OK)
			return fault_in(f, rc, "conditions", i);
	return RC_OK;
}

static enum rc
compile_actions(struct rule *au, const struct js *list, struct fault *f)
{
	struct action *c;
	size_t i;
	enum rc rc;

	au->n_actions = js_size(list);
	au->actions = c = mem_zalloc(au->arena, au->n_actions * sizeof(*c));
	for (i = 0; i < au->n_actions; i++)
		if ((rc = compile_action(js_at(list, i), au->arena, &c[i], f)) != RC_OK)
			return fault_in(f, rc, "actions", i);
	return RC_OK;
}

enum rc
automation_compile(const struct js *config, struct rule **out, struct fault *f)
{
	struct field_value v[FIELDS_MAX] = { 0 };
	struct mem_arena *arena = mem_arena_new(1024);
	struct rule *au = mem_zalloc(arena, sizeof(*au));
	enum rc rc;

	au->arena = arena;
	au->config = js_ref(config);
	rc = field_read_body(fields, config, arena, v, f);
	if (rc == RC_OK) {
		au->name = mem_strdup(arena, v[F_NAME].s);
		au->mode = v[F_MODE].set ? (enum automation_mode)v[F_MODE].i : AUTOMATION_SINGLE;
		rc = compile_triggers(au, v[F_TRIGGERS].js, f);
	}
	if (rc == RC_OK)
		rc = compile_conditions(au, v[F_CONDITIONS].js, f);
	if (rc == RC_OK)
		rc = compile_actions(au, v[F_ACTIONS].js, f);
	if (rc != RC_OK) {
		automation_free(au);
		return rc;
	}
	*out = au;
	return RC_OK;
}

void
automation_free(struct rule *a)
{
	if (a == NULL)
		return;
	js_free(a->config);
	mem_arena_free(a->arena);
}

bool
automation_may_run(const struct rule *a, const struct house *h, int64_t now_ms, struct buf *why)
{
	size_t i;

	for (i = 0; i < a->n_conditions; i++)
		if (!a->conditions[i].ops->holds(&a->conditions[i], h, now_ms, why))
			return false;
	return true;
}

enum action_result
automation_run(const struct rule *a, size_t *position, struct action_context *x)
{
	enum action_result r = ACTION_NEXT;

	while (*position < a->n_actions && r == ACTION_NEXT) {
		const struct action *c = &a->actions[(*position)++];

		r = c->ops->run(c, x);
	}
	return r;
}
