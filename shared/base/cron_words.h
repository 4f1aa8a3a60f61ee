/* SPDX-License-Identifier: ISC
 *
 * Repeating moments as people say them.
 */
#ifndef CRON_WORDS_H
#define CRON_WORDS_H

#include "shared/base/buf.h"

/*
 * A time_pattern whose fields cron_parse_pattern takes, NULL where it is not given: "every 5 seconds", "at minute 30 of
 * every hour", "every 2 hours at minute 0". The dashboard says the same (patternText in www/src/rule_time_text.js).
 */
void cron_words_pattern(struct buf *b, const char *hours, const char *minutes, const char *seconds);

#endif
