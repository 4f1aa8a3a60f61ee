/* SPDX-License-Identifier: ISC
 *
 * Slugs as Home Assistant makes them (python-slugify: compatibility decomposition, transliteration,
 * lower case), for Latin, Greek and Cyrillic letters and common signs; other scripts only separate.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/base_int.h"
#include "shared/base/field.h"

/* What stands for each code point from first to last; every text ends with a space. */
static const struct {
	uint32_t	 first, last;
	const char	*texts;
} translit[] = {
	{0xa0, 0x24f,
	    "_ _ c_ ps _ y_ _ ss _ _c_ a _ _  _r_ _ deg _ 2 3 _ m p _ _ 1 o _ 1_4 1_2 3_4 _ "
	    "a a a a a a ae c e e e e i i i i d n o o o o o x o u u u u y th ss a a a a a a "
	    "ae c e e e e i i i i d n o o o o o _ o u u u u y th y a a a a a a c c c c c c c "
	    "c d d d d e e e e e e e e e e g g g g g g g g h h h h i i i i i i i i i i ij ij "
	    "j j k k k l l l l l l l_ l_ l l n n n n n n n ng ng o o o o o o oe oe r r r r r "
	    "r s s s s s s s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s b "
	    "b b b 6 6 o c c d d d d d 3 _ e f f g g hv i i k k l l w n n o o o oi oi p p yr "
	    "2 2 sh sh t t t t u u y v y y z z zh zh zh zh 2 5 5 ts w _ _ _ _ dz dz dz lj lj "
	    "lj nj nj nj a a i i o o u u u u u u u u u u _ a a a a ae ae g g g g k k o o o o "
	    "zh z j dz dz dz g g hv w n n a a ae ae o o a a a a e e e e i i i i o o o o r r "
	    "r r u u u u s s t t y y h h n d ou ou z z a a e e o o o o o o o o y y l n t j "
	    "db qp a c c l t s z _ _ b u _ e e j j q q r r y y "},
	{0x370, 0x3ff,
	    "_ _ _ _  _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ a _ e e i _ o _ u o i a b g d e z e "
	    "th i k l m n ks o p r _ s t u ph kh ps o i u a e e i u a b g d e z e th i k l m "
	    "n x o p r s s t u ph kh ps o i u o u o _ b th u u u ph p _ _ _ st st w w q q sp "
	    "sp sh sh f f kh kh h h g g ch ch ti ti k r s j th e _ _ _ s _ _ _ _ _ _ "},
	{0x400, 0x4ff,
	    "e e dj g e dz i i j lj nj tsh k i u dzh a b v g d e zh z i i k l m n o p r s t "
	    "u f kh ts ch sh shch  y  e iu ia a b v g d e zh z i i k l m n o p r s t u f kh "
	    "ts ch sh shch  y  e iu ia e e dj g ie dz i i j lj nj tsh k i u dzh o o e e ie "
	    "ie e e ie ie o o io io ks ks ps ps f f y y y y u u o o o o ot ot q q _1000_     "
	    "_ _100_000_ _1_000_000_ _ _ _ _ r r g g g g g g zh zh z z k k k k k k k k n n "
	    "ng ng p p kh kh s s t t u u u u kh kh tts tts ch ch ch ch h h ch ch ch ch _ zh "
	    "zh k k _ _ n n _ _ ch ch _ _ _ a a a a ae ae e e _ _ _ _ zh zh z z dz dz i i i "
	    "i o o o o o o e e u u u u u u ch ch _ _ y y _ _ _ _ _ _ "},
	{0x1e00, 0x1eff,
	    "a a b b b b b b c c d d d d d d d d d d e e e e e e e e e e f f g g h h h h h h "
	    "h h h h i i i i k k k k k k l l l l l l l l m m m m m m n n n n n n n n o o o o "
	    "o o o o p p p p r r r r r r r r s s s s s s s s s s t t t t t t t t u u u u u u "
	    "u u u u v v v v w w w w w w w w w w x x x x y y z z z z z z h t w y a_ s s s ss "
	    "d a a a a a a a a a a a a a a a a a a a a a a a a e e e e e e e e e e e e e e e "
	    "e i i i i o o o o o o o o o o o o o o o o o o o o o o o o u u u u u u u u u u u "
	    "u u u y y y y y y y y _ _ _ _ _ _ "},
	{0x2010, 0x2027,
	    "_ _ _ _ _ _ _ _   _  _ _ _ _ _ _ _ _ _ _ _ _ "},
	{0x2070, 0x20bf,
	    "0 i   4 5 6 7 8 9 _ _ _ _ _ n 0 1 2 3 4 5 6 7 8 9 _ _ _ _ _ _ a e o x _ h k l m "
	    "n p s t _ _ _ ecu cl cr ff l mil n pts rs w ns d eur k t dr _ _ _ _ _ _ _ _ _ _ "
	    "_ _ _ _ _ _ "},
	{0x2100, 0x214f,
	    "a_c a_s c degc  c_o c_u e  degf g h h h h h i i l l  n no   p q r r r   sm tel "
	    "tm  z  o  z  k a b c  e e f  m o  b g d i  fax p g g p _ _ _ _ _ d d e i j _ _ "
	    "_ _ _ _ "},
};

