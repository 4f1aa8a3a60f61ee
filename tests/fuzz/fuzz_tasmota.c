/* SPDX-License-Identifier: ISC
 *
 * A Tasmota device: what it says in /config, a line of "%%", what it says in /sensors, a line of "%%", and a
 * message that comes in on all its topics.
 */
#include "shared/adapters/adapter_tasmota.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PREFIX "tasmota/discovery/DC4F22000001/"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { CONFIG, SENSORS, MESSAGE, PARTS };
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_tasmota.open();
	struct part p[PARTS];

	family_cut(data, size, p, PARTS, a);
	family_announce(&adapter_tasmota, ad, PREFIX "sensors", p[SENSORS], p[MESSAGE], a);
	family_announce(&adapter_tasmota, ad, PREFIX "config", p[CONFIG], p[MESSAGE], a);
	family_announce(&adapter_tasmota, ad, PREFIX "sensors", p[SENSORS], p[MESSAGE], a);
	family_announce(&adapter_tasmota, ad, PREFIX "config", (struct part){ "", 0 }, p[MESSAGE], a);
	adapter_tasmota.close(ad);
	mem_arena_free(a);
	return 0;
}
