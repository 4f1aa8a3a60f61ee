/* SPDX-License-Identifier: ISC
 *
 * The plain ones: select (one of several), text, button, scene.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, OPTIONS,
	SELECT__END };
enum { TEXT_MIN = OPTIONS, TEXT_MAX, TEXT_PATTERN, TEXT_MODE, TEXT__END };
enum { PRESS_TOPIC = HASS_OWN, PRESS_TEMPLATE, PAYLOAD_PRESS, BUTTON__END };

static const struct hass_key select_keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_MUST(OPTIONS, "options", HASS_LIST),
};

static const struct hass_key text_keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_NUMBER(TEXT_MIN, "min", HASS_NUMBER, 0),
	HASS_KEY_NUMBER(TEXT_MAX, "max", HASS_NUMBER, 255),
	HASS_KEY(TEXT_PATTERN, "pattern", HASS_TEXT),
	HASS_KEY_TEXT(TEXT_MODE, "mode", HASS_TEXT, "text"),
};

static const struct hass_key button_keys[] = {
	HASS_KEY_MUST(PRESS_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(PRESS_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_PRESS, "payload_press", HASS_TEXT, "PRESS"),
};

static const struct hass_key scene_keys[] = {
	HASS_KEY_MUST(PRESS_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(PRESS_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_PRESS, "payload_on", HASS_TEXT, "ON"),
};

static enum report_result
decode_select(struct hass_decode *d)
{
	if (d->len == 4 && strncasecmp(d->text, "none", 4) == 0 &&
	    !hass_binding_lists(d->b, OPTIONS, d->text, d->len))
		return hass_decode_set(d, NULL);
	if (!hass_binding_lists(d->b, OPTIONS, d->text, d->len))
		return d->len == 0 ? REPORT_NOTHING : hass_decode_bad(d, "not one of the options");
	return hass_decode_set(d, mem_strndup(d->a, d->text, d->len));
}

static const struct hass_read select_reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode_select, NULL },
};
static const struct hass_read text_reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, hass_decode_state, NULL },
};

static uint32_t
describe_select(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)device_class;
	if (caps != NULL)
		js_set(caps, "options", hass_binding_list(b, OPTIONS));
	return 0;
}

static enum rc
check_text(const struct binding *b, struct fault *f)
{
	if (hass_binding_number(b, TEXT_MIN) > hass_binding_number(b, TEXT_MAX))
		return fault_set(f, RC_INVALID, "min", "min is larger than max");
	return RC_OK;
}

static uint32_t
describe_text(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)device_class;
	if (caps == NULL)
		return 0;
	js_set(caps, "min", js_new_int((int64_t)hass_binding_number(b, TEXT_MIN)));
	js_set(caps, "max", js_new_int((int64_t)hass_binding_number(b, TEXT_MAX)));
	js_set(caps, "mode", js_new_string(hass_binding_text(b, TEXT_MODE)));
	if (hass_binding_has(b, TEXT_PATTERN))
		js_set(caps, "pattern", js_new_string(hass_binding_text(b, TEXT_PATTERN)));
	return 0;
}

static enum rc
encode_select(struct hass_encode *e)
{
	return hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE, js_get_string(e->data, "option"));
}

static enum rc
encode_text(struct hass_encode *e)
{
	return hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE, js_get_string(e->data, "value"));
}

static enum rc
encode_press(struct hass_encode *e)
{
	return hass_encode_text(e, PRESS_TOPIC, PRESS_TEMPLATE, hass_binding_text(e->b, PAYLOAD_PRESS));
}

static enum report_result
assume_choice(struct hass_encode *e, struct report *r)
{
	const char *option = js_get_string(e->data, "option");

	r->has_state = true;
	r->state = option != NULL ? option : js_get_string(e->data, "value");
	return REPORT_OK;
}

const struct hass_component hass_select = {
	.name = "select", .plain_name = "MQTT Select", .plain = true,
	.keys = select_keys, .n_keys = SELECT__END - HASS_OWN,
	.reads = select_reads, .n_reads = 1,
	.describe = describe_select, .encode = encode_select, .assume = assume_choice,
};

const struct hass_component hass_text_field = {
	.name = "text", .plain_name = "MQTT Text", .plain = true,
	.keys = text_keys, .n_keys = TEXT__END - HASS_OWN,
	.reads = text_reads, .n_reads = 1, .check = check_text,
	.describe = describe_text, .encode = encode_text, .assume = assume_choice,
};

const struct hass_component hass_button = {
	.name = "button", .plain_name = "MQTT Button", .plain = true,
	.keys = button_keys, .n_keys = BUTTON__END - HASS_OWN,
	.encode = encode_press, .assume = hass_encode_assume_now,
};

const struct hass_component hass_scene = {
	.name = "scene", .plain_name = "MQTT Scene",
	.keys = scene_keys, .n_keys = BUTTON__END - HASS_OWN,
	.encode = encode_press, .assume = hass_encode_assume_now,
};
