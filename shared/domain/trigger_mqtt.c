/* SPDX-License-Identifier: ISC
 *
 * Trigger "mqtt": a message on a topic, or on those that a filter matches; what a broker had kept does not count.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

struct mqtt_trigger {
	const char		*payload;	/* NULL: any */
	const struct template	*value;		/* what is compared with it; NULL: the payload itself */
};

enum { F_TOPIC, F_PAYLOAD, F_TEMPLATE };

static const struct field fields[] = {
	[F_TOPIC] = { RULE_TEXT("topic", 1, 255, "topic, or filter with + and #"), .required = true },
	[F_PAYLOAD] = { RULE_TEXT("payload", 0, 4096, "what it must say; anything if not given") },
	[F_TEMPLATE] = { RULE_SHAPE("value_template", template,
	    "makes of `value` or `value_json` what is compared with payload") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

/* + stands for a whole level, # for the last ones. */
static bool
is_filter(const char *s)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		if (((*p == '+' || *p == '#') && p > s && p[-1] != '/') ||
		    (*p == '+' && p[1] != '\0' && p[1] != '/') || (*p == '#' && p[1] != '\0'))
			return false;
	return *s != '$';
}

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct mqtt_trigger *m = mem_zalloc(a, sizeof(*m));
	const char **ids = mem_alloc(a, sizeof(*ids));
	enum rc rc = RC_OK;

	if (!is_filter(v[F_TOPIC].s))
		return fault_set(f, RC_INVALID, "topic", "must be a topic such as a/b, with + for a level and # "
		    "for all that follow; not the broker's own ($...)");
	if (v[F_TEMPLATE].set && !v[F_PAYLOAD].set)
		return fault_set(f, RC_INVALID, "payload", "value_template needs a payload to compare with");
	if (v[F_TEMPLATE].set)
		rc = rule_template(v[F_TEMPLATE].s, a, &m->value, f);
	if (rc != RC_OK)
		return fault_set(f, rc, "value_template", "%s", f->msg);
	m->payload = v[F_PAYLOAD].set ? mem_strdup(a, v[F_PAYLOAD].s) : NULL;
	ids[0] = mem_printf(a, RULE_MQTT "%s", v[F_TOPIC].s);
	t->entities = (struct rule_entities){ ids, 1 };
	t->data = m;
	return RC_OK;
}

/* Whether the template makes the payload of what came. */
static bool
renders(const struct mqtt_trigger *m, const struct js *data, const struct rule_context *x)
{
	const struct js *json = js_get(data, "payload_json");
	struct js *variables = js_new_object();
	struct rule_context with = *x;
	struct buf text = { 0 };
	bool same;

	js_set(variables, "value", js_ref(js_get(data, "payload")));
	if (json != NULL)
		js_set(variables, "value_json", js_ref(json));
	with.variables = variables;
	same = rule_text(m->value, &with, &text, NULL) && strcmp(buf_str(&text), m->payload) == 0;
	buf_free(&text);
	js_free(variables);
	return same;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct mqtt_trigger *m = t->data;
	const char *payload = js_get_string(c->data, "payload");

	if (c->event != EVENT_MESSAGE || payload == NULL)
		return TRIGGER_NO;
	if (m->value != NULL)
		return renders(m, c->data, x) ? TRIGGER_YES : TRIGGER_NO;
	return m->payload == NULL || strcmp(payload, m->payload) == 0 ? TRIGGER_YES : TRIGGER_NO;
}

const struct trigger_ops trigger_mqtt = {
	.name = "mqtt", .title = "An MQTT message", .help = "when a message comes on a topic", .fields = fields,
	.compile = compile, .judge = judge
};
