/* SPDX-License-Identifier: ISC
 *
 * What edits leave behind, and going back to it: automations, areas, floors, entities, devices.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/floor.h"
#include "shared/domain/registry.h"
#include "shared/domain/revision.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767225600000)
#define DAY INT64_C(86400000)

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;
static struct fault fault;

static void
open_house(void)
{
	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	arena = mem_arena_new(4096);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "user:anna" };
	house_entity(&tx, "a.b", "{}");
	house_entity(&tx, "light.x", "{\"supported_color_modes\":[\"brightness\"]}");
}

static const struct js *
parse(const char *text)
{
	static struct js *parsed[64];
	static size_t n;

	ATF_REQUIRE(n < sizeof(parsed) / sizeof(parsed[0]));
	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &parsed[n], NULL), RC_OK, "%s", text);
	return parsed[n++];
}

/* Those of a thing or of all things, oldest first: "kind.id 1 added user:anna", a line each. */
static const char *
story(const char *kind, const char *id)
{
	struct store_revision_filter all = { .kind = kind, .subject = id };
	struct revision *rows;
	struct buf b = { 0 };
	const char *text;
	size_t n;

	ATF_REQUIRE_EQ(store_revision_list(db, &all, arena, &rows, &n), RC_OK);
	while (n-- > 0)
		buf_printf(&b, "%s%s.%s %d %s %s %s", b.len > 0 ? "\n" : "", rows[n].kind, rows[n].subject,
		    (int)rows[n].number, rows[n].change, rows[n].author != NULL ? rows[n].author : "-",
		    rows[n].members);
	text = mem_strdup(arena, buf_str(&b));
	buf_free(&b);
	return text;
}

static struct revision
revision_of(const char *kind, const char *id, int64_t number)
{
	struct revision r;

	ATF_REQUIRE_EQ(store_revision_below(db, kind, id, number + 1, arena, &r), RC_OK);
	ATF_REQUIRE_EQ(r.number, number);
	return r;
}

static void
check_diff(const struct revision *r, const char *want)
{
	struct js *steps;
	struct buf b = { 0 };

	ATF_REQUIRE_EQ(revision_diff_before(db, r, arena, &steps, &fault), RC_OK);
	if (steps != NULL)
		js_dump(steps, &b);
	ATF_CHECK_STREQ(want, buf_str(&b));
	js_free(steps);
	buf_free(&b);
}

static void
restore(const char *kind, const char *id, int64_t number)
{
	struct revision r = revision_of(kind, id, number), made;

	tx.now_ms += 1000;
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, r.id, arena, &made, &fault), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ("restored", made.change);
	ATF_CHECK_STREQ(kind, made.kind);
	ATF_CHECK_STREQ(id, made.subject);
	ATF_CHECK_EQ(r.id, made.source);
	ATF_CHECK_EQ(tx.now_ms, made.time);
	ATF_CHECK_STREQ(r.snapshot, made.snapshot);
	ATF_CHECK_EQ(tx.restores, 0);
}

/* Why it cannot be. */
static void
cannot_restore(const char *kind, const char *id, int64_t number, enum rc want, const char *msg)
{
	struct revision r = revision_of(kind, id, number), made;
	const char *before = story(NULL, NULL);

	ATF_CHECK_EQ(revision_restore(&tx, r.id, arena, &made, &fault), want);
	ATF_CHECK_STREQ(msg, fault.msg);
	ATF_CHECK_EQ(tx.restores, 0);
	ATF_CHECK_STREQ(before, story(NULL, NULL));
}

/* ---- automations ---- */

#define TRIGGERS "[{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"to\":\"on\"}]"
#define ACTIONS(service) "[{\"action\":\"light." service "\",\"target\":{\"entity_id\":\"light.x\"}}]"

static void
add_rule(void)
{
	const struct js *rule = parse("{\"name\":\"x\",\"triggers\":" TRIGGERS ",\"actions\":" ACTIONS("turn_on") "}");
	struct automation r;

	ATF_REQUIRE_EQ_MSG(automation_edit_add(&tx, rule, arena, &r, &fault), RC_OK, "%s", fault.msg);
}

