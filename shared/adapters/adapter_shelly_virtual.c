/* SPDX-License-Identifier: ISC
 *
 * Virtual components: values that scripts and people keep in a device, and buttons without a wire.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"
#include "shared/adapters/adapter_value.h"

#define OPTIONS_MAX 100

struct own {
	const struct shelly_dynamic	*type;
	struct js			*about;		/* what describes it, of the configuration */
	bool				 inverted;	/* it is on where the device says false */
};

/* What of the configuration describes the value: "min", "max", "step", "options", "state_class". */
static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *component = js_get_string(config, "component");
	const struct shelly_dynamic *type = shelly_dynamic_find(component);
	struct own *own;

	if (type == NULL)
		return fault_set(f, RC_INVALID, "component", "no component that can be added");
	b->own = own = mem_xcalloc(1, sizeof(*own));
	own->type = type;
	own->about = js_ref(js_get(config, "about"));
	own->inverted = js_bool(js_get(config, "inverted"), false);
	return RC_OK;
}

static void
teardown(struct binding *b)
{
	struct own *own = b->own;

	if (own != NULL)
		js_free(own->about);
}

static void
describe(const struct binding *b, struct js *caps)
{
	const struct own *own = b->own;
	void *it;

	for (it = js_iter(own->about); it != NULL; it = js_iter_next(own->about, it))
		js_set(caps, js_iter_key(it), js_ref(js_iter_value(it)));
}

static enum report_result
decode(struct shelly_decode *d)
{
	const struct own *own = d->b->own;
	const struct js *v = js_get(d->o, "value");

	if (v == NULL)
		return REPORT_NOTHING;
	if (js_is_null(v))
		return adapter_family_set(d->r, NULL);
	if (js_type(v) == JS_TRUE || js_type(v) == JS_FALSE)
		return adapter_family_set(d->r, js_bool(v, false) != own->inverted ? "on" : "off");
	if (adapter_family_set_value(d->r, v, d->a) != REPORT_OK)
		return shelly_decode_bad(d, "no value");
	return REPORT_OK;
}

static const char *
encode(struct shelly_encode *e, struct js *params)
{
	const struct own *own = e->b->own;
	const struct js *value = js_get(e->data, "value");

	if (value == NULL)
		value = js_get(e->data, "option");
	js_set(params, "id", js_new_int(e->b->id));
	if (value != NULL)
		js_set(params, "value", js_ref(value));
	else if (shelly_encode_is(e, "press"))
		js_set(params, "event", js_new_string("single_push"));
	else
		js_set(params, "value", js_new_bool(shelly_encode_is(e, "turn_on")));
	return own->type->set != NULL ? own->type->set : own->type->get;
}

const struct shelly_kind shelly_virtual = {
	.name = "virtual", .setup = setup, .teardown = teardown, .describe = describe, .decode = decode,
	.encode = encode,
};

const struct shelly_kind shelly_shown = {
	.name = "shown", .setup = setup, .teardown = teardown, .describe = describe, .decode = decode,
};

/* ---- which there are ---- */

static void
take_number(struct js *about, const struct js *o, const char *key, const char *as, double otherwise)
{
	js_set(about, as, js_new_real(js_real(js_get(o, key), otherwise)));
}

static void
about_number(const struct js *config, const struct js *ui, struct js *about)
{
	const char *view = shelly_decode_text(ui, "view");
	double step = js_real(js_get(ui, "step"), 1);

	take_number(about, config, "min", "min", -999999999999);
	take_number(about, config, "max", "max", 999999999999);
	js_set(about, "step", js_new_real(step >= 0.001 ? step : 0.001));
	js_set(about, "mode", js_new_string(view != NULL && strcmp(view, "slider") == 0 ? "slider" : "box"));
}

static void
about_enum(const struct js *config, struct js *about)
{
	const struct js *list = js_get(config, "options");
	struct js *out = js_new_array();
	const char *s;
	size_t i, n;

	for (i = 0; js_type(list) == JS_ARRAY && i < js_size(list) && js_size(out) < OPTIONS_MAX; i++)
		if ((s = js_string(js_at(list, i), &n)) != NULL && n <= SHELLY_TEXT_MAX)
			js_append(out, js_ref(js_at(list, i)));
	js_set(about, "options", out);
}

static void
about_text(const struct js *config, struct js *about)
{
	int64_t max = js_int(js_get(config, "max_len"), SHELLY_TEXT_MAX);

	js_set(about, "min", js_new_int(0));
	js_set(about, "max", js_new_int(max > 0 && max < SHELLY_TEXT_MAX ? max : SHELLY_TEXT_MAX));
	js_set(about, "mode", js_new_string("text"));
}

/* A label shows a value that nobody is to change; a service of the device may keep it to itself as well. */
static bool
is_settable(const struct js *config, const struct js *ui)
{
	const char *access = shelly_decode_text(config, "access"), *view = shelly_decode_text(ui, "view");

	return (access == NULL || strchr(access, 'w') != NULL) && (view == NULL || strcmp(view, "label") != 0);
}

static const char *
name_of(const struct shelly_build *s, const char *component)
{
	const char *name = shelly_build_channel(s, component);

	return name != NULL ? name : mem_printf(s->b.a, "%c%.*s %s", *component - 'a' + 'A',
	    (int)strcspn(component, ":") - 1, component + 1, strchr(component, ':') + 1);
}

void
shelly_virtual_add_button(struct shelly_build *s, const char *component)
{
	struct announced_entity press = { .domain = "button", .enabled = true, .name = name_of(s, component) };
	struct announced_entity event = { .domain = "event", .enabled = true, .device_class = "button",
		.name = mem_printf(s->b.a, "%s event", press.name) };

	shelly_build_add(s, component, NULL, &press, "virtual", js_new_object());
	shelly_build_add(s, component, "event", &event, "button", js_new_object());
}

void
shelly_virtual_add(struct shelly_build *s, const char *component)
{
	static const struct {
		const char	*type, *settable, *shown;
	} domains[] = {
		{ "boolean", "switch", "binary_sensor" }, { "number", "number", "sensor" },
		{ "enum", "select", "sensor" }, { "text", "text", "sensor" },
	};
	const struct js *config = js_get(s->config, component), *ui = js_get(js_get(config, "meta"), "ui");
	struct announced_entity e = { .enabled = true, .name = name_of(s, component) };
	struct js *about = js_new_object(), *o = js_new_object();
	bool settable = is_settable(config, ui);
	size_t i;

	for (i = 0; i < 3 && !shelly_dynamic_is(component, domains[i].type); i++)
		continue;
	e.domain = settable ? domains[i].settable : domains[i].shown;
	if (i == 1) {
		e.unit = mem_strdup(s->b.a, shelly_decode_text(ui, "unit"));
		if (settable)
			about_number(config, ui, about);
		else
			js_set(about, "state_class", js_new_string("measurement"));
	} else if (i == 2) {
		e.device_class = settable ? NULL : "enum";
		about_enum(config, about);
	} else if (i == 3 && settable)
		about_text(config, about);
	js_set(o, "about", about);
	shelly_build_add(s, component, NULL, &e, settable ? "virtual" : "shown", o);
}
