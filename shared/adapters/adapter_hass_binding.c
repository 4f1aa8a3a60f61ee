/* SPDX-License-Identifier: ISC
 *
 * An entity's configuration, read by its component's table into a compact binding: only what differs
 * from the defaults is kept, and what other entities say as well is shared. Every entity of the house comes
 * through here at each start, so its text is read without making a tree of it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

#define TOLD HASS_KEYS_MAX	/* numbers of hass_told_names begin here */

/* The members that mean something, in order of their keys. */
struct found {
	struct js_member	members[HASS_KEYS_MAX];
	uint8_t			keys[HASS_KEYS_MAX];
	size_t			n;
	struct js_member	told[HASS_TOLD__MAX];
};

/* ---- which members there are ---- */

/* Name -> 1 + key, of one component. */
static struct map *
keys_of(struct adapter *ad, const struct hass_component *c)
{
	struct map *names = map_get_int(&ad->keys, (int64_t)(uintptr_t)c);
	size_t i;

	if (names != NULL)
		return names;
	names = mem_xcalloc(1, sizeof(*names));
	for (i = 0; i < HASS_OWN + c->n_keys; i++)
		map_put(names, hass_shape_key(c, (int)i)->name, (void *)(i + 1));
	for (i = 0; i < HASS_TOLD__MAX; i++)
		map_put(names, hass_told_names[i], (void *)(TOLD + i + 1));
	map_put_int(&ad->keys, (int64_t)(uintptr_t)c, names);
	return names;
}

/* The last of members with the same name wins. */
static void
take(struct found *found, size_t key, const struct js_member *m)
{
	size_t i = found->n;

	if (key >= TOLD) {
		found->told[key - TOLD] = *m;
		return;
	}
	while (i > 0 && found->keys[i - 1] > key)
		i--;
	if (i > 0 && found->keys[i - 1] == key) {
		found->members[i - 1] = *m;
		return;
	}
	memmove(found->members + i + 1, found->members + i, (found->n - i) * sizeof(*m));
	memmove(found->keys + i + 1, found->keys + i, found->n - i);
	found->members[i] = *m;
	found->keys[i] = (uint8_t)key;
	found->n++;
}

static enum rc
find_members(struct adapter *ad, const struct hass_component *c, const char *config, struct found *found,
    struct fault *f)
{
	const struct map *names = keys_of(ad, c);
	struct js_scan scan = js_scan_start(config, strlen(config));
	struct js_member m;
	size_t key;
	enum rc rc;

	found->n = 0;
	memset(found->told, 0, sizeof(found->told));
	while ((rc = js_scan_next(&scan, &m)) == RC_OK)
		if ((key = (size_t)map_getn(names, m.key, m.key_len)) != 0)
			take(found, key - 1, &m);
	return rc == RC_NOT_FOUND ? RC_OK : fault_set(f, rc, NULL, "the configuration is no JSON object");
}

/* ---- what they say ---- */

static enum rc
wrong(const struct hass_key *k, struct fault *f, const char *what)
{
	return fault_set(f, RC_INVALID, k->name, "%s must be %s", k->name, what);
}

/* A scalar as the text that Python makes of it; false: it is none. */
static bool
scalar(struct hass_reading *r, const struct js_member *m, const char **s, size_t *n)
{
	struct js *v;
	bool ok;

	if (m->type == JS_STRING)
		return js_scan_string(m, &r->text, s, n) == RC_OK;
	if (js_scan_value(m, &v, NULL) != RC_OK)
		return false;
	ok = adapter_value_text(v, &r->text);
	js_free(v);
	*s = buf_str(&r->text);
	*n = r->text.len;
	return ok;
}

static enum rc
read_text(struct hass_reading *r, const struct hass_key *k, const struct js_member *m, union hass_value *out,
    struct fault *f)
{
	const char *s;
	size_t n;

	if (!scalar(r, m, &s, &n))
		return wrong(k, f, "a text or a number");
	if (n > HASS_TEXT_MAX)
		return fault_set(f, RC_TOO_LARGE, k->name, "%s is too long", k->name);
	out->text = hass_pool_text(r->ad, s, n);
	return RC_OK;
}

static enum rc
read_topic(struct hass_reading *r, const struct hass_key *k, const struct js_member *m, union hass_value *out,
    struct fault *f)
{
	const char *s;
	size_t n;

