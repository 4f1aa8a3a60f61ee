/* SPDX-License-Identifier: ISC
 *
 * What the template_*.c files share: the syntax tree, values, one evaluation ("run") and the tables
 * of functions. Nothing outside them includes this. Python's and Jinja's names are used on purpose:
 * the semantics are theirs.
 */
#ifndef TEMPLATE_INT_H
#define TEMPLATE_INT_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/base/rc.h"
#include "shared/base/regex.h"
#include "shared/base/template.h"

#define TEMPLATE_NEST_MAX 48	/* brackets and blocks inside each other in the source */
#define TEMPLATE_TREE_MAX 200	/* height of the tree: bounds the evaluator's recursion */
#define TEMPLATE_VALUE_MAX 64	/* lists inside lists that printing and comparing follow */
#define TEMPLATE_CALLS_MAX 16	/* macros and recursive loops under way */
#define TEMPLATE_ARGS_MAX 32	/* arguments in one call */
#define TEMPLATE_ROOTS_MAX 64	/* from_json results alive in one evaluation */
#define TEMPLATE_PATTERNS 16	/* compiled regular expressions kept by a scratch */

/* ---- values ---- */

enum tv_type {
	TV_RAISED,	/* an exception is under way: run->result and run->msg */
	TV_ABSENT,	/* an argument that was not given, a name not looked up yet */
	TV_UNDEFINED,	/* u.s: the name, len bytes, may be NULL */
	TV_NONE,
	TV_BOOL,
	TV_INT,
	TV_REAL,
	TV_STRING,
	TV_BYTES,
	TV_LIST,	/* u.items, len */
	TV_TUPLE,
	TV_SET,
	TV_DICT,	/* u.dict */
	TV_JSON_LIST,	/* u.js: wrapped, never copied */
	TV_JSON_DICT,
	TV_RANGE,	/* u.range */
	TV_GENERATOR,	/* u.gen */
	TV_VIEW,	/* u.view: keys, values or items of a dict */
	TV_NAMESPACE,	/* u.dict */
	TV_LOOP,	/* u.loop */
	TV_FUNCTION,	/* u.fn */
	TV_METHOD,	/* u.method */
	TV_MACRO,	/* u.macro */
	TV_DATETIME,	/* u.time */
	TV_DELTA,	/* u.i: microseconds */
	TV_STATE,	/* u.state, whose entity_id is set */
	TV_ATTRIBUTES,	/* u.state: what it has, as a dict */
	TV_DOMAIN	/* u.s, len: the entities of a domain */
};

enum tv_flag {
	TV_MARKUP = 1,
	TV_GROUP = 2,		/* a tuple of groupby: grouper, list */
	TV_TRIGGER = 4,		/* JSON that is TEMPLATE_TRIGGER */
	TV_THIS = 8		/* JSON that is TEMPLATE_THIS, or its attributes */
};

struct tv {
	uint8_t	 type;	/* enum tv_type */
	uint8_t	 flag;	/* TV_MARKUP on strings */
	uint32_t len;	/* bytes or items */
	union {
		bool			 b;
		int64_t			 i;
		double			 d;
		const char		*s;
		const struct tv		*items;
		struct tdict		*dict;
		const struct js		*js;
		const struct trange	*range;
		struct tgen		*gen;
		const struct tview	*view;
		struct tloop		*loop;
		const struct tbuiltin	*fn;
		const struct tmethod	*method;
		const struct tmacro	*macro;
		const struct ttime	*time;
		const struct template_state *state;
	} u;
};

struct tname { const char *s; uint32_t len; };

struct trange { int64_t start, stop, step, n; };

/* An iterator that is used up; the items exist already, an error may stand at their end. */
struct tgen {
	const struct tv		*items;
	uint32_t		 n, pos;
	enum template_result	 result;	/* TEMPLATE_OK: no error at the end */
	const char		*msg;
	const char		*kind;		/* "generator", "zip", ... for messages */
};

