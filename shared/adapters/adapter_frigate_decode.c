/* SPDX-License-Identifier: ISC
 *
 * What the kinds share in reading messages.
 */
#include <string.h>

#include "shared/adapters/adapter_frigate_int.h"
#include "shared/base/clock.h"

enum report_result
frigate_decode_bad(struct frigate_decode *d, const char *why)
{
	fault_set(d->f, RC_INVALID, NULL, "%s (%zu bytes)", why, d->m->len);
	return REPORT_BAD;
}

enum report_result
frigate_decode_set_now(struct frigate_decode *d)
{
	char when[CLOCK_TEXT];

	return adapter_family_set(d->r, mem_strdup(d->a, clock_rfc3339(d->m->now_ms, when)));
}

struct js *
frigate_decode_list(const char *const *words, size_t n)
{
	struct js *list = js_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		js_append(list, js_new_string(words[i]));
	return list;
}
