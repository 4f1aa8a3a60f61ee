/* SPDX-License-Identifier: ISC
 *
 * Labels: putting them on things, what they reach in a rule, taking them away and back again.
 */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/floor.h"
#include "shared/domain/label.h"
#include "shared/domain/registry.h"
#include "shared/domain/rehearsal.h"
#include "shared/domain/revision.h"
#include "shared/domain/used.h"
#include "shared/store/store_automation.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767225600000)

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;
static struct fault fault;

/* A lamp with a setting and a meter that is hidden, and a heater, in the hall; a plug nowhere. */
static void
announce(const char *id, const char *area_id)
{
	const struct device_identifier ids[] = { { "id", id } };
	const struct announced_device d = { .identifiers = ids, .n_identifiers = 1, .name = id };
	const struct announced_entity e[] = {
		{ .component = "switch", .domain = "switch", .unique_id = id, .enabled = true, .source = id,
		    .config = "{}", .capabilities = "{}" },
		{ .component = "switch", .domain = "switch", .unique_id = mem_printf(arena, "%s lock", id),
		    .name = "Lock", .category = "config", .enabled = true, .source = id, .config = "{}",
		    .capabilities = "{}" },
	};
	struct announcement an = { .adapter = "mqtt", .source = id, .device = &d, .entities = e, .n = 2 };
	struct registry_change change;

	ATF_REQUIRE_EQ_MSG(registry_announce(&tx, &an, arena, &change, &fault), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ(registry_edit_device(&tx, id, &(struct registry_edit){ .area_id = area_id }, arena, &fault),
	    RC_OK);
}

static void
open_house(void)
{
	struct area area;

	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	arena = mem_arena_new(4096);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "user:anna" };
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Hall" }, arena, &area, &fault), RC_OK);
	announce("tree", "hall");
	announce("star", "hall");
	announce("plug", "");
	house_entity(&tx, "light.x", "{\"supported_color_modes\":[\"brightness\"]}");
}

static void
add(const char *name)
{
	struct label made;

	ATF_REQUIRE_EQ_MSG(label_add(&tx, &(struct label_edit){ .name = name }, arena, &made, &fault), RC_OK, "%s",
	    fault.msg);
}

static void
put_device(const char *id, const char *label)
{
	struct change_names names = { &label, label != NULL };

	ATF_REQUIRE_EQ_MSG(registry_edit_device(&tx, id, &(struct registry_edit){ .labels = &names }, arena, &fault),
	    RC_OK, "%s", fault.msg);
}

static void
put_entity(const char *id, const char *label)
{
	struct change_names names = { &label, label != NULL };

	ATF_REQUIRE_EQ_MSG(registry_edit_entity(&tx, id, &(struct registry_edit){ .labels = &names }, arena, &fault),
	    RC_OK, "%s", fault.msg);
}

static void
put_area(const char *id, const char *label)
{
	struct change_names names = { &label, label != NULL };
	struct area area;

	ATF_REQUIRE_EQ_MSG(area_change(&tx, id, &(struct area_edit){ .labels = &names }, arena, &area, &fault), RC_OK,
	    "%s", fault.msg);
}

static void
note(const char *entity_id, void *arg)
{
	struct buf *b = arg;

	buf_printf(b, "%s%s", b->len > 0 ? " " : "", entity_id);
}

