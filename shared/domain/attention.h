/* SPDX-License-Identifier: ISC
 *
 * What wants a person's attention: devices that are new, late, silent, withdrawn or low on battery, and
 * what was lost at once; announcements that were refused; rules that refer to what is gone; also what the
 * house asks people. Reads only.
 */
#ifndef ATTENTION_H
#define ATTENTION_H

#include "shared/base/js.h"
#include "shared/domain/broken.h"
#include "shared/domain/refusal.h"
#include "shared/store/store_event.h"
#include "shared/store/store_freshness.h"
#include "shared/store/store_question.h"

#define ATTENTION_LIMIT 500		/* rows of a list that are shown */
#define ATTENTION_FOUND_DAYS 7		/* a device is new so long */
#define ATTENTION_REFUSED_DAYS 30	/* an announcement that was refused so long */
#define ATTENTION_LOST_DAYS 1		/* a loss is worth mentioning so long */

struct attention {
	struct {
		struct attention_row	*rows;
		size_t			 n;
	}			 list[ATTENTION__MAX];
	struct store_event	*lost;		/* newest first */
	size_t			 n_lost;
	struct store_refusal	*refused;	/* newest first */
	size_t			 n_refused;
	struct broken		*broken;
	size_t			 n_broken;
	struct question		*questions;	/* the oldest first */
	size_t			 n_questions;
};

/* Rows and text live in the arena. */
enum rc attention_read(struct db *db, int64_t now_ms, struct mem_arena *a, struct attention *out);
/* {"found":[...],"late":[...],"silent":[...],"orphaned":[...],"low_battery":[...],"lost":[...],"refused":[...],
 * "rules":[...],"questions":[...]} */
void attention_write(struct jsw *w, const char *key, const struct attention *at);

#endif
