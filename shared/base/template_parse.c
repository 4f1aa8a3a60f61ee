/* SPDX-License-Identifier: ISC
 *
 * Expressions of the template language, from tokens to the tree: one function per level of Jinja2's
 * precedences, so the shape of this file is the grammar. Everything it makes lives in the template's
 * arena. Depth is bounded here, once, for parser and evaluator.
 */
#include <stdarg.h>
#include <stdio.h>

#include "shared/base/template_int.h"

struct tnode *
template_parse_fail(struct tparse *p, enum rc rc, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	if (p->rc != RC_OK)
		return NULL;
	if (p->lex.rc != RC_OK) {
		p->rc = p->lex.rc;
		return NULL;
	}
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	p->rc = fault_set(p->f, rc, NULL, "line %u: %s", p->cur.line, what);
	return NULL;
}

void
template_parse_next(struct tparse *p)
{
	do {
		p->cur = p->has_ahead ? p->ahead : template_lex_next(&p->lex);
		p->has_ahead = false;
	} while (p->cur.type == TT_DATA && p->cur.text.len == 0);
	if (p->cur.type == TT_ERROR && p->rc == RC_OK)
		p->rc = p->lex.rc;
}

enum ttok
template_parse_look(struct tparse *p)
{
	if (!p->has_ahead) {
		p->ahead = template_lex_next(&p->lex);
		p->has_ahead = true;
	}
	return p->ahead.type;
}

static bool
is_text(const struct ttoken *t, const char *name)
{
	return t->type == TT_NAME && t->text.len == strlen(name) &&
	    memcmp(t->text.s, name, t->text.len) == 0;
}

bool
template_parse_is(const struct tparse *p, const char *name)
{
	return is_text(&p->cur, name);
}

bool
template_parse_skip(struct tparse *p, const char *name)
{
	if (!template_parse_is(p, name))
		return false;
	template_parse_next(p);
	return true;
}

bool
template_parse_expect(struct tparse *p, enum ttok type)
{
	if (p->rc != RC_OK)
		return false;
	if (p->cur.type != type) {
		template_parse_fail(p, RC_INVALID, "expected %s, got %s", template_lex_name(type),
		    template_lex_name(p->cur.type));
		return false;
	}
	template_parse_next(p);
	return true;
}

bool
template_parse_enter(struct tparse *p)
{
	if (p->rc != RC_OK)
		return false;
	if (p->depth == TEMPLATE_NEST_MAX) {
		template_parse_fail(p, RC_TOO_LARGE, "nested deeper than %d levels", TEMPLATE_NEST_MAX);
		return false;
	}
	p->depth++;
	return true;
}

/* The node is one higher than `child`. */
static void
raise_height(struct tparse *p, struct tnode *node, const struct tnode *child)
{
	if (child == NULL || child->height < node->height)
		return;
	node->height = (uint16_t)(child->height + 1);
	if (node->height > TEMPLATE_TREE_MAX)
		template_parse_fail(p, RC_TOO_LARGE, "an expression of more than %d steps",
		    TEMPLATE_TREE_MAX);
}

struct tnode *
template_parse_node(struct tparse *p, enum tkind kind, struct tnode *a, struct tnode *b)
{
	struct tnode *node;

	if (p->rc != RC_OK)
		return NULL;
	node = mem_zalloc(p->arena, sizeof(*node));
	node->kind = (uint8_t)kind;
	node->line = p->cur.line;
	node->height = 1;
	node->a = a;
	node->v.b = b;
	raise_height(p, node, a);
	raise_height(p, node, b);
	return p->rc == RC_OK ? node : NULL;
}

void
template_parse_add(struct tparse *p, struct tnode *node, struct tnode *item)
{
	uint32_t room = node->n < 4 ? 4 : node->n;

	if (p->rc != RC_OK)
		return;
	if (node->n == 0 || (node->n >= 4 && (node->n & (node->n - 1)) == 0))
		node->list = mem_grow(p->arena, node->list, node->n, node->n == 0 ? room : 2 * node->n,
		    sizeof(*node->list));
	node->list[node->n++] = item;
	raise_height(p, node, item);
}

