/* SPDX-License-Identifier: ISC
 *
 * A rule against the house as it is now, without acting: whether it would run, what it would do step by step, and
 * which of its commands would be sent or refused; and what a template would say.
 */
#ifndef REHEARSAL_H
#define REHEARSAL_H

#include "shared/base/buf.h"
#include "shared/base/js.h"
#include "shared/domain/sun.h"
#include "shared/store/store.h"

#define REHEARSAL_STEPS_MAX 2000	/* of the rule and all scenarios that it starts */
#define REHEARSAL_MS_MAX 2000		/* that it takes */
#define REHEARSAL_SIZE_MAX 1000000	/* bytes of the answer, about */
#define REHEARSAL_NEST_MAX 5		/* scenarios that start each other */

/*
 * config: the rule as automation_compile takes it; id: that of the saved one that it is or will be, or NULL; place:
 * where the house stands. Appends {"runs", "outcome", "reason",
 * "complete", "steps": [{"place", "after", "result", "reason", "commands": [{"entity_id", "service", "data", "sent",
 * "reason"}], "deliveries": [{"channels", "payload"}], "scenarios": [{"id", "name", "runs", "outcome", "reason",
 * "steps"}], "events": [{"type", "data"}], "variables": those that it set, or null}]} to out. What is secret in events
 * and variables (secret.h) is not shown. Pauses are passed over: `after` counts ms of the run's own time. Not complete:
 * one of the limits above was reached. States stay as they are, whatever it does. RC_INVALID: f->field is the place in
 * the rule.
 */
enum rc rehearsal_run(struct db *db, const struct js *config, const char *id, struct place place, int64_t now_ms,
    struct buf *out, struct fault *f);
/*
 * A template of a rule against the house as it is now. variables: as those of a rule, an object, or NULL. Appends
 * {"value", "reason", "unknown": [names]} to out: value is what the template says, of the type that a rule would
 * get. It is null when there is a reason why it says nothing, or when it uses variables that are not given: unknown.
 */
enum rc rehearsal_template(struct db *db, const struct js *source, const struct js *variables, struct place place,
    int64_t now_ms, struct buf *out);

#endif
