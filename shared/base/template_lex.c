/* SPDX-License-Identifier: ISC
 *
 * Tokens of the template language, one at a time: plain data between tags, then names, numbers,
 * strings and operators inside them. White space control and raw blocks are settled here, so the
 * parser never sees them. Rules as in Jinja2's lexer with its standard delimiters.
 */
#include <errno.h>
#include <stdlib.h>

#include "shared/base/template_int.h"

static struct ttoken
fail(struct tlex *lex, enum rc rc, const char *what)
{
	if (lex->rc == RC_OK)
		lex->rc = fault_set(lex->f, rc, NULL, "line %u: %s", lex->line, what);
	lex->p = lex->end;
	return (struct ttoken){.type = TT_ERROR, .line = lex->line};
}

static void
count_lines(struct tlex *lex, const char *from, const char *to)
{
	for (; from < to; from++)
		lex->line += *from == '\n';
}

/* Moves over white space. */
static void
skip_space(struct tlex *lex)
{
	uint32_t cp;
	size_t n;

	while (lex->p < lex->end) {
		n = template_utf8_get(lex->p, (size_t)(lex->end - lex->p), &cp);
		if (!template_is_space(cp))
			return;
		lex->line += cp == '\n';
		lex->p += n;
	}
}

static bool
at(const struct tlex *lex, const char *p, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(lex->end - p) >= n && memcmp(p, s, n) == 0;
}

/* The end of "{%[-+]? word -?%}" at p, or NULL. *trim: it ends in -. *strip: it begins with -. */
static const char *
tag_of_word(const struct tlex *lex, const char *p, const char *word, bool *strip, bool *trim)
{
	struct tlex probe = *lex;

	if (!at(lex, p, "{%"))
		return NULL;
	probe.p = p + 2;
	*strip = at(lex, probe.p, "-");
	if (*strip || at(lex, probe.p, "+"))
		probe.p++;
	skip_space(&probe);
	if (!at(lex, probe.p, word))
		return NULL;
	probe.p += strlen(word);
	skip_space(&probe);
	*trim = at(lex, probe.p, "-%}");
	if (*trim || (strcmp(word, "endraw") == 0 && at(lex, probe.p, "+%}")))
		return probe.p + 3;
	return at(lex, probe.p, "%}") ? probe.p + 2 : NULL;
}

/* A tag opens at p when this is true. */
static bool
is_tag(const struct tlex *lex, const char *p)
{
	return lex->end - p >= 2 && p[0] == '{' && (p[1] == '{' || p[1] == '%' || p[1] == '#');
}

static struct ttoken
data_token(struct tlex *lex, const char *from, const char *to, bool strip)
{
	struct ttoken t = {.type = TT_DATA, .line = lex->line};
	size_t n = (size_t)(to - from);

	if (strip)
		template_strip(&from, &n, 2);
	t.text = (struct tname){from, (uint32_t)n};
	return t;
}

/* The raw block whose opening tag ended before lex->p. */
static struct ttoken
raw_block(struct tlex *lex)
{
	const char *from = lex->p, *p, *after;
	struct ttoken t;
	bool strip, trim;

	for (p = from; p < lex->end; p++) {
		if (*p != '{' || (after = tag_of_word(lex, p, "endraw", &strip, &trim)) == NULL)
			continue;
		t = data_token(lex, from, p, strip);
		count_lines(lex, from, after);
		lex->p = after;
		lex->trim = trim;
		return t;
	}
	return fail(lex, RC_INVALID, "missing end of raw directive");
}

static bool
skip_comment(struct tlex *lex)
{
	const char *from = lex->p + 2, *p;

	if (from < lex->end && (*from == '-' || *from == '+'))
		from++;
	for (p = from; p < lex->end; p++) {
		if (*p != '#' || !at(lex, p, "#}"))
			continue;
		lex->trim = p > from && p[-1] == '-';
		count_lines(lex, lex->p, p);
		lex->p = p + 2;
		return true;
	}
	fail(lex, RC_INVALID, "missing end of comment tag");
	return false;
}

