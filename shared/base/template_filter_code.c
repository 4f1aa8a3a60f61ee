/* SPDX-License-Identifier: ISC
 *
 * Filters between text, bytes and numbers: JSON, base64, hexadecimal, packed binary.
 */
#include <ctype.h>

#include "shared/base/template_int.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct tv
code_base64_encode(struct run *r, const struct tv *a)
{
	struct buf *b = &r->s->text;
	size_t mark = b->len, i, k, n;
	uint32_t word;

	if (a[0].type != TV_STRING && a[0].type != TV_BYTES)
		return template_type_error(r, a[0], "is neither text nor bytes");
	for (i = 0; i < a[0].len; i += 3) {
		n = a[0].len - i < 3 ? a[0].len - i : 3;
		for (word = 0, k = 0; k < 3; k++)
			word = word << 8 | (k < n ? (uint8_t)a[0].u.s[i + k] : 0u);
		for (k = 0; k < 4; k++)
			buf_putc(b, k <= n ? alphabet[word >> (18 - 6 * k) & 63] : '=');
	}
	return template_take_text(r, mark);
}

/* Bytes as a value: text when `text`, which must then be UTF-8. */
static struct tv
decoded(struct run *r, size_t mark, bool text)
{
	struct tv v = template_take_text(r, mark);

	if (tv_raised(v))
		return v;
	if (!text)
		v.type = TV_BYTES;
	else if (memchr(v.u.s, '\0', v.len) == NULL && !template_utf8_valid(v.u.s, v.len))
		return template_error(r, "'utf-8' codec can't decode the bytes");
	return v;
}

static struct tv
code_base64_decode(struct run *r, const struct tv *a)
{
	size_t mark = r->s->text.len, i;
	uint32_t word = 0;
	int bits = 0, pads = 0, digits = 0;
	const char *hit;

	if (a[0].type != TV_STRING && a[0].type != TV_BYTES)
		return template_type_error(r, a[0], "is neither text nor bytes");
	for (i = 0; i < a[0].len && !(pads > 0 && (digits + pads) % 4 == 0 && digits % 4 > 1); i++) {
		if ((uint8_t)a[0].u.s[i] > 127 && a[0].type == TV_STRING) {
			r->s->text.len = mark;
			return template_error(r, "string argument should contain only ASCII characters");
		}
		pads += a[0].u.s[i] == '=' && digits % 4 > 1;
		hit = a[0].u.s[i] == '\0' ? NULL : strchr(alphabet, a[0].u.s[i]);
		if (hit == NULL)
			continue;
		pads = 0;
		digits++;
		word = word << 6 | (uint32_t)(hit - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_putc(&r->s->text, (char)(word >> bits & 0xff));
		}
	}
	if (digits % 4 == 1 || (digits % 4 != 0 && (digits + pads) % 4 != 0)) {
		r->s->text.len = mark;
		return template_error(r, "incorrect padding");
	}
	return decoded(r, mark, a[1].type != TV_NONE);
}

static struct tv
code_from_hex(struct run *r, const struct tv *a)
{
	size_t mark = r->s->text.len, i;
	char pair[3] = "";
	int64_t byte;

	if (!template_arg_str(r, a[0], "fromhex() argument"))
		return tv_make(TV_RAISED);
	for (i = 0; i < a[0].len; i++) {
		if (isspace((uint8_t)a[0].u.s[i]))
			continue;
		pair[0] = a[0].u.s[i++];
		pair[1] = i < a[0].len ? a[0].u.s[i] : ' ';
		if (!isxdigit((uint8_t)pair[0]) || !isxdigit((uint8_t)pair[1])) {
			r->s->text.len = mark;
			return template_error(r, "non-hexadecimal number found in fromhex() arg");
		}
		template_parse_int(pair, 2, 16, &byte);
		buf_putc(&r->s->text, (char)byte);
	}
	return decoded(r, mark, false);
}

static struct tv
code_ord(struct run *r, const struct tv *a)
{
	uint32_t cp;

	if (a[0].type == TV_BYTES && a[0].len == 1)
		return tv_int((uint8_t)a[0].u.s[0]);
	if (a[0].type != TV_STRING || template_utf8_len(a[0].u.s, a[0].len) != 1)
		return template_error(r, "ord() expected a character");
	template_utf8_get(a[0].u.s, a[0].len, &cp);
	return tv_int(cp);
}

static struct tv
code_contains(struct run *r, const struct tv *a)
{
	return template_contains(r, a[0], a[1]);
}

/* ---- struct: one value, [<>=!@] and one letter ---- */

struct packing { bool big, is_signed, real, boolean; int size; };

