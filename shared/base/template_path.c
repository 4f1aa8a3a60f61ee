/* SPDX-License-Identifier: ISC
 *
 * The templates that are one look-up in a payload, which most of a house's are: they are evaluated without
 * a tree, and kept without one until something turns up that only the evaluator can decide.
 */
#include <ctype.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "shared/base/template_int.h"

#define KEYS_MAX 8	/* longer ones have a tree */

/* A short template while it is read. */
struct reading {
	const char	*p, *end;
	struct tname	 root, keys[KEYS_MAX];
	uint32_t	 n;
};

static void
skip_space(struct reading *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t'))
		r->p++;
}

static bool
skip(struct reading *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
read_name(struct reading *r, struct tname *out)
{
	const char *start = r->p;

	while (r->p < r->end && (isalpha((unsigned char)*r->p) || *r->p == '_' ||
	    (r->p > start && isdigit((unsigned char)*r->p))))
		r->p++;
	*out = (struct tname){start, (uint32_t)(r->p - start)};
	return out->len > 0;
}

/* A string without escapes, behind its opening bracket, and the closing one. */
static bool
read_item(struct reading *r, struct tname *out)
{
	const char *stop;
	char quote;

	skip_space(r);
	if (r->p == r->end || (*r->p != '"' && *r->p != '\''))
		return false;
	quote = *r->p++;
	stop = memchr(r->p, quote, (size_t)(r->end - r->p));
	if (stop == NULL || memchr(r->p, '\\', (size_t)(stop - r->p)) != NULL ||
	    memchr(r->p, '\r', (size_t)(stop - r->p)) != NULL)
		return false;
	*out = (struct tname){r->p, (uint32_t)(stop - r->p)};
	r->p = stop + 1;
	skip_space(r);
	return skip(r, ']');
}

/* What a dict has by itself is found before its members. */
static bool
read_attribute(struct reading *r, struct tname *out)
{
	skip_space(r);
	return read_name(r, out) && !template_is_dict_attr(*out);
}

static bool
read_short(struct reading *r)
{
	if (!skip(r, '{') || !skip(r, '{'))
		return false;
	skip_space(r);
	if (!read_name(r, &r->root) || (!tname_is(r->root, "value_json") && !tname_is(r->root, "value")))
		return false;
	for (;;) {
		skip_space(r);
		if (skip(r, '}'))
			return skip(r, '}') && r->p == r->end;
		if (r->n == KEYS_MAX)
			return false;
		if (skip(r, '[') ? !read_item(r, &r->keys[r->n]) :
		    !skip(r, '.') || !read_attribute(r, &r->keys[r->n]))
			return false;
		r->n++;
	}
}

static void
put_stripped(struct buf *out, const char *s, size_t n)
{
	template_strip(&s, &n, 3);
	buf_put(out, s, n);
}

struct template *
template_short_new(const char *src, size_t len)
{
	struct reading r = {.p = src, .end = src + len};
	struct template *t;
	struct tpath *path;
	struct tname *names;
	char *copy;
	uint32_t i;

	if (!read_short(&r))
		return NULL;
	t = mem_xcalloc(1, sizeof(*t) + sizeof(*path) + (1 + r.n) * sizeof(*names) + len);
	path = (struct tpath *)(t + 1);
	names = (struct tname *)(path + 1);
	copy = memcpy(names + 1 + r.n, src, len);
	names[0] = (struct tname){copy + (r.root.s - src), r.root.len};
	for (i = 0; i < r.n; i++)
		names[1 + i] = (struct tname){copy + (r.keys[i].s - src), r.keys[i].len};
	*path = (struct tpath){.slot = 0, .n = r.n, .keys = names + 1};
	t->literal = (struct tname){copy, (uint32_t)len};
	t->names = names;
	t->nnames = 1;
	t->path = path;
	return t;
}

void
template_short_free(struct template *t)
{
	template_free(atomic_load(&t->full));
	free(t);
}

bool
template_is_short(const struct template *t)
{
	return t->arena == NULL;
}

/* Threads may share t: whoever comes second takes what the first one made. */
const struct template *
template_full(const struct template *t)
{
	_Atomic(struct template *) *slot = (_Atomic(struct template *) *)(uintptr_t)&t->full;
	struct template *full, *none = NULL;

	if (!template_is_short(t))
		return t;
	if ((full = atomic_load(slot)) != NULL)
		return full;
	if (template_compile_full(t->literal.s, t->literal.len, &full, NULL) != RC_OK)
		abort();	/* read_short lets only pass what is right */
	if (atomic_compare_exchange_strong(slot, &none, full))
		return full;
	template_free(full);
	return none;
}

bool
template_path_eval(const struct template *t, const struct template_env *env, struct buf *out)
{
	const struct template_var *var = env->vars, *end = var + env->nvars;
	const struct tpath *path = t->path;
	const struct js *v = NULL;
	struct tv value;
	uint32_t i;

	while (var < end && !tname_is(t->names[path->slot], var->name))
		var++;
	if (var == end)
		return false;
	if (var->type == TEMPLATE_STRING && path->n == 0 && var->u.s.len <= TEMPLATE_OUTPUT_MAX) {
		put_stripped(out, var->u.s.p, var->u.s.len);
		return true;
	}
	if (var->type != TEMPLATE_JSON)
		return false;
	for (i = 0, v = var->u.json; i < path->n; i++)
		if ((v = js_getn(v, path->keys[i].s, path->keys[i].len)) == NULL)
			return false;
	value = template_wrap(v);
	if (value.type == TV_STRING && value.len <= TEMPLATE_OUTPUT_MAX)
		put_stripped(out, value.u.s, value.len);
	else if (value.type == TV_INT)
		buf_put_int(out, value.u.i);
	else if (value.type == TV_REAL)
		template_put_real(out, value.u.d);
	else if (value.type == TV_BOOL)
		buf_puts(out, value.u.i != 0 ? "True" : "False");
	else if (value.type == TV_NONE)
		buf_puts(out, "None");
	else
		return false;
	return true;
}
