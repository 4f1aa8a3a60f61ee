/* SPDX-License-Identifier: ISC
 *
 * What keeps a room warm: a radiator valve behind a Bluetooth gateway, which is told through the gateway, and
 * the thermostat of a wall display, which may also cool.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"
#include "shared/domain/feature.h"

struct climate {
	bool		 valve;		/* always on */
	const char	*mode;		/* when it is on */
	const char	*action;	/* while it works */
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	struct climate *c = b->own = mem_xcalloc(1, sizeof(*c));
	bool cools = js_bool(js_get(config, "cools"), false);

	(void)f;
	c->valve = b->dynamic != NULL;
	c->mode = cools ? "cool" : "heat";
	c->action = cools ? "cooling" : "heating";
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	const struct climate *c = b->own;
	struct js *modes = js_new_array();

	if (!c->valve)
		js_append(modes, js_new_string("off"));
	js_append(modes, js_new_string(c->mode));
	js_set(caps, "hvac_modes", modes);
	js_set(caps, "min_temp", js_new_int(c->valve ? 4 : 5));
	js_set(caps, "max_temp", js_new_int(c->valve ? 30 : 35));
	js_set(caps, "target_temp_step", js_new_real(c->valve ? 0.1 : 0.5));
	js_set(caps, "supported_features", js_new_int(FEATURE_CLIMATE_TEMPERATURE |
	    (c->valve ? 0 : FEATURE_CLIMATE_TURN_ON | FEATURE_CLIMATE_TURN_OFF)));
}

/* A valve works while it lets water through, a thermostat while its output is on. */
static enum report_result
decode(struct shelly_decode *d)
{
	const struct climate *c = d->b->own;
	const struct js *target = js_get(d->o, "target_C"), *current = js_get(d->o, "current_C");
	const struct js *position = js_get(d->o, "pos"), *output = js_get(d->o, "output");
	const struct js *enable = js_get(d->o, "enable");
	const char *was = d->now->state;
	bool on = c->valve || (enable != NULL ? js_bool(enable, true) : was == NULL || strcmp(was, "off") != 0);
	bool works = js_bool(output, false) || js_real(position, 0) > 0;

	if (js_is_number(target))
		adapter_report_put(d->r, "temperature", js_ref(target));
	if (js_is_number(current))
		adapter_report_put(d->r, "current_temperature", js_ref(current));
	if (!on)
		adapter_report_put(d->r, "hvac_action", js_new_string("off"));
	else if (position != NULL || output != NULL)
		adapter_report_put(d->r, "hvac_action", js_new_string(works ? c->action : "idle"));
	if (d->r->n_attributes == 0 && enable == NULL)
		return REPORT_NOTHING;
	return adapter_family_set(d->r, on ? c->mode : "off");
}

static const char *
encode_valve(struct shelly_encode *e, const struct js *target, struct js *params)
{
	struct js *inner = js_new_object();

	if (target == NULL)	/* of its one mode */
		target = js_get(e->now->attributes, "temperature");
	js_set(inner, "id", js_new_int(0));
	if (js_is_number(target))
		js_set(inner, "target_C", js_ref(target));
	js_set(params, "method", js_new_string("Trv.SetTarget"));
	js_set(params, "params", inner);
	return "BluTrv.Call";
}

static const char *
encode(struct shelly_encode *e, struct js *params)
{
	const struct climate *c = e->b->own;
	const struct js *target = js_get(e->data, "temperature");
	const char *mode = js_get_string(e->data, "hvac_mode");
	struct js *config;

	js_set(params, "id", js_new_int(e->b->id));
	if (c->valve)
		return encode_valve(e, target, params);
	if (mode == NULL && target == NULL)
		mode = shelly_encode_is(e, "turn_off") ? "off" : c->mode;
	config = js_new_object();
	js_set(config, "id", js_new_int(e->b->id));
	if (target != NULL)
		js_set(config, "target_C", js_ref(target));
	if (mode != NULL)
		js_set(config, "enable", js_new_bool(strcmp(mode, "off") != 0));
	js_set(params, "config", config);
	return "Thermostat.SetConfig";
}

const struct shelly_kind shelly_climate = {
	.name = "climate", .setup = setup, .describe = describe, .decode = decode, .encode = encode,
};
