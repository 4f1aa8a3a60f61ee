/* SPDX-License-Identifier: ISC
 *
 * date, time, datetime: in ISO 8601, or as the JSON object of the parts that ESPHome speaks
 * ({"year":2026,"month":1,"day":31,"hour":8,"minute":15,"second":0}, on the wall clock).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/moment.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, TIMEZONE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY(TIMEZONE, "timezone", HASS_TEXT),
};

enum form { FORM_UNKNOWN, FORM_TEXT, FORM_OBJECT };

/* What is remembered: the form in which it reported last. */
struct own {
	uint8_t	form;
};

static const struct {
	const char	*domain, *like;
	enum moment	 kind;
} kinds[] = {
	{ "date", "no date", MOMENT_DATE },
	{ "time", "no time of day", MOMENT_TIME },
	{ "datetime", "no date with a time of day", MOMENT_DATETIME },
};

static size_t
index_of(const struct binding *b)
{
	size_t i = 0;

	while (strcmp(kinds[i].domain, b->shape->component->name) != 0)
		i++;
	return i;
}

static bool
is_utc(const char *zone)
{
	return zone != NULL && (strcmp(zone, "UTC") == 0 || strcmp(zone, "Etc/UTC") == 0 ||
	    strcmp(zone, "GMT") == 0);
}

static enum rc
check(const struct binding *b, struct fault *f)
{
	const char *zone = hass_binding_text(b, TIMEZONE);

	if (zone == NULL || is_utc(zone) || strcmp(zone, clock_zone()) == 0)
		return RC_OK;
	return fault_set(f, RC_UNSUPPORTED, "timezone",
	    "the time zone of a device is UTC or the house's own (%.60s)", clock_zone());
}

static int
part(const struct js *o, const char *name)
{
	int64_t v = js_int(js_get(o, name), -1);

	return v < 0 || v > 9999 ? -1 : (int)v;
}

/* The parts as ISO text; what is missing or wrong makes one that is none. */
static void
join(const struct js *o, enum moment kind, char *out, size_t size)
{
	char date[40], time[40];

	snprintf(date, sizeof(date), "%04d-%02d-%02d", part(o, "year"), part(o, "month"), part(o, "day"));
	snprintf(time, sizeof(time), "%02d:%02d:%02d", part(o, "hour"), part(o, "minute"),
	    part(o, "second"));
	snprintf(out, size, "%s%s%s", kind == MOMENT_TIME ? "" : date,
	    kind == MOMENT_DATETIME ? "T" : "", kind == MOMENT_DATE ? "" : time);
}

static enum report_result
decode(struct hass_decode *d)
{
	size_t i = index_of(d->b);
	struct own *own = hass_binding_own(d->b);
	struct js *o = NULL;
	char text[100], out[CLOCK_TEXT];
	bool ok;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_none(d))
		return hass_decode_set(d, NULL);
	if (d->text[0] == '{' && js_parse(d->text, d->len, JS_LAX_KEYS, &o, NULL) == RC_OK) {
		join(o, kinds[i].kind, text, sizeof(text));
		ok = moment_parse(kinds[i].kind, text, strlen(text), false, out);
		js_free(o);
		own->form = FORM_OBJECT;
	} else {
		ok = moment_parse(kinds[i].kind, d->text, d->len,
		    is_utc(hass_binding_text(d->b, TIMEZONE)), out);
		own->form = FORM_TEXT;
	}
	return ok ? hass_decode_set(d, mem_strdup(d->a, out)) : hass_decode_bad(d, kinds[i].like);
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

/* <prefix>/date/<object>/command: the topic that ESPHome makes when nobody chose another. */
static bool
is_esphome_topic(const struct binding *b, struct mem_arena *a)
{
	const char *topic = hass_binding_publish(b, COMMAND_TOPIC, a), *at;
	char middle[16];
	size_t n;

	n = (size_t)snprintf(middle, sizeof(middle), "/%s/", b->shape->component->name);
	if (hass_binding_has(b, VALUE_TEMPLATE) || (at = strstr(topic, middle)) == NULL)
		return false;
	at += n;
	return strcspn(at, "/") > 0 && strcmp(at + strcspn(at, "/"), "/command") == 0;
}

static bool
speaks_objects(const struct binding *b, struct mem_arena *a)
{
	const struct own *own = hass_binding_own(b);

	if (hass_binding_has(b, COMMAND_TEMPLATE))
		return false;
	return own->form == FORM_OBJECT || (own->form == FORM_UNKNOWN && is_esphome_topic(b, a));
}

/* Numbers out of "2026-01-31T08:15:00" or a part of it, named in the order in which they stand. */
static enum rc
send_object(struct hass_encode *e, enum moment kind, const char *text)
{
	static const char *const names[] = { "year", "month", "day", "hour", "minute", "second" };
	size_t i = kind == MOMENT_TIME ? 3 : 0, end = kind == MOMENT_DATE ? 3 : 6;
	struct js *o = js_new_object();
	char *rest = mem_strdup(e->a, text);
	const char *piece;
	enum rc rc;

	for (; i < end && (piece = strsep(&rest, "-T:")) != NULL; i++)
		js_set(o, names[i], js_new_int(strtonum(piece, 0, 9999, NULL)));
	rc = hass_encode_json(e, COMMAND_TOPIC, o);
	js_free(o);
	return rc;
}

/* Asked for in the form of moment.h; a moment goes out as the wall clock of its zone, or with an offset. */
static enum rc
encode(struct hass_encode *e)
{
	size_t i = index_of(e->b);
	const char *text = js_get_string(e->data, kinds[i].domain), *zone;
	char wall[CLOCK_TEXT];
	bool object = speaks_objects(e->b, e->a);
	int64_t ms;

	if (text == NULL)
		return hass_encode_cannot(e);
	if (kinds[i].kind == MOMENT_DATETIME) {
		if (clock_parse(text, &ms) != RC_OK)
			return fault_set(e->f, RC_INVALID, "datetime", "is no moment");
		zone = hass_binding_text(e->b, TIMEZONE);
		moment_wall(ms, object ? is_utc(zone) : zone == NULL || is_utc(zone), wall);
		text = object || zone != NULL ? wall : mem_printf(e->a, "%s+00:00", wall);
	}
	return object ? send_object(e, kinds[i].kind, text) :
	    hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE, text);
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	r->has_state = true;
	r->state = js_get_string(e->data, kinds[index_of(e->b)].domain);
	return REPORT_OK;
}

#define COMPONENT(id, label) \
	const struct hass_component hass_##id = { \
		.name = #id, .plain_name = label, \
		.keys = keys, .n_keys = KEY__END - HASS_OWN, \
		.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), \
		.own = sizeof(struct own), .check = check, .encode = encode, .assume = assume, \
	}

COMPONENT(date, "MQTT Date");
COMPONENT(time, "MQTT Time");
COMPONENT(datetime, "MQTT Date/time");