static void
check_members(const char *kind, const char *id, const char *want)
{
	struct buf b = { 0 };

	registry_members(db, kind, id, note, &b);
	ATF_CHECK_STREQ(want, buf_str(&b));
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(members__own_device_and_area);
ATF_TC_BODY(members__own_device_and_area, tc)
{
	(void)tc;
	open_house();
	add("Christmas");
	check_members("label_id", "christmas", "");
	put_device("plug", "christmas");
	check_members("label_id", "christmas", "switch.plug");
	put_entity("light.x", "christmas");
	check_members("label_id", "christmas", "light.x switch.plug");
	/* an entity that carries it thrice is there once; settings and what is hidden are not meant */
	put_area("hall", "christmas");
	put_device("tree", "christmas");
	put_entity("switch.tree", "christmas");
	check_members("label_id", "christmas", "light.x switch.plug switch.star switch.tree");
	ATF_REQUIRE_EQ(registry_edit_entity(&tx, "switch.star", &(struct registry_edit){ .hidden = &(bool){ true } },
	    arena, &fault), RC_OK);
	check_members("label_id", "christmas", "light.x switch.plug switch.tree");
	check_members("area_id", "hall", "switch.tree");
	check_members("device_id", "plug", "switch.plug");
	check_members("domain", "switch", "switch.plug switch.tree");
	/* one label's id within another's */
	add("Christmas tree");
	check_members("label_id", "christmas_tree", "");
	put_entity("light.x", "christmas_tree");
	check_members("label_id", "christmas", "switch.plug switch.tree");
}

ATF_TC_WITHOUT_HEAD(edit__what_cannot_be);
ATF_TC_BODY(edit__what_cannot_be, tc)
{
	const char *names[] = { "b", "a", "b" };
	struct change_names some = { names, 3 };
	struct entity_state es;
	struct label made;

	(void)tc;
	open_house();
	add("A");
	ATF_CHECK_EQ(label_add(&tx, &(struct label_edit){ .name = "a" }, arena, &made, &fault), RC_EXISTS);
	ATF_CHECK_EQ(label_add(&tx, &(struct label_edit){ .name = "" }, arena, &made, &fault), RC_INVALID);
	ATF_CHECK_EQ(label_add(&tx, &(struct label_edit){ .name = "C", .color = "red" }, arena, &made, &fault), RC_INVALID);
	ATF_CHECK_STREQ("color", fault.field);
	ATF_CHECK_EQ(label_change(&tx, "a", &(struct label_edit){ .color = "#12345g" }, arena, &fault), RC_INVALID);
	ATF_CHECK_EQ(label_change(&tx, "a", &(struct label_edit){ .color = "#1234567" }, arena, &fault), RC_INVALID);
	ATF_CHECK_EQ(label_change(&tx, "a", &(struct label_edit){ .color = "#12345F" }, arena, &fault), RC_OK);
	ATF_CHECK_EQ(label_change(&tx, "z", &(struct label_edit){ .color = "" }, arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_EQ(registry_edit_entity(&tx, "light.x", &(struct registry_edit){ .labels = &some }, arena, &fault),
	    RC_INVALID);
	ATF_CHECK_STREQ("there is no label \"b\"", fault.msg);
	add("B");
	ATF_CHECK_EQ(registry_edit_entity(&tx, "light.x", &(struct registry_edit){ .labels = &some }, arena, &fault),
	    RC_OK);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.x", arena, &es), RC_OK);
	ATF_CHECK_STREQ("[\"a\",\"b\"]", es.entity.labels);
}

static struct revision
newest(const char *kind, const char *id)
{
	struct revision r;

	ATF_REQUIRE_EQ(store_revision_below(db, kind, id, INT64_MAX, arena, &r), RC_OK);
	return r;
}

ATF_TC_WITHOUT_HEAD(delete__and_back_with_what_it_was_on);
ATF_TC_BODY(delete__and_back_with_what_it_was_on, tc)
{
	static const char *const kinds[] = { "entity", "device", "area" }, *const things[] = { "light.x", "plug", "hall" };
	const char *both[] = { "a", "b" };
	struct change_names two = { both, 2 };
	struct label_view v;
	struct revision r, made;
	struct entity_state es;
	size_t i;

	(void)tc;
	open_house();
	add("A");
	add("B");
	ATF_REQUIRE_EQ(registry_edit_entity(&tx, "light.x", &(struct registry_edit){ .labels = &two }, arena, &fault),
	    RC_OK);
	put_device("plug", "a");
	put_area("hall", "a");
	r = newest("entity", "light.x");
	ATF_CHECK_STREQ("[\"labels\"]", r.members);
	ATF_REQUIRE_EQ(label_delete(&tx, "a", arena, &fault), RC_OK);
	ATF_CHECK_EQ(label_get(db, "a", arena, &v), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.x", arena, &es), RC_OK);
	ATF_CHECK_STREQ("[\"b\"]", es.entity.labels);
	check_members("label_id", "a", "");
	/* what carried it tells when it lost it */
	for (i = 0; i < 3; i++) {
		made = newest(kinds[i], things[i]);
		ATF_CHECK_STREQ("[\"labels\"]", made.members);
		ATF_CHECK_STREQ("changed", made.change);
		ATF_CHECK(strstr(made.snapshot, "\"a\"") == NULL);
	}
	/* an older state of an entity comes without the label that is gone */
	put_entity("light.x", NULL);
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, r.id, arena, &made, &fault), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.x", arena, &es), RC_OK);
	ATF_CHECK_STREQ("[\"b\"]", es.entity.labels);
	r = newest("label", "a");
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, r.id, arena, &made, &fault), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ(label_get(db, "a", arena, &v), RC_OK);
	ATF_CHECK_EQ(v.n[STORE_LABELLED_AREA], 1);
	ATF_CHECK_EQ(v.n[STORE_LABELLED_DEVICE], 1);
	ATF_CHECK_EQ(v.n[STORE_LABELLED_ENTITY], 1);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.x", arena, &es), RC_OK);
	ATF_CHECK_STREQ("[\"a\",\"b\"]", es.entity.labels);
	/* so it is from each of its versions */
	ATF_REQUIRE_EQ(label_delete(&tx, "a", arena, &fault), RC_OK);
	ATF_REQUIRE_EQ(store_revision_below(db, "label", "a", 2, arena, &r), RC_OK);
	ATF_CHECK_STREQ("added", r.change);
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, r.id, arena, &made, &fault), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ(label_get(db, "a", arena, &v), RC_OK);
	for (i = 0; i < STORE_LABELLED__MAX; i++)
		ATF_CHECK_EQ(v.n[i], 1);
}

static void
check_rule(const char *actions, const char *field, const char *msg)
{
	char *text = mem_xprintf("{\"actions\":%s}", actions);
	struct js *config;

	ATF_REQUIRE_EQ(js_parse(text, strlen(text), JS_STRICT, &config, NULL), RC_OK);
	fault = (struct fault){ 0 };
	ATF_CHECK_EQ(automation_check(db, config, config, arena, &fault), *field == '\0' ? RC_OK : RC_INVALID);
	ATF_CHECK_STREQ(field, fault.field);
	ATF_CHECK_STREQ(msg, fault.msg);
	js_free(config);
	free(text);
}

/* What a rule does, as "entity_id ..." */
static void
check_reached(const char *action, const char *want)
{
	char *text = mem_xprintf("{\"name\":\"x\",\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"e\"}],"
	    "\"actions\":[%s]}", action);
	const struct js *commands;
	struct buf out = { 0 }, b = { 0 };
	struct js *config, *said;
	size_t i;

	ATF_REQUIRE_EQ(js_parse(text, strlen(text), JS_STRICT, &config, NULL), RC_OK);
	ATF_REQUIRE_EQ_MSG(rehearsal_run(db, config, NULL, (struct place){ 0 }, NOW, &out, &fault), RC_OK, "%s: %s", fault.field, fault.msg);
	ATF_REQUIRE_EQ(js_parse(buf_str(&out), out.len, JS_STRICT, &said, NULL), RC_OK);
	commands = js_get(js_at(js_get(said, "steps"), 0), "commands");
	for (i = 0; i < js_size(commands); i++)
		note(js_get_string(js_at(commands, i), "entity_id"), &b);
	if (js_size(commands) == 0)
		buf_printf(&b, "%s", js_get_string(said, "reason"));
	ATF_CHECK_STREQ(want, buf_str(&b));
	js_free(said);
	js_free(config);
	buf_free(&out);
	buf_free(&b);
	free(text);
}

ATF_TC_WITHOUT_HEAD(rule__speaks_of_labels);
ATF_TC_BODY(rule__speaks_of_labels, tc)
{
	(void)tc;
	open_house();
	add("Christmas");
	put_area("hall", "christmas");
	put_entity("light.x", "christmas");
	check_rule("[{\"action\":\"switch.turn_on\",\"target\":{\"label_id\":[\"christmas\"]}}]", "", "");
	check_rule("[{\"action\":\"switch.turn_on\",\"target\":{\"label_id\":\"cristmas\"}}]",
	    "actions[0].target.label_id", "no such label \"cristmas\"; did you mean \"christmas\"?");
	check_rule("[{\"action\":\"switch.turn_on\",\"target\":{\"entity_id\":\"all\"}}]", "", "");
	check_reached("{\"action\":\"switch.turn_on\",\"target\":{\"label_id\":\"christmas\"}}", "switch.star switch.tree");
	check_reached("{\"action\":\"homeassistant.turn_off\",\"target\":{\"label_id\":\"christmas\"}}",
	    "light.x switch.star switch.tree");
	check_reached("{\"action\":\"switch.turn_on\",\"target\":{\"entity_id\":\"all\"}}",
	    "switch.plug switch.star switch.tree");
	/* what is not there is named, also beside what is */
	check_reached("{\"action\":\"switch.turn_on\",\"target\":{\"label_id\":\"{{ 'cristmas' }}\"}}",
	    "label_id: no such label \"cristmas\"; did you mean \"christmas\"?");
	check_reached("{\"action\":\"switch.turn_on\",\"target\":{\"area_id\":\"{{ 'hal' }}\",\"label_id\":\"christmas\"}}",
	    "switch.star switch.tree");
	check_reached("{\"action\":\"lock.lock\",\"target\":{\"area_id\":\"hall\"}}",
	    "nothing there has the service lock.lock");
}

/* What is on a floor is what is in its rooms at that moment. */
ATF_TC_WITHOUT_HEAD(rule__speaks_of_floors);
ATF_TC_BODY(rule__speaks_of_floors, tc)
{
	struct floor floor;
	struct area area;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ(floor_add(&tx, &(struct floor_edit){ .name = "Upstairs" }, arena, &floor, &fault), RC_OK);
	check_members("floor_id", "upstairs", "");
	check_reached("{\"action\":\"switch.turn_on\",\"target\":{\"floor_id\":\"upstairs\"}}",
	    "nothing there has the service switch.turn_on");
	ATF_REQUIRE_EQ(area_change(&tx, "hall", &(struct area_edit){ .floor_id = "upstairs" }, arena, &area, &fault), RC_OK);
	check_members("floor_id", "upstairs", "switch.star switch.tree");
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Attic", .floor_id = "upstairs" }, arena, &area, &fault),
	    RC_OK);
	ATF_REQUIRE_EQ(registry_edit_entity(&tx, "light.x", &(struct registry_edit){ .area_id = "attic" }, arena, &fault),
	    RC_OK);
	/* one that is in another room than its device */
	ATF_REQUIRE_EQ(registry_edit_entity(&tx, "switch.plug", &(struct registry_edit){ .area_id = "attic" }, arena,
	    &fault), RC_OK);
	check_members("floor_id", "upstairs", "light.x switch.plug switch.star switch.tree");
	check_rule("[{\"action\":\"switch.turn_on\",\"target\":{\"floor_id\":[\"upstairs\"]}}]", "", "");
	check_rule("[{\"action\":\"switch.turn_on\",\"target\":{\"floor_id\":[\"upstairs\",\"upstair\"]}}]",
	    "actions[0].target.floor_id[1]", "no such floor \"upstair\"; did you mean \"upstairs\"?");
	check_reached("{\"action\":\"switch.turn_on\",\"target\":{\"floor_id\":\"upstairs\"}}",
	    "switch.plug switch.star switch.tree");
	check_reached("{\"action\":\"homeassistant.turn_off\",\"target\":{\"floor_id\":\"{{ 'upstairs' }}\"}}",
	    "light.x switch.plug switch.star switch.tree");
	check_reached("{\"action\":\"switch.turn_on\",\"target\":{\"floor_id\":\"{{ 'upstair' }}\"}}",
	    "floor_id: no such floor \"upstair\"; did you mean \"upstairs\"?");
	check_reached("{\"action\":\"lock.lock\",\"target\":{\"floor_id\":\"upstairs\"}}",
	    "nothing there has the service lock.lock");
	ATF_REQUIRE_EQ(area_change(&tx, "hall", &(struct area_edit){ .floor_id = "" }, arena, &area, &fault), RC_OK);
	check_members("floor_id", "upstairs", "light.x switch.plug");
}

