/* SPDX-License-Identifier: ISC
 *
 * Dictionaries: pairs in order of insertion, an index once there are many. Keys are equal as in
 * Python, so 1, 1.0 and True are one key.
 */
#include <math.h>

#include "shared/base/template_int.h"

bool
template_hashable(struct tv v)
{
	uint32_t i;

	if (tv_is_list(v) || tv_is_dict(v) || v.type == TV_SET || v.type == TV_VIEW)
		return false;
	if (v.type == TV_TUPLE)
		for (i = 0; i < v.len; i++)
			if (!template_hashable(v.u.items[i]))
				return false;
	return true;
}

static uint32_t
mix(uint64_t h)
{
	h ^= h >> 31;
	h *= 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}

static uint32_t
hash(struct tv v)
{
	uint64_t h = 0xcbf29ce484222325u;
	uint32_t i;

	switch ((enum tv_type)v.type) {
	case TV_BOOL:
	case TV_INT:
		return mix((uint64_t)v.u.i);
	case TV_REAL:
		if (v.u.d == floor(v.u.d) && fabs(v.u.d) < 9e18)
			return mix((uint64_t)(int64_t)v.u.d);
		return mix((uint64_t)v.u.i);
	case TV_STRING:
	case TV_BYTES:
		for (i = 0; i < v.len; i++)
			h = (h ^ (uint8_t)v.u.s[i]) * 0x100000001b3u;
		return mix(h);
	case TV_TUPLE:
		for (i = 0; i < v.len; i++)
			h = (h ^ hash(v.u.items[i])) * 0x100000001b3u;
		return mix(h);
	case TV_NONE:
	case TV_UNDEFINED:
	case TV_STATE:		/* one is in many places */
	case TV_DATETIME:	/* equal moments may be written in many ways */
		return v.type;
	default:
		return mix((uint64_t)v.u.i);
	}
}

struct tdict *
template_dict_new(struct run *r, uint32_t room)
{
	struct tdict *d = template_alloc(r, sizeof(*d));

	if (d == NULL)
		return NULL;
	*d = (struct tdict){.cap = room < 4 ? 4 : room};
	d->pairs = template_alloc(r, d->cap * sizeof(*d->pairs));
	return d->pairs == NULL ? NULL : d;
}

struct tv
template_dict_value(struct tdict *d)
{
	struct tv v = tv_make(TV_DICT);

	if (d == NULL)
		return tv_make(TV_RAISED);
	v.u.dict = d;
	return v;
}

/* The pair with this key, or NULL. */
static struct tpair *
find(struct run *r, const struct tdict *d, struct tv key)
{
	uint32_t i, at_slot;

	if (d->index == NULL) {
		for (i = 0; i < d->n; i++)
			if (template_equal(r, d->pairs[i].key, key))
				return &d->pairs[i];
		return NULL;
	}
	template_charge(r, key.type == TV_STRING ? key.len / 64 : 0);
	for (i = hash(key);; i++) {
		at_slot = d->index[i & (d->nindex - 1)];
		if (at_slot == 0)
			return NULL;
		if (template_equal(r, d->pairs[at_slot - 1].key, key))
			return &d->pairs[at_slot - 1];
		if (r->result != TEMPLATE_OK)
			return NULL;
	}
}

static void
index_pair(struct tdict *d, uint32_t pair)
{
	uint32_t i = hash(d->pairs[pair].key);

	while (d->index[i & (d->nindex - 1)] != 0)
		i++;
	d->index[i & (d->nindex - 1)] = pair + 1;
}

static bool
grow(struct run *r, struct tdict *d)
{
	struct tpair *pairs = template_alloc(r, 2 * d->cap * sizeof(*pairs));
	uint32_t i;

	if (pairs == NULL)
		return false;
	memcpy(pairs, d->pairs, d->n * sizeof(*pairs));
	d->pairs = pairs;
	d->cap *= 2;
	for (d->nindex = 16; d->nindex < 2 * d->cap; d->nindex *= 2)
		continue;
	if ((d->index = template_alloc(r, d->nindex * sizeof(*d->index))) == NULL)
		return false;
	memset(d->index, 0, d->nindex * sizeof(*d->index));
	for (i = 0; i < d->n; i++)
		index_pair(d, i);
	return true;
}

bool
template_dict_set(struct run *r, struct tdict *d, struct tv key, struct tv value)
{
	struct tpair *p;

	if (!template_hashable(key)) {
		template_error(r, "unhashable type: '%s'", template_type_name(key));
		return false;
	}
	if ((p = find(r, d, key)) != NULL) {
		p->value = value;
		return true;
	}
	if (r->result != TEMPLATE_OK || (d->n == d->cap && !grow(r, d)))
		return false;
	d->pairs[d->n] = (struct tpair){key, value};
	if (d->index != NULL)
		index_pair(d, d->n);
	d->n++;
	return true;
}

bool
template_dict_find(struct run *r, struct tv dict, struct tv key, struct tv *out)
{
	const struct js *v;
	struct tpair *p;

	if (dict.type == TV_JSON_DICT) {
		v = key.type == TV_STRING ? js_getn(dict.u.js, key.u.s, key.len) : NULL;
		if (v != NULL)
			*out = (dict.flag & TV_TRIGGER) != 0 ? template_trigger_member(r, key, v) :
			    (dict.flag & TV_THIS) != 0 ? template_this_member(r, key, v) : template_wrap(v);
		return v != NULL;
	}
	if (dict.type == TV_ATTRIBUTES)
		return template_attributes_find(r, dict.u.state, key, out);
	p = find(r, dict.u.dict, key);
	if (p != NULL)
		*out = p->value;
	return p != NULL;
}
