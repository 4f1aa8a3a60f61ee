/* SPDX-License-Identifier: ISC
 *
 * Reading the forms of values, each with its JSON Schema. A schema may be wider than what is read (it cannot know which
 * days a month has), never narrower.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/near.h"
#include "shared/domain/rule.h"
#include "shared/domain/service.h"

#define ID_MAX 255
#define TEMPLATE_MAX 65536
#define COUNT_MAX 100000	/* repeats */
#define LIMIT_MOST 1e15		/* of numbers that others are compared with */

/* Schemas of texts that hold a template. */
#define TEMPLATE_SCHEMA "{\"$ref\":\"#/$defs/embedded_template\"}"

/* ---- texts ---- */

static enum rc
take(const struct js *v, size_t most, const char *want, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, &out->n);

	if (s == NULL || out->n == 0 || out->n > most)
		return fault_set(f, RC_INVALID, NULL, "must be %s", want);
	out->s = mem_strdup(a, s);
	return RC_OK;
}

static enum rc
read_entity(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);

	if (s == NULL || !field_entity_id(s))
		return fault_set(f, RC_INVALID, NULL, "must be an entity id such as light.kitchen, or a list of them");
	return take(v, ID_MAX, "an entity id", a, out, f);
}

static enum rc
read_tracker(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);

	if (s != NULL && strncmp(s, "device_tracker.", 15) != 0 && strncmp(s, "person.", 7) != 0)
		return fault_set(f, RC_INVALID, NULL, "%.80s does not say where somebody is: a device_tracker does", s);
	return read_entity(v, a, out, f);
}

static enum rc
read_calendar(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);

	if (s != NULL && strncmp(s, "calendar.", 9) != 0)
		return fault_set(f, RC_INVALID, NULL, "%.80s is no calendar, such as calendar.waste", s);
	return read_entity(v, a, out, f);
}

static enum rc
read_zone(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);

	if (s == NULL || strncmp(s, "zone.", 5) != 0 || !field_entity_id(s))
		return fault_set(f, RC_INVALID, NULL, "must be zone.home, or zone. and the name of a place that the "
		    "tracker reports");
	out->s = mem_strdup(a, s + 5);
	return RC_OK;
}

static enum rc
read_target(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	return rule_is_template(v) ? take(v, TEMPLATE_MAX, "a template", a, out, f) : read_entity(v, a, out, f);
}

/* A device's: what is said by a template would have to be known before it runs. */
static enum rc
read_id(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	if (rule_is_template(v))
		return fault_set(f, RC_INVALID, NULL, "cannot be a template: name entities with one");
	return take(v, ID_MAX, "an id or a list of ids", a, out, f);
}

static enum rc
read_place(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	return take(v, rule_is_template(v) ? TEMPLATE_MAX : ID_MAX, "an id or a list of ids", a, out, f);
}

static enum rc
read_attribute(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	return take(v, 64, "the name of an attribute", a, out, f);
}

static enum rc
read_template(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	return take(v, TEMPLATE_MAX, "a template", a, out, f);
}

static enum rc
read_cron(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	return take(v, 128, "a cron expression such as 0 7 * * mon-fri", a, out, f);
}

static enum rc
read_text(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	struct buf b = { 0 };

	switch (js_type(v)) {
	case JS_STRING:
		out->s = mem_strdup(a, js_string(v, NULL));
		return RC_OK;
	case JS_TRUE:
	case JS_FALSE:
		out->s = js_bool(v, false) ? "on" : "off";
		return RC_OK;
	case JS_INT:
	case JS_REAL:
		js_dump(v, &b);
		out->s = buf_keep(&b, a);
		return RC_OK;
	default:
		return fault_set(f, RC_INVALID, NULL, "must be a text or a list of texts");
	}
}

