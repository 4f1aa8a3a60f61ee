/* SPDX-License-Identifier: ISC
 *
 * sensor: a value as reported.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/moment.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, UNIT, STATE_CLASS, EXPIRE_AFTER,
	FORCE_UPDATE, OPTIONS, PRECISION, LAST_RESET_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_MUST(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY(UNIT, "unit_of_measurement", HASS_TEXT),
	HASS_KEY(STATE_CLASS, "state_class", HASS_TEXT),
	HASS_KEY(EXPIRE_AFTER, "expire_after", HASS_NUMBER),
	HASS_KEY(FORCE_UPDATE, "force_update", HASS_BOOL),
	HASS_KEY(OPTIONS, "options", HASS_LIST),
	HASS_KEY(PRECISION, "suggested_display_precision", HASS_NUMBER),
	HASS_KEY(LAST_RESET_TEMPLATE, "last_reset_value_template", HASS_TEMPLATE),
};

/* What its values are, of all the keys that say so. */
struct own {
	uint8_t	class;		/* enum hass_class */
};

/* A unit, a state class or a precision make it a number, unless the device class is one that is none. */
static enum hass_class
class_of(const struct binding *b, const char *device_class)
{
	enum hass_class class = device_class != NULL ? hass_rules_class("sensor", device_class) : HASS_CLASS_UNKNOWN;

	if (class != HASS_CLASS_UNKNOWN)
		return class;
	return hass_binding_has(b, UNIT) || hass_binding_has(b, STATE_CLASS) ||
	    hass_binding_has(b, PRECISION) ? HASS_CLASS_NUMBER : HASS_CLASS_WORD;
}

static enum report_result
decode_moment(struct hass_decode *d, enum moment moment)
{
	char out[CLOCK_TEXT];

	if (d->len == 0)
		return REPORT_NOTHING;
	if (moment_parse(moment, d->text, d->len, false, out))
		return hass_decode_set(d, mem_strdup(d->a, out));
	if (moment == MOMENT_DATE && moment_parse(MOMENT_DATETIME, d->text, d->len, true, out))
		return hass_decode_set(d, mem_strndup(d->a, d->text, 10));
	return hass_decode_bad(d, moment == MOMENT_DATE ? "no date" : "no date with a time of day");
}

static enum report_result
decode(struct hass_decode *d)
{
	const struct own *own = hass_binding_own(d->b);
	double v;

	d->r->force = hass_binding_number(d->b, FORCE_UPDATE) != 0;
	if (hass_decode_none(d))
		return hass_decode_set(d, NULL);
	if (own->class == HASS_CLASS_NUMBER && d->len == 0)
		return REPORT_NOTHING;
	if (own->class == HASS_CLASS_NUMBER && !adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "not a number");
	if (hass_binding_has(d->b, OPTIONS) && !hass_binding_lists(d->b, OPTIONS, d->text, d->len))
		return hass_decode_bad(d, "not one of the options");
	if (own->class == HASS_CLASS_DATE || own->class == HASS_CLASS_TIMESTAMP)
		return decode_moment(d, own->class == HASS_CLASS_DATE ? MOMENT_DATE : MOMENT_DATETIME);
	return hass_decode_state(d);
}

static enum report_result
decode_reset(struct hass_decode *d)
{
	char out[CLOCK_TEXT];

	if (d->len == 0)
		return REPORT_NOTHING;
	if (!moment_parse(MOMENT_DATETIME, d->text, d->len, false, out))
		return hass_decode_bad(d, "last_reset is no date with a time of day");
	return hass_decode_attribute_text(d);
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, 0, decode, NULL },
	{ STATE_TOPIC, LAST_RESET_TEMPLATE, HASS_IF_TEMPLATE, decode_reset, "last_reset" },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	struct own *own = hass_binding_own(b);

	own->class = (uint8_t)class_of(b, device_class);
	if (caps == NULL)
		return 0;
	if (hass_binding_has(b, STATE_CLASS))
		js_set(caps, "state_class", js_new_string(hass_binding_text(b, STATE_CLASS)));
	if (hass_binding_has(b, OPTIONS))
		js_set(caps, "options", hass_binding_list(b, OPTIONS));
	if (hass_binding_has(b, PRECISION))
		js_set(caps, "suggested_display_precision",
		    js_new_int((int64_t)hass_binding_number(b, PRECISION)));
	return 0;
}

static void
info(const struct binding *b, struct binding_info *out)
{
	out->expire_ms = adapter_value_ms(hass_binding_number(b, EXPIRE_AFTER));
}

const struct hass_component hass_sensor = {
	.name = "sensor", .plain_name = "MQTT Sensor", .plain = true,
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.own = sizeof(struct own), .expire = EXPIRE_AFTER,
	.describe = describe, .info = info,
};