uint32_t
template_parse_slot(struct tparse *p, struct tname name)
{
	uint32_t i;

	for (i = 0; i < p->nnames; i++)
		if (p->names[i].len == name.len && memcmp(p->names[i].s, name.s, name.len) == 0)
			return i;
	if (p->nnames == p->capnames) {
		p->capnames = p->capnames == 0 ? 4 : 2 * p->capnames;
		p->names = mem_grow(p->arena, p->names, p->nnames, p->capnames, sizeof(*p->names));
	}
	p->names[p->nnames] = (struct tname){mem_strndup(p->arena, name.s, name.len), name.len};
	return p->nnames++;
}

static struct tnode *
constant(struct tparse *p, struct tv k)
{
	struct tnode *node = template_parse_node(p, TK_CONST, NULL, NULL);

	if (node != NULL)
		node->u.k = k;
	return node;
}

static struct tnode *
parse_name(struct tparse *p)
{
	static const struct {
		const char *name;
		uint8_t	    type;
		bool	    b;
	} words[] = {
		{"true", TV_BOOL, true}, {"True", TV_BOOL, true}, {"false", TV_BOOL, false},
		{"False", TV_BOOL, false}, {"none", TV_NONE, false}, {"None", TV_NONE, false}
	};
	struct tnode *node;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (template_parse_skip(p, words[i].name))
			return constant(p, words[i].type == TV_NONE ? tv_make(TV_NONE) : tv_bool(words[i].b));
	if ((node = template_parse_node(p, TK_NAME, NULL, NULL)) != NULL)
		node->slot = template_parse_slot(p, p->cur.text);
	template_parse_next(p);
	return node;
}

/* Adjacent strings are one. */
static struct tnode *
parse_string(struct tparse *p)
{
	struct tname s = p->cur.text;
	struct tnode *node;
	char *joined;

	node = constant(p, tv_string(s.s, s.len));
	template_parse_next(p);
	while (node != NULL && p->cur.type == TT_STRING) {
		joined = mem_alloc(p->arena, (size_t)s.len + p->cur.text.len + 1);
		memcpy(joined, s.s, s.len);
		memcpy(joined + s.len, p->cur.text.s, p->cur.text.len);
		s = (struct tname){joined, s.len + p->cur.text.len};
		node->u.k = tv_string(s.s, s.len);
		if (s.len > TEMPLATE_SOURCE_MAX)
			return template_parse_fail(p, RC_TOO_LARGE, "a string is too long");
		template_parse_next(p);
	}
	return node;
}

static struct tnode *
parse_list(struct tparse *p)
{
	struct tnode *node = template_parse_node(p, TK_LIST, NULL, NULL);

	template_parse_next(p);
	while (p->rc == RC_OK && p->cur.type != TT_RBRACKET) {
		if (node->n > 0 && !template_parse_expect(p, TT_COMMA))
			break;
		if (p->cur.type == TT_RBRACKET)
			break;
		template_parse_add(p, node, template_parse_expression(p, true));
	}
	return template_parse_expect(p, TT_RBRACKET) ? node : NULL;
}

static struct tnode *
parse_dict(struct tparse *p)
{
	struct tnode *node = template_parse_node(p, TK_DICT, NULL, NULL), *key, *value;

	template_parse_next(p);
	while (p->rc == RC_OK && p->cur.type != TT_RBRACE) {
		if (node->n > 0 && !template_parse_expect(p, TT_COMMA))
			break;
		if (p->cur.type == TT_RBRACE)
			break;
		key = template_parse_expression(p, true);
		if (!template_parse_expect(p, TT_COLON))
			break;
		value = template_parse_expression(p, true);
		template_parse_add(p, node, key);
		template_parse_add(p, node, value);
	}
	return template_parse_expect(p, TT_RBRACE) ? node : NULL;
}

