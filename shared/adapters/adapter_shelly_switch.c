/* SPDX-License-Identifier: ISC
 *
 * An output that can be on or off.
 */
#include "shared/adapters/adapter_shelly_kinds.h"

static enum report_result
decode(struct shelly_decode *d)
{
	const struct js *output = js_get(d->o, "output");

	if (js_type(output) != JS_TRUE && js_type(output) != JS_FALSE)
		return REPORT_NOTHING;
	return adapter_family_set(d->r, js_bool(output, false) ? "on" : "off");
}

static const char *
encode(struct shelly_encode *e, struct js *params)
{
	js_set(params, "id", js_new_int(e->b->id));
	js_set(params, "on", js_new_bool(shelly_encode_is(e, "turn_on")));
	return "Switch.Set";
}

const struct shelly_kind shelly_switch = {
	.name = "switch", .decode = decode, .encode = encode,
};