enum tview_kind { TVIEW_KEYS, TVIEW_VALUES, TVIEW_ITEMS };
struct tview { struct tv dict; enum tview_kind kind; };

struct tpair { struct tv key, value; };
struct tdict {
	struct tpair	*pairs;		/* in order of insertion */
	uint32_t	 n, cap;
	uint32_t	*index;		/* open addressing over pairs, +1; NULL while small */
	uint32_t	 nindex;
};

struct tmethod { struct tv self; const struct tbuiltin *fn; };
/* slots: the caller block sees the names of its place; NULL: those outside of all scopes. */
struct tmacro { const struct tnode *node; const struct tv *slots; };

struct titer { struct tv src; uint32_t pos; void *js; };

/* A for loop under way; items are taken one ahead only when somebody asks. */
struct tloop {
	const struct tnode	*node;
	struct titer		 it;
	struct tv		 src, cur, prev, after, changed;
	bool			 has_after;
	int64_t			 index0, length;	/* length -1: not known yet */
	uint32_t		 depth;			/* of recursive loops */
};

/* A moment: wall clock as microseconds since 1970, and which clock that is. */
enum tzone { TZONE_NAIVE, TZONE_FIXED, TZONE_LOCAL };
struct ttime {
	int64_t	   wall;	/* microseconds on the clock's face */
	enum tzone zone;
	int32_t	   offset;	/* seconds east of UTC; 0 for naive */
};

static inline struct tv
tv_make(enum tv_type type)
{
	return (struct tv){.type = (uint8_t)type, .u.i = 0};
}

static inline struct tv
tv_bool(bool b)
{
	return (struct tv){.type = TV_BOOL, .u.i = b};
}

static inline struct tv
tv_int(int64_t i)
{
	return (struct tv){.type = TV_INT, .u.i = i};
}

static inline struct tv
tv_real(double d)
{
	return (struct tv){.type = TV_REAL, .u.d = d};
}

static inline struct tv
tv_string(const char *s, size_t len)
{
	return (struct tv){.type = TV_STRING, .len = (uint32_t)len, .u.s = s};
}

static inline struct tv
tv_text(const char *s)
{
	return tv_string(s, strlen(s));
}

static inline struct tv
tv_items(enum tv_type type, const struct tv *items, size_t n)
{
	return (struct tv){.type = (uint8_t)type, .len = (uint32_t)n, .u.items = items};
}

static inline bool
tv_raised(struct tv v)
{
	return v.type == TV_RAISED;
}

static inline bool
tname_is(struct tname name, const char *word)
{
	return name.len == strlen(word) && memcmp(name.s, word, name.len) == 0;
}

static inline bool
tv_is_number(struct tv v)
{
	return v.type == TV_INT || v.type == TV_REAL || v.type == TV_BOOL;
}

static inline bool
tv_is_integer(struct tv v)
{
	return v.type == TV_INT || v.type == TV_BOOL;
}

static inline bool
tv_is_list(struct tv v)
{
	return v.type == TV_LIST || v.type == TV_JSON_LIST;
}

static inline bool
tv_is_dict(struct tv v)
{
	return v.type == TV_DICT || v.type == TV_JSON_DICT || v.type == TV_ATTRIBUTES;
}

/* ---- the tree ---- */

