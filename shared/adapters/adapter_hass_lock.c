/* SPDX-License-Identifier: ISC
 *
 * lock: locked, unlocked, on its way, jammed, or open.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, PAYLOAD_LOCK,
	PAYLOAD_UNLOCK, PAYLOAD_OPEN, PAYLOAD_RESET, STATE_LOCKED, STATE_UNLOCKED, STATE_LOCKING,
	STATE_UNLOCKING, STATE_JAMMED, STATE_OPEN, STATE_OPENING, CODE_FORMAT, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_LOCK, "payload_lock", HASS_TEXT, "LOCK"),
	HASS_KEY_TEXT(PAYLOAD_UNLOCK, "payload_unlock", HASS_TEXT, "UNLOCK"),
	HASS_KEY(PAYLOAD_OPEN, "payload_open", HASS_NULLABLE),
	HASS_KEY_TEXT(PAYLOAD_RESET, "payload_reset", HASS_TEXT, "None"),
	HASS_KEY_TEXT(STATE_LOCKED, "state_locked", HASS_TEXT, "LOCKED"),
	HASS_KEY_TEXT(STATE_UNLOCKED, "state_unlocked", HASS_TEXT, "UNLOCKED"),
	HASS_KEY_TEXT(STATE_LOCKING, "state_locking", HASS_TEXT, "LOCKING"),
	HASS_KEY_TEXT(STATE_UNLOCKING, "state_unlocking", HASS_TEXT, "UNLOCKING"),
	HASS_KEY_TEXT(STATE_JAMMED, "state_jammed", HASS_TEXT, "JAMMED"),
	HASS_KEY_TEXT(STATE_OPEN, "state_open", HASS_TEXT, "OPEN"),
	HASS_KEY_TEXT(STATE_OPENING, "state_opening", HASS_TEXT, "OPENING"),
	HASS_KEY(CODE_FORMAT, "code_format", HASS_TEXT),
};

static const struct {
	int		 key;
	const char	*state;
} states[] = {
	{ STATE_LOCKED, "locked" }, { STATE_UNLOCKED, "unlocked" }, { STATE_LOCKING, "locking" },
	{ STATE_UNLOCKING, "unlocking" }, { STATE_JAMMED, "jammed" }, { STATE_OPEN, "open" },
	{ STATE_OPENING, "opening" },
};

static enum report_result
decode(struct hass_decode *d)
{
	size_t i;

	if (d->len == 0)
		return REPORT_NOTHING;
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (hass_decode_is(d, hass_binding_text(d->b, states[i].key)))
			return hass_decode_set(d, states[i].state);
	if (hass_decode_none(d) || hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_RESET)))
		return hass_decode_set(d, NULL);
	return hass_decode_bad(d, "no state of a lock");
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)device_class;
	if (caps != NULL && hass_binding_has(b, CODE_FORMAT))
		js_set(caps, "code_format", js_new_string(hass_binding_text(b, CODE_FORMAT)));
	return hass_binding_has(b, PAYLOAD_OPEN) ? FEATURE_LOCK_OPEN : 0;
}

static enum rc
encode(struct hass_encode *e)
{
	int key = hass_encode_service(e, "lock") ? PAYLOAD_LOCK :
	    hass_encode_service(e, "unlock") ? PAYLOAD_UNLOCK : PAYLOAD_OPEN;
	const char *payload = hass_binding_text(e->b, key), *code = js_get_string(e->data, "code");
	struct template_var value, more;

	if (payload == NULL)
		return hass_encode_cannot(e);
	value = template_var_string("value", payload, strlen(payload));
	more = code == NULL ? template_var_none("code") :
	    template_var_string("code", code, strlen(code));
	return hass_encode_send(e, COMMAND_TOPIC, COMMAND_TEMPLATE, &value, &more, 1);
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	r->has_state = true;
	r->state = hass_encode_service(e, "lock") ? "locked" :
	    hass_encode_service(e, "unlock") ? "unlocked" : "open";
	return REPORT_OK;
}

const struct hass_component hass_lock = {
	.name = "lock", .plain_name = "MQTT Lock",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.describe = describe, .encode = encode, .assume = assume,
};
