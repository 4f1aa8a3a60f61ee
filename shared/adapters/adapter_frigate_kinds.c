/* SPDX-License-Identifier: ISC
 *
 * What there is to see and to switch: one row per kind of entity.
 */
#include <stdio.h>
#include <string.h>

#include "shared/adapters/adapter_frigate_int.h"
#include "shared/adapters/adapter_value.h"
#include "shared/base/clock.h"
#include "shared/domain/event.h"
#include "shared/domain/picture.h"

static enum report_result
bad(struct frigate_decode *d, const char *why)
{
	fault_set(d->f, RC_INVALID, NULL, "%s (%zu bytes)", why, d->m->len);
	return REPORT_BAD;
}

static enum report_result
set(struct frigate_decode *d, const char *state)
{
	d->r->has_state = true;
	d->r->state = state;
	return REPORT_OK;
}

static enum report_result
set_now(struct frigate_decode *d)
{
	char when[CLOCK_TEXT];

	return set(d, mem_strdup(d->a, clock_rfc3339(d->m->now_ms, when)));
}

static bool
is_word(const struct frigate_decode *d, const char *word)
{
	return d->m->len == strlen(word) && memcmp(d->m->payload, word, d->m->len) == 0;
}

static enum report_result
decode_switch(struct frigate_decode *d)
{
	if (!is_word(d, "ON") && !is_word(d, "OFF"))
		return bad(d, "neither ON nor OFF");
	return set(d, is_word(d, "ON") ? "on" : "off");
}

static enum report_result
decode_count(struct frigate_decode *d)
{
	double v;
	char text[32];

	if (!adapter_value_number(d->m->payload, d->m->len, &v) || v < 0 || v > 1e9)
		return bad(d, "no count");
	snprintf(text, sizeof(text), "%lld", (long long)v);
	return set(d, mem_strdup(d->a, text));
}

static enum report_result
decode_picture(struct frigate_decode *d)
{
	if (d->m->len > PICTURE_MAX)
		return bad(d, "the picture is too large");
	if (picture_type(d->m->payload, d->m->len) == NULL)
		return bad(d, "no picture");
	d->r->picture = d->m->payload;
	d->r->picture_len = d->m->len;
	return set_now(d);
}

static enum report_result
decode_review(struct frigate_decode *d)
{
	static const char *const states[][2] = {
		{ "NONE", "none" }, { "DETECTION", "detection" }, { "ALERT", "alert" },
	};
	size_t i;

	for (i = 0; i < 3; i++)
		if (is_word(d, states[i][0]))
			return set(d, states[i][1]);
	return bad(d, "no state of a review");
}

/* {"cameras": {camera: {what: number}}}, or {what: number} for all of them. */
static enum report_result
decode_stat(struct frigate_decode *d)
{
	const struct js *o = message_json(d->m), *v;
	struct buf text = { 0 };

	if (js_type(o) != JS_OBJECT)
		return bad(d, "no JSON object");
	if (d->b->camera[0] != '\0')
		o = js_get(js_get(o, "cameras"), d->b->camera);
	v = js_get(o, d->b->what);
	if (!js_is_number(v))
		return REPORT_NOTHING;
	adapter_value_text(v, &text);
	set(d, mem_strndup(d->a, buf_str(&text), text.len));
	buf_free(&text);
	return REPORT_OK;
}

/* ---- what was seen ---- */

static void
put(struct report *r, const char *name, const struct js *v)
{
	adapter_report_put(r, name, v != NULL ? js_ref(v) : js_new_null());
}

/* An attribute, which the event in the log has too. */
static void
tell(struct report *r, const char *name, const struct js *v)
{
	put(r, name, v);
	js_set(r->data, name, v != NULL ? js_ref(v) : js_new_null());
}

/* {"type": "new" | "update" | "end", "before": {...}, "after": {...}}: the object as it is now. */
static enum report_result
decode_event(struct frigate_decode *d)
{
	static const char *const names[] = { "label", "sub_label", "id" };
	const struct js *o = message_json(d->m), *after = js_get(o, "after");
	const struct js *type = js_get(o, "type"), *zones = js_get(after, "current_zones");
	const char *camera = js_get_string(after, "camera"), *word = js_string(type, NULL);
	size_t i;

	if (camera == NULL || word == NULL)
		return bad(d, "no event of a camera");
	if (d->m->retain || strcmp(camera, d->b->camera) != 0)
		return REPORT_NOTHING;
	if (strcmp(word, "new") != 0 && strcmp(word, "update") != 0 && strcmp(word, "end") != 0)
		return bad(d, "no type of event that we know");
	d->r->event = EVENT_OBJECT_DETECTED;
	d->r->data = js_new_object();
	js_set(d->r->data, "type", js_ref(type));
	js_set(d->r->data, "camera", js_new_string(camera));
	put(d->r, "event_type", type);
	for (i = 0; i < 3; i++)
		tell(d->r, names[i], js_get(after, names[i]));
	tell(d->r, "score", js_is_number(js_get(after, "score")) ? js_get(after, "score") : NULL);
	tell(d->r, "zones", js_type(zones) == JS_ARRAY ? zones : NULL);
	d->r->action = true;
	d->r->force = true;
	return set_now(d);
}

static struct js *
list_of(const char *const *words, size_t n)
{
	struct js *list = js_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		js_append(list, js_new_string(words[i]));
	return list;
}

static void
describe_event(struct js *caps)
{
	static const char *const types[] = { "new", "update", "end" };

	js_set(caps, "event_types", list_of(types, 3));
}

static void
describe_review(struct js *caps)
{
	static const char *const options[] = { "none", "detection", "alert" };

	js_set(caps, "options", list_of(options, 3));
}

static void
describe_number(struct js *caps)
{
	js_set(caps, "state_class", js_new_string("measurement"));
}

static const struct frigate_kind kinds[] = {
	{ "switch", "%c/%w/state", decode_switch, "%c/%w/set", NULL },
	{ "motion", "%c/motion", decode_switch, NULL, NULL },
	{ "count", "%c/%w", decode_count, NULL, describe_number },
	{ "image", "%c/%w/snapshot", decode_picture, NULL, NULL },
	{ "review", "%c/review_status", decode_review, NULL, describe_review },
	{ "event", "events", decode_event, NULL, describe_event },
	{ "stat", "stats", decode_stat, NULL, describe_number },
};

const struct frigate_kind *
frigate_kinds_find(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}
