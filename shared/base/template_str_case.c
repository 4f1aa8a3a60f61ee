/* SPDX-License-Identifier: ISC
 *
 * The methods of strings that know letters: upper and lower case, and what a string is made of.
 */
#include <wctype.h>

#include "shared/base/template_str_int.h"

static uint32_t
to_upper(struct run *r, uint32_t cp)
{
	return cp < 0x80 ? (cp >= 'a' && cp <= 'z' ? cp - 32 : cp) : towupper_l(cp, r->s->locale);
}

static uint32_t
to_lower(struct run *r, uint32_t cp)
{
	return cp < 0x80 ? (cp >= 'A' && cp <= 'Z' ? cp + 32 : cp) : towlower_l(cp, r->s->locale);
}

static bool
is_upper(struct run *r, uint32_t cp)
{
	return to_lower(r, cp) != cp;
}

static bool
is_lower(struct run *r, uint32_t cp)
{
	return cp == 0xdf || to_upper(r, cp) != cp;
}

static bool
is_alpha(struct run *r, uint32_t cp)
{
	return cp < 0x80 ? (cp | 32) >= 'a' && (cp | 32) <= 'z' :
	    iswalpha_l(cp, r->s->locale) && !iswdigit_l(cp, r->s->locale);
}

/* CASE_FIRST: capital as upper() makes it, CASE_CAPITAL: as a title has it. */
enum casing { CASE_FIRST, CASE_UPPER, CASE_LOWER, CASE_CAPITAL, CASE_TITLE, CASE_SWAP };

static void
put_cased(struct run *r, uint32_t cp, bool upper, bool title)
{
	if (upper && cp == 0xdf)
		buf_puts(&r->s->text, title ? "Ss" : "SS");
	else
		template_utf8_put(&r->s->text, upper ? to_upper(r, cp) : to_lower(r, cp));
}

static struct tv
change_case(struct run *r, struct tv s, enum casing casing)
{
	size_t mark = r->s->text.len, i, n;
	bool inside = false, upper, first = true;
	uint8_t flag = s.type == TV_STRING ? s.flag : 0;
	uint32_t cp;

	s = template_to_str(r, s);
	if (tv_raised(s) || !template_charge(r, s.len / 16))
		return tv_make(TV_RAISED);
	for (i = 0; i < s.len; i += n) {
		n = template_utf8_get(s.u.s + i, s.len - i, &cp);
		upper = casing == CASE_UPPER || ((casing == CASE_CAPITAL || casing == CASE_FIRST) && first) ||
		    (casing == CASE_TITLE && !inside) || (casing == CASE_SWAP && is_lower(r, cp));
		inside = is_upper(r, cp) || is_lower(r, cp);
		first = false;
		put_cased(r, cp, upper, casing == CASE_CAPITAL || casing == CASE_TITLE);
	}
	s = template_take_text(r, mark);
	s.flag = flag;
	return s;
}

struct tv
template_str_upper(struct run *r, const struct tv *a)
{
	return change_case(r, a[0], CASE_UPPER);
}

struct tv
template_str_lower(struct run *r, const struct tv *a)
{
	return change_case(r, a[0], CASE_LOWER);
}

struct tv
template_str_capitalize(struct run *r, const struct tv *a)
{
	return change_case(r, a[0], CASE_CAPITAL);
}

struct tv
template_str_first_upper(struct run *r, struct tv s)
{
	return change_case(r, s, CASE_FIRST);
}

struct tv
template_str_title(struct run *r, const struct tv *a)
{
	return change_case(r, a[0], CASE_TITLE);
}

struct tv
template_str_swapcase(struct run *r, const struct tv *a)
{
	return change_case(r, a[0], CASE_SWAP);
}

bool
template_str_cased(struct run *r, struct tv s, bool upper)
{
	bool some = false;
	uint32_t cp;
	size_t i;

	for (i = 0; i < s.len;) {
		i += template_utf8_get(s.u.s + i, s.len - i, &cp);
		if (upper ? is_lower(r, cp) : is_upper(r, cp))
			return false;
		some = some || (upper ? is_upper(r, cp) : is_lower(r, cp));
	}
	return some;
}

struct tv
template_str_isupper(struct run *r, const struct tv *a)
{
	return tv_bool(template_str_cased(r, a[0], true));
}

struct tv
template_str_islower(struct run *r, const struct tv *a)
{
	return tv_bool(template_str_cased(r, a[0], false));
}

/* ---- what a string is made of ---- */

enum class { CLASS_ALPHA, CLASS_DIGIT, CLASS_ALNUM, CLASS_SPACE };

static bool
all_of(struct run *r, struct tv s, enum class class)
{
	bool alpha, digit, yes;
	uint32_t cp;
	size_t i;

	for (i = 0; i < s.len;) {
		i += template_utf8_get(s.u.s + i, s.len - i, &cp);
		alpha = is_alpha(r, cp);
		digit = cp >= '0' && cp <= '9';
		yes = class == CLASS_ALPHA ? alpha : class == CLASS_DIGIT ? digit :
		    class == CLASS_ALNUM ? alpha || digit : template_is_space(cp);
		if (!yes)
			return false;
	}
	return s.len > 0;
}

struct tv
template_str_isalpha(struct run *r, const struct tv *a)
{
	return tv_bool(all_of(r, a[0], CLASS_ALPHA));
}

struct tv
template_str_isdigit(struct run *r, const struct tv *a)
{
	return tv_bool(all_of(r, a[0], CLASS_DIGIT));
}

struct tv
template_str_isalnum(struct run *r, const struct tv *a)
{
	return tv_bool(all_of(r, a[0], CLASS_ALNUM));
}

struct tv
template_str_isspace(struct run *r, const struct tv *a)
{
	return tv_bool(all_of(r, a[0], CLASS_SPACE));
}

struct tv
template_str_isascii(struct run *r, const struct tv *a)
{
	uint32_t i;

	(void)r;
	for (i = 0; i < a[0].len; i++)
		if ((uint8_t)a[0].u.s[i] >= 0x80)
			return tv_bool(false);
	return tv_bool(true);
}
