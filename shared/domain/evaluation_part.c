/* SPDX-License-Identifier: ISC
 *
 * The parts of a rule that ran, found by where they stand in it.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/evaluation_part.h"
#include "shared/domain/secret.h"

struct js *
evaluation_rule_then(struct db *db, const char *kind, const char *id, int64_t time, struct mem_arena *a)
{
	struct revision r = { .number = INT64_MAX };
	struct js *rule = NULL;

	do {
		if (store_revision_below(db, kind, id, r.number, a, &r) != RC_OK)
			return NULL;
	} while (r.time > time);
	js_parse(r.snapshot, strlen(r.snapshot), JS_STRICT, &rule, NULL);
	return rule;
}

/* A list of one may stand alone, and a branch may be its sequence itself. */
static const struct js *
member(const struct js *v, const char *name, size_t n)
{
	char key[32];
	const struct js *found;

	if (n >= sizeof(key))
		return NULL;
	memcpy(key, name, n);
	key[n] = '\0';
	found = js_type(v) == JS_OBJECT ? js_get(v, key) : NULL;
	return found != NULL || strcmp(key, "sequence") != 0 ? found : v;
}

const struct js *
evaluation_part(const struct js *rule, const char *place)
{
	const struct js *v = rule;
	unsigned long i;
	char *end;
	size_t n;

	while (v != NULL && *place != '\0') {
		if (*place == '[') {
			i = strtoul(place + 1, &end, 10);
			if (*end != ']')
				return NULL;
			v = js_type(v) != JS_ARRAY ? v : i < js_size(v) ? js_at(v, i) : NULL;
			place = end + 1;
			continue;
		}
		place += *place == '.';
		n = strcspn(place, ".[");
		if (strcmp(place, "repeat") == 0)
			break;		/* what is repeated has places of its own: this one is the action */
		v = member(v, place, n);
		place += n;
	}
	return v;
}

/* What has places of its own. */
static bool
is_inside(const char *key)
{
	static const char *const keys[] = { "then", "else", "choose", "default", "sequence", "parallel" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static struct js *
itself(const struct js *part)
{
	struct js *out, *repeat;
	void *it;

	if (js_type(part) != JS_OBJECT)
		return js_ref(part);
	out = js_new_object();
	for (it = js_iter(part); it != NULL; it = js_iter_next(part, it))
		js_set(out, js_iter_key(it), is_inside(js_iter_key(it)) ? js_new_array() :
		    js_ref(js_iter_value(it)));
	if (js_type(js_get(part, "repeat")) == JS_OBJECT) {
		repeat = js_copy(js_get(part, "repeat"));
		js_unset(repeat, "sequence");
		js_set(out, "repeat", repeat);
	}
	return out;
}

void
evaluation_part_write(struct jsw *w, const struct js *part)
{
	struct js *own = part != NULL ? itself(part) : NULL;
	struct js *shown = own != NULL ? secret_shown(own) : NULL;
	struct buf b = { .max = EVALUATION_PART_MAX + 1 };

	js_dump(shown, &b);
	jsw_string(w, "alias", js_type(part) == JS_OBJECT ? js_get_string(part, "alias") : NULL);
	if (shown != NULL && b.len <= EVALUATION_PART_MAX)
		jsw_value(w, "action", shown);
	else
		jsw_null(w, "action");
	buf_free(&b);
	js_free(shown);
	js_free(own);
}
