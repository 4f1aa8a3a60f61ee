/* SPDX-License-Identifier: ISC
 *
 * Ids, devices, areas and orphans: what announcements make of the house.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/event.h"
#include "shared/domain/device.h"
#include "shared/domain/registry.h"
#include "shared/store/store_device_entity.h"
#include "shared/store/store_event.h"
#include "tests/lib/house.h"

#define NOW 1767225600000LL

struct bench {
	struct conf		*conf;
	struct db		*db;
	struct tx		 tx;
	struct mem_arena	*a;
};

static struct bench
open_bench(void)
{
	struct bench w = { .tx = { .now_ms = NOW, .actor = "mqtt" } };

	w.db = house_new(&w.conf);
	ATF_REQUIRE_EQ(db_begin_write(w.db), RC_OK);
	w.tx.db = w.db;
	w.a = mem_arena_new(65536);
	return w;
}

static void
close_bench(struct bench *w)
{
	ATF_REQUIRE_EQ(db_commit(w->db), RC_OK);
	mem_arena_free(w->a);
	db_close(w->db);
	conf_free(w->conf);
}

static const struct device_identifier lamp_ids[] = { { "id", "0x01" }, { "mac", "aa:bb" } };

static struct announced_device
device(const char *name, size_t n)
{
	return (struct announced_device){ .identifiers = lamp_ids, .n_identifiers = n, .name = name };
}

static struct announced_entity
entity(const char *domain, const char *unique_id, const char *name)
{
	return (struct announced_entity){ .component = domain, .domain = domain,
		.unique_id = unique_id, .name = name, .enabled = true, .source = unique_id,
		.config = "{}", .capabilities = "{}" };
}

static struct registry_change
announce(struct bench *w, const struct announced_device *d, const struct announced_entity *e,
    size_t n, const char *source)
{
	struct announcement an = { .adapter = "mqtt", .source = source, .device = d, .entities = e,
		.n = n, .removal = n == 0 };
	struct registry_change change;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(registry_announce(&w->tx, &an, w->a, &change, &f), RC_OK, "%s", f.msg);
	return change;
}

/* The id that one entity gets. */
static const char *
id_of(struct bench *w, const struct announced_device *d, struct announced_entity e)
{
	struct registry_change change = announce(w, d, &e, 1, e.source);
	struct entity_state es;

	ATF_REQUIRE_EQ(change.n_changed, 1);
	ATF_REQUIRE_EQ(store_entity_by_row(w->db, change.changed[0], w->a, &es), RC_OK);
	return es.entity.entity_id;
}