static void
change_rule(const char *members)
{
	struct automation r;

	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, "x", parse(members), arena, &r, &fault), RC_OK, "%s", fault.msg);
}

ATF_TC_WITHOUT_HEAD(automation__each_edit);
ATF_TC_BODY(automation__each_edit, tc)
{
	struct revision r;

	open_house();
	add_rule();
	tx.actor = "user:bert";
	tx.reason = "too bright";
	change_rule("{\"actions\":" ACTIONS("turn_off") ",\"mode\":\"restart\"}");
	tx.reason = NULL;
	change_rule("{\"enabled\":false}");
	change_rule("{\"enabled\":false,\"name\":\"x\"}");
	ATF_REQUIRE_EQ(automation_edit_delete(&tx, "x", arena, &fault), RC_OK);
	ATF_CHECK_STREQ("automation.x 1 added user:anna []\n"
	    "automation.x 2 changed user:bert [\"actions\",\"mode\"]\n"
	    "automation.x 3 changed user:bert [\"enabled\"]\n"
	    "automation.x 4 removed user:bert []", story("automation", "x"));
	r = revision_of("automation", "x", 2);
	ATF_CHECK_STREQ("too bright", r.reason);
	ATF_CHECK_STREQ("x", r.name);
	ATF_CHECK_EQ(NOW, r.time);
	check_diff(&r, "[{\"op\":\"replace\",\"path\":\"/actions/0/action\",\"from\":\"light.turn_on\","
	    "\"to\":\"light.turn_off\"},{\"op\":\"add\",\"path\":\"/mode\",\"from\":null,\"to\":\"restart\"}]");
	r = revision_of("automation", "x", 3);
	ATF_CHECK(r.reason == NULL);
	check_diff(&r, "[{\"op\":\"replace\",\"path\":\"/enabled\",\"from\":true,\"to\":false}]");
}

ATF_TC_WITHOUT_HEAD(automation__restored);
ATF_TC_BODY(automation__restored, tc)
{
	struct automation r;

	open_house();
	add_rule();
	change_rule("{\"name\":\"y\",\"description\":\"why\",\"enabled\":false}");
	cannot_restore("automation", "x", 2, RC_EXISTS, "it is like that already");
	restore("automation", "x", 1);
	ATF_REQUIRE_EQ(store_automation_get(db, "x", arena, &r), RC_OK);
	ATF_CHECK_STREQ("x", r.name);
	ATF_CHECK(r.enabled && r.revision == 3);
	ATF_CHECK(strstr(r.config, "why") == NULL);
	ATF_CHECK(strstr(r.config, "enabled") == NULL);
	ATF_CHECK_STREQ("automation.x 1 added user:anna []\n"
	    "automation.x 2 changed user:anna [\"name\",\"enabled\",\"description\"]\n"
	    "automation.x 3 restored user:anna [\"name\",\"description\",\"enabled\"]",
	    story("automation", "x"));
}

ATF_TC_WITHOUT_HEAD(automation__back_from_the_dead);
ATF_TC_BODY(automation__back_from_the_dead, tc)
{
	struct automation r;
	struct revision made;

	open_house();
	add_rule();
	change_rule("{\"name\":\"y\",\"enabled\":false}");
	ATF_REQUIRE_EQ(automation_edit_delete(&tx, "x", arena, &fault), RC_OK);
	restore("automation", "x", 3);
	ATF_REQUIRE_EQ(store_automation_get(db, "x", arena, &r), RC_OK);
	ATF_CHECK_STREQ("y", r.name);
	ATF_CHECK(!r.enabled);
	made = revision_of("automation", "x", 4);
	ATF_CHECK_STREQ("[]", made.members);
	ATF_CHECK_EQ(revision_restore(&tx, 99, arena, &made, &fault), RC_NOT_FOUND);
	ATF_CHECK_STREQ("there is no such revision", fault.msg);
}

