/* SPDX-License-Identifier: ISC
 *
 * The parts that rules are made of: a trigger, a condition and an action are each a row in one list
 * (triggers.c, conditions.c, actions.c). A part is compiled once from its JSON, checked against its
 * declared fields, and is a pure function of the house afterwards.
 */
#ifndef RULE_H
#define RULE_H

#include "shared/base/buf.h"
#include "shared/base/field.h"
#include "shared/base/template.h"
#include "shared/domain/house.h"
#include "shared/domain/rule_shape.h"

struct trace;

#define RULE_ENTITIES_MAX 64
#define RULE_PARTS_MAX 100	/* triggers, conditions, actions: in one list */
#define RULE_FIELDS_MAX 16	/* fields of a part */
#define RULE_MQTT "mqtt."	/* subjects of messages: this and the topic or filter */
#define RULE_WEBHOOK "webhook."	/* subjects of calls from outside: this and the webhook's id, or its name */
#define RULE_CALENDAR "appointments."	/* subjects of appointments that are others now: this and the entity */
#define RULE_STATES "states."	/* subjects of the changes of many: this and a domain, or RULE_STATES_ALL */
#define RULE_STATES_ALL "states.*"	/* of all entities there are */
#define RULE_MINUTE "clock.minute"	/* subject of the start of each minute, for templates that ask for the time */
#define RULE_AWAY "unavailable"	/* state of an entity that is not available, as rules see it */

/* The entities a part is about. */
struct rule_entities {
	const char	*const *ids;
	size_t		 n;
};

/* What parts may look at. */
struct rule_context {
	const struct house	*house;
	int64_t			 now_ms;	/* UTC */
	const struct js		*variables;	/* object, or NULL: what templates see of the run */
	struct template_scratch	*scratch;
	struct template_memo	*memo;		/* of the one template that is evaluated, or NULL */
	struct trace		*trace;		/* gets what conditions are asked and saw, or NULL */
	struct db		*db;		/* what areas and labels hold; NULL: templates see none */
	const struct house_change *before;	/* its entity is seen as it was before this change; NULL: as it is */
};

/* Rows that every part has besides its own, at the end. */
#define RULE_COMMON_FIELDS \
	{ RULE_TEXT("alias", 0, 255, "what people call this step") }, \
	{ .name = "enabled", .type = FIELD_BOOL, .help = "false: as if it were not there" }
#define TRIGGER_COMMON_FIELDS \
	{ RULE_TEXT("trigger", 1, 32, "its kind"), .required = true }, \
	{ RULE_TEXT("id", 1, 64, "name of this trigger, for conditions and templates") }, \
	RULE_COMMON_FIELDS
#define CONDITION_COMMON_FIELDS \
	{ RULE_TEXT("condition", 1, 32, "its kind"), .required = true }, \
	RULE_COMMON_FIELDS

/* ---- triggers ---- */

enum trigger_verdict {
	TRIGGER_NO,	/* the change does not concern it */
	TRIGGER_YES,	/* it holds from now on: fires, or begins to wait for `for` */
	TRIGGER_OFF	/* it does not hold (any more): a wait ends */
};

struct trigger {
	const struct trigger_ops *ops;
	/* Changes of these are shown to judge, and what happens to subjects of that name; may be none. */
	struct rule_entities	 entities;
	/*
	 * Of one that judges single entities for what others are: a change of `because` is one of each of `about`, and
	 * comes to judge as such (firing_each). n 0: who changes is judged.
	 */
	struct rule_entities	 about, because;
	int64_t			 hold_ms;	/* must hold this long before it fires */
	const char		*id;		/* as people call it, or NULL */
	const char		*alias;		/* the same, or NULL */
	const void		*data;		/* the kind's own */
};

struct trigger_ops {
	const char		*name;		/* value of "trigger" */
	const char		*title;		/* as a form offers it */
	const char		*help;		/* when it fires, in a sentence */
	const struct field	*fields;	/* declared inputs, ends with TRIGGER_COMMON_FIELDS */
	/* v has one value per field. Everything is allocated in the arena. */
	enum rc			(*compile)(const struct field_value *v, struct mem_arena *a,
				    struct trigger *t, struct fault *f);
	/* NULL for kinds that do not listen to entities. x: without variables. */
	enum trigger_verdict	(*judge)(const struct trigger *t, const struct house_change *c,
				    const struct rule_context *x);
	/* The next moment after `after_ms` at which it fires by itself, INT64_MAX: none. NULL: it never does. */
	int64_t			(*next)(const struct trigger *t, const struct house *h, int64_t after_ms);
	/* Adds to the variable `trigger` what only this kind knows. c: as rule_trigger_variable. May be NULL. */
	void			(*variable)(const struct trigger *t, const struct house_change *c, struct js *o);
	/*
	 * Of one whose moments come from what people plan: what happens then, each to fn; it may be nothing any more.
	 * NULL: a moment is nothing but a time. What such a trigger hears changes its next moment.
	 */
	void			(*happens)(const struct trigger *t, const struct house *h, int64_t at_ms,
				    void (*fn)(const struct house_change *c, void *arg), void *arg);
	/*
	 * True for kinds whose verdict is what holds now, whatever it was before: the owner remembers it, and only
	 * a change from TRIGGER_OFF to TRIGGER_YES counts. judge with a change that is NULL says how it starts.
	 */
	bool			 level;
	bool			 sun;		/* its moments are the sun's: it needs to be known where the house is */
};
extern const struct trigger_ops *const triggers[];	/* NULL-terminated */

