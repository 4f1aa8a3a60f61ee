/* SPDX-License-Identifier: ISC
 *
 * The port of the family "mqtt": topics it listens to, what it refuses and why, availability rules,
 * optimistic entities, timing options.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass.h"

#define NOW 1767225600000LL

/* The code and field of the answer to an announcement. */
static const char *
announced(struct adapter *ad, struct mem_arena *a, const char *topic, const char *payload)
{
	struct message m = { .topic = topic, .payload = payload, .len = strlen(payload),
		.now_ms = NOW };
	struct announcement an;
	struct fault f = { 0 };
	enum rc rc = adapter_hass.announce(ad, &m, "ha/x", a, &an, &f);

	js_free(m.json);
	if (rc == RC_OK)
		return mem_printf(a, "ok %zu", an.n);
	return mem_printf(a, "%s %s", rc_name(rc), f.field);
}

ATF_TC_WITHOUT_HEAD(topics__announced_under_the_prefix);
ATF_TC_BODY(topics__announced_under_the_prefix, tc)
{
	char topic[64], small[8];

	ATF_REQUIRE(adapter_announces(&adapter_hass, 0, "ha/x", topic, sizeof(topic)));
	ATF_CHECK_STREQ(topic, "ha/x/+/+/config");
	ATF_REQUIRE(adapter_announces(&adapter_hass, 1, "ha/x", topic, sizeof(topic)));
	ATF_CHECK_STREQ(topic, "ha/x/+/+/+/config");
	ATF_CHECK(!adapter_announces(&adapter_hass, 2, "ha/x", topic, sizeof(topic)));
	ATF_CHECK(!adapter_announces(&adapter_hass, 0, "ha/x", small, sizeof(small)));
	/* others have filters of their own, or none */
	ATF_REQUIRE(adapter_announces(adapter_find("tasmota"), 1, "ha/x", topic, sizeof(topic)));
	ATF_CHECK_STREQ(topic, "tasmota/discovery/+/sensors");
	ATF_CHECK(!adapter_announces(adapter_find("tasmota"), 3, "ha/x", topic, sizeof(topic)));
	ATF_CHECK(!adapter_announces(adapter_find("calendar"), 0, "ha/x", topic, sizeof(topic)));
	ATF_CHECK_EQ(adapter_find("mqtt"), &adapter_hass);
	ATF_CHECK(adapter_find("none") == NULL);
}

