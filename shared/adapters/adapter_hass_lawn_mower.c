/* SPDX-License-Identifier: ISC
 *
 * lawn_mower: mowing, paused, docked, returning, error; a topic for each thing it can be told.
 */
#include <string.h>
#include <strings.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, START_TOPIC, START_TEMPLATE, PAUSE_TOPIC,
	PAUSE_TEMPLATE, DOCK_TOPIC, DOCK_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "activity_state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "activity_value_template", HASS_TEMPLATE),
	HASS_KEY(START_TOPIC, "start_mowing_command_topic", HASS_PUBLISH),
	HASS_KEY(START_TEMPLATE, "start_mowing_command_template", HASS_TEMPLATE),
	HASS_KEY(PAUSE_TOPIC, "pause_command_topic", HASS_PUBLISH),
	HASS_KEY(PAUSE_TEMPLATE, "pause_command_template", HASS_TEMPLATE),
	HASS_KEY(DOCK_TOPIC, "dock_command_topic", HASS_PUBLISH),
	HASS_KEY(DOCK_TEMPLATE, "dock_command_template", HASS_TEMPLATE),
};

static const struct action {
	const char	*service;	/* and what is sent */
	int		 topic, template;
	uint32_t	 bit;
	const char	*state;		/* of one that reports nothing */
} actions[] = {
	{ "start_mowing", START_TOPIC, START_TEMPLATE, FEATURE_MOWER_START, "mowing" },
	{ "pause", PAUSE_TOPIC, PAUSE_TEMPLATE, FEATURE_MOWER_PAUSE, "paused" },
	{ "dock", DOCK_TOPIC, DOCK_TEMPLATE, FEATURE_MOWER_DOCK, "docked" },
};
#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

static enum report_result
decode(struct hass_decode *d)
{
	static const char *const states[] = { "mowing", "paused", "docked", "returning", "error" };

	if (d->len == 4 && strncasecmp(d->text, "none", 4) == 0)
		return hass_decode_set(d, NULL);
	return hass_decode_one_of(d, states, sizeof(states) / sizeof(states[0]),
	    "no activity of a lawn mower");
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = 0;
	size_t i;

	(void)device_class;
	(void)caps;
	for (i = 0; i < ACTIONS; i++)
		bits |= hass_binding_has(b, actions[i].topic) ? actions[i].bit : 0;
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
encode(struct hass_encode *e)
{
	const struct action *a = action_of(e);

	return a == NULL ? hass_encode_cannot(e) :
	    hass_encode_text(e, a->topic, a->template, a->service);
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

const struct hass_component hass_lawn_mower = {
	.name = "lawn_mower", .plain_name = "MQTT Lawn Mower",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.describe = describe, .encode = encode, .assume = assume,
};
