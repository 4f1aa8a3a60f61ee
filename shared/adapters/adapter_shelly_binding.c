/* SPDX-License-Identifier: ISC
 *
 * An entity that is listened to: its kind, its device, and what the kind keeps for it.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"
#include "shared/adapters/adapter_shelly_kinds.h"

static const struct shelly_kind *const kinds[] = {
	&shelly_switch, &shelly_light, &shelly_cover, &shelly_input, &shelly_button, &shelly_reading,
	&shelly_update, &shelly_restart, &shelly_started, &shelly_virtual, &shelly_shown, &shelly_climate,
};

static const struct shelly_kind *
find(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

static enum rc
fill(struct binding *b, const struct js *config, struct fault *f)
{
	const char *component = shelly_decode_text(config, "component"), *colon;
	enum rc rc;

	if ((b->kind = find(js_get_string(config, "kind"))) == NULL)
		return fault_set(f, RC_INVALID, "kind", "no kind of entity that we know");
	if (component == NULL || strpbrk(component, "+#/") != NULL)
		return fault_set(f, RC_INVALID, "component", "no component");
	b->dynamic = shelly_dynamic_find(component);
	if ((colon = strchr(component, ':')) != NULL)
		b->id = (uint16_t)strtoul(colon + 1, NULL, 10);
	if ((rc = shelly_device_get(b->ad, js_get(config, "device"), &b->device, f)) != RC_OK)
		return rc;
	if (b->kind->setup != NULL && (rc = b->kind->setup(b, config, f)) != RC_OK)
		return rc;
	b->topics = shelly_device_topics(b->device, component);
	return RC_OK;
}

enum rc
shelly_binding_new(struct adapter *ad, const struct js *config, bool was_available,
    struct binding **out, struct fault *f)
{
	struct binding *b = mem_xcalloc(1, sizeof(*b));
	enum rc rc;

	b->ad = ad;
	if ((rc = fill(b, config, f)) != RC_OK) {
		shelly_binding_free(b);
		return rc;
	}
	b->available = was_available || b->device->sleep_s > 0;
	*out = b;
	return RC_OK;
}

void
shelly_binding_free(struct binding *b)
{
	if (b == NULL)
		return;
	shelly_device_drop(b->ad, b->device);
	if (b->own != NULL && b->kind->teardown != NULL)
		b->kind->teardown(b);
	free(b->own);
	free(b);
}

static void
describe(const struct binding *b, struct js *caps)
{
	if (b->kind->describe != NULL)
		b->kind->describe(b, caps);
}

const struct adapter_family shelly_family = {
	.name = "shelly", .entities_max = SHELLY_ENTITIES_MAX,
	.make = shelly_binding_new, .unmake = shelly_binding_free, .describe = describe,
};
