/* SPDX-License-Identifier: ISC
 *
 * number: a value within a range that one can set.
 */
#include <ctype.h>

#include "shared/adapters/adapter_hass_int.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, MIN, MAX, STEP, MODE,
	PAYLOAD_RESET, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_NUMBER(MIN, "min", HASS_NUMBER, 1),
	HASS_KEY_NUMBER(MAX, "max", HASS_NUMBER, 100),
	HASS_KEY_NUMBER(STEP, "step", HASS_NUMBER, 1),
	HASS_KEY_TEXT(MODE, "mode", HASS_TEXT, "auto"),
	HASS_KEY_TEXT(PAYLOAD_RESET, "payload_reset", HASS_TEXT, "None"),
};

static bool
is_digits(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return n > 0 && n < 16;
}

static enum report_result
decode(struct hass_decode *d)
{
	struct buf b = { 0 };
	double v;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_none(d) || hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_RESET)))
		return hass_decode_set(d, NULL);
	if (!adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "not a number");
	if (v < hass_binding_number(d->b, MIN) || v > hass_binding_number(d->b, MAX))
		return hass_decode_bad(d, "outside of min and max");
	if (is_digits(d->text, d->len))
		return hass_decode_set(d, mem_strndup(d->a, d->text, d->len));
	adapter_value_real(v, &b);
	hass_decode_set(d, buf_keep(&b, d->a));
	return REPORT_OK;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

static enum rc
check(const struct binding *b, struct fault *f)
{
	if (hass_binding_number(b, MIN) > hass_binding_number(b, MAX))
		return fault_set(f, RC_INVALID, "min", "min is larger than max");
	if (hass_binding_number(b, STEP) < 0.001)
		return fault_set(f, RC_INVALID, "step", "step is smaller than 0.001");
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)device_class;
	if (caps == NULL)
		return 0;
	js_set(caps, "min", js_new_real(hass_binding_number(b, MIN)));
	js_set(caps, "max", js_new_real(hass_binding_number(b, MAX)));
	js_set(caps, "step", js_new_real(hass_binding_number(b, STEP)));
	js_set(caps, "mode", js_new_string(hass_binding_text(b, MODE)));
	return 0;
}

/* Whole numbers are sent without a point. */
static struct js *
shorten(const struct js *value)
{
	double v = js_real(value, 0);

	return v == (double)(int64_t)v ? js_new_int((int64_t)v) : js_new_real(v);
}

static enum rc
encode(struct hass_encode *e)
{
	struct js *value = shorten(js_get(e->data, "value"));
	enum rc rc = hass_encode_number(e, COMMAND_TOPIC, COMMAND_TEMPLATE, value);

	js_free(value);
	return rc;
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	struct js *value = shorten(js_get(e->data, "value"));
	struct buf b = { 0 };

	adapter_value_text(value, &b);
	r->has_state = true;
	r->state = buf_keep(&b, e->a);
	js_free(value);
	return REPORT_OK;
}

const struct hass_component hass_number = {
	.name = "number", .plain_name = "MQTT Number", .plain = true,
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.check = check, .describe = describe, .encode = encode, .assume = assume,
};
