/* SPDX-License-Identifier: ISC
 *
 * The methods of strings that cut them in pieces.
 */
#include "shared/base/template_str_int.h"

static bool
push_piece(struct run *r, struct tlist *l, const char *from, const char *to)
{
	return template_charge(r, 1) && template_push(r, l, tv_string(from, (size_t)(to - from)));
}

static void
reverse(struct tlist *l)
{
	struct tv t;
	uint32_t i;

	for (i = 0; i < l->n / 2; i++) {
		t = l->v[i];
		l->v[i] = l->v[l->n - 1 - i];
		l->v[l->n - 1 - i] = t;
	}
}

static bool
space_at(const char *p, const char *end, size_t *n)
{
	uint32_t cp;

	*n = template_utf8_get(p, (size_t)(end - p), &cp);
	return template_is_space(cp);
}

static void
split_space(struct run *r, struct tv s, int64_t max, struct tlist *l)
{
	const char *p = s.u.s, *end = p + s.len, *from;
	size_t n;

	for (;;) {
		while (p < end && space_at(p, end, &n))
			p += n;
		if (p == end)
			return;
		from = p;
		if (max-- == 0) {
			push_piece(r, l, from, end);
			return;
		}
		while (p < end && !space_at(p, end, &n))
			p += n;
		if (!push_piece(r, l, from, p))
			return;
	}
}

/* From the right, in reverse order. */
static void
rsplit_space(struct run *r, struct tv s, int64_t max, struct tlist *l)
{
	size_t len = s.len, cut, n;
	const char *p;

	for (;;) {
		p = s.u.s;
		template_strip(&p, &len, 2);
		if (len == 0)
			return;
		for (cut = len; cut > 0 && max != 0; cut -= n) {
			n = template_utf8_last(s.u.s, cut);
			if (space_at(s.u.s + cut - n, s.u.s + cut, &n))
				break;
		}
		if (max == 0)
			cut = 0;
		if (!push_piece(r, l, s.u.s + cut, s.u.s + len))
			return;
		len = cut;
		max--;
	}
}

static void
split_text(struct run *r, struct tv s, struct tv sep, int64_t max, struct tlist *l)
{
	const char *p = s.u.s, *end = p + s.len;
	size_t hit;

	while (max-- != 0 && (hit = template_find(p, (size_t)(end - p), sep.u.s, sep.len)) != SIZE_MAX) {
		if (!push_piece(r, l, p, p + hit))
			return;
		p += hit + sep.len;
	}
	push_piece(r, l, p, end);
}

static void
rsplit_text(struct run *r, struct tv s, struct tv sep, int64_t max, struct tlist *l)
{
	size_t len = s.len, hit;

	while (max-- != 0 && (hit = template_rfind(s.u.s, len, sep.u.s, sep.len)) != SIZE_MAX) {
		if (!push_piece(r, l, s.u.s + hit + sep.len, s.u.s + len))
			return;
		len = hit;
	}
	push_piece(r, l, s.u.s, s.u.s + len);
}

static struct tv
split(struct run *r, const struct tv *a, bool right)
{
	struct tlist l = {0};
	int64_t max = -1;

	if (a[2].type != TV_ABSENT && !template_arg_int(r, a[2], "maxsplit", &max))
		return tv_make(TV_RAISED);
	if (!template_charge(r, a[0].len / 16))
		return tv_make(TV_RAISED);
	if (a[1].type == TV_ABSENT || a[1].type == TV_NONE) {
		(right ? rsplit_space : split_space)(r, a[0], max, &l);
	} else {
		if (!template_arg_str(r, a[1], "the separator"))
			return tv_make(TV_RAISED);
		if (a[1].len == 0)
			return template_error(r, "empty separator");
		(right ? rsplit_text : split_text)(r, a[0], a[1], max, &l);
	}
	if (right)
		reverse(&l);
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, l.v, l.n) : tv_make(TV_RAISED);
}

struct tv
template_str_split(struct run *r, const struct tv *a)
{
	return split(r, a, false);
}

struct tv
template_str_rsplit(struct run *r, const struct tv *a)
{
	return split(r, a, true);
}

static bool
is_line_end(uint32_t cp)
{
	return (cp >= 10 && cp <= 13) || (cp >= 28 && cp <= 30) || cp == 0x85 || cp == 0x2028 ||
	    cp == 0x2029;
}

struct tv
template_str_splitlines(struct run *r, const struct tv *a)
{
	const char *p = a[0].u.s, *end = p + a[0].len, *from = p, *stop;
	bool keep = template_truth(a[1]);
	struct tlist l = {0};
	uint32_t cp;

	if (!template_charge(r, a[0].len / 16))
		return tv_make(TV_RAISED);
	while (p < end) {
		stop = p;
		p += template_utf8_get(p, (size_t)(end - p), &cp);
		if (!is_line_end(cp))
			continue;
		if (cp == '\r' && p < end && *p == '\n')
			p++;
		if (!push_piece(r, &l, from, keep ? p : stop))
			return tv_make(TV_RAISED);
		from = p;
	}
	if (from < end)
		push_piece(r, &l, from, end);
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, l.v, l.n) : tv_make(TV_RAISED);
}

static struct tv
partition(struct run *r, const struct tv *a, bool last)
{
	struct tv *parts = template_alloc(r, 3 * sizeof(*parts)), s = a[0];
	size_t hit;

	if (parts == NULL || !template_arg_str(r, a[1], "the separator"))
		return tv_make(TV_RAISED);
	if (a[1].len == 0)
		return template_error(r, "empty separator");
	hit = last ? template_rfind(s.u.s, s.len, a[1].u.s, a[1].len) :
	    template_find(s.u.s, s.len, a[1].u.s, a[1].len);
	if (hit == SIZE_MAX) {
		parts[0] = parts[1] = parts[2] = tv_string("", 0);
		parts[last ? 2 : 0] = s;
	} else {
		parts[0] = tv_string(s.u.s, hit);
		parts[1] = a[1];
		parts[2] = tv_string(s.u.s + hit + a[1].len, s.len - hit - a[1].len);
	}
	return tv_items(TV_TUPLE, parts, 3);
}

struct tv
template_str_partition(struct run *r, const struct tv *a)
{
	return partition(r, a, false);
}

struct tv
template_str_rpartition(struct run *r, const struct tv *a)
{
	return partition(r, a, true);
}
