/* SPDX-License-Identifier: ISC
 *
 * See rule_words.h.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/rule.h"
#include "shared/domain/rule_words.h"

/* Where a word stands. */
enum { OF_RULE = 1, OF_SCENARIO = 2, OF_TRIGGER = 4, OF_PART = 8 };

/* A word of Home Assistant's, and that of the house. */
static const struct {
	int		 place;
	const char	*other, *own;
} words[] = {
	{ OF_RULE | OF_SCENARIO, "alias", "name" },
	{ OF_RULE, "trigger", "triggers" },
	{ OF_RULE | OF_SCENARIO, "condition", "conditions" },
	{ OF_RULE | OF_SCENARIO, "action", "actions" },
	{ OF_SCENARIO, "sequence", "actions" },
	{ OF_RULE, "initial_state", "enabled" },
	{ OF_TRIGGER, "platform", "trigger" },
	{ OF_PART, "service", "action" },
	{ OF_PART, "service_template", "action" },
	{ OF_PART, "data_template", "data" },
	{ OF_PART, "event_data_template", "event_data" },
};

const char *const rule_words_of_rule[] = { "alias", "trigger", "condition", "action", "initial_state", "id",
	"max_exceeded", "trace", NULL };

const char *const rule_words_of_action[] = { "service_template", "data_template", "event_data_template", NULL };
const char *const rule_words_of_data[] = { "entity_id", "device_id", "area_id", "floor_id", "label_id", "kelvin",
	NULL };

/* What a rule may say there and the house needs not know. */
static const struct {
	const char	*name, *why;
} idle[] = {
	{ "id", "the house gives a new rule an id of its own" },
	{ "max_exceeded", "it has no meaning here: every start that is ignored stands in the runs of the rule" },
	{ "trace", "it has no meaning here: the house keeps the traces of all rules, TRACE_RETENTION_DAYS long" },
};

static const struct {
	const char	*name, *why;
} refused[] = {
	{ "use_blueprint", "there are no blueprints here: in Home Assistant choose \"Take control\" of this "
	    "automation, and bring what comes of it" },
	{ "trigger_variables", "a trigger sees no variables here: write their values into the trigger, and what "
	    "conditions and actions see into variables" },
};

/* Lists of a rule in which one may stand alone. */
static const char *const lists[] = { "triggers", "conditions", "actions" };
/* What people call as they like, or what is theirs. */
static const char *const theirs[] = { "data", "event_data", "variables",
	"parameters", "body", "headers", "metadata", "for_each" };
/* What a service is done to. */
static const char *const of_target[] = { "entity_id", "device_id", "area_id", "floor_id", "label_id" };
/* Whose parts are triggers. */
static const char *const of_triggers[] = { "triggers", "wait_for_trigger" };

#define IN(name, list) is_in(name, list, sizeof(list) / sizeof(list[0]))

static bool
is_in(const char *name, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* The house's word for a member of v; its own one when that is given as well. null is as good as nothing. */
static const char *
own_word(const struct js *v, const char *name, int place)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((words[i].place & place) != 0 && strcmp(words[i].other, name) == 0)
			return js_is_null(js_get(v, words[i].own)) ? words[i].own : name;
	return name;
}

static bool
is_idle(const char *name, int place)
{
	size_t i;

	for (i = 0; place == OF_RULE && i < sizeof(idle) / sizeof(idle[0]); i++)
		if (strcmp(idle[i].name, name) == 0)
			return true;
	return false;
}

static struct js *
as_list(struct js *v)
{
	struct js *list;

	if (js_type(v) == JS_ARRAY || js_is_null(v))
		return v;
	list = js_new_array();
	js_append(list, v);
	return list;
}

/* Blanks at the end of s[0..n). */
static size_t
trailing(const char *s, size_t n)
{
	size_t blanks = 0;

	while (blanks < n && s[n - blanks - 1] == ' ')
		blanks++;
	return blanks;
}

/* "light.a, light.b" as a list. */
static struct js *
own_ids(const struct js *v)
{
	const char *s = js_string(v, NULL);
	struct js *list;
	size_t n;

	if (s == NULL || strchr(s, ',') == NULL || rule_is_template(v))
		return js_ref(v);
	list = js_new_array();
	for (;; s += n + 1) {
		s += strspn(s, " ");
		n = strcspn(s, ",");
		js_append(list, js_new_stringn(s, n - trailing(s, n)));
		if (s[n] == '\0')
			return list;
	}
}

/* "20" as a number. */
static struct js *
own_limit(const struct js *v)
{
	const char *s = js_string(v, NULL);
	double d;

	if (s == NULL || strspn(s, "0123456789+-.") != strlen(s) || !rule_number(s, &d))
		return js_ref(v);
	return d == floor(d) && fabs(d) < 1e15 ? js_new_int((int64_t)d) : js_new_real(d);
}

