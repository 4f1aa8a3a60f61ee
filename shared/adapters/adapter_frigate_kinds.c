/* SPDX-License-Identifier: ISC
 *
 * What there is to see and to switch: one row per kind of entity.
 */
#include <string.h>
#include <strings.h>

#include "shared/adapters/adapter_frigate_int.h"
#include "shared/adapters/adapter_value.h"
#include "shared/domain/picture.h"
#include "shared/domain/update.h"

/* Upper case in messages, lower case as a state. */
static const char *const reviews[] = { "none", "detection", "alert" };
static const char *const modes[] = { "continuous", "motion", "objects" };
static const char *const streams[] = { "online", "offline", "disabled" };
#define COUNT(list) (sizeof(list) / sizeof(list[0]))

static enum report_result
decode_switch(struct frigate_decode *d)
{
	if (!adapter_family_says(d->m, "ON") && !adapter_family_says(d->m, "OFF"))
		return frigate_decode_bad(d, "neither ON nor OFF");
	return adapter_family_set(d->r, adapter_family_says(d->m, "ON") ? "on" : "off");
}

static enum report_result
decode_count(struct frigate_decode *d)
{
	double v;

	if (!adapter_value_number(d->m->payload, d->m->len, &v) || v < 0 || v > 1e9)
		return frigate_decode_bad(d, "no count");
	return adapter_family_set(d->r, mem_printf(d->a, "%lld", (long long)v));
}

static enum report_result
decode_level(struct frigate_decode *d)
{
	struct buf text = { 0 };
	double v;

	if (!adapter_value_number(d->m->payload, d->m->len, &v))
		return frigate_decode_bad(d, "no level");
	adapter_value_real(v, &text);
	adapter_family_set(d->r, buf_keep(&text, d->a));
	return REPORT_OK;
}

static enum report_result
decode_picture(struct frigate_decode *d)
{
	if (d->m->len > PICTURE_MAX)
		return frigate_decode_bad(d, "the picture is too large");
	if (picture_type(d->m->payload, d->m->len) == NULL)
		return frigate_decode_bad(d, "no picture");
	d->r->picture = d->m->payload;
	d->r->picture_len = d->m->len;
	return frigate_decode_set_now(d);
}

/* One of the words, whatever its case. */
static enum report_result
decode_word(struct frigate_decode *d, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (d->m->len == strlen(words[i]) && strncasecmp(d->m->payload, words[i], d->m->len) == 0)
			return adapter_family_set(d->r, words[i]);
	return frigate_decode_bad(d, "no word that we know");
}

static enum report_result
decode_status(struct frigate_decode *d)
{
	return decode_word(d, reviews, COUNT(reviews));
}

/* A camera that is not in the picture of all has no mode. */
static enum report_result
decode_mode(struct frigate_decode *d)
{
	if (adapter_family_says(d->m, "OFF"))
		return adapter_family_set(d->r, NULL);
	return decode_word(d, modes, COUNT(modes));
}

static enum report_result
decode_stream(struct frigate_decode *d)
{
	return decode_word(d, streams, COUNT(streams));
}

/* {"cameras": {camera: {what: number}}}, or {what: number} for all of them. */
static enum report_result
decode_stat(struct frigate_decode *d)
{
	const struct js *o = message_json(d->m), *v;

	if (js_type(o) != JS_OBJECT)
		return frigate_decode_bad(d, "no JSON object");
	if (d->b->camera[0] != '\0')
		o = js_get(js_get(o, "cameras"), d->b->camera);
	v = js_get(o, d->b->what);
	if (!js_is_number(v))
		return REPORT_NOTHING;
	return adapter_family_set_value(d->r, v, d->a);
}

/* {"service": {"version": "0.16.1-e664cb2", "latest_version": "0.16.2" | "unknown" | "disabled"}} */
static enum report_result
decode_update(struct frigate_decode *d)
{
	const struct js *service = js_get(message_json(d->m), "service");
	const char *installed = js_get_string(service, "version");
	const char *latest = js_get_string(service, "latest_version");

	if (installed == NULL || strlen(installed) > FRIGATE_NAME_MAX)
		return REPORT_NOTHING;
	installed = mem_strndup(d->a, installed, strcspn(installed, "-"));
	if (latest == NULL || strlen(latest) > FRIGATE_NAME_MAX || *latest < '0' || *latest > '9')
		latest = installed;	/* it was not told, or does not want to know */
	adapter_report_put(d->r, "installed_version", js_new_string(installed));
	adapter_report_put(d->r, "latest_version", js_new_string(latest));
	return adapter_family_set(d->r, update_newer(installed, latest) ? "on" : "off");
}

