/* SPDX-License-Identifier: ISC
 *
 * Undo: which commands are taken back together, what is not taken back by itself, and why.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/followup.h"
#include "shared/domain/undo.h"
#include "tests/lib/house.h"

#define START 1767225600000LL
#define LAMP "{\"supported_color_modes\":[\"brightness\"]}"

static struct conf *conf;
static struct db *db;
static struct mem_arena *arena;
static struct tx tx;

static void
open_house(void)
{
	static const char *const ids[][2] = { { "light.a", LAMP }, { "light.b", LAMP }, { "switch.s", "{}" },
		{ "button.p", "{}" }, { "lock.l", "{}" },
		{ "climate.c", "{\"supported_features\":1,\"min_temp\":5,\"max_temp\":90}" } };
	size_t i;

	db = house_new(&conf);
	arena = mem_arena_new(65536);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = START, .actor = "user:anna" };
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		house_entity(&tx, ids[i][0], ids[i][1]);
}

static void
close_house(void)
{
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	mem_arena_free(arena);
	db_close(db);
	conf_free(conf);
}

/* A report, as an engine writes it; of what a command did when cause is its event. */
static void
report(const char *id, const char *state, const char *attributes, int64_t cause)
{
	struct entity_state e;
	struct store_event ev = { .kind = EVENT_STATE_CHANGED, .cause = cause, .state = state };
	struct state s = { .state = state, .attributes = attributes, .available = true,
		.last_changed = tx.now_ms, .last_updated = tx.now_ms };

	ATF_REQUIRE_EQ(store_entity_get(db, id, arena, &e), RC_OK);
	ev.entity = e.entity.row;
	ev.prior = e.state.state;
	ev.data = mem_printf(arena, "{\"attributes\":%s}", attributes);
	ATF_REQUIRE_EQ(store_event_append(&tx, &ev, &s.event), RC_OK);
	ATF_REQUIRE_EQ(store_state_put(&tx, e.entity.row, &s), RC_OK);
}

static struct command
give(const char *actor, int64_t cause, const char *id, const char *service, const char *data)
{
	struct entity_state e;
	struct js *v;
	struct fault f = { 0 };
	struct command c;
	struct command_request r = { .entity = &e, .service = service, .actor = actor, .cause = cause,
		.now_ms = tx.now_ms };

	ATF_REQUIRE_EQ(store_entity_get(db, id, arena, &e), RC_OK);
	ATF_REQUIRE_EQ(js_parse(data, strlen(data), JS_STRICT, &v, NULL), RC_OK);
	r.data = v;
	ATF_REQUIRE_EQ_MSG(command_enqueue(&tx, &r, arena, &c, &f), RC_OK, "%s", f.msg);
	js_free(v);
	return c;
}

static void
settle(struct command c, enum command_status status)
{
	c.status = status;
	c.sent = tx.now_ms;
	c.done = status == COMMAND_SENT ? 0 : tx.now_ms;
	ATF_REQUIRE_EQ(command_record(&tx, &c), RC_OK);
}

/* Sent, reported and confirmed. */
static struct command
tell(const char *actor, int64_t cause, const char *id, const char *service, const char *data,
    const char *state, const char *attributes)
{
	struct command c = give(actor, cause, id, service, data);

	report(id, state, attributes, c.event);
	settle(c, COMMAND_CONFIRMED);
	return c;
}

/* The commands of an undo are carried out as asked. */
static void
obey(const struct undone *u, size_t i, const char *state, const char *attributes)
{
	ATF_REQUIRE(u->items[i].command.id != 0);
	report(u->items[i].entity_id, state, attributes, u->items[i].command.event);
	settle(u->items[i].command, COMMAND_CONFIRMED);
}

/* "light.a reversed turn_off {}; lock.l ask (unlocking lets people in)" */
static const char *
words(const struct undone *u)
{
	struct buf b = { 0 };
	const char *text;
	size_t i;

	for (i = 0; i < u->n; i++) {
		buf_printf(&b, "%s%s %s", i > 0 ? "; " : "", u->items[i].entity_id,
		    undo_results[u->items[i].result]);
		if (u->items[i].command.id != 0)
			buf_printf(&b, " %s %s", u->items[i].command.service, u->items[i].command.data);
		if (u->items[i].reason != NULL)
			buf_printf(&b, " (%s)", u->items[i].reason);
	}
	text = mem_strdup(arena, buf_str(&b));
	buf_free(&b);
	return text;
}