/* The data of a service without what belongs to its target, to which that is added. */
static struct js *
own_data(const struct js *data, bool light, struct js *target)
{
	struct js *out = js_new_object();
	const char *name;
	void *it;

	for (it = js_iter(data); it != NULL; it = js_iter_next(data, it)) {
		name = js_iter_key(it);
		if (light && strcmp(name, "kelvin") == 0 && js_get(data, "color_temp_kelvin") == NULL)
			name = "color_temp_kelvin";
		if (IN(name, of_target) && js_get(target, name) == NULL)
			js_set(target, name, own_ids(js_iter_value(it)));
		else
			js_set(out, name, js_ref(js_iter_value(it)));
	}
	return out;
}

/* o is a service with data. */
static void
own_service(struct js *o, const char *service)
{
	bool short_target = js_get(o, "entity_id") != NULL;
	struct js *target = js_new_object(), *data;
	const struct js *given = js_get(o, "target");
	void *it;

	for (it = js_iter(given); it != NULL; it = js_iter_next(given, it))
		js_set(target, js_iter_key(it), js_ref(js_iter_value(it)));
	if (short_target)
		js_set(target, "entity_id", js_new_null());
	data = own_data(js_get(o, "data"), strncmp(service, "light.", 6) == 0, target);
	if (short_target)
		js_unset(target, "entity_id");
	if (js_size(target) > js_size(given))
		js_set(o, "target", js_ref(target));
	if (js_size(data) == 0 && js_size(js_get(o, "data")) > 0)
		js_unset(o, "data");
	else
		js_set(o, "data", js_ref(data));
	js_free(target);
	js_free(data);
}

/* The ways to write a value that a part may have besides the house's own. */
static void
own_values(struct js *o)
{
	const char *kind = js_get_string(o, js_get(o, "trigger") != NULL ? "trigger" : "condition");
	const char *service = js_get_string(o, "action");
	static const char *const limits[] = { "above", "below" };
	size_t i;

	if (js_get(o, "entity_id") != NULL)
		js_set(o, "entity_id", own_ids(js_get(o, "entity_id")));
	for (i = 0; i < 2 && kind != NULL && strcmp(kind, "numeric_state") == 0; i++)
		if (js_get(o, limits[i]) != NULL)
			js_set(o, limits[i], own_limit(js_get(o, limits[i])));
	if (service != NULL && js_type(js_get(o, "data")) == JS_OBJECT &&
	    (js_get(o, "target") == NULL || js_type(js_get(o, "target")) == JS_OBJECT))
		own_service(o, service);
}

static struct js *own(const struct js *v, int place);

static struct js *
own_member(const struct js *v, const char *name, int place)
{
	struct js *out;

	if (IN(name, theirs))
		return js_ref(v);
	out = own(v, IN(name, of_triggers) ? OF_TRIGGER : OF_PART);
	if (((place & (OF_RULE | OF_SCENARIO)) != 0 && IN(name, lists)) || strcmp(name, "parallel") == 0)
		return as_list(out);
	return out;
}

static struct js *
own_object(const struct js *v, int place)
{
	struct js *out = js_new_object();
	const char *name;
	void *it;

	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it)) {
		if (is_idle(js_iter_key(it), place))
			continue;
		name = own_word(v, js_iter_key(it), place);
		if (js_is_null(js_iter_value(it)) && js_get(out, name) != NULL)
			continue;
		if (!js_is_null(js_get(out, name)))
			name = js_iter_key(it);
		js_set(out, name, own_member(js_iter_value(it), name, place));
	}
	if ((place & (OF_TRIGGER | OF_PART)) != 0)
		own_values(out);
	return out;
}

static struct js *
own(const struct js *v, int place)
{
	struct js *out;
	size_t i;

	if (js_type(v) == JS_OBJECT)
		return own_object(v, place);
	if (js_type(v) != JS_ARRAY)
		return js_ref(v);
	out = js_new_array();
	for (i = 0; i < js_size(v); i++)
		js_append(out, own(js_at(v, i), place));
	return out;
}

struct js *
rule_words_own(const struct js *given, bool scenario)
{
	return own(given, scenario ? OF_SCENARIO : OF_RULE);
}

struct js *
rule_words_own_trigger(const struct js *given)
{
	return own(given, OF_TRIGGER);
}

enum rc
rule_words_refused(const struct js *given, struct fault *f)
{
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!js_is_null(js_get(given, refused[i].name)))
			return fault_set(f, RC_INVALID, refused[i].name, "%s", refused[i].why);
	return RC_OK;
}

void
rule_words_idle(const struct js *given, void (*fn)(const char *member, const char *why, void *arg), void *arg)
{
	size_t i;

	for (i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
		if (!js_is_null(js_get(given, idle[i].name)))
			fn(idle[i].name, idle[i].why, arg);
}