/* ---- what is sent ---- */

static const char *
payload_switch(const struct binding *b, const struct command *c, const struct js *data,
    struct mem_arena *a)
{
	(void)b;
	(void)data;
	(void)a;
	return strcmp(c->service, "turn_on") == 0 ? "ON" : "OFF";
}

static const char *
payload_number(const struct binding *b, const struct command *c, const struct js *data,
    struct mem_arena *a)
{
	(void)b;
	(void)c;
	return mem_printf(a, "%.0f", adapter_value_round(js_real(js_get(data, "value"), 0)));
}

static const char *
payload_mode(const struct binding *b, const struct command *c, const struct js *data,
    struct mem_arena *a)
{
	const char *option = js_get_string(data, "option");
	char *text = mem_strdup(a, option != NULL ? option : ""), *p;

	(void)b;
	(void)c;
	for (p = text; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return text;
}

static const char *
payload_press(const struct binding *b, const struct command *c, const struct js *data,
    struct mem_arena *a)
{
	(void)c;
	(void)data;
	(void)a;
	return b->what;
}

/* ---- what it can be ---- */

static void
describe_status(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "options", frigate_decode_list(reviews, COUNT(reviews)));
}

static void
describe_mode(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "options", frigate_decode_list(modes, COUNT(modes)));
}

static void
describe_stream(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "options", frigate_decode_list(streams, COUNT(streams)));
}

static void
describe_quantity(const struct binding *b, struct js *caps)
{
	(void)b;
	js_set(caps, "state_class", js_new_string("measurement"));
}

static void
describe_number(const struct binding *b, struct js *caps)
{
	js_set(caps, "min", js_new_int(1));
	js_set(caps, "max", js_new_int(strcmp(b->what, "motion_threshold") == 0 ? 255 : 10000));
	js_set(caps, "step", js_new_int(1));
	js_set(caps, "mode", js_new_string("box"));
}

static const struct frigate_kind kinds[] = {
	{ "switch", "%c/%w/state", decode_switch, "%c/%w/set", payload_switch, NULL },
	{ "number", "%c/%w/state", decode_count, "%c/%w/set", payload_number, describe_number },
	{ "mode", "%c/%w/state", decode_mode, "%c/%w/set", payload_mode, describe_mode },
	{ "ptz", NULL, NULL, "%c/ptz", payload_press, NULL },
	{ "restart", NULL, NULL, "restart", payload_press, NULL },
	{ "motion", "%c/motion", decode_switch, NULL, NULL, NULL },
	{ "tracking", "%c/ptz_autotracker/active", decode_switch, NULL, NULL, NULL },
	{ "sound", "%c/audio/%w", decode_switch, NULL, NULL, NULL },
	{ "level", "%c/audio/%w", decode_level, NULL, NULL, describe_quantity },
	{ "stream", "%c/status/%w", decode_stream, NULL, NULL, describe_stream },
	{ "count", "%c/%w", decode_count, NULL, NULL, describe_quantity },
	{ "active", "%c/%w/active", decode_count, NULL, NULL, describe_quantity },
	{ "image", "%c/%w/snapshot", decode_picture, NULL, NULL, NULL },
	{ "review", "%c/review_status", decode_status, NULL, NULL, describe_status },
	{ "event", "events", frigate_seen_event, NULL, NULL, frigate_seen_describe_event },
	{ "reviews", "reviews", frigate_seen_review, NULL, NULL, frigate_seen_describe_review },
	{ "stat", "stats", decode_stat, NULL, NULL, describe_quantity },
	{ "update", "stats", decode_update, NULL, NULL, NULL },
};

const struct frigate_kind *
frigate_kinds_find(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < COUNT(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}