static enum rc
read_pattern(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	if (js_type(v) != JS_STRING && js_type(v) != JS_INT)
		return fault_set(f, RC_INVALID, NULL, "must be *, /N or a number");
	return read_text(v, a, out, f);
}

static enum rc
unknown_service(const char *s, struct fault *f)
{
	struct near n = near_to(s);
	const struct service *at;
	char name[128];
	size_t i;

	for (i = 0; (at = service_at(i)) != NULL; i++) {
		snprintf(name, sizeof(name), "%s.%s", at->domain, at->name);
		near_try(name, &n);
	}
	return fault_set(f, RC_INVALID, NULL, "there is no service %.80s%s", s, near_say(&n));
}

/* "homeassistant" offers what every switchable thing has. */
static enum rc
read_service(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL), *dot = s == NULL ? NULL : strchr(s, '.');

	if (rule_is_template(v))
		return take(v, TEMPLATE_MAX, "a template", a, out, f);
	if (dot == NULL || dot == s || dot[1] == '\0')
		return fault_set(f, RC_INVALID, NULL, "must be a service such as light.turn_on");
	if (service_of_entity(strncmp(s, "homeassistant.", 14) == 0 ? "switch." : s, dot + 1) == NULL)
		return unknown_service(s, f);
	return take(v, ID_MAX, "a service", a, out, f);
}

/* ---- times ---- */

static enum rc
read_time(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);
	int at;

	if (s == NULL || clock_parse_time_of_day(s, &at) != RC_OK)
		return fault_set(f, RC_INVALID, NULL, "must be a time of the day such as 07:30 or 22:15:30%s%.32s",
		    s == NULL ? "" : ", not ", s == NULL ? "" : s);
	out->i = at;
	return take(v, 8, "a time", a, out, f);
}

static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

static enum rc
read_weekday(const struct js *v, int64_t *bits, struct fault *f)
{
	const char *s = js_string(v, NULL);
	size_t k;

	for (k = 0; k < 7; k++)
		if (s != NULL && strcmp(s, weekdays[k]) == 0) {
			*bits |= 1 << k;
			return RC_OK;
		}
	return fault_set(f, RC_INVALID, NULL, "%s%.20s%smust be of mon, tue, wed, thu, fri, sat, sun",
	    s == NULL ? "" : "\"", s == NULL ? "" : s, s == NULL ? "" : "\": ");
}

static enum rc
read_weekdays(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	size_t i;
	enum rc rc;

	(void)a;
	out->i = 0;
	if (js_type(v) != JS_ARRAY)
		return read_weekday(v, &out->i, f);
	if (js_size(v) == 0 || js_size(v) > 7)
		return fault_set(f, RC_INVALID, NULL, "must be a day such as mon, or a list of days");
	for (i = 0; i < js_size(v); i++)
		if ((rc = read_weekday(js_at(v, i), &out->i, f)) != RC_OK)
			return fault_in(f, rc, "", (int)i);
	return RC_OK;
}

static const struct {
	const char	*name;
	double		 ms;
} units[] = {
	{ "days", 86400000 }, { "hours", 3600000 }, { "minutes", 60000 }, { "seconds", 1000 },
	{ "milliseconds", 1 }, { NULL, 0 },
};

/* templates: a member may be one; it counts nothing then. */
static enum rc
duration_object(const struct js *v, bool templates, double *ms, struct fault *f)
{
	const struct js *part;
	size_t known = 0;
	int i;

	*ms = 0;
	for (i = 0; units[i].name != NULL; i++) {
		if ((part = js_get(v, units[i].name)) == NULL)
			continue;
		known++;
		if (templates && rule_is_template(part))
			continue;
		if (!js_is_number(part))
			return fault_set(f, RC_INVALID, units[i].name, "must be a number");
		*ms += js_real(part, 0) * units[i].ms;
	}
	if (known == 0 || known != js_size(v))
		return fault_set(f, RC_INVALID, NULL,
		    "must hold days, hours, minutes, seconds or milliseconds and nothing else");
	return RC_OK;
}

