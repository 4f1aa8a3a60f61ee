/* SPDX-License-Identifier: ISC
 *
 * Frigate says that it is there, and is asked for its cameras. Which things it looks for it does not say:
 * a label (and the zones it is seen in) is announced when the first one was seen.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_frigate_int.h"
#include "shared/base/field.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"

struct building {
	struct mem_arena	*a;
	const char		*prefix, *source;
	struct announced_entity	*entities;
	size_t			 n;
};

/* An entity by its kind. */
struct thing {
	const char	*kind, *what, *name;
	const char	*domain, *device_class, *unit, *icon, *category;
	bool		 enabled;
};

void
frigate_discovery_forget(struct adapter *ad)
{
	char *text;
	size_t i = 0;

	while ((text = map_next(&ad->seen, &i)) != NULL)
		free(text);
	map_free(&ad->seen);
}

static const char *
text_of(const struct js *v, struct mem_arena *a)
{
	struct buf b = { 0 };
	const char *text;

	js_dump(v, &b);
	text = mem_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return text;
}

static void
put(struct building *s, const char *camera, const struct thing *t, const struct binding *b,
    const struct js *config)
{
	struct js *caps = js_new_object();
	struct announced_entity *e;

	if (b->kind->describe != NULL)
		b->kind->describe(caps);
	s->entities = mem_grow(s->a, s->entities, s->n, s->n + 1, sizeof(*s->entities));
	e = &s->entities[s->n++];
	*e = (struct announced_entity){
		.component = t->domain, .domain = t->domain, .name = mem_strdup(s->a, t->name),
		.device_class = t->device_class, .unit = t->unit, .icon = t->icon, .category = t->category,
		.enabled = t->enabled, .source = s->source,
		.unique_id = mem_printf(s->a, "%s:%s:%s:%s", s->prefix, camera, t->kind, t->what),
		.config = text_of(config, s->a), .capabilities = text_of(caps, s->a),
	};
	js_free(caps);
}

/* Bound once here, so that a bad one never gets in. */
static void
add(struct building *s, const char *camera, const struct thing *t)
{
	struct js *config = js_new_object();
	struct binding *b = NULL;
	struct fault f = { 0 };

	js_set(config, "kind", js_new_string(t->kind));
	js_set(config, "prefix", js_new_string(s->prefix));
	js_set(config, "camera", js_new_string(camera));
	js_set(config, "what", js_new_string(t->what));
	if (frigate_binding_new(config, false, &b, &f) == RC_OK)
		put(s, camera, t, b, config);
	else {
		metric_add_label(METRIC_MQTT_DROPPED, "announcement", 1);
		log_info(s->source, "%s left out: %s", t->kind, f.msg);
	}
	frigate_binding_free(b);
	js_free(config);
}

/* One device for Frigate and all of its cameras. */
static const struct announced_device *
new_device(const struct building *s)
{
	struct announced_device *d = mem_zalloc(s->a, sizeof(*d));
	struct device_identifier *id = mem_zalloc(s->a, sizeof(*id));

	id->kind = "frigate";
	id->value = s->prefix;
	d->identifiers = id;
	d->n_identifiers = 1;
	d->name = "Frigate";
	d->manufacturer = "Frigate";
	d->model = "Network video recorder";
	return d;
}

