/* SPDX-License-Identifier: ISC
 *
 * The methods of strings, as Python's str has them: their list, stripping, searching, replacing, padding.
 * Positions count code points; searching and cutting work on bytes.
 */
#include "shared/base/template_str_int.h"

size_t
template_find(const char *h, size_t hn, const char *n, size_t nn)
{
	const char *hit;

	if (nn == 0)
		return 0;
	if (hn < nn)
		return SIZE_MAX;
	hit = memmem(h, hn, n, nn);
	return hit == NULL ? SIZE_MAX : (size_t)(hit - h);
}

size_t
template_rfind(const char *h, size_t hn, const char *n, size_t nn)
{
	size_t i;

	if (hn < nn)
		return SIZE_MAX;
	for (i = hn - nn + 1; i-- > 0;)
		if (nn == 0 || memcmp(h + i, n, nn) == 0)
			return i;
	return SIZE_MAX;
}

/* ---- strip ---- */

static bool
in_set(const char *set, size_t len, const char *s, size_t n)
{
	uint32_t cp;
	size_t i, k;

	for (i = 0; i < len; i += k) {
		k = template_utf8_get(set + i, len - i, &cp);
		if (k == n && memcmp(set + i, s, n) == 0)
			return true;
	}
	return false;
}

static struct tv
strip_set(struct tv s, struct tv set, int side)
{
	uint32_t cp;
	size_t n;

	while ((side & 1) != 0 && s.len > 0) {
		n = template_utf8_get(s.u.s, s.len, &cp);
		if (!in_set(set.u.s, set.len, s.u.s, n))
			break;
		s.u.s += n;
		s.len -= (uint32_t)n;
	}
	while ((side & 2) != 0 && s.len > 0) {
		n = template_utf8_last(s.u.s, s.len);
		if (!in_set(set.u.s, set.len, s.u.s + s.len - n, n))
			break;
		s.len -= (uint32_t)n;
	}
	return s;
}

static struct tv
strip(struct run *r, const struct tv *a, int side)
{
	struct tv s = a[0].type == TV_STRING ? a[0] : template_to_str(r, a[0]);
	size_t n = s.len;

	if (tv_raised(s))
		return s;
	if (a[1].type == TV_ABSENT || a[1].type == TV_NONE) {
		template_strip(&s.u.s, &n, side);
		s.len = (uint32_t)n;
		return s;
	}
	if (!template_arg_str(r, a[1], "strip arg") || !template_charge(r, a[1].len))
		return tv_make(TV_RAISED);
	return strip_set(s, a[1], side);
}

struct tv
template_str_strip(struct run *r, const struct tv *a)
{
	return strip(r, a, 3);
}

static struct tv
str_lstrip(struct run *r, const struct tv *a)
{
	return strip(r, a, 1);
}

static struct tv
str_rstrip(struct run *r, const struct tv *a)
{
	return strip(r, a, 2);
}

static struct tv
str_removeprefix(struct run *r, const struct tv *a)
{
	struct tv s = a[0];

	if (!template_arg_str(r, a[1], "prefix"))
		return tv_make(TV_RAISED);
	if (s.len >= a[1].len && memcmp(s.u.s, a[1].u.s, a[1].len) == 0)
		return tv_string(s.u.s + a[1].len, s.len - a[1].len);
	return s;
}

static struct tv
str_removesuffix(struct run *r, const struct tv *a)
{
	struct tv s = a[0];

	if (!template_arg_str(r, a[1], "suffix"))
		return tv_make(TV_RAISED);
	if (s.len >= a[1].len && memcmp(s.u.s + s.len - a[1].len, a[1].u.s, a[1].len) == 0)
		s.len -= a[1].len;
	return s;
}

/* ---- search ---- */

