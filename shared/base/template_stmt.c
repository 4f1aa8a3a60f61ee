/* SPDX-License-Identifier: ISC
 *
 * Statements of the template language ({% ... %}), from tokens to the tree, and template_compile.
 * Loading other templates (include, import, extends, block) does not exist here.
 */
#include <stdio.h>

#include "shared/base/template_int.h"

/* Two blocks hold the tree of {{ value_json.x }}, which most templates are. */
#define TEMPLATE_BLOCK 352

static struct tnode *parse_statement(struct tparse *p);

static bool
is_end(const struct tparse *p, const char *const *ends)
{
	for (; ends != NULL && *ends != NULL; ends++)
		if (template_parse_is(p, *ends))
			return true;
	return false;
}

static struct tnode *
parse_data(struct tparse *p)
{
	struct tnode *node = template_parse_node(p, TK_TEXT, NULL, NULL);

	if (node != NULL)
		node->u.k = tv_string(mem_strndup(p->arena, p->cur.text.s, p->cur.text.len),
		    p->cur.text.len);
	template_parse_next(p);
	return node;
}

static struct tnode *
parse_print(struct tparse *p)
{
	struct tnode *node;

	template_parse_next(p);
	node = template_parse_node(p, TK_PRINT, template_parse_tuple(p, true, NULL, false), NULL);
	return template_parse_expect(p, TT_PRINT_END) ? node : NULL;
}

/* Statements and data up to one of the end words (left as the current token), or the end. */
static struct tnode *
parse_until(struct tparse *p, const char *const *ends)
{
	struct tnode *body = template_parse_node(p, TK_BODY, NULL, NULL), *one;

	while (p->rc == RC_OK && p->cur.type != TT_EOF) {
		if (p->cur.type == TT_DATA) {
			template_parse_add(p, body, parse_data(p));
		} else if (p->cur.type == TT_PRINT_BEGIN) {
			template_parse_add(p, body, parse_print(p));
		} else {
			template_parse_next(p);	/* TT_BLOCK_BEGIN */
			if (is_end(p, ends))
				return body;
			one = parse_statement(p);
			if (!template_parse_expect(p, TT_BLOCK_END))
				return NULL;
			template_parse_add(p, body, one);
		}
	}
	if (ends != NULL && p->rc == RC_OK)
		return template_parse_fail(p, RC_INVALID, "the template ends before {%% %s %%}", ends[0]);
	return p->rc == RC_OK ? body : NULL;
}

struct tnode *
template_parse_body(struct tparse *p, const char *const *ends)
{
	struct tnode *body;

	if (p->cur.type == TT_COLON)
		template_parse_next(p);
	if (!template_parse_expect(p, TT_BLOCK_END) || !template_parse_enter(p))
		return NULL;
	body = parse_until(p, ends);
	p->depth--;
	return body;
}

/* A body in a scope of its own, its end word taken. */
static struct tnode *
scoped_body(struct tparse *p, const char *end)
{
	const char *const ends[] = {end, NULL};
	uint32_t soft = p->soft;
	struct tnode *body;

	p->soft = 0;
	body = template_parse_body(p, ends);
	p->soft = soft;
	template_parse_next(p);
	return body;
}

static bool
assignable(struct tparse *p, const struct tnode *target)
{
	uint32_t i;

	if (target == NULL)
		return false;
	if (target->kind == TK_TUPLE) {
		for (i = 0; i < target->n; i++)
			if (!assignable(p, target->list[i]))
				return false;
		return true;
	}
	if (target->kind != TK_NAME && target->kind != TK_NS_REF) {
		template_parse_fail(p, RC_INVALID, "cannot assign to this expression");
		return false;
	}
	if (target->kind == TK_NAME && p->loops > 0 && p->names[target->slot].len == 4 &&
	    memcmp(p->names[target->slot].s, "loop", 4) == 0) {
		template_parse_fail(p, RC_INVALID, "cannot assign to the special loop variable");
		return false;
	}
	return true;
}

