/* SPDX-License-Identifier: ISC
 *
 * Compiling actions to steps.
 */
#include <string.h>

#include "shared/base/near.h"
#include "shared/domain/action.h"

struct step *
program_step(struct program *p)
{
	unsigned int more = p->cap == 0 ? 8 : 2 * p->cap;
	struct step *s;

	if (p->n == p->cap) {
		p->steps = mem_grow(p->arena, p->steps, p->cap, more, sizeof(*p->steps));
		p->cap = more;
	}
	s = &p->steps[p->n++];
	*s = (struct step){ .path = p->path, .name = p->kind, .alias = p->alias, .go_on = p->go_on };
	return s;
}

static enum step_result
run_jump(const struct step *s, struct action_context *x)
{
	x->go = s->target;
	return STEP_NEXT;
}

unsigned int
program_jump(struct program *p, unsigned int target)
{
	struct step *s = program_step(p);

	s->run = run_jump;
	s->quiet = true;
	s->target = target;
	return p->n - 1;
}

void
program_jump_to_end(struct program *p, unsigned int step)
{
	unsigned int more = p->cap_ends == 0 ? 8 : 2 * p->cap_ends;

	if (p->n_ends == p->cap_ends) {
		p->ends = mem_grow(p->arena, p->ends, p->cap_ends, more, sizeof(*p->ends));
		p->cap_ends = more;
	}
	p->ends[p->n_ends++] = step;
}

static const struct action_ops *
kind_of(const struct js *v)
{
	int i;

	for (i = 0; actions[i] != NULL; i++)
		if (js_get(v, actions[i]->name) != NULL ||
		    (actions[i]->other_name != NULL && js_get(v, actions[i]->other_name) != NULL))
			return actions[i];
	return NULL;
}

/* A key that may have been meant to mark an action; NULL: none is near. */
static const char *
meant(const struct js *v, struct near *n)
{
	void *it;
	int i;

	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it)) {
		*n = near_to(js_iter_key(it));
		for (i = 0; actions[i] != NULL; i++)
			near_try(actions[i]->name, n);
		if (*n->found != '\0')
			return js_iter_key(it);
	}
	return NULL;
}

static enum rc
unknown_kind(struct program *p, const struct js *v, struct fault *f)
{
	struct buf b = { .max = 200 };
	struct near n;
	const char *key = meant(v, &n);
	int i;

	if (key != NULL)
		return fault_set(f, RC_INVALID, key, "marks no action%s", near_say(&n));
	for (i = 0; actions[i] != NULL; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", actions[i]->name);
	fault_set(f, RC_INVALID, NULL, "is no action: it needs one of the keys %s", mem_strdup(p->arena, buf_str(&b)));
	buf_free(&b);
	return RC_INVALID;
}

static enum rc
compile_one(struct program *p, const struct js *v, struct fault *f)
{
	const struct action_ops *ops = kind_of(v);
	struct field_value values[RULE_FIELDS_MAX];
	enum rc rc;

	if (p->n > PROGRAM_STEPS_MAX)
		return fault_set(f, RC_INVALID, NULL, "the rule has more than %d steps", PROGRAM_STEPS_MAX);
	p->alias = mem_strdup(p->arena, js_get_string(v, "alias"));
	p->go_on = js_bool(js_get(v, "continue_on_error"), false);
	if (rule_is_condition(v)) {
		p->kind = "condition";
		return action_condition_compile(p, v, f);
	}
	if (ops == NULL)
		return unknown_kind(p, v, f);
	p->kind = ops->name;
	rc = rule_read(ops->fields, v, p->arena, values, f);
	return rc == RC_OK ? ops->compile(values, p, f) : rc;
}

enum rc
program_sequence(struct program *p, const struct js *list, const char *where, struct fault *f)
{
	size_t n = list == NULL ? 0 : js_type(list) == JS_ARRAY ? js_size(list) : 1, i;
	const char *kind = p->kind, *alias = p->alias, *path = p->path;
	unsigned int ends = p->n_ends;
	bool go_on = p->go_on;
	const struct js *one;
	enum rc rc = RC_OK;

	if (n > RULE_PARTS_MAX)
		return fault_set(f, RC_INVALID, where, "holds more than %d actions", RULE_PARTS_MAX);
	for (i = 0; i < n && rc == RC_OK; i++) {
		one = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		p->path = mem_printf(p->arena, "%s%s%s[%zu]", path, *path == '\0' ? "" : ".", where, i);
		if (!rule_disabled(one) && (rc = compile_one(p, one, f)) != RC_OK)
			rule_fault_in(f, rc, where, (int)i);
	}
	while (p->n_ends > ends)
		p->steps[p->ends[--p->n_ends]].target = p->n;
	p->kind = kind;
	p->alias = alias;
	p->path = path;
	p->go_on = go_on;
	return rc;
}
