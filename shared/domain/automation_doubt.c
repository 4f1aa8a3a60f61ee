/* SPDX-License-Identifier: ISC
 *
 * What saving allows but hardly anybody means: a walk through the JSON of a rule. One doubt too few is better than a
 * false one.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/near.h"
#include "shared/domain/automation_fault.h"
#include "shared/domain/reference.h"
#include "shared/domain/registry.h"
#include "shared/domain/rule.h"
#include "shared/domain/service.h"
#include "shared/store/store_entity.h"

struct doubting {
	struct db		*db;
	struct mem_arena	*a;
	const struct js		*config;
	bool			 placed;	/* it is known where the house stands */
	bool			 scenario;
	const struct js		*data;		/* of the action that is looked at, or NULL */
	struct jsw		*w;
	struct buf		 place;
	size_t			 n;
};

/* member: of what is looked at, or NULL. */
static void
doubt(struct doubting *d, const char *member, const char *message)
{
	if (d->n++ >= AUTOMATION_FAULTS_MAX)
		return;
	jsw_object(d->w, NULL);
	jsw_string(d->w, "place", member == NULL ? buf_str(&d->place) :
	    mem_printf(d->a, "%s%s%s", buf_str(&d->place), d->place.len > 0 ? "." : "", member));
	jsw_string(d->w, "message", message);
	jsw_end(d->w);
}

static bool
is(const char *kind, const char *name)
{
	return kind != NULL && strcmp(kind, name) == 0;
}

/* ---- states ---- */

#define ROBOT "docked", "paused", "returning", "error"
#define ON_OFF "off", "on"

/* The states of domains that have no others, besides those that every entity may have. */
static const struct {
	const char	*domain, *states[12];
} known[] = {
	{ "alarm_control_panel", { "disarmed", "armed_home", "armed_away", "armed_night", "armed_vacation",
	    "armed_custom_bypass", "arming", "disarming", "pending", "triggered" } },
	{ "binary_sensor", { ON_OFF } }, { "calendar", { ON_OFF } }, { "fan", { ON_OFF } },
	{ "humidifier", { ON_OFF } },
	{ "light", { ON_OFF } }, { "siren", { ON_OFF } }, { "switch", { ON_OFF } }, { "update", { ON_OFF } },
	{ "cover", { "open", "closed", "opening", "closing", "stopped" } },
	{ "valve", { "open", "closed", "opening", "closing", "stopped" } },
	{ "lock", { "locked", "unlocked", "locking", "unlocking", "jammed", "open", "opening" } },
	{ "lawn_mower", { "mowing", ROBOT } }, { "vacuum", { "cleaning", "idle", ROBOT } },
};

static const char *const *
states_of(const char *entity_id)
{
	size_t i, n;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		n = strlen(known[i].domain);
		if (strncmp(known[i].domain, entity_id, n) == 0 && entity_id[n] == '.')
			return known[i].states;
	}
	return NULL;
}

static void
doubt_state(struct doubting *d, const char *member, const char *entity_id, const char *state)
{
	static const char *const everywhere[] = { RULE_AWAY, "unknown" };
	const char *const *states = states_of(entity_id);
	struct near n = near_to(state);
	struct entity_state e;
	size_t i;

	if (states == NULL || rule_text_in(state, everywhere, 2))
		return;
	for (i = 0; states[i] != NULL; i++) {
		if (strcmp(states[i], state) == 0)
			return;
		near_try(states[i], &n);
	}
	if (store_entity_get(d->db, entity_id, d->a, &e) != RC_OK || is(e.state.state, state))
		return;
	doubt(d, member, mem_printf(d->a, "%s is never \"%.60s\"%s", entity_id, state, near_say(&n)));
}

/* One value or each of a list; templates and what is no text are passed over. */
static void
each_text(struct doubting *d, const char *member, const char *with, const struct js *v,
    void (*fn)(struct doubting *d, const char *member, const char *with, const char *text))
{
	size_t i;

	if (js_string(v, NULL) != NULL && !rule_is_template(v))
		fn(d, member, with, js_string(v, NULL));
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v); i++)
		if (js_string(js_at(v, i), NULL) != NULL && !rule_is_template(js_at(v, i)))
			fn(d, member, with, js_string(js_at(v, i), NULL));
}

static void
doubt_states(struct doubting *d, const struct js *v)
{
	static const char *const members[] = { "to", "from", "not_to", "not_from", "state" };
	const struct js *ids = js_get(v, "entity_id");
	size_t i, k;

	if (js_get(v, "attribute") != NULL)
		return;
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (js_string(ids, NULL) != NULL)
			each_text(d, members[i], js_string(ids, NULL), js_get(v, members[i]), doubt_state);
		for (k = 0; js_type(ids) == JS_ARRAY && k < js_size(ids); k++)
			if (js_string(js_at(ids, k), NULL) != NULL)
				each_text(d, members[i], js_string(js_at(ids, k), NULL), js_get(v, members[i]),
				    doubt_state);
	}
}

