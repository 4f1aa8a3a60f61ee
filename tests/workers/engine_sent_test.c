/* SPDX-License-Identifier: ISC
 *
 * What an engine sent and did not write down: known to every engine after it, until that is settled.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/proc.h"
#include "shared/domain/event.h"
#include "tests/lib/house.h"
#include "workers/engine.h"

#define T0 INT64_C(1767225600000)
#define MANY 3000	/* several times what a new file has room for */

static struct conf *conf;
static struct db *db;
static struct engine e;
static int64_t entity;

static void
set_up(void)
{
	struct entity_state es;
	struct fault f = { 0 };
	struct tx tx;

	db = house_new(&conf);
	e = (struct engine){ .now_ms = T0, .arena = mem_arena_new(16384) };
	e.core.conf = conf;
	e.core.db = db;
	ATF_REQUIRE_EQ(proc_mkdir("run", &f), RC_OK);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = T0, .actor = "test" };
	house_entity(&tx, "light.l", "{}");
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.l", e.arena, &es), RC_OK);
	entity = es.entity.row;
	engine_sent_open(&e);
	ATF_REQUIRE(e.sent != NULL);
}

static void
tear_down(void)
{
	engine_sent_close(&e);
	mem_arena_free(e.arena);
	db_close(db);
	conf_free(conf);
}

/* kill -9, and the engine after it: what was mapped is in the file. */
static void
die(void)
{
	engine_sent_close(&e);
	e.now_ms += 1000;
	e.listening_ms = e.now_ms;
	engine_sent_open(&e);
	ATF_REQUIRE(e.sent != NULL);
}

static struct command
nth(int n, char data[32])
{
	snprintf(data, 32, "{\"brightness\":%d}", n);
	return (struct command){ .entity = entity, .entity_id = "light.l", .service = "turn_on", .data = data,
		.actor = "automation:x", .created = e.now_ms, .deadline = e.now_ms + 1000 };
}

static void
commit(void)
{
	engine_sent_handed(&e);
	engine_sent_written(&e);
}

/* How many of the first n were sent before; again: their repetition is in the batch that is being filled. */
static int
known(int n, bool again)
{
	struct command c;
	char data[32];
	int i, place, found = 0;

	for (i = 0; i < n; i++) {
		c = nth(i, data);
		if ((place = engine_sent_before(&e, &c, 0)) == 0)
			continue;
		found++;
		if (again)
			engine_sent_repeated(&e, place);
	}
	return found;
}

static void
send(int n)
{
	struct command c;
	char data[32];
	int i;

	for (i = 0; i < n; i++) {
		c = nth(i, data);
		engine_sent(&e, &c, 0);
	}
}