/* Opens the tag at lex->p and returns its token; comments give TT_DATA without text. */
static struct ttoken
open_tag(struct tlex *lex)
{
	struct ttoken t = {.line = lex->line};
	const char *after;
	bool strip, trim;

	if (lex->p[1] == '#') {
		if (!skip_comment(lex))
			return (struct ttoken){.type = TT_ERROR, .line = lex->line};
		t.type = TT_DATA;
		t.text.s = lex->p;
		return t;
	}
	if ((after = tag_of_word(lex, lex->p, "raw", &strip, &trim)) != NULL) {
		count_lines(lex, lex->p, after);
		lex->p = after;
		if (trim)
			skip_space(lex);
		return raw_block(lex);
	}
	t.type = lex->p[1] == '{' ? TT_PRINT_BEGIN : TT_BLOCK_BEGIN;
	lex->mode = lex->p[1] == '{' ? TMODE_PRINT : TMODE_BLOCK;
	lex->p += 2;
	if (lex->p < lex->end && (*lex->p == '-' || *lex->p == '+'))
		lex->p++;
	return t;
}

static struct ttoken
next_data(struct tlex *lex)
{
	const char *from, *p;
	struct ttoken t;

	if (lex->trim)
		skip_space(lex);
	lex->trim = false;
	if (lex->p >= lex->end)
		return (struct ttoken){.type = TT_EOF, .line = lex->line};
	if (is_tag(lex, lex->p))
		return open_tag(lex);
	from = lex->p;
	for (p = from; p < lex->end && !is_tag(lex, p); p++)
		continue;
	t = data_token(lex, from, p, p + 2 < lex->end && p[2] == '-');
	count_lines(lex, from, p);
	lex->p = p;
	return t;
}

static int
hex_digits(const char *p, const char *end, int n, uint32_t *out)
{
	uint32_t v = 0;
	int i, d;

	for (i = 0; i < n; i++, p++) {
		if (p >= end)
			return -1;
		if (*p >= '0' && *p <= '9')
			d = *p - '0';
		else if ((*p | 32) >= 'a' && (*p | 32) <= 'f')
			d = (*p | 32) - 'a' + 10;
		else
			return -1;
		v = v << 4 | (uint32_t)d;
	}
	*out = v;
	return n;
}

/* One escape sequence after the backslash at p; returns where it ends, NULL when it is bad. */
static const char *
unescape(const char *p, const char *end, struct buf *b)
{
	static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
	const char *hit;
	uint32_t cp = 0;
	int n;

	if (*p == '\n')
		return p + 1;
	if ((hit = memchr(from, *p, sizeof(from) - 1)) != NULL) {
		buf_putc(b, to[hit - from]);
		return p + 1;
	}
	if (*p >= '0' && *p <= '7') {
		for (n = 0; n < 3 && p < end && *p >= '0' && *p <= '7'; n++, p++)
			cp = cp << 3 | (uint32_t)(*p - '0');
		template_utf8_put(b, cp);
		return p;
	}
	if (*p == 'N')
		return NULL;
	if (*p == 'x' || *p == 'u' || *p == 'U') {
		n = *p == 'x' ? 2 : *p == 'u' ? 4 : 8;
		if (hex_digits(p + 1, end, n, &cp) < 0 || cp > 0x10ffff)
			return NULL;
		template_utf8_put(b, cp);
		return p + 1 + n;
	}
	buf_putc(b, '\\');
	return p;
}

/* A copy of the text, NUL characters and all. */
static const char *
keep(struct mem_arena *arena, const struct buf *b)
{
	char *copy = mem_alloc(arena, b->len + 1);

	memcpy(copy, buf_str(b), b->len + 1);
	return copy;
}

static struct ttoken
next_string(struct tlex *lex)
{
	struct ttoken t = {.type = TT_STRING, .line = lex->line};
	struct buf b = {0};
	const char *p = lex->p + 1, *from = p;
	char quote = *lex->p;
	bool plain = true;

	for (; p < lex->end && *p != quote; p++)
		if (*p == '\\') {
			plain = false;
			p++;
		}
	if (p >= lex->end)
		return fail(lex, RC_INVALID, "a string does not end");
	lex->p = p + 1;
	count_lines(lex, from, p);
	if (plain) {
		t.text = (struct tname){from, (uint32_t)(p - from)};
		return t;
	}
	while (from != NULL && from < p) {
		if (*from == '\\')
			from = unescape(from + 1, p, &b);
		else
			buf_putc(&b, *from++);
	}
	if (from == NULL)
		t = fail(lex, RC_INVALID, "a string has a bad escape sequence");
	else
		t.text = (struct tname){keep(lex->arena, &b), (uint32_t)b.len};
	buf_free(&b);
	return t;
}

