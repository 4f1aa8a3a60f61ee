/* SPDX-License-Identifier: ISC
 *
 * What was recorded of an entity that is given up goes to its heir: commands at once, the rest when
 * the aggregate job runs: packed history in one transaction, as long as there is much of it (a fifth of a second
 * for 11,500 chunks, which nobody else can write in), buckets and events in slices of a few milliseconds.
 *
 * Of the history it is what is later than the heir's own: where both were heard at the same time, the heir's
 * counts. A bucket that holds the last point of the heir's own history stays the heir's. Events that tell how the
 * given-up entity came and went keep their subject.
 */
#ifndef SUCCESSION_H
#define SUCCESSION_H

#include "shared/store/store.h"

struct succession {
	bool	 (*progress)(void *arg, int percent);	/* may be NULL; false stops */
	void	*arg;
	int64_t	 n;		/* finished */
};

/*
 * Does what is to be done (store_succession_add says what). Only where nobody else packs history: in the job that
 * does, before it does. Being killed at any point loses nothing. RC_TIMEOUT: progress said stop.
 */
enum rc succession_run(struct store_writer *w, struct succession *s, struct fault *f);

#endif