struct slug {
	char	*out;
	size_t	 len;
	size_t	 outlen;
	bool	 gap;	/* a separator is due before the next letter */
	bool	 over;
};

static void
put(struct slug *s, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (text[i] == '_') {
			s->gap = s->len != 0;
			continue;
		}
		if (s->len + (s->gap ? 2 : 1) >= s->outlen) {
			s->over = true;
			return;
		}
		if (s->gap)
			s->out[s->len++] = '_';
		s->gap = false;
		s->out[s->len++] = text[i];
	}
}

static uint32_t
code_point(const unsigned char *p, size_t n)
{
	uint32_t c = p[0] & (0xffu >> (n + 1));

	while (--n > 0)
		c = c << 6 | (*++p & 0x3f);
	return c;
}

static void
put_wide(struct slug *s, uint32_t c)
{
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(translit) / sizeof(translit[0]); i++) {
		if (c < translit[i].first || c > translit[i].last)
			continue;
		for (text = translit[i].texts; c > translit[i].first; c--)
			text += strcspn(text, " ") + 1;
		put(s, text, strcspn(text, " "));
		return;
	}
	/* Combining marks, emoji and invisible signs vanish. */
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200c && c <= 0x200f) || c >= 0xfe00)
		return;
	put(s, "_", 1);
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static void
put_ascii(struct slug *s, const unsigned char *p, bool first, bool last)
{
	char c = (char)*p;

	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	if (c == ',' && !first && !last && is_digit(p[-1]) && is_digit(p[1]))
		return;	/* thousands: "1,000" is "1000" */
	if (!is_digit((unsigned char)c) && !(c >= 'a' && c <= 'z'))
		c = '_';
	put(s, &c, 1);
}

enum rc
field_slug(const char *in, char *out, size_t outlen)
{
	const unsigned char *start = (const unsigned char *)in, *p = start;
	const unsigned char *end = p + strlen(in);
	struct slug s = {.out = out, .outlen = outlen};
	size_t n;

	for (; p < end && !s.over; p += n) {
		n = *p < 0x80 ? 1 : base_utf8(p, end);
		if (n == 1)
			put_ascii(&s, p, p == start, p + 1 == end);
		else if (n != 0)
			put_wide(&s, code_point(p, n));
		else {
			put(&s, "_", 1);
			n = 1;
		}
	}
	if (s.len == 0 && !s.over) {
		s.gap = false;
		put(&s, "unknown", 7);
	}
	if (outlen != 0)
		out[s.len] = '\0';
	return s.over ? RC_TOO_LARGE : RC_OK;
}
