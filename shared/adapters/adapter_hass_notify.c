/* SPDX-License-Identifier: ISC
 *
 * notify: a text for somebody to read or hear; the state is when the last one was sent.
 */
#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/clock.h"

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

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	char when[CLOCK_TEXT];

	r->has_state = true;
	r->state = mem_strdup(e->a, clock_rfc3339(e->c->created, when));
	return REPORT_OK;
}

const struct hass_component hass_notify = {
	.name = "notify", .plain_name = "MQTT Notify",
	.keys = keys, .n_keys = KEY__END - HASS_OWN, .encode = encode, .assume = assume,
};