static int64_t
start_run(void)
{
	int64_t event;

	ATF_REQUIRE_EQ(event_append(&tx, EVENT_AUTOMATION_RUN, 0, "automation.r", "{\"name\":\"R\"}", &event), RC_OK);
	return event;
}

static struct undone
undo_of(int64_t event, bool force, const char *expected)
{
	struct undo_how how = { .force = force };
	struct fault f = { 0 };
	struct undone u;

	ATF_REQUIRE_EQ_MSG(undo_event(&tx, event, &how, arena, &u, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_STREQ(words(&u), expected);
	return u;
}

ATF_TC_WITHOUT_HEAD(undo__a_run_and_the_undo_of_it);
ATF_TC_BODY(undo__a_run_and_the_undo_of_it, tc)
{
	struct store_event e;
	struct undone u;
	int64_t run;

	(void)tc;
	open_house();
	report("light.a", "off", "{}", 0);
	report("switch.s", "on", "{}", 0);
	report("light.b", "on", "{\"brightness\":40}", 0);
	run = start_run();
	tx.now_ms += 1000;
	tell("automation:r", run, "light.a", "turn_on", "{\"brightness\":200}", "on", "{\"brightness\":200}");
	tell("automation:r", run, "switch.s", "turn_off", "{}", "off", "{}");
	tell("automation:r", run, "light.b", "turn_on", "{\"brightness\":90}", "on", "{\"brightness\":90}");
	tell("automation:r", run, "light.a", "turn_on", "{\"brightness\":100}", "on", "{\"brightness\":100}");
	settle(give("automation:r", run, "button.p", "press", "{}"), COMMAND_SENT);
	tx.now_ms += 60000;
	u = undo_of(run, false, "button.p impossible (a press of a button cannot be taken back); "
	    "light.b reversed turn_on {\"brightness\":40}; switch.s reversed turn_on {}; light.a reversed turn_off {}");
	ATF_REQUIRE_EQ(store_event_get(db, u.event, arena, &e), RC_OK);
	ATF_CHECK_EQ(e.kind, EVENT_UNDO);
	ATF_CHECK_EQ(e.cause, run);
	ATF_CHECK_STREQ(e.actor, "user:anna");
	ATF_CHECK_STREQ(e.subject, "automation.r");
	ATF_CHECK_EQ(u.items[1].command.cause, u.event);
	ATF_CHECK_STREQ(u.items[1].command.actor, "user:anna");
	obey(&u, 1, "on", "{\"brightness\":40}");
	obey(&u, 2, "on", "{}");
	obey(&u, 3, "off", "{}");
	/* again: nothing is left to do, and nothing is written */
	tx.now_ms += 60000;
	ATF_CHECK_EQ(undo_of(run, false, "button.p impossible (a press of a button cannot be taken back); "
	    "light.b already (it is as it was before); switch.s already (it is as it was before); "
	    "light.a already (it is as it was before)").event, 0);
	u = undo_of(u.event, false, "light.a reversed turn_on {\"brightness\":100}; switch.s reversed turn_off {}; "
	    "light.b reversed turn_on {\"brightness\":90}");
	obey(&u, 0, "on", "{\"brightness\":100}");
	obey(&u, 1, "off", "{}");
	obey(&u, 2, "on", "{\"brightness\":90}");
	/* what was done again is the run's, too: nobody else told them anything */
	tx.now_ms += 60000;
	undo_of(run, false, "button.p impossible (a press of a button cannot be taken back); "
	    "light.b reversed turn_on {\"brightness\":40}; switch.s reversed turn_on {}; light.a reversed turn_off {}");
	close_house();
}

/* "undoable, undone by user:anna but light.a" */
static const char *
followed(int64_t event)
{
	struct followup f;
	struct buf b = { 0 };
	size_t i;

	ATF_REQUIRE_EQ(followup_find(db, event, arena, &f), RC_OK);
	buf_puts(&b, f.undoable ? "undoable" : "nothing");
	if (f.undo != 0)
		buf_printf(&b, ", undone by %s", f.actor);
	for (i = 0; i < f.n_left; i++)
		buf_printf(&b, " but %s", f.left[i]);
	return buf_keep(&b, arena);
}

static bool
undoable_command(int64_t id)
{
	bool is = false;

	ATF_REQUIRE_EQ(followup_command(db, id, arena, &is), RC_OK);
	return is;
}

ATF_TC_WITHOUT_HEAD(followup__what_there_is_to_take_back);
ATF_TC_BODY(followup__what_there_is_to_take_back, tc)
{
	struct command c;
	int64_t run, inner;

	(void)tc;
	open_house();
	report("light.a", "off", "{}", 0);
	ATF_CHECK_STREQ(followed(0), "nothing");
	ATF_CHECK_STREQ(followed(999), "nothing");
	run = start_run();
	ATF_CHECK_STREQ(followed(run), "nothing");
	c = give("automation:r", run, "button.p", "press", "{}");			/* no way back */
	settle(c, COMMAND_SENT);
	ATF_CHECK(!undoable_command(c.id));
	ATF_CHECK(!undoable_command(999));
	c = give("automation:r", run, "light.a", "turn_on", "{}");
	c.status = COMMAND_EXPIRED;							/* told nobody */
	ATF_REQUIRE_EQ(command_record(&tx, &c), RC_OK);
	ATF_CHECK_STREQ(followed(run), "nothing");
	/* what it started counts */
	tx.cause = run;
	ATF_REQUIRE_EQ(event_append(&tx, EVENT_SCENARIO_START, 0, "scenario.s", "{}", &inner), RC_OK);
	tx.cause = 0;
	c = give("scenario:s", inner, "light.a", "turn_on", "{}");			/* is about to be sent */
	ATF_CHECK(undoable_command(c.id));
	ATF_CHECK_STREQ(followed(inner), "undoable");
	ATF_CHECK_STREQ(followed(run), "undoable");
	close_house();
}

ATF_TC_WITHOUT_HEAD(followup__that_it_was_taken_back);
ATF_TC_BODY(followup__that_it_was_taken_back, tc)
{
	struct undone u, again;
	int64_t run;

	(void)tc;
	open_house();
	report("light.a", "off", "{}", 0);
	report("switch.s", "off", "{}", 0);
	run = start_run();
	tell("automation:r", run, "light.a", "turn_on", "{}", "on", "{}");
	tell("automation:r", run, "switch.s", "turn_on", "{}", "on", "{}");
	tx.now_ms += 60000;
	tell("user:bob", 0, "switch.s", "turn_on", "{}", "on", "{}");
	u = undo_of(run, false, "switch.s changed (bob sent it turn_on since); light.a reversed turn_off {}");
	ATF_CHECK_STREQ(followed(run), "undoable, undone by user:anna but switch.s");
	obey(&u, 1, "off", "{}");
	/* the undo is undone, and that in turn */
	tx.now_ms += 60000;
	again = undo_of(u.event, false, "light.a reversed turn_on {}");
	ATF_CHECK_STREQ(followed(run), "undoable");
	ATF_CHECK_STREQ(followed(u.event), "undoable, undone by user:anna");
	obey(&again, 0, "on", "{}");
	tx.now_ms += 60000;
	tx.actor = "user:eve";
	again = undo_of(again.event, false, "light.a reversed turn_off {}");
	ATF_CHECK_STREQ(followed(run), "undoable, undone by user:anna but switch.s");
	obey(&again, 0, "off", "{}");
	tx.now_ms += 60000;
	undo_of(run, true, "switch.s reversed turn_off {}; light.a already (it is as it was before)");
	ATF_CHECK_STREQ(followed(run), "undoable, undone by user:eve");
	close_house();
}

ATF_TC_WITHOUT_HEAD(undo__does_not_go_over_others);
ATF_TC_BODY(undo__does_not_go_over_others, tc)
{
	int64_t run;

	(void)tc;
	open_house();
	report("light.a", "off", "{}", 0);
	report("light.b", "off", "{}", 0);
	report("switch.s", "off", "{}", 0);
	run = start_run();
	tell("automation:r", run, "light.a", "turn_on", "{}", "on", "{\"brightness\":200}");
	tell("automation:r", run, "light.b", "turn_on", "{}", "on", "{\"brightness\":200}");
	tell("automation:r", run, "switch.s", "turn_on", "{}", "on", "{}");
	tx.now_ms += 60000;
	tell("user:bob", 0, "light.a", "turn_on", "{}", "on", "{\"brightness\":200}");
	report("light.b", "on", "{\"brightness\":90}", 0);	/* at the wall */
	report("switch.s", "on", "{\"power\":5}", 0);		/* no way back looks at that */
	undo_of(run, false, "switch.s reversed turn_off {}; light.b changed (it changed since); "
	    "light.a changed (bob sent it turn_on since)");
	undo_of(run, true, "switch.s reversed turn_off {}; light.b reversed turn_off {}; light.a reversed turn_off {}");
	close_house();
}

ATF_TC_WITHOUT_HEAD(undo__sees_that_it_is_another_now);
ATF_TC_BODY(undo__sees_that_it_is_another_now, tc)
{
	int64_t run;

	(void)tc;
	open_house();
	report("light.a", "on", "{\"brightness\":50}", 0);
	run = start_run();
	tell("automation:r", run, "light.a", "turn_on", "{\"brightness\":200}", "on", "{\"brightness\":200}");
	tx.now_ms += 2000;
	report("light.a", "on", "{\"brightness\":199}", 0);	/* still fading */
	undo_of(run, false, "light.a reversed turn_on {\"brightness\":50}");
	report("light.a", "on", "{\"brightness\":50}", 0);
	tx.now_ms += 60000;
	run = start_run();
	tell("automation:r", run, "light.a", "turn_on", "{\"brightness\":200}", "on", "{\"brightness\":200}");
	report("light.a", "off", "{}", 0);
	undo_of(run, false, "light.a changed (it changed since: it is off now)");
	close_house();
}

/* What was told a moment ago and is not confirmed yet is taken back all the same. */
ATF_TC_WITHOUT_HEAD(undo__before_anything_was_reported);
ATF_TC_BODY(undo__before_anything_was_reported, tc)
{
	int64_t run;

	(void)tc;
	open_house();
	report("light.a", "off", "{}", 0);
	report("light.b", "off", "{}", 0);
	run = start_run();
	give("automation:r", run, "light.a", "turn_on", "{}");
	settle(give("automation:r", run, "light.b", "turn_on", "{}"), COMMAND_SENT);
	undo_of(run, false, "light.b reversed turn_off {}; light.a reversed turn_off {}");
	close_house();
}

static void
last_of(const char *actor, const char *expected)
{
	struct undo_how how = { .force = false };
	struct fault f = { 0 };
	struct undone u = { 0 };
	enum rc rc = undo_last(&tx, actor, &how, arena, &u, &f);

	ATF_CHECK_STREQ(rc == RC_OK ? words(&u) : f.msg, expected);
}

ATF_TC_WITHOUT_HEAD(undo__the_last_action);
ATF_TC_BODY(undo__the_last_action, tc)
{
	int64_t run;

	(void)tc;
	open_house();
	last_of("user:anna", "there is nothing to undo");
	report("light.a", "off", "{}", 0);
	report("light.b", "off", "{}", 0);
	report("switch.s", "off", "{}", 0);
	tell("user:anna", 0, "switch.s", "turn_on", "{}", "on", "{}");
	tx.now_ms += 60000;
	/* two in one request */
	settle(give("user:anna", 0, "light.a", "turn_on", "{}"), COMMAND_SENT);
	give("user:anna", 0, "light.b", "turn_on", "{}");
	last_of("user:anna", "light.b reversed turn_off {}; light.a reversed turn_off {}");
	/* the undo is the last action now, and what it takes back is what it found: off */
	tx.now_ms += 60000;
	run = start_run();
	tell("automation:r", run, "switch.s", "turn_off", "{}", "off", "{}");
	last_of(NULL, "switch.s reversed turn_on {}");
	last_of("user:ann", "there is nothing to undo");
	close_house();
}

ATF_TC_WITHOUT_HEAD(undo__asks_first);
ATF_TC_BODY(undo__asks_first, tc)
{
	struct undo_how how = { .force = true };
	struct fault f = { 0 };
	struct command c;
	struct undone u;
	struct js *only;
	int64_t run;

	(void)tc;
	open_house();
	report("lock.l", "unlocked", "{}", 0);
	report("light.a", "off", "{}", 0);
	run = start_run();
	tell("automation:r", run, "lock.l", "lock", "{}", "locked", "{}");
	tell("automation:r", run, "light.a", "turn_on", "{}", "on", "{}");
	undo_of(run, false, "light.a reversed turn_off {}; lock.l ask (unlocking lets people in)");
	ATF_REQUIRE_EQ(js_parse("[\"lock.l\"]", 10, JS_STRICT, &only, NULL), RC_OK);
	how.only = only;
	ATF_REQUIRE_EQ(undo_event(&tx, run, &how, arena, &u, &f), RC_OK);
	ATF_CHECK_STREQ(words(&u), "lock.l reversed unlock {}");
	js_free(only);
	/* two commands soon after each other: what was reported is not what the second one found */
	report("light.b", "off", "{}", 0);
	c = give("user:anna", 0, "light.b", "turn_on", "{}");
	run = start_run();
	tx.now_ms += 100;
	settle(give("automation:r", run, "light.b", "turn_off", "{}"), COMMAND_SENT);
	settle(c, COMMAND_SENT);
	undo_of(run, false, "light.b ask (what it was before is not certain: another command was on its way)");
	close_house();
}

ATF_TC_WITHOUT_HEAD(undo__what_cannot_be);
ATF_TC_BODY(undo__what_cannot_be, tc)
{
	struct undo_how how = { .force = false };
	struct fault f = { 0 };
	struct command c;
	struct undone u;
	int64_t run;

	(void)tc;
	open_house();
	/* a rule of the house */
	report("climate.c", "heat", "{\"temperature\":60}", 0);
	run = start_run();
	tell("automation:r", run, "climate.c", "set_temperature", "{\"temperature\":20}", "heat", "{\"temperature\":20}");
	undo_of(run, false, "climate.c refused set_temperature {\"temperature\":60} "
	    "(a set-point of 60.0 C is outside of the safe 10 to 35 C)");
	/* it never came to anything */
	report("light.a", "off", "{}", 0);
	c = give("user:anna", 0, "light.a", "turn_on", "{}");
	c.status = COMMAND_EXPIRED;
	c.done = tx.now_ms;
	ATF_REQUIRE_EQ(command_record(&tx, &c), RC_OK);
	ATF_REQUIRE_EQ(undo_command(&tx, c.id, &how, arena, &u, &f), RC_OK);
	ATF_CHECK_STREQ(words(&u), "light.a already (it was not told anything)");
	ATF_CHECK_EQ(undo_command(&tx, 999, &how, arena, &u, &f), RC_NOT_FOUND);
	ATF_CHECK_EQ(undo_event(&tx, 999, &how, arena, &u, &f), RC_NOT_FOUND);
	ATF_CHECK_EQ(undo_event(&tx, c.event, &how, arena, &u, &f), RC_NOT_FOUND);
	/* nobody knew what it was */
	c = give("user:anna", 0, "light.b", "turn_on", "{}");
	ATF_REQUIRE_EQ(undo_command(&tx, c.id, &how, arena, &u, &f), RC_OK);
	ATF_CHECK_STREQ(words(&u), "light.b impossible (what it was before is not known)");
	close_house();
}

static int64_t
happen(int kind, const char *subject, int64_t cause)
{
	struct store_event e = { .kind = kind, .subject = subject, .cause = cause, .data = "{}" };
	int64_t id;

	ATF_REQUIRE_EQ(store_event_append(&tx, &e, &id), RC_OK);
	return id;
}

/* light.a of the run, light.b of a scenario that it started, switch.s of a rule that heard what the scenario told. */
static int64_t
long_run(void)
{
	int64_t run = start_run(), scenario, heard;

	tell("automation:r", run, "light.a", "turn_on", "{}", "on", "{\"brightness\":200}");
	scenario = happen(EVENT_SCENARIO_START, "scenario.s", run);
	tell("scenario:s", scenario, "light.b", "turn_on", "{}", "on", "{\"brightness\":200}");
	heard = happen(EVENT_AUTOMATION_RUN, "automation.h", happen(EVENT_CUSTOM, "event.e", scenario));
	tell("automation:h", heard, "switch.s", "turn_on", "{}", "on", "{}");
	return run;
}

ATF_TC_WITHOUT_HEAD(undo__what_followed);
ATF_TC_BODY(undo__what_followed, tc)
{
	struct entity_state s;
	int64_t run, seen;
	struct undone u;

	(void)tc;
	open_house();
	report("light.a", "off", "{}", 0);
	report("light.b", "off", "{}", 0);
	report("switch.s", "off", "{}", 0);
	report("lock.l", "unlocked", "{}", 0);
	run = long_run();
	/* a rule saw that the switch is on */
	ATF_REQUIRE_EQ(store_entity_get(db, "switch.s", arena, &s), RC_OK);
	seen = happen(EVENT_AUTOMATION_RUN, "automation.d", s.state.event);
	tell("automation:d", seen, "lock.l", "lock", "{}", "locked", "{}");
	/* and something else happened */
	report("climate.c", "heat", "{\"temperature\":18}", 0);
	tell("automation:x", start_run(), "climate.c", "set_temperature", "{\"temperature\":20}", "heat",
	    "{\"temperature\":20}");
	tx.now_ms += 60000;
	u = undo_of(run, false, "lock.l ask (unlocking lets people in); switch.s reversed turn_off {}; "
	    "light.b reversed turn_off {}; light.a reversed turn_off {}");
	ATF_CHECK(!u.cut);
	obey(&u, 1, "off", "{}");
	obey(&u, 2, "off", "{}");
	obey(&u, 3, "off", "{}");
	/* what took it back is not what followed from it */
	undo_of(run, false, "lock.l ask (unlocking lets people in); switch.s already (it is as it was before); "
	    "light.b already (it is as it was before); light.a already (it is as it was before)");
	undo_of(u.event, false, "light.a reversed turn_on {\"brightness\":200}; light.b reversed turn_on "
	    "{\"brightness\":200}; switch.s reversed turn_on {}");
	close_house();
}

ATF_TC_WITHOUT_HEAD(undo__what_the_house_did_last);
ATF_TC_BODY(undo__what_the_house_did_last, tc)
{
	int64_t scenario;

	(void)tc;
	open_house();
	last_of(NULL, "there is nothing to undo");
	report("light.a", "off", "{}", 0);
	report("light.b", "off", "{}", 0);
	report("switch.s", "off", "{}", 0);
	report("climate.c", "heat", "{\"temperature\":18}", 0);
	long_run();
	tx.now_ms += 60000;
	/* the rule that heard it was the last one; what made it hear is undone with it */
	last_of(NULL, "switch.s reversed turn_off {}; light.b reversed turn_off {}; light.a reversed turn_off {}");
	scenario = happen(EVENT_SCENARIO_START, "scenario.s", happen(EVENT_SCENARIO_RUN, "scenario.s", 0));
	tell("scenario:s", scenario, "climate.c", "set_temperature", "{\"temperature\":20}", "heat",
	    "{\"temperature\":20}");
	tx.now_ms += 60000;
	last_of(NULL, "climate.c reversed set_temperature {\"temperature\":18}");
	close_house();
}

ATF_TC_WITHOUT_HEAD(undo__a_chain_without_end);
ATF_TC_BODY(undo__a_chain_without_end, tc)
{
	int64_t first = 0, run = 0;
	struct undo_how how = { .force = false };
	struct fault f = { 0 };
	struct undone u;
	int i;

	(void)tc;
	open_house();
	report("light.a", "off", "{}", 0);
	for (i = 0; i < 50; i++) {
		run = happen(EVENT_AUTOMATION_RUN, "automation.r", run == 0 ? 0 : happen(EVENT_CUSTOM, "event.e", run));
		first = first == 0 ? run : first;
		settle(give("automation:r", run, "light.a", i % 2 == 0 ? "turn_on" : "turn_off", "{}"), COMMAND_SENT);
	}
	ATF_REQUIRE_EQ(undo_event(&tx, first, &how, arena, &u, &f), RC_OK);
	ATF_CHECK_MSG(u.cut, "nothing is said of what was left out");
	ATF_CHECK_EQ(u.n, 1);
	/* more commands than are undone at once */
	run = start_run();
	for (i = 0; i < UNDO_COMMANDS_MAX + 1; i++)
		settle(give("automation:r", run, "light.a", "turn_on", "{}"), COMMAND_SENT);
	ATF_CHECK_EQ(undo_event(&tx, run, &how, arena, &u, &f), RC_TOO_LARGE);
	close_house();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, undo__a_run_and_the_undo_of_it);
	ATF_TP_ADD_TC(tp, followup__what_there_is_to_take_back);
	ATF_TP_ADD_TC(tp, followup__that_it_was_taken_back);
	ATF_TP_ADD_TC(tp, undo__does_not_go_over_others);
	ATF_TP_ADD_TC(tp, undo__sees_that_it_is_another_now);
	ATF_TP_ADD_TC(tp, undo__before_anything_was_reported);
	ATF_TP_ADD_TC(tp, undo__the_last_action);
	ATF_TP_ADD_TC(tp, undo__what_followed);
	ATF_TP_ADD_TC(tp, undo__what_the_house_did_last);
	ATF_TP_ADD_TC(tp, undo__a_chain_without_end);
	ATF_TP_ADD_TC(tp, undo__asks_first);
	ATF_TP_ADD_TC(tp, undo__what_cannot_be);
	return atf_no_error();
}