struct tnode *
template_parse_primary(struct tparse *p)
{
	struct tnode *node = NULL;
	struct ttoken t = p->cur;

	if (!template_parse_enter(p))
		return NULL;
	switch (t.type) {
	case TT_NAME:
		node = parse_name(p);
		break;
	case TT_STRING:
		node = parse_string(p);
		break;
	case TT_INT:
	case TT_REAL:
		node = constant(p, t.type == TT_INT ? tv_int(t.i) : tv_real(t.d));
		template_parse_next(p);
		break;
	case TT_LPAREN:
		template_parse_next(p);
		node = template_parse_tuple(p, true, NULL, true);
		if (!template_parse_expect(p, TT_RPAREN))
			node = NULL;
		break;
	case TT_LBRACKET:
		node = parse_list(p);
		break;
	case TT_LBRACE:
		node = parse_dict(p);
		break;
	default:
		template_parse_fail(p, RC_INVALID, "unexpected %s", template_lex_name(t.type));
	}
	p->depth--;
	return node;
}

static bool
is_tuple_end(const struct tparse *p, const char *end)
{
	return p->cur.type == TT_PRINT_END || p->cur.type == TT_BLOCK_END || p->cur.type == TT_RPAREN ||
	    (end != NULL && template_parse_is(p, end));
}

struct tnode *
template_parse_tuple(struct tparse *p, bool with_cond, const char *end, bool parens)
{
	struct tnode *tuple = NULL, *item = NULL;

	while (p->rc == RC_OK && !is_tuple_end(p, end)) {
		item = template_parse_expression(p, with_cond);
		if (tuple != NULL)
			template_parse_add(p, tuple, item);
		if (p->cur.type != TT_COMMA)
			break;
		if (tuple == NULL) {
			if ((tuple = template_parse_node(p, TK_TUPLE, NULL, NULL)) == NULL)
				return NULL;
			template_parse_add(p, tuple, item);
		}
		template_parse_next(p);
	}
	if (tuple != NULL || item != NULL || p->rc != RC_OK)
		return tuple != NULL ? tuple : item;
	if (parens)
		return template_parse_node(p, TK_TUPLE, NULL, NULL);
	return template_parse_fail(p, RC_INVALID, "expected an expression, got %s",
	    template_lex_name(p->cur.type));
}

/* One of the comma-separated things between [ and ]. A slice comes as a TK_SLICE without its a. */
static struct tnode *
parse_subscribed(struct tparse *p)
{
	struct tnode *slice, *part = NULL;
	int i;

	if (p->cur.type != TT_COLON) {
		part = template_parse_expression(p, true);
		if (p->cur.type != TT_COLON)
			return part;
	}
	if ((slice = template_parse_node(p, TK_SLICE, NULL, NULL)) == NULL)
		return NULL;
	template_parse_add(p, slice, part);
	for (i = 0; i < 2; i++) {
		part = NULL;
		if (i == 0 || p->cur.type == TT_COLON) {
			if (p->cur.type == TT_COLON && slice->n == (uint32_t)i + 1)
				template_parse_next(p);
			if (p->cur.type != TT_COLON && p->cur.type != TT_RBRACKET &&
			    p->cur.type != TT_COMMA)
				part = template_parse_expression(p, true);
		}
		template_parse_add(p, slice, part);
	}
	return slice;
}

