/* SPDX-License-Identifier: ISC
 *
 * What is announced becomes entities.
 */
#include <string.h>

#include "shared/adapters/adapter_frigate_int.h"

void
frigate_build_add(struct frigate_build *s, const char *camera, const struct frigate_thing *t)
{
	struct announced_entity e = {
		.domain = t->domain, .name = mem_strdup(s->b.a, t->name), .device_class = t->device_class,
		.unit = t->unit, .icon = t->icon, .category = t->category, .enabled = t->enabled,
		.unique_id = mem_printf(s->b.a, "%s:%s:%s:%s", s->prefix, camera, t->kind, t->what),
	};
	struct js *config = js_new_object();

	js_set(config, "kind", js_new_string(t->kind));
	js_set(config, "prefix", js_new_string(s->prefix));
	js_set(config, "camera", js_new_string(camera));
	js_set(config, "what", js_new_string(t->what));
	adapter_family_add(&s->b, &e, config, NULL);
}

/* What can be switched: the word in the list of cameras (NULL: always there), in topics, for people. */
static const struct {
	const char	*key, *what, *name;
} features[] = {
	{ "enabled", "enabled", "enabled" },
	{ "detect", "detect", "detect" },
	{ "record", "recordings", "recordings" },
	{ "snapshots", "snapshots", "snapshots" },
	{ "audio", "audio", "audio" },
	{ "audio_transcription", "audio_transcription", "audio transcription" },
	{ "autotracking", "ptz_autotracker", "PTZ autotracker" },
	{ "notifications", "notifications", "notifications" },
	{ "alerts", "review_alerts", "review alerts" },
	{ "detections", "review_detections", "review detections" },
	{ "object_descriptions", "object_descriptions", "object descriptions" },
	{ "review_descriptions", "review_descriptions", "review descriptions" },
	{ NULL, "motion", "motion detection" },
	{ NULL, "improve_contrast", "improve contrast" },
	{ NULL, "birdseye", "birdseye" },
};

/* What every camera has; what is of use to few is disabled at first. */
static const struct frigate_thing things[] = {
	{ "motion", "", "motion", "binary_sensor", "motion", NULL, NULL, NULL, true },
	{ "sound", "all", "sound", "binary_sensor", "sound", NULL, NULL, NULL, true },
	{ "level", "dBFS", "sound level", "sensor", NULL, "dB", NULL, NULL, false },
	{ "level", "rms", "sound RMS", "sensor", NULL, NULL, NULL, NULL, false },
	{ "count", "all", "object count", "sensor", NULL, "objects", NULL, NULL, true },
	{ "active", "all", "active object count", "sensor", NULL, "objects", NULL, NULL, true },
	{ "review", "", "review status", "sensor", "enum", NULL, NULL, NULL, true },
	{ "event", "", "events", "event", NULL, NULL, NULL, NULL, true },
	{ "reviews", "", "reviews", "event", NULL, NULL, NULL, NULL, true },
	{ "stream", "detect", "stream", "sensor", "enum", NULL, NULL, "diagnostic", false },
	{ "stream", "record", "recording stream", "sensor", "enum", NULL, NULL, "diagnostic", false },
	{ "stream", "audio", "audio stream", "sensor", "enum", NULL, NULL, "diagnostic", false },
	{ "number", "motion_threshold", "motion threshold", "number", NULL, NULL, NULL, "config", true },
	{ "number", "motion_contour_area", "motion contour area", "number", NULL, NULL, NULL, "config", true },
	{ "mode", "birdseye_mode", "birdseye mode", "select", NULL, NULL, NULL, "config", true },
	{ "tracking", "", "PTZ autotracker active", "binary_sensor", NULL, NULL, NULL, NULL, false },
	{ "stat", "camera_fps", "camera FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
	{ "stat", "detection_fps", "detection FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
	{ "stat", "process_fps", "process FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
	{ "stat", "skipped_fps", "skipped FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
};

/* Whether a camera can be moved it does not say, but one that follows objects by itself can. */
static const struct frigate_thing moves[] = {
	{ "ptz", "MOVE_UP", "move up", "button", NULL, NULL, NULL, NULL, false },
	{ "ptz", "MOVE_DOWN", "move down", "button", NULL, NULL, NULL, NULL, false },
	{ "ptz", "MOVE_LEFT", "move left", "button", NULL, NULL, NULL, NULL, false },
	{ "ptz", "MOVE_RIGHT", "move right", "button", NULL, NULL, NULL, NULL, false },
	{ "ptz", "ZOOM_IN", "zoom in", "button", NULL, NULL, NULL, NULL, false },
	{ "ptz", "ZOOM_OUT", "zoom out", "button", NULL, NULL, NULL, NULL, false },
	{ "ptz", "STOP", "stop moving", "button", NULL, NULL, NULL, NULL, false },
};
#define COUNT(list) (sizeof(list) / sizeof(list[0]))

static void
add_named(struct frigate_build *s, const char *camera, const struct frigate_thing *t, bool enabled)
{
	struct frigate_thing named = *t;

	named.name = mem_printf(s->b.a, "%s %s", adapter_family_title(camera, s->b.a), t->name);
	named.enabled = enabled;
	frigate_build_add(s, camera, &named);
}

void
frigate_build_camera(struct frigate_build *s, const char *camera, const struct js *config)
{
	bool moving = js_bool(js_get(config, "autotracking"), false);
	size_t i;

	for (i = 0; i < COUNT(things); i++)
		add_named(s, camera, &things[i], things[i].enabled);
	for (i = 0; i < COUNT(features); i++) {
		struct frigate_thing t = { .kind = "switch", .what = features[i].what, .domain = "switch",
			.category = "config", .name = features[i].name };

		if (features[i].key == NULL || js_get(config, features[i].key) != NULL)
			add_named(s, camera, &t, true);
	}
	for (i = 0; i < COUNT(moves); i++)
		add_named(s, camera, &moves[i], moving);
}

void
frigate_build_system(struct frigate_build *s)
{
	static const struct frigate_thing system[] = {
		{ "stat", "detection_fps", "Detection FPS", "sensor", NULL, "fps", NULL, "diagnostic", true },
		{ "update", "", "Version", "update", NULL, NULL, NULL, "diagnostic", true },
		{ "restart", "", "Restart", "button", "restart", NULL, NULL, "config", true },
	};
	size_t i;

	for (i = 0; i < COUNT(system); i++)
		frigate_build_add(s, "", &system[i]);
}
