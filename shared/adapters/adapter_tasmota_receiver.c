/* SPDX-License-Identifier: ISC
 *
 * What a device hears on the air: codes of radio and infrared remotes, one event each.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

static const struct tasmota_read reads[] = {
	{ 't', TASMOTA_ROOT, false, "RESULT" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *key = tasmota_config_text(config, "key");

	if (key == NULL)
		return fault_set(f, RC_INVALID, "key", "a receiver has a name in messages");
	b->own = mem_xstrdup(key);
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	struct js *list = js_new_array();

	(void)b;
	js_append(list, js_new_string("received"));
	js_set(caps, "event_types", list);
}

/* A number or a short text; anything else is not told. */
static void
put(struct tasmota_decode *d, const struct js *o, const char *member, const char *name)
{
	const struct js *v = js_get(o, member);

	if (js_is_number(v) || tasmota_config_text(o, member) != NULL)
		adapter_report_put(d->r, name, js_ref(v));
	else
		adapter_report_put(d->r, name, NULL);
}

/* {"RfReceived": {"Data": "0x7028D2", "Bits": 24, "Protocol": 1, "Pulse": 238}}, {"IrReceived": {...}} */
static enum report_result
decode(struct tasmota_decode *d)
{
	static const char *const members[][2] = {
		{ "Data", "data" }, { "Bits", "bits" }, { "Protocol", "protocol" }, { "Pulse", "pulse" },
		{ "RfKey", "key" }, { "Repeat", "repeat" },
	};
	const struct js *o = js_get(d->o, d->b->own);
	size_t i;

	if (d->m->retain || js_type(o) != JS_OBJECT)
		return REPORT_NOTHING;
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		put(d, o, members[i][0], members[i][1]);
	return adapter_family_happened(d->r, "received", d->m->now_ms, d->a);
}

/* An announcement does not say whether it has one; the name of its module may. */
static bool
is_bridge(const struct js *o, const char *word)
{
	const char *module = tasmota_config_text(o, "md");

	return module != NULL && (strstr(module, "Bridge") != NULL || strstr(module, word) != NULL);
}

void
tasmota_receiver_entities(struct tasmota_reading *r, const struct js *o)
{
	static const struct {
		const char	*key, *word, *id, *name;
	} rows[] = {
		{ "RfReceived", "RF", "rf", "RF received" }, { "IrReceived", "IR", "ir", "IR received" },
	};
	struct js *config;
	size_t i;

	for (i = 0; i < 2; i++) {
		struct announced_entity e = { .domain = "event", .name = rows[i].name,
			.enabled = is_bridge(o, rows[i].word),
			.unique_id = mem_printf(r->b.a, "%s_event_%s_received", r->mac, rows[i].id) };

		config = js_new_object();
		js_set(config, "kind", js_new_string("receiver"));
		js_set(config, "key", js_new_string(rows[i].key));
		tasmota_reading_add(r, &e, config, js_new_object());
	}
}

const struct tasmota_kind tasmota_receiver = {
	.name = "receiver",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.setup = setup, .describe = describe, .decode = decode,
};
