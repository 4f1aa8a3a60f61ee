/* SPDX-License-Identifier: ISC
 *
 * What the kinds share in reading messages.
 */
#include <stdio.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

enum report_result
tasmota_decode_bad(struct tasmota_decode *d, const char *why)
{
	fault_set(d->f, RC_INVALID, NULL, "%s: %.80s", why, d->m->payload);
	return REPORT_BAD;
}

const char *
tasmota_decode_word(const struct tasmota_decode *d, const char *text)
{
	const struct tasmota_device *device = d->b->device;

	if (text == NULL)
		return NULL;
	if (strcmp(text, device->words[1]) == 0)
		return "on";
	return strcmp(text, device->words[0]) == 0 ? "off" : NULL;
}

const char *
tasmota_decode_power(const struct tasmota_decode *d)
{
	char key[16];
	const char *text = NULL;

	if (d->o == NULL)
		return tasmota_decode_word(d, d->m->payload);
	if (d->b->index == 0)
		text = js_get_string(d->o, "POWER");
	if (text == NULL) {
		snprintf(key, sizeof(key), "POWER%d", d->b->index + 1);
		text = js_get_string(d->o, key);
	}
	return tasmota_decode_word(d, text);
}
