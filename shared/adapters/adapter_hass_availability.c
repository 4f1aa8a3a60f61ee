/* SPDX-License-Identifier: ISC
 *
 * Whether an entity can be reached: one or several topics, each with its payloads and template, and a
 * rule how they combine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

const char *const hass_told_names[HASS_TOLD__MAX] = {
	[HASS_TOLD_LIST] = "availability",
	[HASS_TOLD_TOPIC] = "availability_topic",
	[HASS_TOLD_TEMPLATE] = "availability_template",
	[HASS_TOLD_ONLINE] = "payload_available",
	[HASS_TOLD_OFFLINE] = "payload_not_available",
};

/* What is read, until it is shared. */
struct reading {
	struct hass_watch	watch[HASS_AVAILABILITY_MAX];
	size_t			n;
};

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
drop_texts(struct adapter *ad, const struct hass_watch *entry)
{
	hass_pool_drop(ad, entry->topic);
	hass_pool_drop(ad, entry->template);
	hass_pool_drop(ad, entry->online);
	hass_pool_drop(ad, entry->offline);
}

/* Those who say the same share it; what was read is taken over. */
static struct hass_availability *
share(struct adapter *ad, struct reading *r)
{
	size_t size = r->n * sizeof(r->watch[0]), i;
	int64_t content = (int64_t)map_hash(r->watch, size);
	struct hass_availability *known = map_get_int(&ad->availabilities, content), *av = known;

	if (r->n == 0)
		return NULL;
	if (av != NULL && av->n == r->n && memcmp(av->watch, r->watch, size) == 0) {
		for (i = 0; i < r->n; i++)
			drop_texts(ad, &r->watch[i]);
		av->refs++;
		return av;
	}
	av = mem_xcalloc(1, sizeof(*av) + size);
	av->content = (uint64_t)content;
	av->refs = 1;
	av->n = (uint32_t)r->n;
	memcpy(av->watch, r->watch, size);
	if (known == NULL)
		map_put_int(&ad->availabilities, content, av);
	return av;
}

/* One more entry out of the members of o. */
static enum rc
read_entry(struct adapter *ad, const struct js *o, const char *topic_key, const char *template_key,
    struct reading *r, struct fault *f)
{
	struct hass_watch entry = { NULL };
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
		r->watch[r->n++] = entry;
	return rc;
}

static enum rc
read_list(struct adapter *ad, const struct js *list, struct reading *r, struct fault *f)
{
	size_t i, items = js_type(list) == JS_ARRAY ? js_size(list) : !js_is_null(list);
	const struct js *entry;
	enum rc rc = RC_OK;

	if (items > HASS_AVAILABILITY_MAX)
		return wrong(f, "too many topics");
	for (i = 0; i < items && rc == RC_OK; i++) {
		entry = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		rc = js_type(entry) == JS_OBJECT ? read_entry(ad, entry, "topic", "value_template", r, f) :
		    wrong(f, "each entry is an object with a topic");
	}
	return rc;
}

/* One topic, without a list. */
static enum rc
read_plain(struct adapter *ad, const struct js_member told[HASS_TOLD__MAX], struct reading *r, struct fault *f)
{
	struct js *o, *v;
	enum rc rc = RC_OK;
	int i;

	if (told[HASS_TOLD_TOPIC].key == NULL || told[HASS_TOLD_TOPIC].type == JS_NULL)
		return RC_OK;
	o = js_new_object();
	for (i = HASS_TOLD_TOPIC; i < HASS_TOLD__MAX && rc == RC_OK; i++)
		if (told[i].key != NULL && (rc = js_scan_value(&told[i], &v, f)) == RC_OK)
			js_set(o, hass_told_names[i], v);
	if (rc == RC_OK)
		rc = read_entry(ad, o, hass_told_names[HASS_TOLD_TOPIC], hass_told_names[HASS_TOLD_TEMPLATE], r, f);
	js_free(o);
	return rc;
}

/* One entity of a device after the other says the same: the last one is known by its text. */
static struct hass_availability *
last_again(const struct adapter *ad, const struct js_member *m)
{
	if (ad->last == NULL || ad->written.len != m->len || memcmp(ad->written.p, m->value, m->len) != 0)
		return NULL;
	ad->last->refs++;
	return ad->last;
}

static void
remember_last(struct adapter *ad, const struct js_member *m, struct hass_availability *av)
{
	hass_availability_drop(ad, ad->last);
	buf_reset(&ad->written);
	buf_put(&ad->written, m->value, m->len);
	if ((ad->last = av) != NULL)
		av->refs++;
}

enum rc
hass_availability_read(struct adapter *ad, const struct js_member told[HASS_TOLD__MAX],
    struct hass_availability **out, struct fault *f)
{
	const struct js_member *list = &told[HASS_TOLD_LIST];
	struct reading r = { .n = 0 };
	struct js *v = NULL;
	size_t i;
	bool listed;
	enum rc rc = RC_OK;

	if (list->key != NULL && (*out = last_again(ad, list)) != NULL)
		return RC_OK;
	if (list->key != NULL && (rc = js_scan_value(list, &v, f)) == RC_OK)
		rc = read_list(ad, v, &r, f);
	js_free(v);
	listed = r.n > 0;
	if (rc == RC_OK && !listed)
		rc = read_plain(ad, told, &r, f);
	for (i = 0; i < r.n && rc != RC_OK; i++)
		drop_texts(ad, &r.watch[i]);
	if (rc != RC_OK)
		return rc;
	*out = share(ad, &r);
	if (listed)
		remember_last(ad, list, *out);
	return RC_OK;
}

void
hass_availability_drop(struct adapter *ad, struct hass_availability *av)
{
	size_t i;

	if (av == NULL || --av->refs > 0)
		return;
	if (map_get_int(&ad->availabilities, (int64_t)av->content) == av)
		map_remove_int(&ad->availabilities, (int64_t)av->content);
	for (i = 0; i < av->n; i++)
		drop_texts(ad, &av->watch[i]);
	free(av);
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
	uint32_t all;

	if (b->availability == NULL)
		return true;
	all = (UINT32_C(1) << b->availability->n) - 1;
	switch (b->shape->mode) {
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
	const struct hass_watch *av = &d->b->availability->watch[entry];

	d->text = d->m->payload;
	d->len = d->m->len;
	if (av->template != NULL) {
		switch (hass_decode_render(d->b, av->template, d->m, d->f)) {
		case TEMPLATE_OK:
			d->text = buf_str(&d->b->shape->ad->out);
			d->len = d->b->shape->ad->out.len;
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