/* A rule that was there before, and one that became another without a revision. */
ATF_TC_WITHOUT_HEAD(automation__found);
ATF_TC_BODY(automation__found, tc)
{
	struct automation old = { .id = "x", .name = "x", .enabled = true, .mode = "single",
		.config = "{\"name\":\"x\",\"triggers\":" TRIGGERS ",\"actions\":" ACTIONS("turn_on") "}" };
	struct automation r;
	struct revision found;

	open_house();
	ATF_REQUIRE_EQ(store_automation_insert(&tx, &old), RC_OK);
	change_rule("{\"name\":\"y\"}");
	ATF_CHECK_STREQ("automation.x 1 found - []\nautomation.x 2 changed user:anna [\"name\"]",
	    story("automation", "x"));
	found = revision_of("automation", "x", 1);
	check_diff(&found, "");
	ATF_REQUIRE_EQ(store_automation_get(db, "x", arena, &r), RC_OK);
	r.enabled = false;
	ATF_REQUIRE_EQ(store_automation_update(&tx, &r), RC_OK);
	change_rule("{\"name\":\"z\"}");
	ATF_CHECK_STREQ("automation.x 1 found - []\nautomation.x 2 changed user:anna [\"name\"]\n"
	    "automation.x 3 found - [\"enabled\"]\nautomation.x 4 changed user:anna [\"name\"]",
	    story("automation", "x"));
	restore("automation", "x", 1);
	ATF_REQUIRE_EQ(store_automation_get(db, "x", arena, &r), RC_OK);
	ATF_CHECK_STREQ("x", r.name);
	ATF_CHECK(r.enabled);
}

