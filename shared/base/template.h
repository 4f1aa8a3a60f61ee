/* SPDX-License-Identifier: ISC
 *
 * The template language of device payloads and automations: the Jinja2 of Home Assistant, compiled
 * once and evaluated many times. Semantics, printing and outcomes follow Jinja2 3.1 in its immutable
 * sandbox, with Home Assistant's filters. Hostile templates end in TEMPLATE_LIMIT within about 1 ms.
 * Integers have 64 bits: what does not fit is TEMPLATE_ERROR. There is no loader, so include, import
 * and inheritance do not compile.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/js.h"
#include "shared/base/rc.h"

#define TEMPLATE_SOURCE_MAX 65536	/* bytes of source */
#define TEMPLATE_OUTPUT_MAX 65536	/* bytes of rendered text */
#define TEMPLATE_MEMORY_MAX 1048576	/* bytes of values during one evaluation */
#define TEMPLATE_STEPS_MAX 20000	/* nodes evaluated, items visited, 64-byte pieces of text moved */

struct template;	/* compiled; immutable, so threads may share it */
struct template_scratch; /* evaluation memory; one per thread */

enum template_result {
	TEMPLATE_OK,
	TEMPLATE_UNDEFINED,	/* a Jinja error: the caller takes the raw payload or its default */
	TEMPLATE_ERROR,		/* a value error or type error: the message is dropped and logged */
	TEMPLATE_LIMIT		/* too many steps, too deep, too much memory or output */
};

/*
 * Compiles src[0..len). RC_INVALID: a syntax error, an unknown filter or test. RC_TOO_LARGE: longer
 * than TEMPLATE_SOURCE_MAX or nested too deeply. *f (may be NULL) names the line. White space around
 * the whole template is dropped. The caller owns *out (template_free).
 */
enum rc template_compile(const char *src, size_t len, struct template **out, struct fault *f);
void template_free(struct template *t);	/* NULL is legal */
/* It has none of {{ {% {#: plain text that always renders as itself. */
bool template_is_literal(const struct template *t);
/* The variable `name` occurs in it. */
bool template_uses(const struct template *t, const char *name);

/* What a template names, before it runs. Either function may be NULL; texts do not outlast the call. */
struct template_names {
	/*
	 * A name that is neither set in the template nor a global, nor excused by a test whether it is defined or by a
	 * default; or a member that a function, an entity or the rule itself has not, "now.hour",
	 * "states.light.kitchen.stat", "this.attributes.last".
	 * called: it stands there as a function.
	 */
	void (*unknown)(void *arg, const char *name, bool called);
	/*
	 * Text where a function takes an id of that kind: "entity_id", "area_id", "device_id", "floor_id", "label_id",
	 * "lookup_value" (any of these); and what stands as states.light.kitchen.
	 */
	void (*id)(void *arg, const char *kind, const char *id);
	/* It looks at the states of all entities of a domain, or (NULL) of ones that are known only when it runs. */
	void (*states)(void *arg, const char *domain);
	void  *arg;
};
/* What it says changes with the time alone: it asks for now(), or how long ago something was. */
bool template_asks_time(const struct template *t);
/* Calls back for each place where t, in which entities can be asked for, names something. */
void template_names(const struct template *t, const struct template_names *names);
/* Calls fn with each global that can be called there, for whoever looks for the nearest. */
void template_functions(void (*fn)(const char *name, void *arg), void *arg);

struct template_scratch *template_scratch_new(void);
void template_scratch_free(struct template_scratch *s);	/* NULL is legal */

enum template_type {
	TEMPLATE_NONE,
	TEMPLATE_BOOL,
	TEMPLATE_INT,
	TEMPLATE_REAL,
	TEMPLATE_STRING,
	TEMPLATE_BYTES,		/* what is no text: for unpack and the like */
	TEMPLATE_JSON,
	TEMPLATE_STATE,		/* an entity, as one of `states` */
	/*
	 * JSON of what started a rule: `from_state` and `to_state` are entities, `now` (RFC 3339) is a moment, `for`
	 * (seconds) a duration, and `trigger` in it is such again.
	 */
	TEMPLATE_TRIGGER,
	/*
	 * JSON of a rule itself, as its entity: `last_changed` and `last_updated` (RFC 3339) are moments, and so is
	 * `last_triggered` among its `attributes`.
	 */
	TEMPLATE_THIS
};

struct template_state;

