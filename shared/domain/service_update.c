/* SPDX-License-Identifier: ISC
 *
 * update: install; skip and clear_skipped, which the house keeps to itself.
 */
#include <string.h>

#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"
#include "shared/domain/update.h"

/* There must be something to install or to skip, and no installation that runs already. */
static enum rc
resolve(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	bool install = strcmp((*s)->name, "install") == 0;
	const char *installed, *latest;
	const struct js *progress;
	struct js *o = NULL;
	enum rc rc = RC_OK;

	(void)caps;
	(void)data;
	if (e->state.attributes != NULL)
		js_parse(e->state.attributes, strlen(e->state.attributes), JS_LAX_KEYS, &o, NULL);
	installed = js_get_string(o, "installed_version");
	latest = js_get_string(o, "latest_version");
	progress = js_get(o, "in_progress");
	if (latest == NULL || (installed != NULL && strcmp(installed, latest) == 0))
		rc = fault_set(f, RC_UNSUPPORTED, "service", "there is no update to %s", (*s)->name);
	else if (install && !js_is_null(progress) && js_type(progress) != JS_FALSE)
		rc = fault_set(f, RC_UNSUPPORTED, "service", "the installation runs already");
	js_free(o);
	return rc;
}

static void
skip(const struct js *attributes, struct report *r)
{
	adapter_report_put(r, UPDATE_SKIPPED, js_ref(js_get(attributes, "latest_version")));
	r->has_state = true;
	r->state = "off";
}

static void
clear(const struct js *attributes, struct report *r)
{
	const char *installed = js_get_string(attributes, "installed_version");
	const char *latest = js_get_string(attributes, "latest_version");

	if (js_get(attributes, UPDATE_SKIPPED) == NULL)
		return;
	adapter_report_put(r, UPDATE_SKIPPED, NULL);
	if (installed == NULL || latest == NULL)
		return;
	r->has_state = true;
	r->state = update_newer(installed, latest) ? "on" : "off";
}

const struct service service_update[] = {
	{ .domain = "update", .name = "install", .feature = FEATURE_UPDATE_INSTALL, .once = true,
	    .expect = { "off" }, .resolve = resolve },
	{ .domain = "update", .name = "skip", .part = "offer", .expect = { "off" }, .resolve = resolve, .keep = skip },
	{ .domain = "update", .name = "clear_skipped", .part = "offer", .keep = clear },
	{ 0 },
};

const struct reversal reversal_update[] = {
	{ .why = "what was installed stays installed, and what was skipped is offered again by clear_skipped" },
	{ 0 },
};
