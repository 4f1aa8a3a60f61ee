/* SPDX-License-Identifier: ISC
 *
 * What rules hear that is no state of an entity: messages of the broker, calls from outside.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/rule.h"
#include "workers/engine_rules_int.h"

#define NOTED_MAX 1024		/* bytes of a payload that the log keeps */

void
engine_message_listen(struct engine *e, const char *subject)
{
	size_t prefix = strlen(RULE_MQTT);

	if (strncmp(subject, RULE_MQTT, prefix) != 0)
		return;
	e->hears_messages = true;
	if (!mqtt_topic_is_filter(subject + prefix))
		return;
	e->heard_filters = mem_xrealloc(e->heard_filters, e->n_heard_filters + 1, sizeof(char *));
	e->heard_filters[e->n_heard_filters++] = subject;
}

static struct js *
message_data(const struct mqtt_message *m)
{
	struct js *o = js_new_object(), *json;

	js_set(o, "topic", js_new_string(m->topic));
	js_set(o, "payload", js_new_stringn(m->payload, m->len));
	if (js_parse(m->payload, m->len, JS_LAX_KEYS, &json, NULL) == RC_OK)
		js_set(o, "payload_json", json);
	js_set(o, "qos", js_new_int(m->qos));
	return o;
}

/* How much of the payload the log keeps: no part of a character. */
static size_t
noted_len(const struct mqtt_message *m)
{
	size_t n = NOTED_MAX;

	if (m->len <= NOTED_MAX)
		return m->len;
	while (n > NOTED_MAX - 3 && ((unsigned char)m->payload[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* As the log keeps it. */
static const char *
noted(struct engine *e, const struct mqtt_message *m)
{
	struct jsw w = jsw_to(&e->text);

	buf_reset(&e->text);
	jsw_object(&w, NULL);
	jsw_string(&w, "topic", m->topic);
	jsw_stringn(&w, "payload", m->payload, noted_len(m));
	jsw_int(&w, "qos", m->qos);
	jsw_end(&w);
	return mem_strndup(e->arena, e->text.p, e->text.len);
}

/* It is an event only when it does something: nobody wants every message in the log. */
static void
show(struct engine *e, const char *subject, const struct mqtt_message *m, const struct js *data)
{
	struct house_change c = { .now_ms = e->now_ms, .event = EVENT_MESSAGE, .subject = subject, .data = data };
	struct late *self = NULL, *told;

	if (engine_rules_would(e, &c)) {
		told = engine_chain_told(e, map_hash(m->topic, strlen(m->topic)));
		self = engine_follows(e, told != NULL ? told : e->answered);
		record_event(e->recorder, &(struct recorded){ .kind = EVENT_MESSAGE, .subject = subject,
			.data = noted(e, m), .self = self });
	}
	engine_rules_judge(e, &c, self);
	late_free(self);
}

void
engine_message_reports(struct engine *e, const struct live *l, struct late *cause)
{
	if (e->topic == NULL || !e->hears_messages || e->answered != NULL)
		return;
	if (cause == NULL)
		cause = engine_chain_told(e, (uint64_t)l->row);
	if (cause != NULL)
		e->answered = late_ref(cause);
}

void
engine_message(struct engine *e, const struct mqtt_message *m)
{
	const char *subject = mem_printf(e->arena, RULE_MQTT "%s", m->topic);
	struct js *data = NULL;
	size_t i;

	e->messages++;
	if (engine_rules_hear(e, subject))
		show(e, subject, m, data = message_data(m));
	for (i = 0; i < e->n_heard_filters; i++)
		if (mqtt_topic_matches(e->heard_filters[i] + strlen(RULE_MQTT), m->topic) &&
		    engine_rules_hear(e, e->heard_filters[i]))
			show(e, e->heard_filters[i], m, data != NULL ? data : (data = message_data(m)));
	js_free(data);
}

void
engine_message_called(struct engine *e, const struct store_event *ev)
{
	struct house_change c = { .now_ms = e->now_ms, .event = EVENT_WEBHOOK, .subject = ev->subject };
	struct js *data = NULL;
	struct late *self;

	if (ev->subject == NULL || ev->data == NULL ||
	    js_parse(ev->data, strlen(ev->data), JS_STRICT, &data, NULL) != RC_OK)
		return;
	c.data = data;
	self = late_new(ev->id);
	engine_rules_judge(e, &c, self);
	late_free(self);
	js_free(data);
}