	if (js_scan_string(m, &r->text, &s, &n) != RC_OK)
		return wrong(k, f, "a topic");
	if (k->type == HASS_SUBSCRIBE && !adapter_topic_subscribable(s, n))
		return wrong(k, f, "a topic one can subscribe to");
	if (k->type == HASS_PUBLISH && !adapter_topic_publishable(s, n))
		return wrong(k, f, "a topic one can publish to: not empty, no wildcard");
	out->text = hass_pool_text(r->ad, s, n);
	return RC_OK;
}

static enum rc
read_template(struct hass_reading *r, const struct hass_key *k, const struct js_member *m,
    union hass_value *out, struct fault *f)
{
	struct fault why = { 0 };
	const char *s;
	size_t n;

	if (!scalar(r, m, &s, &n))
		return wrong(k, f, "a template");
	if (hass_pool_template(r->ad, s, n, &out->text, &why) == RC_OK)
		return RC_OK;
	return fault_set(f, RC_INVALID, k->name, "%s: %.180s", k->name, why.msg);
}

static enum rc
read_bool(struct hass_reading *r, const struct hass_key *k, const struct js_member *m, union hass_value *out,
    struct fault *f)
{
	struct js *v = NULL;
	bool b, ok;

	(void)r;
	ok = js_scan_value(m, &v, NULL) == RC_OK && adapter_value_bool(v, &b);
	js_free(v);
	if (!ok)
		return wrong(k, f, "true or false");
	out->number = b;
	return RC_OK;
}

static enum rc
read_number(struct hass_reading *r, const struct hass_key *k, const struct js_member *m,
    union hass_value *out, struct fault *f)
{
	struct js *v = NULL;
	double d;
	bool ok;

	(void)r;
	ok = js_scan_value(m, &v, NULL) == RC_OK && adapter_value_numeric(v, &d);
	js_free(v);
	if (!ok)
		return wrong(k, f, "a number");
	if (fabs(d) > HASS_NUMBER_MAX)
		return wrong(k, f, "a number of sensible size");
	out->number = d;
	return RC_OK;
}

static enum rc
list_text(struct buf *text, const struct hass_key *k, const struct js *v, struct fault *f)
{
	size_t i, n = js_type(v) == JS_ARRAY ? js_size(v) : 1;

	if (n > HASS_LIST_MAX)
		return fault_set(f, RC_TOO_LARGE, k->name, "%s has too many items", k->name);
	buf_putc(text, '\x1f');
	for (i = 0; i < n; i++) {
		if (!adapter_value_text(js_type(v) == JS_ARRAY ? js_at(v, i) : v, text))
			return wrong(k, f, "a list of texts");
		buf_putc(text, '\x1f');
	}
	return RC_OK;
}

static enum rc
read_list(struct hass_reading *r, const struct hass_key *k, const struct js_member *m, union hass_value *out,
    struct fault *f)
{
	struct js *v;
	enum rc rc;

	if (js_scan_value(m, &v, NULL) != RC_OK)
		return wrong(k, f, "a list of texts");
	if ((rc = list_text(&r->text, k, v, f)) == RC_OK)
		out->text = hass_pool_text(r->ad, buf_str(&r->text), r->text.len);
	js_free(v);
	return rc;
}

static enum rc (*const readers[HASS_TYPE__MAX])(struct hass_reading *, const struct hass_key *,
    const struct js_member *, union hass_value *, struct fault *) = {
	[HASS_TEXT] = read_text,
	[HASS_NULLABLE] = read_text,
	[HASS_SUBSCRIBE] = read_topic,
	[HASS_PUBLISH] = read_topic,
	[HASS_TEMPLATE] = read_template,
	[HASS_BOOL] = read_bool,
	[HASS_NUMBER] = read_number,
	[HASS_LIST] = read_list,
};

static enum rc
read_member(struct hass_reading *r, uint8_t key, const struct js_member *m, struct fault *f)
{
	const struct hass_key *k = hass_shape_key(r->component, key);
	union hass_value value = { NULL };
	enum rc rc;

	if (m->type == JS_NULL && k->type != HASS_NULLABLE)
		return RC_OK;
	buf_reset(&r->text);
	if (m->type != JS_NULL && (rc = readers[k->type](r, k, m, &value, f)) != RC_OK)
		return rc;
	r->keys[r->n] = key;
	r->values[r->n++] = value;
	return RC_OK;
}

