/* SPDX-License-Identifier: ISC
 *
 * A step of a run in a few words, out of what the rule said there when it ran.
 */
#include <string.h>

#include "shared/domain/evaluation.h"
#include "shared/domain/evaluation_part.h"
#include "shared/domain/program.h"

#define NAMED 4		/* ids and names that are said, of a list */

/* " light.a, light.b": a text, some of a list, or the keys of an object. */
static void
say_list(struct buf *b, const struct js *v, const char *before)
{
	size_t i, n = 0;
	void *it;

	if (js_type(v) == JS_STRING)
		buf_printf(b, "%s%s", before, js_string(v, NULL));
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v) && n < NAMED; i++)
		if (js_string(js_at(v, i), NULL) != NULL)
			buf_printf(b, "%s%s", n++ == 0 ? before : ", ", js_string(js_at(v, i), NULL));
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL && n < NAMED; it = js_iter_next(v, it))
		buf_printf(b, "%s%s", n++ == 0 ? before : ", ", js_iter_key(it));
	if ((js_type(v) == JS_ARRAY || js_type(v) == JS_OBJECT) && js_size(v) > n && n == NAMED)
		buf_puts(b, ", ...");
}

/* "turn on light.kitchen" */
static void
say_service(struct buf *b, const char *service, const struct js *action)
{
	static const char *const kinds[] = { "entity_id", "device_id", "area_id", "floor_id", "label_id" };
	const char *p = strchr(service, '.');
	size_t i;

	for (p = p != NULL ? p + 1 : service; *p != '\0'; p++)
		buf_putc(b, *p == '_' ? ' ' : *p);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		say_list(b, js_get(js_get(action, "target"), kinds[i]), " ");
	say_list(b, js_get(action, "entity_id"), " ");
}

/* "binary_sensor.door is open", else of which kind it is. */
static void
say_awaited(struct buf *b, const struct js *v, const char *state)
{
	const char *kind = rule_trigger_kind(v), *alias = js_get_string(v, "alias");

	if (js_type(v) == JS_STRING || alias != NULL) {
		buf_puts(b, alias != NULL ? alias : js_string(v, NULL));
		return;
	}
	if (js_get(v, "entity_id") == NULL) {
		buf_puts(b, kind != NULL ? kind : js_get_string(v, "condition") != NULL ?
		    js_get_string(v, "condition") : "it holds");
		return;
	}
	say_list(b, js_get(v, "entity_id"), "");
	if (js_get(v, state) == NULL)
		buf_puts(b, kind != NULL ? " changes" : " is as it should be");
	else
		say_list(b, js_get(v, state), " is ");
}

static void
say_each(struct buf *b, const char *before, const char *between, const struct js *v, const char *state)
{
	size_t i;

	buf_puts(b, before);
	if (js_type(v) != JS_ARRAY)
		say_awaited(b, v, state);
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v) && i < NAMED; i++) {
		buf_puts(b, i == 0 ? "" : between);
		say_awaited(b, js_at(v, i), state);
	}
}

static void
say_delay(struct mem_arena *a, struct buf *b, const struct js *v)
{
	int64_t ms;

	if (rule_duration(v, &ms, NULL) != RC_OK)
		buf_puts(b, "delay");
	else if (ms >= 60000 && ms < 3600000 && ms % 60000 == 0)
		buf_printf(b, "delay %lld min", (long long)ms / 60000);
	else
		buf_printf(b, "delay %s", evaluation_length(a, ms));
}

/* What there is no more to say of than its kind and what it is called. */
static void
say_kind(struct buf *b, const struct js *action)
{
	const struct js *count = js_get(js_get(action, "repeat"), "count");
	int i;

	for (i = 0; actions[i] != NULL && js_get(action, actions[i]->name) == NULL; i++)
		;
	if (actions[i] == NULL)
		return;
	buf_puts(b, actions[i]->title);
	if (js_type(count) == JS_INT)
		buf_printf(b, ": %lld", (long long)js_int(count, 0));
	else if (strcmp(actions[i]->name, "choose") != 0 && strcmp(actions[i]->name, "parallel") != 0)
		say_list(b, js_get(action, actions[i]->name), ": ");
}

static void
say_action(struct mem_arena *a, struct buf *b, const struct js *v)
{
	const char *service = js_get_string(v, js_get(v, "action") != NULL ? "action" : "service");

	if (service != NULL)
		say_service(b, service, v);
	else if (js_get(v, "delay") != NULL)
		say_delay(a, b, js_get(v, "delay"));
	else if (js_get(v, "wait_template") != NULL)
		say_each(b, "wait until ", "", js_get(v, "wait_template"), "to");
	else if (js_get(v, "wait_for_trigger") != NULL)
		say_each(b, "wait until ", " or ", js_get(v, "wait_for_trigger"), "to");
	else if (js_get(v, "if") != NULL)
		say_each(b, "if ", " and ", js_get(v, "if"), "state");
	else if (js_get(v, "conditions") != NULL && js_get(v, "condition") == NULL)
		say_each(b, "if ", " and ", js_get(v, "conditions"), "state");
	else if (rule_is_condition(v))
		say_each(b, "go on only if ", "", v, "state");
	else
		say_kind(b, v);
}

const char *
evaluation_part_words(const struct js *step, struct mem_arena *a)
{
	const char *alias = js_get_string(step, "alias");
	struct buf b = { .max = 120 };

	if (alias != NULL)
		buf_puts(&b, alias);
	else if (!js_is_null(js_get(step, "action")))
		say_action(a, &b, js_get(step, "action"));
	if (b.len == 0)
		buf_puts(&b, js_get_string(step, "place"));
	return buf_keep(&b, a);
}
