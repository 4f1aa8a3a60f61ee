/* SPDX-License-Identifier: ISC
 *
 * The button that starts a device anew.
 */
#include "shared/adapters/adapter_tasmota_int.h"

static const struct tasmota_read reads[] = {
	{ 't', TASMOTA_LWT, false, "LWT" },
};

static enum report_result
decode(struct tasmota_decode *d)
{
	(void)d;
	return REPORT_NOTHING;
}

static enum rc
encode(struct tasmota_encode *e)
{
	return tasmota_encode_send(e, "Restart", "1");
}

/* Nobody presses a button of who is asleep. */
void
tasmota_restart_entity(struct tasmota_reading *r)
{
	struct announced_entity e = { .domain = "button", .name = "Restart", .device_class = "restart",
		.category = "config", .enabled = true,
		.unique_id = mem_printf(r->b.a, "%s_button_restart", r->mac) };
	struct js *config = js_new_object();

	js_set(config, "kind", js_new_string("restart"));
	if (js_bool(js_get(r->device, "sleeps"), false))
		js_free(config);
	else
		tasmota_reading_add(r, &e, config, js_new_object());
}

const struct tasmota_kind tasmota_restart = {
	.name = "restart",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.decode = decode, .encode = encode,
};