static bool
duration_text(const char *s, double *ms)
{
	unsigned int hours, minutes, seconds = 0;
	double rest = 0;
	int end = 0;

	if (s == NULL || strspn(s, "0123456789:.") != strlen(s) ||
	    sscanf(s, "%3u:%2u%n", &hours, &minutes, &end) != 2)
		return false;
	s += end;
	if (*s == ':' && sscanf(s, ":%2u%n", &seconds, &end) == 1) {
		s += end;
		end = 0;
		if (sscanf(s, ".%*6[0-9]%n", &end) == 0 && end > 0)
			rest = strtod(s, NULL);
		s += end;
	}
	if (*s != '\0' || minutes >= 60 || seconds >= 60)
		return false;
	*ms = round((((hours * 60.0 + minutes) * 60 + seconds) + rest) * 1000);
	return true;
}

static enum rc
read_length(const struct js *v, bool templates, int64_t *out, struct fault *f)
{
	double ms;
	enum rc rc;

	if (js_is_number(v))
		ms = js_real(v, 0) * 1000;
	else if (js_type(v) == JS_OBJECT) {
		if ((rc = duration_object(v, templates, &ms, f)) != RC_OK)
			return rc;
		if (templates && js_any(v, rule_is_template))
			return RC_OK;
	} else if (!duration_text(js_string(v, NULL), &ms))
		return fault_set(f, RC_INVALID, NULL, "must be seconds, \"HH:MM:SS\", \"HH:MM\" or an object of units");
	if (!(ms >= 0 && ms <= 366 * 86400000.0))
		return fault_set(f, RC_INVALID, NULL, "must be between 0 and a year");
	*out = (int64_t)ms;
	return RC_OK;
}

enum rc
rule_duration(const struct js *v, int64_t *out, struct fault *f)
{
	return read_length(v, false, out, f);
}

static enum rc
read_duration(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	(void)a;
	return read_length(v, false, &out->i, f);
}

static enum rc
read_pause(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	(void)a;
	return rule_is_template(v) ? RC_OK : read_length(v, true, &out->i, f);
}

static enum rc
read_offset(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);
	bool negative = s != NULL ? *s == '-' : js_real(v, 0) < 0;
	struct js *plain = NULL;
	enum rc rc;

	(void)a;
	if (s != NULL && (*s == '-' || *s == '+'))
		plain = js_new_string(s + 1);
	else if (js_is_number(v))
		plain = js_new_real(fabs(js_real(v, 0)));
	rc = read_length(plain != NULL ? plain : v, false, &out->i, f);
	js_free(plain);
	if (rc == RC_OK && negative)
		out->i = -out->i;
	return rc;
}

/* ---- other values ---- */

/* A number, or the entity whose number it is. */
static enum rc
read_limit(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);

	out->r = js_real(v, 0);
	if (s != NULL && field_entity_id(s) && (*s < '0' || *s > '9'))
		return take(v, ID_MAX, "an entity id", a, out, f);
	if (s == NULL && js_is_number(v) && out->r >= -LIMIT_MOST && out->r <= LIMIT_MOST)
		return RC_OK;
	return fault_set(f, RC_INVALID, NULL, "must be a number, or an entity such as input_number.limit whose number "
	    "it is%s", rule_is_template(v) ? ", not a template: value_template can hold one" : "");
}

static enum rc
read_count(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	(void)a;
	out->i = js_int(v, -1);
	if (rule_is_template(v) || (out->i >= 0 && out->i <= COUNT_MAX))
		return RC_OK;
	return fault_set(f, RC_INVALID, NULL, "must be a whole number from 0 to %d, or a template of one",
	    COUNT_MAX);
}

