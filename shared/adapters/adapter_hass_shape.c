/* SPDX-License-Identifier: ISC
 *
 * What entities of a kind have in common. A house has many of the same device, and their announcements
 * differ in nothing but the topics, which begin alike within each of them: "zigbee2mqtt/lamp" and
 * "zigbee2mqtt/lamp/set". So the first topic is kept in full by each binding, and what is sent to is kept as
 * the other ending it has, which is the same for all of a kind.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

#define CUT_MAX 200	/* bytes of the first topic that another ending may take the place of */

static const struct hass_key common_keys[HASS_OWN] = {
	[HASS_ATTRIBUTES_TOPIC] = { "json_attributes_topic", HASS_SUBSCRIBE, NULL, 0, false },
	[HASS_ATTRIBUTES_TEMPLATE] = { "json_attributes_template", HASS_TEMPLATE, NULL, 0, false },
	[HASS_QOS] = { "qos", HASS_NUMBER, NULL, 0, false },
	[HASS_RETAIN] = { "retain", HASS_BOOL, NULL, 0, false },
	[HASS_OPTIMISTIC] = { "optimistic", HASS_BOOL, NULL, 0, false },
	[HASS_ENCODING] = { "encoding", HASS_TEXT, "utf-8", 0, false },
	[HASS_AVAILABILITY_MODE] = { "availability_mode", HASS_TEXT, "latest", 0, false },
};

const struct hass_key *
hass_shape_key(const struct hass_component *c, int key)
{
	return key < HASS_OWN ? &common_keys[key] : &c->keys[key - HASS_OWN];
}

bool
hass_shape_holds_text(const struct hass_component *c, int key)
{
	enum hass_type type = hass_shape_key(c, key)->type;

	return type != HASS_BOOL && type != HASS_NUMBER;
}

bool
hass_shape_holds_topic(const struct hass_component *c, int key)
{
	enum hass_type type = hass_shape_key(c, key)->type;

	return type == HASS_SUBSCRIBE || type == HASS_PUBLISH;
}

const uint8_t *
hass_shape_keys(const struct hass_shape *s)
{
	return (const uint8_t *)(s->values + s->n_values);
}

const uint8_t *
hass_shape_places(const struct hass_shape *s)
{
	return hass_shape_keys(s) + s->n_values;
}

const uint8_t *
hass_shape_roles(const struct hass_shape *s)
{
	return hass_shape_places(s) + s->n_values;
}

/* ---- topics ---- */

/* Value i, a topic, becomes one of the binding's own. */
static void
keep_topic(struct hass_reading *r, size_t i)
{
	size_t place = 0;

	while (place < r->n_topics && r->topics[place] != r->values[i].text)
		place++;
	if (place < r->n_topics)
		hass_pool_drop(r->ad, r->values[i].text);
	else
		r->topics[r->n_topics++] = r->values[i].text;
	r->places[i] = (uint8_t)place;
	r->values[i].text = NULL;
}

/* Value i becomes what it has at its end instead of the first topic's; false when they have too little in common. */
static bool
keep_ending(struct hass_reading *r, size_t i)
{
	struct hass_text *own = r->values[i].text, *first = r->topics[0];
	char text[ADAPTER_TOPIC_MAX + 2];
	size_t alike = 0, cut;

	while (alike < first->len && alike < own->len && first->p[alike] == own->p[alike])
		alike++;
	cut = first->len - alike;
	if (cut > CUT_MAX || alike <= cut || own->len - alike + 1 > sizeof(text))
		return false;
	text[0] = (char)(cut + 1);
	memcpy(text + 1, own->p + alike, own->len - alike);
	r->values[i].text = hass_pool_text(r->ad, text, own->len - alike + 1);
	r->places[i] = HASS_ENDING;
	hass_pool_drop(r->ad, own);
	return true;
}

