/* SPDX-License-Identifier: ISC
 *
 * Components that somebody added to the device: the whole status leaves them out, each is asked by itself.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"

static const struct shelly_dynamic types[] = {
	{ "boolean", "Boolean.GetStatus", "Boolean.Set" },
	{ "number", "Number.GetStatus", "Number.Set" },
	{ "enum", "Enum.GetStatus", "Enum.Set" },
	{ "text", "Text.GetStatus", "Text.Set" },
	{ "button", "Button.GetStatus", "Button.Trigger" },
	{ "bthomedevice", "BTHomeDevice.GetStatus", NULL },
	{ "bthomesensor", "BTHomeSensor.GetStatus", NULL },
	{ "blutrv", "BluTrv.GetStatus", "BluTrv.Call" },
};

bool
shelly_dynamic_is(const char *component, const char *type)
{
	size_t n = strlen(type);

	return strncmp(component, type, n) == 0 && component[n] == ':';
}

const struct shelly_dynamic *
shelly_dynamic_find(const char *component)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (shelly_dynamic_is(component, types[i].type))
			return &types[i];
	return NULL;
}

/* Both answers get what the list says, as if they had said it themselves. */
size_t
shelly_dynamic_merge(const struct js *list, struct js *config, struct js *status)
{
	const struct js *o;
	const char *key;
	size_t i, n = js_type(list) == JS_ARRAY ? js_size(list) : 0;

	for (i = 0; i < n; i++) {
		o = js_at(list, i);
		key = shelly_decode_text(o, "key");
		if (key == NULL || shelly_dynamic_find(key) == NULL)
			continue;
		if (js_type(js_get(o, "config")) == JS_OBJECT)
			js_set(config, key, js_ref(js_get(o, "config")));
		if (js_type(js_get(o, "status")) == JS_OBJECT)
			js_set(status, key, js_ref(js_get(o, "status")));
	}
	return n;
}
