/* SPDX-License-Identifier: ISC
 *
 * A house of an older schema, brought up to date: what people entered is still there.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/base/token.h"

#include "shared/store/store_automation.h"
#include "shared/store/store_command.h"
#include "shared/store/store_device.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_floor.h"
#include "shared/store/store_area.h"
#include "shared/store/store_int.h"
#include "shared/store/store_webhook.h"

/* A house as the first schema kept it. */
static const char first[] =
	"INSERT INTO area (id, name, floor) VALUES ('kitchen', 'Kitchen', 'Ground floor'), "
	    "('hall', 'Hall', 'ground FLOOR'), ('attic', 'Attic', 'Top'), ('shed', 'Shed', NULL), "
	    "('yard', 'Yard', '');"
	"INSERT INTO device (id, adapter, name, label, area, created, updated) "
	    "VALUES ('lamp', 'mqtt', 'Lamp', 'Mine', 1, 5, 6);"
	"INSERT INTO device_identifier (kind, value, device) VALUES ('id', '0x1', 1);"
	"INSERT INTO entity (entity_id, adapter, component, domain, unique_id, device, icon, source, "
	    "config, created, updated) VALUES ('light.lamp', 'mqtt', 'light', 'light', 'u', 1, "
	    "'mdi:lamp', 't', '{}', 5, 6);"
	"INSERT INTO state (entity, state, last_changed, last_updated) VALUES (1, 'on', 7, 8);"
	"INSERT INTO command (id, entity, service, data, status, actor, event, created, deadline, tries) "
	    "VALUES (3, 1, 'turn_on', '{\"brightness\":5}', 'sent', 'user:ann', 9, 10, 11, 2);"
	"INSERT INTO automation (id, name, config, created, updated) VALUES ('bell', 'Bell', '{\"triggers\":[{\"trigger\":"
	    "\"webhook\",\"webhook_id\":\"near\"}],\"actions\":[{\"wait_for_trigger\":[{\"trigger\":\"webhook\","
	    "\"webhook_id\":\"far\",\"local_only\":false}]}]}', 1, 1), ('none', 'None', '{\"triggers\":[]}', 1, 1);"
	"INSERT INTO run (id, automation, status, position, wake, cause, event, trigger, started, ended, reason) VALUES "
	    "(4, 1, 'failed', '[1]', NULL, 5, 6, 2, 7, 8, 'why'), (5, 1, 'running', '[2]', 9, NULL, 0, 0, 8, NULL, NULL);"
	"PRAGMA user_version = 1";

