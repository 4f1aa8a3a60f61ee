/* SPDX-License-Identifier: ISC
 *
 * What a strand that waits for triggers remembers of them, as part of its position.
 */
#include <stdlib.h>

#include "shared/base/mem.h"
#include "shared/domain/script.h"

/* n_holds: there is none. */
static size_t
find(const struct strand *t, unsigned int trigger, int64_t entity)
{
	size_t i;

	for (i = 0; i < t->n_holds; i++)
		if (t->holds[i].trigger == trigger && t->holds[i].entity == entity)
			break;
	return i;
}

bool
script_hold_put(struct strand *t, unsigned int trigger, int64_t entity, int64_t due)
{
	size_t i = find(t, trigger, entity);

	if (i < t->n_holds && t->holds[i].due == due)
		return false;
	if (i == SCRIPT_HOLDS_MAX)
		return false;
	if (i == t->n_holds)
		t->holds = mem_xrealloc(t->holds, ++t->n_holds, sizeof(*t->holds));
	t->holds[i] = (struct script_hold){ trigger, entity, due };
	return true;
}

bool
script_hold_drop(struct strand *t, unsigned int trigger, int64_t entity)
{
	size_t i = find(t, trigger, entity);

	if (i == t->n_holds)
		return false;
	for (t->n_holds--; i < t->n_holds; i++)
		t->holds[i] = t->holds[i + 1];
	return true;
}

bool
script_hold_has(const struct strand *t, unsigned int trigger, int64_t entity)
{
	return find(t, trigger, entity) < t->n_holds;
}

const struct script_hold *
script_hold_first(const struct strand *t)
{
	const struct script_hold *first = NULL;
	size_t i;

	for (i = 0; i < t->n_holds; i++)
		if (t->holds[i].due != 0 && (first == NULL || t->holds[i].due < first->due))
			first = &t->holds[i];
	return first;
}

void
script_hold_end(struct strand *t)
{
	free(t->holds);
	t->holds = NULL;
	t->n_holds = 0;
	t->until = 0;
}

void
script_hold_write(struct jsw *w, const struct strand *t)
{
	size_t i;

	if (t->n_holds == 0)
		return;
	jsw_array(w, "holds");
	for (i = 0; i < t->n_holds; i++) {
		jsw_array(w, NULL);
		jsw_int(w, NULL, t->holds[i].trigger);
		jsw_int(w, NULL, t->holds[i].entity);
		jsw_int(w, NULL, t->holds[i].due);
		jsw_end(w);
	}
	jsw_end(w);
}

bool
script_hold_read(const struct js *v, struct strand *t)
{
	const struct js *one;
	int64_t trigger, due;
	size_t i;

	if (v == NULL)
		return true;
	if (js_type(v) != JS_ARRAY || js_size(v) > SCRIPT_HOLDS_MAX)
		return false;
	for (i = 0; i < js_size(v); i++) {
		one = js_at(v, i);
		trigger = js_type(one) == JS_ARRAY ? js_int(js_at(one, 0), -1) : -1;
		due = js_int(js_at(one, 2), -1);
		if (trigger < 0 || trigger >= RULE_PARTS_MAX || due < 0)
			return false;
		script_hold_put(t, (unsigned int)trigger, js_int(js_at(one, 1), 0), due);
	}
	return true;
}
