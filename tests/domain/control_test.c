/* SPDX-License-Identifier: ISC
 *
 * Action words to services.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/control.h"

static struct entity_choice
entity(const char *id, const char *domain, const char *category)
{
	struct entity_choice e = { .entity_id = id, .domain = domain, .category = category };

	return e;
}

/* "entity service data", or the outcome's name and field. */
static const char *
resolve(const struct entity_choice *list, size_t n, const char *entity_id, const char *action,
    const char *value)
{
	static char out[320];
	struct js *v = NULL;
	struct control c;
	struct fault f = {0};
	struct buf data = {0};
	enum rc rc;

	if (value != NULL)
		ATF_REQUIRE_EQ(js_parse(value, strlen(value), JS_STRICT, &v, NULL), RC_OK);
	rc = control_resolve(list, n, entity_id, action, v, &c, &f);
	if (rc == RC_OK) {
		js_dump(c.data, &data);
		snprintf(out, sizeof(out), "%s %s %s", c.entity->entity_id, c.service,
		    buf_str(&data));
		js_free(c.data);
		buf_free(&data);
	} else
		snprintf(out, sizeof(out), "%s %s", rc_name(rc), f.field);
	js_free(v);
	return out;
}

static const char *
plug(const char *action, const char *value)
{
	struct entity_choice list[] = {
		entity("button.plug_identify", "button", "config"),
		entity("light.plug_led", "light", "config"),
		entity("sensor.plug_power", "sensor", NULL),
		entity("switch.plug", "switch", NULL),
	};

	return resolve(list, 4, NULL, action, value);
}

ATF_TC_WITHOUT_HEAD(resolve__words);
ATF_TC_BODY(resolve__words, tc)
{
	static const struct {
		const char *domain, *action, *value, *want;
	} cases[] = {
		{ "light", "on", NULL, "x.y turn_on {}" },
		{ "light", "off", "null", "x.y turn_off {}" },
		{ "light", "toggle", NULL, "x.y toggle {}" },
		{ "light", "set_brightness", "40", "x.y turn_on {\"brightness_pct\":40}" },
		{ "light", "set_color", "[1,2,3]", "x.y turn_on {\"rgb_color\":[1,2,3]}" },
		{ "climate", "set_temperature", "21.5", "x.y set_temperature {\"temperature\":21.5}" },
		{ "climate", "set_mode", "\"heat\"", "x.y set_hvac_mode {\"hvac_mode\":\"heat\"}" },
		{ "cover", "open", NULL, "x.y open_cover {}" },
		{ "cover", "set_position", "30", "x.y set_cover_position {\"position\":30}" },
		{ "cover", "stop", NULL, "x.y stop_cover {}" },
		{ "lock", "lock", NULL, "x.y lock {}" },
		{ "lock", "unlock", NULL, "x.y unlock {}" },
		{ "valve", "open", NULL, "x.y open_valve {}" },
		{ "valve", "set_position", "30", "x.y set_valve_position {\"position\":30}" },
		{ "vacuum", "start", NULL, "x.y start {}" },
		{ "vacuum", "dock", NULL, "x.y return_to_base {}" },
		{ "vacuum", "locate", NULL, "x.y locate {}" },
		{ "lawn_mower", "start", NULL, "x.y start_mowing {}" },
		{ "lawn_mower", "pause", NULL, "x.y pause {}" },
		{ "humidifier", "set_humidity", "45", "x.y set_humidity {\"humidity\":45}" },
		{ "water_heater", "set_mode", "\"eco\"",
		    "x.y set_operation_mode {\"operation_mode\":\"eco\"}" },
		{ "alarm_control_panel", "alarm_arm_home", NULL, "x.y alarm_arm_home {}" },
		{ "button", "press", NULL, "x.y press {}" },
		{ "select", "select", "\"eco\"", "x.y select_option {\"option\":\"eco\"}" },
		{ "number", "set_value", "3", "x.y set_value {\"value\":3}" },
		{ "light", "turn_on", "{\"effect\":\"x\"}", "x.y turn_on {\"effect\":\"x\"}" },
		{ "light", "set_brightness", NULL, "invalid value" },
		{ "light", "set_brightness", "\"40\"", "invalid value" },
		{ "light", "on", "1", "invalid value" },
		{ "light", "turn_on", "1", "invalid value" },
		{ "light", "open", NULL, "unsupported action" },
		{ "sensor", "on", NULL, "unsupported action" },
		{ "light", "fly", NULL, "invalid action" },
		{ "light", "", NULL, "invalid action" },
	};
	struct entity_choice e;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		e = entity("x.y", cases[i].domain, NULL);
		ATF_CHECK_STREQ(cases[i].want, resolve(&e, 1, NULL, cases[i].action, cases[i].value));
	}
}

ATF_TC_WITHOUT_HEAD(resolve__main_entity_first);
ATF_TC_BODY(resolve__main_entity_first, tc)
{
	ATF_CHECK_STREQ("switch.plug turn_on {}", plug("on", NULL));
	ATF_CHECK_STREQ("button.plug_identify press {}", plug("press", NULL));
	ATF_CHECK_STREQ("light.plug_led turn_on {\"brightness_pct\":5}", plug("set_brightness", "5"));
}

ATF_TC_WITHOUT_HEAD(resolve__named_entity);
ATF_TC_BODY(resolve__named_entity, tc)
{
	struct entity_choice list[] = { entity("switch.a", "switch", NULL),
		entity("switch.b", "switch", NULL), entity("switch.c", "switch", NULL) };

	ATF_CHECK_STREQ("switch.b turn_on {}", resolve(list, 3, "switch.b", "on", NULL));
	ATF_CHECK_STREQ("not_found entity", resolve(list, 3, "switch.d", "on", NULL));
	ATF_CHECK_STREQ("unsupported action", resolve(list, 3, "switch.b", "press", NULL));
	list[1].orphaned = true;
	ATF_CHECK_STREQ("unsupported action", resolve(list, 3, "switch.b", "on", NULL));
	ATF_CHECK_STREQ("unsupported action", resolve(list, 0, NULL, "on", NULL));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, resolve__words);
	ATF_TP_ADD_TC(tp, resolve__main_entity_first);
	ATF_TP_ADD_TC(tp, resolve__named_entity);
	return atf_no_error();
}