static void
check_areas(struct db *db, struct mem_arena *a)
{
	static const char *const floors[][2] = { { "attic", "Top" }, { "hall", "Ground floor" },
		{ "kitchen", "Ground floor" }, { "shed", NULL }, { "yard", NULL } };
	struct floor *rows;
	struct area *areas;
	size_t n, i;

	ATF_REQUIRE_EQ(store_floor_list(db, a, &rows, &n), RC_OK);
	ATF_CHECK_EQ(n, 2);
	ATF_REQUIRE_EQ(store_area_list(db, a, &areas, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 5);
	for (i = 0; i < n; i++) {
		ATF_CHECK_STREQ(areas[i].id, floors[i][0]);
		ATF_CHECK((areas[i].floor_name == NULL) == (floors[i][1] == NULL));
		if (floors[i][1] != NULL && areas[i].floor_name != NULL)
			ATF_CHECK(strcasecmp(areas[i].floor_name, floors[i][1]) == 0);
		ATF_CHECK_STREQ(areas[i].aliases, "[]");
	}
}

static void
check_things(struct db *db, struct mem_arena *a)
{
	struct device_identifier id = { "id", "0x1" };
	struct entity_state es;
	struct device d;

	ATF_CHECK(!store_device_was_replaced(db, &id));
	ATF_REQUIRE_EQ(store_device_by_identifier(db, &id, a, &d), RC_OK);
	ATF_CHECK_STREQ(d.label, "Mine");
	ATF_CHECK_STREQ(d.area_id, "kitchen");
	ATF_CHECK(d.enabled);
	ATF_REQUIRE_EQ(store_entity_get(db, "light.lamp", a, &es), RC_OK);
	ATF_CHECK(es.entity.enabled && !es.entity.hidden && !es.entity.with_device);
	ATF_CHECK_STREQ(es.entity.aliases, "[]");
	ATF_CHECK_STREQ(es.entity.icon, "mdi:lamp");
	ATF_CHECK(es.entity.own_icon == NULL);
	ATF_CHECK_STREQ(es.state.state, "on");
}

static void
check_commands(struct db *db, struct mem_arena *a)
{
	struct command c;

	ATF_REQUIRE_EQ(store_command_get(db, 3, a, &c), RC_OK);
	ATF_CHECK_STREQ(c.entity_id, "light.lamp");
	ATF_CHECK_STREQ(c.service, "turn_on");
	ATF_CHECK_STREQ(c.data, "{\"brightness\":5}");
	ATF_CHECK_EQ(c.status, COMMAND_SENT);
	ATF_CHECK_STREQ(c.actor, "user:ann");
	ATF_CHECK_EQ(c.event, 9);
	ATF_CHECK_EQ(c.created, 10);
	ATF_CHECK_EQ(c.deadline, 11);
	ATF_CHECK_EQ(c.tries, 2);
	ATF_CHECK_EQ(c.done, 0);
}

static void
check_webhooks(struct db *db)
{
	ATF_CHECK(store_webhook_any(db, "near", true));
	ATF_CHECK(!store_webhook_any(db, "near", false));
	ATF_CHECK(store_webhook_any(db, "far", false));
	ATF_CHECK(!store_webhook_any(db, "none", true));
}

static void
check_runs(struct db *db, struct mem_arena *a)
{
	struct run run;

	ATF_REQUIRE_EQ(store_run_get(db, 4, a, &run), RC_OK);
	ATF_CHECK_STREQ(run.automation_id, "bell");
	ATF_CHECK_STREQ(run.status, "failed");
	ATF_CHECK_STREQ(run.position, "[1]");
	ATF_CHECK_STREQ(run.reason, "why");
	ATF_CHECK(run.cause == 5 && run.event == 6 && run.trigger == 2 && run.started == 7 && run.ended == 8);
	ATF_REQUIRE_EQ(store_run_get(db, 5, a, &run), RC_OK);
	ATF_CHECK(run.wake == 9 && run.ended == 0);
	ATF_CHECK(store_run_is_open(db, 1) && !store_run_is_open(db, 2));
}

ATF_TC_WITHOUT_HEAD(migrate__from_the_first_schema);
ATF_TC_BODY(migrate__from_the_first_schema, tc)
{
	struct fault f = { 0 };
	struct mem_arena *a = mem_arena_new(8192);
	struct conf *conf;
	struct db *db;

	ATF_REQUIRE_EQ(conf_load(".", NULL, &conf, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(store_open(conf, DB_WRITE, &db, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(db_script(db, store_migrations[0].sql, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(db_script(db, first, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(store_migrate(db, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_EQ(db_schema_version(db), store_schema_newest());
	check_areas(db, a);
	check_things(db, a);
	check_commands(db, a);
	check_webhooks(db);
	check_runs(db, a);
	mem_arena_free(a);
	db_close(db);
	conf_free(conf);
}

/* Houses have run it: what a later version wants otherwise is a migration of its own. */
ATF_TC_WITHOUT_HEAD(migrate__delivered_files_stay);
ATF_TC_BODY(migrate__delivered_files_stay, tc)
{
	static const char *const delivered[] = {
		"6d13d4106c05edec0c77d594eaa68a2213cf6efd089f0f2379f27d5717c35ce1",
		"cb55516f5c86f0571306be8dbfa2fa0cc548ea326f2874f30edd8e53943eb3c1",
		"95d10922e75c01a9f619ce034ffb9277a877f586568ad32876924e8ef0bda8be",
		"cf885fddd15894217a407b77a02ebdaf3d51643d6624440f00df52c4ace5bdeb",
		"858aa3ecf3ce53e088d41028f3728d59899abbabf5ac22d6db9b4253ae57ba5a",
		"f5d41b18a6f0286f310307ae45cf16a9e6e15fed092f18449e14b89d67df4da4",
		"fc953f1fac4f6838d4d5b2f210049c64994903321adad385ebe4eef4b73582a2",
		"e356574ca87c39520cc1e11f2e8b070672885deb33474529ddb478504061687d",
		"0da28774785b50c5bea396e05019b1a8f7c1d7cb1ca6521ab843f2666ba4eac8",
		"b6838bf2343d393d3664808673f753ec1d2ec489751c652f4a06bbece8dcd56c",
		"110cd9d1f68389df5a5f18c70cfa736f3cb49b58170d30aaf734ec40e206bebb",
		"289119ab597b3a25971dc1eadf1cfe2a02628dcb6671150a461bf369b7f13fba",
		"eef246ead3e3c13c64ba95ebfaacab8e5d6241f1ef0efc7846c7a46a1820578c",
		"7204b029afa94d777e222e7e5f5824c4e0c08f08808042e7006cccc831fd1c76",
		"b657d7399373a76c9e1b1001e08ebb670ccd7dd98c450f3bc00d827f737f0a22",
		"32aff1a5ab7013926f86e1e6853438344e91eafc30086aa8fdedce2c3a17ed12",
		"6d369d83a3ac3ee0cbd5dfc4ab2b87e0a4770804cd5f73ff290d526f9ed831ae",
		"e3e569fda4bfa49d78355293e48948b1364d916c667b236d27e1a08ded52ddf3",
		"0fb19ce10e93b72e98877107de17abf9238ba6986165fee86ce75e8f737a21ec",
		"f6490d705d7e4c02287c17d5fd40f48762aa6d8a846369a65bc2350aa9e0774b",
		"93f632575a97cbdbac429ebbf7304d83056cdf4d4ffe9ed20a5fd41a43a2d100",
		"120bcc4decf769720093930ecff7c22cc826849e2bdb3d92cca54e904a82ebbb",
		"bce664d12b418ab0b55af27c2e670c09876ba9f4600a87f706241e4f08b07e57",
		"a7504af075a97095a535570dae71029dd3155861ed14cb88c2a710cf7bb08a32",
		"c16940bb6e54ae25734a795516eca61654a7bde2b8a20a27189c85685c18a631",
		"838936ccb61ee2ac4964b9f63f0d7afa8229e8d5e0cec2d04159f9d38e0558d1",
		"4be32c8528773df212747f3ca9d55253f9bce0b3cb80e231f2de02c29ec53523",
		"5661e771d6158ecf2a70c2b2ee50cd720ec2b312a828c1ea39f06aeb308c1121",
		"1d3db18993831d5fb86e14e1e32150ef8b9a3ff087297c15e94327c1250148db",
	};
	char hash[TOKEN_HASH];
	size_t i;

	for (i = 0; i < sizeof(delivered) / sizeof(delivered[0]); i++) {
		token_sha256(store_migrations[i].sql, strlen(store_migrations[i].sql), hash);
		ATF_CHECK_STREQ_MSG(hash, delivered[i], "%s is %s", store_migrations[i].name, hash);
	}
}

/* An old house and a new one differ in nothing. */
ATF_TC_WITHOUT_HEAD(migrate__drops_what_is_of_no_use);
ATF_TC_BODY(migrate__drops_what_is_of_no_use, tc)
{
	struct fault f = { 0 };
	struct conf *conf;
	struct db *db;

	ATF_REQUIRE_EQ(conf_load(".", NULL, &conf, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(store_open(conf, DB_WRITE, &db, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(db_script(db, store_migrations[0].sql, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(db_script(db, "PRAGMA user_version = 1", &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(store_migrate(db, &f), RC_OK, "%s", f.msg);
	/* fails when it is still there */
	ATF_CHECK_EQ_MSG(db_script(db, "CREATE INDEX event_entity ON event(entity)", &f), RC_OK, "%s", f.msg);
	db_close(db);
	conf_free(conf);
}

#define PROGRAMS 6
#define ROUNDS 30

/* What each program of a house does first; ends the process. */
static void
open_as_program(const struct conf *conf, int start)
{
	struct fault f = { 0 };
	struct db *db, *reader;
	char c;

	if (read(start, &c, 1) != 0 || store_open(conf, DB_WRITE, &db, &f) != RC_OK ||
	    store_migrate(db, &f) != RC_OK || store_open(conf, DB_READ, &reader, &f) != RC_OK) {
		fprintf(stderr, "%s\n", f.msg);
		_exit(1);
	}
	_exit(db_schema_version(reader) == store_schema_newest() ? 0 : 2);
}

/* One round: all of them at once, on a house that is not there yet. Returns how many failed. */
static int
open_together(const struct conf *conf)
{
	int start[2], status, i, failed = 0;

	ATF_REQUIRE_EQ(pipe(start), 0);
	for (i = 0; i < PROGRAMS; i++)
		if (fork() == 0) {
			close(start[1]);
			open_as_program(conf, start[0]);
		}
	close(start[0]);
	close(start[1]);
	while (wait(&status) > 0)
		failed += status != 0;
	return failed;
}

ATF_TC_WITHOUT_HEAD(migrate__all_programs_at_once);
ATF_TC_BODY(migrate__all_programs_at_once, tc)
{
	struct fault f = { 0 };
	struct conf *conf;
	int i;

	ATF_REQUIRE_EQ(conf_load(".", NULL, &conf, &f), RC_OK);
	for (i = 0; i < ROUNDS; i++) {
		ATF_CHECK_EQ(open_together(conf), 0);
		unlink("consciousness.db");
		unlink("consciousness.db-wal");
		unlink("consciousness.db-shm");
		unlink("consciousness.db-queue");
	}
	conf_free(conf);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, migrate__all_programs_at_once);
	ATF_TP_ADD_TC(tp, migrate__delivered_files_stay);
	ATF_TP_ADD_TC(tp, migrate__drops_what_is_of_no_use);
	ATF_TP_ADD_TC(tp, migrate__from_the_first_schema);
	return atf_no_error();
}