static struct tnode *
parse_bracket(struct tparse *p, struct tnode *value)
{
	struct tnode *arg = NULL, *tuple = NULL, *one;

	template_parse_next(p);
	while (p->rc == RC_OK && p->cur.type != TT_RBRACKET) {
		if (arg != NULL && !template_parse_expect(p, TT_COMMA))
			return NULL;
		one = parse_subscribed(p);
		if (arg != NULL && tuple == NULL) {
			if ((tuple = template_parse_node(p, TK_TUPLE, NULL, NULL)) == NULL)
				return NULL;
			template_parse_add(p, tuple, arg);
		}
		if (tuple != NULL)
			template_parse_add(p, tuple, one);
		arg = one;
	}
	if (!template_parse_expect(p, TT_RBRACKET))
		return NULL;
	if (arg == NULL)
		tuple = template_parse_node(p, TK_TUPLE, NULL, NULL);
	if (tuple == NULL && arg != NULL && arg->kind == TK_SLICE && arg->a == NULL) {
		arg->a = value;
		raise_height(p, arg, value);
		return p->rc == RC_OK ? arg : NULL;
	}
	return template_parse_node(p, TK_ITEM, value, tuple != NULL ? tuple : arg);
}

static struct tnode *
parse_subscript(struct tparse *p, struct tnode *value)
{
	struct ttoken t;
	struct tnode *node;

	if (p->cur.type == TT_LBRACKET)
		return parse_bracket(p, value);
	template_parse_next(p);
	t = p->cur;
	template_parse_next(p);
	if (t.type == TT_INT)
		return template_parse_node(p, TK_ITEM, value, constant(p, tv_int(t.i)));
	if (t.type != TT_NAME)
		return template_parse_fail(p, RC_INVALID, "expected a name or a number after the dot");
	if ((node = template_parse_node(p, TK_ATTR, value, NULL)) != NULL)
		node->u.name = (struct tname){mem_strndup(p->arena, t.text.s, t.text.len), t.text.len};
	return node;
}

struct arglist {
	struct tnode *pos[TEMPLATE_ARGS_MAX], *kw[TEMPLATE_ARGS_MAX];
	struct tname  names[TEMPLATE_ARGS_MAX];
	struct targs  args;
};

static bool
parse_argument(struct tparse *p, struct arglist *l)
{
	struct targs *a = &l->args;
	bool bad = false;

	if (p->cur.type == TT_MUL) {
		bad = a->star != NULL || a->starstar != NULL;
		template_parse_next(p);
		a->star = template_parse_expression(p, true);
	} else if (p->cur.type == TT_POW) {
		bad = a->starstar != NULL;
		template_parse_next(p);
		a->starstar = template_parse_expression(p, true);
	} else if (a->npos == TEMPLATE_ARGS_MAX || a->nkw == TEMPLATE_ARGS_MAX) {
		template_parse_fail(p, RC_TOO_LARGE, "more than %d arguments", TEMPLATE_ARGS_MAX);
	} else if (p->cur.type == TT_NAME && template_parse_look(p) == TT_ASSIGN) {
		bad = a->starstar != NULL;
		l->names[a->nkw] = (struct tname){
		    mem_strndup(p->arena, p->cur.text.s, p->cur.text.len), p->cur.text.len};
		template_parse_next(p);
		template_parse_next(p);
		l->kw[a->nkw++] = template_parse_expression(p, true);
	} else {
		bad = a->star != NULL || a->starstar != NULL || a->nkw > 0;
		l->pos[a->npos++] = template_parse_expression(p, true);
	}
	if (bad)
		template_parse_fail(p, RC_INVALID, "invalid syntax for function call expression");
	return p->rc == RC_OK;
}

/* Moves the arguments into the arena and under `owner`. */
static bool
keep_arguments(struct tparse *p, struct arglist *l, struct tnode *owner)
{
	struct targs *a = mem_zalloc(p->arena, sizeof(*a));
	size_t i;

	*a = l->args;
	a->pos = mem_alloc(p->arena, (a->npos + 1u) * sizeof(*a->pos));
	memcpy(a->pos, l->pos, a->npos * sizeof(*a->pos));
	a->kw = mem_alloc(p->arena, (a->nkw + 1u) * sizeof(*a->kw));
	memcpy(a->kw, l->kw, a->nkw * sizeof(*a->kw));
	a->kwname = mem_alloc(p->arena, (a->nkw + 1u) * sizeof(*a->kwname));
	memcpy(a->kwname, l->names, a->nkw * sizeof(*a->kwname));
	for (i = 0; i < a->npos; i++)
		raise_height(p, owner, a->pos[i]);
	for (i = 0; i < a->nkw; i++)
		raise_height(p, owner, a->kw[i]);
	raise_height(p, owner, a->star);
	raise_height(p, owner, a->starstar);
	owner->v.args = a;
	return p->rc == RC_OK;
}

