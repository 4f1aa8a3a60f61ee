/* SPDX-License-Identifier: ISC
 *
 * An input: a switch that is on or off, or a button whose presses are events.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"

static enum report_result
decode_switch(struct shelly_decode *d)
{
	const struct js *state = js_get(d->o, "state");

	if (js_type(state) != JS_TRUE && js_type(state) != JS_FALSE)
		return REPORT_NOTHING;
	return adapter_family_set(d->r, js_bool(state, false) ? "on" : "off");
}

const struct shelly_kind shelly_input = {
	.name = "input", .decode = decode_switch,
};

static const char *const types[] = { "btn_down", "btn_up", "single_push", "double_push", "triple_push",
	"long_push" };
#define TYPES (sizeof(types) / sizeof(types[0]))

static void
describe(const struct binding *b, struct js *caps)
{
	struct js *list = js_new_array();
	size_t i;

	(void)b;
	for (i = 0; i < TYPES; i++)
		js_append(list, js_new_string(types[i]));
	js_set(caps, "event_types", list);
}

/* The state of an event is when it happened. */
static enum report_result
happened(struct shelly_decode *d, const char *event)
{
	size_t i;

	for (i = 0; i < TYPES && strcmp(types[i], event) != 0; i++)
		continue;
	if (i == TYPES)
		return REPORT_NOTHING;
	if (js_is_number(js_get(d->o, "idx")))	/* which one of several */
		adapter_report_put(d->r, "idx", js_ref(js_get(d->o, "idx")));
	return adapter_family_happened(d->r, event, d->m->now_ms, d->a);
}

const struct shelly_kind shelly_button = {
	.name = "button", .describe = describe, .happened = happened,
};