ATF_TC_WITHOUT_HEAD(id__names);
ATF_TC_BODY(id__names, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Stehlampe Süd", 1);
	struct announced_entity e;

	ATF_CHECK_STREQ(id_of(&w, &d, entity("light", "a", NULL)), "light.stehlampe_sud");
	ATF_CHECK_STREQ(id_of(&w, &d, entity("sensor", "b", "Power  (W)")),
	    "sensor.stehlampe_sud_power_w");
	ATF_CHECK_STREQ(id_of(&w, NULL, entity("sensor", "c", "Alone")), "sensor.alone");
	ATF_CHECK_STREQ(id_of(&w, NULL, entity("sensor", "d-x", NULL)), "sensor.d_x");
	e = entity("sensor", "e", "ignored");
	e.object_id = "sensor.My Wish/1";
	ATF_CHECK_STREQ(id_of(&w, &d, e), "sensor.my_wish_1");
	e = entity("sensor", "f", "ignored");
	e.object_id = "other wish";
	ATF_CHECK_STREQ(id_of(&w, &d, e), "sensor.other_wish");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(id__collision);
ATF_TC_BODY(id__collision, tc)
{
	struct bench w = open_bench();
	char long_name[241];

	ATF_CHECK_STREQ(id_of(&w, NULL, entity("sensor", "a", "Same")), "sensor.same");
	ATF_CHECK_STREQ(id_of(&w, NULL, entity("sensor", "b", "same")), "sensor.same_2");
	ATF_CHECK_STREQ(id_of(&w, NULL, entity("sensor", "c", "SAME")), "sensor.same_3");
	ATF_CHECK_STREQ(id_of(&w, NULL, entity("switch", "a", "Same")), "switch.same");
	memset(long_name, 'n', 240);
	long_name[240] = '\0';
	ATF_CHECK(strlen(id_of(&w, NULL, entity("binary_sensor", "d", long_name))) < 255);
	ATF_CHECK(strlen(id_of(&w, NULL, entity("binary_sensor", "e", long_name))) < 255);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(id__stays_when_renamed);
ATF_TC_BODY(id__stays_when_renamed, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Old", 1);
	struct announced_entity e = entity("light", "a", NULL);
	struct entity_state es;

	ATF_CHECK_STREQ(id_of(&w, &d, e), "light.old");
	d.name = "New";
	e.unit = "lm";
	ATF_CHECK_STREQ(id_of(&w, &d, e), "light.old");
	ATF_REQUIRE_EQ(store_entity_get(w.db, "light.old", w.a, &es), RC_OK);
	ATF_CHECK_STREQ(es.entity.device_name, "New");
	ATF_CHECK_STREQ(es.entity.device_id, "old");
	ATF_CHECK_STREQ(es.entity.unit, "lm");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(announce__nothing_new_writes_nothing);
ATF_TC_BODY(announce__nothing_new_writes_nothing, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Lamp", 2);
	struct announced_entity e = entity("light", "a", NULL);
	struct registry_change change;
	int64_t last;

	change = announce(&w, &d, &e, 1, "a");
	ATF_CHECK_EQ(change.n_changed, 1);
	last = store_event_last(w.db);
	change = announce(&w, &d, &e, 1, "a");
	ATF_CHECK_EQ(change.n_changed, 0);
	ATF_CHECK_EQ(change.n_gone, 0);
	ATF_CHECK_EQ(store_event_last(w.db), last);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(announce__events);
ATF_TC_BODY(announce__events, tc)
{
	static const int kinds[] = { EVENT_DEVICE_ADDED, EVENT_ENTITY_ADDED, EVENT_DEVICE_CHANGED,
		EVENT_ENTITY_REMOVED };
	struct bench w = open_bench();
	struct announced_device d = device("Lamp", 1);
	struct announced_entity e = entity("light", "a", NULL);
	struct store_event_filter filter = { .limit = 10 };
	struct store_event *rows;
	size_t i, n;

	announce(&w, &d, &e, 1, "a");
	d.sw_version = "2";
	announce(&w, &d, &e, 1, "a");
	announce(&w, NULL, NULL, 0, "a");
	ATF_REQUIRE_EQ(store_event_list(w.db, &filter, w.a, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 4);
	for (i = 0; i < n; i++)
		ATF_CHECK_EQ(rows[i].kind, kinds[i]);
	ATF_CHECK_STREQ(rows[0].subject, "device.lamp");
	ATF_CHECK_STREQ(rows[1].subject, "light.lamp");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(device__found_by_any_identifier);
ATF_TC_BODY(device__found_by_any_identifier, tc)
{
	static const struct device_identifier mac[] = { { "mac", "aa:bb" } };
	static const struct device_identifier other[] = { { "id", "0x02" } };
	struct bench w = open_bench();
	struct announced_device a = device("Lamp", 2);
	struct announced_device b = { .identifiers = mac, .n_identifiers = 1, .model = "X1" };
	struct announced_device c = { .identifiers = other, .n_identifiers = 1, .name = "Lamp" };
	struct device d;

	id_of(&w, &a, entity("light", "a", NULL));
	ATF_CHECK_STREQ(id_of(&w, &b, entity("sensor", "b", "Power")), "sensor.power");
	ATF_REQUIRE_EQ(store_device_get(w.db, "lamp", w.a, &d), RC_OK);
	ATF_CHECK_STREQ(d.name, "Lamp");
	ATF_CHECK_STREQ(d.model, "X1");
	id_of(&w, &c, entity("light", "c", NULL));
	ATF_REQUIRE_EQ(store_device_get(w.db, "lamp_2", w.a, &d), RC_OK);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(device__suggested_area_once);
ATF_TC_BODY(device__suggested_area_once, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Lamp", 1);
	struct announced_entity e = entity("light", "a", NULL);
	struct registry_edit edit = { .area_id = "" };
	struct fault f = { 0 };
	struct device row;
	struct area *areas;
	size_t n;

	d.suggested_area = "Living Room";
	id_of(&w, &d, e);
	ATF_REQUIRE_EQ(store_device_get(w.db, "lamp", w.a, &row), RC_OK);
	ATF_CHECK_STREQ(row.area_id, "living_room");
	ATF_REQUIRE_EQ(registry_edit_device(&w.tx, "lamp", &edit, w.a, &f), RC_OK);
	d.suggested_area = "Elsewhere";
	d.sw_version = "2";
	announce(&w, &d, &e, 1, "a");
	ATF_REQUIRE_EQ(store_device_get(w.db, "lamp", w.a, &row), RC_OK);
	ATF_CHECK(row.area_id == NULL);
	ATF_REQUIRE_EQ(store_area_list(w.db, w.a, &areas, &n), RC_OK);
	ATF_CHECK_EQ(n, 1);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(orphan__parts_and_return);
ATF_TC_BODY(orphan__parts_and_return, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Box", 1);
	struct announced_entity e[3];
	struct registry_change change;
	struct entity_state es;
	struct fault f = { 0 };
	int i;

	for (i = 0; i < 3; i++) {
		e[i] = entity("sensor", i == 0 ? "a" : i == 1 ? "b" : "c", i == 0 ? "A" : i == 1 ? "B" : "C");
		e[i].source = i == 0 ? "t#a" : i == 1 ? "t#b" : "t#c";
	}
	change = announce(&w, &d, e, 3, "t");
	ATF_CHECK_EQ(change.n_changed, 3);
	change = announce(&w, &d, e, 2, "t");
	ATF_REQUIRE_EQ(change.n_gone, 1);
	ATF_REQUIRE_EQ(store_entity_by_row(w.db, change.gone[0], w.a, &es), RC_OK);
	ATF_CHECK_STREQ(es.entity.entity_id, "sensor.box_c");
	ATF_CHECK(es.entity.orphaned);
	ATF_CHECK_EQ(registry_delete_entity(&w.tx, "sensor.box_a", w.a, &f), RC_REFUSED);
	change = announce(&w, &d, e, 3, "t");
	ATF_CHECK_EQ(change.n_changed, 1);
	ATF_CHECK_EQ(change.n_gone, 0);
	change = announce(&w, NULL, NULL, 0, "t");
	ATF_CHECK_EQ(change.n_gone, 3);
	change = announce(&w, NULL, NULL, 0, "t");
	ATF_CHECK_EQ(change.n_gone, 0);
	ATF_CHECK_EQ(registry_delete_entity(&w.tx, "sensor.box_a", w.a, &f), RC_OK);
	ATF_CHECK(!store_entity_id_taken(w.db, "sensor.box_a"));
	ATF_CHECK_EQ(registry_delete_entity(&w.tx, "sensor.box_a", w.a, &f), RC_NOT_FOUND);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(orphan__moved_to_another_message);
ATF_TC_BODY(orphan__moved_to_another_message, tc)
{
	struct bench w = open_bench();
	struct announced_entity e = entity("sensor", "a", "A");
	struct registry_change change;

	announce(&w, NULL, &e, 1, "a");
	e.source = "new#a";
	change = announce(&w, NULL, &e, 1, "new");
	ATF_CHECK_EQ(change.n_changed, 1);
	change = announce(&w, NULL, NULL, 0, "a");
	ATF_CHECK_EQ(change.n_gone, 0);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(edit__labels_and_areas);
ATF_TC_BODY(edit__labels_and_areas, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Lamp", 1);
	struct registry_edit edit = { .label = "My lamp" }, off = { .enabled = &(bool){ false } };
	struct registry_edit nowhere = { .area_id = "nowhere" };
	struct area_edit kitchen = { .name = "Küche", .floor = "ground" };
	struct fault f = { 0 };
	struct entity_state es;
	struct device_view view;
	struct area area;

	id_of(&w, &d, entity("light", "a", NULL));
	id_of(&w, &d, entity("sensor", "b", "Power"));
	ATF_REQUIRE_EQ(area_add(&w.tx, &kitchen, w.a, &area, &f), RC_OK);
	ATF_CHECK_STREQ(area.id, "kuche");
	ATF_REQUIRE_EQ(registry_edit_device(&w.tx, "lamp", &edit, w.a, &f), RC_OK);
	ATF_REQUIRE_EQ(store_entity_get(w.db, "sensor.lamp_power", w.a, &es), RC_OK);
	ATF_CHECK_STREQ(registry_entity_name(&es.entity, w.a), "My lamp Power");
	edit.label = "Watts";
	edit.area_id = "kuche";
	ATF_REQUIRE_EQ(registry_edit_entity(&w.tx, "sensor.lamp_power", &edit, w.a, &f), RC_OK);
	ATF_REQUIRE_EQ(store_entity_get(w.db, "sensor.lamp_power", w.a, &es), RC_OK);
	ATF_CHECK_STREQ(registry_entity_name(&es.entity, w.a), "Watts");
	ATF_CHECK_STREQ(es.entity.area_id, "kuche");
	ATF_CHECK_EQ(registry_edit_entity(&w.tx, "light.lamp", &nowhere, w.a, &f), RC_INVALID);
	ATF_CHECK_STREQ(f.field, "area_id");
	ATF_CHECK_EQ(registry_edit_entity(&w.tx, "light.none", &edit, w.a, &f), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(registry_edit_entity(&w.tx, "light.lamp", &off, w.a, &f), RC_OK);
	ATF_REQUIRE_EQ(device_get(w.db, es.entity.device_id, w.a, &view), RC_OK);
	ATF_CHECK_EQ(view.n, 1);
	ATF_CHECK_STREQ(view.entities[0], "sensor.lamp_power");
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(choice__is_of_what_can_be_meant);
ATF_TC_BODY(choice__is_of_what_can_be_meant, tc)
{
	struct bench w = open_bench();
	static const struct device_identifier other_ids[] = { { "id", "0x02" } };
	struct announced_device d = device("Lamp", 1), other = device("Other", 1);
	struct announced_entity off = entity("sensor", "c", "Hidden");
	struct entity_choice *rows;
	struct entity_state full, alone;
	size_t n;

	other.identifiers = other_ids;
	off.enabled = false;
	id_of(&w, &d, entity("light", "a", NULL));
	id_of(&w, &d, entity("sensor", "b", "Power"));
	id_of(&w, &d, off);
	id_of(&w, &other, entity("switch", "d", NULL));
	ATF_REQUIRE_EQ(store_entity_get(w.db, "light.lamp", w.a, &full), RC_OK);
	ATF_REQUIRE_EQ(store_entity_choice(w.db, full.entity.device_id, w.a, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 2);
	ATF_CHECK_EQ(rows[0].row, full.entity.row);
	ATF_CHECK_STREQ(rows[0].domain, "light");
	ATF_CHECK_STREQ(rows[1].entity_id, "sensor.lamp_power");
	ATF_REQUIRE_EQ(store_entity_alone(w.db, rows[0].row, w.a, &alone), RC_OK);
	ATF_CHECK_STREQ(alone.entity.entity_id, "light.lamp");
	ATF_CHECK_STREQ(alone.entity.capabilities, full.entity.capabilities);
	ATF_CHECK_EQ(alone.entity.device, full.entity.device);
	ATF_CHECK(alone.entity.enabled && alone.entity.created == full.entity.created);
	ATF_CHECK_EQ(alone.state.event, full.state.event);
	ATF_REQUIRE_EQ(store_entity_choice(w.db, "none", w.a, &rows, &n), RC_OK);
	ATF_CHECK_EQ(n, 0);
	close_bench(&w);
}

static size_t
count_list(struct bench *w, struct store_entity_filter filter)
{
	struct entity_state *rows;
	size_t n;

	ATF_REQUIRE_EQ(store_entity_list(w->db, &filter, w->a, &rows, &n), RC_OK);
	return n;
}

ATF_TC_WITHOUT_HEAD(list__filters);
ATF_TC_BODY(list__filters, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Lamp", 1);
	struct announced_entity hidden = entity("sensor", "h", "Hidden");

	d.suggested_area = "Hall";
	hidden.enabled = false;
	id_of(&w, &d, entity("light", "a", NULL));
	id_of(&w, &d, entity("sensor", "b", "Power"));
	id_of(&w, &d, hidden);
	id_of(&w, NULL, entity("sensor", "c", "Alone"));
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ 0 }), 3);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .disabled_too = true }), 4);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .limit = 2 }), 2);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .after = "light.lamp" }), 2);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .domain = "sensor" }), 2);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .device = "lamp" }), 2);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .device = "none" }), 0);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .area = "hall" }), 2);
	ATF_CHECK_EQ(count_list(&w,
	    (struct store_entity_filter){ .area = "hall", .domain = "light" }), 1);
	ATF_CHECK_EQ(count_list(&w, (struct store_entity_filter){ .device = "lamp", .area = "hall",
	    .domain = "sensor", .disabled_too = true }), 2);
	close_bench(&w);
}

