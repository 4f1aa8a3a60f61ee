/* SPDX-License-Identifier: ISC
 *
 * The family of Frigate: the port. adapter_frigate_*.c do the work.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_frigate.h"
#include "shared/adapters/adapter_frigate_int.h"

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
	frigate_discovery_forget(ad);
	free(ad);
}

/* Its prefix is what stands before these, of one or two levels. */
static const char *const announces[] = {
	"+/available", "+/+/available", "+/camera_activity", "+/+/camera_activity", "+/events", "+/+/events",
	"+/audio_detections", "+/+/audio_detections", "+/+/+/active", "+/+/+/+/active", NULL
};

static enum rc
bind(struct adapter *ad, const struct entity *e, bool was_available, struct binding **out,
    struct fault *f)
{
	return adapter_family_bind(&frigate_family, ad, e, was_available, out, f);
}

static void
info(const struct binding *b, struct binding_info *out)
{
	memset(out, 0, sizeof(*out));
	out->n_topics = b->n_topics;
	out->available = b->available;
}

static struct binding_topic
topic_of(const struct binding *b, size_t i)
{
	return b->topics[i];
}

static enum report_result
decode_available(struct frigate_decode *d)
{
	bool online = adapter_family_says(d->m, "online");

	if (!online && !adapter_family_says(d->m, "offline") && !adapter_family_says(d->m, "stopped"))
		return REPORT_NOTHING;
	return adapter_family_available(d->r, online, &d->b->available);
}

static enum report_result
decode(struct binding *b, size_t topic, struct message *m, const struct binding_state *now,
    struct mem_arena *a, struct report *r, struct fault *f)
{
	struct frigate_decode d = { .b = b, .m = m, .a = a, .r = r, .f = f };

	(void)now;
	if (m->len == 0)
		return REPORT_NOTHING;
	return topic == 0 ? decode_available(&d) : b->kind->decode(&d);
}

static enum rc
encode(struct binding *b, const struct command *c, const struct js *data,
    const struct binding_state *now, struct mem_arena *a, struct outgoing out[OUTGOING_MAX],
    size_t *n, struct fault *f)
{
	const char *payload;

	(void)now;
	if (b->set == NULL)
		return fault_set(f, RC_UNSUPPORTED, "service", "it takes no commands");
	payload = b->kind->payload(b, c, data, a);
	out[0] = (struct outgoing){ .topic = b->set, .payload = payload, .len = strlen(payload), .qos = 1 };
	*n = 1;
	return RC_OK;
}

const struct adapter_ops adapter_frigate = {
	.name = "frigate",
	.open = open_family,
	.close = close_family,
	.announces = announces,
	.announce = frigate_discovery_announce,
	.bind = bind,
	.unbind = frigate_binding_free,
	.info = info,
	.topic = topic_of,
	.decode = decode,
	.encode = encode,
};
