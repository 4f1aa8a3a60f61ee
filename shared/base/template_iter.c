/* SPDX-License-Identifier: ISC
 *
 * Iteration over everything that has items, lists under construction, and sorting.
 */
#include <stdio.h>

#include "shared/base/template_int.h"

bool
template_iterable(struct tv v)
{
	return v.type == TV_GENERATOR || template_is_states(v) || template_length(v) >= 0;
}

bool
template_iter(struct run *r, struct titer *it, struct tv v)
{
	if (template_is_states(v))
		v = template_states_list(r, v);
	else if (v.type == TV_ATTRIBUTES)
		v = template_attributes_dict(r, v.u.state);
	*it = (struct titer){.src = v};
	if (tv_raised(v))
		return false;
	if (v.type == TV_VIEW)
		it->src = v.u.view->dict;
	if (it->src.type == TV_JSON_DICT)
		it->js = js_iter(it->src.u.js);
	if (template_iterable(v)) {
		it->src = v;
		return true;
	}
	template_error(r, "'%s' object is not iterable", template_type_name(v));
	return false;
}

static bool
next_char(struct titer *it, struct tv *out)
{
	uint32_t cp;
	size_t n;

	if (it->pos >= it->src.len)
		return false;
	if (it->src.type == TV_BYTES) {
		*out = tv_int((uint8_t)it->src.u.s[it->pos++]);
		return true;
	}
	n = template_utf8_get(it->src.u.s + it->pos, it->src.len - it->pos, &cp);
	*out = tv_string(it->src.u.s + it->pos, n);
	it->pos += (uint32_t)n;
	return true;
}

/* The next key and value of a dict. */
static bool
next_pair(struct titer *it, struct tv dict, struct tv pair[2])
{
	if (dict.type == TV_JSON_DICT) {
		if (it->js == NULL)
			return false;
		pair[0] = tv_text(js_iter_key(it->js));
		pair[1] = template_wrap(js_iter_value(it->js));
		it->js = js_iter_next(dict.u.js, it->js);
		return true;
	}
	if (it->pos >= dict.u.dict->n)
		return false;
	pair[0] = dict.u.dict->pairs[it->pos].key;
	pair[1] = dict.u.dict->pairs[it->pos++].value;
	return true;
}

static bool
next_view(struct run *r, struct titer *it, struct tv *out)
{
	const struct tview *view = it->src.u.view;
	struct tv pair[2], *both;

	if (!next_pair(it, view->dict, pair))
		return false;
	if (view->kind != TVIEW_ITEMS) {
		*out = pair[view->kind == TVIEW_VALUES];
		return true;
	}
	if ((both = template_alloc(r, sizeof(pair))) == NULL)
		return false;
	memcpy(both, pair, sizeof(pair));
	*out = tv_items(TV_TUPLE, both, 2);
	return true;
}

static bool
next_generated(struct run *r, struct tgen *g, struct tv *out)
{
	if (g->pos < g->n) {
		*out = g->items[g->pos++];
		return true;
	}
	if (g->result != TEMPLATE_OK) {
		r->result = g->result;
		snprintf(r->msg, sizeof(r->msg), "%s", g->msg);
		g->result = TEMPLATE_OK;
	}
	return false;
}

static bool
next_item(struct run *r, struct titer *it, struct tv *out)
{
	struct tv pair[2];

	switch ((enum tv_type)it->src.type) {
	case TV_STRING:
	case TV_BYTES:
		return next_char(it, out);
	case TV_LIST:
	case TV_TUPLE:
	case TV_SET:
	case TV_JSON_LIST:
	case TV_RANGE:
		if (it->pos >= template_length(it->src))
			return false;
		*out = it->src.type == TV_SET ? it->src.u.items[it->pos] : template_index(it->src, it->pos);
		it->pos++;
		return true;
	case TV_DICT:
	case TV_JSON_DICT:
		if (!next_pair(it, it->src, pair))
			return false;
		*out = pair[0];
		return true;
	case TV_VIEW:
		return next_view(r, it, out);
	case TV_GENERATOR:
		return next_generated(r, it->src.u.gen, out);
	default:
		return false;
	}
}

