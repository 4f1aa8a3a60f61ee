/* SPDX-License-Identifier: ISC
 *
 * infrared: a receiver reports signals, its state is when the last one came; an emitter sends them. A
 * signal is a list of durations in microseconds (marks positive, spaces negative) and its carrier in Hz.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/clock.h"
#include "shared/domain/feature.h"

#define TIMINGS_MAX 2048
#define DURATION_MAX 10000000	/* microseconds */

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, RECEIVER__END };
enum { COMMAND_TOPIC = HASS_OWN, COMMAND_TEMPLATE, EMITTER__END };

static const struct hass_key receiver_keys[] = {
	HASS_KEY_MUST(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
};

static const struct hass_key emitter_keys[] = {
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
};

static bool
is_signal(const struct js *o)
{
	const struct js *timings = js_get(o, "timings");
	int64_t v;
	size_t i;

	if (js_type(timings) != JS_ARRAY || js_size(timings) == 0 || js_size(timings) > TIMINGS_MAX)
		return false;
	for (i = 0; i < js_size(timings); i++) {
		v = js_int(js_at(timings, i), 0);
		if (v == 0 || v > DURATION_MAX || v < -DURATION_MAX)
			return false;
	}
	return js_get(o, "modulation") == NULL || js_is_number(js_get(o, "modulation"));
}

static enum report_result
receive(struct hass_decode *d, const struct js *o)
{
	char when[CLOCK_TEXT];

	if (!is_signal(o))
		return hass_decode_bad(d, "no infrared signal");
	hass_decode_put(d->r, "timings", js_ref(js_get(o, "timings")));
	hass_decode_put(d->r, "modulation",
	    js_get(o, "modulation") != NULL ? js_ref(js_get(o, "modulation")) : NULL);
	d->r->action = d->r->force = true;
	return hass_decode_set(d, mem_strdup(d->a, clock_rfc3339(d->m->now_ms, when)));
}

static enum report_result
decode(struct hass_decode *d)
{
	struct js *o = NULL;
	enum report_result result;

	if (d->m->retain || d->len == 0 || hass_decode_none(d) || hass_decode_is(d, "null") ||
	    hass_decode_is(d, "\"\""))
		return REPORT_NOTHING;
	if (js_parse(d->text, d->len, JS_LAX_KEYS, &o, d->f) != RC_OK)
		return REPORT_BAD;
	result = receive(d, o);
	js_free(o);
	return result;
}

static const struct hass_read receiver_reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, 0, decode, NULL },
};

/* One object, or its members as variables of the template. */
static enum rc
encode(struct hass_encode *e)
{
	static const char *const names[] = { "timings", "modulation", "repeat_count" };
	struct template_var value, more[3];
	struct buf b = { 0 };
	size_t i, n = 0;
	enum rc rc;

	if (!hass_encode_service(e, "send_command"))
		return hass_encode_cannot(e);
	if (!hass_binding_has(e->b, COMMAND_TEMPLATE))
		return hass_encode_json(e, COMMAND_TOPIC, e->data);
	js_dump(e->data, &b);
	value = template_var_string("value", buf_str(&b), b.len);
	for (i = 0; i < 3; i++)
		if (js_get(e->data, names[i]) != NULL)
			more[n++] = template_var_json(names[i], js_get(e->data, names[i]));
	rc = hass_encode_send(e, COMMAND_TOPIC, COMMAND_TEMPLATE, &value, more, n);
	buf_free(&b);
	return rc;
}

static uint32_t
describe_emitter(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)b;
	(void)device_class;
	(void)caps;
	return FEATURE_INFRARED_SEND;
}

const struct hass_component hass_infrared_receiver = {
	.name = "infrared", .schema = "receiver", .plain_name = "MQTT Infrared receiver",
	.keys = receiver_keys, .n_keys = RECEIVER__END - HASS_OWN,
	.reads = receiver_reads, .n_reads = sizeof(receiver_reads) / sizeof(receiver_reads[0]),
};

const struct hass_component hass_infrared_emitter = {
	.name = "infrared", .schema = "emitter", .plain_name = "MQTT Infrared emitter",
	.keys = emitter_keys, .n_keys = EMITTER__END - HASS_OWN,
	.describe = describe_emitter, .encode = encode,
};
