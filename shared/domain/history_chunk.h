/* SPDX-License-Identifier: ISC
 *
 * The packed form of raw history: a stream of (time, state) points, about three bytes each, that gives
 * back exactly the text and the time it was given.
 *
 * One point is two varints (varint.h) and what the second one announces:
 *   1. the zigzag difference between this step in time and the step before it (ms; both start at 0)
 *   2. code: its two low bits say what the rest means
 *	0  decimal of the same scale as the one before; rest: zigzag difference of the digits
 *	1  decimal of scale `rest` (digits after the point); a varint follows: zigzag digits
 *	2  text number `rest` of this chunk's dictionary
 *	3  rest 0: unknown; else text of rest - 1 bytes follows, and enters the dictionary
 * A decimal is a text like -12.50 that its digits and scale give back; anything else is text.
 */
#ifndef HISTORY_CHUNK_H
#define HISTORY_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/rc.h"

#define HISTORY_CHUNK_BYTES 900		/* a chunk this long is closed: it fits into a quarter page */
#define HISTORY_CHUNK_TEXTS 32		/* texts in a chunk's dictionary */
#define HISTORY_NUMBER 24		/* bytes for any decimal, NUL included */

/* What both sides carry from point to point. */
struct history_codec {
	int64_t	 time;		/* of the last point, UTC ms */
	int64_t	 step;		/* between the last two */
	int64_t	 digits;	/* of the last decimal */
	int	 scale;
	int	 texts;		/* dictionary entries */
	uint16_t text_at[HISTORY_CHUNK_TEXTS];	/* where in the bytes */
	uint16_t text_len[HISTORY_CHUNK_TEXTS];
};

struct history_chunk {
	struct history_codec	 c;
	struct buf		 data;
	int64_t			 start;		/* time of the first point */
	int64_t			 finish;	/* latest time of any point */
	int64_t			 n;
};

/* Adds a point; state NULL is unknown. A zeroed chunk is a valid empty one. */
void history_chunk_add(struct history_chunk *k, int64_t time, const char *state, size_t len);
/* Whether a point at `time` should begin a new chunk: this one is long, or time jumped back. */
bool history_chunk_full(const struct history_chunk *k, int64_t time);
/* Continues packed bytes (copied). RC_INVALID: they are damaged. */
enum rc history_chunk_resume(struct history_chunk *k, const void *data, size_t len);
void history_chunk_free(struct history_chunk *k);	/* leaves an empty one */

struct history_reader {
	struct history_codec	 c;
	const unsigned char	*data;	/* borrowed */
	size_t			 len, at;
	char			 number[HISTORY_NUMBER];
};

void history_reader_init(struct history_reader *r, const void *data, size_t len);
/*
 * The next point: RC_OK, RC_NOT_FOUND at the end, RC_INVALID for damaged bytes. *state is NULL for
 * unknown; it is not NUL-terminated and lives until the next call.
 */
enum rc history_reader_next(struct history_reader *r, int64_t *time, const char **state,
    size_t *len);

/* Whether the text is a finite number, as in "21.5", "-3", "1e-7". */
bool history_number(const char *s, size_t len, double *out);

#endif