/* What a reader remembers of the revision is of what it sees. */
ATF_TC_WITHOUT_HEAD(revision__grows_with_what_is_committed);
ATF_TC_BODY(revision__grows_with_what_is_committed, tc)
{
	struct bench w = open_bench();
	struct announced_device d = device("Lamp", 2);
	struct core core = { .conf = w.conf };
	struct fault f = { 0 };
	int64_t before, after;

	(void)tc;
	id_of(&w, &d, entity("light", "one", NULL));
	ATF_REQUIRE_EQ(db_commit(w.db), RC_OK);
	ATF_REQUIRE_EQ_MSG(store_open(w.conf, DB_READ, &core.db, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(db_begin_read(core.db), RC_OK);
	ATF_REQUIRE(store_event_last_of(core.db, EVENT_ENTITY_ADDED) > 0);
	before = registry_revision(&core);
	ATF_CHECK_EQ(registry_revision(&core), before);

	ATF_REQUIRE_EQ(db_begin_write(w.db), RC_OK);
	id_of(&w, &d, entity("light", "two", "Second"));
	ATF_REQUIRE_EQ(db_commit(w.db), RC_OK);
	ATF_CHECK_EQ_MSG(registry_revision(&core), before, "not the moment that the transaction sees");
	db_end_read(core.db);
	ATF_REQUIRE_EQ(db_begin_read(core.db), RC_OK);
	ATF_REQUIRE(store_event_last_of(core.db, EVENT_ENTITY_ADDED) > before);
	after = registry_revision(&core);
	ATF_CHECK(after > before);
	db_end_read(core.db);
	db_close(core.db);
	ATF_REQUIRE_EQ(db_begin_write(w.db), RC_OK);
	close_bench(&w);
}

/* Others may say that they are reached through it by that name. */
ATF_TC_WITHOUT_HEAD(revision__grows_with_an_identifier);
ATF_TC_BODY(revision__grows_with_an_identifier, tc)
{
	static const struct device_identifier one[] = { { "id", "hub" } };
	struct bench w = open_bench();
	struct announced_device hub = { .identifiers = one, .n_identifiers = 1, .name = "Hub" };
	struct announced_entity e = entity("light", "h", NULL);
	int64_t before;

	(void)tc;
	id_of(&w, &hub, e);
	ATF_CHECK_EQ(store_event_last_of(w.db, EVENT_DEVICE_CHANGED), 0);
	announce(&w, &hub, &e, 1, e.source);
	ATF_CHECK_EQ(store_event_last_of(w.db, EVENT_DEVICE_CHANGED), 0);
	hub.identifiers = (const struct device_identifier[]){ { "id", "hub" }, { "mac", "aa:cc" } };
	hub.n_identifiers = 2;
	announce(&w, &hub, &e, 1, e.source);
	before = store_event_last_of(w.db, EVENT_DEVICE_CHANGED);
	ATF_CHECK(before > 0);
	announce(&w, &hub, &e, 1, e.source);
	ATF_CHECK_EQ(store_event_last_of(w.db, EVENT_DEVICE_CHANGED), before);
	close_bench(&w);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, revision__grows_with_an_identifier);
	ATF_TP_ADD_TC(tp, id__names);
	ATF_TP_ADD_TC(tp, id__collision);
	ATF_TP_ADD_TC(tp, id__stays_when_renamed);
	ATF_TP_ADD_TC(tp, announce__nothing_new_writes_nothing);
	ATF_TP_ADD_TC(tp, announce__events);
	ATF_TP_ADD_TC(tp, device__found_by_any_identifier);
	ATF_TP_ADD_TC(tp, device__suggested_area_once);
	ATF_TP_ADD_TC(tp, orphan__parts_and_return);
	ATF_TP_ADD_TC(tp, orphan__moved_to_another_message);
	ATF_TP_ADD_TC(tp, edit__labels_and_areas);
	ATF_TP_ADD_TC(tp, choice__is_of_what_can_be_meant);
	ATF_TP_ADD_TC(tp, list__filters);
	ATF_TP_ADD_TC(tp, revision__grows_with_what_is_committed);
	return atf_no_error();
}
