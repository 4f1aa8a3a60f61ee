/* SPDX-License-Identifier: ISC
 *
 * Expressions as text: into a template, and with a margin.
 */
#include <ctype.h>
#include <string.h>

#include "shared/domain/alert.h"

const char *
alert_expression(const char *text, struct mem_arena *a)
{
	if (strstr(text, "{{") != NULL || strstr(text, "{%") != NULL)
		return mem_strdup(a, text);
	return mem_printf(a, "{{ %s }}", text);
}

/* One pass over an expression: which comparison stands outside of brackets and quotes. */
struct scan {
	int		 depth;
	unsigned int	 found;		/* comparisons */
	size_t		 at, len;	/* of the last one */
	bool		 word;		/* "and", "or", "not", "if" stands outside too */
};

/* The character behind the text in quotes that begins at i. */
static size_t
skip_quoted(const char *s, size_t i)
{
	char quote = s[i];

	for (i++; s[i] != '\0' && s[i] != quote; i++)
		if (s[i] == '\\' && s[i + 1] != '\0')
			i++;
	return s[i] == '\0' ? i : i + 1;
}

static size_t
scan_word(struct scan *c, const char *s, size_t i)
{
	static const char *const joins[] = { "and", "or", "not", "if", "else", "in", "is" };
	size_t n = 0, k;

	while (isalnum((unsigned char)s[i + n]) || s[i + n] == '_')
		n++;
	for (k = 0; k < sizeof(joins) / sizeof(joins[0]); k++)
		if (c->depth == 0 && strlen(joins[k]) == n && memcmp(s + i, joins[k], n) == 0)
			c->word = true;
	return i + n;
}

static size_t
scan_sign(struct scan *c, const char *s, size_t i)
{
	size_t n = s[i + 1] == '=' ? 2 : 1;

	if (strchr("([{", s[i]) != NULL)
		c->depth++;
	else if (strchr(")]}", s[i]) != NULL)
		c->depth--;
	else if (strchr("<>=!", s[i]) != NULL && c->depth == 0) {
		c->found += (s[i] == '<' || s[i] == '>') ? 1 : 2;
		c->at = i;
		c->len = n;
		return i + n;
	}
	return i + 1;
}

enum rc
alert_hysteresis(const char *text, double percent, struct mem_arena *a, const char **out, struct fault *f)
{
	struct scan c = { 0 };
	const char *left, *right;
	size_t i = 0;

	while (text[i] != '\0')
		if (text[i] == '"' || text[i] == '\'')
			i = skip_quoted(text, i);
		else if (isalpha((unsigned char)text[i]) || text[i] == '_')
			i = scan_word(&c, text, i);
		else
			i = scan_sign(&c, text, i);
	if (c.found != 1 || c.word || strstr(text, "{{") != NULL || strstr(text, "{%") != NULL)
		return fault_set(f, RC_INVALID, "hysteresis", "needs an expression that is one comparison, "
		    "such as a > b; clear_expression is for all others");
	left = mem_strndup(a, text, c.at);
	right = text + c.at + c.len;
	*out = mem_printf(a, "{{ (%s) %.*s (%s) %c ((%s) | abs) * %.6g }}", left, (int)c.len, text + c.at, right,
	    text[c.at] == '>' ? '-' : '+', right, percent / 100);
	return RC_OK;
}
