/* SPDX-License-Identifier: ISC
 *
 * What an evaluation of a rule saw and did: the trigger, each condition with its verdict and what it saw, each step.
 * Written as a few bytes while the rule is evaluated, which costs a copy of the short texts it is made of; read
 * again as JSON. The ids of commands and events are not known yet then: whoever writes the bytes down adds them.
 */
#ifndef TRACE_H
#define TRACE_H

#include "shared/base/buf.h"
#include "shared/base/js.h"
#include "shared/domain/late.h"

#define TRACE_STEPS_MAX 100	/* steps of a run that are kept */
#define TRACE_BYTES_MAX 8192	/* what comes behind is left out */
#define TRACE_TEXT_MAX 160	/* bytes of a text; a longer one is cut */

struct trigger;
struct house_change;

/* One that is all zero is a valid empty one. */
struct trace {
	struct buf	  bytes;
	struct late	**refs;		/* of commands and events, in order; owned references */
	unsigned int	  n_refs;
	unsigned int	  fresh;	/* of them, behind the last step */
	unsigned int	  depth;	/* of the condition that is asked just now */
	unsigned int	  inner;	/* answers so far that stand inside of another one */
	const char	 *note;		/* about the next step, which says nothing else; lives on, or NULL */
	char		 *values;	/* the same, of trace_values; owned */
};

void trace_free(struct trace *t);	/* leaves an empty one */

/* ---- what happens, in its order ---- */

/*
 * It was evaluated for this trigger, number `index` of the rule (-1 and NULL: by hand), because of a change, or (NULL)
 * as its time came. revision: of the rule.
 */
void trace_trigger(struct trace *t, int64_t revision, int index, const struct trigger *by,
    const struct house_change *c);
/* The trigger had to hold for `of` ms and did so for `held`. */
void trace_cut(struct trace *t, int64_t held, int64_t of);
/* Its time came `late` ms ago; once it is decided: that of the pause in which the next step ends. */
void trace_late(struct trace *t, int64_t late);
/* n runs of the rule were under way. */
void trace_busy(struct trace *t, unsigned int n);
/* A condition is asked; the answer comes behind those of the conditions in it. `saw` has n bytes. */
unsigned int trace_ask(struct trace *t);
void trace_answer(struct trace *t, unsigned int asked, const char *name, bool holds, const char *saw, size_t n);
void trace_why(struct trace *t, const char *why);	/* it did not run for another reason */
void trace_decided(struct trace *t);			/* it runs: what follows are its steps */
/* The next step sends this command, or goes on because of this event. NULL is legal: it has no id. */
void trace_ref(struct trace *t, struct late *id);
/*
 * The next step set or told these values: "room = hall, n = 3", cut to TRACE_TEXT_MAX and without what is secret. An
 * empty object says nothing.
 */
void trace_values(struct trace *t, const struct js *values);
/* A step was run `ms` after the start; result: "done", "no", "nothing", "waits", "heard", "stopped",
 * "failed". */
void trace_step(struct trace *t, const char *place, int64_t ms, const char *result, const char *why);

/* The bytes with the ids as they are known now, appended to out. */
void trace_seal(const struct trace *t, struct buf *out);

/* ---- reading ---- */

/* Members are owned; those that the bytes do not tell are NULL, 0 or -1. */
struct trace_view {
	struct js	*trigger;	/* {"index", "name", "entity_id", "subject", "from", "to"} */
	struct js	*conditions;	/* [{"name", "holds", "saw", "conditions"}] */
	struct js	*steps;		/* [{"place", "after", "result", "reason", "conditions", "refs", "late"}] */
	struct js	*why;		/* string */
	int64_t		 revision;
	int64_t		 held, of;	/* ms */
	int64_t		 late;		/* ms, of the trigger */
	int64_t		 behind;	/* ms, the most that a pause of it ended late */
	int64_t		 busy;
};

/* Adds what sealed bytes say. False: they are damaged; what was read until there is in the view. */
bool trace_read(struct trace_view *v, const void *data, size_t len);
void trace_view_free(struct trace_view *v);

#endif
