/* SPDX-License-Identifier: ISC
 *
 * A relay: a switch, or a lamp that can only be on or off.
 */
#include <stdio.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

static const struct tasmota_read reads[] = {
	{ 's', TASMOTA_ROOT, false, "RESULT" },
	{ 't', TASMOTA_ROOT, false, "STATE" },
	{ 's', TASMOTA_ROOT, true, "STATE" },
	{ 's', TASMOTA_STS, false, "STATUS11" },
	{ 's', TASMOTA_POWER, false, "POWER%d" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	(void)f;
	/* Only a lamp has something to remember: that it is one. */
	if (js_bool(js_get(config, "light"), false))
		b->own = mem_xcalloc(1, 1);
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	struct js *modes;

	if (b->own == NULL)
		return;
	modes = js_new_array();
	js_append(modes, js_new_string("onoff"));
	js_set(caps, "supported_color_modes", modes);
}

static enum report_result
decode(struct tasmota_decode *d)
{
	const char *state = tasmota_decode_power(d);

	if (state == NULL)
		return REPORT_NOTHING;
	if (d->b->own != NULL)
		adapter_report_put(d->r, "color_mode", strcmp(state, "on") == 0 ?
		    js_new_string("onoff") : js_new_null());
	return adapter_family_set(d->r, state);
}

static enum rc
encode(struct tasmota_encode *e)
{
	char command[16];

	snprintf(command, sizeof(command), "Power%d", e->b->index + 1);
	return tasmota_encode_send(e, command,
	    e->b->device->words[tasmota_encode_service(e, "turn_on")]);
}

const struct tasmota_kind tasmota_relay = {
	.name = "relay",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.poll = "STATE", .poll_payload = "",
	.setup = setup, .describe = describe, .decode = decode, .encode = encode,
};