enum tkind {
	/* statements */
	TK_TEXT,	/* k */
	TK_PRINT,	/* a */
	TK_BODY,	/* list, n */
	TK_IF,		/* list: condition, body, ...; a: else or NULL */
	TK_FOR,		/* list: target, iterable, test or NULL, body, else or NULL; op: recursive */
	TK_SET,		/* a target, b value */
	TK_SET_BLOCK,	/* a target, b body, c filter over a TK_CAPTURED, or NULL */
	TK_DO,		/* a */
	TK_BREAK,
	TK_CONTINUE,
	TK_WITH,	/* list: target, value, ...; a body */
	TK_MACRO,	/* list: parameter, default or NULL, ...; a body; slot: its name */
	TK_CALL_BLOCK,	/* a the call, b a TK_MACRO */
	TK_FILTER_BLOCK, /* a filter over a TK_CAPTURED, b body */
	/* expressions */
	TK_CONST,	/* k */
	TK_NAME,	/* slot */
	TK_NS_REF,	/* slot, name: a target alone */
	TK_LIST,
	TK_TUPLE,
	TK_DICT,	/* list: key, value, ... */
	TK_ATTR,	/* a, name */
	TK_ITEM,	/* a, b */
	TK_SLICE,	/* a; list: start, stop, step, each may be NULL */
	TK_CALL,	/* a, args */
	TK_FILTER,	/* a, fn (NULL: unknown), name, args */
	TK_TEST,
	TK_NOT,
	TK_NEG,
	TK_POS,
	TK_BINARY,	/* op, a, b */
	TK_AND,
	TK_OR,
	TK_CONCAT,	/* list */
	TK_COMPARE,	/* a; list: right sides, ops: their operators */
	TK_COND,	/* a condition, b then, c else or NULL */
	TK_CAPTURED	/* the text a block rendered, in run->captured */
};

enum top {
	TOP_ADD, TOP_SUB, TOP_MUL, TOP_DIV, TOP_FLOORDIV, TOP_MOD, TOP_POW,
	TOP_EQ, TOP_NE, TOP_LT, TOP_LE, TOP_GT, TOP_GE, TOP_IN, TOP_NOT_IN
};

struct targs {
	struct tnode	**pos;
	struct tnode	**kw;
	struct tname	 *kwname;
	struct tnode	 *star, *starstar;
	uint8_t		  npos, nkw;
};

struct tnode {
	uint8_t			 kind;	/* enum tkind */
	uint8_t			 op;	/* enum top */
	uint16_t		 height; /* of the tree below */
	uint32_t		 line;
	uint32_t		 n;	/* entries of list */
	uint32_t		 slot;	/* index into template.names */
	union {
		struct tv	 k;
		struct tname	 name;
	} u;
	struct tnode		*a;
	union {
		struct tnode	*b;
		struct targs	*args;
	} v;
	union {
		struct tnode	*c;
		const struct tbuiltin *fn;
		uint8_t		*ops;
	} w;
	struct tnode		**list;
};

/* A look-up chain that needs no evaluator: {{ value_json.a["b"] }}, {{ value }}. */
struct tpath { uint32_t slot; uint32_t n; const struct tname *keys; };

struct template {
	struct mem_arena	*arena;	/* NULL for a short one, which is one piece of memory */
	const struct tnode	*body;	/* NULL: literal or short */
	struct tname		 literal;	/* its text; the source of a short one */
	const struct tname	*names;
	uint32_t		 nnames;
	const struct tpath	*path;	/* or NULL */
	_Atomic(struct template *) full; /* of a short one: with its tree, made when it is first needed */
};

/* template_path.c: nearly all templates of devices are one look-up, and need no tree. */
/* {{ value_json.a["b"] }} and the like, without a tree; NULL: it is something else. */
struct template *template_short_new(const char *src, size_t len);
void template_short_free(struct template *t);
bool template_is_short(const struct template *t);
/* t, or what a short one is in full. */
const struct template *template_full(const struct template *t);
/* Compiles source that has tags; the text is stripped and was checked before. */
enum rc template_compile_full(const char *src, size_t len, struct template **out, struct fault *f);
/* A look-up that ends in a plain value, appended to out; false: the evaluator has to decide. */
bool template_path_eval(const struct template *t, const struct template_env *env, struct buf *out);

/* ---- tokens ---- */

