/* SPDX-License-Identifier: ISC
 *
 * Frigate: its list of cameras, an event, and a message that comes in on all topics, between lines of "%%".
 */
#include "shared/adapters/adapter_frigate.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts off what is before the first mark; *rest is behind it. */
static void
cut(char *text, size_t size, size_t *len, char **rest, size_t *rest_len)
{
	char *mark = memmem(text, size, "\n%%\n", 4);

	*len = mark == NULL ? size : (size_t)(mark - text);
	*rest = mark == NULL ? text + size : mark + 4;
	*rest_len = (size_t)(text + size - *rest);
	if (mark != NULL)
		*mark = '\0';
}

static void
announce(struct adapter *ad, const char *topic, const char *payload, size_t len, const char *message,
    size_t message_len, struct mem_arena *a)
{
	struct message m = { .topic = topic, .payload = payload, .len = len, .now_ms = NOW };
	struct announcement an = { 0 };
	struct fault f = { 0 };
	size_t i;

	if (adapter_frigate.announce(ad, &m, "homeassistant", a, &an, &f) == RC_OK)
		for (i = 0; i < an.n; i++)
			family_check(&adapter_frigate, ad, &an.entities[i], message, message_len, a);
	js_free(m.json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_frigate.open();
	char *cameras = mem_bytes(a, data, size), *event, *message;
	size_t cameras_len, event_len, message_len, rest;

	cut(cameras, size, &cameras_len, &event, &rest);
	cut(event, rest, &event_len, &message, &message_len);
	announce(ad, "frigate/camera_activity", cameras, cameras_len, message, message_len, a);
	announce(ad, "frigate/events", event, event_len, message, message_len, a);
	announce(ad, "frigate/events", event, event_len, message, message_len, a);
	adapter_frigate.close(ad);
	mem_arena_free(a);
	return 0;
}
