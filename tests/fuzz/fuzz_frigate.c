/* SPDX-License-Identifier: ISC
 *
 * Frigate: its list of cameras, an event, a message that comes in on all topics, and what is heard, between
 * lines of "%%".
 */
#include "shared/adapters/adapter_frigate.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { CAMERAS, EVENT, MESSAGE, HEARD, PARTS };
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_frigate.open();
	struct part p[PARTS];

	family_cut(data, size, p, PARTS, a);
	family_announce(&adapter_frigate, ad, "frigate/camera_activity", p[CAMERAS], p[MESSAGE], a);
	family_announce(&adapter_frigate, ad, "frigate/events", p[EVENT], p[MESSAGE], a);
	family_announce(&adapter_frigate, ad, "frigate/events", p[EVENT], p[MESSAGE], a);
	family_announce(&adapter_frigate, ad, "frigate/audio_detections", p[HEARD], p[MESSAGE], a);
	adapter_frigate.close(ad);
	mem_arena_free(a);
	return 0;
}