enum ttok {
	TT_EOF, TT_DATA, TT_BLOCK_BEGIN, TT_BLOCK_END, TT_PRINT_BEGIN, TT_PRINT_END, TT_NAME, TT_STRING,
	TT_INT, TT_REAL, TT_ADD, TT_SUB, TT_MUL, TT_DIV, TT_FLOORDIV, TT_MOD, TT_POW, TT_TILDE,
	TT_LBRACKET, TT_RBRACKET, TT_LPAREN, TT_RPAREN, TT_LBRACE, TT_RBRACE, TT_EQ, TT_NE, TT_LT,
	TT_LE, TT_GT, TT_GE, TT_ASSIGN, TT_DOT, TT_COLON, TT_PIPE, TT_COMMA, TT_SEMICOLON, TT_ERROR
};

struct ttoken {
	enum ttok	 type;
	uint32_t	 line;
	struct tname	 text;	/* names, strings (unescaped), data */
	int64_t		 i;
	double		 d;
};

enum tmode { TMODE_DATA, TMODE_PRINT, TMODE_BLOCK };

struct tlex {
	struct mem_arena	*arena;
	const char		*p, *end;
	uint32_t		 line;
	enum tmode		 mode;
	bool			 trim;	/* the last tag ended in -: drop the white space that follows */
	char			 open[TEMPLATE_NEST_MAX]; /* brackets still to close */
	uint32_t		 nopen;
	struct fault		*f;
	enum rc			 rc;
};

/* ---- parser ---- */

struct tparse {
	struct mem_arena *arena;
	struct tlex	  lex;
	struct ttoken	  cur, ahead;
	bool		  has_ahead;
	uint32_t	  depth;	/* TEMPLATE_NEST_MAX */
	uint32_t	  soft;		/* inside an if: unknown filters are an error of the run */
	uint32_t	  loops;	/* for loops around this point */
	uint32_t	  nunknown;	/* unknown filters and tests outside of ifs */
	char		  unknown[128];	/* the first of them, as a message */
	struct tname	 *names;
	uint32_t	  nnames, capnames;
	enum rc		  rc;		/* RC_OK until something failed */
	struct fault	 *f;
};

