/* SPDX-License-Identifier: ISC
 *
 * The table of services and its generic readers.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/feature.h"
#include "shared/domain/service.h"

#define NUMBER(n, t, lo, hi) .name = n, .type = t, .min = lo, .max = hi
#define TEXT(n, hi) .name = n, .type = SERVICE_TEXT, .max = hi
#define COLOR(n, c, hi) .name = n, .type = SERVICE_NUMBERS, .count = c, .max = hi, \
	.need = SERVICE_NEED_COLOR

static const struct service_field light_on[] = {
	{ NUMBER("brightness", SERVICE_INT, 0, 255), .need = SERVICE_NEED_DIMMING,
	    .attribute = "brightness", .tolerance = 2 },
	{ NUMBER("brightness_pct", SERVICE_REAL, 0, 100), .need = SERVICE_NEED_DIMMING },
	{ NUMBER("brightness_step", SERVICE_INT, -255, 255), .need = SERVICE_NEED_DIMMING },
	{ NUMBER("brightness_step_pct", SERVICE_REAL, -100, 100), .need = SERVICE_NEED_DIMMING },
	{ NUMBER("color_temp_kelvin", SERVICE_INT, 500, 40000), .need = SERVICE_NEED_TINT,
	    .attribute = "color_temp_kelvin", .tolerance = 60 },
	{ NUMBER("color_temp", SERVICE_INT, 25, 2000), .need = SERVICE_NEED_TINT },
	{ COLOR("hs_color", 2, 360), .attribute = "hs_color", .tolerance = 10 },
	{ COLOR("rgb_color", 3, 255), .attribute = "rgb_color", .tolerance = 25 },
	{ COLOR("rgbw_color", 4, 255), .attribute = "rgbw_color", .tolerance = 25 },
	{ COLOR("rgbww_color", 5, 255), .attribute = "rgbww_color", .tolerance = 25 },
	{ COLOR("xy_color", 2, 1), .attribute = "xy_color", .tolerance = 0.05 },
	{ NUMBER("white", SERVICE_INT, 0, 255), .need = SERVICE_NEED_WHITE },
	{ NUMBER("transition", SERVICE_REAL, 0, 6553) },
	{ TEXT("effect", 255), .feature = FEATURE_LIGHT_EFFECT, .options = "effect_list",
	    .attribute = "effect" },
	{ TEXT("flash", 5) },
	{ 0 },
};
static const struct service_field light_off[] = {
	{ NUMBER("transition", SERVICE_REAL, 0, 6553) },
	{ TEXT("flash", 5) },
	{ 0 },
};
static const struct service_field cover_position[] = {
	{ NUMBER("position", SERVICE_INT, 0, 100), .required = true,
	    .attribute = "current_position", .tolerance = 2 },
	{ 0 },
};
static const struct service_field cover_tilt[] = {
	{ NUMBER("tilt_position", SERVICE_INT, 0, 100), .required = true,
	    .attribute = "current_tilt_position", .tolerance = 2 },
	{ 0 },
};
#define TEMPERATURE(n, bit) { NUMBER(n, SERVICE_REAL, -50, 150), .feature = bit, .low = "min_temp", \
	.high = "max_temp", .attribute = n, .tolerance = 0.05 }
static const struct service_field climate_temperature[] = {
	TEMPERATURE("temperature", FEATURE_CLIMATE_TEMPERATURE),
	TEMPERATURE("target_temp_low", FEATURE_CLIMATE_RANGE),
	TEMPERATURE("target_temp_high", FEATURE_CLIMATE_RANGE),
	{ TEXT("hvac_mode", 32), .options = "hvac_modes", .attribute = "" },
	{ 0 },
};
static const struct service_field climate_mode[] = {
	{ TEXT("hvac_mode", 32), .required = true, .options = "hvac_modes", .attribute = "" },
	{ 0 },
};
static const struct service_field climate_fan[] = {
	{ TEXT("fan_mode", 64), .required = true, .options = "fan_modes", .attribute = "fan_mode" },
	{ 0 },
};
static const struct service_field climate_preset[] = {
	{ TEXT("preset_mode", 64), .required = true, .options = "preset_modes",
	    .attribute = "preset_mode" },
	{ 0 },
};
static const struct service_field climate_swing[] = {
	{ TEXT("swing_mode", 64), .required = true, .options = "swing_modes",
	    .attribute = "swing_mode" },
	{ 0 },
};
static const struct service_field climate_humidity[] = {
	{ NUMBER("humidity", SERVICE_INT, 0, 100), .required = true, .low = "min_humidity",
	    .high = "max_humidity", .attribute = "humidity", .tolerance = 0.5 },
	{ 0 },
};
static const struct service_field lock_code[] = {
	{ TEXT("code", 64) },
	{ 0 },
};
static const struct service_field number_value[] = {
	{ NUMBER("value", SERVICE_REAL, -1e15, 1e15), .required = true, .low = "min", .high = "max",
	    .attribute = "", .tolerance = 0.01 },
	{ 0 },
};
static const struct service_field select_option[] = {
	{ TEXT("option", 255), .required = true, .options = "options", .attribute = "" },
	{ 0 },
};
static const struct service_field text_value[] = {
	{ TEXT("value", 255), .required = true, .low = "min", .high = "max", .attribute = "" },
	{ 0 },
};

#define FAN_SPEED NUMBER("percentage", SERVICE_INT, 0, 100), .feature = FEATURE_FAN_SPEED, \
	.attribute = "percentage", .tolerance = 2
#define FAN_PRESET TEXT("preset_mode", 64), .feature = FEATURE_FAN_PRESET, \
	.options = "preset_modes", .attribute = "preset_mode"
static const struct service_field fan_on[] = {
	{ FAN_SPEED },
	{ FAN_PRESET },
	{ 0 },
};
static const struct service_field fan_speed[] = {
	{ FAN_SPEED, .required = true },
	{ 0 },
};
static const struct service_field fan_preset[] = {
	{ FAN_PRESET, .required = true },
	{ 0 },
};
static const struct service_field fan_swing[] = {
	{ .name = "oscillating", .type = SERVICE_BOOL, .max = 1, .required = true,
	    .attribute = "oscillating" },
	{ 0 },
};
static const struct service_field fan_direction[] = {
	{ TEXT("direction", 7), .required = true, .attribute = "direction" },
	{ 0 },
};
static const struct service_field siren_on[] = {
	{ TEXT("tone", 64), .feature = FEATURE_SIREN_TONES, .options = "available_tones" },
	{ NUMBER("volume_level", SERVICE_REAL, 0, 1), .feature = FEATURE_SIREN_VOLUME },
	{ NUMBER("duration", SERVICE_INT, 1, 86400), .feature = FEATURE_SIREN_DURATION },
	{ 0 },
};

/* A fan at 0 percent is off. */
static enum rc
resolve_fan(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	const char *direction = js_get_string(data, "direction");

	(void)e;
	(void)caps;
	if (direction != NULL && strcmp(direction, "forward") != 0 && strcmp(direction, "reverse") != 0)
		return fault_set(f, RC_INVALID, "direction", "must be forward or reverse");
	if (js_get(data, "percentage") != NULL && js_real(js_get(data, "percentage"), 0) == 0)
		*s = service_find("fan", "turn_off");
	return RC_OK;
}

