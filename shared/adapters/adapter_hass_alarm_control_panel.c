/* SPDX-License-Identifier: ISC
 *
 * alarm_control_panel: disarmed, armed in one of several ways, or on the way; with a code where it
 * wants one. A code of the announcement is compared here and never sent, unless a template asks for it.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/token.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, CODE,
	CODE_ARM_REQUIRED, CODE_DISARM_REQUIRED, CODE_TRIGGER_REQUIRED, PAYLOAD_DISARM, PAYLOAD_TRIGGER,
	PAYLOAD_HOME, PAYLOAD_AWAY, PAYLOAD_NIGHT, PAYLOAD_VACATION, PAYLOAD_BYPASS, FEATURES, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_MUST(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY(CODE, "code", HASS_TEXT),
	HASS_KEY_NUMBER(CODE_ARM_REQUIRED, "code_arm_required", HASS_BOOL, 1),
	HASS_KEY_NUMBER(CODE_DISARM_REQUIRED, "code_disarm_required", HASS_BOOL, 1),
	HASS_KEY_NUMBER(CODE_TRIGGER_REQUIRED, "code_trigger_required", HASS_BOOL, 1),
	HASS_KEY_TEXT(PAYLOAD_DISARM, "payload_disarm", HASS_TEXT, "DISARM"),
	HASS_KEY_TEXT(PAYLOAD_TRIGGER, "payload_trigger", HASS_TEXT, "TRIGGER"),
	HASS_KEY_TEXT(PAYLOAD_HOME, "payload_arm_home", HASS_TEXT, "ARM_HOME"),
	HASS_KEY_TEXT(PAYLOAD_AWAY, "payload_arm_away", HASS_TEXT, "ARM_AWAY"),
	HASS_KEY_TEXT(PAYLOAD_NIGHT, "payload_arm_night", HASS_TEXT, "ARM_NIGHT"),
	HASS_KEY_TEXT(PAYLOAD_VACATION, "payload_arm_vacation", HASS_TEXT, "ARM_VACATION"),
	HASS_KEY_TEXT(PAYLOAD_BYPASS, "payload_arm_custom_bypass", HASS_TEXT, "ARM_CUSTOM_BYPASS"),
	HASS_KEY_TEXT(FEATURES, "supported_features", HASS_LIST, "\x1f" "arm_home\x1f" "arm_away\x1f"
	    "arm_night\x1f" "arm_vacation\x1f" "arm_custom_bypass\x1ftrigger\x1f"),
};

/* Each service with its payload, what makes it need the code, and its name among the features. */
static const struct action {
	const char	*service;
	int		 payload, required;
	const char	*feature;
	uint32_t	 bit;
	const char	*state;		/* of one that reports nothing */
} actions[] = {
	{ "alarm_disarm", PAYLOAD_DISARM, CODE_DISARM_REQUIRED, NULL, 0, "disarmed" },
	{ "alarm_trigger", PAYLOAD_TRIGGER, CODE_TRIGGER_REQUIRED, "trigger", FEATURE_ALARM_TRIGGER,
	    "triggered" },
	{ "alarm_arm_home", PAYLOAD_HOME, CODE_ARM_REQUIRED, "arm_home", FEATURE_ALARM_HOME,
	    "armed_home" },
	{ "alarm_arm_away", PAYLOAD_AWAY, CODE_ARM_REQUIRED, "arm_away", FEATURE_ALARM_AWAY,
	    "armed_away" },
	{ "alarm_arm_night", PAYLOAD_NIGHT, CODE_ARM_REQUIRED, "arm_night", FEATURE_ALARM_NIGHT,
	    "armed_night" },
	{ "alarm_arm_vacation", PAYLOAD_VACATION, CODE_ARM_REQUIRED, "arm_vacation",
	    FEATURE_ALARM_VACATION, "armed_vacation" },
	{ "alarm_arm_custom_bypass", PAYLOAD_BYPASS, CODE_ARM_REQUIRED, "arm_custom_bypass",
	    FEATURE_ALARM_BYPASS, "armed_custom_bypass" },
};
#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

