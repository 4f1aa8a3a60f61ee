/* SPDX-License-Identifier: ISC
 *
 * New hardware in the place of old, and what uses what.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/device.h"
#include "shared/domain/event.h"
#include "shared/domain/registry.h"
#include "shared/domain/replace.h"
#include "shared/domain/revision.h"
#include "shared/domain/used.h"
#include "shared/store/store_succession.h"
#include "shared/store/store_id.h"
#include "tests/lib/house.h"

#define NOW 1767225600000LL

struct bench {
	struct conf		*conf;
	struct db		*db;
	struct tx		 tx;
	struct mem_arena	*a;
	struct fault		 f;
};

static void
open_bench(struct bench *w)
{
	*w = (struct bench){ .tx = { .now_ms = NOW, .actor = "user:anna" } };
	w->db = house_new(&w->conf);
	ATF_REQUIRE_EQ(db_begin_write(w->db), RC_OK);
	w->tx.db = w->db;
	w->a = mem_arena_new(65536);
}

static void
close_bench(struct bench *w)
{
	ATF_REQUIRE_EQ(db_commit(w->db), RC_OK);
	mem_arena_free(w->a);
	db_close(w->db);
	conf_free(w->conf);
}

/* One entity of a device: each has a discovery message of its own, as Zigbee2MQTT does it. */
struct part {
	const char	*domain, *key, *name, *class;
};

static struct announced_entity
announced(struct bench *w, const char *hardware, const struct part *p)
{
	return (struct announced_entity){ .component = p->domain, .domain = p->domain,
		.unique_id = mem_printf(w->a, "%s_%s_zigbee2mqtt", hardware, p->key), .name = p->name,
		.device_class = p->class, .enabled = true,
		.source = mem_printf(w->a, "homeassistant/%s/%s/%s/config", p->domain, hardware, p->key),
		.config = mem_printf(w->a, "{\"of\":\"%s\"}", hardware), .capabilities = "{}" };
}

static size_t
announce(struct bench *w, const char *hardware, const char *name, const char *model,
    const struct part *parts, size_t n)
{
	struct device_identifier id = { "id", mem_printf(w->a, "zigbee2mqtt_%s", hardware) };
	struct announced_device d = { .identifiers = &id, .n_identifiers = 1, .name = name,
		.model = model };
	struct announced_entity e;
	struct announcement an = { .adapter = "mqtt", .device = &d, .entities = &e, .n = 1 };
	struct registry_change change;
	size_t i, changed = 0;

	w->tx.actor = "mqtt";
	for (i = 0; i < n; i++) {
		e = announced(w, hardware, &parts[i]);
		an.source = e.source;
		ATF_REQUIRE_EQ(registry_announce(&w->tx, &an, w->a, &change, &w->f), RC_OK);
		changed += change.n_changed + change.n_gone;
	}
	w->tx.actor = "user:anna";
	return changed;
}

static void
withdraw(struct bench *w, const char *hardware, const struct part *parts, size_t n)
{
	struct announcement an = { .adapter = "mqtt", .removal = true };
	struct registry_change change;
	size_t i;

	for (i = 0; i < n; i++) {
		an.source = announced(w, hardware, &parts[i]).source;
		ATF_REQUIRE_EQ(registry_announce(&w->tx, &an, w->a, &change, &w->f), RC_OK);
	}
}

static struct entity_state
entity(struct bench *w, const char *id)
{
	struct entity_state es;

	ATF_REQUIRE_EQ_MSG(store_entity_get(w->db, id, w->a, &es), RC_OK, "no %s", id);
	return es;
}

static bool
there(struct bench *w, const char *device)
{
	struct device d;

	return store_device_get(w->db, device, w->a, &d) == RC_OK;
}

static const struct part lamp[] = {
	{ "light", "light", NULL, NULL }, { "sensor", "power", "Power", "power" },
	{ "sensor", "linkquality", "Linkquality", NULL },
};
static const struct part other_lamp[] = {
	{ "light", "light", NULL, NULL }, { "sensor", "p", "Consumption", "power" },
	{ "select", "effect", "Effect", NULL },
};