/* ---- numbers and attributes ---- */

static void
doubt_number(struct doubting *d, const char *member, const char *with, const char *entity_id)
{
	struct entity_state e;
	double number;

	(void)with;
	if (store_entity_get(d->db, entity_id, d->a, &e) == RC_OK && (states_of(entity_id) != NULL ||
	    (e.entity.unit == NULL && e.state.state != NULL && !rule_number(e.state.state, &number))))
		doubt(d, member, mem_printf(d->a, "%s is no number%s%s", entity_id, e.state.state != NULL ?
		    ": it is " : "", e.state.state != NULL ? e.state.state : ""));
}

/* Only what is near one that the entity has or may have: a device may report others later. */
static void
doubt_attribute(struct doubting *d, const char *member, const char *name, const char *entity_id)
{
	const struct service *s;
	const struct service_field *p;
	struct near n = near_to(name);
	struct js *attributes = NULL;
	struct entity_state e;
	bool has = false;
	void *it;

	if (store_entity_get(d->db, entity_id, d->a, &e) != RC_OK)
		return;
	if (e.state.attributes != NULL)
		js_parse(e.state.attributes, strlen(e.state.attributes), JS_LAX_KEYS, &attributes, NULL);
	for (it = js_type(attributes) == JS_OBJECT ? js_iter(attributes) : NULL; it != NULL;
	    it = js_iter_next(attributes, it)) {
		has |= is(name, js_iter_key(it));
		near_try(js_iter_key(it), &n);
	}
	for (s = service_of(e.entity.domain); s != NULL && s->domain != NULL; s++)
		for (p = s->fields; p != NULL && p->name != NULL; p++)
			if (p->attribute != NULL && *p->attribute != '\0') {
				has |= is(name, p->attribute);
				near_try(p->attribute, &n);
			}
	js_free(attributes);
	if (!has && *near_say(&n) != '\0')
		doubt(d, member, mem_printf(d->a, "%s has no attribute \"%.60s\"%s", entity_id, name, near_say(&n)));
}

static void
doubt_part_of_entity(struct doubting *d, const struct js *v, const char *kind)
{
	const char *attribute = js_get_string(v, "attribute");

	if (is(kind, "state"))
		doubt_states(d, v);
	if (is(kind, "numeric_state") && attribute == NULL && js_get(v, "value_template") == NULL)
		each_text(d, "entity_id", NULL, js_get(v, "entity_id"), doubt_number);
	if (is(kind, "numeric_state")) {
		each_text(d, "above", NULL, js_get(v, "above"), doubt_number);
		each_text(d, "below", NULL, js_get(v, "below"), doubt_number);
	}
	if (attribute != NULL)
		each_text(d, "attribute", attribute, js_get(v, "entity_id"), doubt_attribute);
}

/* ---- services ---- */

struct seeking {
	struct doubting	*d;
	const char	*domain, *service;
	bool		 found;		/* somebody with the service */
	bool		 fits;		/* somebody who takes all that is said */
	const char	*left;		/* what the first one has nothing for */
};

/* Whether the entity has something for all that the action says. */
static bool
takes_all(struct seeking *s, const struct service *row, const char *entity_id)
{
	struct js *data = js_type(s->d->data) == JS_OBJECT ? js_copy(s->d->data) : NULL, *caps = NULL;
	struct fault f = { 0 };
	struct entity_state e;

	if (store_entity_get(s->d->db, entity_id, s->d->a, &e) == RC_OK) {
		js_parse(e.entity.capabilities, strlen(e.entity.capabilities), JS_LAX_KEYS, &caps, NULL);
		service_fit(row, caps, data, &f);
	}
	if (s->left == NULL && *f.msg != '\0')
		s->left = mem_printf(s->d->a, is(f.field, "service") ? "%s: %s" : "%s: %s (%s)",
		    entity_id, f.msg, f.field);
	js_free(caps);
	js_free(data);
	return *f.msg == '\0';
}

static void
seek(const char *entity_id, void *arg)
{
	struct seeking *s = arg;
	const struct service *row = service_of_entity(entity_id, s->service);
	size_t n = strlen(s->domain);

	if (row == NULL || (strcmp(s->domain, "homeassistant") != 0 && (strncmp(entity_id, s->domain, n) != 0 ||
	    entity_id[n] != '.')))
		return;
	s->found = true;
	s->fits = s->fits || takes_all(s, row, entity_id);
}