/* Fails the parse (the first reason is kept) and returns NULL. */
struct tnode *template_parse_fail(struct tparse *p, enum rc rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void template_parse_next(struct tparse *p);
enum ttok template_parse_look(struct tparse *p);	/* type of the token after the current */
bool template_parse_is(const struct tparse *p, const char *name);
bool template_parse_skip(struct tparse *p, const char *name);
bool template_parse_expect(struct tparse *p, enum ttok type);
struct tnode *template_parse_node(struct tparse *p, enum tkind kind, struct tnode *a, struct tnode *b);
/* Appends to a list under construction and grows the node's height. */
void template_parse_add(struct tparse *p, struct tnode *node, struct tnode *item);
uint32_t template_parse_slot(struct tparse *p, struct tname name);
bool template_parse_enter(struct tparse *p);
struct tnode *template_parse_expression(struct tparse *p, bool with_cond);
struct tnode *template_parse_tuple(struct tparse *p, bool with_cond, const char *end, bool parens);
struct tnode *template_parse_primary(struct tparse *p);
struct tnode *template_parse_filter(struct tparse *p, struct tnode *value, bool inline_start);
struct tnode *template_parse_body(struct tparse *p, const char *const *ends);
struct ttoken template_lex_next(struct tlex *lex);
const char *template_lex_name(enum ttok type);

/* ---- one evaluation ---- */

struct tundo { uint32_t slot; struct tv old; };

struct template_scratch {
	char		*mem;		/* TEMPLATE_MEMORY_MAX bytes, handed out in order */
	size_t		 used;
	struct buf	 text;		/* output, and above it text under construction */
	locale_t	 locale;	/* C.UTF-8: upper and lower case */
	struct js	*roots[TEMPLATE_ROOTS_MAX];
	uint32_t	 nroots;
	struct {
		char		*pattern;
		size_t		 len;
		int		 flags;
		struct regex	*re;
	} patterns[TEMPLATE_PATTERNS];
	uint32_t	 npatterns;	/* ever compiled: the next to be replaced */
	uint64_t	 paid[TEMPLATE_PATTERNS];	/* hashes of patterns: the first run.npaid of them */
};

struct run {
	const struct template	  *t;
	struct template_scratch	  *s;
	const struct template_env *env;
	struct tv		  *slots;
	struct tundo		  *undo;
	uint32_t		   nundo, capundo;
	uint32_t		   scopes;	/* open scopes: 0 is the template itself */
	uint32_t		   steps;
	uint32_t		   calls;	/* TEMPLATE_CALLS_MAX */
	uint32_t		   npaid;	/* patterns of which the compilation was counted */
	struct tv		   captured;	/* for TK_CAPTURED */
	struct template_memo	  *memo;	/* or NULL */
	enum template_result	   result;	/* of the exception under way */
	char			   msg[192];
};

struct tkwarg { struct tname name; struct tv value; };
struct tcall {
	const struct tv	    *pos;
	const struct tkwarg *kw;
	uint32_t	     npos, nkw;
};

/*
 * A function, filter, test or method. params: names by position, separated by blanks; the first is
 * the value of a filter or a method's self. With `call` set, arguments come as they are (a[0] is
 * the value of filters, tests and methods, else absent).
 */
struct tbuiltin {
	const char	*name;
	const char	*params;
	uint8_t		 min;	/* required parameters */
	struct tv	(*fn)(struct run *r, const struct tv *a);
	struct tv	(*call)(struct run *r, struct tv self, const struct tcall *c);
};

#define TEMPLATE_PARAMS_MAX 8

/* Exceptions: each returns the TV_RAISED value. */
struct tv template_undefined_error(struct run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));	/* Jinja's own errors */
struct tv template_error(struct run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));	/* ValueError, TypeError, ... */
struct tv template_limit(struct run *r, const char *what);
struct tv template_raise_undefined(struct run *r, struct tv undefined);
struct tv template_unsupported(struct run *r, const char *what, struct tv a);
/* Counts n steps; false when there are none left (raised). */
bool template_charge(struct run *r, size_t n);
/* Memory of this evaluation; NULL when it is used up (raised). */
void *template_alloc(struct run *r, size_t n);

/* Evaluator (template_run.c, template_call.c, template_eval.c, template_exec.c) */
struct tv template_eval_node(struct run *r, const struct tnode *n);
/* What eval would give, remembered where it can be (template_memo.c). */
struct tv template_memo_eval(struct run *r, const struct tnode *n,
    struct tv (*eval)(struct run *r, const struct tnode *n));
void template_memo_open(struct template_memo *m, const struct template *t);	/* m is about the first t */
struct tv template_call_builtin(struct run *r, const struct tbuiltin *fn, struct tv self,
    const struct tcall *c);
struct tv template_call_value(struct run *r, struct tv callee, const struct tcall *c);
struct tv template_call_macro(struct run *r, const struct tmacro *m, const struct tcall *c);
struct tv template_load(struct run *r, uint32_t slot);	/* a name: local, variable, function, undefined */
void template_bind(struct run *r, uint32_t slot, struct tv v);
bool template_assign(struct run *r, const struct tnode *target, struct tv v);
enum tflow { TFLOW_NEXT, TFLOW_BREAK, TFLOW_CONTINUE, TFLOW_RAISED };
enum tflow template_exec(struct run *r, const struct tnode *n);
enum tflow template_exec_for(struct run *r, const struct tnode *n, struct tv iterable, uint32_t depth);
struct tv template_call_loop(struct run *r, struct tloop *l, const struct tcall *c);
/* Evaluates the arguments of n into *c. */
bool template_eval_args(struct run *r, const struct targs *args, struct tcall *c);
void template_scope_leave(struct run *r, uint32_t mark);
struct tv template_take_text(struct run *r, size_t mark);	/* text from mark on, as a value */

