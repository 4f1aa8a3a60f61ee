/* SPDX-License-Identifier: ISC
 *
 * An entity's configuration, read by its component's table into a compact binding: only what differs
 * from the defaults is kept, texts and templates are shared.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

static const struct hass_key common_keys[HASS_OWN] = {
	[HASS_ATTRIBUTES_TOPIC] = { "json_attributes_topic", HASS_SUBSCRIBE, NULL, 0, false },
	[HASS_ATTRIBUTES_TEMPLATE] = { "json_attributes_template", HASS_TEMPLATE, NULL, 0, false },
	[HASS_QOS] = { "qos", HASS_NUMBER, NULL, 0, false },
	[HASS_RETAIN] = { "retain", HASS_BOOL, NULL, 0, false },
	[HASS_OPTIMISTIC] = { "optimistic", HASS_BOOL, NULL, 0, false },
	[HASS_ENCODING] = { "encoding", HASS_TEXT, "utf-8", 0, false },
	[HASS_AVAILABILITY_MODE] = { "availability_mode", HASS_TEXT, "latest", 0, false },
};

/* A configuration while it is being read. */
struct reading {
	struct adapter		*ad;
	struct buf		 text;		/* scratch for scalars and lists */
	union hass_value	 values[HASS_KEYS_MAX];
	uint8_t			 keys[HASS_KEYS_MAX];	/* of the values */
	size_t			 n;
	struct hass_availability *availability[HASS_AVAILABILITY_MAX];
	size_t			 n_availability;
};

static const struct hass_key *
key_of(const struct hass_component *c, int key)
{
	return key < HASS_OWN ? &common_keys[key] : &c->keys[key - HASS_OWN];
}

static enum rc
wrong(const struct hass_key *k, struct fault *f, const char *what)
{
	return fault_set(f, RC_INVALID, k->name, "%s must be %s", k->name, what);
}

static enum rc
read_text(struct reading *r, const struct hass_key *k, const struct js *v, union hass_value *out,
    struct fault *f)
{
	if (!adapter_value_text(v, &r->text))
		return wrong(k, f, "a text or a number");
	if (r->text.len > HASS_TEXT_MAX)
		return fault_set(f, RC_TOO_LARGE, k->name, "%s is too long", k->name);
	out->text = hass_pool_text(r->ad, buf_str(&r->text), r->text.len);
	return RC_OK;
}

static enum rc
read_topic(struct reading *r, const struct hass_key *k, const struct js *v, union hass_value *out,
    struct fault *f)
{
	size_t n;
	const char *s = js_string(v, &n);

	if (s == NULL)
		return wrong(k, f, "a topic");
	if (k->type == HASS_SUBSCRIBE && !adapter_topic_subscribable(s, n))
		return wrong(k, f, "a topic one can subscribe to");
	if (k->type == HASS_PUBLISH && !adapter_topic_publishable(s, n))
		return wrong(k, f, "a topic one can publish to: not empty, no wildcard");
	out->text = hass_pool_text(r->ad, s, n);
	return RC_OK;
}

static enum rc
read_template(struct reading *r, const struct hass_key *k, const struct js *v, union hass_value *out,
    struct fault *f)
{
	struct fault why = { 0 };

	if (!adapter_value_text(v, &r->text))
		return wrong(k, f, "a template");
	if (hass_pool_template(r->ad, buf_str(&r->text), r->text.len, &out->text, &why) == RC_OK)
		return RC_OK;
	return fault_set(f, RC_INVALID, k->name, "%s: %.180s", k->name, why.msg);
}

static enum rc
read_bool(struct reading *r, const struct hass_key *k, const struct js *v, union hass_value *out,
    struct fault *f)
{
	bool b;

	(void)r;
	if (!adapter_value_bool(v, &b))
		return wrong(k, f, "true or false");
	out->number = b;
	return RC_OK;
}

static enum rc
read_number(struct reading *r, const struct hass_key *k, const struct js *v, union hass_value *out,
    struct fault *f)
{
	size_t n;
	const char *s = js_string(v, &n);
	double d;

