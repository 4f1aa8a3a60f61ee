/* SPDX-License-Identifier: ISC
 *
 * A Shelly device: its three answers and a message that comes in on all its topics, between lines of "%%".
 */
#include "shared/adapters/adapter_shelly.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 4

/* Cuts the text at its marks; parts that are missing are empty. */
static void
cut(char *text, size_t size, char *parts[PARTS], size_t lens[PARTS])
{
	char *mark;
	int i;

	for (i = 0; i < PARTS; i++) {
		mark = i == PARTS - 1 ? NULL : memmem(text, size, "\n%%\n", 4);
		parts[i] = text;
		lens[i] = mark == NULL ? size : (size_t)(mark - text);
		text += mark == NULL ? size : lens[i] + 4;
		size -= mark == NULL ? size : lens[i] + 4;
		if (mark != NULL)
			*mark = '\0';
	}
}

static void
announce(struct adapter *ad, const char *topic, const char *payload, size_t len, const char *message,
    size_t message_len, struct mem_arena *a)
{
	struct message m = { .topic = topic, .payload = payload, .len = len, .now_ms = NOW };
	struct announcement an = { 0 };
	struct fault f = { 0 };
	size_t i;

	if (adapter_shelly.announce(ad, &m, "homeassistant", a, &an, &f) == RC_OK)
		for (i = 0; i < an.n; i++)
			family_check(&adapter_shelly, ad, &an.entities[i], message, message_len, a);
	js_free(m.json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_shelly.open();
	char *parts[PARTS];
	size_t lens[PARTS], i;

	cut(mem_bytes(a, data, size), size, parts, lens);
	announce(ad, "shelly/online", "true", 4, parts[3], lens[3], a);
	for (i = 0; i < 3; i++)
		announce(ad, "consciousness-shelly/ask/shelly/rpc", parts[i], lens[i], parts[3], lens[3], a);
	announce(ad, "shelly/online", "", 0, parts[3], lens[3], a);
	adapter_shelly.close(ad);
	mem_arena_free(a);
	return 0;
}
