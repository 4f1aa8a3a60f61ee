/* SPDX-License-Identifier: ISC
 *
 * An announcement and what follows it: the first line is the topic, then comes the payload up to a line
 * of "%%", then a message for every topic that was subscribed to.
 */
#include "shared/adapters/adapter_hass.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { SAID, MESSAGE, PARTS };
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_hass.open();
	struct part p[PARTS];
	const char *topic;

	family_cut(data, size, p, PARTS, a);
	topic = p[SAID].text;
	p[SAID].text = memchr(topic, '\n', p[SAID].len);
	if (p[SAID].text != NULL) {
		*p[SAID].text++ = '\0';
		p[SAID].len -= (size_t)(p[SAID].text - topic);
		family_announce(&adapter_hass, ad, topic, p[SAID], p[MESSAGE], a);
	}
	adapter_hass.close(ad);
	mem_arena_free(a);
	return 0;
}
