/* SPDX-License-Identifier: ISC
 *
 * What the kinds share in reading messages.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"

enum report_result
shelly_decode_bad(struct shelly_decode *d, const char *why)
{
	fault_set(d->f, RC_INVALID, NULL, "%s: %.80s", why, d->m->payload);
	return REPORT_BAD;
}

const char *
shelly_decode_text(const struct js *o, const char *key)
{
	size_t n;
	const char *s = js_string(js_get(o, key), &n);

	return s != NULL && n > 0 && n <= SHELLY_TEXT_MAX && strlen(s) == n ? s : NULL;
}
