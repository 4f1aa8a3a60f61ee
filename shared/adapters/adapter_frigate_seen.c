/* SPDX-License-Identifier: ISC
 *
 * What a camera sees: an object, from the first time to the last, and the review that several of them make.
 */
#include <string.h>

#include "shared/adapters/adapter_frigate_int.h"
#include "shared/domain/event.h"

#define WORDS_MAX 50	/* of a list */

static const char *const types[] = { "new", "update", "end", "genai" };
#define EVENT_TYPES 3	/* an object has no summary */
#define REVIEW_TYPES 4

static struct js *
text_or_null(const struct js *v)
{
	size_t n;
	const char *s = js_string(v, &n);

	return s != NULL && n <= FRIGATE_TEXT_MAX ? js_ref(v) : js_new_null();
}

/* The texts of a list. */
static struct js *
words_of(const struct js *list)
{
	struct js *out = js_new_array();
	const char *s;
	size_t i, n;

	for (i = 0; js_type(list) == JS_ARRAY && i < js_size(list) && js_size(out) < WORDS_MAX; i++)
		if ((s = js_string(js_at(list, i), &n)) != NULL && n <= FRIGATE_TEXT_MAX)
			js_append(out, js_ref(js_at(list, i)));
	return out;
}

/* An attribute, which the event in the log has too; v is taken over. */
static void
tell(struct report *r, const char *name, struct js *v)
{
	js_set(r->data, name, js_ref(v));
	adapter_report_put(r, name, v);
}

/* What happened to what is seen now, if it concerns this camera. REPORT_OK: *after and *type are it. */
static enum report_result
open_message(struct frigate_decode *d, size_t n_types, const struct js **after, const struct js **type)
{
	const struct js *o = message_json(d->m);
	const char *camera, *word;
	size_t i;

	*after = js_get(o, "after");
	*type = js_get(o, "type");
	camera = js_get_string(*after, "camera");
	word = js_string(*type, NULL);
	if (camera == NULL || word == NULL)
		return frigate_decode_bad(d, "nothing that a camera saw");
	if (d->m->retain || strcmp(camera, d->b->camera) != 0)
		return REPORT_NOTHING;
	for (i = 0; i < n_types && strcmp(types[i], word) != 0; i++)
		continue;
	return i < n_types ? REPORT_OK : frigate_decode_bad(d, "no type of event that we know");
}

/* {"type": "new" | "update" | "end", "before": {...}, "after": {...}}: the object as it is now. */
enum report_result
frigate_seen_event(struct frigate_decode *d)
{
	const struct js *after, *type, *v;
	enum report_result result = open_message(d, EVENT_TYPES, &after, &type);

	if (result != REPORT_OK)
		return result;
	d->r->event = EVENT_OBJECT_DETECTED;
	d->r->data = js_new_object();
	js_set(d->r->data, "type", js_ref(type));
	js_set(d->r->data, "camera", js_ref(js_get(after, "camera")));
	tell(d->r, "label", text_or_null(js_get(after, "label")));
	/* who it is, and how sure that is; older ones say only who */
	v = js_get(after, "sub_label");
	tell(d->r, "sub_label", text_or_null(js_type(v) == JS_ARRAY ? js_at(v, 0) : v));
	tell(d->r, "id", text_or_null(js_get(after, "id")));
	v = js_get(after, "score");
	tell(d->r, "score", js_is_number(v) ? js_ref(v) : js_new_null());
	tell(d->r, "zones", words_of(js_get(after, "current_zones")));
	if ((v = js_get(after, "stationary")) != NULL)
		adapter_report_put(d->r, "stationary", js_new_bool(js_bool(v, false)));
	if ((v = js_get(after, "recognized_license_plate")) != NULL)
		adapter_report_put(d->r, "license_plate", text_or_null(js_type(v) == JS_ARRAY ? js_at(v, 0) : v));
	return adapter_family_happened(d->r, js_string(type, NULL), d->m->now_ms, d->a);
}

/* As an event, of all that happens at a time; a summary may be written of it later. */
enum report_result
frigate_seen_review(struct frigate_decode *d)
{
	static const char *const lists[] = { "objects", "sub_labels", "zones", "audio" };
	const struct js *after, *type, *data;
	enum report_result result = open_message(d, REVIEW_TYPES, &after, &type);
	size_t i;

	if (result != REPORT_OK)
		return result;
	data = js_get(after, "data");
	adapter_report_put(d->r, "id", text_or_null(js_get(after, "id")));
	adapter_report_put(d->r, "severity", text_or_null(js_get(after, "severity")));
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		adapter_report_put(d->r, lists[i], words_of(js_get(data, lists[i])));
	return adapter_family_happened(d->r, js_string(type, NULL), d->m->now_ms, d->a);
}

void
frigate_seen_describe_event(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "event_types", frigate_decode_list(types, EVENT_TYPES));
}

void
frigate_seen_describe_review(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "event_types", frigate_decode_list(types, REVIEW_TYPES));
}