/* kind: "area_id"; with: the action. */
static void
doubt_members(struct doubting *d, const char *kind, const char *with, const char *id)
{
	struct seeking s = { .d = d, .domain = mem_strndup(d->a, with, strcspn(with, ".")),
		.service = strchr(with, '.') + 1 };

	registry_members(d->db, kind, id, seek, &s);
	if (!s.found && reference_check_kind(d->db, kind, id, kind, NULL) == RC_OK)
		doubt(d, mem_printf(d->a, "target.%s", kind),
		    mem_printf(d->a, "nothing of \"%.60s\" has the service %.80s", id, with));
	else if (s.found && !s.fits && s.left != NULL)
		doubt(d, mem_printf(d->a, "target.%s", kind),
		    mem_printf(d->a, "nothing of \"%.60s\" takes all of it: %.200s", id, s.left));
}

static void
doubt_command(struct doubting *d, const struct js *v)
{
	static const char *const kinds[] = { "area_id", "floor_id", "label_id", "device_id" };
	const char *action = js_get_string(v, js_get(v, "action") != NULL ? "action" : "service");
	size_t i;

	if (action == NULL || strchr(action, '.') == NULL || strchr(action, '{') != NULL ||
	    js_bool(js_get(v, "where_possible"), false))
		return;
	d->data = js_get(v, "data");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		each_text(d, kinds[i], action, js_get(js_get(v, "target"), kinds[i]), doubt_members);
}

/* ---- the rest ---- */

static bool
has_trigger(const struct js *list, const char *id, struct near *n)
{
	const struct js *one;
	char number[32];
	bool found = false;
	size_t i, all = js_type(list) == JS_ARRAY ? js_size(list) : 1;

	for (i = 0; i < all; i++) {
		one = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		snprintf(number, sizeof(number), "%zu", i);
		found |= is(js_get_string(one, "id"), id) || strcmp(number, id) == 0;
		if (js_get_string(one, "id") != NULL)
			near_try(js_get_string(one, "id"), n);
	}
	return found;
}

static void
doubt_trigger_id(struct doubting *d, const char *member, const char *with, const char *id)
{
	struct near n = near_to(id);

	(void)with;
	if (!has_trigger(js_get(d->config, "triggers"), id, &n))
		doubt(d, member, mem_printf(d->a, "no trigger has the id \"%.60s\"%s", id, near_say(&n)));
}

static void
doubt_object(struct doubting *d, const struct js *v)
{
	const char *condition = js_get_string(v, "condition");
	const char *kind = condition != NULL ? condition : rule_trigger_kind(v);

	if (!d->placed && is(kind, "sun"))
		doubt(d, NULL, "it is not known where the house stands, so the sun never rises or "
		    "sets here: set LATITUDE and LONGITUDE in the configuration");
	if (kind != NULL)
		doubt_part_of_entity(d, v, kind);
	if (is(condition, "trigger") && !d->scenario)
		each_text(d, "id", NULL, js_get(v, "id"), doubt_trigger_id);
	if (js_type(js_get(v, "if")) == JS_ARRAY && js_size(js_get(v, "if")) == 0)
		doubt(d, "if", "there is no condition: what stands under then is always done");
	doubt_command(d, v);
}

static void
walk(struct doubting *d, const struct js *v)
{
	static const char *const own[] = { "data", "event_data", "variables", "parameters", "body", "headers",
		"metadata" };
	size_t len = d->place.len, i;
	void *it;

	if (rule_disabled(v) && v != d->config)
		return;
	if (js_type(v) == JS_OBJECT)
		doubt_object(d, v);
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v); i++) {
		buf_printf(&d->place, "[%zu]", i);
		walk(d, js_at(v, i));
		buf_cut(&d->place, len);
	}
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL; it = js_iter_next(v, it)) {
		if (rule_text_in(js_iter_key(it), own, sizeof(own) / sizeof(own[0])))
			continue;
		buf_printf(&d->place, "%s%s", len > 0 ? "." : "", js_iter_key(it));
		walk(d, js_iter_value(it));
		buf_cut(&d->place, len);
	}
}

size_t
automation_doubts(struct db *db, const struct js *config, bool scenario, bool placed, struct mem_arena *a,
    struct jsw *w)
{
	struct doubting d = { .db = db, .a = a, .config = config, .placed = placed, .scenario = scenario, .w = w };
	const char *mode = js_get_string(config, "mode");

	if (js_is_number(js_get(config, "max")) && (mode == NULL || is(mode, "single") || is(mode, "restart")))
		doubt(&d, "max", mem_printf(a, "it has no meaning when the mode is %s: one runs at a time",
		    mode != NULL ? mode : "single"));
	walk(&d, config);
	buf_free(&d.place);
	return d.n;
}
