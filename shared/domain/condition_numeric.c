/* SPDX-License-Identifier: ISC
 *
 * Condition "numeric_state": every named entity's number lies in the range above < value < below.
 */
#include "shared/domain/condition.h"
#include "shared/domain/numeric.h"

static const struct field fields[] = {
	NUMERIC_FIELDS("all of these"),
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	const struct numeric *n;
	enum rc rc = numeric_read(v, a, &n, f);

	if (rc != RC_OK)
		return rc;
	c->entities = n->who;
	c->data = n;
	return RC_OK;
}

static bool
holds(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct numeric *n = c->data;
	const struct live *l;
	size_t i;

	for (i = 0; i < n->who.n; i++) {
		if ((l = house_find_id(x->house, n->who.ids[i])) == NULL) {
			buf_printf(why, "%s does not exist", n->who.ids[i]);
			return false;
		}
		if (!numeric_holds(n, l, x, true, why))
			return false;
	}
	rule_say_seen(&n->who, n->attribute, x, why);
	numeric_say_limits(n, x, why);
	return true;
}

const struct condition_ops condition_numeric = {
	.name = "numeric_state", .title = "A number is in a range",
	.help = "numbers are above or below a limit, or between two",
	.fields = fields, .compile = compile, .holds = holds
};
