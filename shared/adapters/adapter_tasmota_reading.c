/* SPDX-License-Identifier: ISC
 *
 * The entities of a device, one after the other: each is bound once here, so that a bad one never gets in.
 */
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"

/* Two readings may come out under one id; the first has it. */
static bool
is_taken(const struct tasmota_reading *r, const struct announced_entity *e)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strcmp(r->entities[i].domain, e->domain) == 0 &&
		    strcmp(r->entities[i].unique_id, e->unique_id) == 0)
			return true;
	return false;
}

static const char *
text_of(const struct js *v, struct mem_arena *a)
{
	struct buf b = { 0 };
	const char *text;

	js_dump(v, &b);
	text = mem_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return text;
}

void
tasmota_reading_add(struct tasmota_reading *r, const struct announced_entity *e, struct js *config,
    struct js *caps)
{
	struct announced_entity *out;
	struct binding *b = NULL;
	struct fault f = { 0 };

	js_set(config, "device", js_ref(r->device));
	if (is_taken(r, e))
		fault_set(&f, RC_EXISTS, NULL, "another one has its id");
	else
		tasmota_binding_new(r->ad, config, false, &b, &f);
	if (b == NULL) {
		metric_add_label(METRIC_MQTT_DROPPED, "announcement", 1);
		log_info(r->source, "%s left out: %s", e->unique_id, f.msg);
	} else {
		if (b->kind->describe != NULL)
			b->kind->describe(b, caps);
		r->entities = mem_grow(r->a, r->entities, r->n, r->n + 1, sizeof(*r->entities));
		out = &r->entities[r->n++];
		*out = *e;
		out->component = e->domain;
		out->source = r->source;
		out->config = text_of(config, r->a);
		out->capabilities = text_of(caps, r->a);
	}
	tasmota_binding_free(b);
	js_free(config);
	js_free(caps);
}
