/* SPDX-License-Identifier: ISC
 *
 * A /config message: the topics and words of the device, and what it can do, in the names and ids that
 * Home Assistant gives.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/adapters/adapter_topic.h"

enum { RELAY_NONE, RELAY_RELAY, RELAY_LIGHT, RELAY_SHUTTER };
enum { SUB_NONE, SUB_DIMMER, SUB_COLDWARM, SUB_RGB, SUB_RGBW, SUB_RGBCW };

const char *
tasmota_config_text(const struct js *o, const char *key)
{
	size_t n;
	const char *s = js_string(js_get(o, key), &n);

	return s != NULL && n <= TASMOTA_TEXT_MAX ? s : NULL;
}

bool
tasmota_config_option(const struct js *o, const char *number)
{
	return js_int(js_get(js_get(o, "so"), number), 0) != 0;
}

static size_t
count(const struct js *list)
{
	size_t n = js_type(list) == JS_ARRAY ? js_size(list) : 0;

	return n > TASMOTA_LIST_MAX ? TASMOTA_LIST_MAX : n;
}

static int64_t
number_at(const struct js *list, size_t i)
{
	return js_int(js_at(list, i), 0);
}

/* ---- the device ---- */

/* A topic has no empty level and no "#", as the firmware has it. */
static void
tidy(struct buf *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->len; i++)
		if (b->p[i] != '#' && (b->p[i] != '/' || n == 0 || b->p[n - 1] != '/'))
			b->p[n++] = b->p[i];
	if (n < b->len)
		b->p[n] = '\0';
	b->len = n;
}

/* Puts what %NAME% stands for into the pattern of all its topics. */
static void
expand(const struct js *o, const char *prefix, const char *mac, struct buf *out)
{
	const struct {
		const char	*name, *value;
	} parts[] = {
		{ "%prefix%", prefix }, { "%topic%", tasmota_config_text(o, "t") },
		{ "%hostname%", tasmota_config_text(o, "hn") }, { "%id%", mac },
	};
	const char *p = tasmota_config_text(o, "ft");
	size_t i;

	while (*p != '\0') {
		for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			if (strncmp(p, parts[i].name, strlen(parts[i].name)) == 0)
				break;
		if (i < sizeof(parts) / sizeof(parts[0])) {
			buf_puts(out, parts[i].value != NULL ? parts[i].value : "");
			p += strlen(parts[i].name);
		} else
			buf_putc(out, *p++);
	}
	buf_putc(out, '/');
	tidy(out);
}

static enum rc
add_topics(const struct js *o, const char *mac, struct js *device, struct fault *f)
{
	static const char *const names[] = { "cmnd", "stat", "tele" };
	const char *pattern = tasmota_config_text(o, "ft"), *prefix;
	struct buf b = { .max = ADAPTER_TOPIC_MAX };
	enum rc rc = RC_OK;
	size_t i;

	if (pattern == NULL || strstr(pattern, "%prefix%") == NULL)
		return fault_set(f, RC_INVALID, "ft",
		    "the full topic must hold %%prefix%%: status and telemetry would be one topic");
	for (i = 0; i < 3 && rc == RC_OK; i++) {
		prefix = js_string(js_at(js_get(o, "tp"), i), NULL);
		buf_reset(&b);
		if (prefix != NULL)
			expand(o, prefix, mac, &b);
		if (prefix == NULL || b.over || !adapter_topic_publishable(buf_str(&b), b.len))
			rc = fault_set(f, RC_INVALID, "tp", "no topic can be made of tp, ft and t");
		else
			js_set(device, names[i], js_new_stringn(buf_str(&b), b.len));
	}
	buf_free(&b);
	return rc;
}

static struct js *
words_of(const struct js *o)
{
	static const char *const usual[] = { "OFF", "ON", "TOGGLE", "HOLD" };
	const struct js *state = js_get(o, "state");
	struct js *out = js_new_array();
	const char *s;
	size_t i, n;

	for (i = 0; i < 4; i++) {
		s = js_string(js_at(state, i), &n);
		js_append(out, js_new_string(s != NULL && n > 0 && n <= TASMOTA_TEXT_MAX ? s : usual[i]));
	}
	return out;
}

