/* SPDX-License-Identifier: ISC
 *
 * The family of Shelly devices: the port. adapter_shelly_*.c do the work.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly.h"
#include "shared/adapters/adapter_shelly_int.h"
#include "shared/base/field.h"

static struct adapter *
open_family(void)
{
	return mem_xcalloc(1, sizeof(struct adapter));
}

static void
close_family(struct adapter *ad)
{
	if (ad == NULL)
		return;
	shelly_discovery_forget(ad);
	map_free(&ad->devices);
	free(ad);
}

/* A device has any prefix, of up to six levels here, under which it says that it is there. */
static const char *const announces[] = {
	"+/online", "+/+/online", "+/+/+/online", "+/+/+/+/online", "+/+/+/+/+/online", "+/+/+/+/+/+/online",
	SHELLY_ASK "#", NULL
};

static enum rc
bind(struct adapter *ad, const struct entity *e, bool was_available, struct binding **out,
    struct fault *f)
{
	return adapter_family_bind(&shelly_family, ad, e, was_available, out, f);
}

static void
info(const struct binding *b, struct binding_info *out)
{
	memset(out, 0, sizeof(*out));
	out->n_topics = SHELLY_ROLES;
	out->available = b->available;
	out->expire_ms = b->device->sleep_s * 2200;
}

static struct binding_topic
topic_of(const struct binding *b, size_t i)
{
	return b->topics->list[i];
}

static enum report_result
decode_online(struct shelly_decode *d)
{
	bool online = adapter_family_says(d->m, "true");

	if (!online && !adapter_family_says(d->m, "false"))
		return REPORT_NOTHING;
	d->r->poll = online;
	return d->b->device->sleep_s > 0 ? REPORT_OK :
	    adapter_family_available(d->r, online, &d->b->available);
}

static enum report_result
decode_status(struct shelly_decode *d, const struct js *o)
{
	d->o = o;
	if (js_type(o) != JS_OBJECT || d->b->kind->decode == NULL)
		return REPORT_NOTHING;
	return d->b->kind->decode(d);
}

/* A press comes with its two movements: what it was counts. */
static enum report_result
decode_events(struct shelly_decode *d, const struct js *events)
{
	const char *found = NULL, *component, *event;
	size_t i;

	for (i = 0; d->b->kind->happened != NULL && i < js_size(events); i++) {
		component = js_get_string(js_at(events, i), "component");
		event = shelly_decode_text(js_at(events, i), "event");
		if (component == NULL || event == NULL ||
		    strcmp(component, d->b->topics->component) != 0)
			continue;
		if (found != NULL && strncmp(event, "btn_", 4) == 0)
			continue;
		found = event;
		d->o = js_at(events, i);
	}
	if (found == NULL || d->m->retain)
		return REPORT_NOTHING;
	return d->b->kind->happened(d, found);
}

static enum report_result
decode_notice(struct shelly_decode *d, const struct js *o)
{
	const char *method = js_get_string(o, "method");
	const struct js *params = js_get(o, "params");

	if (method == NULL)
		return REPORT_NOTHING;
	if (strcmp(method, "NotifyEvent") == 0)
		return decode_events(d, js_get(params, "events"));
	d->full = strcmp(method, "NotifyFullStatus") == 0;
	if (!d->full && strcmp(method, "NotifyStatus") != 0)
		return REPORT_NOTHING;
	return decode_status(d, js_get(params, d->b->topics->component));
}

static enum report_result
decode_json(struct shelly_decode *d, uint16_t role)
{
	const struct js *o = message_json(d->m);

	if (js_type(o) != JS_OBJECT)
		return shelly_decode_bad(d, "no JSON object");
	if (role == SHELLY_EVENTS)
		return decode_notice(d, o);
	d->full = true;
	if (role == SHELLY_ANSWER)
		o = js_get(o, "result");
	if (role == SHELLY_ANSWER && d->b->dynamic == NULL)
		o = js_get(o, d->b->topics->component);
	return decode_status(d, o);
}

static enum report_result
decode(struct binding *b, size_t topic, struct message *m, const struct binding_state *now,
    struct mem_arena *a, struct report *r, struct fault *f)
{
	struct shelly_decode d = { .b = b, .m = m, .now = now, .a = a, .r = r, .f = f };
	uint16_t role = b->topics->list[topic].role;
	enum report_result result;

	if (m->json == NULL && !field_utf8(m->payload, m->len))
		return shelly_decode_bad(&d, "payload is not UTF-8 text");
	if (m->len == 0)
		return REPORT_NOTHING;
	result = role == SHELLY_ONLINE ? decode_online(&d) : decode_json(&d, role);
	/* Whatever it says, it woke up. */
	if (result == REPORT_NOTHING && b->device->sleep_s > 0 && !m->retain) {
		r->heard = true;
		result = REPORT_OK;
	}
	return result;
}

static enum rc
encode(struct binding *b, const struct command *c, const struct js *data,
    const struct binding_state *now, struct mem_arena *a, struct outgoing out[OUTGOING_MAX],
    size_t *n, struct fault *f)
{
	struct shelly_encode e = { .b = b, .c = c, .data = data, .now = now };
	struct js *params;
	const char *method;

	if (b->kind->encode == NULL)
		return fault_set(f, RC_UNSUPPORTED, "service", "it takes no commands");
	params = js_new_object();
	method = b->kind->encode(&e, params);
	shelly_encode_request(b->device->prefix, NULL, SHELLY_DO, 1, method, params, a, &out[0]);
	*n = 1;
	return RC_OK;
}

static void
poll(struct binding *b, struct mem_arena *a, struct outgoing out[OUTGOING_MAX], size_t *n)
{
	struct js *params = NULL;

	if (b->dynamic != NULL) {
		params = js_new_object();
		js_set(params, "id", js_new_int(b->id));
	}
	shelly_encode_request(b->device->prefix, b->dynamic != NULL ? b->topics->component : NULL, SHELLY_POLL,
	    1, b->dynamic != NULL ? b->dynamic->get : "Shelly.GetStatus", params, a, &out[0]);
	*n = 1;
}

const struct adapter_ops adapter_shelly = {
	.name = "shelly",
	.open = open_family,
	.close = close_family,
	.announces = announces,
	.announce = shelly_discovery_announce,
	.bind = bind,
	.unbind = shelly_binding_free,
	.info = info,
	.topic = topic_of,
	.decode = decode,
	.encode = encode,
	.poll = poll,
};
