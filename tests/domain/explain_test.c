/* SPDX-License-Identifier: ISC
 *
 * Chains of causes and their words, from rows as the engine writes them.
 */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/domain/event.h"
#include "shared/domain/explain.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767225600000)	/* 2026-01-01 00:00:00 UTC */

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;

static void
open_house(void)
{
	setenv("TZ", "UTC", 1);
	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	arena = mem_arena_new(4096);
	tx = (struct tx){ .db = db, .now_ms = NOW };
}

static struct entity_state
add_entity(const char *id, const char *name)
{
	struct entity_state e = { .entity = { .entity_id = id, .adapter = "mqtt",
		.component = "light", .domain = "light", .unique_id = id, .label = name,
		.enabled = true, .source = "x", .config = "{}", .capabilities = "{}" },
		.state = { .available = true } };

	ATF_REQUIRE_EQ(store_entity_insert(&tx, &e.entity), RC_OK);
	return e;
}

static int64_t
add(struct store_event e)
{
	int64_t id;

	ATF_REQUIRE_EQ(store_event_append(&tx, &e, &id), RC_OK);
	return id;
}

static int64_t
change(const struct entity_state *e, const char *prior, const char *state, int64_t time, int64_t cause)
{
	return add((struct store_event){ .kind = EVENT_STATE_CHANGED, .entity = e->entity.row,
		.prior = prior, .state = state, .time = time, .cause = cause });
}

static const char *
text_of(const struct entity_state *e, size_t links)
{
	struct explanation x;

	ATF_REQUIRE_EQ(explain_entity(db, e, arena, &x), RC_OK);
	ATF_CHECK_EQ(x.n, links);
	return x.text;
}

ATF_TC_WITHOUT_HEAD(explain__automation);
ATF_TC_BODY(explain__automation, tc)
{
	struct entity_state lamp, motion;
	int64_t id;

	open_house();
	lamp = add_entity("light.hall", "Hall lamp");
	motion = add_entity("binary_sensor.hall", "Hall motion");
	id = change(&motion, "off", "on", NOW, 0);
	id = add((struct store_event){ .kind = EVENT_AUTOMATION_RUN, .subject = "automation.m",
		.actor = "automation:m", .cause = id, .time = NOW,
		.data = "{\"name\":\"Motion light\",\"status\":\"started\"}" });
	id = add((struct store_event){ .kind = EVENT_COMMAND, .entity = lamp.entity.row,
		.actor = "automation:m", .cause = id, .time = NOW + 1000,
		.data = "{\"service\":\"turn_on\",\"status\":\"sent\"}" });
	change(&lamp, "off", "on", NOW + 2000, id);
	ATF_CHECK_STREQ("Hall lamp is on since 2026-01-01 00:00:02 because automation 'Motion light' sent "
	    "turn_on to Hall lamp at 00:00:01; it ran at 00:00:00, triggered by Hall motion changing from "
	    "off to on at 00:00:00.", text_of(&lamp, 4));
}

ATF_TC_WITHOUT_HEAD(explain__person_and_device);
ATF_TC_BODY(explain__person_and_device, tc)
{
	struct entity_state lamp;
	int64_t id;

	open_house();
	lamp = add_entity("light.hall", "Hall lamp");
	ATF_CHECK_STREQ("Hall lamp: nothing that explains its state (unknown) is recorded.",
	    text_of(&lamp, 0));
	change(&lamp, NULL, "off", NOW, 0);
	ATF_CHECK_STREQ("Hall lamp is off since 2026-01-01 00:00:00, as its device reported.",
	    text_of(&lamp, 1));
	id = add((struct store_event){ .kind = EVENT_COMMAND, .entity = lamp.entity.row,
		.actor = "user:anna", .time = NOW - 60000, .data = "{\"service\":\"turn_on\"}" });
	change(&lamp, "off", "on", NOW, id);
	ATF_CHECK_STREQ("Hall lamp is on since 2026-01-01 00:00:00 because anna sent turn_on to Hall lamp at "
	    "2025-12-31 23:59:00.", text_of(&lamp, 2));
}

ATF_TC_WITHOUT_HEAD(explain__cause_is_gone);
ATF_TC_BODY(explain__cause_is_gone, tc)
{
	struct entity_state lamp;
	struct explanation x;

	open_house();
	lamp = add_entity("light.hall", "Hall lamp");
	change(&lamp, "on", "off", NOW, 0);
	add((struct store_event){ .kind = EVENT_SYSTEM, .time = NOW });
	/* what led to it was pruned: its number stays, the row does not */
	change(&lamp, "off", "on", NOW, 2);
	ATF_REQUIRE_EQ(db_script(db, "DELETE FROM event WHERE id = 2", NULL), RC_OK);
	ATF_CHECK_STREQ("Hall lamp is on since 2026-01-01 00:00:00; what led to that is no longer recorded.",
	    text_of(&lamp, 1));
	ATF_CHECK_EQ(explain_event(db, 2, arena, &x), RC_NOT_FOUND);
	ATF_CHECK_EQ(explain_event(db, 3, arena, &x), RC_OK);
	/* a number from the future must not lead in a circle */
	change(&lamp, "on", "off", NOW, 4);
	ATF_CHECK(strstr(text_of(&lamp, 1), "no longer recorded") != NULL);
}

ATF_TC_WITHOUT_HEAD(explain__long_chain_ends);
ATF_TC_BODY(explain__long_chain_ends, tc)
{
	struct entity_state lamp;
	int64_t id = 0;
	int i;

	open_house();
	lamp = add_entity("light.hall", "Hall lamp");
	for (i = 0; i < EXPLAIN_DEPTH * 2; i++)
		id = change(&lamp, "off", "on", NOW + i, id);
	ATF_CHECK(strlen(text_of(&lamp, EXPLAIN_DEPTH)) > 100);
}

ATF_TC_WITHOUT_HEAD(explain__tells_no_address);
ATF_TC_BODY(explain__tells_no_address, tc)
{
	struct entity_state lamp;
	struct explanation x;
	int64_t call, id;

	open_house();
	lamp = add_entity("light.hall", "Hall lamp");
	call = add((struct store_event){ .kind = EVENT_WEBHOOK, .subject = "webhook.c60a801e2c0847a9", .time = NOW });
	id = add((struct store_event){ .kind = EVENT_AUTOMATION_RUN, .subject = "automation.x", .time = NOW,
		.data = "{\"name\":\"Bell\"}", .cause = call });
	change(&lamp, "off", "on", NOW, id);
	ATF_CHECK_STREQ("Hall lamp is on since 2026-01-01 00:00:00 because automation 'Bell' ran at 00:00:00 after a call "
	    "of a webhook at 00:00:00.", text_of(&lamp, 3));
	ATF_REQUIRE_EQ(explain_event(db, call, arena, &x), RC_OK);
	ATF_CHECK_STREQ("a webhook was called at 2026-01-01 00:00:00.", x.text);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, explain__tells_no_address);
	ATF_TP_ADD_TC(tp, explain__automation);
	ATF_TP_ADD_TC(tp, explain__person_and_device);
	ATF_TP_ADD_TC(tp, explain__cause_is_gone);
	ATF_TP_ADD_TC(tp, explain__long_chain_ends);
	return atf_no_error();
}