static int
count_powers(const struct js *relays)
{
	size_t i;
	int n = 0;

	for (i = 0; i < count(relays); i++)
		n += number_at(relays, i) != RELAY_NONE;
	return n;
}

enum rc
tasmota_config_device(const struct js *o, const char *mac, struct js **out, struct fault *f)
{
	const char *online = tasmota_config_text(o, "onln"), *offline = tasmota_config_text(o, "ofln");
	struct js *device = js_new_object();
	enum rc rc;

	if ((rc = add_topics(o, mac, device, f)) != RC_OK) {
		js_free(device);
		return rc;
	}
	js_set(device, "online", js_new_string(online != NULL ? online : "Online"));
	js_set(device, "offline", js_new_string(offline != NULL ? offline : "Offline"));
	js_set(device, "words", words_of(o));
	js_set(device, "powers", js_new_int(count_powers(js_get(o, "rl"))));
	if (tasmota_config_option(o, "4"))
		js_set(device, "result_by_command", js_new_bool(true));
	if (js_int(js_get(o, "dslp"), 0) != 0)
		js_set(device, "sleeps", js_new_bool(true));
	*out = device;
	return RC_OK;
}

/* ---- its entities ---- */

static struct js *
new_config(const char *kind, size_t index)
{
	struct js *config = js_new_object();

	js_set(config, "kind", js_new_string(kind));
	js_set(config, "index", js_new_int((int64_t)index));
	return config;
}

/* What nobody named, in words. */
static const char *
numbered(struct tasmota_reading *r, const char *domain, size_t i)
{
	return mem_printf(r->b.a, "%s %zu", adapter_family_title(domain, r->b.a), i + 1);
}

/* The name of a relay: NULL when it is the device itself. */
static const char *
friendly_name(struct tasmota_reading *r, const struct js *o, const char *domain, size_t i)
{
	const char *device = tasmota_config_text(o, "dn");
	const char *name = js_string(js_at(js_get(o, "fn"), i), NULL);

	if (name == NULL || *name == '\0' || strlen(name) > TASMOTA_TEXT_MAX)
		return numbered(r, domain, i);
	if (i == 0 && device != NULL && strcmp(name, device) == 0)
		return NULL;
	return mem_strdup(r->b.a, name);
}

static void
add(struct tasmota_reading *r, const char *domain, const char *endpoint, size_t i, const char *name,
    struct js *config)
{
	struct announced_entity e = {
		.domain = domain, .name = name, .enabled = true,
		.unique_id = mem_printf(r->b.a, "%s_%s_%s_%zu", r->mac, domain, endpoint, i),
	};

	tasmota_reading_add(r, &e, config, js_new_object());
}

static void
add_relay(struct tasmota_reading *r, const struct js *o, size_t i, bool lamp)
{
	const char *domain = lamp ? "light" : "switch";
	struct js *config = new_config("relay", i);

	if (lamp)
		js_set(config, "light", js_new_bool(true));
	add(r, domain, "relay", i, friendly_name(r, o, domain, i), config);
}

static size_t
first_light(const struct js *relays)
{
	size_t i;

	for (i = 0; i < count(relays) && number_at(relays, i) != RELAY_LIGHT; i++)
		continue;
	return i;
}

/* What the lamp is made of decides how its brightness is set: as a whole, by channel, or in two halves. */
static void
describe_light(const struct js *o, size_t i, struct js *config)
{
	int64_t type = js_int(js_get(o, "lt_st"), SUB_NONE);
	bool linked = js_int(js_get(o, "lk"), 0) != 0, tuya = js_int(js_get(o, "ty"), 0) != 0;
	char set[16], get[16] = "Dimmer";
	size_t half = i - first_light(js_get(o, "rl"));

	strlcpy(set, tuya ? "Dimmer3" : "Dimmer", sizeof(set));
	if (tasmota_config_option(o, "68")) {
		snprintf(set, sizeof(set), "Channel%zu", i + 1);
		strlcpy(get, set, sizeof(get));
		type = SUB_DIMMER;
	} else if (!linked && type >= SUB_RGBW && half < 2) {
		type = half == 0 ? SUB_RGB : type == SUB_RGBW ? SUB_DIMMER : SUB_COLDWARM;
		snprintf(set, sizeof(set), "Dimmer%zu", half + 1);
		strlcpy(get, set, sizeof(get));
	}
	js_set(config, "type", js_new_int(type));
	js_set(config, "set", js_new_string(set));
	js_set(config, "get", js_new_string(get));
	if (type != SUB_NONE && !tuya)
		js_set(config, "fades", js_new_bool(true));
}

