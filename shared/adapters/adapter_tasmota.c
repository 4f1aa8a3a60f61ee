/* SPDX-License-Identifier: ISC
 *
 * The family of Tasmota devices: the port. adapter_tasmota_*.c do the work.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota.h"
#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/base/field.h"

/* The member that holds the readings, by role; NULL: they are at the top. */
static const char *const containers[TASMOTA_ROLE__MAX] = {
	[TASMOTA_STS] = "StatusSTS", [TASMOTA_SNS] = "StatusSNS", [TASMOTA_PRM] = "StatusPRM",
	[TASMOTA_FWR] = "StatusFWR", [TASMOTA_NET] = "StatusNET", [TASMOTA_INFO1] = "Info1",
	[TASMOTA_INFO2] = "Info2", [TASMOTA_INFO3] = "Info3",
};

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
	tasmota_discovery_forget(ad);
	map_free(&ad->devices);
	free(ad);
}

/* The firmware has this prefix built in. */
static const char *const announces[] = { "tasmota/discovery/+/config", "tasmota/discovery/+/sensors", NULL };

static enum rc
bind(struct adapter *ad, const struct entity *e, bool was_available, struct binding **out,
    struct fault *f)
{
	return adapter_family_bind(&tasmota_family, ad, e, was_available, out, f);
}

static void
info(const struct binding *b, struct binding_info *out)
{
	memset(out, 0, sizeof(*out));
	out->n_topics = b->topics->n;
	out->available = b->available;
	out->off_delay_ms = b->off_delay_ms;
}

static struct binding_topic
topic_of(const struct binding *b, size_t i)
{
	return b->topics->list[i];
}

/* A device that is there is asked for everything; one that sleeps most of the time is never gone. */
static enum report_result
decode_lwt(struct tasmota_decode *d)
{
	const struct tasmota_device *device = d->b->device;
	bool online = adapter_family_says(d->m, device->online);

	if (!online && !adapter_family_says(d->m, device->offline))
		return REPORT_NOTHING;
	d->r->poll = online;
	return device->sleeps ? REPORT_OK : adapter_family_available(d->r, online, &d->b->available);
}

static enum report_result
decode(struct binding *b, size_t topic, struct message *m, const struct binding_state *now,
    struct mem_arena *a, struct report *r, struct fault *f)
{
	struct tasmota_decode d = { .b = b, .m = m, .now = now, .a = a, .r = r, .f = f };
	uint16_t role = b->topics->list[topic].role;

	if (m->json == NULL && !field_utf8(m->payload, m->len))
		return tasmota_decode_bad(&d, "payload is not UTF-8 text");
	if (role == TASMOTA_LWT)
		return decode_lwt(&d);
	if (m->len == 0)
		return REPORT_NOTHING;
	d.o = message_json(m);
	if (js_type(d.o) != JS_OBJECT) {
		d.o = NULL;
		return role == TASMOTA_POWER ? b->kind->decode(&d) :
		    tasmota_decode_bad(&d, "no JSON object");
	}
	if (containers[role] != NULL && js_type(d.o = js_get(d.o, containers[role])) != JS_OBJECT)
		return REPORT_NOTHING;
	return b->kind->decode(&d);
}

static enum rc
encode(struct binding *b, const struct command *c, const struct js *data,
    const struct binding_state *now, struct mem_arena *a, struct outgoing out[OUTGOING_MAX],
    size_t *n, struct fault *f)
{
	struct tasmota_encode e = { .b = b, .c = c, .data = data, .now = now, .a = a, .out = out,
		.f = f };
	enum rc rc;

	if (b->kind->encode == NULL)
		return fault_set(f, RC_UNSUPPORTED, "service", "it takes no commands");
	if ((rc = b->kind->encode(&e)) == RC_OK)
		*n = e.n;
	return rc;
}

static void
poll(struct binding *b, struct mem_arena *a, struct outgoing out[OUTGOING_MAX], size_t *n)
{
	*n = 0;
	if (b->kind->poll == NULL)
		return;
	out[(*n)++] = (struct outgoing){ .topic = mem_printf(a, "%s%s", b->device->cmnd, b->kind->poll),
		.payload = b->poll_payload, .len = strlen(b->poll_payload) };
}

const struct adapter_ops adapter_tasmota = {
	.name = "tasmota",
	.open = open_family,
	.close = close_family,
	.announces = announces,
	.announce = tasmota_discovery_announce,
	.bind = bind,
	.unbind = tasmota_binding_free,
	.info = info,
	.topic = topic_of,
	.decode = decode,
	.encode = encode,
	.poll = poll,
};
