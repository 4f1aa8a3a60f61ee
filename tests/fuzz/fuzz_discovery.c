/* SPDX-License-Identifier: ISC
 *
 * An announcement and what follows it: the first line is the topic, then comes the payload up to a line
 * of "%%", then a message for every topic that was subscribed to. What is announced can be bound, what is
 * decoded is clean, and every command that is admitted can be encoded.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass.h"
#include "shared/base/field.h"
#include "shared/domain/command.h"
#include "shared/domain/picture.h"
#include "shared/domain/service.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1767225600000LL

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_report(struct report *r)
{
	int i;

	must(!r->has_state || r->state == NULL || field_utf8(r->state, strlen(r->state)));
	must((r->event != 0) == (js_type(r->data) == JS_OBJECT));
	must(r->subject == NULL || field_utf8(r->subject, strlen(r->subject)));
	js_free(r->data);
	must(r->picture == NULL || picture_type(r->picture, r->picture_len) != NULL);
	must(r->n_attributes <= REPORT_ATTRIBUTES);
	for (i = 0; i < r->n_attributes; i++) {
		must(r->attributes[i].name != NULL);
		js_free(r->attributes[i].value);
	}
}

static void
check_decode(struct binding *b, const char *payload, size_t len, struct mem_arena *a)
{
	struct message m = { .topic = "t", .payload = payload, .len = len, .now_ms = NOW };
	struct binding_state now = { .state = "on" };
	struct binding_info info;
	size_t i;

	adapter_hass.info(b, &info);
	for (i = 0; i < info.n_topics; i++) {
		struct report r = { 0 };
		struct fault f = { 0 };

		must(info.topics[i].topic[0] != '\0');
		if (adapter_hass.decode(b, i, &m, &now, a, &r, &f) == REPORT_BAD)
			must(f.msg[0] != '\0');
		check_report(&r);
	}
	js_free(m.json);
}

/* Every service of the domain, with data made of the payload when it is an object. */
static void
check_commands(struct binding *b, const struct entity *e, const struct js *data,
    struct mem_arena *a)
{
	struct entity_state es = { .entity = *e, .state = { .attributes = "{}" } };
	struct binding_state now = { .state = "off" };
	struct outgoing out[OUTGOING_MAX];
	const struct service *s;
	size_t i, k;

	for (i = 0; (s = service_at(i)) != NULL; i++) {
		struct command_request q = { .entity = &es, .service = s->name, .data = data,
			.actor = "user:fuzz", .now_ms = NOW };
		struct fault f = { 0 };
		struct js *checked = NULL;
		struct command c;
		size_t n = 0;

		if (strcmp(s->domain, e->domain) != 0 || command_admit(&q, a, &c, &f) != RC_OK)
			continue;
		must(js_parse(c.data, strlen(c.data), JS_STRICT, &checked, NULL) == RC_OK);
		if (adapter_hass.encode(b, &c, checked, &now, a, out, &n, &f) == RC_OK)
			for (k = 0; k < n; k++)
				must(strpbrk(out[k].topic, "+#") == NULL && out[k].topic[0] != '\0');
		js_free(checked);
	}
}

static void
check_entity(struct adapter *ad, const struct announced_entity *ae, const char *payload, size_t len,
    struct mem_arena *a)
{
	struct entity e = { .entity_id = "light.x", .adapter = "mqtt", .component = ae->component,
		.domain = ae->domain, .unique_id = ae->unique_id, .enabled = true,
		.config = ae->config, .capabilities = ae->capabilities };
	struct binding *b = NULL;
	struct fault f = { 0 };
	struct js *data = NULL;

	must(ae->unique_id != NULL && ae->source != NULL && ae->config != NULL);
	must(js_parse(ae->capabilities, strlen(ae->capabilities), JS_STRICT, &data, NULL) == RC_OK);
	js_free(data);
	data = NULL;
	must(adapter_hass.bind(ad, &e, false, &b, &f) == RC_OK);
	check_decode(b, payload, len, a);
	js_parse(payload, len, JS_LAX_KEYS, &data, NULL);
	check_commands(b, &e, js_type(data) == JS_OBJECT ? data : NULL, a);
	js_free(data);
	adapter_hass.unbind(b);
}

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
			check_entity(ad, &an.entities[i], message, message_len, a);
	}
	js_free(m.json);
	adapter_hass.close(ad);
	mem_arena_free(a);
	return 0;
}