/* Applies the optional start and end (a[2], a[3]) to the text; false when raised or out of range. */
static bool
window(struct run *r, const struct tv *a, struct tv *s, int64_t *start)
{
	int64_t n, from = 0, to;

	*s = a[0];
	*start = 0;
	if (a[2].type == TV_ABSENT && a[3].type == TV_ABSENT)
		return true;
	n = to = (int64_t)template_utf8_len(s->u.s, s->len);
	if (a[2].type != TV_ABSENT && a[2].type != TV_NONE && !template_arg_int(r, a[2], "start", &from))
		return false;
	if (a[3].type != TV_ABSENT && a[3].type != TV_NONE && !template_arg_int(r, a[3], "end", &to))
		return false;
	from = from < 0 ? (from + n < 0 ? 0 : from + n) : from;
	to = to < 0 ? (to + n < 0 ? 0 : to + n) : to > n ? n : to;
	if (from > to)
		return false;
	*start = from;
	s->u.s += template_utf8_at(a[0].u.s, a[0].len, (size_t)from);
	s->len = (uint32_t)(a[0].u.s + template_utf8_at(a[0].u.s, a[0].len, (size_t)to) - s->u.s);
	return true;
}

static struct tv
search(struct run *r, const struct tv *a, bool last, bool must)
{
	size_t hit = SIZE_MAX;
	int64_t start;
	struct tv s;

	if (!template_arg_str(r, a[1], "the text to find") || !template_charge(r, a[0].len / 16))
		return tv_make(TV_RAISED);
	if (window(r, a, &s, &start))
		hit = last ? template_rfind(s.u.s, s.len, a[1].u.s, a[1].len) :
		    template_find(s.u.s, s.len, a[1].u.s, a[1].len);
	if (r->result != TEMPLATE_OK)
		return tv_make(TV_RAISED);
	if (hit == SIZE_MAX)
		return must ? template_error(r, "substring not found") : tv_int(-1);
	return tv_int(start + (int64_t)template_utf8_len(s.u.s, hit));
}

static struct tv
str_find(struct run *r, const struct tv *a)
{
	return search(r, a, false, false);
}

static struct tv
str_rfind(struct run *r, const struct tv *a)
{
	return search(r, a, true, false);
}

static struct tv
str_index(struct run *r, const struct tv *a)
{
	return search(r, a, false, true);
}

static struct tv
str_rindex(struct run *r, const struct tv *a)
{
	return search(r, a, true, true);
}

static struct tv
str_count(struct run *r, const struct tv *a)
{
	int64_t start, n = 0;
	size_t at = 0, hit;
	struct tv s;

	if (!template_arg_str(r, a[1], "the text to count") || !template_charge(r, a[0].len / 8))
		return tv_make(TV_RAISED);
	if (!window(r, a, &s, &start))
		return r->result == TEMPLATE_OK ? tv_int(0) : tv_make(TV_RAISED);
	if (a[1].len == 0)
		return tv_int((int64_t)template_utf8_len(s.u.s, s.len) + 1);
	while ((hit = template_find(s.u.s + at, s.len - at, a[1].u.s, a[1].len)) != SIZE_MAX) {
		at += hit + a[1].len;
		n++;
	}
	return tv_int(n);
}

/* startswith and endswith take one text or a tuple of them. */
static struct tv
affix(struct run *r, const struct tv *a, bool end)
{
	uint32_t i, n = a[1].type == TV_TUPLE ? a[1].len : 1;
	struct tv s, one;
	int64_t start;

	if (!window(r, a, &s, &start))
		return r->result == TEMPLATE_OK ? tv_bool(false) : tv_make(TV_RAISED);
	for (i = 0; i < n; i++) {
		one = a[1].type == TV_TUPLE ? a[1].u.items[i] : a[1];
		if (!template_arg_str(r, one, "a prefix or suffix"))
			return tv_make(TV_RAISED);
		if (one.len <= s.len &&
		    memcmp(end ? s.u.s + s.len - one.len : s.u.s, one.u.s, one.len) == 0)
			return tv_bool(true);
	}
	return tv_bool(false);
}

static struct tv
str_startswith(struct run *r, const struct tv *a)
{
	return affix(r, a, false);
}

static struct tv
str_endswith(struct run *r, const struct tv *a)
{
	return affix(r, a, true);
}

/* ---- replace, join ---- */

static void
replace_between(struct run *r, struct tv s, struct tv new, int64_t n)
{
	uint32_t cp;
	size_t i, k;

	for (i = 0; i < s.len && n != 0; i += k, n--) {
		k = template_utf8_get(s.u.s + i, s.len - i, &cp);
		buf_put(&r->s->text, new.u.s, new.len);
		buf_put(&r->s->text, s.u.s + i, k);
		if (!template_charge(r, 1 + new.len / 64))
			return;
	}
	buf_put(&r->s->text, s.u.s + i, s.len - i);
	if (n != 0)
		buf_put(&r->s->text, new.u.s, new.len);
}

