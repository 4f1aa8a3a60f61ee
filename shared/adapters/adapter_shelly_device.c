/* SPDX-License-Identifier: ISC
 *
 * What the entities of a device share: its topics, once for all of them.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"
#include "shared/adapters/adapter_topic.h"

#define SLEEP_MAX (366 * 86400)

static enum rc
fill(struct adapter_shared *shared, const struct js *o, struct fault *f)
{
	struct shelly_device *d = (struct shelly_device *)shared;
	const char *prefix = js_get_string(o, "prefix");
	int64_t sleep_s = js_int(js_get(o, "sleep"), 0);

	if (prefix == NULL || strlen(prefix) > SHELLY_PREFIX_MAX ||
	    !adapter_topic_publishable(prefix, strlen(prefix)))
		return fault_set(f, RC_INVALID, "prefix", "no prefix of topics");
	d->prefix = mem_strdup(d->shared.a, prefix);
	d->sleep_s = sleep_s < 0 ? 0 : sleep_s > SLEEP_MAX ? SLEEP_MAX : sleep_s;
	return RC_OK;
}

enum rc
shelly_device_get(struct adapter *ad, const struct js *o, struct shelly_device **out, struct fault *f)
{
	struct adapter_shared *d;
	enum rc rc = adapter_family_share(&ad->devices, o, sizeof(**out), fill, &d, f);

	if (rc == RC_OK)
		*out = (struct shelly_device *)d;
	return rc;
}

void
shelly_device_drop(struct adapter *ad, struct shelly_device *d)
{
	adapter_family_unshare(&ad->devices, d == NULL ? NULL : &d->shared);
}

/* All components have the topics of the device in common, and one of their own. */
const struct shelly_topics *
shelly_device_topics(struct shelly_device *d, const char *component)
{
	struct shelly_topics *t;
	int i;

	for (t = d->topics; t != NULL; t = t->next)
		if (strcmp(t->component, component) == 0)
			return t;
	t = mem_zalloc(d->shared.a, sizeof(*t));
	t->component = mem_strdup(d->shared.a, component);
	for (i = 0; i < SHELLY_ROLES; i++)
		if (d->topics != NULL)
			t->list[i] = d->topics->list[i];
	if (d->topics == NULL) {
		t->list[SHELLY_ONLINE].topic = mem_printf(d->shared.a, "%s/online", d->prefix);
		t->list[SHELLY_ONLINE].availability = true;
		t->list[SHELLY_EVENTS].topic = mem_printf(d->shared.a, "%s/events/rpc", d->prefix);
	}
	t->list[SHELLY_ANSWER].topic = shelly_dynamic_find(component) == NULL ?
	    mem_printf(d->shared.a, SHELLY_POLL "%s/rpc", d->prefix) :
	    mem_printf(d->shared.a, SHELLY_POLL "%s/%s/rpc", d->prefix, component);
	t->list[SHELLY_STATUS].topic = mem_printf(d->shared.a, "%s/status/%s", d->prefix, component);
	for (i = 0; i < SHELLY_ROLES; i++)
		t->list[i].role = (uint16_t)i;
	t->next = d->topics;
	d->topics = t;
	return t;
}