/* Values (template_value.c, template_dict.c, template_iter.c) */
struct tv template_wrap(const struct js *v);
bool template_truth(struct tv v);
const char *template_type_name(struct tv v);
#define TEMPLATE_SAID 64
/* What it is, as people who write no programs say it: "nothing (none)", "the text \"on\"", "a number". */
void template_say(struct tv v, char out[TEMPLATE_SAID]);
/* Equality and order as Python's ==, <. cmp: -1, 0, 1; false when raised. */
bool template_equal(struct run *r, struct tv a, struct tv b);
bool template_order(struct run *r, struct tv a, struct tv b, const char *op, int *cmp);
bool template_hashable(struct tv v);
struct tdict *template_dict_new(struct run *r, uint32_t room);
bool template_dict_set(struct run *r, struct tdict *d, struct tv key, struct tv value);
struct tv template_dict_value(struct tdict *d);
bool template_dict_find(struct run *r, struct tv dict, struct tv key, struct tv *out);
/* Item i of a list, tuple or range; i is in range. */
struct tv template_index(struct tv v, uint32_t i);
/* len(); -1 when it has none. */
int64_t template_length(struct tv v);

/* iter(v); false when raised (not iterable). */
bool template_iter(struct run *r, struct titer *it, struct tv v);
/* The next item; false at the end (then *out is absent) or when raised. */
bool template_next(struct run *r, struct titer *it, struct tv *out);
bool template_iterable(struct tv v);
/* list(v) as a TV_LIST, raised when not iterable. */
struct tv template_list_of(struct run *r, struct tv v);
/* Lists under construction. */
struct tlist { struct tv *v; uint32_t n, cap; };
bool template_push(struct run *r, struct tlist *l, struct tv v);
struct tv template_generator(struct run *r, const struct tlist *l, const char *kind);
/* At most n items with a stable merge sort by keys. */
bool template_sort(struct run *r, struct tv *items, const struct tv *keys, uint32_t n, bool reverse);

/* A member of the loop variable, absent when there is none (template_loop.c). */
struct tv template_loop_attr(struct run *r, struct tloop *l, struct tname name);

/* Attributes, items (template_item.c), operators (template_op.c) */
struct tv template_attr(struct run *r, struct tv obj, struct tname name);
struct tv template_own_attr(struct run *r, struct tv obj, struct tname name); /* absent: none */
struct tv template_item(struct run *r, struct tv obj, struct tv key);
struct tv template_slice(struct run *r, struct tv obj, const struct tv range[3]);
struct tv template_binary(struct run *r, enum top op, struct tv a, struct tv b);
struct tv template_compare(struct run *r, enum top op, struct tv a, struct tv b);
struct tv template_contains(struct run *r, struct tv container, struct tv item);
struct tv template_escape(struct run *r, struct tv v);	/* HTML, as Markup */
struct tv template_negate(struct run *r, struct tv a);
struct tv template_plus(struct run *r, struct tv a);
/* value % args, as str.__mod__ (template_format.c). */
struct tv template_percent(struct run *r, struct tv format, struct tv args);
struct tv template_str_format(struct run *r, struct tv self, const struct tcall *c);
/* format(value, spec); appended to run's text. */
bool template_format_spec(struct run *r, struct tv v, const char *spec, size_t len);

/* Text (template_text.c, template_number.c): appended to a buf */
bool template_put_str(struct run *r, struct buf *b, struct tv v);
bool template_put_repr(struct run *r, struct buf *b, struct tv v, int depth);
void template_put_real(struct buf *b, double d);
struct tv template_to_str(struct run *r, struct tv v);	/* str(v) */
struct tv template_str_copy(struct run *r, const char *s, size_t n);
/* float(v), int(v): */
enum tnum { TNUM_OK, TNUM_BAD, TNUM_RAISED };
enum tnum template_to_real(struct run *r, struct tv v, double *out);
enum tnum template_to_int(struct run *r, struct tv v, int base, int64_t *out);
bool template_parse_real(const char *s, size_t n, double *out);
int template_parse_int(const char *s, size_t n, int base, int64_t *out); /* 1, 0 bad, -1 too large */
/* Integer argument of a builtin: int or bool, else raised. */
bool template_arg_int(struct run *r, struct tv v, const char *what, int64_t *out);
bool template_arg_str(struct run *r, struct tv v, const char *what);

