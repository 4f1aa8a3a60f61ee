/* SPDX-License-Identifier: ISC
 *
 * Alert rules: an expression over states, history and what is usual, that raises an alert when it holds.
 *
 *	{"name": "Energy", "severity": "warning", "for": "00:05:00", "repeat": "01:00:00",
 *	 "variables": {"usage": {"entity_id": "sensor.power", "aggregate": "average", "over": "00:15:00"},
 *	               "baseline": {"entity_id": "sensor.power", "baseline": "hour"}},
 *	 "expression": "usage > baseline * 1.5", "hysteresis": 10, "message": "{{ usage }} W"}
 *
 * Compiled once; judging is a pure function of rule, house, what was measured, and time.
 */
#ifndef ALERT_H
#define ALERT_H

#include "shared/domain/channel.h"
#include "shared/domain/rule.h"

#define ALERT_VARIABLES_MAX 32
#define ALERT_EXPRESSION_MAX 2000	/* bytes */
#define ALERT_OVER_MOST_MS (31LL * 86400000)	/* of averages; see alert_measure */
#define ALERT_REPEAT_LEAST_MS 60000

enum alert_kind {
	ALERT_VALUE,		/* a constant or a template */
	ALERT_STATE,		/* of an entity, or an attribute of it, as it is now */
	ALERT_AGGREGATE,	/* of its history up to now */
	ALERT_BASELINE		/* what it usually is at this hour */
};

enum alert_aggregate { ALERT_AVERAGE, ALERT_MIN, ALERT_MAX, ALERT_SUM, ALERT_CHANGE };
extern const char *const alert_aggregates[];
extern const char *const alert_baselines[];	/* "hour", "weekday" */

/* A name in the expression. */
struct alert_variable {
	const char		*name;
	enum alert_kind		 kind;
	struct rule_value	 value;		/* ALERT_VALUE */
	const char		*entity_id;	/* the others */
	const char		*attribute;	/* ALERT_STATE, or NULL */
	enum alert_aggregate	 aggregate;
	int64_t			 over_ms;	/* ALERT_AGGREGATE: of the window that ends now */
	bool			 weekday;	/* ALERT_BASELINE: of the same day of the week only */
	int			 days;		/* ALERT_BASELINE: so many days back */
};

struct alert_rule {
	const char		*name;
	enum severity		 severity;
	const struct alert_variable *variables;
	size_t			 n_variables;
	bool			 measures;	/* one of them is an aggregate or a baseline */
	const struct template	*expression;
	const struct template	*later;		/* asked while it is active, or NULL: the expression */
	bool			 clears;	/* later holds when it is over, else while it goes on */
	int64_t			 for_ms, repeat_ms;	/* repeat 0: never */
	const struct js		*channels;	/* or NULL: all that are set up */
	struct rule_value	 message;	/* js NULL: the values */
	struct rule_entities	 entities;	/* changes of these are a reason to judge */
	struct js		*config;
	struct mem_arena	*arena;		/* everything above lives here */
};

/* RC_INVALID with f->field such as "variables.usage.over". The caller owns *out. */
enum rc alert_compile(const struct js *config, struct alert_rule **out, struct fault *f);
void alert_free(struct alert_rule *r);		/* NULL is legal */

enum alert_verdict {
	ALERT_NO,
	ALERT_YES,
	ALERT_UNKNOWN	/* something has no value: nothing changes */
};

/*
 * measured: one value per variable, NULL where it is unknown or not measured. active: whether the alert is raised, so
 * that hysteresis counts. *seen is the object of all variables, the caller's; *why says what is wrong of ALERT_UNKNOWN.
 */
enum alert_verdict alert_judge(const struct alert_rule *r, const struct rule_context *x, struct js *const *measured,
    bool active, struct js **seen, struct fault *why);
/* What people are told, of the values that alert_judge saw. */
void alert_message(const struct alert_rule *r, const struct rule_context *x, const struct js *seen, struct buf *out);

/* ---- alert_measure.c ---- */

/*
 * The value of a variable that is measured, or NULL when history does not say; the caller owns *out. Runs in read
 * transactions of its own: the caller has none open. entity: its row.
 *
 * average: weighted by how long each value held; min, max: of the values that held; sum: of the values reported;
 * change: what a meter went up by, where a fall is a new start from 0. Windows of more than 6 hours are made of
 * 5-minute, of more than 8 days of hourly buckets; sum and change always of raw points.
 *
 * baseline: the median of the hourly means of the same hour of the day, in the house's zone, of the last `days` days;
 * with weekday of the same days of the week only. Known from 3 such hours on.
 */
enum rc alert_measure(const struct alert_variable *v, struct db *db, int64_t entity, int64_t now_ms, int64_t raw_days,
    struct js **out);
/* Whether a value that was measured then has to be measured again: what is usual stays so for its hour. */
bool alert_measure_old(const struct alert_variable *v, int64_t then_ms, int64_t now_ms);

/* ---- alert_expression.c ---- */

/* "a > b" as a template; one that is a template already stays as it is. In the arena. */
const char *alert_expression(const char *text, struct mem_arena *a);
/*
 * What still holds when the value of an expression with one comparison came back by less than `percent` of what it is
 * compared with: "a > b" becomes "(a) > (b) - ((b) | abs) * 0.1". RC_INVALID: it is not of that form.
 */
enum rc alert_hysteresis(const char *text, double percent, struct mem_arena *a, const char **out, struct fault *f);

#endif
