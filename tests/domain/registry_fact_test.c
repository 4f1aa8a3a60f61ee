/* SPDX-License-Identifier: ISC
 *
 * What belongs where, and how it is called, as templates ask for it.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/floor.h"
#include "shared/domain/label.h"
#include "shared/domain/registry.h"
#include "shared/domain/registry_fact.h"
#include "tests/lib/house.h"

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;
static struct fault fault;

/* A plug with a meter in an area, or nowhere. */
static void
announce(const char *id, const char *name, const char *area_id)
{
	const struct device_identifier ids[] = { { "id", id } };
	const struct announced_device d = { .identifiers = ids, .n_identifiers = 1, .name = name };
	const struct announced_entity e[] = {
		{ .component = "switch", .domain = "switch", .unique_id = id, .enabled = true, .source = id,
		    .config = "{}", .capabilities = "{}" },
		{ .component = "sensor", .domain = "sensor", .unique_id = mem_printf(arena, "%s power", id),
		    .name = "Power", .enabled = true, .source = id, .config = "{}", .capabilities = "{}" },
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
	const char *aliases[] = { "Entry" }, *labels[] = { "christmas" };
	struct change_names other = { aliases, 1 }, label = { labels, 1 };
	struct area area;
	struct label made;

	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	arena = mem_arena_new(4096);
	tx = (struct tx){ .db = db, .now_ms = 1767225600000, .actor = "user:anna" };
	ATF_REQUIRE_EQ(label_add(&tx, &(struct label_edit){ .name = "Christmas" }, arena, &made, &fault), RC_OK);
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Front Hall", .floor = "Ground", .aliases = &other,
	    .labels = &label }, arena, &area, &fault), RC_OK);
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Attic" }, arena, &area, &fault), RC_OK);
	announce("tree", "Tree", "front_hall");
	announce("star", "Star", "front_hall");
	announce("spare_plug", "Spare Plug", "");
	ATF_REQUIRE_EQ(registry_edit_device(&tx, "star", &(struct registry_edit){ .label = "Big Star",
	    .labels = &label }, arena, &fault), RC_OK);
	ATF_REQUIRE_EQ(registry_edit_entity(&tx, "switch.spare_plug", &(struct registry_edit){ .area_id = "attic",
	    .label = "Heater", .labels = &label }, arena, &fault), RC_OK);
}

static void
note(const char *text, void *arg)
{
	struct buf *b = arg;

	buf_printf(b, "%s%s", b->len > 0 ? "," : "", text);
}

static void
check(const char *function, const char *about, const char *want)
{
	struct buf b = { 0 };

	registry_fact(db, function, about, note, &b);
	ATF_CHECK_MSG(strcmp(buf_str(&b), want) == 0, "%s(%s) is %s, not %s", function, about, buf_str(&b), want);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(fact__of_areas_and_devices);
ATF_TC_BODY(fact__of_areas_and_devices, tc)
{
	(void)tc;
	open_house();
	check("area_id", "switch.tree", "front_hall");
	check("area_id", "tree", "front_hall");
	check("area_id", "FRONT hall", "front_hall");
	check("area_id", "entry", "front_hall");
	check("area_id", "switch.spare_plug", "attic");	/* its own, not its device's */
	check("area_id", "spare_plug", "");
	check("area_id", "cellar", "");
	check("area_id", "switch.nobody", "");
	check("area_name", "sensor.tree_power", "Front Hall");
	check("area_name", "front_hall", "Front Hall");
	check("area_name", "spare_plug", "");
	check("area_devices", "Front Hall", "star,tree");
	check("area_devices", "nowhere", "");
	check("device_id", "sensor.star_power", "star");
	check("device_id", "big star", "star");
	check("device_id", "switch.nobody", "");
	check("device_name", "star", "Big Star");
	check("device_name", "sensor.tree_power", "Tree");
	check("device_name", "nobody", "");
	check("name", "switch.spare_plug", "Heater");
	check("name", "sensor.star_power", "Big Star Power");
	check("name", "star", "");
	check("nothing", "star", "");
}

ATF_TC_WITHOUT_HEAD(fact__of_floors_and_labels);
ATF_TC_BODY(fact__of_floors_and_labels, tc)
{
	(void)tc;
	open_house();
	check("floors", "", "ground");
	check("floor_id", "Ground", "ground");
	check("floor_id", "front_hall", "ground");
	check("floor_id", "switch.star", "ground");
	check("floor_id", "attic", "");
	check("floor_name", "ground", "Ground");
	check("floor_name", "tree", "Ground");
	check("floor_name", "switch.spare_plug", "");
	check("floor_areas", "GROUND", "front_hall");
	check("floor_areas", "sky", "");
	check("floor_entities", "ground", "sensor.star_power,sensor.tree_power,switch.star,switch.tree");
	check("labels", "", "christmas");
	check("labels", "star", "christmas");
	check("labels", "tree", "");
	check("labels", "front_hall", "christmas");
	check("labels", "switch.spare_plug", "christmas");
	check("label_id", "CHRISTMAS", "christmas");
	check("label_name", "christmas", "Christmas");
	check("label_name", "easter", "");
	check("label_areas", "Christmas", "front_hall");
	check("label_devices", "christmas", "star");
}

/* Ids and names that nobody has, and none at all. */
ATF_TC_WITHOUT_HEAD(known__by_id_or_name);
ATF_TC_BODY(known__by_id_or_name, tc)
{
	static const char *const yes[] = { "front_hall", "Entry", "star", "Big Star", "switch.tree", "ground", "Christmas" };
	static const char *const no[] = { "", ".", "switch.", "front", "%", "' OR 1=1 --", "switch.x" };
	size_t i;

	(void)tc;
	open_house();
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ATF_CHECK_MSG(registry_known(db, yes[i]), "%s", yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ATF_CHECK_MSG(!registry_known(db, no[i]), "%s", no[i]);
	ATF_CHECK_STREQ(registry_meant(db, "area_id", "entry", arena), "front_hall");
	ATF_CHECK_STREQ(registry_meant(db, "device_id", "BIG star", arena), "star");
	ATF_CHECK_STREQ(registry_meant(db, "floor_id", "ground", arena), "ground");
	ATF_CHECK_STREQ(registry_meant(db, "label_id", "Christmas", arena), "christmas");
	ATF_CHECK(registry_meant(db, "label_id", "ground", arena) == NULL);
	ATF_CHECK(registry_meant(db, "entity_id", "switch.tree", arena) == NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fact__of_areas_and_devices);
	ATF_TP_ADD_TC(tp, fact__of_floors_and_labels);
	ATF_TP_ADD_TC(tp, known__by_id_or_name);
	return atf_no_error();
}
