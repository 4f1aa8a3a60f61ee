/* SPDX-License-Identifier: ISC
 *
 * The ways back, for every domain that has services.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/reversal.h"
#include "shared/domain/service.h"

struct sample {
	const char	*domain, *caps;		/* caps "" stands for {} */
	const char	*state, *attributes;	/* before */
	const char	*now_state, *now;	/* NULL: not sure */
	const char	*expected;
	const char	*class;
	bool		 insist;
};

#define LAMP "{\"supported_color_modes\":[\"color_temp\",\"xy\"],\"min_color_temp_kelvin\":2200," \
	"\"max_color_temp_kelvin\":6500,\"supported_features\":44,\"effect_list\":[\"blink\"]}"
#define COVER "{\"supported_features\":15}"
#define PLAIN_COVER "{\"supported_features\":3}"
#define HEAT "{\"hvac_modes\":[\"off\",\"heat\"],\"min_temp\":5,\"max_temp\":35,\"supported_features\":401," \
	"\"preset_modes\":[\"eco\",\"boost\"]}"
#define FAN "{\"supported_features\":63,\"preset_modes\":[\"breeze\"],\"percentage_step\":10}"
#define CODE "{\"code_format\":\"^\\\\d{4}$\"}"

#define SAMPLE(d, c, s, a, ns, n, x, ...) { .domain = d, .caps = c, .state = s, .attributes = a, \
	.now_state = ns, .now = n, .expected = x, __VA_ARGS__ }
