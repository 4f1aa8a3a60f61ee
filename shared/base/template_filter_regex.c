/* SPDX-License-Identifier: ISC
 *
 * regex_* filters and the match and search tests. Compiled patterns stay in the scratch, so that a
 * template that runs for every message compiles its pattern once.
 */
#include <ctype.h>
#include <stdlib.h>

#include "shared/base/map.h"
#include "shared/base/template_int.h"

/* Counted once in each evaluation, also when an earlier one has compiled it: limits must not depend on that. */
static bool
pay(struct run *r, struct tv text, bool ignore_case)
{
	uint64_t hash = map_hash(text.u.s, text.len) + ignore_case;
	uint32_t i;

	for (i = 0; i < r->npaid; i++)
		if (r->s->paid[i] == hash)
			return true;
	if (!template_charge(r, 200 + text.len * 4))
		return false;
	if (r->npaid < TEMPLATE_PATTERNS)
		r->s->paid[r->npaid++] = hash;
	return true;
}

static struct regex *
pattern(struct run *r, struct tv text, bool ignore_case)
{
	struct template_scratch *s = r->s;
	struct fault fault = {0};
	struct regex *re;
	uint32_t i;
	enum rc rc;

	if (!pay(r, text, ignore_case))
		return NULL;
	for (i = 0; i < TEMPLATE_PATTERNS; i++)
		if (s->patterns[i].re != NULL && s->patterns[i].len == text.len &&
		    s->patterns[i].flags == ignore_case &&
		    memcmp(s->patterns[i].pattern, text.u.s, text.len) == 0)
			return s->patterns[i].re;
	rc = regex_compile(text.u.s, text.len, ignore_case, &re, &fault);
	if (rc != RC_OK) {
		if (rc == RC_TOO_LARGE)
			template_limit(r, fault.msg);
		else
			template_error(r, "%s", fault.msg);
		return NULL;
	}
	i = s->npatterns++ % TEMPLATE_PATTERNS;
	regex_free(s->patterns[i].re);
	free(s->patterns[i].pattern);
	s->patterns[i].pattern = mem_xmalloc((size_t)text.len + 1);
	memcpy(s->patterns[i].pattern, text.u.s, text.len);
	s->patterns[i].len = text.len;
	s->patterns[i].flags = ignore_case;
	s->patterns[i].re = re;
	return re;
}

/* The text to search and the compiled pattern of a filter's arguments. */
static bool
prepare(struct run *r, struct tv value, struct tv find, struct tv ignore_case, struct tv *text,
    struct regex **re)
{
	struct tv empty = tv_string("", 0);

	if (find.type == TV_ABSENT)
		find = empty;
	if (!template_arg_str(r, find, "first argument"))
		return false;
	*text = template_to_str(r, value);
	return !tv_raised(*text) && (*re = pattern(r, find, template_truth(ignore_case))) != NULL;
}

/* 1 found, 0 not, -1 raised */
static int
find(struct run *r, const struct regex *re, struct tv text, size_t from, bool anchored, bool not_empty,
    struct regex_match *m)
{
	enum rc rc;

	if (!template_charge(r, 8 + (text.len - from) / 32))
		return -1;
	rc = regex_search(re, text.u.s, text.len, from, anchored, not_empty, m);
	if (rc == RC_LIMITED)
		template_limit(r, "a regular expression takes too long");
	else if (rc == RC_INVALID)
		template_error(r, "the text is not valid UTF-8");
	return rc == RC_OK ? 1 : rc == RC_NOT_FOUND ? 0 : -1;
}

static struct tv
matches(struct run *r, const struct tv *a, bool anchored)
{
	struct regex_match m;
	struct regex *re;
	struct tv text;
	int found;

	if (!prepare(r, a[0], a[1], a[2], &text, &re))
		return tv_make(TV_RAISED);
	found = find(r, re, text, 0, anchored, false, &m);
	return found < 0 ? tv_make(TV_RAISED) : tv_bool(found == 1);
}

static struct tv
regex_match_filter(struct run *r, const struct tv *a)
{
	return matches(r, a, true);
}

static struct tv
regex_search_filter(struct run *r, const struct tv *a)
{
	return matches(r, a, false);
}

/*
 * The next match in Python's order: after an empty match, another one at the same place must not be
 * empty. *from is where to go on.
 */
static int
next_match(struct run *r, const struct regex *re, struct tv text, size_t *from, bool *was_empty,
    struct regex_match *m)
{
	int found = find(r, re, text, *from, false, *was_empty, m);

	if (found == 1) {
		*was_empty = m->end[0] == m->start[0];
		*from = m->end[0];
	}
	return found;
}

static struct tv
group_text(struct tv text, const struct regex_match *m, size_t g)
{
	if (m->start[g] == SIZE_MAX)
		return tv_string("", 0);
	return tv_string(text.u.s + m->start[g], m->end[g] - m->start[g]);
}

/* What findall gives for a match: the match, its only group, or a tuple of its groups. */
static struct tv
found_value(struct run *r, struct tv text, const struct regex_match *m)
{
	struct tv *items;
	size_t g;

	if (m->groups <= 2)
		return group_text(text, m, m->groups - 1);
	if ((items = template_alloc(r, (m->groups - 1) * sizeof(*items))) == NULL)
		return tv_make(TV_RAISED);
	for (g = 1; g < m->groups; g++)
		items[g - 1] = group_text(text, m, g);
	return tv_items(TV_TUPLE, items, m->groups - 1);
}