/* name | name.attr | primary, primary ... ; ends before the word `end` */
static struct tnode *
parse_target(struct tparse *p, const char *end, bool with_namespace)
{
	struct tnode *target, *tuple = NULL;

	if (with_namespace && p->cur.type == TT_NAME && template_parse_look(p) == TT_DOT) {
		if ((target = template_parse_node(p, TK_NS_REF, NULL, NULL)) == NULL)
			return NULL;
		target->slot = template_parse_slot(p, p->cur.text);
		template_parse_next(p);
		template_parse_next(p);
		if (p->cur.type != TT_NAME)
			return template_parse_fail(p, RC_INVALID, "expected a name after the dot");
		target->u.name = (struct tname){
		    mem_strndup(p->arena, p->cur.text.s, p->cur.text.len), p->cur.text.len};
		template_parse_next(p);
		return p->rc == RC_OK ? target : NULL;
	}
	target = template_parse_primary(p);
	while (p->rc == RC_OK && p->cur.type == TT_COMMA) {
		if (tuple == NULL) {
			if ((tuple = template_parse_node(p, TK_TUPLE, NULL, NULL)) == NULL)
				return NULL;
			template_parse_add(p, tuple, target);
		}
		template_parse_next(p);
		if (p->cur.type == TT_BLOCK_END || p->cur.type == TT_RPAREN ||
		    (end != NULL && template_parse_is(p, end)))
			break;
		template_parse_add(p, tuple, template_parse_primary(p));
	}
	if (tuple != NULL)
		target = tuple;
	return p->rc == RC_OK && assignable(p, target) ? target : NULL;
}

static struct tnode *
parse_if(struct tparse *p)
{
	static const char *const ends[] = {"endif", "elif", "else", NULL};
	struct tnode *node = template_parse_node(p, TK_IF, NULL, NULL);
	const char *const last[] = {"endif", NULL};

	p->soft++;
	do {
		template_parse_next(p);
		if (p->rc != RC_OK)
			return NULL;
		template_parse_add(p, node, template_parse_tuple(p, false, NULL, false));
		template_parse_add(p, node, template_parse_body(p, ends));
	} while (p->rc == RC_OK && template_parse_is(p, "elif"));
	if (template_parse_skip(p, "else")) {
		struct tnode *otherwise = template_parse_body(p, last);

		if (node != NULL && otherwise != NULL) {
			node->a = otherwise;
			if (otherwise->height >= node->height)
				node->height = (uint16_t)(otherwise->height + 1);
		}
	}
	p->soft--;
	template_parse_next(p);
	return node;
}

static struct tnode *
parse_for(struct tparse *p)
{
	static const char *const ends[] = {"endfor", "else", NULL};
	struct tnode *node = template_parse_node(p, TK_FOR, NULL, NULL), *test = NULL, *last = NULL;
	uint32_t soft = p->soft;

	template_parse_next(p);
	p->loops++;
	template_parse_add(p, node, parse_target(p, "in", false));
	p->loops--;
	if (!template_parse_skip(p, "in"))
		return template_parse_fail(p, RC_INVALID, "expected in");
	template_parse_add(p, node, template_parse_tuple(p, false, "recursive", false));
	p->soft = 0;
	if (template_parse_skip(p, "if"))
		test = template_parse_expression(p, true);
	if (node != NULL)
		node->op = template_parse_skip(p, "recursive");
	template_parse_add(p, node, test);
	p->loops++;
	template_parse_add(p, node, template_parse_body(p, ends));
	p->loops--;
	if (template_parse_is(p, "else")) {
		template_parse_next(p);
		last = template_parse_body(p, ends);
		if (template_parse_is(p, "else"))
			return template_parse_fail(p, RC_INVALID, "a second else");
	}
	template_parse_add(p, node, last);
	p->soft = soft;
	template_parse_next(p);
	if (node != NULL)
		node->slot = template_parse_slot(p, (struct tname){"loop", 4});
	return node;
}