static const struct sample samples[] = {
	SAMPLE("light", LAMP, "off", "", "on", "{\"brightness\":90}", "turn_off {}"),
	SAMPLE("light", LAMP, "on", "{\"brightness\":80,\"color_mode\":\"color_temp\",\"color_temp_kelvin\":2700,"
	    "\"hs_color\":[1,2]}", "off", "", "turn_on {\"brightness\":80,\"color_temp_kelvin\":2700}"),
	SAMPLE("light", LAMP, "on", "{\"brightness\":80,\"color_mode\":\"xy\",\"xy_color\":[0.3,0.4],"
	    "\"color_temp_kelvin\":2700}", "off", "", "turn_on {\"brightness\":80,\"xy_color\":[0.3,0.4]}"),
	SAMPLE("light", LAMP, "on", "{\"brightness\":80,\"effect\":\"blink\"}", "off", "",
	    "turn_on {\"brightness\":80,\"effect\":\"blink\"}"),
	/* "none" is no effect that it has. */
	SAMPLE("light", LAMP, "on", "{\"brightness\":80,\"effect\":\"none\"}", "off", "", "turn_on {\"brightness\":80}"),
	SAMPLE("light", LAMP, "on", "{\"brightness\":80}", "on", "{\"brightness\":81}", "nothing"),
	SAMPLE("light", LAMP, "on", "{\"brightness\":80}", "on", "{\"brightness\":81,\"effect\":\"blink\"}",
	    "turn_on {\"brightness\":80}"),
	SAMPLE("light", LAMP, "on", "{\"brightness\":80}", "on", "{\"brightness\":160}", "turn_on {\"brightness\":80}"),
	SAMPLE("light", LAMP, "off", "", "off", "", "nothing"),
	SAMPLE("light", LAMP, "off", "", NULL, NULL, "turn_off {}"),
	SAMPLE("light", "{\"supported_color_modes\":[\"onoff\"]}", "on", "{\"brightness\":80}", "off", "", "turn_on {}"),
	SAMPLE("light", LAMP, "unknown", "", "on", "", "unsupported: what it was before is not known"),
	SAMPLE("light", LAMP, "unavailable", "", "on", "", "unsupported: what it was before is not known"),
	SAMPLE("light", LAMP, NULL, "", "on", "", "unsupported: what it was before is not known"),
	SAMPLE("switch", "", "off", "", "on", "", "turn_off {}"),
	SAMPLE("switch", "", "on", "", "off", "", "turn_on {}"),
	SAMPLE("switch", "", "odd", "", "off", "", "unsupported: it has no service that brings it back"),
	SAMPLE("cover", COVER, "open", "{\"current_position\":40}", "closed", "{\"current_position\":0}",
	    "set_cover_position {\"position\":40}"),
	SAMPLE("cover", COVER, "open", "{\"current_position\":40}", "open", "{\"current_position\":41}", "nothing"),
	SAMPLE("cover", PLAIN_COVER, "closed", "{\"current_position\":0}", "open", "", "close_cover {}"),
	SAMPLE("cover", PLAIN_COVER, "open", "", "closed", "", "open_cover {}", .class = "shutter"),
	SAMPLE("cover", PLAIN_COVER, "stopped", "", "closed", "", "unsupported: where it stood is not known"),
	SAMPLE("cover", PLAIN_COVER, "open", "", "closed", "",
	    "refused: a gate or door that moves by itself may let somebody in or hit somebody", .class = "garage"),
	SAMPLE("cover", PLAIN_COVER, "open", "", "closed", "", "open_cover {}", .class = "garage", .insist = true),
	SAMPLE("cover", "{\"supported_features\":255}", "open", "{\"current_position\":40,\"current_tilt_position\":7}",
	    "open", "{\"current_position\":40,\"current_tilt_position\":90}",
	    "set_cover_tilt_position {\"tilt_position\":7}"),
	SAMPLE("climate", HEAT, "heat", "{\"temperature\":21.5,\"preset_mode\":\"eco\"}", "off",
	    "{\"temperature\":21.5,\"preset_mode\":\"eco\"}", "set_hvac_mode {\"hvac_mode\":\"heat\"}"),
	SAMPLE("climate", HEAT, "off", "{\"temperature\":17,\"preset_mode\":\"none\"}", "heat",
	    "{\"temperature\":23,\"preset_mode\":\"boost\"}",
	    "set_temperature {\"temperature\":17}, set_hvac_mode {\"hvac_mode\":\"off\"}"),
	SAMPLE("climate", HEAT, "heat", "{\"temperature\":20,\"preset_mode\":\"eco\"}", NULL, NULL,
	    "set_hvac_mode {\"hvac_mode\":\"heat\"}, set_preset_mode {\"preset_mode\":\"eco\"}, "
	    "set_temperature {\"temperature\":20}"),
	SAMPLE("climate", "{\"supported_features\":2}", "heat", "{\"target_temp_low\":18,\"target_temp_high\":24}", "heat",
	    "{\"target_temp_low\":18,\"target_temp_high\":22}",
	    "set_temperature {\"target_temp_low\":18,\"target_temp_high\":24}"),
	SAMPLE("lock", "", "locked", "", "unlocked", "", "lock {}"),
	SAMPLE("lock", CODE, "locked", "", "unlocked", "", "unsupported: it wants a code, which nobody keeps"),
	SAMPLE("lock", "", "unlocked", "", "locked", "", "refused: unlocking lets people in"),
	SAMPLE("lock", "", "unlocked", "", "locked", "", "unlock {}", .insist = true),
	SAMPLE("lock", "", "jammed", "", "locked", "", "unsupported: whether it was locked is not known"),
	SAMPLE("number", "{\"min\":0,\"max\":10}", "2.5", "", "7", "", "set_value {\"value\":2.5}"),
	SAMPLE("number", "{\"min\":0,\"max\":10}", "2.5", "", "2.5", "", "nothing"),
	SAMPLE("number", "{\"min\":5,\"max\":10}", "2.5", "", "7", "", "unsupported: it has no service that brings it back"),
	SAMPLE("select", "{\"options\":[\"a\",\"b\"]}", "a", "", "b", "", "select_option {\"option\":\"a\"}"),
	SAMPLE("select", "{\"options\":[\"b\"]}", "a", "", "b", "", "unsupported: it has no service that brings it back"),
	SAMPLE("text", "", "hello", "", "bye", "", "set_value {\"value\":\"hello\"}"),
	SAMPLE("button", "", "2026-01-01T00:00:00Z", "", "", "", "unsupported: a press of a button cannot be taken back"),
	SAMPLE("button", "", NULL, "", NULL, "", "unsupported: a press of a button cannot be taken back"),
	SAMPLE("automation", "", NULL, "", NULL, "", "unsupported: a rule is brought back by its versions"),
	SAMPLE("scene", "", NULL, "", NULL, "",
	    "unsupported: a scene sets what it likes; bring back its lamps and devices one by one"),
	SAMPLE("fan", FAN, "off", "{\"oscillating\":false}", "on", "{\"oscillating\":false}", "turn_off {}"),
	SAMPLE("fan", FAN, "on", "{\"percentage\":40,\"direction\":\"forward\"}", "on",
	    "{\"percentage\":80,\"direction\":\"reverse\"}",
	    "set_direction {\"direction\":\"forward\"}, turn_on {\"percentage\":40}"),
	SAMPLE("fan", FAN, "on", "{\"percentage\":40,\"preset_mode\":\"breeze\"}", "off", "",
	    "turn_on {\"preset_mode\":\"breeze\"}"),
	SAMPLE("siren", "{\"supported_features\":3}", "off", "", "on", "", "turn_off {}"),
	SAMPLE("siren", "{\"supported_features\":3}", "on", "", "off", "", "refused: it would sound again"),
	SAMPLE("siren", "{\"supported_features\":3}", "on", "", "off", "", "turn_on {}", .insist = true),
	SAMPLE("update", "{\"supported_features\":1}", "on", "", "off", "", "unsupported: what was installed stays installed, "
	    "and what was skipped is offered again by clear_skipped"),
	SAMPLE("date", "", "2026-01-31", "", "2026-02-01", "", "set_value {\"date\":\"2026-01-31\"}"),
	SAMPLE("time", "", "08:15:00", "", "09:00:00", "", "set_value {\"time\":\"08:15:00\"}"),
	SAMPLE("datetime", "", "2026-01-31T08:15:00Z", "", "x", "", "set_value {\"datetime\":\"2026-01-31T08:15:00Z\"}"),
	SAMPLE("notify", "", NULL, "", NULL, "", "unsupported: what was sent cannot be taken back"),
	SAMPLE("infrared", "{\"supported_features\":1}", NULL, "", NULL, "",
	    "unsupported: what was sent cannot be taken back"),
	SAMPLE("alarm_control_panel", "", "armed_away", "", "disarmed", "",
	    "unsupported: an alarm is armed and disarmed by people alone", .insist = true),
	SAMPLE("vacuum", "{\"supported_features\":8252}", "docked", "", "cleaning", "", "return_to_base {}"),
	SAMPLE("vacuum", "{\"supported_features\":8252}", "cleaning", "", "docked", "", "start {}"),
	SAMPLE("vacuum", "{\"supported_features\":8}", "paused", "", "cleaning", "", "stop {}"),
	SAMPLE("vacuum", "{\"supported_features\":8252}", "error", "", "docked", "", "unsupported: it was in trouble before"),
	SAMPLE("vacuum", "{\"supported_features\":32,\"fan_speed_list\":[\"low\",\"high\"]}", "docked",
	    "{\"fan_speed\":\"low\"}", "docked", "{\"fan_speed\":\"high\"}", "set_fan_speed {\"fan_speed\":\"low\"}"),
	SAMPLE("lawn_mower", "{\"supported_features\":7}", "docked", "", "mowing", "", "dock {}"),
	SAMPLE("lawn_mower", "{\"supported_features\":7}", "mowing", "", "docked", "",
	    "refused: a mower that starts may hurt somebody"),
	SAMPLE("valve", "{\"supported_features\":3}", "closed", "", "open", "", "close_valve {}"),
	SAMPLE("valve", "{\"supported_features\":3}", "open", "", "closed", "",
	    "refused: an open valve lets water or gas run"),
	SAMPLE("valve", "{\"supported_features\":7}", "open", "{\"current_position\":30}", "closed", "",
	    "set_valve_position {\"position\":30}", .insist = true),
	SAMPLE("water_heater", "{\"supported_features\":11,\"operation_list\":[\"eco\"]}", "eco", "{\"temperature\":50}",
	    "off", "{\"temperature\":50}", "set_operation_mode {\"operation_mode\":\"eco\"}"),
	SAMPLE("water_heater", "{\"supported_features\":11,\"operation_list\":[\"eco\"]}", "off", "{\"temperature\":50}",
	    "eco", "{\"temperature\":60}", "set_temperature {\"temperature\":50}, turn_off {}"),
	SAMPLE("humidifier", "{\"supported_features\":1,\"available_modes\":[\"dry\"]}", "on",
	    "{\"humidity\":45,\"mode\":\"dry\"}", "off", "{\"humidity\":60,\"mode\":\"dry\"}",
	    "set_humidity {\"humidity\":45}, turn_on {}"),
	SAMPLE("sensor", "", "1", "", "2", "", "unsupported: nothing can be done with it"),
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static struct js *
parse(const char *text)
{
	struct js *v;

	if (text == NULL || text[0] == '\0')
		text = "{}";
	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return v;
}

static struct js *
picture(const char *domain, const char *state, const char *attributes)
{
	struct js *v = parse(attributes), *out = reversal_picture(domain, state, v);

	js_free(v);
	return out;
}

static void
describe(enum rc rc, const struct reversal_answer *a, const struct fault *f, struct buf *b)
{
	int i;

	if (rc != RC_OK)
		buf_printf(b, "%s: %s", rc_name(rc), f->msg);
	else if (a->n == 0)
		buf_puts(b, "nothing");
	for (i = 0; rc == RC_OK && i < a->n; i++) {
		buf_printf(b, "%s%s ", i > 0 ? ", " : "", a->calls[i].service);
		js_dump(a->calls[i].data, b);
	}
}

static void
check_sample(const struct sample *s)
{
	struct reversal_question q = { .domain = s->domain, .device_class = s->class, .insist = s->insist };
	struct reversal_answer answer = { 0 };
	struct js *caps = parse(s->caps), *before = picture(s->domain, s->state, s->attributes);
	struct js *now = picture(s->domain, s->now_state, s->now);
	struct fault f = { 0 };
	struct buf b = { 0 };
	enum rc rc;

	q.caps = caps;
	q.before = before;
	q.now = now;
	rc = reversal_find(&q, &answer, &f);
	describe(rc, &answer, &f, &b);
	ATF_CHECK_STREQ_MSG(buf_str(&b), s->expected, "%s %s: %s", s->domain, s->state, buf_str(&b));
	if (rc == RC_OK)
		reversal_free(&answer);
	buf_free(&b);
	js_free(now);
	js_free(before);
	js_free(caps);
}

ATF_TC_WITHOUT_HEAD(reversal__brings_back_what_was);
ATF_TC_BODY(reversal__brings_back_what_was, tc)
{
	size_t i;

	(void)tc;
	for (i = 0; i < SAMPLES; i++)
		check_sample(&samples[i]);
}

static bool
has_field(const struct service *s, const char *name)
{
	const struct service_field *p;

	for (p = s->fields; p != NULL && p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return true;
	return false;
}

static bool
has_sample(const char *domain)
{
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		if (strcmp(samples[i].domain, domain) == 0)
			return true;
	return false;
}

/* Every domain has a table and a sample; what a table names exists. */
ATF_TC_WITHOUT_HEAD(reversal__tables);
ATF_TC_BODY(reversal__tables, tc)
{
	const struct service *s, *way;
	const struct reversal_field *p;
	const struct reversal *r;
	size_t i;

	(void)tc;
	for (i = 0; (s = service_at(i)) != NULL; i++) {
		ATF_REQUIRE_MSG((r = service_reversals(s->domain)) != NULL, "%s", s->domain);
		ATF_CHECK_MSG(has_sample(s->domain), "%s", s->domain);
		for (; r->service != NULL || r->why != NULL; r++) {
			if (r->service == NULL)
				continue;
			ATF_REQUIRE_MSG((way = service_find(s->domain, r->service)) != NULL, "%s", r->service);
			ATF_CHECK_MSG(!way->blind, "%s.%s", s->domain, r->service);
			for (p = r->fields; p != NULL && p->name != NULL; p++)
				ATF_CHECK_MSG(has_field(way, p->name), "%s.%s: %s", s->domain, way->name, p->name);
		}
	}
	ATF_CHECK(service_reversals("sensor") == NULL);
}

/* No more is remembered than the way back needs. */
ATF_TC_WITHOUT_HEAD(reversal__picture);
ATF_TC_BODY(reversal__picture, tc)
{
	struct js *p = picture("light", "on", "{\"brightness\":80,\"friendly_name\":\"x\",\"effect\":null,"
	    "\"color_mode\":\"hs\",\"hs_color\":[1,2]}");
	struct buf b = { 0 };

	(void)tc;
	js_dump(p, &b);
	ATF_CHECK_STREQ(buf_str(&b), "{\"state\":\"on\",\"attributes\":{\"brightness\":80,"
	    "\"color_mode\":\"hs\",\"hs_color\":[1,2]}}");
	buf_free(&b);
	js_free(p);
	ATF_CHECK(picture("light", "unavailable", "{}") == NULL);
	ATF_CHECK(picture("sensor", "on", "{}") == NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, reversal__brings_back_what_was);
	ATF_TP_ADD_TC(tp, reversal__tables);
	ATF_TP_ADD_TC(tp, reversal__picture);
	return atf_no_error();
}
