/* SPDX-License-Identifier: ISC
 *
 * For the fuzz targets of device families: what is announced can be bound, what is decoded is clean, and
 * every command that is admitted can be encoded and taken for granted.
 */
#ifndef FAMILY_H
#define FAMILY_H

#include <string.h>

#include "shared/base/field.h"
#include "shared/domain/adapter.h"
#include "shared/domain/command.h"
#include "shared/domain/picture.h"
#include "shared/domain/service.h"
#include "tests/fuzz/must.h"

#define NOW 1767225600000LL

/* A piece of an input; ends in a NUL. */
struct part {
	char	*text;
	size_t	 len;
};

static void
check_report(struct report *r)
{
	int i;

	must(!r->has_state || r->state == NULL || field_utf8(r->state, strlen(r->state)));
	must((r->event != 0) == (js_type(r->data) == JS_OBJECT));
	must(r->subject == NULL || field_utf8(r->subject, strlen(r->subject)));
	js_free(r->data);
	must(r->picture == NULL || (r->picture_text ? picture_type_text(r->picture, r->picture_len) :
	    picture_type(r->picture, r->picture_len)) != NULL);
	must(r->n_attributes <= REPORT_ATTRIBUTES);
	for (i = 0; i < r->n_attributes; i++) {
		must(r->attributes[i].name != NULL);
		js_free(r->attributes[i].value);
	}
}

static void
check_decode(const struct adapter_ops *ops, struct binding *b, const char *payload, size_t len,
    struct mem_arena *a)
{
	struct message m = { .topic = "t", .payload = payload, .len = len, .now_ms = NOW };
	struct binding_state now = { .state = "on" };
	struct binding_info info;
	size_t i;

	ops->info(b, &info);
	for (i = 0; i < info.n_topics; i++) {
		struct report r = { 0 };
		struct fault f = { 0 };

		must(ops->topic(b, i).topic[0] != '\0');
		if (ops->decode(b, i, &m, &now, a, &r, &f) == REPORT_BAD)
			must(f.msg[0] != '\0');
		check_report(&r);
	}
	js_free(m.json);
}

static void
check_assume(const struct adapter_ops *ops, struct binding *b, const struct command *c,
    const struct js *data, struct mem_arena *a)
{
	struct binding_state now = { .state = "off" };
	struct binding_info info;
	struct report r = { 0 };

	ops->info(b, &info);
	if (!info.optimistic || ops->assume == NULL)
		return;
	ops->assume(b, c, data, &now, a, &r);
	check_report(&r);
}

/* Every service of the domain, with data made of the payload when it is an object. */
static void
check_commands(const struct adapter_ops *ops, struct binding *b, const struct entity *e,
    const struct js *data, struct mem_arena *a)
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

		if (strcmp(s->domain, e->domain) != 0 || command_admit(&q, a, &c, NULL, &f) != RC_OK)
			continue;
		must(js_parse(c.data, strlen(c.data), JS_STRICT, &checked, NULL) == RC_OK);
		if (ops->encode(b, &c, checked, &now, a, out, &n, &f) == RC_OK)
			for (k = 0; k < n; k++)
				must(strpbrk(out[k].topic, "+#") == NULL && out[k].topic[0] != '\0');
		check_assume(ops, b, &c, checked, a);
		js_free(checked);
	}
}

static void
check_poll(const struct adapter_ops *ops, struct binding *b, struct mem_arena *a)
{
	struct outgoing out[OUTGOING_MAX];
	size_t n = 0, i;

	if (ops->poll != NULL)
		ops->poll(b, a, out, &n);
	must(n <= OUTGOING_MAX);
	for (i = 0; i < n; i++)
		must(strpbrk(out[i].topic, "+#") == NULL && out[i].topic[0] != '\0');
}

/* What was announced as ae can be bound; `payload` comes in on all its topics. */
static void
family_check(const struct adapter_ops *ops, struct adapter *ad, const struct announced_entity *ae,
    const char *payload, size_t len, struct mem_arena *a)
{
	struct entity e = { .entity_id = "light.x", .adapter = ops->name, .component = ae->component,
		.domain = ae->domain, .unique_id = ae->unique_id, .enabled = true,
		.config = ae->config, .capabilities = ae->capabilities };
	struct binding *b = NULL;
	struct fault f = { 0 };
	struct js *data = NULL;

	must(ae->unique_id != NULL && ae->source != NULL && ae->config != NULL);
	must(js_parse(ae->capabilities, strlen(ae->capabilities), JS_STRICT, &data, NULL) == RC_OK);
	js_free(data);
	data = NULL;
	must(ops->bind(ad, &e, false, &b, &f) == RC_OK);
	check_decode(ops, b, payload, len, a);
	check_poll(ops, b, a);
	js_parse(payload, len, JS_LAX_KEYS, &data, NULL);
	check_commands(ops, b, &e, js_type(data) == JS_OBJECT ? data : NULL, a);
	js_free(data);
	ops->unbind(b);
}

/* An input in its parts, between lines of "%%"; parts that are missing are empty. */
static inline void
family_cut(const uint8_t *data, size_t size, struct part *parts, int n, struct mem_arena *a)
{
	char *text = mem_bytes(a, data, size), *mark;
	int i;

	for (i = 0; i < n; i++) {
		mark = i == n - 1 ? NULL : memmem(text, size, "\n%%\n", 4);
		parts[i] = (struct part){ text, mark == NULL ? size : (size_t)(mark - text) };
		text += mark == NULL ? size : parts[i].len + 4;
		size -= mark == NULL ? size : parts[i].len + 4;
		if (mark != NULL)
			*mark = '\0';
	}
}

/* What is said at a topic, and then `message` at all topics of what it announces. */
static inline void
family_announce(const struct adapter_ops *ops, struct adapter *ad, const char *topic, struct part said,
    struct part message, struct mem_arena *a)
{
	struct message m = { .topic = topic, .payload = said.text, .len = said.len, .now_ms = NOW };
	struct announcement an = { 0 };
	struct fault f = { 0 };
	size_t i;

	if (ops->announce(ad, &m, "homeassistant", a, &an, &f) == RC_OK) {
		must(an.removal == (said.len == 0));
		for (i = 0; i < an.n; i++)
			family_check(ops, ad, &an.entities[i], message.text, message.len, a);
	}
	js_free(m.json);
}

#endif
