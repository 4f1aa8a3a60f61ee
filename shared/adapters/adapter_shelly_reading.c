/* SPDX-License-Identifier: ISC
 *
 * A reading of a component: one row of adapter_shelly_reading.def each.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"
#include "shared/adapters/adapter_value.h"

static const struct reading {
	const char	*component, *path, *id, *name, *unit, *device_class, *state_class, *category;
	const char	*word;		/* that is looked for in a list */
	bool		 enabled, binary;
} readings[] = {
#define R(component, path, id, name, unit, class, state_class, category, enabled) \
	{ component, path, id, name, unit, class, state_class, category, NULL, enabled, false },
#define B(component, path, id, name, class, category, word) \
	{ component, path, id, name, NULL, class, NULL, category, word, true, true },
#include "shared/adapters/adapter_shelly_reading.def"
#undef R
#undef B
};
#define READINGS (sizeof(readings) / sizeof(readings[0]))

struct own {
	const struct reading *row;
};

static bool
is_of(const struct reading *r, const char *component)
{
	size_t n = strcspn(component, ":");

	return strlen(r->component) == n && strncmp(r->component, component, n) == 0;
}

static const struct js *
value_at(const struct js *o, const char *path)
{
	size_t n;

	for (n = strcspn(path, "."); path[n] == '.'; n = strcspn(path, ".")) {
		o = js_getn(o, path, n);
		path += n + 1;
	}
	return js_get(o, path);
}

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *id = js_get_string(config, "reading");
	const char *component = js_get_string(config, "component");
	struct own *own;
	size_t i;

	for (i = 0; i < READINGS; i++)
		if (id != NULL && is_of(&readings[i], component) && strcmp(readings[i].id, id) == 0)
			break;
	if (i == READINGS)
		return fault_set(f, RC_INVALID, "reading", "no reading that we know");
	b->own = own = mem_xcalloc(1, sizeof(*own));
	own->row = &readings[i];
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	const struct own *own = b->own;

	if (own->row->state_class != NULL)
		js_set(caps, "state_class", js_new_string(own->row->state_class));
}

static bool
lists(const struct js *list, const char *word)
{
	const char *s;
	size_t i;

	for (i = 0; i < js_size(list); i++)
		if ((s = js_string(js_at(list, i), NULL)) != NULL && strcmp(s, word) == 0)
			return true;
	return false;
}

static enum report_result
decode_binary(struct shelly_decode *d, const struct reading *r, const struct js *v)
{
	if (r->word != NULL) {
		/* Without any error the list is left out of what is complete. */
		if (v == NULL && !d->full)
			return REPORT_NOTHING;
		return adapter_family_set(d->r, lists(v, r->word) ? "on" : "off");
	}
	if (v == NULL)
		return REPORT_NOTHING;
	if (js_type(v) != JS_TRUE && js_type(v) != JS_FALSE)
		return shelly_decode_bad(d, "neither true nor false");
	return adapter_family_set(d->r, js_bool(v, false) ? "on" : "off");
}

/* A wall display without a sensor reports a cold below all colds and less water than none. */
static bool
is_impossible(const struct reading *r, const struct js *v)
{
	return (strcmp(r->component, "temperature") == 0 && js_real(v, 0) < -273.15) ||
	    (strcmp(r->component, "humidity") == 0 && js_real(v, 0) < 0);
}

static enum report_result
decode(struct shelly_decode *d)
{
	const struct own *own = d->b->own;
	const struct reading *r = own->row;
	const struct js *v = value_at(d->o, r->path);

	if (r->binary)
		return decode_binary(d, r, v);
	if (v == NULL)
		return REPORT_NOTHING;
	if (js_is_null(v) || is_impossible(r, v))	/* the sensor does not answer the device */
		return adapter_family_set(d->r, NULL);
	if (r->state_class != NULL && !js_is_number(v))
		return shelly_decode_bad(d, "not a number");
	if (adapter_family_set_value(d->r, v, d->a) != REPORT_OK)
		return shelly_decode_bad(d, "no value");
	return REPORT_OK;
}

const struct shelly_kind shelly_reading = {
	.name = "reading", .setup = setup, .describe = describe, .decode = decode,
};

/* ---- which there are ---- */

/* Errors are told of by what measures a power. */
static bool
has(const struct reading *r, const struct js *status)
{
	if (r->word == NULL)
		return value_at(status, r->path) != NULL;
	return js_get(status, "apower") != NULL;
}

/* "Power", or "Kitchen Power" where a device has several. */
static const char *
name_of(const struct shelly_build *s, const struct reading *r, const char *component)
{
	const char *channel = shelly_build_channel(s, component);

	return channel == NULL ? r->name : mem_printf(s->b.a, "%s %s", channel, r->name);
}

void
shelly_reading_entities(struct shelly_build *s, const char *component, const struct js *status)
{
	const struct reading *r;
	struct js *config;

	for (r = readings; r < readings + READINGS; r++) {
		struct announced_entity e = {
			.domain = r->binary ? "binary_sensor" : "sensor", .enabled = r->enabled,
			.unit = r->unit, .device_class = r->device_class, .category = r->category,
		};

		if (!is_of(r, component) || !has(r, status))
			continue;
		e.name = name_of(s, r, component);
		config = js_new_object();
		js_set(config, "reading", js_new_string(r->id));
		shelly_build_add(s, component, r->id, &e, "reading", config);
	}
}