ATF_TC_WITHOUT_HEAD(refused__leaves_nothing);
ATF_TC_BODY(refused__leaves_nothing, tc)
{
	const struct js *moon = parse("{\"name\":\"x\",\"triggers\":[{\"trigger\":\"moon\"}]}");
	struct area_edit nowhere = { .name = "Hall", .floor_id = "nowhere" };
	struct floor_edit top = { .name = "Top" };
	struct automation r;
	struct floor floor;
	struct area area;

	open_house();
	ATF_CHECK_EQ(automation_edit_add(&tx, moon, arena, &r, &fault), RC_INVALID);
	ATF_CHECK_EQ(automation_edit_change(&tx, "x", moon, arena, &r, &fault), RC_NOT_FOUND);
	ATF_CHECK_EQ(automation_edit_delete(&tx, "x", arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_EQ(area_add(&tx, &nowhere, arena, &area, &fault), RC_INVALID);
	ATF_CHECK_EQ(floor_change(&tx, "top", &top, arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_STREQ("", story(NULL, NULL));
	add_rule();
	ATF_CHECK_EQ(automation_edit_change(&tx, "x", moon, arena, &r, &fault), RC_INVALID);
	ATF_REQUIRE_EQ(floor_add(&tx, &top, arena, &floor, &fault), RC_OK);
	ATF_CHECK_EQ(floor_add(&tx, &top, arena, &floor, &fault), RC_EXISTS);
	ATF_CHECK_STREQ("automation.x 1 added user:anna []\nfloor.top 1 added user:anna []",
	    story(NULL, NULL));
}

ATF_TC_WITHOUT_HEAD(rolled_back__leaves_nothing);
ATF_TC_BODY(rolled_back__leaves_nothing, tc)
{
	open_house();
	ATF_REQUIRE_EQ(db_savepoint(db), RC_OK);
	add_rule();
	db_savepoint_rollback(db);
	ATF_CHECK_STREQ("", story(NULL, NULL));
	add_rule();
	db_rollback(db);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_CHECK_STREQ("", story(NULL, NULL));
}

/* ---- areas and floors ---- */

ATF_TC_WITHOUT_HEAD(area__edited_and_restored);
ATF_TC_BODY(area__edited_and_restored, tc)
{
	const char *const names[] = { "Flur", "Diele" };
	struct change_names aliases = { names, 2 };
	struct area_edit e = { .name = "Hall", .floor = "Ground", .icon = "mdi:door", .aliases = &aliases };
	struct area area;
	struct revision r;

	open_house();
	ATF_REQUIRE_EQ(area_add(&tx, &e, arena, &area, &fault), RC_OK);
	e = (struct area_edit){ .name = "Lobby", .floor_id = "", .icon = "",
		.aliases = &(struct change_names){ NULL, 0 } };
	ATF_REQUIRE_EQ(area_change(&tx, "hall", &e, arena, &area, &fault), RC_OK);
	ATF_REQUIRE_EQ(area_change(&tx, "hall", &e, arena, &area, &fault), RC_OK);
	ATF_CHECK_STREQ("floor.ground 1 added user:anna []\narea.hall 1 added user:anna []\n"
	    "area.hall 2 changed user:anna [\"name\",\"floor_id\",\"icon\",\"aliases\"]", story(NULL, NULL));
	r = revision_of("area", "hall", 1);
	check_diff(&r, "[{\"op\":\"add\",\"path\":\"\",\"from\":null,\"to\":{\"name\":\"Hall\","
	    "\"floor_id\":\"ground\",\"icon\":\"mdi:door\",\"aliases\":[\"Flur\",\"Diele\"]}}]");
	restore("area", "hall", 1);
	ATF_REQUIRE_EQ(store_area_get(db, "hall", arena, &area), RC_OK);
	ATF_CHECK_STREQ("Hall", area.name);
	ATF_CHECK_STREQ("ground", area.floor_id);
	ATF_CHECK_STREQ("mdi:door", area.icon);
	ATF_CHECK_STREQ("[\"Flur\",\"Diele\"]", area.aliases);
}

/* A lamp of two entities as its family announces it. */
static void
announce_lamp(void)
{
	static const struct device_identifier ids[] = { { "id", "0x01" } };
	const struct announced_device d = { .identifiers = ids, .n_identifiers = 1, .name = "Lamp" };
	const struct announced_entity e[] = {
		{ .component = "light", .domain = "light", .unique_id = "a", .enabled = true, .source = "s#a",
		    .config = "{}", .capabilities = "{}" },
		{ .component = "sensor", .domain = "sensor", .unique_id = "b", .name = "Power",
		    .enabled = true, .source = "s#b", .config = "{}", .capabilities = "{}" },
	};
	struct announcement an = { .adapter = "mqtt", .source = "s", .device = &d, .entities = e, .n = 2 };
	struct registry_change change;

	ATF_REQUIRE_EQ_MSG(registry_announce(&tx, &an, arena, &change, &fault), RC_OK, "%s", fault.msg);
}

static void
edit_lamp(const struct registry_edit *e)
{
	ATF_REQUIRE_EQ_MSG(registry_edit_device(&tx, "lamp", e, arena, &fault), RC_OK, "%s", fault.msg);
}

static void
edit_light(const struct registry_edit *e)
{
	ATF_REQUIRE_EQ_MSG(registry_edit_entity(&tx, "light.lamp", e, arena, &fault), RC_OK, "%s",
	    fault.msg);
}

ATF_TC_WITHOUT_HEAD(area__removed_with_what_was_in_it);
ATF_TC_BODY(area__removed_with_what_was_in_it, tc)
{
	struct area area;
	struct device d;
	struct entity_state es;

	open_house();
	announce_lamp();
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Hall" }, arena, &area, &fault), RC_OK);
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Bath" }, arena, &area, &fault), RC_OK);
	edit_lamp(&(struct registry_edit){ .area_id = "hall" });
	edit_light(&(struct registry_edit){ .area_id = "hall" });
	ATF_REQUIRE_EQ(area_delete(&tx, "hall", arena, &fault), RC_OK);
	ATF_CHECK_STREQ("{\"devices\":[\"lamp\"],\"entities\":[\"light.lamp\"]}",
	    revision_of("area", "hall", 2).held);
	edit_light(&(struct registry_edit){ .area_id = "bath" });
	restore("area", "hall", 2);
	ATF_REQUIRE_EQ(store_device_get(db, "lamp", arena, &d), RC_OK);
	ATF_CHECK_STREQ("hall", d.area_id);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.lamp", arena, &es), RC_OK);
	ATF_CHECK_STREQ("bath", es.entity.area_id);
	ATF_CHECK_STREQ("device.lamp 1 found - []\ndevice.lamp 2 changed user:anna [\"area_id\"]\n"
	    "device.lamp 3 found - [\"area_id\"]\ndevice.lamp 4 restored user:anna [\"area_id\"]",
	    story("device", "lamp"));
}

ATF_TC_WITHOUT_HEAD(area__back_from_any_version);
ATF_TC_BODY(area__back_from_any_version, tc)
{
	struct revision r, made;
	struct area area;
	struct device d;
	struct entity_state es;

	open_house();
	announce_lamp();
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Hall" }, arena, &area, &fault), RC_OK);
	ATF_REQUIRE_EQ(area_change(&tx, "hall", &(struct area_edit){ .icon = "door" }, arena, &area, &fault), RC_OK);
	edit_lamp(&(struct registry_edit){ .area_id = "hall" });
	edit_light(&(struct registry_edit){ .area_id = "hall" });
	ATF_REQUIRE_EQ(area_delete(&tx, "hall", arena, &fault), RC_OK);
	r = revision_of("area", "hall", 3);
	check_diff(&r, "[{\"op\":\"remove\",\"path\":\"\",\"from\":{\"name\":\"Hall\",\"floor_id\":null,"
	    "\"icon\":\"door\",\"aliases\":[],\"devices\":[\"lamp\"],\"entities\":[\"light.lamp\"]},\"to\":null}]");
	restore("area", "hall", 1);
	ATF_REQUIRE_EQ(store_device_get(db, "lamp", arena, &d), RC_OK);
	ATF_CHECK_STREQ("hall", d.area_id);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.lamp", arena, &es), RC_OK);
	ATF_CHECK_STREQ("hall", es.entity.area_id);
	/* its removal fills it again, also when it is there and is like that itself */
	ATF_REQUIRE_EQ(area_change(&tx, "hall", &(struct area_edit){ .icon = "door" }, arena, &area, &fault), RC_OK);
	edit_lamp(&(struct registry_edit){ .area_id = "" });
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, r.id, arena, &made, &fault), RC_OK, "%s", fault.msg);
	ATF_CHECK_EQ(5, made.number);
	ATF_REQUIRE_EQ(store_device_get(db, "lamp", arena, &d), RC_OK);
	ATF_CHECK_STREQ("hall", d.area_id);
	cannot_restore("area", "hall", 3, RC_EXISTS, "it is like that already");
}

ATF_TC_WITHOUT_HEAD(floor__edited_removed_restored);
ATF_TC_BODY(floor__edited_removed_restored, tc)
{
	int64_t one = 1;
	struct floor_edit e = { .name = "First", .level = &one };
	struct floor floor;
	struct area area;

	open_house();
	ATF_REQUIRE_EQ(floor_add(&tx, &e, arena, &floor, &fault), RC_OK);
	ATF_REQUIRE_EQ(floor_change(&tx, "first", &(struct floor_edit){ .name = "Up", .no_level = true },
	    arena, &fault), RC_OK);
	ATF_CHECK_STREQ("floor.first 1 added user:anna []\n"
	    "floor.first 2 changed user:anna [\"name\",\"level\"]", story("floor", "first"));
	restore("floor", "first", 1);
	ATF_REQUIRE_EQ(store_floor_get(db, "first", arena, &floor), RC_OK);
	ATF_CHECK_STREQ("First", floor.name);
	ATF_CHECK(floor.has_level && floor.level == 1);
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Bath", .floor_id = "first" }, arena,
	    &area, &fault), RC_OK);
	ATF_REQUIRE_EQ(floor_delete(&tx, "first", arena, &fault), RC_OK);
	ATF_REQUIRE_EQ(area_delete(&tx, "bath", arena, &fault), RC_OK);
	/* the area was on no floor any more when it went, so each comes back by itself */
	cannot_restore("area", "bath", 1, RC_INVALID,
	    "it cannot be like that again: there is no floor \"first\"");
	restore("floor", "first", 4);
	restore("area", "bath", 1);
	ATF_REQUIRE_EQ(floor_delete(&tx, "first", arena, &fault), RC_OK);
	restore("floor", "first", 1);
	ATF_REQUIRE_EQ(store_area_get(db, "bath", arena, &area), RC_OK);
	ATF_CHECK_STREQ("first", area.floor_id);
	ATF_REQUIRE_EQ(floor_delete(&tx, "first", arena, &fault), RC_OK);
	ATF_REQUIRE_EQ(floor_add(&tx, &(struct floor_edit){ .name = "FIRST" }, arena, &floor, &fault), RC_OK);
	ATF_CHECK_STREQ("first", floor.id);
	ATF_REQUIRE_EQ(floor_change(&tx, "first", &(struct floor_edit){ .name = "Top" }, arena, &fault),
	    RC_OK);
	ATF_REQUIRE_EQ(floor_add(&tx, &(struct floor_edit){ .name = "Up" }, arena, &floor, &fault), RC_OK);
	cannot_restore("floor", "first", 2, RC_EXISTS,
	    "it cannot be like that again: there is a floor of that name: up");
}