static void
place_topics(struct hass_reading *r)
{
	size_t i;

	memset(r->places, 0, r->n);
	for (i = 0; i < r->n; i++)
		if (hass_shape_key(r->component, r->keys[i])->type == HASS_SUBSCRIBE)
			keep_topic(r, i);
	for (i = 0; i < r->n; i++)
		if (hass_shape_key(r->component, r->keys[i])->type == HASS_PUBLISH &&
		    (r->n_topics == 0 || !keep_ending(r, i)))
			keep_topic(r, i);
}

/* ---- roles: a row of reads; then the attributes ---- */

static bool
has(const struct hass_reading *r, int key)
{
	const uint8_t *k = memchr(r->keys, key, r->n);

	return k != NULL && (hass_shape_holds_topic(r->component, key) ||
	    r->values[k - r->keys].text != NULL);
}

static size_t
list_roles(const struct hass_reading *r, uint8_t roles[HASS_KEYS_MAX])
{
	const struct hass_component *c = r->component;
	size_t i, n = 0;

	for (i = 0; i < c->n_reads; i++)
		if (has(r, c->reads[i].topic) &&
		    ((c->reads[i].flags & HASS_IF_TEMPLATE) == 0 || has(r, c->reads[i].template)))
			roles[n++] = (uint8_t)i;
	if (has(r, HASS_ATTRIBUTES_TOPIC))
		roles[n++] = (uint8_t)c->n_reads;
	return n;
}

/* ---- sharing ---- */

static size_t
size_of(const struct hass_shape *s)
{
	return sizeof(*s) + s->n_values * (sizeof(union hass_value) + 2) + s->n_roles;
}

#define TELLING offsetof(struct hass_shape, ad)

static bool
same(const struct hass_shape *a, const struct hass_shape *b)
{
	return size_of(a) == size_of(b) && memcmp((const char *)a + TELLING, (const char *)b + TELLING,
	    size_of(a) - TELLING) == 0;
}

static void
drop_values(const struct hass_shape *s)
{
	const uint8_t *keys = hass_shape_keys(s);
	size_t i;

	for (i = 0; i < s->n_values; i++)
		if (hass_shape_holds_text(s->component, keys[i]))
			hass_pool_drop(s->ad, s->values[i].text);
}

static struct hass_shape *
make(const struct hass_reading *r)
{
	uint8_t roles[HASS_KEYS_MAX], *p;
	size_t n_roles = list_roles(r, roles);
	struct hass_shape *s = mem_xcalloc(1, sizeof(*s) + r->n * (sizeof(union hass_value) + 2) + n_roles);

	s->ad = r->ad;
	s->component = r->component;
	s->n_values = (uint8_t)r->n;
	s->n_topics = (uint8_t)r->n_topics;
	s->n_roles = (uint8_t)n_roles;
	s->mode = r->mode;
	s->encoding = r->encoding;
	memcpy(s->values, r->values, r->n * sizeof(r->values[0]));
	p = (uint8_t *)(s->values + r->n);
	memcpy(p, r->keys, r->n);
	memcpy(p + r->n, r->places, r->n);
	memcpy(p + 2 * r->n, roles, n_roles);
	s->content = map_hash((const char *)s + TELLING, size_of(s) - TELLING);
	return s;
}

struct hass_shape *
hass_shape_of(struct hass_reading *r)
{
	struct hass_shape *s, *known;

	place_topics(r);
	s = make(r);
	known = map_get_int(&r->ad->shapes, (int64_t)s->content);
	if (known == NULL) {
		map_put_int(&r->ad->shapes, (int64_t)s->content, s);
	} else if (same(known, s)) {
		drop_values(s);
		free(s);
		s = known;
	}
	s->refs++;
	return s;
}

void
hass_shape_drop(struct hass_shape *s)
{
	if (--s->refs > 0)
		return;
	if (map_get_int(&s->ad->shapes, (int64_t)s->content) == s)
		map_remove_int(&s->ad->shapes, (int64_t)s->content);
	drop_values(s);
	free(s);
}
