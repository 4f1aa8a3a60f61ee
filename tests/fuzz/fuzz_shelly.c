/* SPDX-License-Identifier: ISC
 *
 * A Shelly device: its three answers, a message that comes in on all its topics, and the list of what was
 * added to it, between lines of "%%".
 */
#include "shared/adapters/adapter_shelly.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { MESSAGE = 3, PARTS = 5 };
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_shelly.open();
	struct part p[PARTS];
	int i;

	family_cut(data, size, p, PARTS, a);
	family_announce(&adapter_shelly, ad, "shelly/online", (struct part){ "true", 4 }, p[MESSAGE], a);
	for (i = 0; i < PARTS; i++)
		if (i != MESSAGE)
			family_announce(&adapter_shelly, ad, "consciousness-shelly/ask/shelly/rpc", p[i],
			    p[MESSAGE], a);
	family_announce(&adapter_shelly, ad, "shelly/online", (struct part){ "", 0 }, p[MESSAGE], a);
	adapter_shelly.close(ad);
	mem_arena_free(a);
	return 0;
}