static struct tnode *
captured(struct tparse *p)
{
	return template_parse_node(p, TK_CAPTURED, NULL, NULL);
}

static struct tnode *
parse_set(struct tparse *p)
{
	struct tnode *target, *node, *filter = NULL;

	template_parse_next(p);
	target = parse_target(p, NULL, true);
	if (p->cur.type == TT_ASSIGN) {
		template_parse_next(p);
		return template_parse_node(p, TK_SET, target, template_parse_tuple(p, true, NULL, false));
	}
	if (p->cur.type == TT_PIPE)
		filter = template_parse_filter(p, captured(p), false);
	node = template_parse_node(p, TK_SET_BLOCK, target, scoped_body(p, "endset"));
	if (node != NULL)
		node->w.c = filter;
	return node;
}

static struct tnode *
parse_with(struct tparse *p)
{
	struct tnode *node = template_parse_node(p, TK_WITH, NULL, NULL), *target;

	template_parse_next(p);
	while (p->rc == RC_OK && p->cur.type != TT_BLOCK_END) {
		if (node->n > 0 && !template_parse_expect(p, TT_COMMA))
			return NULL;
		target = parse_target(p, NULL, false);
		if (!template_parse_expect(p, TT_ASSIGN))
			return NULL;
		template_parse_add(p, node, target);
		template_parse_add(p, node, template_parse_expression(p, true));
	}
	if (p->rc != RC_OK)
		return NULL;
	node->a = scoped_body(p, "endwith");
	if (node->a != NULL && node->a->height >= node->height)
		node->height = (uint16_t)(node->a->height + 1);
	return node;
}

/* (a, b=1) into the macro's list; the opening bracket is the current token. */
static bool
parse_signature(struct tparse *p, struct tnode *macro)
{
	struct tnode *name, *value;
	bool defaults = false;

	if (!template_parse_expect(p, TT_LPAREN))
		return false;
	while (p->rc == RC_OK && p->cur.type != TT_RPAREN) {
		if (macro->n > 0 && !template_parse_expect(p, TT_COMMA))
			return false;
		if (p->cur.type != TT_NAME) {
			template_parse_expect(p, TT_NAME);
			return false;
		}
		name = template_parse_node(p, TK_NAME, NULL, NULL);
		if (name == NULL)
			return false;
		name->slot = template_parse_slot(p, p->cur.text);
		template_parse_next(p);
		value = NULL;
		if (p->cur.type == TT_ASSIGN) {
			template_parse_next(p);
			value = template_parse_expression(p, true);
			defaults = true;
		} else if (defaults) {
			template_parse_fail(p, RC_INVALID, "a parameter without default after one with");
		}
		template_parse_add(p, macro, name);
		template_parse_add(p, macro, value);
	}
	if (macro->n > 2 * TEMPLATE_ARGS_MAX)
		template_parse_fail(p, RC_TOO_LARGE, "more than %d parameters", TEMPLATE_ARGS_MAX);
	return template_parse_expect(p, TT_RPAREN);
}

static struct tnode *
macro_body(struct tparse *p, struct tnode *macro, const char *end)
{
	uint32_t loops = p->loops;

	p->loops = 0;
	macro->a = scoped_body(p, end);
	p->loops = loops;
	template_parse_slot(p, (struct tname){"caller", 6});
	template_parse_slot(p, (struct tname){"varargs", 7});
	template_parse_slot(p, (struct tname){"kwargs", 6});
	if (macro->a != NULL && macro->a->height >= macro->height)
		macro->height = (uint16_t)(macro->a->height + 1);
	return macro;
}

static struct tnode *
parse_macro(struct tparse *p)
{
	struct tnode *node = template_parse_node(p, TK_MACRO, NULL, NULL);

	template_parse_next(p);
	if (p->cur.type != TT_NAME || node == NULL)
		return template_parse_fail(p, RC_INVALID, "expected the macro's name");
	node->slot = template_parse_slot(p, p->cur.text);
	template_parse_next(p);
	if (!parse_signature(p, node))
		return NULL;
	return macro_body(p, node, "endmacro");
}