/* A set-point is one temperature or a pair; a mode alone has its own service. */
static enum rc
resolve_climate(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	const struct js *low = js_get(data, "target_temp_low"), *high = js_get(data, "target_temp_high");

	(void)e;
	(void)caps;
	(void)s;
	if (js_get(data, "temperature") == NULL && low == NULL && high == NULL)
		return fault_set(f, RC_INVALID, "temperature", "is required");
	if ((low == NULL) != (high == NULL))
		return fault_set(f, RC_INVALID, low == NULL ? "target_temp_low" : "target_temp_high",
		    "is required: the two limits go together");
	if (low != NULL && js_real(low, 0) > js_real(high, 0))
		return fault_set(f, RC_INVALID, "target_temp_low", "must not be above target_temp_high");
	return RC_OK;
}

#define ON_OFF(d, on_fields, off_fields, fn) \
	{ .domain = d, .name = "turn_on", .fields = on_fields, .expect = { "on" }, .resolve = fn }, \
	{ .domain = d, .name = "turn_off", .fields = off_fields, .expect = { "off" } }, \
	{ .domain = d, .name = "toggle", .fields = on_fields, .once = true, .when = { "on" }, \
	    .then = "turn_off", .otherwise = "turn_on" }

static const struct service services[] = {
	ON_OFF("light", light_on, light_off, service_light_resolve),
	ON_OFF("switch", NULL, NULL, NULL),
	{ .domain = "cover", .name = "open_cover", .feature = FEATURE_COVER_OPEN,
	    .expect = { "open", "opening" } },
	{ .domain = "cover", .name = "close_cover", .feature = FEATURE_COVER_CLOSE,
	    .expect = { "closed", "closing" } },
	{ .domain = "cover", .name = "stop_cover", .feature = FEATURE_COVER_STOP, .blind = true },
	{ .domain = "cover", .name = "set_cover_position", .fields = cover_position,
	    .feature = FEATURE_COVER_POSITION, .patience_s = 120 },
	{ .domain = "cover", .name = "open_cover_tilt", .part = "tilt", .feature = FEATURE_COVER_OPEN_TILT,
	    .blind = true },
	{ .domain = "cover", .name = "close_cover_tilt", .part = "tilt", .feature = FEATURE_COVER_CLOSE_TILT,
	    .blind = true },
	{ .domain = "cover", .name = "stop_cover_tilt", .part = "tilt", .feature = FEATURE_COVER_STOP_TILT,
	    .blind = true },
	{ .domain = "cover", .name = "set_cover_tilt_position", .part = "tilt", .fields = cover_tilt,
	    .feature = FEATURE_COVER_TILT_POSITION, .patience_s = 120 },
	{ .domain = "cover", .name = "toggle", .once = true, .when = { "closed", "closing" },
	    .then = "open_cover", .otherwise = "close_cover" },
	{ .domain = "climate", .name = "set_temperature", .part = "temperature", .fields = climate_temperature,
	    .feature = FEATURE_CLIMATE_TEMPERATURE | FEATURE_CLIMATE_RANGE,
	    .resolve = resolve_climate },
	{ .domain = "climate", .name = "set_hvac_mode", .part = "mode", .fields = climate_mode },
	{ .domain = "climate", .name = "set_fan_mode", .part = "fan", .fields = climate_fan,
	    .feature = FEATURE_CLIMATE_FAN },
	{ .domain = "climate", .name = "set_preset_mode", .part = "preset", .fields = climate_preset,
	    .feature = FEATURE_CLIMATE_PRESET },
	{ .domain = "climate", .name = "set_swing_mode", .part = "swing", .fields = climate_swing,
	    .feature = FEATURE_CLIMATE_SWING },
	{ .domain = "climate", .name = "set_humidity", .part = "humidity", .fields = climate_humidity,
	    .feature = FEATURE_CLIMATE_HUMIDITY },
	{ .domain = "climate", .name = "turn_on", .part = "mode", .feature = FEATURE_CLIMATE_TURN_ON,
	    .avoid = "off" },
	{ .domain = "climate", .name = "turn_off", .part = "mode", .feature = FEATURE_CLIMATE_TURN_OFF,
	    .expect = { "off" } },
	{ .domain = "climate", .name = "toggle", .part = "mode", .feature = FEATURE_CLIMATE_TURN_ON, .once = true,
	    .when = { "off" }, .then = "turn_on", .otherwise = "turn_off" },
	{ .domain = "lock", .name = "lock", .fields = lock_code, .expect = { "locked" } },
	{ .domain = "lock", .name = "unlock", .fields = lock_code,
	    .expect = { "unlocked", "open" } },
	{ .domain = "lock", .name = "open", .fields = lock_code, .feature = FEATURE_LOCK_OPEN,
	    .expect = { "open", "opening", "unlocked" } },
	{ .domain = "number", .name = "set_value", .fields = number_value },
	{ .domain = "select", .name = "select_option", .fields = select_option },
	{ .domain = "text", .name = "set_value", .fields = text_value },
	{ .domain = "button", .name = "press", .once = true, .blind = true },
	{ .domain = "scene", .name = "turn_on", .blind = true },
	ON_OFF("fan", fan_on, NULL, resolve_fan),
	{ .domain = "fan", .name = "set_percentage", .fields = fan_speed, .feature = FEATURE_FAN_SPEED,
	    .resolve = resolve_fan },
	{ .domain = "fan", .name = "set_preset_mode", .fields = fan_preset,
	    .feature = FEATURE_FAN_PRESET },
	{ .domain = "fan", .name = "oscillate", .part = "swing", .fields = fan_swing,
	    .feature = FEATURE_FAN_OSCILLATE },
	{ .domain = "fan", .name = "set_direction", .part = "direction", .fields = fan_direction,
	    .feature = FEATURE_FAN_DIRECTION, .resolve = resolve_fan },
	ON_OFF("siren", siren_on, NULL, NULL),
	{ .domain = "update", .name = "install", .feature = FEATURE_UPDATE_INSTALL, .once = true,
	    .expect = { "off" } },
};
#define SERVICES (sizeof(services) / sizeof(services[0]))

