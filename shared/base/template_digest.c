/* SPDX-License-Identifier: ISC
 *
 * Texts made of texts, as Home Assistant has them: digests in hexadecimal, slugs, ordinal numbers.
 */
#include "shared/base/field.h"
#include "shared/base/template_int.h"
#include "shared/base/token.h"

static struct tv
digest(struct run *r, struct tv v, const char *algorithm)
{
	char hex[TOKEN_DIGEST];

	if (!template_arg_str(r, v, "the text") || !template_charge(r, v.len / 16))
		return tv_make(TV_RAISED);
	if (!token_digest(algorithm, v.u.s, v.len, hex))
		return template_error(r, "%s is not to be had here", algorithm);
	return template_str_copy(r, hex, strlen(hex));
}

#define DIGEST(name, algorithm) \
	static struct tv \
	digest_##name(struct run *r, const struct tv *a) \
	{ \
		return digest(r, a[0], algorithm); \
	}

DIGEST(md5, "MD5")
DIGEST(sha1, "SHA1")
DIGEST(sha256, "SHA256")
DIGEST(sha512, "SHA512")

/* "_" of the slug that the house makes is the separator of this one. */
static struct tv
put_slug(struct run *r, const char *slug, struct tv separator)
{
	size_t mark = r->s->text.len;

	for (; *slug != '\0'; slug++) {
		if (*slug != '_')
			buf_putc(&r->s->text, *slug);
		else
			buf_put(&r->s->text, separator.u.s, separator.len);
	}
	return template_take_text(r, mark);
}

/* slugify(text, separator="_"): "" of "", "unknown" of what has no letter or digit. */
static struct tv
text_slugify(struct run *r, const struct tv *a)
{
	struct tv s = a[0].type == TV_NONE ? tv_text("") : template_to_str(r, a[0]);
	struct tv separator = a[1].type == TV_ABSENT ? tv_text("_") : a[1];
	char *text, *slug;
	size_t room;

	if (tv_raised(s) || !template_arg_str(r, separator, "separator") || !template_charge(r, s.len / 4))
		return tv_make(TV_RAISED);
	if (s.len == 0)
		return tv_text("");
	room = 8 * (size_t)s.len + 8;
	if ((text = template_alloc(r, s.len + 1)) == NULL || (slug = template_alloc(r, room)) == NULL)
		return tv_make(TV_RAISED);
	memcpy(text, s.u.s, s.len);
	text[s.len] = '\0';
	return field_slug(text, slug, room) == RC_OK ? put_slug(r, slug, separator) : tv_text("unknown");
}

/* 1st, 2nd, 3rd, 4th, 11th, by the last two characters. */
static struct tv
text_ordinal(struct run *r, const struct tv *a)
{
	static const char *const ends[] = {"th", "st", "nd", "rd"};
	struct tv s = template_to_str(r, a[0]);
	size_t mark = r->s->text.len;
	int last, ten = 0;

	if (tv_raised(s))
		return s;
	if (s.len == 0 || s.u.s[s.len - 1] < '0' || s.u.s[s.len - 1] > '9')
		return template_type_error(r, a[0], "has no ordinal");
	last = s.u.s[s.len - 1] - '0';
	if (s.len > 1 && s.u.s[s.len - 2] == '1')
		ten = 10;
	buf_put(&r->s->text, s.u.s, s.len);
	buf_puts(&r->s->text, ends[last > 3 || ten == 10 ? 0 : last]);
	return template_take_text(r, mark);
}

static const struct tbuiltin rows[] = {
	{"md5", "value", 1, digest_md5, NULL},
	{"sha1", "value", 1, digest_sha1, NULL},
	{"sha256", "value", 1, digest_sha256, NULL},
	{"sha512", "value", 1, digest_sha512, NULL},
	{"slugify", "text separator", 1, text_slugify, NULL}
};

struct ttable
template_digest_filters(void)
{
	return (struct ttable){rows, sizeof(rows) / sizeof(rows[0])};
}

static const struct tbuiltin filters[] = {
	{"ordinal", "value", 1, text_ordinal, NULL}
};

struct ttable
template_digest_only_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}