static bool
parse_arguments(struct tparse *p, struct tnode *owner)
{
	struct arglist l = {.args = {0}};
	bool comma = false;

	template_parse_next(p);
	while (p->rc == RC_OK && p->cur.type != TT_RPAREN) {
		if (comma && !template_parse_expect(p, TT_COMMA))
			return false;
		if (comma && p->cur.type == TT_RPAREN)
			break;
		if (!parse_argument(p, &l))
			return false;
		comma = true;
	}
	return template_parse_expect(p, TT_RPAREN) && keep_arguments(p, &l, owner);
}

static struct tnode *
parse_call(struct tparse *p, struct tnode *callee)
{
	struct tnode *node = template_parse_node(p, TK_CALL, callee, NULL);

	return node != NULL && parse_arguments(p, node) ? node : NULL;
}

static struct tnode *
parse_postfix(struct tparse *p, struct tnode *node)
{
	while (node != NULL && p->rc == RC_OK) {
		if (p->cur.type == TT_DOT || p->cur.type == TT_LBRACKET)
			node = parse_subscript(p, node);
		else if (p->cur.type == TT_LPAREN)
			node = parse_call(p, node);
		else
			break;
	}
	return node;
}

/* A name with dots ("sub.filter") into the node. */
static bool
dotted_name(struct tparse *p, struct tnode *node)
{
	const char *from = p->cur.text.s;
	uint32_t len = p->cur.text.len;

	if (!template_parse_expect(p, TT_NAME))
		return false;
	while (p->cur.type == TT_DOT) {
		template_parse_next(p);
		if (p->cur.type == TT_NAME)
			len = (uint32_t)(p->cur.text.s + p->cur.text.len - from);
		if (!template_parse_expect(p, TT_NAME))
			return false;
	}
	node->u.name = (struct tname){mem_strndup(p->arena, from, len), len};
	return true;
}

/* Filters and tests must exist, but inside an if only once they are used. */
static void
resolve(struct tparse *p, struct tnode *node, const char *what)
{
	node->w.fn = node->kind == TK_FILTER ? template_find_filter(node->u.name) :
	    template_find_test(node->u.name);
	if (node->w.fn == NULL && p->soft == 0 && p->nunknown++ == 0)
		snprintf(p->unknown, sizeof(p->unknown), "line %u: no %s named '%.60s'", node->line, what,
		    node->u.name.s);
}

struct tnode *
template_parse_filter(struct tparse *p, struct tnode *value, bool inline_start)
{
	struct tnode *node = value;

	while (p->rc == RC_OK && (p->cur.type == TT_PIPE || inline_start)) {
		if (!inline_start)
			template_parse_next(p);
		inline_start = false;
		if ((node = template_parse_node(p, TK_FILTER, node, NULL)) == NULL ||
		    !dotted_name(p, node))
			return NULL;
		if (p->cur.type == TT_LPAREN && !parse_arguments(p, node))
			return NULL;
		resolve(p, node, "filter");
	}
	return p->rc == RC_OK ? node : NULL;
}

