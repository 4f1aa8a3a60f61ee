/* SPDX-License-Identifier: ISC
 *
 * Questions to people: an automation whose time passed while the house was not running, is it to run now?
 */
#ifndef QUESTION_H
#define QUESTION_H

#include "shared/base/js.h"
#include "shared/store/store_question.h"

/* Asks, unless that was asked before. id, name: of the automation. */
enum rc question_ask(struct tx *tx, const struct question *q);
/*
 * yes: the automation is started as by hand, and *event is the cause of its run; else *event is the answer's own.
 * RC_NOT_FOUND: somebody answered already, or the automation is gone.
 */
enum rc question_answer(struct tx *tx, int64_t id, bool yes, struct mem_arena *a, int64_t *event, struct fault *f);
/* {"id","automation_id","name","due","asked"} */
void question_write(struct jsw *w, const char *key, const struct question *q);

#endif