ATF_TC_WITHOUT_HEAD(announce__refuses_with_the_field);
ATF_TC_BODY(announce__refuses_with_the_field, tc)
{
	static const struct {
		const char	*topic, *payload, *want;
	} cases[] = {
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\"}", "ok 1" },
		{ "ha/x/sensor/n/a/config", "{\"stat_t\":\"s\",\"unknown\":[1]}", "ok 1" },
		{ "ha/x/sensor/a/config", "", "ok 0" },
		{ "ha/y/sensor/a/config", "{\"stat_t\":\"s\"}", "not_found " },
		{ "ha/x/sensor/a/state", "{\"stat_t\":\"s\"}", "not_found " },
		{ "ha/x/sensor/a/b/c/config", "{}", "not_found " },
		{ "ha/x/sensor/a b/config", "{}", "invalid topic" },
		{ "ha/x/toaster/a/config", "{}", "unsupported component" },
		{ "ha/x/light/a/config", "{\"schema\":\"other\"}", "unsupported component" },
		{ "ha/x/sensor/a/config", "{", "invalid " },
		{ "ha/x/sensor/a/config", "[]", "invalid " },
		{ "ha/x/sensor/a/config", "{}", "invalid state_topic" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":5}", "invalid state_topic" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"\"}", "invalid state_topic" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"a/#\"}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"a/#/b\"}", "invalid state_topic" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"a+\"}", "invalid state_topic" },
		{ "ha/x/switch/a/config", "{\"cmd_t\":\"a/+\"}", "invalid command_topic" },
		{ "ha/x/switch/a/config", "{\"cmd_t\":\"a\",\"pl_on\":[]}", "invalid payload_on" },
		{ "ha/x/switch/a/config", "{\"cmd_t\":\"a\",\"opt\":\"perhaps\"}", "invalid optimistic" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"val_tpl\":\"{{ x |\"}",
		    "invalid value_template" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"exp_aft\":\"soon\"}", "invalid expire_after" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"dev\":{}}", "invalid device" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"dev\":7}", "invalid device" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"name\":{}}", "invalid name" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"avty\":[{}]}", "invalid availability" },
		{ "ha/x/number/a/config", "{\"cmd_t\":\"s\",\"min\":5,\"max\":1}", "invalid min" },
		{ "ha/x/select/a/config", "{\"cmd_t\":\"s\"}", "invalid options" },
		{ "ha/x/cover/a/config", "{\"pos_open\":5,\"pos_clsd\":5}", "invalid position_open" },
		{ "ha/x/light/a/config", "{\"schema\":\"json\",\"cmd_t\":\"c\",\"sup_clrm\":[\"pink\"]}",
		    "invalid supported_color_modes" },
		/* what contradicts itself */
		{ "ha/x/light/a/config", "{\"schema\":\"json\",\"cmd_t\":\"c\",\"sup_clrm\":[\"onoff\",\"rgb\"]}",
		    "invalid supported_color_modes" },
		{ "ha/x/light/a/config", "{\"schema\":\"json\",\"cmd_t\":\"c\",\"sup_clrm\":[\"hs\",\"brightness\"]}",
		    "invalid supported_color_modes" },
		{ "ha/x/light/a/config", "{\"schema\":\"json\",\"cmd_t\":\"c\",\"sup_clrm\":[\"brightness\"]}", "ok 1" },
		{ "ha/x/light/a/config", "{\"schema\":\"json\",\"cmd_t\":\"c\",\"sup_clrm\":[\"rgb\",\"new\"]}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"exp_aft\":-5}", "invalid expire_after" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"exp_aft\":0}", "ok 1" },
		{ "ha/x/binary_sensor/a/config", "{\"stat_t\":\"s\",\"off_dly\":\"-1\"}", "invalid off_delay" },
		{ "ha/x/switch/a/config", "{\"cmd_t\":\"s\",\"exp_aft\":-5}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"qos\":3}", "invalid qos" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"qos\":\"2\"}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"avty_mode\":\"bogus\"}", "invalid availability_mode" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"avty_mode\":\"any\"}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"avty\":[{\"t\":\"a\"}],\"avty_t\":\"b\"}",
		    "invalid availability_topic" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"avty\":null,\"avty_t\":\"b\"}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"avty\":[],\"avty_t\":\"b\"}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"dev_cla\":\"enum\",\"stat_cla\":\"total\"}", "invalid state_class" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"ops\":[\"a\"],\"unit_of_meas\":\"W\"}",
		    "invalid unit_of_measurement" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"ops\":[\"a\"],\"unit_of_meas\":\"\"}", "ok 1" },
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"ops\":[]}", "invalid options" },
		/* what only nobody knows */
		{ "ha/x/sensor/a/config", "{\"stat_t\":\"s\",\"dev_cla\":\"bogus\",\"stat_cla\":\"bogus\"}", "ok 1" },
	};
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_hass.open();
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ATF_CHECK_STREQ_MSG(cases[i].want, announced(ad, a, cases[i].topic, cases[i].payload),
		    "%s", cases[i].payload);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

/* The identifier of the device that an announcement names, or why it is refused. */
static const char *
device_of(struct adapter *ad, struct mem_arena *a, const char *payload)
{
	struct message m = { .topic = "ha/x/sensor/a/config", .payload = payload, .len = strlen(payload),
		.now_ms = NOW };
	struct announcement an = { 0 };
	struct fault f = { 0 };
	enum rc rc = adapter_hass.announce(ad, &m, "ha/x", a, &an, &f);

	js_free(m.json);
	if (rc != RC_OK)
		return rc_name(rc);
	return an.device == NULL ? "none" : an.device->identifiers[0].value;
}