/* One variable that the template sees. Names and what they point to are borrowed while it runs. */
struct template_var {
	const char	  *name;	/* "value", "value_json", "entity_id", "position", ... */
	enum template_type type;
	union {
		bool		 b;
		int64_t		 i;
		double		 d;
		struct {
			const char *p;	/* UTF-8; any bytes for TEMPLATE_BYTES */
			size_t	    len; /* bytes */
		} s;
		const struct js	*json;	/* NULL is None; wrapped lazily, never copied */
		const struct template_state *state;
	} u;
};

/* An entity as templates see it; borrowed while one runs. */
struct template_state {
	const char	*state;		/* NULL: unknown */
	const struct js	*attributes;	/* object or NULL */
	const char	*device_class, *unit;	/* or NULL; attributes of that name, unless there are such */
	const char	*entity_id;	/* NULL from a look-up: the one that was asked for */
	int64_t		 last_changed, last_updated;	/* UTC ms, 0: never */
};

#define TEMPLATE_ID_MAX 256		/* bytes of an entity id, NUL included */

struct template_memo;	/* what parts of one template gave the last time, see template_memo_new */

struct template_env {
	const struct template_var *vars;
	size_t			   nvars;
	int64_t			   now_ms; /* UTC milliseconds: now(), utcnow() */
	/* Looks an entity up; false when there is none. NULL: there are no states(), is_state(), ... */
	bool			 (*state)(void *arg, const char *entity_id, struct template_state *out);
	/*
	 * Gives ids to fn, whose text need not last: the entities that people mean by an "area_id", "label_id",
	 * "device_id" or "domain", each entity there is of a domain ("states", all of them for ""), or of kind
	 * "areas" (id "") the areas. NULL: there is nothing anywhere.
	 */
	void			 (*members)(void *arg, const char *kind, const char *id,
				    void (*fn)(const char *id, void *fn_arg), void *fn_arg);
	/*
	 * What is known of an entity, a device, an area, a floor or a label, by the name of the function that asks for
	 * it ("area_name", "floor_areas", ...; "name" of an entity): one text or several to fn, or none. NULL: as if
	 * nothing were.
	 */
	void			 (*facts)(void *arg, const char *function, const char *about,
				    void (*fn)(const char *text, void *fn_arg), void *fn_arg);
	void			  *arg;
	struct template_memo	  *memo;	/* of this template, or NULL; not with variables */
};

/*
 * For whoever evaluates one template (the first that it is used with) again and again while single entities change, and
 * says each time which did: the rest is not evaluated again. The result is the same as without, limits included.
 */
struct template_memo *template_memo_new(void);
void template_memo_free(struct template_memo *m);	/* NULL is legal */
void template_memo_touch(struct template_memo *m, const char *entity_id);	/* it is not what it was */

/* Members for a variable list: (struct template_var){...} without the union's noise. */
struct template_var template_var_string(const char *name, const char *p, size_t len);
struct template_var template_var_bytes(const char *name, const void *p, size_t len);
struct template_var template_var_json(const char *name, const struct js *v);
struct template_var template_var_int(const char *name, int64_t i);
struct template_var template_var_real(const char *name, double d);
struct template_var template_var_bool(const char *name, bool b);
struct template_var template_var_none(const char *name);
struct template_var template_var_state(const char *name, const struct template_state *s);	/* with its entity_id */
struct template_var template_var_trigger(const char *name, const struct js *v);
struct template_var template_var_this(const char *name, const struct js *v);

/*
 * Renders t. On TEMPLATE_OK the text, stripped of outer white space, is appended to out; otherwise
 * out keeps what it had and *f (may be NULL) says what went wrong. A value_json that is not given is
 * undefined, as for a payload that is no JSON.
 */
enum template_result template_eval(const struct template *t, struct template_scratch *s,
    const struct template_env *env, struct buf *out, struct fault *f);

/*
 * As a condition: *out is true when the rendered text is a number other than 0 or one of true, yes,
 * on, enable (in any case), as Home Assistant reads the result of a template condition.
 */
enum template_result template_eval_bool(const struct template *t, struct template_scratch *s,
    const struct template_env *env, bool *out, struct fault *f);

/*
 * As a value: what a template that is one expression evaluates to; text that reads as a JSON number or list, as True,
 * False or None, or as a list, tuple, set or dict of Python is that, as Home Assistant reads it. Numbers with commas
 * between them and without brackets stay text: people write those. The caller owns *out.
 */
enum template_result template_eval_value(const struct template *t, struct template_scratch *s,
    const struct template_env *env, struct js **out, struct fault *f);

/* The stable lower-case name: "ok", "undefined", "error", "limit". */
const char *template_result_name(enum template_result r);

#endif