	(void)r;
	if (js_is_number(v))
		d = js_real(v, 0);
	else if (s == NULL || !adapter_value_number(s, n, &d))
		return wrong(k, f, "a number");
	if (fabs(d) > HASS_NUMBER_MAX)
		return wrong(k, f, "a number of sensible size");
	out->number = d;
	return RC_OK;
}

static enum rc
read_list(struct reading *r, const struct hass_key *k, const struct js *v, union hass_value *out,
    struct fault *f)
{
	size_t i, n = js_type(v) == JS_ARRAY ? js_size(v) : 1;

	if (n > HASS_LIST_MAX)
		return fault_set(f, RC_TOO_LARGE, k->name, "%s has too many items", k->name);
	buf_putc(&r->text, '\x1f');
	for (i = 0; i < n; i++) {
		if (!adapter_value_text(js_type(v) == JS_ARRAY ? js_at(v, i) : v, &r->text))
			return wrong(k, f, "a list of texts");
		buf_putc(&r->text, '\x1f');
	}
	out->text = hass_pool_text(r->ad, buf_str(&r->text), r->text.len);
	return RC_OK;
}

static enum rc (*const readers[HASS_TYPE__MAX])(struct reading *, const struct hass_key *,
    const struct js *, union hass_value *, struct fault *) = {
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
read_key(struct reading *r, int key, const struct hass_key *k, const struct js *config,
    struct fault *f)
{
	const struct js *v = js_get(config, k->name);
	union hass_value value = { NULL };
	enum rc rc;

	if (v == NULL || (js_is_null(v) && k->type != HASS_NULLABLE)) {
		if (k->required)
			return fault_set(f, RC_INVALID, k->name, "%s is missing", k->name);
		return RC_OK;
	}
	buf_reset(&r->text);
	if (!js_is_null(v) && (rc = readers[k->type](r, k, v, &value, f)) != RC_OK)
		return rc;
	r->keys[r->n] = (uint8_t)key;
	r->values[r->n++] = value;
	return RC_OK;
}

static enum rc
read_config(struct reading *r, const struct hass_component *c, const struct js *config,
    struct fault *f)
{
	int key, n = HASS_OWN + (int)c->n_keys;
	enum rc rc;

	for (key = 0; key < n; key++)
		if ((rc = read_key(r, key, key_of(c, key), config, f)) != RC_OK)
			return rc;
	return hass_availability_read(r->ad, config, r->availability, &r->n_availability, f);
}

static bool
holds_text(const struct hass_component *c, int key)
{
	enum hass_type type = key_of(c, key)->type;

	return type != HASS_BOOL && type != HASS_NUMBER;
}

static void
drop_reading(struct reading *r, const struct hass_component *c)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (holds_text(c, r->keys[i]))
			hass_pool_drop(r->ad, r->values[i].text);
	for (i = 0; i < r->n_availability; i++)
		hass_availability_drop(r->ad, r->availability[i]);
}

static const char *
shared_text(const struct reading *r, int key)
{
	const uint8_t *k = memchr(r->keys, key, r->n);
	const struct hass_text *t = k == NULL ? NULL : r->values[k - r->keys].text;

	return t == NULL ? NULL : t->p;
}

/* The topic of a row of reads; NULL when the row does not apply. */
static const char *
read_of(const struct hass_read *read, const struct reading *r)
{
	if ((read->flags & HASS_IF_TEMPLATE) != 0 && shared_text(r, read->template) == NULL)
		return NULL;
	return shared_text(r, read->topic);
}

static void
add_topic(struct binding *b, const char *topic, int role, int qos, bool availability)
{
	struct binding_topic *t = &b->topics[b->n_topics++];

	t->topic = topic;
	t->role = (uint16_t)role;
	t->qos = (uint8_t)qos;
	t->availability = availability;
}

/* Roles: a row of reads; then the attributes; then one per availability entry. */
static void
list_topics(struct binding *b, const struct reading *r)
{
	const struct hass_component *c = b->component;
	int qos = hass_binding_qos(b), role;
	const char *topic;
	size_t i;

	for (i = 0; i < c->n_reads; i++)
		if ((topic = read_of(&c->reads[i], r)) != NULL)
			add_topic(b, topic, (int)i, qos, false);
	role = (int)c->n_reads;
	if ((topic = shared_text(r, HASS_ATTRIBUTES_TOPIC)) != NULL)
		add_topic(b, topic, role, qos, false);
	for (i = 0; i < b->n_availability; i++)
		add_topic(b, b->availability[i]->topic->p, ++role, qos, true);
}

