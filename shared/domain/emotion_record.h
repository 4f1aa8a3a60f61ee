/* SPDX-License-Identifier: ISC
 *
 * What the house feels, as it is written down and read again. Each time it is computed there is a row and an event:
 *
 *	{"happiness": .., "worry": .., "boredom": .., "excitement": .., "primary": "worry", "intensity": ..,
 *	 "was": {"happiness": .., "worry": .., "boredom": .., "excitement": .., "primary": "happiness"}}
 */
#ifndef EMOTION_RECORD_H
#define EMOTION_RECORD_H

#include "shared/base/js.h"
#include "shared/domain/emotion.h"
#include "shared/store/store_emotion.h"

#define EMOTION_SUBJECT "house.emotion"	/* of the events */

/*
 * Computes it out of the stored rows, when that was done `interval` seconds ago or longer (a few seconds less, for cron
 * starts a bit early at times). Row and event are one transaction: whoever is killed did it or did not, and of two that
 * do it at the same time one writes. *done gets what it feels now; done->known false: it was not time.
 */
enum rc emotion_record_update(struct store_writer *w, int64_t interval, int64_t now_ms, int64_t raw_days,
    struct emotions *done, struct fault *f);
#define EMOTION_NOW INT64_MAX
/* What it felt at that time (UTC ms), or feels now; not known: nothing was computed by then. */
enum rc emotion_record_at(struct db *db, int64_t time, struct emotions *out);

void emotion_record_take(const struct emotion_row *row, struct emotions *out);
/* Out of the data of an event, or its "was"; false: they are none. */
bool emotion_record_read(const struct js *data, struct emotions *out);

/*
 * The members "emotions","baselines","targets","primary","intensity","factors","reasons","updated"; row NULL: never
 * computed, all is at its baselines.
 */
void emotion_record_write(struct jsw *w, const struct emotion_row *row);
/* {"time","happiness","worry","boredom","excitement","primary","intensity","reasons"} */
void emotion_record_write_past(struct jsw *w, const char *key, const struct emotion_row *row);

#endif