/* The argument of a test without brackets: `is divisibleby 3`. */
static bool
bare_argument(struct tparse *p, struct tnode *test)
{
	struct arglist l = {.args = {0}};
	enum ttok t = p->cur.type;

	if (t != TT_NAME && t != TT_STRING && t != TT_INT && t != TT_REAL && t != TT_LBRACKET &&
	    t != TT_LBRACE)
		return true;
	if (template_parse_is(p, "else") || template_parse_is(p, "or") || template_parse_is(p, "and"))
		return true;
	if (template_parse_is(p, "is")) {
		template_parse_fail(p, RC_INVALID, "tests cannot be chained with is");
		return false;
	}
	l.pos[0] = parse_postfix(p, template_parse_primary(p));
	l.args.npos = 1;
	return p->rc == RC_OK && keep_arguments(p, &l, test);
}

static struct tnode *
parse_test(struct tparse *p, struct tnode *value)
{
	struct tnode *node;
	bool negated;

	template_parse_next(p);
	negated = template_parse_skip(p, "not");
	if ((node = template_parse_node(p, TK_TEST, value, NULL)) == NULL || !dotted_name(p, node))
		return NULL;
	if (p->cur.type == TT_LPAREN ? !parse_arguments(p, node) : !bare_argument(p, node))
		return NULL;
	resolve(p, node, "test");
	return negated ? template_parse_node(p, TK_NOT, node, NULL) : node;
}

static struct tnode *
parse_filters(struct tparse *p, struct tnode *node)
{
	while (node != NULL && p->rc == RC_OK) {
		if (p->cur.type == TT_PIPE)
			node = template_parse_filter(p, node, false);
		else if (template_parse_is(p, "is"))
			node = parse_test(p, node);
		else if (p->cur.type == TT_LPAREN)
			node = parse_call(p, node);
		else
			break;
	}
	return node;
}

static struct tnode *
parse_unary(struct tparse *p, bool with_filter)
{
	enum ttok t = p->cur.type;
	struct tnode *node;

	if (t == TT_SUB || t == TT_ADD) {
		if (!template_parse_enter(p))
			return NULL;
		template_parse_next(p);
		node = parse_unary(p, false);
		node = template_parse_node(p, t == TT_SUB ? TK_NEG : TK_POS, node, NULL);
		p->depth--;
	} else
		node = template_parse_primary(p);
	node = parse_postfix(p, node);
	return with_filter ? parse_filters(p, node) : node;
}

static struct tnode *
binary(struct tparse *p, enum top op, struct tnode *a, struct tnode *b)
{
	struct tnode *node = template_parse_node(p, TK_BINARY, a, b);

	if (node != NULL)
		node->op = (uint8_t)op;
	return node;
}

static struct tnode *
parse_pow(struct tparse *p)
{
	struct tnode *left = parse_unary(p, true);

	while (p->rc == RC_OK && p->cur.type == TT_POW) {
		template_parse_next(p);
		left = binary(p, TOP_POW, left, parse_unary(p, true));
	}
	return left;
}

static struct tnode *
parse_product(struct tparse *p)
{
	struct tnode *left = parse_pow(p);
	enum top op;

	while (p->rc == RC_OK) {
		switch (p->cur.type) {
		case TT_MUL:
			op = TOP_MUL;
			break;
		case TT_DIV:
			op = TOP_DIV;
			break;
		case TT_FLOORDIV:
			op = TOP_FLOORDIV;
			break;
		case TT_MOD:
			op = TOP_MOD;
			break;
		default:
			return left;
		}
		template_parse_next(p);
		left = binary(p, op, left, parse_pow(p));
	}
	return NULL;
}

static struct tnode *
parse_concat(struct tparse *p)
{
	struct tnode *first = parse_product(p), *node;

	if (p->rc != RC_OK || p->cur.type != TT_TILDE)
		return first;
	if ((node = template_parse_node(p, TK_CONCAT, NULL, NULL)) == NULL)
		return NULL;
	template_parse_add(p, node, first);
	while (p->rc == RC_OK && p->cur.type == TT_TILDE) {
		template_parse_next(p);
		template_parse_add(p, node, parse_product(p));
	}
	return node;
}

