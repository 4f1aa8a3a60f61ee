/* SPDX-License-Identifier: ISC
 *
 * Values of a form of their own, one or a list of them, and groups of fields.
 */
#include <string.h>

#include "shared/base/field_int.h"

/* One, or each of a list. */
static enum rc
read_items(const struct field_shape *s, const struct js *js, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	bool many = js_type(js) == JS_ARRAY;
	size_t n = many ? js_size(js) : 1, i;
	struct field_value one = {0};
	const char **list;
	enum rc rc;

	if (n < s->least || n > s->most)
		return fault_set(f, RC_INVALID, NULL, "must hold %zu to %zu", s->least, s->most);
	v->n = n;
	if (s->of->read == NULL)
		return RC_OK;
	list = mem_alloc(a, (n + 1) * sizeof(*list));
	for (i = 0; i < n; i++) {
		if ((rc = s->of->read(many ? js_at(js, i) : js, a, &one, f)) != RC_OK)
			return many ? fault_in(f, rc, "", (int)i) : rc;
		list[i] = one.s;
	}
	v->list = list;
	return RC_OK;
}

enum rc
field_read_shape(const struct field_shape *s, const struct js *js, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	v->js = js;
	if (s->read != NULL)
		return s->read(js, a, v, f);
	if (s->of != NULL)
		return read_items(s, js, a, v, f);
	if (s->fields != NULL && js_type(js) != JS_OBJECT)
		return fault_set(f, RC_INVALID, NULL, "must be an object");
	return RC_OK;
}

static bool
in_group(const struct field *row, bool one_of)
{
	return one_of ? row->one_of : row->some_of;
}

static enum rc
check_group(const struct field *table, bool one_of, const struct field_value *values, struct fault *f)
{
	size_t rows = 0, given = 0, left, i;
	const char *first = NULL;
	char names[160] = "";

	for (i = 0; table[i].name != NULL; i++)
		if (in_group(&table[i], one_of)) {
			rows++;
			given += values[i].set;
		}
	if (rows == 0 || (one_of ? given == 1 : given > 0))
		return RC_OK;
	for (i = 0, left = rows; table[i].name != NULL; i++)
		if (in_group(&table[i], one_of)) {
			first = first == NULL ? table[i].name : first;
			strlcat(names, left == rows ? "" : left > 1 ? ", " : one_of ? " and " : " or ", sizeof(names));
			strlcat(names, table[i].name, sizeof(names));
			left--;
		}
	return fault_set(f, RC_INVALID, first, one_of ? "exactly one of %s must be given" : "%s must be given", names);
}

enum rc
field_check_groups(const struct field *table, const struct field_value *values, struct fault *f)
{
	enum rc rc = check_group(table, true, values, f);

	return rc == RC_OK ? check_group(table, false, values, f) : rc;
}
