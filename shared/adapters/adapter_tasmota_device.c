/* SPDX-License-Identifier: ISC
 *
 * What the entities of a device share: its topics and its words, once for all of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

static enum rc
take(struct tasmota_device *d, const struct js *o, const char *key, const char **out, struct fault *f)
{
	const char *s = js_get_string(o, key);

	if (s == NULL)
		return fault_set(f, RC_INVALID, key, "%s is no text", key);
	*out = mem_strdup(d->shared.a, s);
	return RC_OK;
}

static enum rc
fill(struct adapter_shared *shared, const struct js *o, struct fault *f)
{
	struct tasmota_device *d = (struct tasmota_device *)shared;
	const struct js *words = js_get(o, "words");
	const char *s;
	enum rc rc;
	size_t i;

	if ((rc = take(d, o, "cmnd", &d->cmnd, f)) != RC_OK ||
	    (rc = take(d, o, "stat", &d->stat, f)) != RC_OK ||
	    (rc = take(d, o, "tele", &d->tele, f)) != RC_OK ||
	    (rc = take(d, o, "online", &d->online, f)) != RC_OK ||
	    (rc = take(d, o, "offline", &d->offline, f)) != RC_OK)
		return rc;
	for (i = 0; i < 4; i++) {
		if ((s = js_string(js_at(words, i), NULL)) == NULL)
			return fault_set(f, RC_INVALID, "words", "words are four texts");
		d->words[i] = mem_strdup(d->shared.a, s);
	}
	d->powers = (int)js_int(js_get(o, "powers"), 0);
	d->by_command = js_bool(js_get(o, "result_by_command"), false);
	d->sleeps = js_bool(js_get(o, "sleeps"), false);
	return RC_OK;
}

enum rc
tasmota_device_get(struct adapter *ad, const struct js *o, struct tasmota_device **out, struct fault *f)
{
	struct adapter_shared *d;
	enum rc rc = adapter_family_share(&ad->devices, o, sizeof(**out), fill, &d, f);

	if (rc == RC_OK)
		*out = (struct tasmota_device *)d;
	return rc;
}

void
tasmota_device_drop(struct adapter *ad, struct tasmota_device *d)
{
	adapter_family_unshare(&ad->devices, d == NULL ? NULL : &d->shared);
}

static const char *
topic_of(struct tasmota_device *d, const struct tasmota_read *read, int index)
{
	const char *prefix = read->prefix == 's' ? d->stat : d->tele;
	size_t n = strcspn(read->name, "%");

	if (read->name[n] == '\0')
		return mem_printf(d->shared.a, "%s%s", prefix, read->name);
	/* The only relay of a device has no number. */
	if (read->role == TASMOTA_POWER && d->powers <= 1)
		return mem_printf(d->shared.a, "%s%.*s", prefix, (int)n, read->name);
	return mem_printf(d->shared.a, "%s%.*s%d", prefix, (int)n, read->name, index + 1);
}

const struct tasmota_topics *
tasmota_device_topics(struct tasmota_device *d, const struct tasmota_read *reads, size_t n, int index)
{
	struct tasmota_topics *t;
	struct binding_topic *topic;
	bool numbered = false;
	size_t i;

	for (i = 0; i < n; i++)
		numbered |= strchr(reads[i].name, '%') != NULL;
	if (!numbered)
		index = 0;
	for (t = d->topics; t != NULL; t = t->next)
		if (t->reads == reads && t->index == index)
			return t;
	t = mem_zalloc(d->shared.a, sizeof(*t));
	t->reads = reads;
	t->index = index;
	t->list = mem_zalloc(d->shared.a, n * sizeof(*t->list));
	for (i = 0; i < n; i++) {
		if (reads[i].by_command && !d->by_command)
			continue;
		topic = &t->list[t->n++];
		topic->topic = topic_of(d, &reads[i], index);
		topic->role = reads[i].role;
		topic->availability = reads[i].role == TASMOTA_LWT;
	}
	t->next = d->topics;
	d->topics = t;
	return t;
}