/* UTF-8 (template_utf8.c) */
size_t template_utf8_len(const char *s, size_t n);		/* code points */
size_t template_utf8_at(const char *s, size_t n, size_t i);	/* byte offset of code point i */
size_t template_utf8_get(const char *s, size_t n, uint32_t *cp);	/* bytes taken, n > 0 */
size_t template_utf8_last(const char *s, size_t n);	/* bytes of the last code point, n > 0 */
void template_utf8_put(struct buf *b, uint32_t cp);
bool template_utf8_valid(const char *s, size_t n);
bool template_is_space(uint32_t cp);
void template_strip(const char **s, size_t *n, int side);	/* 1 left, 2 right, 3 both */

/* String methods that filters share (template_str.c) */
struct tv template_str_replace(struct run *r, struct tv s, struct tv old, struct tv new, int64_t n);
struct tv template_str_lower(struct run *r, const struct tv *a);
struct tv template_str_upper(struct run *r, const struct tv *a);
struct tv template_str_capitalize(struct run *r, const struct tv *a);
struct tv template_str_first_upper(struct run *r, struct tv s);
struct tv template_str_strip(struct run *r, const struct tv *a);
struct tv template_str_join(struct run *r, struct tv sep, struct tv items, bool any);
struct tv template_str_splitlines(struct run *r, const struct tv *a);
struct tv template_str_center(struct run *r, struct tv s, int64_t width, uint32_t fill, int side);
bool template_str_cased(struct run *r, struct tv s, bool upper);
size_t template_find(const char *h, size_t hn, const char *n, size_t nn);	/* SIZE_MAX: none */

/* Entities as values (template_object.c) */
bool template_is_states(struct tv v);		/* `states`, or one domain of it */
struct tv template_states_list(struct run *r, struct tv v);	/* of such a one: the entities, by id */
struct tv template_states_attr(struct run *r, struct tv v, struct tname name);	/* absent: none of that name */
struct tv template_state_attr(struct run *r, const struct template_state *s, struct tname name);
bool template_attributes_find(struct run *r, const struct template_state *s, struct tv key, struct tv *out);
int64_t template_attributes_length(const struct template_state *s);
struct tv template_attributes_dict(struct run *r, const struct template_state *s);
struct tv template_state_dict(struct run *r, const struct template_state *s);	/* for JSON */
void template_put_object(struct buf *b, struct tv v);	/* as text */
/* A member of JSON that is TEMPLATE_TRIGGER. */
struct tv template_trigger_member(struct run *r, struct tv key, const struct js *v);
/* The same of TEMPLATE_THIS. */
struct tv template_this_member(struct run *r, struct tv key, const struct js *v);

/* States of entities (template_state.c) */
/* False: there is no such entity, or (the run has raised) the argument is no id. */
bool template_state_find(struct run *r, struct tv id, struct template_state *out);
struct tv template_state_object(struct run *r, struct tv id);	/* None: there is no such entity */
/* The first text of env->facts, absent when there is none. */
struct tv template_fact(struct run *r, const char *function, const char *about);

/* JSON (template_json.c) */
struct tv template_filter_tojson(struct run *r, const struct tv *a);
struct tv template_filter_to_json(struct run *r, const struct tv *a);
struct tv template_filter_from_json(struct run *r, const struct tv *a);

/*
 * Literals (template_literal.c): the list, tuple, set (these as a list) or dict that the text is in Python, or NULL; a
 * dict's keys become text. Takes time in proportion to n. The caller owns it.
 */
