/* SPDX-License-Identifier: ISC
 *
 * What events tell of areas, floors, labels and calendars that people change.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/calendar.h"
#include "shared/domain/event.h"
#include "shared/domain/floor.h"
#include "shared/domain/label.h"
#include "tests/lib/house.h"

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
	tx = (struct tx){ .db = db, .now_ms = INT64_C(1767225600000), .actor = "user:anna" };
}

/* The newest event is this one. */
static void
check_told(const char *want)
{
	struct store_event e;

	ATF_REQUIRE_EQ(store_event_get(db, store_event_last(db), arena, &e), RC_OK);
	ATF_CHECK_STREQ(want, mem_printf(arena, "%s %s %s", event_kind_name(e.kind), e.subject, e.data));
}

ATF_TC_WITHOUT_HEAD(area__and_its_floor);
ATF_TC_BODY(area__and_its_floor, tc)
{
	struct floor floor;
	struct area area;

	open_house();
	ATF_REQUIRE_EQ(floor_add(&tx, &(struct floor_edit){ .name = "Up" }, arena, &floor, &fault), RC_OK);
	check_told("floor_changed floor.up {\"change\":\"added\",\"floor_id\":\"up\",\"name\":\"Up\","
	    "\"changed\":[\"name\"]}");
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Hall" }, arena, &area, &fault), RC_OK);
	check_told("area_changed area.hall {\"change\":\"added\",\"area_id\":\"hall\",\"name\":\"Hall\","
	    "\"floor_id\":null,\"floor\":null,\"changed\":[\"name\"]}");
	ATF_REQUIRE_EQ(area_change(&tx, "hall", &(struct area_edit){ .name = "Lobby", .floor_id = "up" }, arena, &area,
	    &fault), RC_OK);
	check_told("area_changed area.hall {\"change\":\"changed\",\"area_id\":\"hall\",\"name\":\"Lobby\","
	    "\"floor_id\":\"up\",\"floor\":\"Up\",\"changed\":[\"floor_id\",\"name\"]}");
	ATF_REQUIRE_EQ(area_delete(&tx, "hall", arena, &fault), RC_OK);
	check_told("area_changed area.hall {\"change\":\"removed\",\"area_id\":\"hall\",\"name\":\"Lobby\","
	    "\"floor_id\":\"up\",\"floor\":\"Up\",\"changed\":[]}");
	ATF_REQUIRE_EQ(floor_change(&tx, "up", &(struct floor_edit){ .name = "Top" }, arena, &fault), RC_OK);
	check_told("floor_changed floor.up {\"change\":\"changed\",\"floor_id\":\"up\",\"name\":\"Top\","
	    "\"changed\":[\"name\"]}");
	ATF_REQUIRE_EQ(floor_delete(&tx, "up", arena, &fault), RC_OK);
	check_told("floor_changed floor.up {\"change\":\"removed\",\"floor_id\":\"up\",\"name\":\"Top\",\"changed\":[]}");
	ATF_CHECK_EQ(floor_delete(&tx, "up", arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_STREQ("there is no such floor", fault.msg);
}

ATF_TC_WITHOUT_HEAD(label__as_it_is_now);
ATF_TC_BODY(label__as_it_is_now, tc)
{
	struct label label;

	open_house();
	ATF_REQUIRE_EQ(label_add(&tx, &(struct label_edit){ .name = "Nice", .icon = "mdi:star" }, arena, &label, &fault),
	    RC_OK);
	check_told("label_changed label.nice {\"change\":\"added\",\"label_id\":\"nice\",\"name\":\"Nice\","
	    "\"changed\":[\"name\",\"icon\"]}");
	ATF_REQUIRE_EQ(label_change(&tx, "nice", &(struct label_edit){ .icon = "" }, arena, &fault), RC_OK);
	check_told("label_changed label.nice {\"change\":\"changed\",\"label_id\":\"nice\",\"name\":\"Nice\","
	    "\"changed\":[\"icon\"]}");
	ATF_REQUIRE_EQ(label_delete(&tx, "nice", arena, &fault), RC_OK);
	check_told("label_changed label.nice {\"change\":\"removed\",\"label_id\":\"nice\",\"name\":\"Nice\","
	    "\"changed\":[]}");
	ATF_CHECK_EQ(label_delete(&tx, "nice", arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_STREQ("there is no such label", fault.msg);
}

ATF_TC_WITHOUT_HEAD(calendar__also_how_it_was_read);
ATF_TC_BODY(calendar__also_how_it_was_read, tc)
{
	struct calendar c;

	open_house();
	ATF_REQUIRE_EQ(calendar_add(&tx, conf, &(struct calendar_edit){ .name = "Waste",
	    .address = "https://example.org/private-s3cret" }, arena, &c, &fault), RC_OK);
	check_told("calendar_changed calendar.waste {\"change\":\"added\",\"calendar_id\":\"waste\",\"name\":\"Waste\","
	    "\"changed\":[\"name\",\"address\"]}");
	ATF_REQUIRE_EQ(calendar_done(&tx, &c, &(struct calendar_outcome){ .error = "no answer" }, arena), RC_OK);
	check_told("calendar_changed calendar.waste {\"change\":\"failed\",\"calendar_id\":\"waste\",\"name\":\"Waste\","
	    "\"reason\":\"no answer\",\"changed\":[]}");
	ATF_REQUIRE_EQ(calendar_ask(&tx, "waste", arena, &fault), RC_OK);
	check_told("calendar_changed calendar.waste {\"change\":\"asked\",\"calendar_id\":\"waste\",\"name\":\"Waste\","
	    "\"changed\":[]}");
	ATF_REQUIRE_EQ(calendar_done(&tx, &c, &(struct calendar_outcome){ .changes = 1 }, arena), RC_OK);
	check_told("calendar_changed calendar.waste {\"change\":\"read\",\"calendar_id\":\"waste\",\"name\":\"Waste\","
	    "\"changed\":[]}");
	ATF_REQUIRE_EQ(calendar_change(&tx, conf, "waste", &(struct calendar_edit){ .name = "Bins" }, arena, &fault),
	    RC_OK);
	check_told("calendar_changed calendar.waste {\"change\":\"changed\",\"calendar_id\":\"waste\",\"name\":\"Bins\","
	    "\"changed\":[\"name\"]}");
	ATF_REQUIRE_EQ(calendar_delete(&tx, "waste", arena, &fault), RC_OK);
	check_told("calendar_changed calendar.waste {\"change\":\"removed\",\"calendar_id\":\"waste\",\"name\":\"Bins\","
	    "\"changed\":[]}");
	ATF_CHECK_EQ(calendar_ask(&tx, "waste", arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_STREQ("there is no such calendar", fault.msg);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, area__and_its_floor);
	ATF_TP_ADD_TC(tp, label__as_it_is_now);
	ATF_TP_ADD_TC(tp, calendar__also_how_it_was_read);
	return atf_no_error();
}
