/* SPDX-License-Identifier: ISC
 *
 * Since when what automations did is kept, so that nobody takes for nothing what is no longer known.
 */
#ifndef RETENTION_H
#define RETENTION_H

#include "shared/base/conf.h"
#include "shared/store/db.h"

/* UTC ms: of what was before, something or all is gone. */
struct retention {
	int64_t	runs;		/* that a rule ran */
	int64_t	traces;		/* what it saw, and why it did not run */
};

/* As the configuration says; traces also go when all of them become too many. */
struct retention retention_of(struct db *db, const struct conf *conf, int64_t now_ms);

#endif
