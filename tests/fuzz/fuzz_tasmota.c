/* SPDX-License-Identifier: ISC
 *
 * A Tasmota device: what it says in /config, a line of "%%", what it says in /sensors, a line of "%%", and a
 * message that comes in on all its topics.
 */
#include "shared/adapters/adapter_tasmota.h"
#include "tests/fuzz/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PREFIX "tasmota/discovery/DC4F22000001/"

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

	if (adapter_tasmota.announce(ad, &m, "homeassistant", a, &an, &f) == RC_OK) {
		must(an.removal == (len == 0));
		for (i = 0; i < an.n; i++)
			family_check(&adapter_tasmota, ad, &an.entities[i], message, message_len, a);
	}
	js_free(m.json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_tasmota.open();
	char *config = mem_strndup(a, (const char *)data, size), *sensors, *message;
	size_t config_len, sensors_len, message_len, rest;

	cut(config, size, &config_len, &sensors, &rest);
	cut(sensors, rest, &sensors_len, &message, &message_len);
	announce(ad, PREFIX "sensors", sensors, sensors_len, message, message_len, a);
	announce(ad, PREFIX "config", config, config_len, message, message_len, a);
	announce(ad, PREFIX "sensors", sensors, sensors_len, message, message_len, a);
	announce(ad, PREFIX "config", "", 0, message, message_len, a);
	adapter_tasmota.close(ad);
	mem_arena_free(a);
	return 0;
}
