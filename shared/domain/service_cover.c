/* SPDX-License-Identifier: ISC
 *
 * cover: open, close, a position, a tilt.
 */
#include <string.h>

#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

static const struct service_field position[] = {
	{ NUMBER("position", SERVICE_INT, 0, 100), .required = true,
	    .attribute = "current_position", .tolerance = 2 },
	{ 0 },
};
static const struct service_field tilt[] = {
	{ NUMBER("tilt_position", SERVICE_INT, 0, 100), .required = true,
	    .attribute = "current_tilt_position", .tolerance = 2 },
	{ 0 },
};

/* Slats that let nothing through are opened, others closed. */
static enum rc
resolve_tilt(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	struct js *attributes = NULL;

	(void)caps;
	(void)data;
	(void)f;
	js_parse(e->state.attributes, strlen(e->state.attributes), JS_LAX_KEYS, &attributes, NULL);
	*s = service_find("cover", js_real(js_get(attributes, "current_tilt_position"), 0) > 0 ?
	    "close_cover_tilt" : "open_cover_tilt");
	js_free(attributes);
	return RC_OK;
}

const struct service service_cover[] = {
	{ .domain = "cover", .name = "open_cover", .feature = FEATURE_COVER_OPEN,
	    .expect = { "open", "opening" } },
	{ .domain = "cover", .name = "close_cover", .feature = FEATURE_COVER_CLOSE,
	    .expect = { "closed", "closing" } },
	{ .domain = "cover", .name = "stop_cover", .feature = FEATURE_COVER_STOP, .blind = true },
	{ .domain = "cover", .name = "set_cover_position", .fields = position,
	    .feature = FEATURE_COVER_POSITION, .patience_s = 120 },
	{ .domain = "cover", .name = "open_cover_tilt", .part = "tilt", .feature = FEATURE_COVER_OPEN_TILT,
	    .blind = true },
	{ .domain = "cover", .name = "close_cover_tilt", .part = "tilt", .feature = FEATURE_COVER_CLOSE_TILT,
	    .blind = true },
	{ .domain = "cover", .name = "stop_cover_tilt", .part = "tilt", .feature = FEATURE_COVER_STOP_TILT,
	    .blind = true },
	{ .domain = "cover", .name = "set_cover_tilt_position", .part = "tilt", .fields = tilt,
	    .feature = FEATURE_COVER_TILT_POSITION, .patience_s = 120 },
	{ .domain = "cover", .name = "toggle_cover_tilt", .part = "tilt",
	    .feature = FEATURE_COVER_OPEN_TILT | FEATURE_COVER_CLOSE_TILT, .once = true, .blind = true,
	    .resolve = resolve_tilt },
	{ .domain = "cover", .name = "toggle", .once = true, .when = { "closed", "closing" },
	    .then = "open_cover", .otherwise = "close_cover" },
	{ 0 },
};

static const struct reversal_field position_before[] = {
	{ WAS("position", "current_position") },
	{ 0 },
};
static const struct reversal_field tilt_before[] = {
	{ WAS("tilt_position", "current_tilt_position") },
	{ 0 },
};

#define GATES .classes = { "garage", "gate", "door" }, \
	.why = "a gate or door that moves by itself may let somebody in or hit somebody"
const struct reversal reversal_cover[] = {
	{ .service = "set_cover_position", .fields = position_before, GATES },
	{ .service = "set_cover_position", .fields = position_before },
	{ .states = { "closed", "closing" }, .service = "close_cover", GATES },
	{ .states = { "closed", "closing" }, .service = "close_cover" },
	{ .states = { "open", "opening" }, .service = "open_cover", GATES },
	{ .states = { "open", "opening" }, .service = "open_cover" },
	{ .why = "where it stood is not known" },
	{ .part = "tilt", .service = "set_cover_tilt_position", .fields = tilt_before },
	{ 0 },
};
