/* SPDX-License-Identifier: ISC
 *
 * Questions about a device's messages, and the answers.
 */
#include <stdio.h>

#include "shared/domain/event.h"
#include "shared/domain/inspection.h"
#include "shared/store/store_device.h"

#define KEEP_MS (60 * 60 * 1000)

enum rc
inspection_ask(struct tx *tx, const char *device_id, struct mem_arena *a, int64_t *event, struct fault *f)
{
	struct device d;
	enum rc rc;

	if ((rc = store_device_get(tx->db, device_id, a, &d)) != RC_OK)
		return fault_set(f, rc, "id", "no device has the id \"%.80s\"", device_id);
	rc = event_append(tx, EVENT_INSPECTION, 0, mem_printf(a, "device.%s", d.id), NULL, event);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the question cannot be stored");
}

enum rc
inspection_answer(struct tx *tx, int64_t event, const char *answer)
{
	return store_inspection_put(tx, event, answer, tx->now_ms - KEEP_MS);
}
