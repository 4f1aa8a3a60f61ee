/* SPDX-License-Identifier: ISC
 *
 * An entity that is listened to: its kind, its device, and what the kind keeps for it.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

static enum rc
fill(struct binding *b, const struct js *config, struct fault *f)
{
	const char *kind = js_get_string(config, "kind");
	int64_t index = js_int(js_get(config, "index"), 0);
	enum rc rc;

	if (kind == NULL || (b->kind = tasmota_kind_find(kind)) == NULL)
		return fault_set(f, RC_INVALID, "kind", "no kind of entity that we know");
	if (index < 0 || index >= TASMOTA_LIST_MAX)
		return fault_set(f, RC_INVALID, "index", "index is out of range");
	b->index = (uint8_t)index;
	b->reads = b->kind->reads;
	b->n_reads = (uint8_t)b->kind->n_reads;
	b->poll_payload = b->kind->poll_payload;
	if ((rc = tasmota_device_get(b->ad, js_get(config, "device"), &b->device, f)) != RC_OK)
		return rc;
	if (b->kind->setup != NULL && (rc = b->kind->setup(b, config, f)) != RC_OK)
		return rc;
	b->topics = tasmota_device_topics(b->device, b->reads, b->n_reads, b->index);
	return RC_OK;
}

/* Whether some topic says that the device is there. */
static bool
has_lwt(const struct binding *b)
{
	size_t i;

	for (i = 0; i < b->topics->n; i++)
		if (b->topics->list[i].role == TASMOTA_LWT)
			return true;
	return false;
}

enum rc
tasmota_binding_new(struct adapter *ad, const struct js *config, bool was_available,
    struct binding **out, struct fault *f)
{
	struct binding *b = mem_xcalloc(1, sizeof(*b));
	enum rc rc;

	b->ad = ad;
	if ((rc = fill(b, config, f)) != RC_OK) {
		tasmota_binding_free(b);
		return rc;
	}
	b->available = was_available || b->device->sleeps || !has_lwt(b);
	*out = b;
	return RC_OK;
}

void
tasmota_binding_free(struct binding *b)
{
	if (b == NULL)
		return;
	tasmota_device_drop(b->ad, b->device);
	free(b->own);
	free(b);
}

static void
describe(const struct binding *b, struct js *caps)
{
	if (b->kind->describe != NULL)
		b->kind->describe(b, caps);
}

const struct adapter_family tasmota_family = {
	.name = "tasmota", .entities_max = TASMOTA_ENTITIES_MAX,
	.make = tasmota_binding_new, .unmake = tasmota_binding_free, .describe = describe,
};
