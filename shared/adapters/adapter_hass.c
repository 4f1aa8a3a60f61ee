/* SPDX-License-Identifier: ISC
 *
 * The family of devices that announce themselves by Home Assistant's MQTT discovery: Zigbee2MQTT,
 * ESPHome, OpenMQTTGateway and many more. This file is the port; adapter_hass_*.c do the work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass.h"
#include "shared/adapters/adapter_hass_int.h"

static struct adapter *
open_family(void)
{
	struct adapter *ad = mem_xcalloc(1, sizeof(*ad));

	ad->texts.inside = MAP_INSIDE(struct hass_text, p);
	ad->scratch = template_scratch_new();
	return ad;
}

static void
close_family(struct adapter *ad)
{
	struct map *keys;
	size_t i;

	if (ad == NULL)
		return;
	hass_message_forget(ad);
	hass_availability_drop(ad, ad->last);
	buf_free(&ad->written);
	for (i = 0; (keys = map_next(&ad->keys, &i)) != NULL;) {
		map_free(keys);
		free(keys);
	}
	map_free(&ad->keys);
	map_free(&ad->shapes);
	map_free(&ad->availabilities);
	map_free(&ad->texts);
	template_scratch_free(ad->scratch);
	buf_free(&ad->out);
	free(ad);
}

static void
see(struct adapter *ad, const struct template_env *house)
{
	ad->house = house;
}

static const char *const announces[] = { "~/+/+/config", "~/+/+/+/config", NULL };

/* By the component's name and the schema that the configuration names; NULL: nobody knows it. */
static const struct hass_component *
component_of(const struct entity *e)
{
	struct js_scan scan = js_scan_start(e->config, strlen(e->config));
	struct js_member m;
	char schema[32] = "";

	if (strstr(e->config, "\"schema\"") != NULL)
		while (js_scan_next(&scan, &m) == RC_OK)
			if (m.key_len == 6 && memcmp(m.key, "schema", 6) == 0 && m.type == JS_STRING)
				snprintf(schema, sizeof(schema), "%.*s", (int)m.len - 2, m.value + 1);
	return hass_components_find(e->component, schema);
}

static enum rc
bind(struct adapter *ad, const struct entity *e, bool was_available, struct binding **out,
    struct fault *f)
{
	const struct hass_component *c;

	if ((c = component_of(e)) == NULL)
		return fault_set(f, RC_UNSUPPORTED, "component",
		    "the component \"%.60s\" is not supported", e->component);
	return hass_binding_new(ad, c, e->entity_id, e->config, e->device_class, was_available, out, f);
}

static void
info(const struct binding *b, struct binding_info *out)
{
	memset(out, 0, sizeof(*out));
	out->n_topics = hass_binding_topics(b);
	out->optimistic = hass_binding_optimistic(b);
	out->available = hass_availability_now(b);
	if (b->shape->component->info != NULL)
		b->shape->component->info(b, out);
}

static enum rc
encode(struct binding *b, const struct command *c, const struct js *data,
    const struct binding_state *now, struct mem_arena *a, struct outgoing out[OUTGOING_MAX],
    size_t *n, struct fault *f)
{
	struct hass_encode e = { .b = b, .c = c, .data = data, .now = now, .a = a, .out = out,
		.f = f };
	enum rc rc;

	if (b->shape->component->encode == NULL)
		return fault_set(f, RC_UNSUPPORTED, "service", "it takes no commands");
	if ((rc = b->shape->component->encode(&e)) == RC_OK)
		*n = e.n;
	return rc;
}

/* What the device will report itself is not assumed. */
static void
drop_reported(const struct binding *b, struct report *r)
{
	int i, n = 0;

	if (r->has_state && hass_binding_reports(b, NULL))
		r->has_state = false;
	for (i = 0; i < r->n_attributes; i++)
		if (hass_binding_reports(b, r->attributes[i].name))
			js_free(r->attributes[i].value);
		else
			r->attributes[n++] = r->attributes[i];
	r->n_attributes = n;
}

static enum report_result
assume(struct binding *b, const struct command *c, const struct js *data,
    const struct binding_state *now, struct mem_arena *a, struct report *r)
{
	struct hass_encode e = { .b = b, .c = c, .data = data, .now = now, .a = a };

	if (b->shape->component->assume == NULL || b->shape->component->assume(&e, r) != REPORT_OK)
		return REPORT_NOTHING;
	if (hass_binding_number(b, HASS_OPTIMISTIC) == 0 && !b->shape->component->assumes_parts)
		drop_reported(b, r);
	return r->has_state || r->n_attributes > 0 ? REPORT_OK : REPORT_NOTHING;
}

const struct adapter_ops adapter_hass = {
	.name = "mqtt",
	.open = open_family,
	.close = close_family,
	.see = see,
	.announces = announces,
	.announce = hass_discovery_announce,
	.bind = bind,
	.unbind = hass_binding_free,
	.info = info,
	.topic = hass_binding_topic,
	.decode = hass_decode_topic,
	.encode = encode,
	.assume = assume,
};
