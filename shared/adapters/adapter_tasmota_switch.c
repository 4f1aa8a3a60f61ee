/* SPDX-License-Identifier: ISC
 *
 * Switches that are wired to the device: what they show is a binary sensor; what is done with them, and
 * with buttons, are triggers.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/domain/event.h"

static const struct tasmota_read reads[] = {
	{ 's', TASMOTA_ROOT, false, "RESULT" },
	{ 's', TASMOTA_ROOT, true, "SWITCH%d" },
	{ 't', TASMOTA_ROOT, false, "SENSOR" },
	{ 's', TASMOTA_SNS, false, "STATUS8" },
	{ 's', TASMOTA_SNS, false, "STATUS10" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};
/* One that falls back by itself is not asked: it would answer with the past. */
static const struct tasmota_read pulse_reads[] = {
	{ 's', TASMOTA_ROOT, false, "RESULT" },
	{ 's', TASMOTA_ROOT, true, "SWITCH%d" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};
static const struct tasmota_read trigger_reads[] = {
	{ 's', TASMOTA_ROOT, false, "RESULT" },
	{ 's', TASMOTA_ROOT, true, "SWITCH%d" },
	{ 's', TASMOTA_ROOT, true, "BUTTON%d" },
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *key = tasmota_config_text(config, "key");

	if (key == NULL)
		return fault_set(f, RC_INVALID, "key", "a switch has a name in messages");
	b->own = mem_xstrdup(key);
	b->off_delay_ms = (uint16_t)js_int(js_get(config, "off_delay_ms"), 0);
	if (b->off_delay_ms > 0) {
		b->reads = pulse_reads;
		b->n_reads = sizeof(pulse_reads) / sizeof(pulse_reads[0]);
	}
	return RC_OK;
}

/* {"Switch1": "ON"} in regular reports, {"Switch1": {"Action": "ON"}} when it was used. */
static enum report_result
decode(struct tasmota_decode *d)
{
	const struct js *v = js_get(d->o, d->b->own);
	const char *text = js_type(v) == JS_OBJECT ? js_get_string(v, "Action") : js_string(v, NULL);
	const char *state = tasmota_decode_word(d, text);

	if (state == NULL)
		return REPORT_NOTHING;
	d->r->force = d->b->off_delay_ms > 0;
	return adapter_family_set(d->r, state);
}

struct trigger {
	const char	*key, *action;		/* {key: {"Action": action}} */
	const char	*type, *subtype;	/* as Home Assistant calls it */
};

static enum rc
setup_trigger(struct binding *b, const struct js *config, struct fault *f)
{
	static const char *const names[] = { "key", "action", "type", "subtype" };
	const char *texts[4];
	size_t i, n = sizeof(struct trigger);
	struct trigger *t;
	char *p;

	for (i = 0; i < 4; i++) {
		if ((texts[i] = tasmota_config_text(config, names[i])) == NULL)
			return fault_set(f, RC_INVALID, names[i], "%s is missing", names[i]);
		n += strlen(texts[i]) + 1;
	}
	b->own = t = mem_xcalloc(1, n);
	p = (char *)(t + 1);
	for (i = 0; i < 4; i++) {
		*(const char **[]){ &t->key, &t->action, &t->type, &t->subtype }[i] = p;
		memcpy(p, texts[i], strlen(texts[i]));
		p += strlen(texts[i]) + 1;
	}
	return RC_OK;
}

static void
describe_trigger(const struct binding *b, struct js *caps)
{
	const struct trigger *t = b->own;

	js_set(caps, "type", js_new_string(t->type));
	js_set(caps, "subtype", js_new_string(t->subtype));
}

static enum report_result
decode_trigger(struct tasmota_decode *d)
{
	const struct trigger *t = d->b->own;
	const char *action = js_get_string(js_get(d->o, t->key), "Action");

	if (d->m->retain || action == NULL || strcmp(action, t->action) != 0)
		return REPORT_NOTHING;
	d->r->event = EVENT_DEVICE_TRIGGER;
	d->r->data = js_new_object();
	js_set(d->r->data, "type", js_new_string(t->type));
	js_set(d->r->data, "subtype", js_new_string(t->subtype));
	return REPORT_OK;
}

const struct tasmota_kind tasmota_switch = {
	.name = "switch",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.poll = "STATUS", .poll_payload = "10",
	.setup = setup, .decode = decode,
};
const struct tasmota_kind tasmota_trigger = {
	.name = "trigger",
	.reads = trigger_reads, .n_reads = sizeof(trigger_reads) / sizeof(trigger_reads[0]),
	.setup = setup_trigger, .describe = describe_trigger, .decode = decode_trigger,
};
