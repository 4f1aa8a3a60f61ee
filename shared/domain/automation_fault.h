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

/* The first thing that is wrong with the rule (or scenario), as saving says it. */
enum rc automation_fault(struct db *db, const struct js *config, bool scenario, struct mem_arena *a, struct fault *f);
/*
 * Compiles the rule (or scenario) and asks what it refers to, as saving does; what is wrong is
 * taken out and the rest looked at again. placed: it is known where the house stands. Writes the open array's items
 * {"place": "actions[2].choose[0].sequence[0].delay", "message"}, at most AUTOMATION_FAULTS_MAX;
 * their number is returned. Only the first fault of a part is found.
 */
size_t automation_faults(struct db *db, const struct js *config, bool scenario, bool placed,
    struct mem_arena *a, struct jsw *w);
/* RC_INVALID: something in it waits for the sun, and it is not known where the house stands (not placed). */
enum rc automation_check_sun(const struct js *config, bool placed, struct fault *f);
/* automation_doubt.c. As the faults, for what saving allows but hardly anybody means. */
size_t automation_doubts(struct db *db, const struct js *config, bool scenario, bool placed, struct mem_arena *a,
    struct jsw *w);

#endif
