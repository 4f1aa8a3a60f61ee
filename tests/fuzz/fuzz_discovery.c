/* SPDX-License-Identifier: ISC
 *
 * An announcement and what follows it: the first line is the topic, then comes the payload up to a line
 * of "%%", then a message for every topic that was subscribed to.
 */
#include "shared/adapters/adapter_hass.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts text in three; every part ends in a NUL. */
static void
cut(char *text, size_t size, char **payload, size_t *payload_len, char **message, size_t *message_len)
{
	char *line = memchr(text, '\n', size), *mark;

	*payload = *message = text + size;
	*payload_len = *message_len = 0;
	if (line == NULL)
		return;
	*line = '\0';
	*payload = line + 1;
	*payload_len = size - (size_t)(*payload - text);
	mark = memmem(*payload, *payload_len, "\n%%\n", 4);
	if (mark == NULL)
		return;
	*mark = '\0';
	*message = mark + 4;
	*message_len = size - (size_t)(*message - text);
	*payload_len = (size_t)(mark - *payload);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_hass.open();
	char *text = mem_bytes(a, data, size), *payload, *message;
	size_t payload_len, message_len, i;
	struct announcement an;
	struct message m = { .now_ms = NOW, .topic = text };
	struct fault f = { 0 };

	cut(text, size, &payload, &payload_len, &message, &message_len);
	m.payload = payload;
	m.len = payload_len;
	if (adapter_hass.announce(ad, &m, "homeassistant", a, &an, &f) == RC_OK) {
		must(an.removal == (payload_len == 0));
		for (i = 0; i < an.n; i++)
			family_check(&adapter_hass, ad, &an.entities[i], message, message_len, a);
	}
	js_free(m.json);
	adapter_hass.close(ad);
	mem_arena_free(a);
	return 0;
}