static struct tv
find_all(struct run *r, struct tv value, struct tv pattern_text, struct tv ignore_case)
{
	bool was_empty = false;
	struct regex_match m;
	struct tlist l = {0};
	struct regex *re;
	struct tv text, one;
	size_t from = 0;

	if (!prepare(r, value, pattern_text, ignore_case, &text, &re))
		return tv_make(TV_RAISED);
	while (next_match(r, re, text, &from, &was_empty, &m) == 1) {
		one = found_value(r, text, &m);
		if (tv_raised(one) || !template_push(r, &l, one))
			break;
	}
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, l.v, l.n) : tv_make(TV_RAISED);
}

static struct tv
regex_findall(struct run *r, const struct tv *a)
{
	return find_all(r, a[0], a[1], a[2]);
}

/* regex_findall_index(find='', index=0, ignorecase=False) */
static struct tv
regex_findall_index(struct run *r, const struct tv *a)
{
	struct tv list = find_all(r, a[0], a[1], a[3]);
	int64_t i = 0;

	if (tv_raised(list) || (a[2].type != TV_ABSENT && !template_arg_int(r, a[2], "index", &i)))
		return tv_make(TV_RAISED);
	i = i < 0 ? i + list.len : i;
	if (i < 0 || i >= list.len)
		return template_error(r, "list index out of range");
	return list.u.items[i];
}

/* ---- replace ---- */

/* \1, \g<1>, \g<name> at *p (behind the backslash); the group, or SIZE_MAX when it is none. */
static size_t
group_reference(const struct regex *re, const char **p, const char *end)
{
	char name[64];
	const char *close;
	int64_t n;

	if (isdigit((unsigned char)**p) && **p != '0') {
		n = *(*p)++ - '0';
		if (*p < end && isdigit((unsigned char)**p))
			n = 10 * n + *(*p)++ - '0';
		return (size_t)n;
	}
	if (**p != 'g' || *p + 1 >= end || (*p)[1] != '<' ||
	    (close = memchr(*p, '>', (size_t)(end - *p))) == NULL ||
	    (size_t)(close - *p - 2) >= sizeof(name))
		return SIZE_MAX;
	memcpy(name, *p + 2, (size_t)(close - *p - 2));
	name[close - *p - 2] = '\0';
	*p = close + 1;
	if (template_parse_int(name, strlen(name), 10, &n) == 1 && n >= 0)
		return (size_t)n;
	n = (int64_t)regex_group(re, name);
	return n == 0 ? SIZE_MAX : (size_t)n;
}

static bool
put_escape(struct run *r, const struct regex *re, struct tv text, const struct regex_match *m,
    const char **p, const char *end)
{
	static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
	const char *hit = **p == '\0' ? NULL : strchr(from, **p);
	char c = **p;
	size_t g;

	if (hit != NULL) {
		buf_putc(&r->s->text, to[hit - from]);
		(*p)++;
		return true;
	}
	if (c == '0') {
		buf_putc(&r->s->text, '\0');
		(*p)++;
		return true;
	}
	if (!isalnum((unsigned char)c)) {
		buf_putc(&r->s->text, '\\');
		return true;
	}
	g = group_reference(re, p, end);
	if (g >= m->groups) {
		template_error(r, "invalid group reference or bad escape \\%c", c);
		return false;
	}
	return template_put_str(r, &r->s->text, group_text(text, m, g));
}

static bool
put_replacement(struct run *r, const struct regex *re, struct tv replace, struct tv text,
    const struct regex_match *m)
{
	const char *p = replace.u.s, *end = p + replace.len;

	if (!template_charge(r, 1 + replace.len / 16))
		return false;
	while (p < end) {
		if (*p == '\\' && p + 1 < end) {
			p++;
			if (!put_escape(r, re, text, m, &p, end))
				return false;
		} else {
			buf_putc(&r->s->text, *p++);
		}
	}
	return r->s->text.len <= TEMPLATE_MEMORY_MAX || !tv_raised(template_limit(r, "too much memory"));
}

/* regex_replace(find='', replace='', ignorecase=False) */
static struct tv
regex_replace(struct run *r, const struct tv *a)
{
	struct tv text, replace = a[2].type == TV_ABSENT ? tv_string("", 0) : a[2];
	size_t mark, from = 0, done = 0;
	bool was_empty = false;
	struct regex_match m;
	struct regex *re;

	if (!prepare(r, a[0], a[1], a[3], &text, &re) || !template_arg_str(r, replace, "replace"))
		return tv_make(TV_RAISED);
	mark = r->s->text.len;
	m.groups = regex_groups(re);	/* a bad replacement is an error without any match, too */
	memset(m.start, 0xff, sizeof(m.start));
	if (!put_replacement(r, re, replace, text, &m))
		return template_take_text(r, mark);
	r->s->text.len = mark;
	while (next_match(r, re, text, &from, &was_empty, &m) == 1) {
		buf_put(&r->s->text, text.u.s + done, m.start[0] - done);
		done = m.end[0];
		if (!put_replacement(r, re, replace, text, &m))
			break;
	}
	buf_put(&r->s->text, text.u.s + done, text.len - done);
	return template_take_text(r, mark);
}

static const struct tbuiltin filters[] = {
	{"regex_findall", "value find ignorecase", 1, regex_findall, NULL},
	{"regex_findall_index", "value find index ignorecase", 1, regex_findall_index, NULL},
	{"regex_match", "value find ignorecase", 1, regex_match_filter, NULL},
	{"regex_replace", "value find replace ignorecase", 1, regex_replace, NULL},
	{"regex_search", "value find ignorecase", 1, regex_search_filter, NULL}
};

struct ttable
template_regex_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}