static struct tnode *
parse_call_block(struct tparse *p)
{
	struct tnode *macro = template_parse_node(p, TK_MACRO, NULL, NULL), *call;

	template_parse_next(p);
	if (macro == NULL || (p->cur.type == TT_LPAREN && !parse_signature(p, macro)))
		return NULL;
	call = template_parse_expression(p, true);
	if (call == NULL || call->kind != TK_CALL)
		return template_parse_fail(p, RC_INVALID, "expected a call");
	macro->slot = template_parse_slot(p, (struct tname){"caller", 6});
	return template_parse_node(p, TK_CALL_BLOCK, call, macro_body(p, macro, "endcall"));
}

static struct tnode *
parse_filter_block(struct tparse *p)
{
	struct tnode *filter;

	template_parse_next(p);
	filter = template_parse_filter(p, captured(p), true);
	return template_parse_node(p, TK_FILTER_BLOCK, filter, scoped_body(p, "endfilter"));
}

static struct tnode *
parse_do(struct tparse *p)
{
	template_parse_next(p);
	return template_parse_node(p, TK_DO, template_parse_tuple(p, true, NULL, false), NULL);
}

static struct tnode *
parse_print_statement(struct tparse *p)
{
	struct tnode *body = template_parse_node(p, TK_BODY, NULL, NULL);

	template_parse_next(p);
	while (p->rc == RC_OK && p->cur.type != TT_BLOCK_END) {
		if (body->n > 0 && !template_parse_expect(p, TT_COMMA))
			return NULL;
		template_parse_add(p, body,
		    template_parse_node(p, TK_PRINT, template_parse_expression(p, true), NULL));
	}
	return body;
}

static struct tnode *
parse_jump(struct tparse *p)
{
	enum tkind kind = template_parse_is(p, "break") ? TK_BREAK : TK_CONTINUE;

	if (p->loops == 0)
		return template_parse_fail(p, RC_INVALID, "break and continue belong into a loop");
	template_parse_next(p);
	return template_parse_node(p, kind, NULL, NULL);
}

static struct tnode *
parse_statement(struct tparse *p)
{
	static const struct {
		const char   *word;
		struct tnode *(*parse)(struct tparse *p);
	} statements[] = {
		{"if", parse_if}, {"for", parse_for}, {"set", parse_set}, {"with", parse_with},
		{"macro", parse_macro}, {"call", parse_call_block}, {"filter", parse_filter_block},
		{"do", parse_do}, {"print", parse_print_statement}, {"break", parse_jump},
		{"continue", parse_jump}
	};
	struct tnode *node = NULL;
	size_t i;

	if (!template_parse_enter(p))
		return NULL;
	for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (template_parse_is(p, statements[i].word)) {
			node = statements[i].parse(p);
			p->depth--;
			return p->rc == RC_OK ? node : NULL;
		}
	if (p->cur.type == TT_NAME)
		return template_parse_fail(p, RC_INVALID, "unknown tag '%.*s'",
		    (int)(p->cur.text.len < 40 ? p->cur.text.len : 40), p->cur.text.s);
	return template_parse_fail(p, RC_INVALID, "a tag begins with a name");
}

/* {{ name.key["key"] }}: the keys from the root on, when the body is nothing else. */
static const struct tpath *
find_path(struct tparse *p, const struct tnode *body)
{
	const struct tnode *n, *e;
	struct tname *keys;
	struct tpath *path;
	uint32_t depth = 0, i;

	if (body->n != 1 || body->list[0]->kind != TK_PRINT)
		return NULL;
	for (n = e = body->list[0]->a; n->kind != TK_NAME; n = n->a, depth++)
		if (n->kind == TK_ATTR ? template_is_dict_attr(n->u.name) :
		    n->kind != TK_ITEM || n->v.b->kind != TK_CONST || n->v.b->u.k.type != TV_STRING)
			return NULL;
	keys = mem_alloc(p->arena, (depth + 1) * sizeof(*keys));
	path = mem_zalloc(p->arena, sizeof(*path));
	path->slot = n->slot;
	path->n = depth;
	path->keys = keys;
	for (i = depth; i-- > 0; e = e->a)
		keys[i] = e->kind == TK_ATTR ? e->u.name :
		    (struct tname){e->v.b->u.k.u.s, e->v.b->u.k.len};
	return path;
}