static bool
is_digit(char c, int base)
{
	int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'z' ? (c | 32) - 'a' + 10 : 99;

	return d < base;
}

/* Digits with single underscores between them; returns the end. */
static const char *
digits(const struct tlex *lex, const char *p, int base)
{
	while (p < lex->end && (is_digit(*p, base) ||
	    (*p == '_' && p + 1 < lex->end && is_digit(p[1], base))))
		p++;
	return p;
}

/* The end of a float literal at p, or NULL when there is none. */
static const char *
float_end(const struct tlex *lex, const char *p)
{
	const char *q, *e;
	bool some = false;

	q = digits(lex, p, 10);
	if (q + 1 < lex->end && *q == '.' && is_digit(q[1], 10)) {
		q = digits(lex, q + 1, 10);
		some = true;
	}
	if (q < lex->end && (*q | 32) == 'e') {
		e = q + 1;
		if (e < lex->end && (*e == '+' || *e == '-'))
			e++;
		if (e < lex->end && is_digit(*e, 10))
			return digits(lex, e, 10);
	}
	return some ? q : NULL;
}

static const char *
int_end(const struct tlex *lex, const char *p)
{
	int base = 0;

	if (*p == '0' && p + 1 < lex->end) {
		base = (p[1] | 32) == 'x' ? 16 : (p[1] | 32) == 'o' ? 8 : (p[1] | 32) == 'b' ? 2 : 0;
		if (base != 0 && digits(lex, p + 2, base) > p + 2)
			return digits(lex, p + 2, base);
		while (p < lex->end && (*p == '0' || (*p == '_' && p + 1 < lex->end && p[1] == '0')))
			p++;
		return p;
	}
	return digits(lex, p, 10);
}

static struct ttoken
next_number(struct tlex *lex, bool after_dot)
{
	struct ttoken t = {.type = TT_REAL, .line = lex->line};
	const char *end = after_dot ? NULL : float_end(lex, lex->p);
	const char *from = lex->p;
	int base = 10;

	if (end != NULL) {
		if (!template_parse_real(from, (size_t)(end - from), &t.d))
			return fail(lex, RC_INVALID, "a number is malformed");
		lex->p = end;
		return t;
	}
	t.type = TT_INT;
	end = int_end(lex, from);
	if (end - from > 2 && from[0] == '0' && from[1] != '0' && from[1] != '_')
		base = (from[1] | 32) == 'x' ? 16 : (from[1] | 32) == 'o' ? 8 : 2;
	if (template_parse_int(from, (size_t)(end - from), base, &t.i) != 1)
		return fail(lex, RC_INVALID, "a whole number does not fit into 64 bits");
	lex->p = end;
	return t;
}

static const struct {
	const char text[3];
	uint8_t	   type;
} operators[] = {
	{"**", TT_POW}, {"//", TT_FLOORDIV}, {"==", TT_EQ}, {"!=", TT_NE}, {">=", TT_GE}, {"<=", TT_LE},
	{"+", TT_ADD}, {"-", TT_SUB}, {"*", TT_MUL}, {"/", TT_DIV}, {"%", TT_MOD}, {"~", TT_TILDE},
	{"[", TT_LBRACKET}, {"]", TT_RBRACKET}, {"(", TT_LPAREN}, {")", TT_RPAREN}, {"{", TT_LBRACE},
	{"}", TT_RBRACE}, {">", TT_GT}, {"<", TT_LT}, {"=", TT_ASSIGN}, {".", TT_DOT}, {":", TT_COLON},
	{"|", TT_PIPE}, {",", TT_COMMA}, {";", TT_SEMICOLON}
};

