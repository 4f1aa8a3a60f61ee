/* SPDX-License-Identifier: ISC
 *
 * A radiator valve behind a Bluetooth gateway: it is told through the gateway.
 */
#include "shared/adapters/adapter_shelly_kinds.h"
#include "shared/domain/feature.h"

#define MIN_C 4
#define MAX_C 30

static void
describe(const struct binding *b, struct js *caps)
{
	struct js *modes = js_new_array();

	(void)b;
	js_append(modes, js_new_string("heat"));
	js_set(caps, "hvac_modes", modes);
	js_set(caps, "min_temp", js_new_int(MIN_C));
	js_set(caps, "max_temp", js_new_int(MAX_C));
	js_set(caps, "target_temp_step", js_new_real(0.1));
	js_set(caps, "supported_features", js_new_int(FEATURE_CLIMATE_TEMPERATURE));
}

/* It heats while it lets water through. */
static enum report_result
decode(struct shelly_decode *d)
{
	const struct js *target = js_get(d->o, "target_C"), *current = js_get(d->o, "current_C");
	const struct js *position = js_get(d->o, "pos");

	if (js_is_number(target))
		adapter_report_put(d->r, "temperature", js_ref(target));
	if (js_is_number(current))
		adapter_report_put(d->r, "current_temperature", js_ref(current));
	if (js_is_number(position))
		adapter_report_put(d->r, "hvac_action",
		    js_new_string(js_real(position, 0) > 0 ? "heating" : "idle"));
	return d->r->n_attributes == 0 ? REPORT_NOTHING : adapter_family_set(d->r, "heat");
}

static const char *
encode(struct shelly_encode *e, struct js *params)
{
	const struct js *target = js_get(e->data, "temperature");
	struct js *inner = js_new_object();

	if (target == NULL)	/* of its one mode */
		target = js_get(e->now->attributes, "temperature");
	js_set(inner, "id", js_new_int(0));
	if (js_is_number(target))
		js_set(inner, "target_C", js_ref(target));
	js_set(params, "id", js_new_int(e->b->id));
	js_set(params, "method", js_new_string("Trv.SetTarget"));
	js_set(params, "params", inner);
	return "BluTrv.Call";
}

const struct shelly_kind shelly_valve = {
	.name = "valve", .describe = describe, .decode = decode, .encode = encode,
};
