/* SPDX-License-Identifier: ISC
 *
 * Rendering: the scratch, the variables, and templates as text, conditions and values.
 */
#include "shared/base/template.h"

#include <ctype.h>
#include <stdlib.h>

#include "shared/base/template_int.h"

#define KEEP_TEXT 131072	/* a larger text buffer is given back after the evaluation */

struct template_scratch *
template_scratch_new(void)
{
	struct template_scratch *s = mem_xcalloc(1, sizeof(*s));

	s->mem = mem_xmalloc(TEMPLATE_MEMORY_MAX);
	s->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return s;
}

void
template_scratch_free(struct template_scratch *s)
{
	uint32_t i;

	if (s == NULL)
		return;
	for (i = 0; i < TEMPLATE_PATTERNS; i++) {
		regex_free(s->patterns[i].re);
		free(s->patterns[i].pattern);
	}
	if (s->locale != (locale_t)0)
		freelocale(s->locale);
	buf_free(&s->text);
	free(s->mem);
	free(s);
}

struct template_var
template_var_string(const char *name, const char *p, size_t len)
{
	struct template_var v = {.name = name, .type = TEMPLATE_STRING};

	v.u.s.p = p;
	v.u.s.len = len;
	return v;
}

struct template_var
template_var_bytes(const char *name, const void *p, size_t len)
{
	struct template_var v = template_var_string(name, p, len);

	v.type = TEMPLATE_BYTES;
	return v;
}

struct template_var
template_var_json(const char *name, const struct js *json)
{
	return (struct template_var){.name = name, .type = TEMPLATE_JSON, .u.json = json};
}

struct template_var
template_var_state(const char *name, const struct template_state *s)
{
	return (struct template_var){.name = name, .type = TEMPLATE_STATE, .u.state = s};
}

struct template_var
template_var_trigger(const char *name, const struct js *json)
{
	return (struct template_var){.name = name, .type = TEMPLATE_TRIGGER, .u.json = json};
}

struct template_var
template_var_this(const char *name, const struct js *json)
{
	return (struct template_var){.name = name, .type = TEMPLATE_THIS, .u.json = json};
}

struct template_var
template_var_int(const char *name, int64_t i)
{
	return (struct template_var){.name = name, .type = TEMPLATE_INT, .u.i = i};
}

struct template_var
template_var_real(const char *name, double d)
{
	return (struct template_var){.name = name, .type = TEMPLATE_REAL, .u.d = d};
}

struct template_var
template_var_bool(const char *name, bool b)
{
	return (struct template_var){.name = name, .type = TEMPLATE_BOOL, .u.b = b};
}

struct template_var
template_var_none(const char *name)
{
	return (struct template_var){.name = name, .type = TEMPLATE_NONE};
}

static void
put_stripped(struct buf *out, const char *s, size_t n)
{
	template_strip(&s, &n, 3);
	buf_put(out, s, n);
}

static void
reset(struct template_scratch *s)
{
	while (s->nroots > 0)
		js_free(s->roots[--s->nroots]);
	s->used = 0;
	s->text.len = 0;
	if (s->text.cap > KEEP_TEXT)
		buf_free(&s->text);
}

static enum rc
result_rc(enum template_result r)
{
	return r == TEMPLATE_LIMIT ? RC_LIMITED : RC_INVALID;
}

/* False: there is no memory. */
static bool
begin(struct run *r)
{
	uint32_t i;

	r->slots = template_alloc(r, r->t->nnames * sizeof(*r->slots));
	for (i = 0; r->slots != NULL && i < r->t->nnames; i++)
		r->slots[i] = tv_make(TV_ABSENT);
	r->captured = tv_string("", 0);
	return r->slots != NULL;
}

/* Names that somebody gives a meaning may be those of functions. */
static void
remember(struct run *r)
{
	if (r->env->memo == NULL || r->env->nvars > 0)
		return;
	template_memo_open(r->env->memo, r->t);
	r->memo = r->env->memo;
}

enum template_result
template_eval(const struct template *t, struct template_scratch *s, const struct template_env *env,
    struct buf *out, struct fault *f)
{
	struct run r = {.s = s, .env = env};

