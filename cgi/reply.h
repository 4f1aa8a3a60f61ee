/* SPDX-License-Identifier: ISC
 *
 * The answer as bytes: all at once, or line by line while a route's `finish` works on.
 */
#ifndef REPLY_H
#define REPLY_H

#include "cgi/request.h"

/* Sends head and body; nothing when the answer was streamed. */
void reply_send(struct request *r, struct buf *head);
/*
 * Sends a line of a route whose type is a stream of lines, before the first one the head, and empties `line`. Whoever
 * stands between must not wait for more. False: nobody reads any more.
 */
bool reply_line(struct request *r, struct buf *line);

#endif