/* "front_door" as "Front door". */
static const char *
title(const char *name, struct mem_arena *a)
{
	char *text = mem_strdup(a, name), *p;

	for (p = text; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	if (*text >= 'a' && *text <= 'z')
		*text = (char)(*text - 'a' + 'A');
	return text;
}

static enum rc
finish(struct building *s, struct announcement *out)
{
	*out = (struct announcement){ .adapter = "frigate", .source = s->source,
		.device = new_device(s), .entities = s->entities, .n = s->n };
	return RC_OK;
}

/* ---- cameras ---- */

/* What can be switched: the word in the list of cameras (NULL: always there), in topics, for people. */
static const struct {
	const char	*key, *what, *name;
} features[] = {
	{ "enabled", "enabled", "enabled" },
	{ "detect", "detect", "detect" },
	{ "record", "recordings", "recordings" },
	{ "snapshots", "snapshots", "snapshots" },
	{ "audio", "audio", "audio" },
	{ "autotracking", "ptz_autotracker", "PTZ autotracker" },
	{ "notifications", "notifications", "notifications" },
	{ "alerts", "review_alerts", "review alerts" },
	{ "detections", "review_detections", "review detections" },
	{ NULL, "motion", "motion detection" },
	{ NULL, "improve_contrast", "improve contrast" },
};

static const struct thing per_camera[] = {
	{ "motion", "", "motion", "binary_sensor", "motion", NULL, NULL, NULL, true },
	{ "review", "", "review status", "sensor", "enum", NULL, NULL, NULL, true },
	{ "event", "", "events", "event", NULL, NULL, NULL, NULL, true },
	{ "stat", "camera_fps", "camera FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
	{ "stat", "detection_fps", "detection FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
	{ "stat", "process_fps", "process FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
	{ "stat", "skipped_fps", "skipped FPS", "sensor", NULL, "fps", NULL, "diagnostic", false },
};

static void
add_camera(struct building *s, const char *camera, const struct js *config)
{
	const char *name = title(camera, s->a);
	struct thing t;
	size_t i;

	for (i = 0; i < sizeof(per_camera) / sizeof(per_camera[0]); i++) {
		t = per_camera[i];
		t.name = mem_printf(s->a, "%s %s", name, t.name);
		add(s, camera, &t);
	}
	for (i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (features[i].key != NULL && js_get(config, features[i].key) == NULL)
			continue;
		t = (struct thing){ .kind = "switch", .what = features[i].what, .domain = "switch",
			.enabled = true, .category = "config",
			.name = mem_printf(s->a, "%s %s", name, features[i].name) };
		add(s, camera, &t);
	}
}

static enum rc
read_cameras(struct building *s, const struct js *o, struct announcement *out, struct fault *f)
{
	static const struct thing all = { "stat", "detection_fps", "Detection FPS", "sensor", NULL, "fps",
		NULL, "diagnostic", true };
	const char *camera;
	void *it;
	size_t n = 0;

	if (js_type(o) != JS_OBJECT)
		return fault_set(f, RC_INVALID, NULL, "no list of cameras");
	add(s, "", &all);
	for (it = js_iter(o); it != NULL && n < FRIGATE_CAMERAS_MAX; it = js_iter_next(o, it), n++) {
		camera = js_iter_key(it);
		if (!frigate_binding_name(camera, strlen(camera)) ||
		    js_type(js_iter_value(it)) != JS_OBJECT) {
			metric_add_label(METRIC_MQTT_DROPPED, "announcement", 1);
			log_info(s->source, "camera left out: no name of one");
			continue;
		}
		add_camera(s, camera, js_get(js_iter_value(it), "config"));
	}
	return finish(s, out);
}

/* ---- what they see ---- */

/* True for the first time that this source is heard of. */
static bool
is_new(struct adapter *ad, const char *source)
{
	char *text;

	if (map_get(&ad->seen, source) != NULL || ad->seen.n >= FRIGATE_SEEN_MAX)
		return false;
	text = mem_xstrdup(source);
	map_put(&ad->seen, text, text);
	return true;
}

/* place: a camera, which also has pictures, or a zone. */
static enum rc
read_label(struct building *s, const char *place, const char *label, bool is_camera,
    struct announcement *out)
{
	const char *name = mem_printf(s->a, "%s %s", title(place, s->a), label);
	struct thing count = { .kind = "count", .what = label, .name = mem_printf(s->a, "%s count", name),
		.domain = "sensor", .unit = "objects", .enabled = true };
	struct thing image = { .kind = "image", .what = label, .name = name, .domain = "image",
		.enabled = true };

	add(s, place, &count);
	if (is_camera)
		add(s, place, &image);
	return finish(s, out);
}

/* One message announces one new place; the object's next message the next one. */
static enum rc
read_event(struct adapter *ad, struct building *s, const struct js *o, struct announcement *out,
    struct fault *f)
{
	const struct js *after = js_get(o, "after"), *zones = js_get(after, "entered_zones");
	const char *camera = js_get_string(after, "camera"), *label = js_get_string(after, "label");
	const char *place = camera;
	size_t i;

	if (camera == NULL || label == NULL)
		return RC_NOT_FOUND;	/* somebody else's events */
	if (!frigate_binding_name(label, strlen(label)))
		return fault_set(f, RC_INVALID, "label", "no label");
	for (i = 0; place != NULL; place = js_string(js_at(zones, i++), NULL)) {
		if (!frigate_binding_name(place, strlen(place)))
			return fault_set(f, RC_INVALID, "camera", "no camera or zone");
		s->source = mem_printf(s->a, "%s/%s/%s", s->prefix, place, label);
		if (is_new(ad, s->source))
			return read_label(s, place, label, i == 0, out);
	}
	return RC_NOT_FOUND;
}

/* ---- which message it is ---- */

static enum rc
read_available(struct building *s, const struct message *m, struct announcement *out)
{
	struct outgoing *ask;

	if (m->len != 6 || memcmp(m->payload, "online", 6) != 0)
		return RC_NOT_FOUND;
	ask = mem_zalloc(s->a, sizeof(*ask));
	*ask = (struct outgoing){ .topic = mem_printf(s->a, "%s/onConnect", s->prefix), .payload = "",
		.qos = 1 };
	out->asks = ask;
	out->n_asks = 1;
	return RC_NOT_FOUND;
}

enum rc
frigate_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f)
{
	const char *last = strrchr(m->topic, '/');
	struct building s = { .a = a, .source = m->topic };

	(void)prefix;
	if (last == NULL || last == m->topic || last - m->topic > FRIGATE_PREFIX_MAX ||
	    !field_utf8(m->topic, strlen(m->topic)))
		return RC_NOT_FOUND;
	s.prefix = mem_strndup(a, m->topic, (size_t)(last - m->topic));
	if (strcmp(last, "/available") == 0)
		return read_available(&s, m, out);
	if (m->len > FRIGATE_PAYLOAD_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "message of more than %d bytes",
		    FRIGATE_PAYLOAD_MAX);
	if (strcmp(last, "/camera_activity") == 0)
		return read_cameras(&s, message_json(m), out, f);
	return strcmp(last, "/events") == 0 ? read_event(ad, &s, message_json(m), out, f) : RC_NOT_FOUND;
}