static enum rc
check_required(const struct hass_reading *r, struct fault *f)
{
	const struct hass_component *c = r->component;
	size_t i;

	for (i = 0; i < c->n_keys; i++)
		if (c->keys[i].required && memchr(r->keys, (int)(HASS_OWN + i), r->n) == NULL)
			return fault_set(f, RC_INVALID, c->keys[i].name, "%s is missing", c->keys[i].name);
	return RC_OK;
}

/* The text of a key while the configuration is read, or its default. */
static const char *
text_of(const struct hass_reading *r, int key)
{
	const uint8_t *k = memchr(r->keys, key, r->n);

	return k == NULL ? hass_shape_key(r->component, key)->text : r->values[k - r->keys].text->p;
}

static enum rc
read_config(struct hass_reading *r, const char *config, struct fault *f)
{
	struct found found;
	size_t i;
	enum rc rc;

	if ((rc = find_members(r->ad, r->component, config, &found, f)) != RC_OK)
		return rc;
	for (i = 0; i < found.n; i++)
		if ((rc = read_member(r, found.keys[i], &found.members[i], f)) != RC_OK)
			return rc;
	r->mode = (uint8_t)hass_availability_mode(text_of(r, HASS_AVAILABILITY_MODE));
	if ((rc = check_required(r, f)) != RC_OK ||
	    (rc = hass_encoding_parse(text_of(r, HASS_ENCODING), &r->encoding, f)) != RC_OK)
		return rc;
	return hass_availability_read(r->ad, found.told, &r->availability, f);
}

static void
drop_reading(struct hass_reading *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (hass_shape_holds_text(r->component, r->keys[i]))
			hass_pool_drop(r->ad, r->values[i].text);
}

/* ---- bindings ---- */

static struct binding *
build(struct hass_reading *r, const char *entity_id, bool was_available)
{
	struct hass_shape *s = hass_shape_of(r);
	size_t topics = s->n_topics * sizeof(r->topics[0]);
	struct binding *b = mem_xcalloc(1, sizeof(*b) + topics + r->component->own);

	b->shape = s;
	b->availability = r->availability;
	b->entity_id = entity_id;
	b->available = was_available;
	b->online = was_available ? UINT32_MAX : 0;
	memcpy(b->topics, r->topics, topics);
	return b;
}

enum rc
hass_binding_new(struct adapter *ad, const struct hass_component *c, const char *entity_id,
    const char *config, const char *device_class, bool was_available, struct binding **out, struct fault *f)
{
	struct hass_reading r;
	struct binding *b;
	enum rc rc;

	r.ad = ad;
	r.component = c;
	r.n = r.n_topics = 0;
	r.availability = NULL;
	r.text = (struct buf){ .max = TEMPLATE_SOURCE_MAX + 1 };
	rc = read_config(&r, config, f);
	buf_free(&r.text);
	if (rc != RC_OK) {
		drop_reading(&r);
		return rc;
	}
	b = build(&r, entity_id, was_available);
	if (c->check != NULL && (rc = c->check(b, f)) != RC_OK) {
		hass_binding_free(b);
		return rc;
	}
	if (c->describe != NULL)
		b->shape->features = c->describe(b, device_class, NULL);
	*out = b;
	return RC_OK;
}

void
hass_binding_free(struct binding *b)
{
	struct adapter *ad;
	size_t i;

	if (b == NULL)
		return;
	ad = b->shape->ad;
	for (i = 0; i < b->shape->n_topics; i++)
		hass_pool_drop(ad, b->topics[i]);
	hass_availability_drop(ad, b->availability);
	hass_shape_drop(b->shape);
	free(b);
}

void *
hass_binding_own(const struct binding *b)
{
	return (void *)(uintptr_t)(b->topics + b->shape->n_topics);
}

size_t
hass_binding_topics(const struct binding *b)
{
	return b->shape->n_roles + (b->availability == NULL ? 0 : b->availability->n);
}

/* The index of a key that was given, or -1. */
static int
index_of(const struct binding *b, int key)
{
	const uint8_t *keys = hass_shape_keys(b->shape), *k = memchr(keys, key, b->shape->n_values);

	return k == NULL ? -1 : (int)(k - keys);
}

struct binding_topic
hass_binding_topic(const struct binding *b, size_t i)
{
	const struct hass_component *c = b->shape->component;
	struct binding_topic t = { .qos = (uint8_t)hass_binding_qos(b) };
	int key;

	if (i >= b->shape->n_roles) {
		i -= b->shape->n_roles;
		t.topic = b->availability->watch[i].topic->p;
		t.availability = true;
		return t;
	}
	i = hass_shape_roles(b->shape)[i];
	key = i < c->n_reads ? c->reads[i].topic : HASS_ATTRIBUTES_TOPIC;
	t.topic = b->topics[hass_shape_places(b->shape)[index_of(b, key)]]->p;
	return t;
}

