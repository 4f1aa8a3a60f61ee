/* SPDX-License-Identifier: ISC
 *
 * notify: a text for somebody to read or hear; the state is when the last one was sent.
 */
#include "shared/adapters/adapter_hass_int.h"

enum { COMMAND_TOPIC = HASS_OWN, COMMAND_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
};

static enum rc
encode(struct hass_encode *e)
{
	return hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE, js_get_string(e->data, "message"));
}

const struct hass_component hass_notify = {
	.name = "notify", .plain_name = "MQTT Notify",
	.keys = keys, .n_keys = KEY__END - HASS_OWN, .encode = encode, .assume = hass_encode_assume_now,
};