/* What the message before said of the device counts only when this one says the same. */
ATF_TC_WITHOUT_HEAD(announce__parts_of_the_message_before);
ATF_TC_BODY(announce__parts_of_the_message_before, tc)
{
	static const struct {
		const char	*payload, *want;
	} cases[] = {
		{ "{\"stat_t\":\"s\",\"dev\":{\"ids\":\"a\"},\"o\":{\"name\":\"z\"}}", "a" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"a\"},\"o\":{\"name\":\"z\"}}", "a" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"b\"}}", "b" },
		{ "{\"stat_t\":\"t\",\"device\":{\"ids\":\"b\"}}", "b" },
		{ "{\"stat_t\":\"t\"}", "none" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"b\"}", "invalid" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"b}}", "invalid" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":}}", "invalid" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"b\"}}", "b" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"b\"},\"dev\":{\"ids\":\"c\"}}", "c" },
		{ "{\"stat_t\":\"t\",\"d\\u0065v\":{\"ids\":\"d\"}}", "d" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"K\\u00fcche\"}}", "Küche" },
		{ "{\"stat_t\":\"t\",\"ü\":1,\"dev\":{\"ids\":\"a\"}}", "a" },
		{ "{\"stat_t\":\"t\",\"name\":\"tab\there\",\"dev\":{\"ids\":\"a\"}}", "invalid" },
		{ "{\"stat_t\":\"t\",\"name\":\"\xff\",\"dev\":{\"ids\":\"a\"}}", "invalid" },
		{ "{\"stat_t\":\"t\",\"name\":\"\\q\",\"dev\":{\"ids\":\"a\"}}", "invalid" },
		{ "{\"stat_t\":\"t\",\"name\":truex,\"dev\":{\"ids\":\"a\"}}", "invalid" },
		{ "{\"stat_t\":\"t\",\"x\":01,\"dev\":{\"ids\":\"a\"}}", "invalid" },
		{ "{\"stat_t\":\"t\",\"dev\":{\"ids\":\"a\"}} x", "invalid" },
	};
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_hass.open();
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ATF_CHECK_STREQ_MSG(device_of(ad, a, cases[i].payload), cases[i].want, "%s", cases[i].payload);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

/* An inverter with all of its registers. */
ATF_TC_WITHOUT_HEAD(announce__large_device);
ATF_TC_BODY(announce__large_device, tc)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_hass.open();
	struct announcement an = { 0 };
	struct fault f = { 0 };
	struct buf b = { 0 };
	struct message m = { .topic = "ha/x/device/inverter/config", .now_ms = NOW };
	int i;

	(void)tc;
	buf_puts(&b, "{\"device\":{\"identifiers\":[\"inv\"],\"name\":\"Inverter\"},\"components\":{");
	for (i = 0; i < 400; i++)
		buf_printf(&b, "%s\"register_%d\":{\"platform\":\"sensor\",\"name\":\"Register %d\","
		    "\"unique_id\":\"inv_%d\",\"state_topic\":\"inv/%0200d\","
		    "\"value_template\":\"{{ value_json.r%d }}\"}", i > 0 ? "," : "", i, i, i, i, i);
	buf_puts(&b, "}}");
	ATF_REQUIRE(b.len > 100000);
	m.payload = buf_str(&b);
	m.len = b.len;
	ATF_REQUIRE_EQ_MSG(adapter_hass.announce(ad, &m, "ha/x", a, &an, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_EQ(an.n, 400);
	js_free(m.json);
	buf_free(&b);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(announce__caps_sizes);
ATF_TC_BODY(announce__caps_sizes, tc)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_hass.open();
	struct buf b = { 0 };
	int i;

	buf_puts(&b, "{\"stat_t\":\"s\",\"x\":\"");
	for (i = 0; i < 1048576; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\"}");
	ATF_CHECK_STREQ("too_large ", announced(ad, a, "ha/x/sensor/a/config", buf_str(&b)));
	buf_reset(&b);
	buf_puts(&b, "{\"dev\":{\"ids\":\"d\"},\"cmps\":{");
	for (i = 0; i < 501; i++)
		buf_printf(&b, "%s\"k%d\":{\"p\":\"sensor\",\"stat_t\":\"s\"}", i > 0 ? "," : "", i);
	buf_puts(&b, "}}");
	ATF_CHECK_STREQ("too_large components", announced(ad, a, "ha/x/device/a/config", buf_str(&b)));
	buf_free(&b);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

static struct binding *
bound(struct adapter *ad, const char *component, const char *config, bool was_available)
{
	struct entity e = { .entity_id = "light.x", .component = component, .domain = component,
		.config = config };
	struct binding *b;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(adapter_hass.bind(ad, &e, was_available, &b, &f), RC_OK, "%s", f.msg);
	return b;
}

/* Delivers to topic number i of the binding; returns the availability it reports, or -1. */
static int
available(struct binding *b, size_t i, const char *payload, struct mem_arena *a)
{
	struct message m = { .topic = "t", .payload = payload, .len = strlen(payload),
		.now_ms = NOW };
	struct binding_state now = { 0 };
	struct report r = { 0 };
	struct fault f = { 0 };

	adapter_hass.decode(b, i, &m, &now, a, &r, &f);
	js_free(m.json);
	return r.has_available ? r.available : -1;
}

#define TWO "{\"state_topic\":\"s\",\"availability\":[{\"topic\":\"a\"},{\"topic\":\"b\"," \
	"\"payload_available\":1,\"payload_not_available\":false}],\"availability_mode\":"

ATF_TC_WITHOUT_HEAD(availability__modes);
ATF_TC_BODY(availability__modes, tc)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct adapter *ad = adapter_hass.open();
	struct binding *all = bound(ad, "sensor", TWO "\"all\"}", false);
	struct binding *any = bound(ad, "sensor", TWO "\"any\"}", false);
	struct binding *latest = bound(ad, "sensor", TWO "\"latest\"}", false);
	struct binding *known = bound(ad, "sensor", TWO "\"all\"}", true);
	struct binding_info info;

	adapter_hass.info(all, &info);
	ATF_REQUIRE_EQ(info.n_topics, 3);
	ATF_CHECK(!adapter_hass.topic(all, 0).availability && adapter_hass.topic(all, 1).availability);
	ATF_CHECK(!info.available);
	ATF_CHECK_EQ(available(all, 1, "online", a), 0);
	ATF_CHECK_EQ(available(all, 2, "1", a), 1);
	ATF_CHECK_EQ(available(all, 2, "other", a), -1);
	ATF_CHECK_EQ(available(all, 2, "False", a), 0);
	ATF_CHECK_EQ(available(any, 1, "online", a), 1);
	ATF_CHECK_EQ(available(any, 2, "False", a), 1);
	ATF_CHECK_EQ(available(any, 1, "offline", a), 0);
	ATF_CHECK_EQ(available(latest, 1, "online", a), 1);
	ATF_CHECK_EQ(available(latest, 2, "False", a), 0);
	adapter_hass.info(known, &info);
	ATF_CHECK(info.available);
	ATF_CHECK_EQ(available(known, 1, "offline", a), 0);
	ATF_CHECK_EQ(available(known, 1, "online", a), 1);
	adapter_hass.unbind(all);
	adapter_hass.unbind(any);
	adapter_hass.unbind(latest);
	adapter_hass.unbind(known);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(info__options);
ATF_TC_BODY(info__options, tc)
{
	struct adapter *ad = adapter_hass.open();
	struct binding *b = bound(ad, "binary_sensor",
	    "{\"state_topic\":\"s\",\"expire_after\":\"90\",\"off_delay\":1.5,\"qos\":2}", false);
	struct binding_info info;

	adapter_hass.info(b, &info);
	ATF_CHECK_EQ(info.expire_ms, 90000);
	ATF_CHECK_EQ(info.off_delay_ms, 1500);
	ATF_CHECK_EQ(adapter_hass.topic(b, 0).qos, 2);
	ATF_CHECK(info.available);
	ATF_CHECK(!info.optimistic);
	adapter_hass.unbind(b);
	adapter_hass.close(ad);
}

ATF_TC_WITHOUT_HEAD(assume__optimistic_light);
ATF_TC_BODY(assume__optimistic_light, tc)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct adapter *ad = adapter_hass.open();
	struct binding *b = bound(ad, "light",
	    "{\"schema\":\"json\",\"command_topic\":\"c\",\"supported_color_modes\":[\"rgb\"]}", false);
	struct command c = { .service = "turn_on" };
	struct binding_state now = { .state = "off" };
	struct binding_info info;
	struct report r = { 0 };
	struct js *data = NULL;
	const char *text = "{\"brightness\":9,\"rgb_color\":[0,0,255]}";
	bool seen = false;
	int i;

	adapter_hass.info(b, &info);
	ATF_CHECK(info.optimistic);
	ATF_CHECK_EQ(info.n_topics, 0);
	ATF_REQUIRE_EQ(js_parse(text, strlen(text), 0, &data, NULL), RC_OK);
	ATF_REQUIRE_EQ(adapter_hass.assume(b, &c, data, &now, a, &r), REPORT_OK);
	ATF_CHECK_STREQ(r.state, "on");
	for (i = 0; i < r.n_attributes; i++) {
		if (strcmp(r.attributes[i].name, "brightness") == 0)
			seen = js_int(r.attributes[i].value, 0) == 9;
		js_free(r.attributes[i].value);
	}
	ATF_CHECK(seen);
	js_free(data);
	adapter_hass.unbind(b);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

/* The value of a number among a report's attributes, -1 when it is not there; frees them all. */
static int
number_in(struct report *r, const char *name)
{
	int i, v = -1;

	for (i = 0; i < r->n_attributes; i++) {
		if (strcmp(r->attributes[i].name, name) == 0)
			v = (int)js_int(r->attributes[i].value, -1);
		js_free(r->attributes[i].value);
	}
	return v;
}

/* What no topic reports is assumed, and no more than that. */
ATF_TC_WITHOUT_HEAD(assume__unreported_part_of_a_light);
ATF_TC_BODY(assume__unreported_part_of_a_light, tc)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct adapter *ad = adapter_hass.open();
	struct binding *b = bound(ad, "light", "{\"command_topic\":\"c\",\"state_topic\":\"s\","
	    "\"brightness_command_topic\":\"d\"}", true);
	struct binding *all = bound(ad, "light", "{\"command_topic\":\"c\",\"state_topic\":\"s\","
	    "\"brightness_command_topic\":\"d\",\"brightness_state_topic\":\"b\"}", true);
	struct message m = { .topic = "s", .payload = "ON", .len = 2, .now_ms = NOW };
	struct command c = { .service = "turn_on" };
	struct binding_state now = { .state = "off" };
	struct binding_info info;
	struct report r = { 0 };
	struct fault f = { 0 };
	const char *text = "{\"brightness\":9}";
	struct js *data = NULL;

	adapter_hass.info(all, &info);
	ATF_CHECK(!info.optimistic);
	adapter_hass.info(b, &info);
	ATF_CHECK(info.optimistic);
	ATF_REQUIRE_EQ(js_parse(text, strlen(text), 0, &data, NULL), RC_OK);
	ATF_REQUIRE_EQ(adapter_hass.assume(b, &c, data, &now, a, &r), REPORT_OK);
	ATF_CHECK(!r.has_state);
	ATF_CHECK_EQ(number_in(&r, "brightness"), -1);
	r = (struct report){ 0 };
	ATF_REQUIRE_EQ(adapter_hass.decode(b, 0, &m, &now, a, &r, &f), REPORT_OK);
	ATF_CHECK_STREQ(r.state, "on");
	ATF_CHECK_EQ(number_in(&r, "brightness"), 9);
	js_free(data);
	adapter_hass.unbind(b);
	adapter_hass.unbind(all);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

/* A lamp keeps what it showed when another engine takes over. */
ATF_TC_WITHOUT_HEAD(decode__light_recalls_its_state);
ATF_TC_BODY(decode__light_recalls_its_state, tc)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct adapter *ad = adapter_hass.open();
	struct binding *b = bound(ad, "light", "{\"command_topic\":\"c\",\"state_topic\":\"s\","
	    "\"brightness_state_topic\":\"b\",\"brightness_command_topic\":\"d\"}", true);
	const char *text = "{\"brightness\":77,\"color_mode\":\"brightness\"}";
	struct message m = { .topic = "s", .payload = "ON", .len = 2, .now_ms = NOW };
	struct binding_state now = { .state = "on" };
	struct report r = { 0 };
	struct fault f = { 0 };
	struct js *before = NULL;
	int i, brightness = 0;

	ATF_REQUIRE_EQ(js_parse(text, strlen(text), 0, &before, NULL), RC_OK);
	now.attributes = before;
	ATF_REQUIRE_EQ(adapter_hass.decode(b, 0, &m, &now, a, &r, &f), REPORT_OK);
	for (i = 0; i < r.n_attributes; i++) {
		if (strcmp(r.attributes[i].name, "brightness") == 0)
			brightness = (int)js_int(r.attributes[i].value, 0);
		js_free(r.attributes[i].value);
	}
	ATF_CHECK_EQ(brightness, 77);
	js_free(before);
	adapter_hass.unbind(b);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

/* Megabytes of text: handed on as they came, nothing of them is decoded or copied while a lamp may wait. */
ATF_TC_WITHOUT_HEAD(decode__picture_stays_text);
ATF_TC_BODY(decode__picture_stays_text, tc)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct adapter *ad = adapter_hass.open();
	struct binding *b = bound(ad, "camera", "{\"topic\":\"t\",\"image_encoding\":\"b64\"}", true);
	size_t len = (8 << 20) / 3 * 4;
	char *text = mem_xmalloc(len + 1);
	struct message m = { .topic = "t", .payload = text, .len = len, .now_ms = NOW };
	struct binding_state now = { .available = true };
	struct report r = { 0 };
	struct fault f = { 0 };

	memset(text, 'A', len);
	text[len] = '\0';
	memcpy(text, "/9j/4AAQ", 8);
	text[len / 2] = '!';	/* nobody looks there yet */
	ATF_REQUIRE_EQ(adapter_hass.decode(b, 0, &m, &now, a, &r, &f), REPORT_OK);
	ATF_CHECK_EQ(r.picture, (const char *)text);
	ATF_CHECK_EQ(r.picture_len, len);
	ATF_CHECK(r.picture_text);
	memcpy(text, "PHN2Zz4=", 8);
	ATF_CHECK_EQ(adapter_hass.decode(b, 0, &m, &now, a, &r, &f), REPORT_BAD);
	js_free(m.json);
	free(text);
	adapter_hass.unbind(b);
	adapter_hass.close(ad);
	mem_arena_free(a);
}

/* Where turn_on of a switch goes, and what its first topic is ("" for none). */
static void
topics_are(struct binding *b, const char *command, const char *first, struct mem_arena *a)
{
	struct command c = { .service = "turn_on" };
	struct binding_state now = { .state = "off" };
	struct outgoing out[OUTGOING_MAX];
	struct binding_info info;
	struct fault f = { 0 };
	size_t n = 0;

	adapter_hass.info(b, &info);
	ATF_CHECK_STREQ(info.n_topics == 0 ? "" : adapter_hass.topic(b, 0).topic, first);
	ATF_REQUIRE_EQ(adapter_hass.encode(b, &c, NULL, &now, a, out, &n, &f), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_STREQ(out[0].topic, command);
}

/* Entities of a kind share what their announcements have in common; each keeps its own topics. */
ATF_TC_WITHOUT_HEAD(bind__topics_of_a_kind);
ATF_TC_BODY(bind__topics_of_a_kind, tc)
{
	static const struct {
		const char	*command, *state;
	} pairs[] = {
		{ "z/one/set", "z/one" }, { "z/two/set", "z/two" }, { "z/two", "z/two" },
		{ "node/switch/a/command", "node/switch/a/state" }, { "node/switch/b/command", "node/switch/b/state" },
		{ "z", "z/one/state" }, { "elsewhere", "z/one" }, { "z/one/set", "" }, { "z/two/set", "" },
	};
	enum { N = sizeof(pairs) / sizeof(pairs[0]) };
	struct mem_arena *a = mem_arena_new(4096);
	struct adapter *ad = adapter_hass.open();
	struct binding *b[N];
	size_t i, round;

	for (i = 0; i < N; i++)
		b[i] = bound(ad, "switch", pairs[i].state[0] == '\0' ?
		    mem_printf(a, "{\"command_topic\":\"%s\"}", pairs[i].command) :
		    mem_printf(a, "{\"state_topic\":\"%s\",\"command_topic\":\"%s\"}", pairs[i].state,
		    pairs[i].command), true);
	for (round = 0; round < N; round++) {
		for (i = round; i < N; i++)
			topics_are(b[i], pairs[i].command, pairs[i].state, a);
		adapter_hass.unbind(b[round]);
	}
	adapter_hass.close(ad);
	mem_arena_free(a);
}

/* The same words elsewhere are not the same: a list of its own, one topic, nothing. */
ATF_TC_WITHOUT_HEAD(bind__availability_written_alike);
ATF_TC_BODY(bind__availability_written_alike, tc)
{
	static const char *const configs[] = {
		"{\"state_topic\":\"s\",\"availability\":[{\"topic\":\"a\"}]}",
		"{\"state_topic\":\"s\",\"availability\":[{\"topic\":\"a\"}]}",
		"{\"state_topic\":\"s\",\"availability\":[],\"availability_topic\":\"b\"}",
		"{\"state_topic\":\"s\",\"availability\":[],\"availability_topic\":\"c\"}",
		"{\"state_topic\":\"s\",\"availability\":[]}",
		"{\"state_topic\":\"s\",\"availability\":{\"topic\":\"a\"}}",
	};
	static const char *const topics[] = { "a", "a", "b", "c", NULL, "a" };
	struct adapter *ad = adapter_hass.open();
	struct binding *b[6];
	struct binding_info info;
	size_t i;

	for (i = 0; i < 6; i++) {
		b[i] = bound(ad, "sensor", configs[i], true);
		adapter_hass.info(b[i], &info);
		ATF_REQUIRE_EQ_MSG(info.n_topics, topics[i] == NULL ? 1 : 2, "%zu", i);
		if (topics[i] != NULL)
			ATF_CHECK_STREQ(adapter_hass.topic(b[i], 1).topic, topics[i]);
	}
	for (i = 0; i < 6; i++)
		adapter_hass.unbind(b[i]);
	adapter_hass.close(ad);
}

/* What stands in the database was checked when it was announced; what is broken all the same is refused. */
ATF_TC_WITHOUT_HEAD(bind__broken_text);
ATF_TC_BODY(bind__broken_text, tc)
{
	static const char *const broken[] = { "", "[]", "{\"state_topic\":\"s\"", "{\"state_topic\":\"s\",}",
		"{\"state_topic\":\"\\q\"}", "{\"state_topic\":\"s\",\"availability\":[{]}}" };
	struct adapter *ad = adapter_hass.open();
	struct binding *b = NULL;
	size_t i;

	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct entity e = { .entity_id = "sensor.x", .component = "sensor", .domain = "sensor",
			.config = broken[i] };
		struct fault f = { 0 };

		ATF_CHECK_EQ_MSG(adapter_hass.bind(ad, &e, false, &b, &f), RC_INVALID, "%s", broken[i]);
		ATF_CHECK(b == NULL && f.msg[0] != '\0');
	}
	adapter_hass.close(ad);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, topics__announced_under_the_prefix);
	ATF_TP_ADD_TC(tp, announce__refuses_with_the_field);
	ATF_TP_ADD_TC(tp, announce__parts_of_the_message_before);
	ATF_TP_ADD_TC(tp, announce__large_device);
	ATF_TP_ADD_TC(tp, announce__caps_sizes);
	ATF_TP_ADD_TC(tp, availability__modes);
	ATF_TP_ADD_TC(tp, bind__topics_of_a_kind);
	ATF_TP_ADD_TC(tp, bind__availability_written_alike);
	ATF_TP_ADD_TC(tp, bind__broken_text);
	ATF_TP_ADD_TC(tp, info__options);
	ATF_TP_ADD_TC(tp, assume__optimistic_light);
	ATF_TP_ADD_TC(tp, assume__unreported_part_of_a_light);
	ATF_TP_ADD_TC(tp, decode__light_recalls_its_state);
	ATF_TP_ADD_TC(tp, decode__picture_stays_text);
	return atf_no_error();
}