/* Keeps the stack of open brackets; false when they do not match. */
static bool
balance(struct tlex *lex, enum ttok type)
{
	static const char open[] = "[({", close[] = "])}";
	static const uint8_t opens[] = {TT_LBRACKET, TT_LPAREN, TT_LBRACE};
	static const uint8_t closes[] = {TT_RBRACKET, TT_RPAREN, TT_RBRACE};
	size_t i;

	for (i = 0; open[i] != '\0'; i++) {
		if (type == opens[i]) {
			if (lex->nopen == TEMPLATE_NEST_MAX) {
				fail(lex, RC_TOO_LARGE, "too many brackets inside each other");
				return false;
			}
			lex->open[lex->nopen++] = close[i];
		}
		if (type == closes[i] && lex->nopen == 0) {
			fail(lex, RC_INVALID, "a bracket closes what was not opened");
			return false;
		}
		if (type == closes[i] && lex->open[--lex->nopen] != close[i]) {
			fail(lex, RC_INVALID, lex->open[lex->nopen] == ')' ? "a ( is not closed" :
			    lex->open[lex->nopen] == ']' ? "a [ is not closed" : "a { is not closed");
			return false;
		}
	}
	return true;
}

static struct ttoken
next_operator(struct tlex *lex)
{
	struct ttoken t = {.type = TT_ERROR, .line = lex->line};
	size_t i;

	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (!at(lex, lex->p, operators[i].text))
			continue;
		t.type = operators[i].type;
		if (!balance(lex, t.type))
			return (struct ttoken){.type = TT_ERROR, .line = lex->line};
		lex->p += strlen(operators[i].text);
		return t;
	}
	return fail(lex, RC_INVALID, "unexpected character");
}

/* The end of the tag at lex->p: fills *t and leaves the tag. */
static bool
close_tag(struct tlex *lex, struct ttoken *t)
{
	bool block = lex->mode == TMODE_BLOCK, signed_end;
	const char *end = block ? "%}" : "}}";

	if (lex->nopen > 0)
		return false;
	signed_end = lex->p < lex->end && (*lex->p == '-' || (block && *lex->p == '+')) &&
	    at(lex, lex->p + 1, end);
	if (!signed_end && !at(lex, lex->p, end))
		return false;
	lex->trim = signed_end && *lex->p == '-';
	lex->p += signed_end ? 3 : 2;
	lex->mode = TMODE_DATA;
	*t = (struct ttoken){.type = block ? TT_BLOCK_END : TT_PRINT_END, .line = lex->line};
	return true;
}

static bool
is_name(unsigned char c, bool first)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c >= 0x80 ||
	    (!first && c >= '0' && c <= '9');
}

struct ttoken
template_lex_next(struct tlex *lex)
{
	struct ttoken t = {0};
	const char *from;

	if (lex->rc != RC_OK)
		return (struct ttoken){.type = TT_ERROR, .line = lex->line};
	if (lex->mode == TMODE_DATA)
		return next_data(lex);
	if (close_tag(lex, &t))
		return t;
	skip_space(lex);
	if (close_tag(lex, &t))
		return t;
	t.line = lex->line;
	if (lex->p >= lex->end)
		return t;	/* TT_EOF */
	from = lex->p;
	if (*from >= '0' && *from <= '9')
		return next_number(lex, from[-1] == '.');
	if (*from == '"' || *from == '\'')
		return next_string(lex);
	if (!is_name((unsigned char)*from, true))
		return next_operator(lex);
	while (lex->p < lex->end && is_name((unsigned char)*lex->p, false))
		lex->p++;
	t.type = TT_NAME;
	t.text = (struct tname){from, (uint32_t)(lex->p - from)};
	return t;
}

const char *
template_lex_name(enum ttok type)
{
	size_t i;

	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (operators[i].type == type)
			return operators[i].text;
	switch (type) {
	case TT_EOF:
		return "the end of the template";
	case TT_BLOCK_END:
		return "%}";
	case TT_PRINT_END:
		return "}}";
	case TT_NAME:
		return "a name";
	case TT_STRING:
		return "a string";
	case TT_INT:
	case TT_REAL:
		return "a number";
	default:
		return "text";
	}
}