ATF_TC_WITHOUT_HEAD(floor__back_with_its_areas);
ATF_TC_BODY(floor__back_with_its_areas, tc)
{
	struct floor floor;
	struct area area;

	open_house();
	ATF_REQUIRE_EQ(floor_add(&tx, &(struct floor_edit){ .name = "Up" }, arena, &floor, &fault), RC_OK);
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Bath", .floor_id = "up" }, arena, &area,
	    &fault), RC_OK);
	ATF_REQUIRE_EQ(floor_delete(&tx, "up", arena, &fault), RC_OK);
	restore("floor", "up", 2);
	ATF_REQUIRE_EQ(store_area_get(db, "bath", arena, &area), RC_OK);
	ATF_CHECK_STREQ("up", area.floor_id);
	ATF_REQUIRE_EQ(floor_delete(&tx, "up", arena, &fault), RC_OK);
	restore("floor", "up", 1);
	ATF_REQUIRE_EQ(store_area_get(db, "bath", arena, &area), RC_OK);
	ATF_CHECK_STREQ("up", area.floor_id);
}

/* ---- devices and entities ---- */

ATF_TC_WITHOUT_HEAD(device__what_people_set);
ATF_TC_BODY(device__what_people_set, tc)
{
	struct area area;
	struct device d;
	struct entity_state es;

	open_house();
	announce_lamp();
	ATF_CHECK_STREQ("", story(NULL, NULL));
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Hall" }, arena, &area, &fault), RC_OK);
	edit_lamp(&(struct registry_edit){ .label = "Mine", .area_id = "hall" });
	edit_lamp(&(struct registry_edit){ .label = "Mine" });
	edit_lamp(&(struct registry_edit){ .enabled = &(bool){ false } });
	ATF_CHECK_STREQ("device.lamp 1 found - []\ndevice.lamp 2 changed user:anna [\"name\",\"area_id\"]\n"
	    "device.lamp 3 changed user:anna [\"enabled\"]", story("device", "lamp"));
	ATF_REQUIRE_EQ(area_delete(&tx, "hall", arena, &fault), RC_OK);
	restore("device", "lamp", 1);
	ATF_REQUIRE_EQ(store_device_get(db, "lamp", arena, &d), RC_OK);
	ATF_CHECK(d.label == NULL && d.area == 0 && d.enabled);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.lamp", arena, &es), RC_OK);
	ATF_CHECK(es.entity.enabled);
	cannot_restore("device", "lamp", 2, RC_INVALID,
	    "it cannot be like that again: there is no area \"hall\"");
	/* the entities went off and on with it: nobody set that */
	ATF_CHECK_STREQ("", story("entity", NULL));
}