/* Its kind: "trigger", or "platform", the older word. NULL: it says none. */
const char *rule_trigger_kind(const struct js *v);
/*
 * When a time_pattern fires, as people say it: "every 5 minutes"; in the arena. NULL: it is another kind, or says none
 * that is one.
 */
const char *rule_trigger_words(const struct js *v, struct mem_arena *a);
/* {"trigger": KIND, ...}. RC_INVALID. */
enum rc rule_trigger(const struct js *v, struct mem_arena *a, struct trigger *out, struct fault *f);
/*
 * The variable `trigger` of a run that it starts: platform, id, idx, alias, description, for, entity_id, from_state,
 * to_state, event. The caller owns it. c NULL: a moment came, and `now` says which.
 */
struct js *rule_trigger_variable(const struct trigger *t, int index, const struct house_change *c, int64_t now_ms);
/* What its moment at_ms is, each to fn: what happens then, or (c NULL) nothing but a time. */
void rule_trigger_come(const struct trigger *t, const struct house *h, int64_t at_ms,
    void (*fn)(const struct house_change *c, void *arg), void *arg);
/* Its next moment when that of due_ms came now: of what people plan nothing is passed over, also when several come. */
int64_t rule_trigger_after(const struct trigger *t, const struct house *h, int64_t due_ms, int64_t now_ms);
/* A list, or one alone; without those that are not enabled. */
enum rc rule_triggers(const struct js *v, struct mem_arena *a, const char *where, const struct trigger **out,
    size_t *n, struct fault *f);

/* ---- conditions ---- */

struct condition {
	const struct condition_ops *ops;
	const char		*alias;		/* as people call it, or NULL */
	struct rule_entities	 entities;
	const void		*data;
};

struct condition_ops {
	const char		*name;		/* value of "condition" */
	const char		*title, *help;
	const struct field	*fields;	/* ends with CONDITION_COMMON_FIELDS */
	enum rc			(*compile)(const struct field_value *v, struct mem_arena *a,
				    struct condition *c, struct fault *f);
	/* `why` gets in words the value that decided, also when it holds. Asked by rule_condition_holds alone. */
	bool			(*holds)(const struct condition *c, const struct rule_context *x, struct buf *why);
};
extern const struct condition_ops *const conditions[];

/* {"condition": KIND, ...}; in short a template, or {"and": [...]}, {"or": [...]}, {"not": [...]}. */
enum rc rule_condition(const struct js *v, struct mem_arena *a, struct condition *out, struct fault *f);
/* When it does not hold, `why` gets the reason in words with the value that decided, else nothing. */
bool rule_condition_holds(const struct condition *c, const struct rule_context *x, struct buf *why);
/* Whether v is meant as one, in any of these forms. */
bool rule_is_condition(const struct js *v);
struct rule_conditions {
	const struct condition	*list;
	size_t			 n;
};
/* A list, or one alone; without those that are not enabled. Absent (NULL): none. */
enum rc rule_conditions(const struct js *v, struct mem_arena *a, const char *where, struct rule_conditions *out,
    struct fault *f);
/* All of them hold; else `why` says which one does not, and its value. */
bool rule_hold(const struct rule_conditions *c, const struct rule_context *x, struct buf *why);

/* ---- actions: shared/domain/program.h ---- */

/* ---- helpers the parts share ---- */

/* Puts "list[i]." before the field that a part complained about; i < 0: "list.". Returns rc. */
enum rc rule_fault_in(struct fault *f, enum rc rc, const char *list, int i);
/* Reads v by its table into values[RULE_FIELDS_MAX]. */
enum rc rule_read(const struct field *table, const struct js *v, struct mem_arena *a, struct field_value *values,
    struct fault *f);
/* Whether the part says "enabled": false. */
bool rule_disabled(const struct js *v);