struct tv
template_str_replace(struct run *r, struct tv s, struct tv old, struct tv new, int64_t n)
{
	size_t mark = r->s->text.len, hit, at = 0;

	if (!template_charge(r, s.len / 32))
		return tv_make(TV_RAISED);
	if (old.len == 0) {
		replace_between(r, s, new, n);
		return template_take_text(r, mark);
	}
	while (n-- != 0 && (hit = template_find(s.u.s + at, s.len - at, old.u.s, old.len)) != SIZE_MAX) {
		buf_put(&r->s->text, s.u.s + at, hit);
		buf_put(&r->s->text, new.u.s, new.len);
		at += hit + old.len;
		if (!template_charge(r, 1 + new.len / 64))
			break;
	}
	buf_put(&r->s->text, s.u.s + at, s.len - at);
	return template_take_text(r, mark);
}

static struct tv
str_replace(struct run *r, const struct tv *a)
{
	int64_t n = -1;

	if (!template_arg_str(r, a[1], "replace() argument 1") ||
	    !template_arg_str(r, a[2], "replace() argument 2"))
		return tv_make(TV_RAISED);
	if (a[3].type != TV_ABSENT && !template_arg_int(r, a[3], "count", &n))
		return tv_make(TV_RAISED);
	return template_str_replace(r, a[0], a[1], a[2], n);
}

struct tv
template_str_join(struct run *r, struct tv sep, struct tv items, bool any)
{
	size_t mark = r->s->text.len;
	struct tv list = template_list_of(r, items);
	uint32_t i;

	if (tv_raised(list))
		return list;
	for (i = 0; i < list.len; i++) {
		if (i > 0)
			template_put_str(r, &r->s->text, sep);
		if (!any && !template_arg_str(r, list.u.items[i], "sequence item"))
			break;
		if (!template_put_str(r, &r->s->text, list.u.items[i]))
			break;
	}
	return template_take_text(r, mark);
}

static struct tv
str_join(struct run *r, const struct tv *a)
{
	return template_str_join(r, a[0], a[1], false);
}

/* ---- padding ---- */

static void
put_fill(struct run *r, uint32_t fill, int64_t n)
{
	for (; n > 0; n--)
		template_utf8_put(&r->s->text, fill);
}

/* side: 1 pads on the left, 2 on the right, 3 both (str.center's choice for odd remainders). */
struct tv
template_str_center(struct run *r, struct tv s, int64_t width, uint32_t fill, int side)
{
	int64_t n = (int64_t)template_utf8_len(s.u.s, s.len), pad = width - n, left;
	size_t mark = r->s->text.len;

	if (pad <= 0)
		return s;
	if (pad > TEMPLATE_MEMORY_MAX)
		return template_limit(r, "too much memory");
	if (!template_charge(r, (size_t)pad / 16))
		return tv_make(TV_RAISED);
	left = side == 1 ? pad : side == 2 ? 0 : pad / 2 + (pad & width & 1);
	put_fill(r, fill, left);
	buf_put(&r->s->text, s.u.s, s.len);
	put_fill(r, fill, pad - left);
	return template_take_text(r, mark);
}

static struct tv
pad(struct run *r, const struct tv *a, int side)
{
	uint32_t fill = ' ';
	int64_t width;

	if (!template_arg_int(r, a[1], "width", &width))
		return tv_make(TV_RAISED);
	if (a[2].type != TV_ABSENT) {
		if (!template_arg_str(r, a[2], "the fill character"))
			return tv_make(TV_RAISED);
		if (template_utf8_len(a[2].u.s, a[2].len) != 1)
			return template_error(r, "the fill character must be exactly one character long");
		template_utf8_get(a[2].u.s, a[2].len, &fill);
	}
	return template_str_center(r, a[0], width, fill, side);
}

static struct tv
str_center(struct run *r, const struct tv *a)
{
	return pad(r, a, 3);
}

static struct tv
str_ljust(struct run *r, const struct tv *a)
{
	return pad(r, a, 2);
}