ATF_TC_WITHOUT_HEAD(entity__what_people_set);
ATF_TC_BODY(entity__what_people_set, tc)
{
	const char *const names[] = { "Licht" };
	struct change_names aliases = { names, 1 };
	struct entity_state es;
	struct revision r;

	open_house();
	announce_lamp();
	edit_light(&(struct registry_edit){ .label = "Mine", .icon = "mdi:lamp", .aliases = &aliases,
	    .hidden = &(bool){ true }, .enabled = &(bool){ false } });
	ATF_CHECK_STREQ("entity.light.lamp 1 found - []\nentity.light.lamp 2 changed user:anna "
	    "[\"name\",\"icon\",\"aliases\",\"hidden\",\"enabled\"]", story(NULL, NULL));
	r = revision_of("entity", "light.lamp", 2);
	ATF_CHECK_STREQ("{\"name\":\"Mine\",\"area_id\":null,\"icon\":\"mdi:lamp\",\"aliases\":[\"Licht\"],"
	    "\"hidden\":true,\"enabled\":false}", r.snapshot);
	restore("entity", "light.lamp", 1);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.lamp", arena, &es), RC_OK);
	ATF_CHECK(es.entity.label == NULL && es.entity.own_icon == NULL && !es.entity.hidden &&
	    es.entity.enabled);
	ATF_CHECK_STREQ("[]", es.entity.aliases);
	/* with the device off, what else was set can still be set again; on by itself it cannot be */
	edit_lamp(&(struct registry_edit){ .enabled = &(bool){ false } });
	edit_light(&(struct registry_edit){ .label = "Other" });
	restore("entity", "light.lamp", 3);
	edit_light(&(struct registry_edit){ .enabled = &(bool){ false } });
	cannot_restore("entity", "light.lamp", 3, RC_REFUSED,
	    "it cannot be like that again: its device lamp is not enabled");
}