/* The ids that a list of them was read to. */
struct rule_entities rule_entities(const struct field_value *v);
bool rule_on_weekday(unsigned int bits, int64_t wall_ms);	/* of clock_wall */
/* A value as rule_shape_duration has it, to ms. RC_INVALID. */
enum rc rule_duration(const struct js *v, int64_t *ms, struct fault *f);
/* A minute begins, as what listens to RULE_MINUTE is shown it; for those that tell of it, it is a moment (NULL). */
struct house_change rule_minute(int64_t now_ms);
bool rule_is_minute(const struct house_change *c);
/* Whether c is about one of these subjects. */
bool rule_listens(const struct rule_entities *who, const struct house_change *c);
int64_t rule_minute_after(int64_t ms);	/* the start of the next one, UTC ms */
bool rule_text_in(const char *s, const char *const *list, size_t n);	/* NULL s is "unknown" */
/* The same of an attribute's value: numbers by what they are worth, true and false as "on" and "off" too. */
bool rule_value_in(const struct js *v, const char *const *list, size_t n);
/* The state before and after a change, where RULE_AWAY is one too. NULL: unknown. */
void rule_change_states(const struct house_change *c, const char **before, const char **after);
/*
 * What a trigger that has to hold from this change on keeps of it, for house_change.held: {"from_state", "to_state"} as
 * its variable has them. NULL: nothing. The caller owns it.
 */
struct js *rule_change_held(const struct house_change *c);
/* The same of a change of at_ms of which only the states are known: attributes are those that it has now. */
struct js *rule_held_since(const struct live *l, const char *from, const char *to, int64_t at_ms);
/* The whole text as a number; false when it is none. */
bool rule_number(const char *s, double *out);
bool rule_value_number(const struct js *v, double *out);	/* the same of a number or a text */
/* The value of attribute `name`, or the state when name is NULL, as a number. */
bool rule_live_number(const struct live *l, const char *name, double *out);

/* What a condition that holds saw of its entities: their states, or this attribute. For traces alone. */
void rule_say_seen(const struct rule_entities *who, const char *attribute, const struct rule_context *x,
    struct buf *saw);

/* A number that lies between two others: of an attribute, or (NULL) the state. */
struct rule_range {
	double		 above, below;		/* -inf, inf: no limit */
	const char	*attribute;
};

/* Out of the values of the three fields. */
const struct rule_range *rule_range_read(const struct field_value *above, const struct field_value *below,
    const struct field_value *attribute, struct mem_arena *a);
bool rule_range_holds(const struct rule_range *r, double v);
void rule_range_say(const struct rule_range *r, struct buf *b);	/* " above 3 and below 5" */

/* ---- templates (rule_template.c) ---- */

bool rule_is_template(const struct js *v);	/* a text that is one */
/* A compiled template that lives as long as the arena. RC_INVALID. */
enum rc rule_template(const char *source, struct mem_arena *a, const struct template **out, struct fault *f);
/*
 * What can change what it says: the entities whose ids stand in the source or that t, which it was compiled to, names
 * otherwise, and RULE_STATES of a domain or of all that it looks through.
 */
enum rc rule_template_entities(const char *source, const struct template *t, struct mem_arena *a,
    struct rule_entities *out, struct fault *f);
/* The same, and RULE_MINUTE when it asks for the time. */
enum rc rule_template_hears(const char *source, const struct template *t, struct mem_arena *a,
    struct rule_entities *out, struct fault *f);
/* An entity as templates see it in that context; borrowed from the house and the context's change. */
struct template_state rule_seen(const struct live *l, const struct rule_context *x);
/* What templates see of the house in that context, without its variables; as long as x. */
struct template_env rule_sees(const struct rule_context *x);
/* False with *f when it cannot be evaluated. */
bool rule_true(const struct template *t, const struct rule_context *x, bool *out, struct fault *f);
/* What it renders as, appended to out; false with *f when it cannot be evaluated. */
bool rule_text(const struct template *t, const struct rule_context *x, struct buf *out, struct fault *f);

/* The same for one that sees an entity as `state`. */
bool rule_text_about(const struct template *t, const struct rule_context *x, const struct template_state *state,
    struct buf *out, struct fault *f);

/* A JSON value in which texts may be templates. */
struct rule_value {
	const struct js		*js;
	const struct template	*const *templates;	/* in order of their texts */
	size_t			 n;
};
enum rc rule_value(const struct js *v, struct mem_arena *a, struct rule_value *out, struct fault *f);
/* The value with its templates evaluated; the caller owns *out. RC_INVALID with *f. */
enum rc rule_render(const struct rule_value *v, const struct rule_context *x, struct js **out, struct fault *f);
/* Names with such values. */
struct rule_variable;
struct rule_variables {
	const struct rule_variable *list;
	size_t			 n;
};
enum rc rule_variables(const struct js *object, struct mem_arena *a, struct rule_variables *out, struct fault *f);
/* Evaluates one after the other into `object`, in which the next ones see them. */
enum rc rule_variables_set(const struct rule_variables *v, const struct rule_context *x, struct js *object,
    struct fault *f);
/* What they are in that object: {name: value}; a new reference. */
struct js *rule_variables_values(const struct rule_variables *v, const struct js *object);
/* The same for a duration, in ms. */
enum rc rule_render_duration(const struct rule_value *v, const struct rule_context *x, int64_t *ms,
    struct fault *f);

#endif
