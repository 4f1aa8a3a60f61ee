/* SPDX-License-Identifier: ISC
 *
 * Whether an entity can be reached: one or several topics, each with its payloads and template, and a
 * rule how they combine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

static enum rc
wrong(struct fault *f, const char *what)
{
	return fault_set(f, RC_INVALID, "availability", "availability: %s", what);
}

/* A payload of o (or the standard one), as shared text. */
static enum rc
read_payload(struct adapter *ad, const struct js *o, const char *key, const char *standard,
    struct hass_text **out, struct fault *f)
{
	const struct js *v = js_get(o, key);
	struct buf b = { .max = HASS_TEXT_MAX };
	enum rc rc = RC_OK;

	if (js_is_null(v))
		buf_puts(&b, standard);
	else if (!adapter_value_text(v, &b) || b.over)
		rc = wrong(f, "payloads are texts");
	if (rc == RC_OK)
		*out = hass_pool_text(ad, buf_str(&b), b.len);
	buf_free(&b);
	return rc;
}

static enum rc
read_template(struct adapter *ad, const struct js *o, const char *key, struct hass_text **out,
    struct fault *f)
{
	const struct js *v = js_get(o, key);
	struct buf b = { .max = TEMPLATE_SOURCE_MAX + 1 };
	enum rc rc;

	if (js_is_null(v))
		return RC_OK;
	rc = adapter_value_text(v, &b) ? hass_pool_template(ad, buf_str(&b), b.len, out, f) :
	    wrong(f, "a template is a text");
	buf_free(&b);
	return rc;
}

static void
drop_texts(struct adapter *ad, const struct hass_availability *entry)
{
	hass_pool_drop(ad, entry->topic);
	hass_pool_drop(ad, entry->template);
	hass_pool_drop(ad, entry->online);
	hass_pool_drop(ad, entry->offline);
}

/* The one entry that says what `entry` says, whose texts are taken over. */
static struct hass_availability *
share(struct adapter *ad, struct hass_availability *entry)
{
	struct hass_availability *known;

	snprintf(entry->key, sizeof(entry->key), "%p %p %p %p", (void *)entry->topic,
	    (void *)entry->template, (void *)entry->online, (void *)entry->offline);
	if ((known = map_get(&ad->availabilities, entry->key)) != NULL) {
		drop_texts(ad, entry);
	} else {
		known = mem_xcalloc(1, sizeof(*known));
		*known = *entry;
		map_put(&ad->availabilities, known->key, known);
	}
	known->refs++;
	return known;
}

/* One entry out of the members of o. *out stays as it is when that fails. */
static enum rc
read_entry(struct adapter *ad, const struct js *o, const char *topic_key, const char *template_key,
    struct hass_availability **out, struct fault *f)
{
	struct hass_availability entry = { 0 };
	size_t n;
	const char *topic = js_string(js_get(o, topic_key), &n);
	enum rc rc;

	if (topic == NULL || !adapter_topic_subscribable(topic, n))
		return wrong(f, "a topic one can subscribe to is missing");
	entry.topic = hass_pool_text(ad, topic, n);
	if ((rc = read_template(ad, o, template_key, &entry.template, f)) != RC_OK ||
	    (rc = read_payload(ad, o, "payload_available", "online", &entry.online, f)) != RC_OK ||
	    (rc = read_payload(ad, o, "payload_not_available", "offline", &entry.offline, f)) != RC_OK)
		drop_texts(ad, &entry);
	else
		*out = share(ad, &entry);
	return rc;
}

enum rc
hass_availability_read(struct adapter *ad, const struct js *config, struct hass_availability **out,
    size_t *n, struct fault *f)
{
	const struct js *list = js_get(config, "availability"), *entry;
	size_t i, items = js_type(list) == JS_ARRAY ? js_size(list) : !js_is_null(list);
	enum rc rc;

	if (items > HASS_AVAILABILITY_MAX)
		return wrong(f, "too many topics");
	for (i = 0; i < items; i++) {
		entry = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		if (js_type(entry) != JS_OBJECT)
			return wrong(f, "each entry is an object with a topic");
		if ((rc = read_entry(ad, entry, "topic", "value_template", &out[*n], f)) != RC_OK)
			return rc;
		++*n;
	}
	if (items > 0 || js_is_null(js_get(config, "availability_topic")))
		return RC_OK;
	rc = read_entry(ad, config, "availability_topic", "availability_template", &out[*n], f);
	*n += rc == RC_OK;
	return rc;
}

void
hass_availability_drop(struct adapter *ad, struct hass_availability *entry)
{
	if (--entry->refs > 0)
		return;
	map_remove(&ad->availabilities, entry->key);
	drop_texts(ad, entry);
	free(entry);
}

enum hass_mode
hass_availability_mode(const char *name)
{
	if (strcmp(name, "all") == 0)
		return HASS_ALL;
	return strcmp(name, "any") == 0 ? HASS_ANY : HASS_LATEST;
}

bool
hass_availability_now(const struct binding *b)
{
	uint32_t all = (UINT32_C(1) << b->n_availability) - 1;

	if (b->n_availability == 0)
		return true;
	switch (b->mode) {
	case HASS_ALL:
		return (b->online & all) == all;
	case HASS_ANY:
		return (b->online & all) != 0;
	default:
		return b->available;
	}
}

static bool
same(const struct hass_decode *d, const struct hass_text *t)
{
	return t->len == d->len && memcmp(t->p, d->text, d->len) == 0;
}

enum report_result
hass_availability_decode(struct hass_decode *d, size_t entry)
{
	const struct hass_availability *av = d->b->availability[entry];

	d->text = d->m->payload;
	d->len = d->m->len;
	if (av->template != NULL) {
		switch (hass_decode_render(d->b, av->template, d->m, d->f)) {
		case TEMPLATE_OK:
			d->text = buf_str(&d->b->ad->out);
			d->len = d->b->ad->out.len;
			break;
		case TEMPLATE_UNDEFINED:
			break;
		default:
			return REPORT_BAD;
		}
	}
	if (same(d, av->online))
		d->b->online |= UINT32_C(1) << entry, d->b->available = true;
	else if (same(d, av->offline))
		d->b->online &= ~(UINT32_C(1) << entry), d->b->available = false;
	else
		return REPORT_NOTHING;
	d->r->has_available = true;
	d->r->available = hass_availability_now(d->b);
	return REPORT_OK;
}