ATF_TC_WITHOUT_HEAD(entity__gone);
ATF_TC_BODY(entity__gone, tc)
{
	struct announcement gone = { .adapter = "mqtt", .source = "s", .removal = true };
	struct registry_change change;
	struct entity_state es;
	struct revision r;
	struct device d;
	size_t n;

	open_house();
	announce_lamp();
	edit_light(&(struct registry_edit){ .label = "Mine" });
	edit_lamp(&(struct registry_edit){ .label = "Mine" });
	ATF_REQUIRE_EQ(registry_announce(&tx, &gone, arena, &change, &fault), RC_OK);
	ATF_REQUIRE_EQ(registry_clear_orphans(&tx, arena, &n, &fault), RC_OK);
	cannot_restore("entity", "light.lamp", 2, RC_NOT_FOUND,
	    "the entity light.lamp is gone: announced again, it can be set like that");
	cannot_restore("device", "lamp", 2, RC_NOT_FOUND,
	    "the device lamp is gone: announced again, it can be set like that");
	/* announced again, it is what people had made of it */
	announce_lamp();
	ATF_REQUIRE_EQ(store_device_get(db, "lamp", arena, &d), RC_OK);
	ATF_CHECK_STREQ("Mine", d.label);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.lamp", arena, &es), RC_OK);
	ATF_CHECK_STREQ("Mine", es.entity.label);
	ATF_REQUIRE_EQ(store_revision_below(db, "entity", "light.lamp", INT64_MAX, arena, &r), RC_OK);
	ATF_CHECK_STREQ("restored", r.change);
	ATF_REQUIRE_EQ(store_revision_below(db, "entity", "light.lamp", r.number, arena, &r), RC_OK);
	ATF_CHECK_STREQ("added", r.change);
	ATF_REQUIRE_EQ(store_revision_below(db, "entity", "light.lamp", r.number, arena, &r), RC_OK);
	ATF_CHECK_STREQ("removed", r.change);
	restore("entity", "light.lamp", 1);
	/* once is enough: what people set since stays */
	announce_lamp();
	ATF_REQUIRE_EQ(store_entity_get(db, "light.lamp", arena, &es), RC_OK);
	ATF_CHECK_EQ(es.entity.label, NULL);
}

/* ---- how many ---- */