static void
add_light(struct tasmota_reading *r, const struct js *o, size_t i)
{
	struct js *config = new_config("light", i);
	static const struct {
		const char	*option, *member;
	} options[] = {
		{ "20", "separate_power" }, { "82", "narrow" }, { "117", "fixed_fade" },
	};
	size_t k;

	describe_light(o, i, config);
	for (k = 0; k < sizeof(options) / sizeof(options[0]); k++)
		if (tasmota_config_option(o, options[k].option))
			js_set(config, options[k].member, js_new_bool(true));
	add(r, "light", "light", i, friendly_name(r, o, "light", i), config);
}

static void
add_shutter(struct tasmota_reading *r, const struct js *o, size_t i)
{
	const struct js *tilt = js_at(js_get(o, "sht"), i);
	struct js *config = new_config("shutter", i);

	if ((number_at(js_get(o, "sho"), i) & 1) != 0)
		js_set(config, "inverted", js_new_bool(true));
	/* [min, max, duration]; without a duration it cannot tilt */
	if (js_size(tilt) >= 3 && number_at(tilt, 2) != 0 && number_at(tilt, 0) != number_at(tilt, 1))
		js_set(config, "tilt", js_ref(tilt));
	add(r, "cover", "shutter", i, numbered(r, "cover", i), config);
}

static void
add_relays(struct tasmota_reading *r, const struct js *o)
{
	const struct js *relays = js_get(o, "rl");
	bool lamps = tasmota_config_option(o, "30"), ifan = js_int(js_get(o, "if"), 0) != 0;
	size_t i, shutters = 0;

	for (i = 0; i < count(relays); i++)
		switch (number_at(relays, i)) {
		case RELAY_RELAY:
			add_relay(r, o, i, lamps || (ifan && i == 0));
			break;
		case RELAY_LIGHT:
			if (ifan && i == 0)
				add_relay(r, o, i, true);
			else
				add_light(r, o, i);
			break;
		case RELAY_SHUTTER:
			if (number_at(relays, i + 1) != RELAY_SHUTTER)
				break;
			add_shutter(r, o, shutters++);
			i++;	/* two relays make one */
			break;
		}
}

/* ---- switches and buttons ---- */

/* The kinds of presses, by what the message calls them. */
static const struct press {
	const char	*action, *type;
} presses[] = {
	{ "SINGLE", "button_short_press" }, { "DOUBLE", "button_double_press" },
	{ "TRIPLE", "button_triple_press" }, { "QUAD", "button_quadruple_press" },
	{ "PENTA", "button_quintuple_press" }, { "HOLD", "button_long_press" },
};

static void
add_trigger(struct tasmota_reading *r, const char *what, size_t i, const char *key,
    const char *action, const char *type)
{
	struct js *config = new_config("trigger", i);
	const char *subtype = mem_printf(r->b.a, "%s_%zu", what, i + 1);
	struct announced_entity e = {
		.domain = "device_automation", .enabled = true,
		.name = mem_printf(r->b.a, "%s %s", type, subtype),
		.unique_id = mem_printf(r->b.a, "%s_%s_%zu_%s", r->mac, what, i + 1, action),
	};

	js_set(config, "key", js_new_string(key));
	js_set(config, "action", js_new_string(action));
	js_set(config, "type", js_new_string(type));
	js_set(config, "subtype", js_new_string(subtype));
	tasmota_reading_add(r, &e, config, js_new_object());
}

