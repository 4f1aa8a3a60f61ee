/* SPDX-License-Identifier: ISC
 *
 * The second half of the aggregate job: buckets whose time is over and whose points are packed.
 */
#ifndef HISTORY_CLOSE_H
#define HISTORY_CLOSE_H

#include "shared/domain/history_pack.h"

/* Closes buckets of both resolutions up to the time before which everything is packed. */
enum rc history_close(struct store_writer *w, struct history_pack *p, struct fault *f);

/* store_write that counts the transaction and its duration in p. */
enum rc history_slice(struct store_writer *w, struct history_pack *p, store_fn fn, void *arg,
    struct fault *f);

#endif
