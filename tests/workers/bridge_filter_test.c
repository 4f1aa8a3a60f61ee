/* SPDX-License-Identifier: ISC
 *
 * Which places are looked up again after an event of the registry: those that it concerns, no others.
 */
#include <atf-c.h>
#include <stdio.h>

#include "shared/domain/area.h"
#include "shared/domain/registry.h"
#include "tests/lib/house.h"
#include "workers/bridge_int.h"

#define ENTITIES 40	/* four of each device */

static struct conf *conf;
static struct core core;
static struct bridge bridge;
static struct mem_arena *a;
static struct tx tx;
static struct sub sub;
static int64_t devices[ENTITIES / 4], entities[ENTITIES], areas[2];

static void
add_rows(void)
{
	struct area kitchen = { .id = "kitchen", .name = "Kitchen" }, hall = { .id = "hall", .name = "Hall" };
	struct entity e = { .adapter = "mqtt", .component = "sensor", .domain = "sensor", .enabled = true,
		.source = "x", .config = "{}", .capabilities = "{}" };
	struct device d = { .adapter = "mqtt", .enabled = true };
	int i;

	ATF_REQUIRE_EQ(store_area_insert(&tx, &kitchen), RC_OK);
	ATF_REQUIRE_EQ(store_area_insert(&tx, &hall), RC_OK);
	areas[0] = kitchen.row;
	areas[1] = hall.row;
	for (i = 0; i < ENTITIES; i++) {
		if (i % 4 == 0) {
			d.id = d.name = mem_printf(a, "d%d", i / 4);
			d.area = areas[0];
			ATF_REQUIRE_EQ(store_device_insert(&tx, &d), RC_OK);
			devices[i / 4] = d.row;
		}
		e.entity_id = e.unique_id = mem_printf(a, "sensor.e%d", i);
		e.device = d.row;
		ATF_REQUIRE_EQ(store_entity_insert(&tx, &e), RC_OK);
		entities[i] = e.row;
	}
}

/* A bridge with one subscription to the hall, where nothing is yet. */
static void
set_up(void)
{
	static char *hall[] = { "hall" };

	core = (struct core){ .db = house_new(&conf) };
	tx = (struct tx){ .db = core.db, .now_ms = 1, .actor = "user:anna" };
	bridge = (struct bridge){ .core = &core, .arena = mem_arena_new(65536) };
	a = mem_arena_new(65536);
	ATF_REQUIRE_EQ(db_begin_write(core.db), RC_OK);
	add_rows();
	sub = (struct sub){ .areas = hall, .n_areas = 1 };
	filter_add(&bridge, &sub);
}

static void
tear_down(void)
{
	filter_remove(&bridge, &sub);
	filter_free(&bridge);
	ATF_REQUIRE_EQ(db_commit(core.db), RC_OK);
	db_close(core.db);
	conf_free(conf);
	mem_arena_free(bridge.arena);
	mem_arena_free(a);
}

static void
count(struct sub *s, void *arg)
{
	(void)s;
	++*(int *)arg;
}

/* How many entities the subscription hears of; all their places are known afterwards. */
static int
heard(void)
{
	struct store_event e = { .kind = EVENT_STATE_CHANGED };
	int n = 0, i;

	for (i = 0; i < ENTITIES; i++) {
		e.entity = entities[i];
		filter_each(&bridge, &e, count, &n);
	}
	ATF_CHECK_EQ(bridge.filter.places.n, ENTITIES);
	return n;
}

static void
learn(int kind, int64_t entity, const char *subject)
{
	struct store_event e = { .kind = kind, .entity = entity, .subject = subject };

	filter_learn(&bridge, &e);
}

ATF_TC_WITHOUT_HEAD(learn__what_it_concerns);
ATF_TC_BODY(learn__what_it_concerns, tc)
{
	struct registry_edit hall = { .area_id = "hall" };
	struct fault f = { 0 };

	set_up();
	ATF_CHECK_EQ(heard(), 0);
	/* an entity is moved */
	ATF_REQUIRE_EQ_MSG(registry_edit_entity(&tx, "sensor.e5", &hall, a, &f), RC_OK, "%s", f.msg);
	learn(EVENT_ENTITY_CHANGED, entities[5], "sensor.e5");
	ATF_CHECK_EQ(bridge.filter.places.n, ENTITIES - 1);
	ATF_CHECK_EQ(heard(), 1);
	/* a device, and with it four */
	ATF_REQUIRE_EQ_MSG(registry_edit_device(&tx, "d3", &hall, a, &f), RC_OK, "%s", f.msg);
	learn(EVENT_DEVICE_CHANGED, 0, "device.d3");
	ATF_CHECK_EQ(bridge.filter.places.n, ENTITIES - 4);
	ATF_CHECK_EQ(heard(), 5);
	/* what moves nothing */
	learn(EVENT_DEVICE_ADDED, 0, "device.d3");
	learn(EVENT_DEVICE_REMOVED, 0, "device.d3");
	learn(EVENT_DEVICE_CHANGED, 0, "device.none");
	learn(EVENT_STATE_CHANGED, entities[1], NULL);
	ATF_CHECK_EQ(bridge.filter.places.n, ENTITIES);
	/* the room itself */
	ATF_REQUIRE_EQ_MSG(area_delete(&tx, "hall", a, &f), RC_OK, "%s", f.msg);
	learn(EVENT_AREA_CHANGED, 0, "area.hall");
	ATF_CHECK_EQ(bridge.filter.places.n, 0);
	ATF_CHECK_EQ(heard(), 0);
	tear_down();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, learn__what_it_concerns);
	return atf_no_error();
}
