/* SPDX-License-Identifier: ISC
 *
 * The table of action words.
 */
#include <string.h>

#include "shared/domain/control.h"
#include "shared/domain/service.h"

enum value { VALUE_NONE, VALUE_NUMBER, VALUE_TEXT, VALUE_LIST };

struct action {
	const char	*word;
	const char	*domain;	/* NULL: any that offers the service */
	const char	*service;
	const char	*key;		/* of the value in the service's data */
	enum value	 value;
};

static const struct action table[] = {
	{ "on", NULL, "turn_on", NULL, VALUE_NONE },
	{ "off", NULL, "turn_off", NULL, VALUE_NONE },
	{ "toggle", NULL, "toggle", NULL, VALUE_NONE },
	{ "set_brightness", "light", "turn_on", "brightness_pct", VALUE_NUMBER },
	{ "set_color_temp", "light", "turn_on", "color_temp_kelvin", VALUE_NUMBER },
	{ "set_color", "light", "turn_on", "rgb_color", VALUE_LIST },
	{ "set_effect", "light", "turn_on", "effect", VALUE_TEXT },
	{ "set_temperature", "climate", "set_temperature", "temperature", VALUE_NUMBER },
	{ "set_temperature", "water_heater", "set_temperature", "temperature", VALUE_NUMBER },
	{ "set_humidity", NULL, "set_humidity", "humidity", VALUE_NUMBER },
	{ "set_mode", "climate", "set_hvac_mode", "hvac_mode", VALUE_TEXT },
	{ "set_mode", "humidifier", "set_mode", "mode", VALUE_TEXT },
	{ "set_mode", "water_heater", "set_operation_mode", "operation_mode", VALUE_TEXT },
	{ "set_position", "cover", "set_cover_position", "position", VALUE_NUMBER },
	{ "set_position", "valve", "set_valve_position", "position", VALUE_NUMBER },
	{ "set_tilt", "cover", "set_cover_tilt_position", "tilt_position", VALUE_NUMBER },
	{ "open", "cover", "open_cover", NULL, VALUE_NONE },
	{ "open", "valve", "open_valve", NULL, VALUE_NONE },
	{ "open", "lock", "open", NULL, VALUE_NONE },
	{ "close", "cover", "close_cover", NULL, VALUE_NONE },
	{ "close", "valve", "close_valve", NULL, VALUE_NONE },
	{ "stop", "cover", "stop_cover", NULL, VALUE_NONE },
	{ "stop", "valve", "stop_valve", NULL, VALUE_NONE },
	{ "stop", "vacuum", "stop", NULL, VALUE_NONE },
	{ "start", "vacuum", "start", NULL, VALUE_NONE },
	{ "start", "lawn_mower", "start_mowing", NULL, VALUE_NONE },
	{ "pause", NULL, "pause", NULL, VALUE_NONE },
	{ "dock", "vacuum", "return_to_base", NULL, VALUE_NONE },
	{ "dock", "lawn_mower", "dock", NULL, VALUE_NONE },
	{ "lock", "lock", "lock", NULL, VALUE_NONE },
	{ "unlock", "lock", "unlock", NULL, VALUE_NONE },
	{ "press", "button", "press", NULL, VALUE_NONE },
	{ "select", "select", "select_option", "option", VALUE_TEXT },
	{ "set_value", "number", "set_value", "value", VALUE_NUMBER },
	{ "set_speed", "fan", "set_percentage", "percentage", VALUE_NUMBER },
};

#define ACTIONS (sizeof(table) / sizeof(table[0]))

/* Which entity of several is the device itself: the earlier here, the sooner. */
static const char *const ranks[] = { "light", "switch", "cover", "lock", "climate", "fan", "valve",
	"vacuum", "lawn_mower", "alarm_control_panel", "humidifier", "water_heater", NULL };

static int
rank(const struct entity_choice *e)
{
	int i;

	for (i = 0; ranks[i] != NULL && strcmp(ranks[i], e->domain) != 0; i++)
		continue;
	/* Its settings come after all that it is for. */
	return e->category != NULL ? i + 100 : i;
}

