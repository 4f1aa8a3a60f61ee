/* SPDX-License-Identifier: ISC
 *
 * What the entities of a device share: its topics, once for all of them.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"
#include "shared/adapters/adapter_topic.h"

#define BLOCK 1024
#define SLEEP_MAX (366 * 86400)

static enum rc
fill(struct shelly_device *d, const struct js *o, struct fault *f)
{
	const char *prefix = js_get_string(o, "prefix");
	int64_t sleep_s = js_int(js_get(o, "sleep"), 0);

	if (prefix == NULL || strlen(prefix) > SHELLY_PREFIX_MAX ||
	    !adapter_topic_publishable(prefix, strlen(prefix)))
		return fault_set(f, RC_INVALID, "prefix", "no prefix of topics");
	d->prefix = mem_strdup(d->a, prefix);
	d->sleep_s = sleep_s < 0 ? 0 : sleep_s > SLEEP_MAX ? SLEEP_MAX : sleep_s;
	return RC_OK;
}

static void
destroy(struct shelly_device *d)
{
	mem_arena_free(d->a);
	free(d);
}

enum rc
shelly_device_get(struct adapter *ad, const struct js *o, struct shelly_device **out, struct fault *f)
{
	struct shelly_device *d;
	struct buf key = { 0 };
	enum rc rc;

	js_dump(o, &key);
	if ((d = map_get(&ad->devices, buf_str(&key))) == NULL) {
		d = mem_xcalloc(1, sizeof(*d));
		d->a = mem_arena_new(BLOCK);
		d->key = mem_strdup(d->a, buf_str(&key));
		if ((rc = fill(d, o, f)) != RC_OK) {
			destroy(d);
			buf_free(&key);
			return rc;
		}
		map_put(&ad->devices, d->key, d);
	}
	buf_free(&key);
	d->refs++;
	*out = d;
	return RC_OK;
}

void
shelly_device_drop(struct adapter *ad, struct shelly_device *d)
{
	if (d == NULL || --d->refs > 0)
		return;
	map_remove(&ad->devices, d->key);
	destroy(d);
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
	t = mem_zalloc(d->a, sizeof(*t));
	t->component = mem_strdup(d->a, component);
	for (i = 0; i < SHELLY_ROLES; i++)
		if (d->topics != NULL)
			t->list[i] = d->topics->list[i];
	if (d->topics == NULL) {
		t->list[SHELLY_ONLINE].topic = mem_printf(d->a, "%s/online", d->prefix);
		t->list[SHELLY_ONLINE].availability = true;
		t->list[SHELLY_EVENTS].topic = mem_printf(d->a, "%s/events/rpc", d->prefix);
	}
	t->list[SHELLY_ANSWER].topic = shelly_dynamic_find(component) == NULL ?
	    mem_printf(d->a, SHELLY_POLL "%s/rpc", d->prefix) :
	    mem_printf(d->a, SHELLY_POLL "%s/%s/rpc", d->prefix, component);
	t->list[SHELLY_STATUS].topic = mem_printf(d->a, "%s/status/%s", d->prefix, component);
	for (i = 0; i < SHELLY_ROLES; i++)
		t->list[i].role = (uint16_t)i;
	t->next = d->topics;
	d->topics = t;
	return t;
}
