/* SPDX-License-Identifier: ISC
 *
 * Frigate says that it is there, and is asked for its cameras. Which things it looks for it does not say:
 * a label is announced when a camera counts it or the first one was seen, which also tells of zones, a sound when
 * it was heard.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_frigate_int.h"
#include "shared/base/field.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"

void
frigate_discovery_forget(struct adapter *ad)
{
	char *text;
	size_t i = 0;

	while ((text = map_next(&ad->seen, &i)) != NULL)
		free(text);
	map_free(&ad->seen);
}

/* One device for Frigate and all of its cameras. */
static const struct announced_device *
new_device(const struct frigate_build *s)
{
	struct announced_device *d = adapter_family_device(s->b.a, "frigate", s->prefix, "Frigate");

	d->manufacturer = "Frigate";
	d->model = "Network video recorder";
	return d;
}

static enum rc
finish(struct frigate_build *s, struct announcement *out)
{
	adapter_family_announce(&s->b, new_device(s), out);
	return RC_OK;
}

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

/* ---- cameras ---- */

static enum rc
read_cameras(struct frigate_build *s, const struct js *o, struct announcement *out, struct fault *f)
{
	const char *camera;
	void *it;
	size_t n = 0;

	if (js_type(o) != JS_OBJECT)
		return fault_set(f, RC_INVALID, NULL, "no list of cameras");
	frigate_build_system(s);
	for (it = js_iter(o); it != NULL && n < FRIGATE_CAMERAS_MAX; it = js_iter_next(o, it), n++) {
		camera = js_iter_key(it);
		if (!frigate_binding_name(camera, strlen(camera)) ||
		    js_type(js_iter_value(it)) != JS_OBJECT) {
			metric_add_label(METRIC_MQTT_DROPPED, "announcement", 1);
			log_info(s->b.source, "camera left out: no name of one");
			continue;
		}
		is_new(s->b.ad, mem_printf(s->b.a, "%s/%s", s->prefix, camera));
		frigate_build_camera(s, camera, js_get(js_iter_value(it), "config"));
	}
	return finish(s, out);
}

/* ---- what they see ---- */

/* place: a camera, which also has pictures, or a zone. */
static enum rc
read_label(struct frigate_build *s, const char *place, const char *label, bool is_camera,
    struct announcement *out)
{
	const char *name = mem_printf(s->b.a, "%s %s", adapter_family_title(place, s->b.a), label);
	struct frigate_thing count = { .kind = "count", .what = label, .name = mem_printf(s->b.a, "%s count", name),
		.domain = "sensor", .unit = "objects", .enabled = true };
	struct frigate_thing active = { .kind = "active", .what = label, .domain = "sensor", .unit = "objects",
		.name = mem_printf(s->b.a, "%s active count", name), .enabled = true };
	struct frigate_thing image = { .kind = "image", .what = label, .name = name, .domain = "image",
		.enabled = true };

	frigate_build_add(s, place, &count);
	frigate_build_add(s, place, &active);
	if (is_camera)
		frigate_build_add(s, place, &image);
	return finish(s, out);
}

/* One message announces one new place; the object's next message the next one. */
static enum rc
read_event(struct adapter *ad, struct frigate_build *s, const struct js *o, struct announcement *out,
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
		s->b.source = mem_printf(s->b.a, "%s/%s/%s", s->prefix, place, label);
		if (is_new(ad, s->b.source))
			return read_label(s, place, label, i == 0, out);
	}
	return RC_NOT_FOUND;
}

/* <prefix>/<camera>/<label>/active: a number, which Frigate sends for each label it looks for when it starts. */
static enum rc
read_count(struct adapter *ad, struct frigate_build *s, struct message *m, struct announcement *out)
{
	const char *source = s->prefix, *label = strrchr(source, '/'), *camera, *p;

	if (label == NULL)
		return RC_NOT_FOUND;
	camera = mem_strndup(s->b.a, source, (size_t)(label - source));
	p = strrchr(camera, '/');
	if (p == NULL || map_get(&ad->seen, camera) == NULL || js_type(message_json(m)) != JS_INT ||
	    strcmp(++label, "all") == 0 || !frigate_binding_name(label, strlen(label)) || !is_new(ad, source))
		return RC_NOT_FOUND;
	s->b.source = source;
	s->prefix = mem_strndup(s->b.a, camera, (size_t)(p - camera));
	return read_label(s, p + 1, label, true, out);
}

/* {camera: {label: {...}}} of what is heard now. As with events, one message announces one. */
static enum rc
read_sounds(struct adapter *ad, struct frigate_build *s, const struct js *o, struct announcement *out)
{
	struct frigate_thing sound = { .kind = "sound", .domain = "binary_sensor", .device_class = "sound",
		.enabled = true };
	const char *camera;
	void *it, *in;

	for (it = js_iter(o); it != NULL; it = js_iter_next(o, it)) {
		camera = js_iter_key(it);
		for (in = js_iter(js_iter_value(it)); in != NULL; in = js_iter_next(js_iter_value(it), in)) {
			sound.what = js_iter_key(in);
			s->b.source = mem_printf(s->b.a, "%s/%s/audio/%s", s->prefix, camera, sound.what);
			if (!frigate_binding_name(camera, strlen(camera)) ||
			    !frigate_binding_name(sound.what, strlen(sound.what)) || !is_new(ad, s->b.source))
				continue;
			sound.name = mem_printf(s->b.a, "%s %s", adapter_family_title(camera, s->b.a), sound.what);
			frigate_build_add(s, camera, &sound);
			return finish(s, out);
		}
	}
	return RC_NOT_FOUND;
}

/* ---- which message it is ---- */

static enum rc
read_available(struct frigate_build *s, const struct message *m, struct announcement *out)
{
	struct outgoing *ask;

	if (!adapter_family_says(m, "online"))
		return RC_NOT_FOUND;
	ask = mem_zalloc(s->b.a, sizeof(*ask));
	*ask = (struct outgoing){ .topic = mem_printf(s->b.a, "%s/onConnect", s->prefix), .payload = "",
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
	struct frigate_build s = { .b = { .family = &frigate_family, .ad = ad, .a = a, .source = m->topic } };

	(void)prefix;
	if (last == NULL || last == m->topic || last - m->topic > FRIGATE_PREFIX_MAX ||
	    !field_utf8(m->topic, strlen(m->topic)))
		return RC_NOT_FOUND;
	s.prefix = mem_strndup(a, m->topic, (size_t)(last - m->topic));
	if (strcmp(last, "/available") == 0)
		return read_available(&s, m, out);
	if (m->len > ANNOUNCEMENT_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "message of more than %d bytes",
		    ANNOUNCEMENT_MAX);
	if (strcmp(last, "/camera_activity") == 0)
		return read_cameras(&s, message_json(m), out, f);
	if (strcmp(last, "/audio_detections") == 0)
		return read_sounds(ad, &s, message_json(m), out);
	if (strcmp(last, "/active") == 0)
		return read_count(ad, &s, m, out);
	return strcmp(last, "/events") == 0 ? read_event(ad, &s, message_json(m), out, f) : RC_NOT_FOUND;
}
