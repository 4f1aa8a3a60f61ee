/* SPDX-License-Identifier: ISC
 *
 * What a rule refers to: asked when it is saved, so that a slip is found by the one who made it.
 */
#ifndef AUTOMATION_CHECK_H
#define AUTOMATION_CHECK_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store.h"

/*
 * Whether the entities, devices, areas, floors, labels and scenarios that part of a rule or scenario (or all of it)
 * names exist, in templates too; whether its services are such that their entities have, with data that they
 * take; whether its scenarios take what they are told, and its templates use what there is. config: the whole,
 * whose variables and parameters templates see. RC_INVALID, RC_UNSUPPORTED: f->field is the place, such as
 * "actions[2].choose[0].sequence[0].target.entity_id", and f->msg says what may have been meant.
 */
enum rc automation_check(struct db *db, const struct js *part, const struct js *config, struct mem_arena *a,
    struct fault *f);

#endif
