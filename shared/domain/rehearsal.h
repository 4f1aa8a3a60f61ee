/* SPDX-License-Identifier: ISC
 *
 * A rule against the house as it is now, without acting: whether it would run, what it would do step by step, and
 * which of its commands would be sent or refused.
 */
#ifndef REHEARSAL_H
#define REHEARSAL_H

#include "shared/base/buf.h"
#include "shared/base/js.h"
#include "shared/domain/sun.h"
#include "shared/store/store.h"

/*
 * config: the rule as automation_compile takes it; place: where the house stands. Appends {"runs", "outcome", "reason",
 * "steps": [{"place", "after", "result", "reason", "commands": [{"entity_id", "service", "data", "sent", "reason"}],
 * "deliveries": [{"channels", "payload"}]}]} to out. Pauses are passed over: `after` counts ms of the run's own time.
 * States stay as they are, whatever it does. RC_INVALID: f->field is the place in the rule.
 */
enum rc rehearsal_run(struct db *db, const struct js *config, struct place place, int64_t now_ms, struct buf *out,
    struct fault *f);

#endif