static struct tnode *
parse_sum(struct tparse *p)
{
	struct tnode *left = parse_concat(p);
	enum top op;

	while (p->rc == RC_OK && (p->cur.type == TT_ADD || p->cur.type == TT_SUB)) {
		op = p->cur.type == TT_ADD ? TOP_ADD : TOP_SUB;
		template_parse_next(p);
		left = binary(p, op, left, parse_concat(p));
	}
	return left;
}

/* The comparison operator at hand, taken; -1 for none. */
static int
compare_operator(struct tparse *p)
{
	static const struct {
		uint8_t token, op;
	} map[] = {{TT_EQ, TOP_EQ}, {TT_NE, TOP_NE}, {TT_LT, TOP_LT}, {TT_LE, TOP_LE}, {TT_GT, TOP_GT},
	    {TT_GE, TOP_GE}};
	size_t i;

	for (i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (p->cur.type == map[i].token) {
			template_parse_next(p);
			return map[i].op;
		}
	if (template_parse_skip(p, "in"))
		return TOP_IN;
	if (template_parse_is(p, "not") && template_parse_look(p) == TT_NAME &&
	    is_text(&p->ahead, "in")) {
		template_parse_next(p);
		template_parse_next(p);
		return TOP_NOT_IN;
	}
	return -1;
}

static struct tnode *
parse_compare(struct tparse *p)
{
	struct tnode *left = parse_sum(p), *node = NULL;
	uint8_t ops[TEMPLATE_TREE_MAX];
	int op;

	while (p->rc == RC_OK && (op = compare_operator(p)) >= 0) {
		if (node == NULL && (node = template_parse_node(p, TK_COMPARE, left, NULL)) == NULL)
			return NULL;
		if (node->n == TEMPLATE_TREE_MAX)
			return template_parse_fail(p, RC_TOO_LARGE, "too many comparisons");
		ops[node->n] = (uint8_t)op;
		template_parse_add(p, node, parse_sum(p));
	}
	if (node == NULL || p->rc != RC_OK)
		return left;
	node->w.ops = mem_alloc(p->arena, node->n);
	memcpy(node->w.ops, ops, node->n);
	return node;
}

static struct tnode *
parse_not(struct tparse *p)
{
	struct tnode *node;

	if (!template_parse_is(p, "not"))
		return parse_compare(p);
	if (!template_parse_enter(p))
		return NULL;
	template_parse_next(p);
	node = template_parse_node(p, TK_NOT, parse_not(p), NULL);
	p->depth--;
	return node;
}

static struct tnode *
parse_and(struct tparse *p)
{
	struct tnode *left = parse_not(p);

	while (p->rc == RC_OK && template_parse_skip(p, "and"))
		left = template_parse_node(p, TK_AND, left, parse_not(p));
	return left;
}

static struct tnode *
parse_or(struct tparse *p)
{
	struct tnode *left = parse_and(p);

	while (p->rc == RC_OK && template_parse_skip(p, "or"))
		left = template_parse_node(p, TK_OR, left, parse_and(p));
	return left;
}

/* Inline if: the filters in front of the `if` turn out to be soft, too. */
static struct tnode *
parse_cond(struct tparse *p)
{
	uint32_t unknown = p->nunknown;
	struct tnode *node, *value = parse_or(p);

	while (p->rc == RC_OK && template_parse_skip(p, "if")) {
		p->nunknown = unknown;
		p->soft++;
		node = template_parse_node(p, TK_COND, parse_or(p), value);
		if (node != NULL && template_parse_skip(p, "else")) {
			node->w.c = template_parse_expression(p, true);
			raise_height(p, node, node->w.c);
		}
		p->soft--;
		value = node;
	}
	return value;
}

struct tnode *
template_parse_expression(struct tparse *p, bool with_cond)
{
	struct tnode *node;

	if (!template_parse_enter(p))
		return NULL;
	node = with_cond ? parse_cond(p) : parse_or(p);
	p->depth--;
	return p->rc == RC_OK ? node : NULL;
}
