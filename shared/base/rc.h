/* SPDX-License-Identifier: ISC
 *
 * The one vocabulary of outcomes. Every function that can fail returns an enum rc; who wants to tell
 * a person why passes a struct fault. cgi/problem.c alone turns an rc into an HTTP status.
 */
#ifndef RC_H
#define RC_H

#include <stdbool.h>

enum rc {
	RC_OK,
	RC_INVALID,	/* the input is wrong: malformed, wrong type, out of range, unknown field */
	RC_TOO_LARGE,	/* the input is larger or deeper than allowed */
	RC_UNAUTHORIZED, /* nobody we know */
	RC_FORBIDDEN,	/* known, but may not */
	RC_NOT_FOUND,
	RC_EXISTS,	/* conflicts with something that is there already */
	RC_PRECONDITION, /* If-Match does not hold */
	RC_REFUSED,	/* understood, but a rule of the house forbids it */
	RC_UNSUPPORTED,	/* the thing cannot do this */
	RC_LIMITED,	/* too many, too fast */
	RC_BUSY,	/* held by somebody else: try again */
	RC_TIMEOUT,
	RC_DOWN,	/* something we depend on is not there */
	RC_FULL,	/* no space left: reading still works */
	RC_ERROR,	/* a defect or an unexpected answer of the system */
	RC__MAX
};

/* RC_FULL, RC_BUSY, RC_DOWN: whoever tries something else now fares no better; later it may work. */
bool rc_is_common(enum rc rc);

/* Why something failed, for a person. Owned by the caller; zero it before use. */
struct fault {
	enum rc	rc;
	char	field[256];	/* the offending input, "" when none */
	char	msg[256];	/* one sentence, no full stop, says what to do where that is known */
};

/*
 * Fills *f (may be NULL) and returns rc, so that a failing function ends with
 * `return fault_set(f, RC_INVALID, "at", "...")`. A field of NULL means none.
 */
enum rc fault_set(struct fault *f, enum rc rc, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts the place of what contains it before f->field: "list[i]", or (i < 0) "list". Returns rc; f may be NULL. */
enum rc fault_in(struct fault *f, enum rc rc, const char *list, int i);

/* The stable lower-case name of rc ("not_found"): the `code` of problem documents and of logs. */
const char *rc_name(enum rc rc);

#endif
