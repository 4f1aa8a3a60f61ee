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
#include "shared/domain/house.h"

#define RULE_ENTITIES_MAX 64

/* The entities a part is about. */
struct rule_entities {
	const char	*const *ids;
	size_t		 n;
};

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
	int64_t			 hold_ms;	/* must hold this long before it fires */
	const void		*data;		/* the kind's own */
};

struct trigger_ops {
	const char		*name;		/* value of "trigger" */
	const struct field	*fields;	/* declared inputs, "trigger" included */
	/* v has one value per field. Everything is allocated in the arena. */
	enum rc			(*compile)(const struct field_value *v, struct mem_arena *a,
				    struct trigger *t, struct fault *f);
	/* NULL for kinds that do not listen to entities. */
	enum trigger_verdict	(*judge)(const struct trigger *t, const struct house_change *c);
	/* The next moment after `after_ms` at which it fires by itself; NULL for kinds that never do. */
	int64_t			(*next)(const struct trigger *t, int64_t after_ms);
};
extern const struct trigger_ops *const triggers[];	/* NULL-terminated */

/* ---- conditions ---- */

struct condition {
	const struct condition_ops *ops;
	struct rule_entities	 entities;
	const void		*data;
};

struct condition_ops {
	const char		*name;		/* value of "condition" */
	const struct field	*fields;
	enum rc			(*compile)(const struct field_value *v, struct mem_arena *a,
				    struct condition *c, struct fault *f);
	/* When it does not hold, `why` gets the reason in words with the value that decided. */
	bool			(*holds)(const struct condition *c, const struct house *h, int64_t now_ms,
				    struct buf *why);
};
extern const struct condition_ops *const conditions[];

/* ---- actions ---- */

enum action_result { ACTION_NEXT, ACTION_WAIT, ACTION_FAILED };

struct action {
	const struct action_ops	*ops;
	struct rule_entities	 entities;
	const void		*data;
};

/* What an action may use; filled by whoever runs it. */
struct action_context {
	const struct house	*house;
	int64_t			 now_ms;
	int64_t			 wake_ms;	/* ACTION_WAIT: go on with the next action then */
	/* Sends a command to an entity through the one door. RC_OK when it was accepted. */
	enum rc			(*command)(void *arg, struct live *l, const char *service,
				    const struct js *data, struct fault *f);
	void			*arg;
	struct fault		 fault;		/* ACTION_FAILED: why */
};

struct action_ops {
	const char		*name;		/* the key that marks it: "action", "delay" */
	const struct field	*fields;
	enum rc			(*compile)(const struct field_value *v, struct mem_arena *a,
				    struct action *c, struct fault *f);
	enum action_result	(*run)(const struct action *c, struct action_context *x);
};
extern const struct action_ops *const actions[];

/* ---- helpers the parts share ---- */

/* "light.x" or ["light.x", ...] to entities. RC_INVALID. */
enum rc rule_entities(const struct js *v, struct mem_arena *a, struct rule_entities *out,
    struct fault *f);
/* Seconds, "HH:MM:SS", or {"days","hours","minutes","seconds","milliseconds"} to ms. RC_INVALID. */
enum rc rule_duration(const struct js *v, int64_t *ms, struct fault *f);
/* "on" or ["on", "off"]: texts; numbers and booleans as people mean them ("on"/"off"). */
enum rc rule_texts(const struct js *v, struct mem_arena *a, const char *const **out, size_t *n,
    struct fault *f);
bool rule_text_in(const char *s, const char *const *list, size_t n);	/* NULL s is "unknown" */
/* The whole text as a number; false when it is none. */
bool rule_number(const char *s, double *out);
/* The value of attribute `name`, or the state when name is NULL, as a number. */
bool rule_live_number(const struct live *l, const char *name, double *out);


/* A number that lies between two others: of an attribute, or (NULL) the state. */
struct rule_range {
	double		 above, below;		/* -inf, inf: no limit */
	const char	*attribute;
};

/* Out of the values of the three fields. RC_INVALID: neither limit is given. */
enum rc rule_range_read(const struct field_value *above, const struct field_value *below,
    const struct field_value *attribute, struct mem_arena *a, const struct rule_range **out,
    struct fault *f);
bool rule_range_holds(const struct rule_range *r, double v);

#endif
