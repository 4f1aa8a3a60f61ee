/* SPDX-License-Identifier: ISC
 *
 * Regular expressions (owns PCRE2) as Python's re understands them: UTF-8, Unicode classes. A match
 * that would take too long is RC_LIMITED, so a hostile pattern costs a few milliseconds at most.
 */
#ifndef REGEX_H
#define REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/base/rc.h"

#define REGEX_PATTERN_MAX 4096	/* bytes of a pattern */
#define REGEX_GROUPS_MAX 32	/* groups of a match that are reported, the whole match included */

struct regex;	/* compiled; for one thread at a time */

struct regex_match {
	size_t	groups;				/* in the pattern, the whole match included */
	size_t	start[REGEX_GROUPS_MAX];	/* byte offsets; SIZE_MAX: took no part */
	size_t	end[REGEX_GROUPS_MAX];
};

/* RC_INVALID: malformed; RC_TOO_LARGE: longer than REGEX_PATTERN_MAX or too many groups. */
enum rc regex_compile(const char *pattern, size_t len, bool ignore_case, struct regex **out,
    struct fault *f);
void regex_free(struct regex *re);	/* NULL is legal */
/* Groups of the pattern, the whole match included. */
size_t regex_groups(const struct regex *re);
/* The number of a named group, 0 when there is none. */
size_t regex_group(const struct regex *re, const char *name);

/*
 * The first match in text[from..len). anchored: only at `from`. not_empty: an empty match at `from`
 * does not count. from > 0 goes on in a text that was searched from 0 before. RC_OK with *m filled,
 * RC_NOT_FOUND, RC_LIMITED, RC_INVALID (the text is no UTF-8).
 */
enum rc regex_search(const struct regex *re, const char *text, size_t len, size_t from, bool anchored,
    bool not_empty, struct regex_match *m);

#endif