static enum rc
read_list(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	(void)a;
	out->n = js_size(v);
	if (rule_is_template(v) || (js_type(v) == JS_ARRAY && out->n <= COUNT_MAX))
		return RC_OK;
	return fault_set(f, RC_INVALID, NULL, "must be a list, or a template that says one");
}

static enum rc
read_object(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	(void)a;
	out->n = js_size(v);
	if (js_type(v) != JS_OBJECT)
		return fault_set(f, RC_INVALID, NULL, "must be an object of names and values");
	return RC_OK;
}

/* What a service is told; a template says all of it when it runs. */
static enum rc
read_data(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	return rule_is_template(v) ? RC_OK : read_object(v, a, out, f);
}

/* ---- the shapes ---- */

#define STRING(most) "{\"type\":\"string\",\"minLength\":1,\"maxLength\":" #most "}"
#define TEXT_OR_NUMBER "{\"type\":[\"string\",\"number\",\"boolean\"]}"
#define OR_TEMPLATE(s) "{\"anyOf\":[" s "," TEMPLATE_SCHEMA "]}"
#define ID_OF(domains) "{\"type\":\"string\",\"maxLength\":255,\"pattern\":\"^" domains "[.][a-z0-9_]+$\"}"
/* One, or several with commas between them. */
#define NAME_PART "[.][a-z0-9_]+"
#define IDS_OF(id) "{\"type\":\"string\",\"pattern\":\"^ *" id "( *, *" id ")* *$\"}"
#define HOUR_FORM "[0-9]{1,3}:[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]{1,6})?)?$"
#define UNITS(member) "\"minProperties\":1,\"additionalProperties\":false,\"properties\":{\"days\":" member \
	",\"hours\":" member ",\"minutes\":" member ",\"seconds\":" member ",\"milliseconds\":" member "}"
#define NUMBER_SCHEMA "{\"type\":\"number\"}"
#define OBJECT "{\"type\":\"object\"}"

#define ONE(id, n, s, fn) static const struct field_shape id = { .name = n, .schema = s, .read = fn }
#define SHAPE(id, s, fn) \
	const struct field_shape rule_shape_##id = { .name = #id, .schema = s, .read = fn }
#define LIST(id, one, lo, hi) \
	const struct field_shape rule_shape_##id = { .name = #id, .of = one, .least = lo, .most = hi }

ONE(entity, "entity", IDS_OF("[a-z0-9_]+" NAME_PART), read_entity);
ONE(tracker, "tracker", IDS_OF("(device_tracker|person)" NAME_PART), read_tracker);
ONE(calendar, "calendar", IDS_OF("calendar" NAME_PART), read_calendar);
ONE(target, "target_entity", OR_TEMPLATE(IDS_OF("[a-z0-9_]+" NAME_PART)), read_target);
ONE(scene, "scene", OR_TEMPLATE(ID_OF("scene")), read_target);
ONE(area, "area", OR_TEMPLATE(STRING(255)), read_place);
ONE(storey, "floor", OR_TEMPLATE(STRING(255)), read_place);
ONE(label, "label", OR_TEMPLATE(STRING(255)), read_place);
ONE(text, "text", TEXT_OR_NUMBER, read_text);
ONE(state, "state", TEXT_OR_NUMBER, read_text);
ONE(weekday, "weekday", "{\"enum\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"]}", NULL);

SHAPE(zone, ID_OF("zone"), read_zone);
SHAPE(device, STRING(255), read_id);
SHAPE(limit, "{\"type\":[\"number\",\"string\"],\"minimum\":-1e15,\"maximum\":1e15,\"maxLength\":255,"
    "\"pattern\":\"^([a-z_][a-z0-9_]*[.][a-z0-9_]+|[-+]?[0-9.]+)$\"}", read_limit);
SHAPE(attribute, STRING(64), read_attribute);
SHAPE(time, "{\"type\":\"string\",\"pattern\":\"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$\"}", read_time);
SHAPE(duration, "{\"type\":[\"number\",\"string\",\"object\"],\"minimum\":0,\"maximum\":31622400,"
    "\"pattern\":\"^" HOUR_FORM "\"," UNITS(NUMBER_SCHEMA) "}", read_duration);