ATF_TC_WITHOUT_HEAD(used__by_rules);
ATF_TC_BODY(used__by_rules, tc)
{
	struct automation rule = { .id = "r", .name = "R", .mode = "single", .enabled = true, .config =
	    "{\"actions\":[{\"target\":{\"label_id\":[\"a\"]}},{\"target\":{\"area_id\":\"a\"}},{\"target\":{\"floor_id\":\"a\"}},"
	    "{\"variables\":{\"x\":\"{{ label_entities('a') + area_entities('b') }}\"}}]}" };
	struct used *list;
	size_t n;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ(store_automation_insert(&tx, &rule), RC_OK);
	ATF_REQUIRE_EQ(used_find(db, &(struct used_query){ .key = "label_id", .value = "a" }, arena, &list, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_EQ(list[0].n, 2);
	ATF_CHECK_STREQ("actions[0].target.label_id[0]", list[0].where[0]);
	ATF_CHECK_STREQ("actions[3].variables.x", list[0].where[1]);
	ATF_REQUIRE_EQ(used_find(db, &(struct used_query){ .key = "floor_id", .value = "a" }, arena, &list, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_EQ(list[0].n, 1);
	ATF_CHECK_STREQ("actions[2].target.floor_id", list[0].where[0]);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, members__own_device_and_area);
	ATF_TP_ADD_TC(tp, edit__what_cannot_be);
	ATF_TP_ADD_TC(tp, delete__and_back_with_what_it_was_on);
	ATF_TP_ADD_TC(tp, rule__speaks_of_labels);
	ATF_TP_ADD_TC(tp, rule__speaks_of_floors);
	ATF_TP_ADD_TC(tp, used__by_rules);
	return atf_no_error();
}
