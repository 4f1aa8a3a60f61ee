/* SPDX-License-Identifier: ISC
 *
 * Why an automation ran, or did not, at some time: from its evaluations, its changes and the times when the house was
 * not running. Every word comes from a stored row.
 */
#ifndef EXPLAIN_AUTOMATION_H
#define EXPLAIN_AUTOMATION_H

#include "shared/base/js.h"
#include "shared/domain/period.h"
#include "shared/domain/retention.h"
#include "shared/domain/sun.h"
#include "shared/store/store_automation.h"
#include "shared/store/store_trace.h"

#define EXPLAIN_ROWS_MAX 100	/* evaluations of a period that are looked at, the newest */
#define EXPLAIN_NOTES_MAX 20

struct automation_explanation {
	const char		*text;		/* one or two sentences */
	const char		*notes[EXPLAIN_NOTES_MAX];	/* what else was: changes, times without the house */
	size_t			 n_notes;
	struct evaluation	*rows;		/* of the period, newest first */
	size_t			 n;
	const struct evaluation	*main;		/* the one that the text is about, or NULL */
};

/* The house that is asked. */
struct explain_house {
	int64_t			now_ms;
	int64_t			alive_ms;	/* when an engine's heart beat last */
	struct retention	kept;
	struct place		place;		/* where it stands, for times of the sun */
};

/* rule: as evaluation_rule has it. Text and rows are in the arena. */
enum rc explain_automation(struct db *db, const struct automation *rule, const struct period *p,
    const struct explain_house *house, struct mem_arena *a, struct automation_explanation *out);
/*
 * {"text","from","to","removed","notes":[...],"runs":[...],"run":{...}}: as evaluation_write, the main one with all of
 * it.
 */
enum rc explain_automation_write(struct jsw *w, const char *key, struct db *db, const struct automation *rule,
    const struct period *p, const struct automation_explanation *x, struct mem_arena *a);

#endif