bool
template_next(struct run *r, struct titer *it, struct tv *out)
{
	*out = tv_make(TV_ABSENT);
	if (!template_charge(r, 1))
		return false;
	return next_item(r, it, out);
}

bool
template_push(struct run *r, struct tlist *l, struct tv v)
{
	uint32_t cap = l->cap == 0 ? 8 : 2 * l->cap;
	struct tv *grown;

	if (l->n == l->cap) {
		if ((grown = template_alloc(r, cap * sizeof(*grown))) == NULL)
			return false;
		if (l->n > 0)
			memcpy(grown, l->v, l->n * sizeof(*grown));
		l->v = grown;
		l->cap = cap;
	}
	l->v[l->n++] = v;
	return true;
}

struct tv
template_list_of(struct run *r, struct tv v)
{
	struct tlist l = {0};
	struct titer it;
	struct tv item;

	if (!template_iter(r, &it, v))
		return tv_make(TV_RAISED);
	while (template_next(r, &it, &item))
		if (!template_push(r, &l, item))
			break;
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, l.v, l.n) : tv_make(TV_RAISED);
}

/* An error so far (but no limit) waits at the end of the items, as it would in a lazy generator. */
struct tv
template_generator(struct run *r, const struct tlist *l, const char *kind)
{
	struct tv v = tv_make(TV_GENERATOR);
	char *msg = NULL;

	if (r->result == TEMPLATE_LIMIT)
		return tv_make(TV_RAISED);
	if (r->result != TEMPLATE_OK) {
		if ((msg = template_alloc(r, sizeof(r->msg))) == NULL)
			return tv_make(TV_RAISED);
		memcpy(msg, r->msg, sizeof(r->msg));
	}
	if ((v.u.gen = template_alloc(r, sizeof(*v.u.gen))) == NULL)
		return tv_make(TV_RAISED);
	*v.u.gen = (struct tgen){
	    .items = l->v, .n = l->n, .result = r->result, .msg = msg, .kind = kind};
	r->result = TEMPLATE_OK;
	return v;
}

/* Merges from[lo..mid) and from[mid..hi) into to. */
static bool
merge(struct run *r, const struct tv *keys, const uint32_t *from, uint32_t *to, const uint32_t at3[3],
    bool reverse)
{
	uint32_t i = at3[0], j = at3[1], k = at3[0];
	int cmp;

	while (i < at3[1] && j < at3[2]) {
		if (!template_order(r, keys[from[j]], keys[from[i]], "<", &cmp))
			return false;
		to[k++] = (reverse ? cmp == 1 : cmp == -1) ? from[j++] : from[i++];
	}
	while (i < at3[1])
		to[k++] = from[i++];
	while (j < at3[2])
		to[k++] = from[j++];
	return true;
}

bool
template_sort(struct run *r, struct tv *items, const struct tv *keys, uint32_t n, bool reverse)
{
	uint32_t *a = template_alloc(r, n * sizeof(*a)), *b = template_alloc(r, n * sizeof(*b)), *swap;
	struct tv *sorted = template_alloc(r, n * sizeof(*sorted));
	uint32_t i, width, at3[3];

	if (a == NULL || b == NULL || sorted == NULL)
		return false;
	for (i = 0; i < n; i++)
		a[i] = i;
	for (width = 1; width < n; width *= 2) {
		for (i = 0; i < n; i += 2 * width) {
			at3[0] = i;
			at3[1] = i + width < n ? i + width : n;
			at3[2] = i + 2 * width < n ? i + 2 * width : n;
			if (!merge(r, keys, a, b, at3, reverse))
				return false;
		}
		swap = a;
		a = b;
		b = swap;
	}
	for (i = 0; i < n; i++)
		sorted[i] = items[a[i]];
	if (n > 0)
		memcpy(items, sorted, n * sizeof(*items));
	return true;
}