	if (template_is_literal(t)) {
		buf_put(out, t->literal.s, t->literal.len);
		return TEMPLATE_OK;
	}
	if (t->path != NULL && template_path_eval(t, env, out))
		return TEMPLATE_OK;
	r.t = template_full(t);
	remember(&r);
	if (begin(&r) && template_exec(&r, r.t->body) == TFLOW_NEXT && s->text.len > 0)
		put_stripped(out, s->text.p, s->text.len);
	if (r.result != TEMPLATE_OK)
		fault_set(f, result_rc(r.result), NULL, "%s", r.msg);
	reset(s);
	return r.result;
}

static bool
is_true(const char *s, size_t n)
{
	static const char *const words[] = {"true", "yes", "on", "enable"};
	char lower[16];
	double d;
	size_t i;

	if (template_parse_real(s, n, &d))
		return d != 0;
	if (n >= sizeof(lower))
		return false;
	for (i = 0; i < n; i++)
		lower[i] = (char)tolower((unsigned char)s[i]);
	lower[n] = '\0';
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(lower, words[i]) == 0)
			return true;
	return false;
}

enum template_result
template_eval_bool(const struct template *t, struct template_scratch *s,
    const struct template_env *env, bool *out, struct fault *f)
{
	struct buf text = {0};
	enum template_result result = template_eval(t, s, env, &text, f);

	if (result == TEMPLATE_OK)
		*out = is_true(buf_str(&text), text.len);
	buf_free(&text);
	return result;
}

/* Text as the value it reads as. */
static struct js *
guess(const char *s, size_t n)
{
	struct js *v = NULL;

	if (n == 4 && memcmp(s, "True", 4) == 0)
		return js_new_bool(true);
	if (n == 5 && memcmp(s, "False", 5) == 0)
		return js_new_bool(false);
	if (n == 4 && memcmp(s, "None", 4) == 0)
		return js_new_null();
	if (n > 0 && strchr("-0123456789[{", *s) != NULL && js_parse(s, n, JS_LAX_KEYS, &v, NULL) == RC_OK)
		return v;
	v = template_literal(s, n);
	return v != NULL ? v : js_new_stringn(s, n);
}

/* A value that is no text; NULL when it is text, or the run has raised. */
static struct js *
plain_value(struct run *r, const struct tnode *expression)
{
	struct tv args[4] = {template_eval_node(r, expression), tv_bool(false), tv_bool(false), tv_bool(false)}, text;
	struct js *v = NULL;

	if (args[0].type == TV_STRING || args[0].type == TV_UNDEFINED || tv_raised(args[0]))
		return NULL;
	if (args[0].type == TV_GENERATOR || args[0].type == TV_SET || args[0].type == TV_VIEW ||
	    args[0].type == TV_RANGE || template_is_states(args[0]))
		args[0] = template_list_of(r, args[0]);
	text = tv_raised(args[0]) ? args[0] : template_filter_to_json(r, args);
	if (!tv_raised(text))
		js_parse(text.u.s, text.len, JS_LAX_KEYS, &v, NULL);
	return v;
}

enum template_result
template_eval_value(const struct template *t, struct template_scratch *s, const struct template_env *env,
    struct js **out, struct fault *f)
{
	struct run r = {.t = template_full(t), .s = s, .env = env};
	enum template_result result;
	struct buf text = {0};

	*out = NULL;
	if (r.t->body != NULL && r.t->body->n == 1 && r.t->body->list[0]->kind == TK_PRINT) {
		if (begin(&r))
			*out = plain_value(&r, r.t->body->list[0]->a);
		reset(s);
	}
	if (*out != NULL)
		return TEMPLATE_OK;
	result = template_eval(t, s, env, &text, f);
	if (result == TEMPLATE_OK)
		*out = guess(buf_str(&text), text.len);
	buf_free(&text);
	return result;
}

const char *
template_result_name(enum template_result r)
{
	static const char *const names[] = {
		[TEMPLATE_OK] = "ok", [TEMPLATE_UNDEFINED] = "undefined", [TEMPLATE_ERROR] = "error",
		[TEMPLATE_LIMIT] = "limit"
	};

	return names[r];
}
