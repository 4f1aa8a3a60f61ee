/* SPDX-License-Identifier: ISC
 *
 * Families of things that announce themselves another way than by the broker, and take no commands: devices that
 * report over HTTP (http_device.h) and calendars (calendar.h). Each entity has one topic: the payload is the reading's
 * value as JSON, of a calendar an object with its state and attributes.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_http.h"
#include "shared/adapters/adapter_value.h"
#include "shared/base/field.h"
#include "shared/domain/http_device.h"

struct binding {
	struct binding_topic	topic;
	bool			truth;		/* a binary sensor */
	char			text[];
};

static struct adapter *
open_family(void)
{
	return NULL;
}

static void
close_family(struct adapter *ad)
{
	(void)ad;
}

static enum rc
announce(struct adapter *ad, struct message *m, const char *prefix, struct mem_arena *a,
    struct announcement *out, struct fault *f)
{
	(void)ad;
	(void)m;
	(void)prefix;
	(void)a;
	(void)out;
	return fault_set(f, RC_NOT_FOUND, NULL, "these announce themselves to the API");
}

static enum rc
bind(struct adapter *ad, const struct entity *e, bool was_available, struct binding **out,
    struct fault *f)
{
	struct js *config = NULL;
	struct binding *b;
	const char *topic;
	enum rc rc;

	(void)ad;
	(void)was_available;
	if ((rc = js_parse(e->config, strlen(e->config), JS_LAX_KEYS, &config, f)) != RC_OK)
		return rc;
	topic = js_get_string(config, "topic");
	if (topic == NULL) {
		js_free(config);
		return fault_set(f, RC_INVALID, "topic", "topic is missing");
	}
	b = mem_xcalloc(1, sizeof(*b) + strlen(topic) + 1);
	memcpy(b->text, topic, strlen(topic));
	b->topic.topic = b->text;
	b->truth = strcmp(e->domain, "binary_sensor") == 0;
	js_free(config);
	*out = b;
	return RC_OK;
}

static void
unbind(struct binding *b)
{
	free(b);
}

static void
info(const struct binding *b, struct binding_info *out)
{
	(void)b;
	memset(out, 0, sizeof(*out));
	out->n_topics = 1;
	out->available = true;
}

static struct binding_topic
topic_of(const struct binding *b, size_t i)
{
	(void)i;
	return b->topic;
}

static enum report_result
decode(struct binding *b, size_t topic, struct message *m, const struct binding_state *now,
    struct mem_arena *a, struct report *r, struct fault *f)
{
	const struct js *v = message_json(m);
	struct buf text = { 0 };
	bool known = !js_is_null(v);

	(void)topic;
	(void)now;
	if (b->truth && known && js_type(v) != JS_TRUE && js_type(v) != JS_FALSE) {
		fault_set(f, RC_INVALID, NULL, "neither true nor false");
		return REPORT_BAD;
	}
	if (b->truth && known)
		buf_puts(&text, js_type(v) == JS_TRUE ? "on" : "off");
	else if (known && (!adapter_value_text(v, &text) ||
	    field_characters(buf_str(&text), text.len) > HTTP_DEVICE_TEXT)) {
		buf_free(&text);
		fault_set(f, RC_INVALID, NULL, "no number or text of at most %d characters", HTTP_DEVICE_TEXT);
		return REPORT_BAD;
	}
	r->has_state = true;
	r->state = known ? mem_strndup(a, buf_str(&text), text.len) : NULL;
	buf_free(&text);
	return REPORT_OK;
}

/* What an appointment does not have is taken away. */
static enum report_result
decode_calendar(struct binding *b, size_t topic, struct message *m, const struct binding_state *now,
    struct mem_arena *a, struct report *r, struct fault *f)
{
	static const char *const names[] = { "message", "all_day", "start_time", "end_time", "location",
		"description" };
	const struct js *v = message_json(m), *given = js_get(v, "attributes"), *one;
	const char *state = js_get_string(v, "state");
	size_t i;

	(void)b;
	(void)topic;
	(void)now;
	if (state == NULL) {
		fault_set(f, RC_INVALID, "state", "state is missing");
		return REPORT_BAD;
	}
	r->has_state = true;
	r->state = mem_strdup(a, state);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		one = js_get(given, names[i]);
		adapter_report_put(r, names[i], js_is_null(one) ? NULL : js_ref(one));
	}
	return REPORT_OK;
}

static enum rc
encode(struct binding *b, const struct command *c, const struct js *data,
    const struct binding_state *now, struct mem_arena *a, struct outgoing out[OUTGOING_MAX],
    size_t *n, struct fault *f)
{
	(void)b;
	(void)c;
	(void)data;
	(void)now;
	(void)a;
	(void)out;
	(void)n;
	return fault_set(f, RC_UNSUPPORTED, "service", "it takes no commands");
}

const struct adapter_ops adapter_http = {
	.name = "http",
	.open = open_family,
	.close = close_family,
	.announce = announce,
	.bind = bind,
	.unbind = unbind,
	.info = info,
	.topic = topic_of,
	.decode = decode,
	.encode = encode,
};

const struct adapter_ops adapter_calendar = {
	.name = "calendar",
	.open = open_family,
	.close = close_family,
	.announce = announce,
	.bind = bind,
	.unbind = unbind,
	.info = info,
	.topic = topic_of,
	.decode = decode_calendar,
	.encode = encode,
};