const struct service *
service_at(size_t i)
{
	return i < SERVICES ? &services[i] : NULL;
}

const struct service *
service_find(const char *domain, const char *name)
{
	size_t i;

	for (i = 0; i < SERVICES; i++)
		if (strcmp(services[i].domain, domain) == 0 && strcmp(services[i].name, name) == 0)
			return &services[i];
	return NULL;
}

static const struct service_field *
field_find(const struct service *s, const char *name)
{
	const struct service_field *p;

	for (p = s->fields; p != NULL && p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

/* Numbers also come as text, from command lines and templates. */
static bool
to_number(const struct js *v, double *out)
{
	const char *s = js_string(v, NULL);
	char *end;

	if (js_is_number(v)) {
		*out = js_real(v, 0);
		return isfinite(*out);
	}
	if (s == NULL || *s == '\0' || strlen(s) > 40)
		return false;
	*out = strtod(s, &end);
	return *end == '\0' && isfinite(*out);
}

static enum rc
out_of_range(const struct service_field *p, double low, double high, struct fault *f)
{
	return fault_set(f, RC_INVALID, p->name, "must be between %g and %g", low, high);
}

static enum rc
check_number(const struct service_field *p, const struct js *caps, const struct js *v,
    struct js **out, struct fault *f)
{
	double low = p->min, high = p->max, d;

	if (!to_number(v, &d))
		return fault_set(f, RC_INVALID, p->name, "must be a number");
	if (p->type == SERVICE_INT && d != floor(d))
		return fault_set(f, RC_INVALID, p->name, "must be a whole number");
	if (p->low != NULL)
		low = js_real(js_get(caps, p->low), low);
	if (p->high != NULL)
		high = js_real(js_get(caps, p->high), high);
	if (d < low || d > high)
		return out_of_range(p, low, high, f);
	/* A whole number stays one: devices are told 21, not 21.0, where 21 was asked for. */
	*out = d == floor(d) && (p->type == SERVICE_INT || js_type(v) != JS_REAL) && fabs(d) < 1e15 ?
	    js_new_int((int64_t)d) : js_new_real(d);
	return RC_OK;
}

static bool
is_option(const struct js *list, const char *s)
{
	const char *item;
	size_t i;

	for (i = 0; i < js_size(list); i++)
		if ((item = js_string(js_at(list, i), NULL)) != NULL && strcmp(item, s) == 0)
			return true;
	return false;
}

static enum rc
check_text(const struct service_field *p, const struct js *caps, const struct js *v,
    struct js **out, struct fault *f)
{
	double low = p->min, high = p->max;
	size_t n;
	const char *s = js_string(v, &n);

	if (s == NULL)
		return fault_set(f, RC_INVALID, p->name, "must be a text");
	if (p->low != NULL)
		low = js_real(js_get(caps, p->low), low);
	if (p->high != NULL)
		high = fmin(high, js_real(js_get(caps, p->high), high));
	if ((double)n < low || (double)n > high)
		return fault_set(f, RC_INVALID, p->name, "must have %g to %g bytes", low, high);
	if (p->options != NULL && !is_option(js_get(caps, p->options), s))
		return fault_set(f, RC_INVALID, p->name, "must be one of the entity's %s", p->options);
	*out = js_ref(v);
	return RC_OK;
}

static enum rc
check_numbers(const struct service_field *p, const struct js *v, struct js **out, struct fault *f)
{
	double d;
	int i;

	if (js_type(v) != JS_ARRAY || js_size(v) != (size_t)p->count)
		return fault_set(f, RC_INVALID, p->name, "must be a list of %d numbers", p->count);
	for (i = 0; i < p->count; i++) {
		if (!js_is_number(js_at(v, (size_t)i)))
			return fault_set(f, RC_INVALID, p->name, "must be a list of %d numbers",
			    p->count);
		d = js_real(js_at(v, (size_t)i), 0);
		if (d < p->min || d > p->max)
			return out_of_range(p, p->min, p->max, f);
	}
	*out = js_ref(v);
	return RC_OK;
}

static enum rc
check_value(const struct service_field *p, const struct js *caps, const struct js *v,
    struct js **out, struct fault *f)
{
	int64_t features = js_int(js_get(caps, "supported_features"), 0);

	if (p->feature != 0 && (features & p->feature) == 0)
		return fault_set(f, RC_UNSUPPORTED, p->name, "is nothing this entity can do");
	if (!service_light_can(caps, p->need))
		return fault_set(f, RC_UNSUPPORTED, p->name, "is nothing this light can do");
	switch (p->type) {
	case SERVICE_INT:
	case SERVICE_REAL:
		return check_number(p, caps, v, out, f);
	case SERVICE_TEXT:
		return check_text(p, caps, v, out, f);
	case SERVICE_NUMBERS:
		return check_numbers(p, v, out, f);
	default:
		if (js_type(v) != JS_TRUE && js_type(v) != JS_FALSE)
			return fault_set(f, RC_INVALID, p->name, "must be true or false");
		*out = js_ref(v);
		return RC_OK;
	}
}

static enum rc
check_members(const struct service *s, const struct js *caps, const struct js *data, struct js *out,
    struct fault *f)
{
	const struct service_field *p;
	struct js *value = NULL;
	enum rc rc;
	void *it;

	for (it = js_iter(data); it != NULL; it = js_iter_next(data, it)) {
		if ((p = field_find(s, js_iter_key(it))) == NULL)
			return fault_set(f, RC_INVALID, js_iter_key(it),
			    "is no parameter of %s.%s", s->domain, s->name);
		if ((rc = check_value(p, caps, js_iter_value(it), &value, f)) != RC_OK)
			return rc;
		js_set(out, p->name, value);
	}
	for (p = s->fields; p != NULL && p->name != NULL; p++)
		if (p->required && js_get(out, p->name) == NULL)
			return fault_set(f, RC_INVALID, p->name, "is required");
	return RC_OK;
}

enum rc
service_check(const struct service *s, const struct js *caps, const struct js *data,
    struct js **out, struct fault *f)
{
	int64_t features = js_int(js_get(caps, "supported_features"), 0);
	struct js *checked;
	enum rc rc;

	if (s->feature != 0 && (features & s->feature) == 0)
		return fault_set(f, RC_UNSUPPORTED, "service", "%s.%s is nothing this entity can do",
		    s->domain, s->name);
	if (data != NULL && js_type(data) != JS_OBJECT)
		return fault_set(f, RC_INVALID, "data", "must be an object");
	checked = js_new_object();
	if ((rc = check_members(s, caps, data, checked, f)) != RC_OK) {
		js_free(checked);
		return rc;
	}
	*out = checked;
	return RC_OK;
}

static bool
near(const struct js *a, const struct js *b, double tolerance)
{
	size_t i;

	if (js_type(a) == JS_ARRAY) {
		for (i = 0; i < js_size(a); i++)
			if (!near(js_at(a, i), js_at(b, i), tolerance))
				return false;
		return true;
	}
	if (!js_is_number(a))
		return js_equal(a, b);
	return js_is_number(b) && fabs(js_real(a, 0) - js_real(b, 0)) <= tolerance + 1e-9;
}

static bool
shows_value(const struct service_field *p, const struct js *wanted, const char *state,
    const struct js *attributes)
{
	const char *text = js_string(wanted, NULL), *have;
	char *end;
	double d;

	if (p->attribute[0] != '\0') {
		have = js_get_string(attributes, p->attribute);
		return text != NULL ? have != NULL && strcmp(text, have) == 0 :
		    near(wanted, js_get(attributes, p->attribute), p->tolerance);
	}
	if (text != NULL)
		return strcmp(text, state) == 0;
	d = strtod(state, &end);
	return end != state && *end == '\0' &&
	    fabs(d - js_real(wanted, 0)) <= p->tolerance + 1e-9 * fabs(d);
}

bool
service_shows(const struct service *s, const struct js *data, const char *state,
    const struct js *attributes)
{
	const struct service_field *p;
	const struct js *wanted;
	bool met = s->expect[0] == NULL;
	int i;

	if (s->blind || state == NULL || (s->avoid != NULL && strcmp(state, s->avoid) == 0))
		return false;
	for (i = 0; i < 4 && s->expect[i] != NULL; i++)
		met |= strcmp(state, s->expect[i]) == 0;
	for (p = s->fields; met && p != NULL && p->name != NULL; p++)
		if (p->attribute != NULL && (wanted = js_get(data, p->name)) != NULL)
			met = shows_value(p, wanted, state, attributes);
	return met;
}