static bool
packing_of(struct tv fmt, struct packing *p)
{
	static const char letters[] = "bBhHiIlLqQfd?";
	static const int sizes[] = {1, 1, 2, 2, 4, 4, 4, 4, 8, 8, 4, 8, 1};
	const char *s = fmt.u.s, *hit;
	size_t n = fmt.len;
	bool native = true;

	*p = (struct packing){0};
	if (n == 2 && strchr("<>=!@", s[0]) != NULL) {
		p->big = s[0] == '>' || s[0] == '!';
		native = s[0] == '@';
		s++;
		n--;
	}
	if (n != 1 || *s == '\0' || (hit = strchr(letters, *s)) == NULL)
		return false;
	p->size = (*s | 32) == 'l' && native ? (int)sizeof(long) : sizes[hit - letters];
	p->real = *s == 'f' || *s == 'd';
	p->boolean = *s == '?';
	p->is_signed = !p->real && islower((unsigned char)*s);
	return true;
}

static bool
pack_bits(struct run *r, struct tv v, const struct packing *p, uint64_t *bits)
{
	double d;
	float f;
	uint32_t word;
	int64_t lo, hi;

	if (p->real) {
		if (!tv_is_number(v) || template_to_real(r, v, &d) != TNUM_OK)
			return false;
		f = (float)d;
		memcpy(&word, &f, sizeof(word));
		memcpy(bits, &d, sizeof(d));
		if (p->size == 4)
			*bits = word;
		return true;
	}
	if (p->boolean) {
		*bits = template_truth(v);
		return true;
	}
	if (!tv_is_integer(v))
		return false;
	hi = p->size == 8 ? INT64_MAX : (INT64_C(1) << (8 * p->size - p->is_signed)) - 1;
	lo = p->is_signed ? -hi - 1 : 0;
	*bits = (uint64_t)v.u.i;
	return v.u.i >= lo && v.u.i <= hi;
}

static struct tv
code_pack(struct run *r, const struct tv *a)
{
	size_t mark = r->s->text.len;
	struct packing p;
	uint64_t bits = 0;
	int i;

	if (!template_arg_str(r, a[1], "format"))
		return tv_make(TV_RAISED);
	if (!packing_of(a[1], &p) || !pack_bits(r, a[0], &p, &bits))
		return tv_make(r->result == TEMPLATE_OK ? TV_NONE : TV_RAISED);
	for (i = 0; i < p.size; i++)
		buf_putc(&r->s->text, (char)(bits >> 8 * (p.big ? p.size - 1 - i : i) & 0xff));
	return decoded(r, mark, false);
}

static struct tv
unpacked(const struct packing *p, uint64_t bits)
{
	uint32_t word = (uint32_t)bits;
	double d;
	float f;

	if (p->boolean)
		return tv_bool(bits != 0);
	if (p->real) {
		memcpy(&f, &word, sizeof(f));
		memcpy(&d, &bits, sizeof(d));
		return tv_real(p->size == 4 ? (double)f : d);
	}
	if (p->is_signed && p->size < 8 && bits >> (8 * p->size - 1) != 0)
		return tv_int((int64_t)bits - (INT64_C(1) << 8 * p->size));
	return tv_int((int64_t)bits);
}

static struct tv
code_unpack(struct run *r, const struct tv *a)
{
	struct packing p;
	uint64_t bits = 0;
	int64_t offset = 0;
	int i;

	if (!template_arg_str(r, a[1], "format") ||
	    (a[2].type != TV_ABSENT && !template_arg_int(r, a[2], "offset", &offset)))
		return tv_make(TV_RAISED);
	if (a[0].type != TV_BYTES)
		return template_error(r, "a bytes-like object is required, not '%s'",
		    template_type_name(a[0]));
	if (offset < 0)
		offset += a[0].len;
	if (!packing_of(a[1], &p) || offset < 0 || offset > (int64_t)a[0].len - p.size)
		return tv_make(TV_NONE);
	for (i = 0; i < p.size; i++)
		bits = bits << 8 | (uint8_t)a[0].u.s[offset + (p.big ? i : p.size - 1 - i)];
	if (!p.real && !p.boolean && !p.is_signed && bits > INT64_MAX)
		return template_error(r, "an integer of more than 64 bits");
	return unpacked(&p, bits);
}

static const struct tbuiltin filters[] = {
	{"base64_decode", "value encoding", 1, code_base64_decode, NULL},
	{"base64_encode", "value", 1, code_base64_encode, NULL},
	{"contains", "seq value", 2, code_contains, NULL},
	{"from_hex", "value", 1, code_from_hex, NULL},
	{"from_json", "value default", 1, template_filter_from_json, NULL},
	{"ord", "value", 1, code_ord, NULL},
	{"pack", "value format_string", 2, code_pack, NULL},
	{"to_json", "value ensure_ascii pretty_print sort_keys", 1, template_filter_to_json, NULL},
	{"tojson", "value indent", 1, template_filter_tojson, NULL},
	{"unpack", "value format_string offset", 2, code_unpack, NULL}
};

struct ttable
template_code_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}
