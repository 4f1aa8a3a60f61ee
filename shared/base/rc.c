/* SPDX-License-Identifier: ISC
 *
 * The names of the outcomes, and how a failing function says why.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/rc.h"

static const char *const names[] = {
	[RC_OK] = "ok",
	[RC_INVALID] = "invalid",
	[RC_TOO_LARGE] = "too_large",
	[RC_UNAUTHORIZED] = "unauthorized",
	[RC_FORBIDDEN] = "forbidden",
	[RC_NOT_FOUND] = "not_found",
	[RC_EXISTS] = "exists",
	[RC_PRECONDITION] = "precondition",
	[RC_REFUSED] = "refused",
	[RC_UNSUPPORTED] = "unsupported",
	[RC_LIMITED] = "limited",
	[RC_BUSY] = "busy",
	[RC_TIMEOUT] = "timeout",
	[RC_DOWN] = "down",
	[RC_FULL] = "full",
	[RC_ERROR] = "error",
};
static_assert(sizeof(names) / sizeof(names[0]) == RC__MAX, "every rc has a name");

enum rc
fault_set(struct fault *f, enum rc rc, const char *field, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return rc;
	f->rc = rc;
	strlcpy(f->field, field != NULL ? field : "", sizeof(f->field));
	va_start(ap, fmt);
	vsnprintf(f->msg, sizeof(f->msg), fmt, ap);
	va_end(ap);
	return rc;
}

enum rc
fault_in(struct fault *f, enum rc rc, const char *list, int i)
{
	char inner[sizeof(f->field)];

	if (f == NULL)
		return rc;
	strlcpy(inner, f->field, sizeof(inner));
	if (i >= 0)
		snprintf(f->field, sizeof(f->field), "%s[%d]", list, i);
	else
		strlcpy(f->field, list, sizeof(f->field));
	if (*inner != '\0' && *inner != '[')
		strlcat(f->field, ".", sizeof(f->field));
	strlcat(f->field, inner, sizeof(f->field));
	return rc;
}

const char *
rc_name(enum rc rc)
{
	return (unsigned int)rc < RC__MAX ? names[rc] : "error";
}

bool
rc_is_common(enum rc rc)
{
	return rc == RC_FULL || rc == RC_BUSY || rc == RC_DOWN;
}