static void
add_rule(struct bench *w, const char *entity_id)
{
	struct js *members;
	struct automation r;
	const char *text = mem_printf(w->a, "{\"name\":\"Evening\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":"
	    "[\"light.x\",\"%s\"]}],\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"%s\"}}]}",
	    entity_id, entity_id);

	ATF_REQUIRE_EQ(js_parse(text, strlen(text), JS_STRICT, &members, &w->f), RC_OK);
	house_entity(&w->tx, "light.x", "{}");
	if (!store_id_exists(w->tx.db, STORE_ID_ENTITY, entity_id))
		house_entity(&w->tx, entity_id, "{}");
	ATF_REQUIRE_EQ_MSG(automation_edit_add(&w->tx, members, w->a, &r, &w->f), RC_OK, "%s", w->f.msg);
	js_free(members);
}

ATF_TC_WITHOUT_HEAD(replace__same_model);
ATF_TC_BODY(replace__same_model, tc)
{
	struct state was = { "on", "{}", true, NOW - 1000, NOW - 1000, 0 };
	struct state is = { "off", "{\"brightness\":7}", true, NOW - 10, NOW - 5, 0 };
	struct registry_edit edit = { .label = "Reading lamp" };
	struct store_event_filter all = { .limit = 100, .kind = EVENT_STATE_CHANGED };
	struct entity_state before, after;
	struct store_succession left;
	struct store_event *events;
	struct replace r;
	struct device d;
	struct bench w;
	size_t n;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	announce(&w, "0x02", "0x02", "L1", lamp, 3);
	ATF_REQUIRE_EQ(registry_edit_entity(&w.tx, "light.lamp", &edit, w.a, &w.f), RC_OK);
	add_rule(&w, "light.lamp");
	before = entity(&w, "light.lamp");
	after = entity(&w, "light.0x02");
	ATF_REQUIRE_EQ(store_state_put(&w.tx, before.entity.row, &was), RC_OK);
	ATF_REQUIRE_EQ(store_state_put(&w.tx, entity(&w, "light.0x02").entity.row, &is), RC_OK);

	ATF_REQUIRE_EQ(replace_device(&w.tx, "lamp", "0x02", true, w.a, &r, &w.f), RC_OK);
	ATF_CHECK_EQ(r.n_pairs, 3);
	ATF_CHECK(there(&w, "0x02"));
	ATF_REQUIRE_EQ_MSG(replace_device(&w.tx, "lamp", "0x02", false, w.a, &r, &w.f), RC_OK, "%s",
	    w.f.msg);
	ATF_CHECK_STREQ(r.device, "lamp");
	ATF_CHECK_EQ(r.n_pairs, 3);
	ATF_CHECK_EQ(r.n_added + r.n_missing, 0);
	ATF_CHECK(!there(&w, "0x02"));
	ATF_CHECK(!store_entity_id_taken(w.db, "light.0x02"));
	ATF_REQUIRE_EQ(store_succession_first(w.db, &left), RC_OK);
	ATF_CHECK_EQ(left.was, after.entity.row);
	ATF_CHECK_EQ(left.heir, before.entity.row);

	after = entity(&w, "light.lamp");
	ATF_CHECK_EQ(after.entity.row, before.entity.row);
	ATF_CHECK_STREQ(after.entity.unique_id, "0x02_light_zigbee2mqtt");
	ATF_CHECK_STREQ(after.entity.config, "{\"of\":\"0x02\"}");
	ATF_CHECK_STREQ(after.entity.label, "Reading lamp");
	ATF_CHECK_STREQ(after.state.state, "off");
	ATF_CHECK_STREQ(after.state.attributes, "{\"brightness\":7}");
	ATF_REQUIRE_EQ(store_event_list(w.db, &all, w.a, &events, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_EQ(events[0].entity, before.entity.row);
	ATF_CHECK_STREQ(events[0].prior, "on");
	ATF_CHECK(events[0].cause != 0);
	ATF_CHECK_EQ(after.state.event, events[0].id);
	ATF_REQUIRE_EQ(store_device_get(w.db, "lamp", w.a, &d), RC_OK);
	ATF_CHECK_STREQ(d.label, "Lamp");
	ATF_CHECK_STREQ(d.name, "0x02");
	/* the same announcement again says nothing new */
	ATF_CHECK_EQ(announce(&w, "0x02", "0x02", "L1", lamp, 3), 0);
	ATF_CHECK(!there(&w, "0x02"));
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(replace__other_model);
ATF_TC_BODY(replace__other_model, tc)
{
	struct replace r;
	struct bench w;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	announce(&w, "0x02", "New", "Z9", other_lamp, 3);
	ATF_REQUIRE_EQ_MSG(replace_device(&w.tx, "lamp", "new", false, w.a, &r, &w.f), RC_OK, "%s",
	    w.f.msg);
	ATF_REQUIRE_EQ(r.n_pairs, 2);
	ATF_CHECK_STREQ(r.pairs[0].entity_id, "light.lamp");
	ATF_CHECK_STREQ(r.pairs[1].entity_id, "sensor.lamp_power");
	ATF_CHECK_STREQ(r.pairs[1].was, "sensor.new_consumption");
	ATF_REQUIRE_EQ(r.n_missing, 1);
	ATF_CHECK_STREQ(r.missing[0], "sensor.lamp_linkquality");
	ATF_REQUIRE_EQ(r.n_added, 1);
	ATF_CHECK_STREQ(r.added[0], "select.new_effect");
	ATF_CHECK(entity(&w, "sensor.lamp_linkquality").entity.orphaned);
	ATF_CHECK_STREQ(entity(&w, "select.new_effect").entity.device_id, "lamp");
	/* the name that people saw stays */
	ATF_CHECK_STREQ(entity(&w, "sensor.lamp_power").entity.label, "Lamp Power");
	close_bench(&w);
}

/* The revisions of one thing, a line each. */
static const char *
story(struct bench *w, const char *kind, const char *subject)
{
	struct store_revision_filter q = { .kind = kind, .subject = subject, .limit = 50 };
	const char *text = "";
	struct revision *rows;
	size_t n;

	ATF_REQUIRE_EQ(store_revision_list(w->db, &q, w->a, &rows, &n), RC_OK);
	while (n-- > 0)
		text = mem_printf(w->a, "%s%s %s %s %s\n", text, rows[n].change,
		    rows[n].author != NULL ? rows[n].author : "-", rows[n].members,
		    rows[n].reason != NULL ? rows[n].reason : "-");
	return text;
}

ATF_TC_WITHOUT_HEAD(replace__told_by_revisions);
ATF_TC_BODY(replace__told_by_revisions, tc)
{
	struct registry_edit edit = { .label = "Spare" };
	struct revision left, made;
	struct device d;
	struct replace r;
	struct bench w;
	size_t n;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	announce(&w, "0x02", "0x02", "L1", lamp, 3);
	ATF_REQUIRE_EQ(registry_edit_device(&w.tx, "0x02", &edit, w.a, &w.f), RC_OK);
	ATF_REQUIRE_EQ(replace_device(&w.tx, "lamp", "0x02", true, w.a, &r, &w.f), RC_OK);
	ATF_CHECK_STREQ("", story(&w, "device", "lamp"));
	ATF_REQUIRE_EQ(replace_device(&w.tx, "lamp", "0x02", false, w.a, &r, &w.f), RC_OK);
	ATF_CHECK_STREQ("found - [] -\nchanged user:anna [\"name\"] lamp goes on with the hardware of 0x02\n",
	    story(&w, "device", "lamp"));
	ATF_CHECK_STREQ("found - [] -\nchanged user:anna [\"name\"] -\n"
	    "removed user:anna [] lamp goes on with the hardware of 0x02\n", story(&w, "device", "0x02"));
	ATF_CHECK_STREQ("found - [] -\nremoved user:anna [] lamp goes on with the hardware of 0x02\n",
	    story(&w, "entity", "light.0x02"));
	ATF_CHECK(w.tx.reason == NULL);
	/* what people see of it can be undone; what is gone cannot come back without its hardware */
	ATF_REQUIRE_EQ(store_revision_below(w.db, "device", "lamp", 2, w.a, &left), RC_OK);
	ATF_REQUIRE_EQ_MSG(revision_restore(&w.tx, left.id, w.a, &made, &w.f), RC_OK, "%s", w.f.msg);
	ATF_REQUIRE_EQ(store_device_get(w.db, "lamp", w.a, &d), RC_OK);
	ATF_CHECK(d.label == NULL);
	ATF_REQUIRE_EQ(store_revision_below(w.db, "device", "lamp", 3, w.a, &left), RC_OK);
	ATF_REQUIRE_EQ_MSG(revision_restore(&w.tx, left.id, w.a, &made, &w.f), RC_OK, "%s", w.f.msg);
	ATF_REQUIRE_EQ(store_revision_below(w.db, "device", "0x02", 2, w.a, &left), RC_OK);
	ATF_CHECK_EQ(revision_restore(&w.tx, left.id, w.a, &made, &w.f), RC_NOT_FOUND);
	/* removed and announced again, the light of the device is the one that people know */
	withdraw(&w, "0x02", lamp, 1);
	ATF_REQUIRE_EQ_MSG(registry_clear_orphans(&w.tx, w.a, &n, &w.f), RC_OK, "%s", w.f.msg);
	ATF_CHECK_EQ(1, n);
	announce(&w, "0x02", "0x02", "L1", lamp, 3);
	ATF_CHECK_STREQ(entity(&w, "light.lamp").entity.unique_id, "0x02_light_zigbee2mqtt");
	close_bench(&w);
}

/* What the old one did not have it takes from the new one, and that is told too. */
ATF_TC_WITHOUT_HEAD(replace__takes_the_area);
ATF_TC_BODY(replace__takes_the_area, tc)
{
	struct registry_edit edit = { .area_id = "hall" };
	struct area area;
	struct replace r;
	struct bench w;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	announce(&w, "0x02", "New", "Z9", other_lamp, 3);
	ATF_REQUIRE_EQ(area_add(&w.tx, &(struct area_edit){ .name = "Hall" }, w.a, &area, &w.f), RC_OK);
	ATF_REQUIRE_EQ(registry_edit_device(&w.tx, "new", &edit, w.a, &w.f), RC_OK);
	w.tx.reason = "the bulb broke";
	ATF_REQUIRE_EQ(replace_device(&w.tx, "lamp", "new", false, w.a, &r, &w.f), RC_OK);
	ATF_CHECK_STREQ("found - [] -\nchanged user:anna [\"name\",\"area_id\"] the bulb broke\n",
	    story(&w, "device", "lamp"));
	ATF_CHECK_STREQ("found - [] -\nchanged user:anna [\"name\"] the bulb broke\n",
	    story(&w, "entity", "sensor.lamp_power"));
	ATF_CHECK_STREQ("", story(&w, "entity", "select.new_effect"));
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(replace__refused);
ATF_TC_BODY(replace__refused, tc)
{
	static const struct part plug[] = { { "switch", "s", NULL, NULL } };
	struct device station = { .id = "station", .adapter = "http", .name = "Station", .enabled = true };
	struct replace r;
	struct bench w;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 1);
	announce(&w, "0x02", "Plug", "P1", plug, 1);
	announce(&w, "0x03", "Spare", "L1", lamp, 1);
	ATF_CHECK_EQ(replace_device(&w.tx, "lamp", "lamp", false, w.a, &r, &w.f), RC_INVALID);
	ATF_CHECK_EQ(replace_device(&w.tx, "lamp", "none", false, w.a, &r, &w.f), RC_INVALID);
	ATF_CHECK_STREQ(w.f.field, "by");
	ATF_CHECK_EQ(replace_device(&w.tx, "none", "lamp", false, w.a, &r, &w.f), RC_NOT_FOUND);
	ATF_CHECK_EQ(replace_device(&w.tx, "lamp", "plug", false, w.a, &r, &w.f), RC_REFUSED);
	add_rule(&w, "light.spare");
	ATF_CHECK_EQ(replace_device(&w.tx, "lamp", "spare", false, w.a, &r, &w.f), RC_REFUSED);
	ATF_CHECK(strstr(w.f.msg, "triggers[0].entity_id[1]") != NULL);
	ATF_CHECK(there(&w, "spare"));
	/* nobody announces this one: its id is what its key belongs to */
	ATF_REQUIRE_EQ(store_device_insert(&w.tx, &station), RC_OK);
	ATF_CHECK_EQ(replace_device(&w.tx, "lamp", "station", false, w.a, &r, &w.f), RC_REFUSED);
	ATF_CHECK_EQ(replace_device(&w.tx, "station", "lamp", false, w.a, &r, &w.f), RC_REFUSED);
	ATF_CHECK_EQ(registry_delete_device(&w.tx, "station", w.a, &w.f), RC_OK);
	close_bench(&w);
}

/* The old hardware is still announced: it is no new device until that ends or somebody says so. */
ATF_TC_WITHOUT_HEAD(replace__old_announcement_returns);
ATF_TC_BODY(replace__old_announcement_returns, tc)
{
	struct replace r;
	struct bench w;
	size_t n;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	announce(&w, "0x02", "New", "L1", lamp, 3);
	ATF_REQUIRE_EQ(replace_device(&w.tx, "lamp", "new", false, w.a, &r, &w.f), RC_OK);
	ATF_CHECK_EQ(announce(&w, "0x01", "Lamp", "L1", lamp, 3), 0);
	ATF_CHECK(!there(&w, "lamp_2"));
	withdraw(&w, "0x01", lamp, 2);
	ATF_CHECK_EQ(announce(&w, "0x01", "Lamp", "L1", lamp, 3), 0);
	withdraw(&w, "0x01", &lamp[2], 1);
	ATF_CHECK_EQ(announce(&w, "0x01", "Lamp", "L1", lamp, 3), 3);
	ATF_CHECK(there(&w, "lamp_2"));
	ATF_CHECK_STREQ(entity(&w, "light.lamp").entity.unique_id, "0x02_light_zigbee2mqtt");
	ATF_CHECK_STREQ(entity(&w, "light.lamp_2").entity.unique_id, "0x01_light_zigbee2mqtt");
	/* and a second time round, released by hand */
	ATF_REQUIRE_EQ(replace_device(&w.tx, "lamp", "lamp_2", false, w.a, &r, &w.f), RC_OK);
	ATF_CHECK_EQ(announce(&w, "0x02", "New", "L1", lamp, 3), 0);
	ATF_REQUIRE_EQ(replace_release(&w.tx, "lamp", w.a, &n, &w.f), RC_OK);
	ATF_CHECK_EQ(n, 3);
	ATF_CHECK_EQ(announce(&w, "0x02", "New", "L1", lamp, 3), 3);
	ATF_CHECK(there(&w, "new"));
	ATF_CHECK_EQ(replace_release(&w.tx, "none", w.a, &n, &w.f), RC_NOT_FOUND);
	close_bench(&w);
}

/* A device that was withdrawn before it was replaced may come back as it likes. */
ATF_TC_WITHOUT_HEAD(replace__withdrawn_before);
ATF_TC_BODY(replace__withdrawn_before, tc)
{
	struct replace r;
	struct bench w;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	withdraw(&w, "0x01", lamp, 3);
	announce(&w, "0x02", "New", "L1", lamp, 3);
	ATF_REQUIRE_EQ(replace_device(&w.tx, "lamp", "new", false, w.a, &r, &w.f), RC_OK);
	ATF_CHECK(!entity(&w, "light.lamp").entity.orphaned);
	ATF_CHECK_EQ(announce(&w, "0x01", "Lamp", "L1", lamp, 3), 3);
	ATF_CHECK(there(&w, "lamp_2"));
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(remove__device);
ATF_TC_BODY(remove__device, tc)
{
	struct bench w;
	size_t n;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	announce(&w, "0x02", "Hall", "L1", lamp, 3);
	ATF_CHECK_EQ(registry_delete_device(&w.tx, "lamp", w.a, &w.f), RC_REFUSED);
	withdraw(&w, "0x01", lamp, 2);
	ATF_CHECK_EQ(registry_delete_device(&w.tx, "lamp", w.a, &w.f), RC_REFUSED);
	withdraw(&w, "0x01", lamp, 3);
	ATF_CHECK_EQ(registry_delete_device(&w.tx, "lamp", w.a, &w.f), RC_OK);
	ATF_CHECK(!there(&w, "lamp"));
	ATF_CHECK_EQ(registry_delete_device(&w.tx, "lamp", w.a, &w.f), RC_NOT_FOUND);
	/* the same hardware again is a new device that may have the free ids */
	ATF_CHECK_EQ(announce(&w, "0x01", "Lamp", "L1", lamp, 3), 3);
	ATF_CHECK(!entity(&w, "light.lamp").entity.orphaned);
	withdraw(&w, "0x01", lamp, 3);
	withdraw(&w, "0x02", lamp, 1);
	ATF_REQUIRE_EQ(registry_clear_orphans(&w.tx, w.a, &n, &w.f), RC_OK);
	ATF_CHECK_EQ(n, 4);
	ATF_CHECK(!there(&w, "lamp"));
	ATF_CHECK(there(&w, "hall"));
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(enabled__whole_device);
ATF_TC_BODY(enabled__whole_device, tc)
{
	struct registry_edit off = { .enabled = &(bool){ false } }, on = { .enabled = &(bool){ true } };
	struct bench w;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 2);
	ATF_REQUIRE_EQ(registry_edit_entity(&w.tx, "sensor.lamp_power", &off, w.a, &w.f), RC_OK);
	ATF_REQUIRE_EQ(registry_edit_device(&w.tx, "lamp", &off, w.a, &w.f), RC_OK);
	ATF_CHECK(!entity(&w, "light.lamp").entity.enabled);
	ATF_CHECK_EQ(registry_edit_entity(&w.tx, "light.lamp", &on, w.a, &w.f), RC_REFUSED);
	/* what joins it later is off too */
	announce(&w, "0x01", "Lamp", "L1", lamp, 3);
	ATF_CHECK(!entity(&w, "sensor.lamp_linkquality").entity.enabled);
	ATF_REQUIRE_EQ(registry_edit_device(&w.tx, "lamp", &on, w.a, &w.f), RC_OK);
	ATF_CHECK(entity(&w, "light.lamp").entity.enabled);
	ATF_CHECK(entity(&w, "sensor.lamp_linkquality").entity.enabled);
	ATF_CHECK(!entity(&w, "sensor.lamp_power").entity.enabled);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(device__battery_and_link_quality);
ATF_TC_BODY(device__battery_and_link_quality, tc)
{
	static const struct part sensor[] = {
		{ "sensor", "battery", "Battery", "battery" }, { "sensor", "b2", "Second", "battery" },
		{ "sensor", "linkquality", "Linkquality", NULL },
		{ "binary_sensor", "low", "Low", "battery" },
	};
	struct store_device_filter all = { .limit = 10 }, unknown = { .status = "unknown" };
	struct state s = { "87.5", "{}", true, NOW, NOW, 0 };
	struct device_view v, *rows;
	struct bench w;
	size_t n;

	open_bench(&w);
	announce(&w, "0x01", "Sensor", "S1", sensor, 4);
	announce(&w, "0x02", "Lamp", "L1", lamp, 3);
	ATF_REQUIRE_EQ(device_get(w.db, "sensor", w.a, &v), RC_OK);
	ATF_CHECK(!v.now.has_battery && !v.now.has_link_quality);
	ATF_REQUIRE_EQ(store_state_put(&w.tx, entity(&w, "sensor.sensor_battery").entity.row, &s), RC_OK);
	s.state = "12";
	ATF_REQUIRE_EQ(store_state_put(&w.tx, entity(&w, "sensor.sensor_second").entity.row, &s), RC_OK);
	s.state = "on";
	ATF_REQUIRE_EQ(store_state_put(&w.tx, entity(&w, "binary_sensor.sensor_low").entity.row, &s),
	    RC_OK);
	s.state = "101";
	ATF_REQUIRE_EQ(store_state_put(&w.tx, entity(&w, "sensor.sensor_linkquality").entity.row, &s),
	    RC_OK);
	ATF_REQUIRE_EQ(device_get(w.db, "sensor", w.a, &v), RC_OK);
	ATF_CHECK(v.now.has_battery && v.now.battery == 12);
	ATF_CHECK(v.now.has_link_quality && v.now.link_quality == 101);
	ATF_REQUIRE_EQ(device_list(w.db, &all, w.a, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 2);
	ATF_CHECK(!rows[0].now.has_battery && rows[1].now.has_battery);
	ATF_REQUIRE_EQ(device_list(w.db, &unknown, w.a, &rows, &n), RC_OK);
	ATF_CHECK(n == 2 && rows[1].now.battery == 12);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(used__whole_words);
ATF_TC_BODY(used__whole_words, tc)
{
	const char *ids[] = { "light.lamp" }, *longer[] = { "light.lamp_2" }, *part[] = { "light.la" };
	struct used *list;
	struct bench w;
	size_t n;

	open_bench(&w);
	add_rule(&w, "light.lamp_2");
	ATF_REQUIRE_EQ(used_find(w.db, &(struct used_query){ .entities = ids, .n = 1 }, w.a, &list, &n), RC_OK);
	ATF_CHECK_EQ(n, 0);
	ATF_REQUIRE_EQ(used_find(w.db, &(struct used_query){ .entities = part, .n = 1 }, w.a, &list, &n), RC_OK);
	ATF_CHECK_EQ(n, 0);
	ATF_REQUIRE_EQ(used_find(w.db, &(struct used_query){ .entities = longer, .n = 1 }, w.a, &list, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_STREQ(list[0].id, "evening");
	ATF_REQUIRE_EQ(list[0].n, 2);
	ATF_CHECK_STREQ(list[0].where[0], "triggers[0].entity_id[1]");
	ATF_CHECK_STREQ(list[0].where[1], "actions[0].target.entity_id");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(event__says_what_changed);
ATF_TC_BODY(event__says_what_changed, tc)
{
	struct store_event_filter last = { .limit = 1, .newest_first = true };
	struct registry_edit edit = { .label = "Mine", .hidden = &(bool){ true } };
	struct store_event *events;
	struct bench w;
	size_t n;

	open_bench(&w);
	announce(&w, "0x01", "Lamp", "L1", lamp, 1);
	ATF_REQUIRE_EQ(registry_edit_entity(&w.tx, "light.lamp", &edit, w.a, &w.f), RC_OK);
	ATF_REQUIRE_EQ(store_event_list(w.db, &last, w.a, &events, &n), RC_OK);
	ATF_CHECK_EQ(events[0].kind, EVENT_ENTITY_CHANGED);
	ATF_CHECK_STREQ(events[0].actor, "user:anna");
	ATF_CHECK(strstr(events[0].data, "\"changed\":[\"name\",\"hidden\"]") != NULL);
	/* the same again changes nothing and tells nothing */
	ATF_REQUIRE_EQ(registry_edit_entity(&w.tx, "light.lamp", &edit, w.a, &w.f), RC_OK);
	ATF_CHECK_EQ(store_event_last(w.db), events[0].id);
	close_bench(&w);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, replace__same_model);
	ATF_TP_ADD_TC(tp, replace__other_model);
	ATF_TP_ADD_TC(tp, replace__told_by_revisions);
	ATF_TP_ADD_TC(tp, replace__takes_the_area);
	ATF_TP_ADD_TC(tp, replace__refused);
	ATF_TP_ADD_TC(tp, replace__old_announcement_returns);
	ATF_TP_ADD_TC(tp, replace__withdrawn_before);
	ATF_TP_ADD_TC(tp, remove__device);
	ATF_TP_ADD_TC(tp, enabled__whole_device);
	ATF_TP_ADD_TC(tp, device__battery_and_link_quality);
	ATF_TP_ADD_TC(tp, used__whole_words);
	ATF_TP_ADD_TC(tp, event__says_what_changed);
	return atf_no_error();
}