static void
add_button(struct tasmota_reading *r, const struct js *o, size_t i)
{
	const char *key = mem_printf(r->b.a, "Button%zu", i + 1);
	bool single = tasmota_config_option(o, "13"), swapped = tasmota_config_option(o, "11");
	size_t k;

	for (k = 0; k < (single ? 1 : sizeof(presses) / sizeof(presses[0])); k++)
		add_trigger(r, "button", i, key, presses[k].action,
		    presses[swapped && !single && k < 2 ? 1 - k : k].type);
}

/* By switch mode: whether there is a state, and what toggle and hold mean. */
static const struct mode {
	bool		 state;
	bool		 pulse;		/* falls back by itself */
	const char	*toggle, *hold;
} modes[] = {
	[0] = { false, false, "button_short_press", NULL },
	[1] = { true, false, NULL, NULL },
	[2] = { true, false, NULL, NULL },
	[3] = { true, false, "button_short_press", NULL },
	[4] = { true, false, "button_short_press", NULL },
	[5] = { true, false, "button_short_press", "button_long_press" },
	[6] = { true, false, "button_short_press", "button_long_press" },
	[7] = { false, false, "button_short_press", NULL },
	[8] = { false, false, "button_short_press", "button_double_press" },
	[9] = { true, false, NULL, "button_double_press" },
	[10] = { true, false, NULL, "button_double_press" },
	[11] = { false, false, "button_short_press", NULL },
	[12] = { false, false, "button_short_press", NULL },
	[13] = { true, true, NULL, NULL },
	[14] = { true, true, NULL, NULL },
	[15] = { true, false, NULL, NULL },
	[16] = { true, false, NULL, NULL },
};

static void
add_switch(struct tasmota_reading *r, const struct js *o, size_t i, const struct mode *mode)
{
	const char *name = js_string(js_at(js_get(o, "swn"), i), NULL), *key;
	const struct js *words = js_get(r->device, "words");
	struct js *config;

	if (name != NULL && (*name == '\0' || strlen(name) > TASMOTA_TEXT_MAX))
		name = NULL;
	key = name != NULL ? mem_strdup(r->b.a, name) : mem_printf(r->b.a, "Switch%zu", i + 1);
	if (mode->state) {
		config = new_config("switch", i);
		js_set(config, "key", js_new_string(key));
		if (mode->pulse)
			js_set(config, "off_delay_ms", js_new_int(1000));
		add(r, "binary_sensor", "switch", i,
		    name != NULL ? key : numbered(r, "binary_sensor", i), config);
	}
	if (mode->toggle != NULL)
		add_trigger(r, "switch", i, key, js_string(js_at(words, 2), NULL), mode->toggle);
	if (mode->hold != NULL)
		add_trigger(r, "switch", i, key, js_string(js_at(words, 3), NULL), mode->hold);
}

static void
add_inputs(struct tasmota_reading *r, const struct js *o)
{
	const struct js *switches = js_get(o, "swc"), *buttons = js_get(o, "btn");
	int64_t mode;
	size_t i;

	for (i = 0; i < count(switches); i++) {
		mode = js_int(js_at(switches, i), -1);
		if (mode >= 0 && mode < (int64_t)(sizeof(modes) / sizeof(modes[0])))
			add_switch(r, o, i, &modes[mode]);
	}
	for (i = 0; i < count(buttons) && tasmota_config_option(o, "73"); i++)
		if (number_at(buttons, i) != 0)
			add_button(r, o, i);
}

void
tasmota_config_entities(struct tasmota_reading *r, const struct js *o)
{
	struct announced_entity fan = {
		.domain = "fan", .enabled = true, .unique_id = mem_printf(r->b.a, "%s_fan_fan_ifan", r->mac),
	};

	add_relays(r, o);
	if (js_int(js_get(o, "if"), 0) != 0)
		tasmota_reading_add(r, &fan, new_config("fan", 0), js_new_object());
	add_inputs(r, o);
	tasmota_status_entities(r, js_int(js_get(o, "bat"), 0) != 0);
	tasmota_receiver_entities(r, o);
	tasmota_restart_entity(r);
}