/* The source with \r\n and \r as \n, in the arena. */
static char *
normalize(struct mem_arena *arena, const char *src, size_t *len)
{
	char *copy = mem_alloc(arena, *len + 1);
	size_t i, n = 0;

	for (i = 0; i < *len; i++) {
		if (src[i] == '\r' && i + 1 < *len && src[i + 1] == '\n')
			continue;
		copy[n++] = src[i] == '\r' ? '\n' : src[i];
	}
	copy[n] = '\0';
	*len = n;
	return copy;
}

static bool
has_tags(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n; i++)
		if (s[i] == '{' && (s[i + 1] == '{' || s[i + 1] == '%' || s[i + 1] == '#'))
			return true;
	return false;
}

static enum rc
compile_tags(struct template *t, const char *src, size_t len, struct fault *f)
{
	struct tparse p = {.arena = t->arena, .f = f};
	const char *text = normalize(t->arena, src, &len);

	p.lex = (struct tlex){.arena = t->arena, .p = text, .end = text + len, .line = 1, .f = f};
	template_parse_next(&p);
	t->body = parse_until(&p, NULL);
	if (p.rc == RC_OK && p.nunknown > 0)
		p.rc = fault_set(f, RC_INVALID, NULL, "%s", p.unknown);
	if (p.rc != RC_OK)
		return p.rc;
	t->path = find_path(&p, t->body);
	t->names = p.names;
	t->nnames = p.nnames;
	return RC_OK;
}

enum rc
template_compile_full(const char *src, size_t len, struct template **out, struct fault *f)
{
	struct mem_arena *arena = mem_arena_new(TEMPLATE_BLOCK);
	struct template *t = mem_zalloc(arena, sizeof(*t));
	enum rc rc;

	t->arena = arena;
	if ((rc = compile_tags(t, src, len, f)) != RC_OK) {
		template_free(t);
		return rc;
	}
	*out = t;
	return RC_OK;
}

static struct template *
literal(const char *src, size_t len)
{
	struct mem_arena *arena = mem_arena_new(TEMPLATE_BLOCK);
	struct template *t = mem_zalloc(arena, sizeof(*t));

	t->arena = arena;
	t->literal = (struct tname){mem_strndup(arena, src, len), (uint32_t)len};
	return t;
}

enum rc
template_compile(const char *src, size_t len, struct template **out, struct fault *f)
{
	struct template *t;

	if (len > TEMPLATE_SOURCE_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "a template of more than %d bytes",
		    TEMPLATE_SOURCE_MAX);
	if (!template_utf8_valid(src, len))
		return fault_set(f, RC_INVALID, NULL, "the template is not valid UTF-8");
	template_strip(&src, &len, 3);
	t = has_tags(src, len) ? template_short_new(src, len) : literal(src, len);
	if (t == NULL)
		return template_compile_full(src, len, out, f);
	*out = t;
	return RC_OK;
}

void
template_free(struct template *t)
{
	if (t == NULL)
		return;
	if (template_is_short(t))
		template_short_free(t);
	else
		mem_arena_free(t->arena);
}

bool
template_is_literal(const struct template *t)
{
	return t->body == NULL && !template_is_short(t);
}

bool
template_uses(const struct template *t, const char *name)
{
	size_t len = strlen(name);
	uint32_t i;

	for (i = 0; i < t->nnames; i++)
		if (t->names[i].len == len && memcmp(t->names[i].s, name, len) == 0)
			return true;
	return false;
}