ATF_TC_WITHOUT_HEAD(sent__more_than_the_file_holds);
ATF_TC_BODY(sent__more_than_the_file_holds, tc)
{
	(void)tc;
	set_up();
	send(MANY);
	die();
	ATF_CHECK_EQ(known(MANY, true), MANY);
	ATF_CHECK_EQ_MSG(known(MANY, true), 0, "the same one twice");
	commit();
	die();
	ATF_CHECK_EQ(known(MANY, true), 0);
	/* and there is room again */
	send(MANY);
	commit();
	send(1);
	die();
	ATF_CHECK_EQ(known(MANY, true), 1);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(sent__engines_die_one_after_the_other);
ATF_TC_BODY(sent__engines_die_one_after_the_other, tc)
{
	int i;

	(void)tc;
	set_up();
	send(3);
	/* before they do anything, behind having sent it again, and with that in a batch that is not written */
	die();
	for (i = 0; i < 3; i++) {
		ATF_CHECK_EQ(known(3, false), 3);
		die();
		ATF_CHECK_EQ(known(3, true), 3);
		engine_sent_handed(&e);
		die();
	}
	ATF_CHECK_EQ(known(3, true), 3);
	commit();
	die();
	ATF_CHECK_EQ(known(3, true), 0);
	tear_down();
}

/* c as it is written down; its cause is a run of the event. */
static void
write_row(struct command *c)
{
	struct tx tx = { .db = db, .now_ms = e.now_ms, .actor = c->actor };

	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_REQUIRE_EQ(store_command_insert(&tx, c), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
}

ATF_TC_WITHOUT_HEAD(sent__written_and_not_cleared);
ATF_TC_BODY(sent__written_and_not_cleared, tc)
{
	struct command c;
	char data[32];
	int place;

	(void)tc;
	set_up();
	/* it was written, and its engine died before it could say so in the file */
	c = nth(0, data);
	engine_sent(&e, &c, 0);
	c.status = COMMAND_SENT;
	c.sent = e.now_ms;
	write_row(&c);
	die();
	ATF_CHECK_EQ(known(1, true), 0);
	/* the same for one that was repeated */
	send(1);
	die();
	c = nth(0, data);
	ATF_REQUIRE((place = engine_sent_before(&e, &c, 0)) != 0);
	engine_sent_repeated(&e, place);
	c.status = COMMAND_SENT;
	c.sent = e.now_ms;
	write_row(&c);
	die();
	ATF_CHECK_EQ(known(1, true), 0);
	/* but one that waits for a broker has a row and was not sent again */
	send(1);
	die();
	c = nth(0, data);
	ATF_REQUIRE(engine_sent_before(&e, &c, 0) != 0);
	write_row(&c);
	die();
	ATF_CHECK_MSG(engine_sent_before(&e, &c, 0) != 0, "its row makes it another one");
	tear_down();
}

static int64_t
add_event(int kind)
{
	struct tx tx = { .db = db, .now_ms = e.now_ms, .actor = "engine" };
	int64_t id;

	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_REQUIRE_EQ(event_append(&tx, kind, 0, "automation.x", "{}", &id), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	return id;
}

ATF_TC_WITHOUT_HEAD(sent__by_a_run);
ATF_TC_BODY(sent__by_a_run, tc)
{
	int64_t run, other;
	struct command c;
	char data[32];

	(void)tc;
	set_up();
	run = add_event(EVENT_AUTOMATION_RUN);
	other = add_event(EVENT_AUTOMATION_RUN);
	c = nth(0, data);
	engine_sent(&e, &c, run);
	die();
	ATF_CHECK_MSG(engine_sent_before(&e, &c, other) == 0, "another run is no repetition");
	ATF_CHECK(engine_sent_before(&e, &c, run) != 0);
	die();
	/* the run was being written when its command was sent, or never was and its id is that of something else */
	engine_sent_repeated(&e, engine_sent_before(&e, &c, run));
	commit();
	engine_sent(&e, &c, 0);
	engine_sent(&e, &c, add_event(EVENT_SYSTEM));
	die();
	ATF_CHECK(engine_sent_before(&e, &c, run) != 0);
	ATF_CHECK(engine_sent_before(&e, &c, 0) != 0);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(sent__nothing_repeats_it);
ATF_TC_BODY(sent__nothing_repeats_it, tc)
{
	struct command c;
	char data[32];

	(void)tc;
	set_up();
	c = nth(0, data);
	send(1);
	die();
	/* what a broker kept comes when it answers, however long that takes */
	e.listening_ms = 0;
	e.now_ms += 600000;
	commit();
	die();
	e.listening_ms = 0;
	e.now_ms += 600000;
	commit();
	e.listening_ms = e.now_ms;
	commit();
	e.now_ms += 9000;
	commit();
	die();
	commit();
	e.now_ms += 11000;
	ATF_CHECK_MSG(engine_sent_before(&e, &c, 0) == 0, "that is a new one");
	die();
	ATF_CHECK_EQ(known(1, true), 0);
	tear_down();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, sent__more_than_the_file_holds);
	ATF_TP_ADD_TC(tp, sent__engines_die_one_after_the_other);
	ATF_TP_ADD_TC(tp, sent__written_and_not_cleared);
	ATF_TP_ADD_TC(tp, sent__by_a_run);
	ATF_TP_ADD_TC(tp, sent__nothing_repeats_it);
	return atf_no_error();
}
