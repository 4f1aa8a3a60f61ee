/* SPDX-License-Identifier: ISC
 *
 * An alert rule as the engine holds it, and what is told of it.
 */
#ifndef ENGINE_ALERT_INT_H
#define ENGINE_ALERT_INT_H

#include "shared/domain/alert.h"
#include "workers/engine_rules_int.h"

struct measured {
	struct js	*value;		/* or NULL */
	int64_t		 then;		/* UTC ms, 0: never */
};

struct engine_alert {
	struct engine		*e;
	int64_t			 row;
	char			*id;
	char			*actor;		/* "alert:ID" */
	struct alert_rule	*rule;
	uint32_t		 version;	/* of the rule */
	bool			 asked;		/* history is being read */
	bool			 known;		/* what history says was read once */
	struct rule_link	*links;
	struct measured		*measured;	/* one per variable */
	struct js		**values;	/* the same, as alert_judge wants them */

	struct alert		 alert;		/* of the active one; its texts are not kept */
	bool			 active;
	struct late		*alert_id, *event;	/* of the active one */
	bool			 holds;		/* waits for its `for:` */
	struct late		*hold_cause;
	struct timer		 hold, repeat, look;
	char			*problem;	/* why it cannot be judged, as its row says; NULL: it can */
	bool			 problem_known;	/* what its row says */
};

/* ---- engine_alert_tell.c ---- */

const char *engine_alert_severity(const struct engine_alert *al);
/* The log of events; self gets the id of the event, or NULL. */
void engine_alert_tell_house(struct engine_alert *al, const char *status, const char *message, struct late *self,
    struct late *cause);
/* After the alert's row: what is delivered names it. */
void engine_alert_tell_people(struct engine_alert *al, const char *status, const char *message, const struct js *seen);
/* The alert's row as it is now; message NULL: with what people were told last. */
void engine_alert_record(struct engine_alert *al, const char *message, const struct js *seen);

#endif