static size_t
count_topics(const struct hass_component *c, const struct reading *r)
{
	size_t i, n = r->n_availability + (shared_text(r, HASS_ATTRIBUTES_TOPIC) != NULL);

	for (i = 0; i < c->n_reads; i++)
		n += read_of(&c->reads[i], r) != NULL;
	return n;
}

/* One piece of memory for everything a binding owns; the widest alignment comes first. */
static struct binding *
build(struct adapter *ad, const struct hass_component *c, const char *entity_id,
    const struct reading *r)
{
	size_t n_topics = count_topics(c, r);
	size_t values = r->n * sizeof(union hass_value), topics = n_topics * sizeof(struct binding_topic);
	size_t availability = r->n_availability * sizeof(struct hass_availability *);
	size_t own = (c->own + 7) & ~(size_t)7;
	struct binding *b = mem_xcalloc(1, sizeof(*b) + values + topics + availability + own + r->n);
	char *p = (char *)(b + 1);

	b->ad = ad;
	b->component = c;
	b->entity_id = entity_id;
	b->values = (void *)p;
	b->topics = (void *)(p += values);
	b->availability = (void *)(p += topics);
	b->own = p += availability;
	b->keys = (uint8_t *)(p + own);
	b->n_values = (uint8_t)r->n;
	b->n_availability = (uint8_t)r->n_availability;
	if (values > 0)
		memcpy(b->values, r->values, values);
	if (availability > 0)
		memcpy(b->availability, r->availability, availability);
	memcpy(b->keys, r->keys, r->n);
	return b;
}

enum rc
hass_binding_new(struct adapter *ad, const struct hass_component *c, const char *entity_id,
    const struct js *config, bool was_available, struct binding **out, struct fault *f)
{
	struct reading r;
	struct binding *b = NULL;
	enum rc rc;

	r.ad = ad;
	r.n = r.n_availability = 0;
	r.text = (struct buf){ .max = TEMPLATE_SOURCE_MAX + 1 };
	rc = read_config(&r, c, config, f);
	buf_free(&r.text);
	if (rc != RC_OK) {
		drop_reading(&r, c);
		return rc;
	}
	b = build(ad, c, entity_id, &r);
	b->mode = (uint8_t)hass_availability_mode(hass_binding_text(b, HASS_AVAILABILITY_MODE));
	list_topics(b, &r);
	b->available = was_available;
	b->online = was_available ? UINT32_MAX : 0;
	rc = hass_encoding_parse(hass_binding_text(b, HASS_ENCODING), &b->encoding, f);
	if (rc != RC_OK || (c->check != NULL && (rc = c->check(b, f)) != RC_OK)) {
		hass_binding_free(b);
		return rc;
	}
	if (c->describe != NULL)
		b->features = c->describe(b, config, NULL);
	*out = b;
	return RC_OK;
}

void
hass_binding_free(struct binding *b)
{
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < b->n_values; i++)
		if (holds_text(b->component, b->keys[i]))
			hass_pool_drop(b->ad, b->values[i].text);
	for (i = 0; i < b->n_availability; i++)
		hass_availability_drop(b->ad, b->availability[i]);
	free(b);
}

/* The value of a key that was given, or NULL. */
static const union hass_value *
given(const struct binding *b, int key)
{
	const uint8_t *k = memchr(b->keys, key, b->n_values);

	return k == NULL ? NULL : &b->values[k - b->keys];
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
		return key_of(b->component, key)->text;
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

	return v == NULL ? key_of(b->component, key)->number : v->number;
}

bool
hass_binding_has(const struct binding *b, int key)
{
	const union hass_value *v = given(b, key);

	return v != NULL && (!holds_text(b->component, key) || v->text != NULL);
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
	const struct hass_component *c = b->component;
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
	const struct hass_component *c = b->component;
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