static struct tv
str_rjust(struct run *r, const struct tv *a)
{
	return pad(r, a, 1);
}

static struct tv
str_zfill(struct run *r, const struct tv *a)
{
	struct tv s = a[0], rest, digits;
	int64_t width;

	if (!template_arg_int(r, a[1], "width", &width))
		return tv_make(TV_RAISED);
	if (s.len == 0 || (s.u.s[0] != '+' && s.u.s[0] != '-'))
		return template_str_center(r, s, width, '0', 1);
	rest = tv_string(s.u.s + 1, s.len - 1);
	digits = template_str_center(r, rest, width - 1, '0', 1);
	if (tv_raised(digits))
		return digits;
	return template_binary(r, TOP_ADD, tv_string(s.u.s, 1), digits);
}

static struct tv
str_encode(struct run *r, const struct tv *a)
{
	struct tv v = a[0];

	if (a[1].type != TV_ABSENT && (a[1].type != TV_STRING || a[1].len < 4 ||
	    strncasecmp(a[1].u.s, "utf", 3) != 0 || a[1].u.s[a[1].len - 1] != '8'))
		return template_error(r, "only utf-8 is known as an encoding");
	v.type = TV_BYTES;
	v.flag = 0;
	return v;
}

static const struct tbuiltin methods[] = {
	{"capitalize", "self", 1, template_str_capitalize, NULL},
	{"casefold", "self", 1, template_str_lower, NULL},
	{"center", "self width fillchar", 2, str_center, NULL},
	{"count", "self sub start end", 2, str_count, NULL},
	{"encode", "self encoding errors", 1, str_encode, NULL},
	{"endswith", "self suffix start end", 2, str_endswith, NULL},
	{"find", "self sub start end", 2, str_find, NULL},
	{"format", "self", 1, NULL, template_str_format},
	{"index", "self sub start end", 2, str_index, NULL},
	{"isalnum", "self", 1, template_str_isalnum, NULL},
	{"isalpha", "self", 1, template_str_isalpha, NULL},
	{"isascii", "self", 1, template_str_isascii, NULL},
	{"isdecimal", "self", 1, template_str_isdigit, NULL},
	{"isdigit", "self", 1, template_str_isdigit, NULL},
	{"islower", "self", 1, template_str_islower, NULL},
	{"isnumeric", "self", 1, template_str_isdigit, NULL},
	{"isspace", "self", 1, template_str_isspace, NULL},
	{"isupper", "self", 1, template_str_isupper, NULL},
	{"join", "self iterable", 2, str_join, NULL},
	{"ljust", "self width fillchar", 2, str_ljust, NULL},
	{"lower", "self", 1, template_str_lower, NULL},
	{"lstrip", "self chars", 1, str_lstrip, NULL},
	{"partition", "self sep", 2, template_str_partition, NULL},
	{"removeprefix", "self prefix", 2, str_removeprefix, NULL},
	{"removesuffix", "self suffix", 2, str_removesuffix, NULL},
	{"replace", "self old new count", 3, str_replace, NULL},
	{"rfind", "self sub start end", 2, str_rfind, NULL},
	{"rindex", "self sub start end", 2, str_rindex, NULL},
	{"rjust", "self width fillchar", 2, str_rjust, NULL},
	{"rpartition", "self sep", 2, template_str_rpartition, NULL},
	{"rsplit", "self sep maxsplit", 1, template_str_rsplit, NULL},
	{"rstrip", "self chars", 1, str_rstrip, NULL},
	{"split", "self sep maxsplit", 1, template_str_split, NULL},
	{"splitlines", "self keepends", 1, template_str_splitlines, NULL},
	{"startswith", "self prefix start end", 2, str_startswith, NULL},
	{"strip", "self chars", 1, template_str_strip, NULL},
	{"swapcase", "self", 1, template_str_swapcase, NULL},
	{"title", "self", 1, template_str_title, NULL},
	{"upper", "self", 1, template_str_upper, NULL},
	{"zfill", "self width", 2, str_zfill, NULL}
};

const struct tbuiltin *
template_find_str_method(struct tname name)
{
	return template_table_find(methods, sizeof(methods) / sizeof(methods[0]), name);
}