ATF_TC_WITHOUT_HEAD(kept__fifty_and_a_year);
ATF_TC_BODY(kept__fifty_and_a_year, tc)
{
	struct floor_edit e = { .name = "0" };
	struct revision *rows;
	struct floor floor;
	size_t n, i;

	open_house();
	ATF_REQUIRE_EQ(floor_add(&tx, &e, arena, &floor, &fault), RC_OK);
	for (i = 1; i < 100; i++) {
		e.name = mem_printf(arena, "%zu", i);
		tx.now_ms += DAY;
		ATF_REQUIRE_EQ(floor_change(&tx, "0", &e, arena, &fault), RC_OK);
	}
	ATF_REQUIRE_EQ(store_revision_list(db, &(struct store_revision_filter){ .kind = "floor" }, arena,
	    &rows, &n), RC_OK);
	ATF_CHECK_EQ(100, n);
	/* a year later nothing young is left of them: each addition takes a few of those over fifty */
	tx.now_ms += 366 * DAY;
	for (i = 0; i < 20; i++) {
		e.name = mem_printf(arena, "later %zu", i);
		ATF_REQUIRE_EQ(floor_change(&tx, "0", &e, arena, &fault), RC_OK);
	}
	ATF_REQUIRE_EQ(store_revision_list(db, &(struct store_revision_filter){ .kind = "floor" }, arena,
	    &rows, &n), RC_OK);
	ATF_CHECK_EQ(50, n);
	ATF_CHECK_EQ(120, rows[0].number);
	ATF_CHECK_EQ(71, rows[49].number);
	rows[49] = revision_of("floor", "0", 71);
	check_diff(&rows[49], "");
}

ATF_TC_WITHOUT_HEAD(list__pages);
ATF_TC_BODY(list__pages, tc)
{
	struct store_revision_filter page = { .limit = 2 };
	struct revision *rows;
	struct floor floor;
	size_t n;

	open_house();
	add_rule();
	ATF_REQUIRE_EQ(floor_add(&tx, &(struct floor_edit){ .name = "Up" }, arena, &floor, &fault), RC_OK);
	change_rule("{\"mode\":\"restart\"}");
	ATF_REQUIRE_EQ(store_revision_list(db, &page, arena, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(2, n);
	ATF_CHECK_STREQ("automation", rows[0].kind);
	ATF_CHECK_STREQ("floor", rows[1].kind);
	ATF_CHECK(rows[0].snapshot == NULL);
	page.before = rows[1].id;
	ATF_REQUIRE_EQ(store_revision_list(db, &page, arena, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(1, n);
	ATF_CHECK_STREQ("added", rows[0].change);
	page = (struct store_revision_filter){ .kind = "automation", .subject = "x", .before = 2 };
	ATF_REQUIRE_EQ(store_revision_list(db, &page, arena, &rows, &n), RC_OK);
	ATF_CHECK_EQ(1, n);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, automation__each_edit);
	ATF_TP_ADD_TC(tp, automation__restored);
	ATF_TP_ADD_TC(tp, automation__back_from_the_dead);
	ATF_TP_ADD_TC(tp, automation__found);
	ATF_TP_ADD_TC(tp, refused__leaves_nothing);
	ATF_TP_ADD_TC(tp, rolled_back__leaves_nothing);
	ATF_TP_ADD_TC(tp, area__edited_and_restored);
	ATF_TP_ADD_TC(tp, area__removed_with_what_was_in_it);
	ATF_TP_ADD_TC(tp, area__back_from_any_version);
	ATF_TP_ADD_TC(tp, floor__edited_removed_restored);
	ATF_TP_ADD_TC(tp, floor__back_with_its_areas);
	ATF_TP_ADD_TC(tp, device__what_people_set);
	ATF_TP_ADD_TC(tp, entity__what_people_set);
	ATF_TP_ADD_TC(tp, entity__gone);
	ATF_TP_ADD_TC(tp, kept__fifty_and_a_year);
	ATF_TP_ADD_TC(tp, list__pages);
	return atf_no_error();
}