struct js *template_literal(const char *s, size_t n);

/* Dates (template_time.c) */
struct tv template_time_attr(struct run *r, struct tv self, struct tname name);
void template_put_time(struct buf *b, const struct ttime *t, char between);
void template_put_delta(struct buf *b, int64_t us);
void template_repr_time(struct buf *b, struct tv v);
bool template_put_strftime(struct run *r, const struct ttime *t, const char *fmt, size_t len);
int64_t template_time_utc(const struct ttime *t);	/* microseconds since 1970, UTC */
int64_t template_time_instant(const struct ttime *t);	/* the same; one without a zone is local time */
struct tv template_time_make(struct run *r, int64_t wall, enum tzone zone, int32_t offset);
struct tv template_time_local(struct run *r, int64_t utc);	/* microseconds */
int32_t template_time_offset(int64_t wall);	/* of local time, when its clocks show that: seconds east of UTC */
/* datetime.fromisoformat without week dates; false: it is none. */
bool template_time_parse(const char *s, size_t n, int64_t *wall, enum tzone *zone, int32_t *offset);
struct tv template_time_binary(struct run *r, enum top op, struct tv a, struct tv b);

/* Tables, each sorted by name */
const struct tbuiltin *template_find_filter(struct tname name);
const struct tbuiltin *template_find_test(struct tname name);
const struct tbuiltin *template_find_str_method(struct tname name);
const struct tbuiltin *template_find_time_method(struct tname name, bool delta);
const struct tbuiltin *template_find_method(struct tv self, struct tname name);
/* dict has an attribute of this name, so x.name is not x["name"]. */
bool template_is_dict_attr(struct tname name);
/* A global by name, absent when there is none; entities: those functions that ask for entities too. */
struct tv template_global(struct tname name, bool entities);
const struct tbuiltin *template_table_find(const struct tbuiltin *table, size_t n, struct tname name);

struct ttable { const struct tbuiltin *rows; size_t n; };
struct ttable template_loop_methods(void);	/* template_loop.c */
struct ttable template_text_filters(void);	/* template_filter_text.c */
struct ttable template_list_filters(void);	/* template_filter_list.c */
struct ttable template_pick_filters(void);	/* template_filter_pick.c */
struct ttable template_code_filters(void);	/* template_filter_code.c */
struct ttable template_regex_filters(void);	/* template_filter_regex.c */
struct ttable template_time_filters(void);	/* template_time.c; these three are functions, too */
struct ttable template_number_filters(void);	/* template_filter_number.c */
struct ttable template_number_only_filters(void);
struct ttable template_value_filters(void);	/* template_func.c */
struct ttable template_time_only_filters(void);
struct ttable template_digest_filters(void);	/* template_digest.c; functions, too */
struct ttable template_digest_only_filters(void);
struct ttable template_sets_filters(void);	/* template_sets.c; functions, too */
struct ttable template_duration_filters(void);	/* template_duration.c; functions, too */
struct ttable template_range_filters(void);	/* template_range.c; functions, too */
struct ttable template_time_functions(void);	/* functions alone */
struct ttable template_age_functions(void);	/* template_age.c; filters, too */
struct ttable template_state_functions(void);	/* template_state.c; for those who know entities; filters, too */
struct ttable template_house_functions(void);	/* template_house.c; the same */
const struct tbuiltin *template_state_test(struct tname name);	/* or NULL */

/* Keys by attribute (template_filter_list.c): "a.b.0", 3 or none. */
struct tv template_attribute(struct run *r, struct tv item, struct tv attribute);
struct tv template_extreme(struct run *r, struct tv value, const struct tv *options, bool max);
struct tv template_test_matches(struct run *r, struct tv self, const struct tcall *c, bool anchored);
struct tv template_is_number(struct run *r, const struct tv *a);
struct tv template_type_error(struct run *r, struct tv v, const char *what);

#endif
