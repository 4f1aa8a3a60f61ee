/* SPDX-License-Identifier: ISC
 *
 * All that is wrong with a rule at once, for whoever edits it.
 */
#ifndef AUTOMATION_FAULT_H
#define AUTOMATION_FAULT_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store.h"

#define AUTOMATION_FAULTS_MAX 32

/*
 * Compiles the rule (or scenario) and asks what it refers to, as saving does; what is wrong is
 * taken out and the rest looked at again. Writes the open array's items
 * {"place": "actions[2].choose[0].sequence[0].delay", "message"}, at most AUTOMATION_FAULTS_MAX;
 * their number is returned. Only the first fault of a part is found.
 */
size_t automation_faults(struct db *db, const struct js *config, bool scenario,
    struct mem_arena *a, struct jsw *w);
/* The same for what saving allows but hardly anybody means. placed: it is known where the house stands. */
size_t automation_doubts(const struct js *config, bool placed, struct jsw *w);

#endif