const char *
hass_binding_publish(const struct binding *b, int key, struct mem_arena *a)
{
	int i = index_of(b, key);
	size_t shared, own;
	uint8_t place;
	const char *ending;
	char *topic;

	if (i < 0)
		return NULL;
	place = hass_shape_places(b->shape)[i];
	if (place != HASS_ENDING)
		return b->topics[place]->p;
	ending = b->shape->values[i].text->p;
	shared = (size_t)b->topics[0]->len - ((uint8_t)ending[0] - 1);
	own = strlen(ending + 1);
	topic = mem_alloc(a, shared + own + 1);
	memcpy(topic, b->topics[0]->p, shared);
	memcpy(topic + shared, ending + 1, own + 1);
	return topic;
}

/* The value of a key that was given, or NULL. */
static const union hass_value *
given(const struct binding *b, int key)
{
	int i = index_of(b, key);

	return i < 0 ? NULL : &b->shape->values[i];
}

const struct hass_text *
hass_binding_shared(const struct binding *b, int key)
{
	const union hass_value *v = given(b, key);

	return v == NULL ? NULL : v->text;
}

const char *
hass_binding_text(const struct binding *b, int key)
{
	const union hass_value *v = given(b, key);

	if (v == NULL)
		return hass_shape_key(b->shape->component, key)->text;
	return v->text == NULL ? NULL : v->text->p;
}

const char *
hass_binding_either(const struct binding *b, int key, int otherwise)
{
	return hass_binding_text(b, hass_binding_has(b, key) ? key : otherwise);
}

double
hass_binding_number(const struct binding *b, int key)
{
	const union hass_value *v = given(b, key);

	return v == NULL ? hass_shape_key(b->shape->component, key)->number : v->number;
}

bool
hass_binding_has(const struct binding *b, int key)
{
	const union hass_value *v = given(b, key);

	return v != NULL && (v->text != NULL || hass_shape_key(b->shape->component, key)->type != HASS_NULLABLE);
}

bool
hass_binding_lists(const struct binding *b, int key, const char *item, size_t len)
{
	const char *list = hass_binding_text(b, key), *p, *end;

	if (list == NULL)
		return false;
	for (p = list + 1; *p != '\0'; p = end + 1) {
		end = strchr(p, '\x1f');
		if ((size_t)(end - p) == len && memcmp(p, item, len) == 0)
			return true;
	}
	return false;
}

struct js *
hass_binding_list(const struct binding *b, int key)
{
	const char *list = hass_binding_text(b, key), *p, *end;
	struct js *out;

	if (list == NULL)
		return NULL;
	out = js_new_array();
	for (p = list + 1; *p != '\0'; p = end + 1) {
		end = strchr(p, '\x1f');
		js_append(out, js_new_stringn(p, (size_t)(end - p)));
	}
	return out;
}

int
hass_binding_qos(const struct binding *b)
{
	return (int)fmin(2, fmax(0, hass_binding_number(b, HASS_QOS)));
}

/* Some of what it can be told is not reported by any topic of its own. */
bool
hass_binding_optimistic(const struct binding *b)
{
	const struct hass_component *c = b->shape->component;
	size_t i;

	if (c->assume == NULL)
		return false;
	for (i = 0; i < c->n_reads; i++)
		if (!hass_binding_has(b, c->reads[i].topic))
			return true;
	return c->n_reads == 0 || hass_binding_number(b, HASS_OPTIMISTIC) != 0;
}

/* A reader without a name may tell any attribute that no other reader is named after. */
bool
hass_binding_reports(const struct binding *b, const char *attribute)
{
	const struct hass_component *c = b->shape->component;
	const struct hass_read *r;
	bool state = false, named = false;
	size_t i;

	for (i = 0; i < c->n_reads; i++) {
		r = &c->reads[i];
		state |= (r->name == NULL || (r->flags & HASS_STATE) != 0) && hass_binding_has(b, r->topic);
		if (attribute == NULL || r->name == NULL || strcmp(r->name, attribute) != 0)
			continue;
		named = true;
		if (hass_binding_has(b, r->topic))
			return true;
	}
	return state && !named;
}