static enum report_result
decode(struct hass_decode *d)
{
	static const char *const states[] = { "disarmed", "armed_home", "armed_away", "armed_night",
		"armed_vacation", "armed_custom_bypass", "pending", "arming", "disarming", "triggered" };

	return hass_decode_one_of(d, states, sizeof(states) / sizeof(states[0]), "no state of an alarm");
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

/* The two words that stand for a code which only the device knows. */
static bool
is_remote(const char *code)
{
	return strcmp(code, "REMOTE_CODE") == 0 || strcmp(code, "REMOTE_CODE_TEXT") == 0;
}

static const char *
code_format(const char *code)
{
	bool digits = code[0] != '\0' && code[strspn(code, "0123456789")] == '\0';

	return digits || strcmp(code, "REMOTE_CODE") == 0 ? "number" : "text";
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	static const int required[] = { CODE_ARM_REQUIRED, CODE_DISARM_REQUIRED, CODE_TRIGGER_REQUIRED };
	const char *code = hass_binding_text(b, CODE);
	uint32_t bits = 0;
	size_t i;

	(void)device_class;
	for (i = 0; i < ACTIONS; i++)
		if (actions[i].feature != NULL && hass_binding_lists(b, FEATURES, actions[i].feature,
		    strlen(actions[i].feature)))
			bits |= actions[i].bit;
	if (caps == NULL)
		return bits;
	if (code != NULL)
		js_set(caps, "code_format", js_new_string(code_format(code)));
	for (i = 0; i < sizeof(required) / sizeof(required[0]); i++)
		js_set(caps, keys[required[i] - HASS_OWN].name,
		    js_new_bool(code != NULL && hass_binding_number(b, required[i]) != 0));
	return bits;
}

static const struct action *
action_of(const struct hass_encode *e)
{
	size_t i;

	for (i = 0; i < ACTIONS; i++)
		if (hass_encode_service(e, actions[i].service))
			return &actions[i];
	return NULL;
}

static enum rc
check_code(struct hass_encode *e, const struct action *a, const char *given)
{
	const char *code = hass_binding_text(e->b, CODE);

	if (code == NULL || hass_binding_number(e->b, a->required) == 0)
		return RC_OK;
	if (given == NULL || given[0] == '\0')
		return fault_set(e->f, RC_INVALID, "code", "a code is needed");
	if (is_remote(code) || token_equal(code, given))
		return RC_OK;
	return fault_set(e->f, RC_REFUSED, "code", "the code is wrong");
}

static enum rc
encode(struct hass_encode *e)
{
	const struct action *a = action_of(e);
	const char *code = js_get_string(e->data, "code"), *payload;
	struct template_var value = template_var_none("value"), more[2];
	enum rc rc;

	if (a == NULL)
		return hass_encode_cannot(e);
	if ((rc = check_code(e, a, code)) != RC_OK)
		return rc;
	payload = hass_binding_text(e->b, a->payload);
	if (!hass_binding_has(e->b, COMMAND_TEMPLATE))
		return hass_encode_text(e, COMMAND_TOPIC, HASS_NONE, payload);
	more[0] = template_var_string("action", payload, strlen(payload));
	more[1] = code == NULL ? template_var_none("code") :
	    template_var_string("code", code, strlen(code));
	return hass_encode_send(e, COMMAND_TOPIC, COMMAND_TEMPLATE, &value, more, 2);
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const struct action *a = action_of(e);

	if (a == NULL)
		return REPORT_NOTHING;
	r->has_state = true;
	r->state = a->state;
	return REPORT_OK;
}

const struct hass_component hass_alarm_control_panel = {
	.name = "alarm_control_panel", .plain_name = "MQTT Alarm",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.describe = describe, .encode = encode, .assume = assume,
};