SHAPE(offset, "{\"type\":[\"number\",\"string\",\"object\"],\"minimum\":-31622400,\"maximum\":31622400,"
    "\"pattern\":\"^[-+]?" HOUR_FORM "\"," UNITS(NUMBER_SCHEMA) "}", read_offset);
SHAPE(pause, OR_TEMPLATE("{\"type\":[\"number\",\"string\",\"object\"],\"minimum\":0,\"maximum\":31622400,"
    "\"pattern\":\"^" HOUR_FORM "\"," UNITS(OR_TEMPLATE(NUMBER_SCHEMA)) "}"), read_pause);
SHAPE(clock_pattern, "{\"type\":[\"string\",\"integer\"],\"minimum\":0,\"maximum\":59,"
    "\"pattern\":\"^([*]|/?[0-9]+)$\"}", read_pattern);
SHAPE(cron, STRING(128), read_cron);
SHAPE(template, STRING(65536), read_template);
SHAPE(count, OR_TEMPLATE("{\"type\":\"integer\",\"minimum\":0,\"maximum\":100000}"), read_count);
SHAPE(items, OR_TEMPLATE("{\"type\":\"array\",\"maxItems\":100000,\"items\":{}}"), read_list);
SHAPE(values, OBJECT, read_object);
SHAPE(anything, "{}", NULL);
SHAPE(service, NULL, read_service);
SHAPE(service_data, OR_TEMPLATE(OBJECT), read_data);

SHAPE(trigger, NULL, NULL);
SHAPE(condition, NULL, NULL);
SHAPE(action, NULL, NULL);

LIST(entities, &entity, 1, RULE_ENTITIES_MAX);
LIST(trackers, &tracker, 1, RULE_ENTITIES_MAX);
LIST(calendars, &calendar, 1, RULE_ENTITIES_MAX);
static const struct field_shape target_list = { .name = "target_list", .of = &target, .least = 1,
	.most = RULE_ENTITIES_MAX };

/* "all" is all of the domain that the service is of. */
static enum rc
read_targets(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	const char *s = js_string(v, NULL);

	if (s == NULL || strcmp(s, "all") != 0)
		return field_read_shape(&target_list, v, a, out, f);
	out->s = "all";
	return RC_OK;
}

const struct field_shape rule_shape_targets = { .name = "targets", .of = &target_list, .read = read_targets,
	.schema = "{\"anyOf\":[{\"const\":\"all\"},{\"$ref\":\"#/$defs/target_list\"}]}" };
LIST(scenes, &scene, 1, RULE_ENTITIES_MAX);
LIST(devices, &rule_shape_device, 1, RULE_ENTITIES_MAX);
LIST(areas, &area, 1, RULE_ENTITIES_MAX);
LIST(floors, &storey, 1, RULE_ENTITIES_MAX);
LIST(labels, &label, 1, RULE_ENTITIES_MAX);
LIST(states, &state, 1, RULE_ENTITIES_MAX);
LIST(tags, &text, 1, RULE_ENTITIES_MAX);
LIST(event_types, &text, 1, RULE_ENTITIES_MAX);
LIST(trigger_ids, &text, 1, RULE_ENTITIES_MAX);
const struct field_shape rule_shape_weekdays = { .name = "weekdays", .of = &weekday, .least = 1, .most = 7,
	.read = read_weekdays };
LIST(times, &rule_shape_time, 1, RULE_ENTITIES_MAX);
LIST(triggers, &rule_shape_trigger, 0, RULE_PARTS_MAX);
LIST(conditions, &rule_shape_condition, 0, RULE_PARTS_MAX);
LIST(actions, &rule_shape_action, 0, RULE_PARTS_MAX);
