/* SPDX-License-Identifier: ISC
 *
 * fan: a speed in percent or by steps, a preset, a swing and a direction.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

#define FAN_SPEED NUMBER("percentage", SERVICE_INT, 0, 100), .feature = FEATURE_FAN_SPEED, \
	.attribute = "percentage", .tolerance = 2, .step = "percentage_step"
#define FAN_PRESET TEXT("preset_mode", 64), .feature = FEATURE_FAN_PRESET, \
	.options = "preset_modes", .attribute = "preset_mode"
static const struct service_field on[] = {
	{ FAN_SPEED },
	{ FAN_PRESET },
	{ 0 },
};
static const struct service_field speed[] = {
	{ FAN_SPEED, .required = true },
	{ 0 },
};
static const struct service_field preset[] = {
	{ FAN_PRESET, .required = true },
	{ 0 },
};
static const struct service_field step[] = {
	{ NUMBER("percentage_step", SERVICE_INT, 0, 100) },
	{ 0 },
};
static const struct service_field swing[] = {
	{ .name = "oscillating", .type = SERVICE_BOOL, .max = 1, .required = true,
	    .attribute = "oscillating" },
	{ 0 },
};
static const struct service_field direction[] = {
	{ TEXT("direction", 7), .required = true, .attribute = "direction" },
	{ 0 },
};

/* Turning a fan on at 0 percent is turning it off; setting 0 percent is a speed like any other. */
static enum rc
resolve(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	const char *way = js_get_string(data, "direction");

	(void)e;
	(void)caps;
	if (way != NULL && strcmp(way, "forward") != 0 && strcmp(way, "reverse") != 0)
		return fault_set(f, RC_INVALID, "direction", "must be forward or reverse");
	if (js_get(data, "percentage") != NULL && js_real(js_get(data, "percentage"), 0) == 0)
		*s = service_find("fan", "turn_off");
	return RC_OK;
}

/* One step of the fan's own, or of the size that was asked for, from where it is now. */
static enum rc
resolve_step(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	double way = strcmp((*s)->name, "increase_speed") == 0 ? 1 : -1, now, size;
	const struct js *asked = js_get(data, "percentage_step");
	struct js *attributes = NULL;

	(void)f;
	js_parse(e->state.attributes, strlen(e->state.attributes), JS_LAX_KEYS, &attributes, NULL);
	now = js_real(js_get(attributes, "percentage"), 0);
	js_free(attributes);
	size = fmin(100, fmax(1, js_real(js_get(caps, "percentage_step"), 1)));
	now = asked != NULL ? now + way * js_real(asked, 0) :
	    floor((ceil(now / size - 1e-9) + way) * size + 1e-9);
	js_set(data, "percentage", js_new_int((int64_t)fmin(100, fmax(0, now))));
	*s = service_find("fan", "set_percentage");
	return RC_OK;
}

const struct service service_fan[] = {
	ON_OFF("fan", on, NULL, resolve),
	{ .domain = "fan", .name = "set_percentage", .fields = speed, .feature = FEATURE_FAN_SPEED },
	{ .domain = "fan", .name = "increase_speed", .fields = step, .feature = FEATURE_FAN_SPEED,
	    .once = true, .resolve = resolve_step },
	{ .domain = "fan", .name = "decrease_speed", .fields = step, .feature = FEATURE_FAN_SPEED,
	    .once = true, .resolve = resolve_step },
	{ .domain = "fan", .name = "set_preset_mode", .fields = preset,
	    .feature = FEATURE_FAN_PRESET },
	{ .domain = "fan", .name = "oscillate", .part = "swing", .fields = swing,
	    .feature = FEATURE_FAN_OSCILLATE },
	{ .domain = "fan", .name = "set_direction", .part = "direction", .fields = direction,
	    .feature = FEATURE_FAN_DIRECTION, .resolve = resolve },
	{ 0 },
};

static const struct reversal_field preset_before[] = {
	{ WAS("preset_mode", "preset_mode") },
	{ 0 },
};
static const struct reversal_field speed_before[] = {
	{ WAS("percentage", "percentage"), .optional = true },
	{ 0 },
};
static const struct reversal_field swing_before[] = {
	{ WAS("oscillating", "oscillating") },
	{ 0 },
};
static const struct reversal_field direction_before[] = {
	{ WAS("direction", "direction") },
	{ 0 },
};

const struct reversal reversal_fan[] = {
	{ .part = "swing", .service = "oscillate", .fields = swing_before },
	{ .part = "direction", .service = "set_direction", .fields = direction_before },
	{ .states = { "off" }, .service = "turn_off" },
	{ .states = { "on" }, .service = "turn_on", .fields = preset_before },
	{ .states = { "on" }, .service = "turn_on", .fields = speed_before },
	{ 0 },
};
