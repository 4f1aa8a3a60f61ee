/* SPDX-License-Identifier: ISC
 *
 * Looking at a device's messages: the API asks by an event, the engine, which remembers the last message of
 * each topic, answers with a row. The place to look when a value is wrong.
 */
#ifndef INSPECTION_H
#define INSPECTION_H

#include "shared/base/mem.h"
#include "shared/base/rc.h"
#include "shared/store/store_inspection.h"

/* *event: the question, for inspection_answered. RC_NOT_FOUND: no such device. */
enum rc inspection_ask(struct tx *tx, const char *device_id, struct mem_arena *a, int64_t *event,
    struct fault *f);
/* answer: a JSON object, {"messages": [...]}. */
enum rc inspection_answer(struct tx *tx, int64_t event, const char *answer);

#endif
