/* SPDX-License-Identifier: ISC
 *
 * The firmware of a device, and the button that starts the device anew.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"
#include "shared/adapters/adapter_value.h"
#include "shared/domain/feature.h"

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *version = shelly_decode_text(config, "version");

	if (version == NULL)
		return fault_set(f, RC_INVALID, "version", "no version");
	b->own = mem_xstrdup(version);
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "supported_features", js_new_int(FEATURE_UPDATE_INSTALL | FEATURE_UPDATE_PROGRESS));
}

/* It names what there is beyond what runs; nothing means that this is the newest. */
static enum report_result
decode(struct shelly_decode *d)
{
	const struct js *updates = js_get(d->o, "available_updates");
	const char *stable = shelly_decode_text(js_get(updates, "stable"), "version");
	const char *installed = d->b->own;

	if (js_type(updates) != JS_OBJECT)
		return REPORT_NOTHING;
	adapter_report_put(d->r, "installed_version", js_new_string(installed));
	adapter_report_put(d->r, "latest_version", js_new_string(stable != NULL ? stable : installed));
	return adapter_family_set(d->r, stable != NULL && strcmp(stable, installed) != 0 ? "on" : "off");
}

/* {"event": "ota_progress", "progress_percent": 40}, between "ota_begin" and "ota_success" or "ota_error" */
static enum report_result
happened(struct shelly_decode *d, const char *event)
{
	const struct js *percent = js_get(d->o, "progress_percent");
	bool running = strcmp(event, "ota_begin") == 0 || strcmp(event, "ota_progress") == 0;

	if (strncmp(event, "ota_", 4) != 0)
		return REPORT_NOTHING;
	adapter_report_put(d->r, "in_progress", js_new_bool(running));
	adapter_report_put(d->r, "update_percentage",
	    running && js_is_number(percent) ? js_ref(percent) : js_new_null());
	return REPORT_OK;
}

static const char *
encode(struct shelly_encode *e, struct js *params)
{
	(void)e;
	js_set(params, "stage", js_new_string("stable"));
	return "Shelly.Update";
}

const struct shelly_kind shelly_update = {
	.name = "update", .setup = setup, .describe = describe, .decode = decode,
	.happened = happened, .encode = encode,
};

static const char *
encode_restart(struct shelly_encode *e, struct js *params)
{
	(void)e;
	(void)params;
	return "Shelly.Reboot";
}

/* Seconds of running, as the moment it began. */
static enum report_result
decode_started(struct shelly_decode *d)
{
	const char *state = adapter_value_started(js_int(js_get(d->o, "uptime"), -1), d->m->now_ms,
	    d->now->state, d->a);

	return state == NULL ? REPORT_NOTHING : adapter_family_set(d->r, state);
}

const struct shelly_kind shelly_started = {
	.name = "started", .decode = decode_started,
};

const struct shelly_kind shelly_restart = {
	.name = "restart", .encode = encode_restart,
};
