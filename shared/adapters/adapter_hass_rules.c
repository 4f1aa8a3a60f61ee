/* SPDX-License-Identifier: ISC
 *
 * What an announcement may say beyond the types of its keys. What contradicts itself is refused; what only nobody
 * knows is taken as not said, for a newer device is of use without it. Checked when it is announced and never
 * again: what the house took once goes on to work.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/log.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* ---- device classes ---- */

static const struct {
	const char	*domain, *name;
	enum hass_class	 class;
} classes[] = {
#define X(domain, name, class) { #domain, name, HASS_CLASS_##class },
#include "shared/adapters/adapter_hass_class.def"
#undef X
};

enum hass_class
hass_rules_class(const char *domain, const char *device_class)
{
	bool any = false;
	size_t i;

	for (i = 0; i < COUNT(classes); i++) {
		if (strcmp(classes[i].domain, domain) != 0)
			continue;
		any = true;
		if (strcmp(classes[i].name, device_class) == 0)
			return classes[i].class;
	}
	return any ? HASS_CLASS_UNKNOWN : HASS_CLASS_WORD;
}

/* ---- one key ---- */

static bool
is_qos(const struct js *v)
{
	double d;

	return !adapter_value_numeric(v, &d) || d == 0 || d == 1 || d == 2;
}

static bool
is_duration(const struct js *v)
{
	double d;

	return !adapter_value_numeric(v, &d) || d >= 0;
}

static bool
is_mode(const struct js *v)
{
	const char *s = js_string(v, NULL);

	return s != NULL && (strcmp(s, "latest") == 0 || strcmp(s, "all") == 0 || strcmp(s, "any") == 0);
}

/* Of a text or a list: all of it is the word, or nothing. */
static bool
is_alone(const struct js *v, const char *word)
{
	size_t i, n = js_type(v) == JS_ARRAY ? js_size(v) : 1, same = 0;
	const char *s;

	for (i = 0; i < n; i++)
		same += (s = js_string(js_type(v) == JS_ARRAY ? js_at(v, i) : v, NULL)) != NULL &&
		    strcmp(s, word) == 0;
	return same == 0 || same == n;
}

/* A lamp that can only be switched, or only be dimmed, has no other mode. */
static bool
are_modes(const struct js *v)
{
	return is_alone(v, "onoff") && is_alone(v, "brightness");
}

static bool
is_filled(const struct js *v)
{
	return js_type(v) != JS_ARRAY || js_size(v) > 0;
}

/* Numbers that are none are told by whoever reads the key. */
static const struct {
	const char	*key;
	bool		(*allowed)(const struct js *v);
	const char	*must;
} keys[] = {
	{ "qos", is_qos, "0, 1 or 2" },
	{ "expire_after", is_duration, "a number of seconds, 0 or more" },
	{ "off_delay", is_duration, "a number of seconds, 0 or more" },
	{ "availability_mode", is_mode, "latest, all or any" },
	{ "supported_color_modes", are_modes, "onoff alone, brightness alone, or others" },
	{ "options", is_filled, "a list with at least one item" },
};

/* Keys that nobody knows are no fault. */
static bool
is_key(const struct hass_component *c, const char *name)
{
	size_t i;

	for (i = 0; i < HASS_OWN + c->n_keys; i++)
		if (strcmp(hass_shape_key(c, (int)i)->name, name) == 0)
			return true;
	return false;
}

/* ---- several keys ---- */

static bool
says(const struct js *config, const char *key)
{
	const struct js *v = js_get(config, key);
	size_t n;

	return !js_is_null(v) && is_filled(v) && (js_string(v, &n) == NULL || n > 0);
}

/* Words are not counted, and have no unit. */
static enum rc
check_words(const struct js *config, struct fault *f)
{
	static const char *const numeric[] = { "state_class", "unit_of_measurement" };
	const char *class = js_get_string(config, "device_class");
	bool words = class != NULL && strcmp(class, "enum") == 0;
	size_t i;

	for (i = 0; i < COUNT(numeric); i++)
		if ((words || says(config, "options")) && says(config, numeric[i]))
			return fault_set(f, RC_INVALID, numeric[i],
			    "%s cannot be used with options or device_class enum: words are no numbers",
			    numeric[i]);
	return RC_OK;
}

enum rc
hass_rules_check(const struct js *config, const struct hass_component *c, struct fault *f)
{
	const struct js *v;
	size_t i;

	for (i = 0; i < COUNT(keys); i++)
		if (!js_is_null(v = js_get(config, keys[i].key)) && is_key(c, keys[i].key) && !keys[i].allowed(v))
			return fault_set(f, RC_INVALID, keys[i].key, "%s must be %s", keys[i].key, keys[i].must);
	if (says(config, "availability") && says(config, "availability_topic"))
		return fault_set(f, RC_INVALID, "availability_topic",
		    "availability_topic cannot be used together with availability");
	return strcmp(c->name, "sensor") == 0 ? check_words(config, f) : RC_OK;
}

/* ---- what nobody knows ---- */

static void
forget(struct js *config, const char *key, const struct hass_component *c, const char *source)
{
	log_info(source, "%s \"%.60s\" of a %s is none that we know: taken as not given", key,
	    js_get_string(config, key), c->name);
	js_unset(config, key);
}

void
hass_rules_tidy(struct js *config, const struct hass_component *c, const char *source)
{
	static const char *const state_classes[] = { "measurement", "measurement_angle", "total",
		"total_increasing" };
	const char *class = js_get_string(config, "device_class"), *counted = js_get_string(config, "state_class");
	size_t i = 0;

	if (class != NULL && *class != '\0' && hass_rules_class(c->name, class) == HASS_CLASS_UNKNOWN)
		forget(config, "device_class", c, source);
	if (counted == NULL || !is_key(c, "state_class"))
		return;
	while (i < COUNT(state_classes) && strcmp(state_classes[i], counted) != 0)
		i++;
	if (i == COUNT(state_classes))
		forget(config, "state_class", c, source);
}