static bool
offers(const char *domain, const char *service)
{
	return service_find(domain, service) != NULL;
}

/* The row by which this entity understands the word, or NULL. */
static const struct action *
understood(const struct entity_choice *e, const char *word)
{
	size_t i;

	for (i = 0; i < ACTIONS; i++)
		if (strcmp(table[i].word, word) == 0 &&
		    (table[i].domain == NULL || strcmp(table[i].domain, e->domain) == 0) &&
		    offers(e->domain, table[i].service))
			return &table[i];
	return NULL;
}

static bool
known(const char *word)
{
	size_t i;

	for (i = 0; i < ACTIONS; i++)
		if (strcmp(table[i].word, word) == 0)
			return true;
	return false;
}

static bool
fits(enum value want, const struct js *value)
{
	switch (want) {
	case VALUE_NONE:
		return js_is_null(value);
	case VALUE_NUMBER:
		return js_is_number(value);
	case VALUE_TEXT:
		return js_type(value) == JS_STRING;
	case VALUE_LIST:
		return js_type(value) == JS_ARRAY;
	}
	return false;
}

static enum rc
fill(const struct action *a, const struct js *value, struct control *out, struct fault *f)
{
	static const char *const wants[] = {
		[VALUE_NONE] = "takes no value", [VALUE_NUMBER] = "needs a number as value",
		[VALUE_TEXT] = "needs a text as value", [VALUE_LIST] = "needs an array as value",
	};

	if (!fits(a->value, value))
		return fault_set(f, RC_INVALID, "value", "%s %s", a->word, wants[a->value]);
	out->service = a->service;
	out->data = js_new_object();
	if (a->key != NULL)
		js_set(out->data, a->key, js_ref(value));
	return RC_OK;
}

/* A word that is no action may be the name of a service; its value is the service's data then. */
static enum rc
fill_service(const char *word, const struct js *value, struct control *out, struct fault *f)
{
	if (!js_is_null(value) && js_type(value) != JS_OBJECT)
		return fault_set(f, RC_INVALID, "value", "%s needs an object as value", word);
	out->service = word;
	out->data = js_is_null(value) ? js_new_object() : js_ref(value);
	return RC_OK;
}

/* The entity that is meant. is_action: word is one of the table, else the name of a service. */
static const struct entity_choice *
choose(const struct entity_choice *entities, size_t n, const char *entity_id, const char *word,
    bool is_action)
{
	const struct entity_choice *best = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct entity_choice *e = &entities[i];

		if (e->orphaned || (entity_id != NULL && strcmp(entity_id, e->entity_id) != 0))
			continue;
		if (is_action ? understood(e, word) == NULL : !offers(e->domain, word))
			continue;
		if (best == NULL || rank(e) < rank(best))
			best = e;
	}
	return best;
}

static bool
has(const struct entity_choice *entities, size_t n, const char *entity_id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(entities[i].entity_id, entity_id) == 0)
			return true;
	return false;
}

enum rc
control_resolve(const struct entity_choice *entities, size_t n, const char *entity_id,
    const char *action, const struct js *value, struct control *out, struct fault *f)
{
	bool is_action = known(action);
	struct control c;
	enum rc rc;

	if (!is_action && !service_anywhere(action))
		return fault_set(f, RC_INVALID, "action", "there is no action %.64s", action);
	if (entity_id != NULL && !has(entities, n, entity_id))
		return fault_set(f, RC_NOT_FOUND, "entity", "the device has no entity %.128s",
		    entity_id);
	c.entity = choose(entities, n, entity_id, action, is_action);
	if (c.entity == NULL)
		return fault_set(f, RC_UNSUPPORTED, "action", "nothing of this device can %.64s",
		    action);
	if (is_action)
		rc = fill(understood(c.entity, action), value, &c, f);
	else
		rc = fill_service(action, value, &c, f);
	if (rc == RC_OK)
		*out = c;
	return rc;
}
