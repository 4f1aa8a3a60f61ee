/* SPDX-License-Identifier: ISC
 *
 * What was announced and is not in use, and why: for people, and to be asked for when its time has come.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store_refusal.h"

/* What is at the topic, and its parts, is `now`; what says nothing new within an hour is not written.
 * Each has a reason. */
enum rc refusal_settle(struct tx *tx, const char *topic, const struct store_refusal *now, size_t n,
    struct mem_arena *a);
/* {"topic":...,"part":...,"device":...,"reason":...,"time":...} */
void refusal_write(struct jsw *w, const char *key, const struct store_refusal *r);

#endif
