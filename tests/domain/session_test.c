/* SPDX-License-Identifier: ISC
 *
 * Set-up, tokens, and what they allow.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/session.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767225600000)

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
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "system" };
}

static void
close_house(void)
{
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	mem_arena_free(arena);
	db_close(db);
	conf_free(conf);
}

ATF_TC_WITHOUT_HEAD(setup__one_code_once);
ATF_TC_BODY(setup__one_code_once, tc)
{
	char first[SESSION_CODE], second[SESSION_CODE];
	struct user user;

	open_house();
	ATF_CHECK(session_setup_needed(db));
	ATF_CHECK_EQ(session_setup_check(db, "ABCD-EFGH", &fault), RC_UNAUTHORIZED);
	ATF_REQUIRE_EQ(session_setup_code(&tx, first, &fault), RC_OK);
	ATF_CHECK_EQ(strlen(first), 9);
	ATF_CHECK_EQ(session_setup_check(db, first, &fault), RC_OK);
	ATF_REQUIRE_EQ(session_setup_code(&tx, second, &fault), RC_OK);
	ATF_CHECK_EQ(session_setup_check(db, first, &fault), RC_UNAUTHORIZED);
	ATF_CHECK_EQ(session_setup_check(db, second, &fault), RC_OK);
	ATF_REQUIRE_EQ(session_user_add(&tx, "anna", "hash", &user, &fault), RC_OK);
	ATF_CHECK(!session_setup_needed(db));
	ATF_CHECK_EQ(session_setup_check(db, second, &fault), RC_REFUSED);
	ATF_CHECK_EQ(session_setup_code(&tx, first, &fault), RC_REFUSED);
	ATF_CHECK_EQ(session_user_add(&tx, "ANNA", "hash", &user, &fault), RC_EXISTS);
	close_house();
}

ATF_TC_WITHOUT_HEAD(user__names_and_passwords);
ATF_TC_BODY(user__names_and_passwords, tc)
{
	char text[1100];

	memset(text, 'x', sizeof(text));
	text[1025] = '\0';
	ATF_CHECK_EQ(session_user_check("anna", "12345678", &fault), RC_OK);
	ATF_CHECK_EQ(session_user_check("anna", "1234567", &fault), RC_INVALID);
	ATF_CHECK_STREQ("password", fault.field);
	ATF_CHECK_EQ(session_user_check("anna", text, &fault), RC_INVALID);
	ATF_CHECK_EQ(session_user_check("", "12345678", &fault), RC_INVALID);
	ATF_CHECK_STREQ("username", fault.field);
	ATF_CHECK_EQ(session_user_check("an na", "12345678", &fault), RC_INVALID);
	ATF_CHECK_EQ(session_user_check("an\nna", "12345678", &fault), RC_INVALID);
	text[65] = '\0';
	ATF_CHECK_EQ(session_user_check(text, "12345678", &fault), RC_INVALID);
}

static enum rc
check(const char *token, int64_t now, struct identity *id)
{
	return session_check(db, token, now, arena, id, &fault);
}

ATF_TC_WITHOUT_HEAD(grant__scope_and_end);
ATF_TC_BODY(grant__scope_and_end, tc)
{
	struct session_grant g = { .name = "ci", .scope = "control", .expires = NOW + 1000 };
	char text[SESSION_TOKEN];
	struct identity id;
	struct token t;

	open_house();
	ATF_REQUIRE_EQ(session_grant(&tx, &g, text, &t, &fault), RC_OK);
	ATF_CHECK_EQ(strlen(text), SESSION_TOKEN - 2);
	ATF_REQUIRE_EQ(check(text, NOW, &id), RC_OK);
	ATF_CHECK_STREQ("token:ci", id.actor);
	ATF_CHECK_EQ(id.most, PERMISSION_CONTROL);
	ATF_CHECK_EQ(check(text, NOW + 1000, &id), RC_UNAUTHORIZED);
	text[10] ^= 1;
	ATF_CHECK_EQ(check(text, NOW, &id), RC_UNAUTHORIZED);
	ATF_CHECK_EQ(check("", NOW, &id), RC_UNAUTHORIZED);
	g.scope = "everything";
	ATF_CHECK_EQ(session_grant(&tx, &g, text, &t, &fault), RC_INVALID);
	ATF_CHECK_STREQ("scope", fault.field);
	g.scope = NULL;
	g.expires = NOW;
	ATF_CHECK_EQ(session_grant(&tx, &g, text, &t, &fault), RC_INVALID);
	ATF_CHECK_STREQ("expires", fault.field);
	close_house();
}

ATF_TC_WITHOUT_HEAD(revoke__own_only);
ATF_TC_BODY(revoke__own_only, tc)
{
	struct session_grant g = { .name = "ci" };
	char key[SESSION_TOKEN], login[SESSION_TOKEN];
	struct identity house, anna;
	struct token t;
	struct user user;

	open_house();
	ATF_REQUIRE_EQ(session_user_add(&tx, "anna", "hash", &user, &fault), RC_OK);
	ATF_REQUIRE_EQ(session_grant(&tx, &g, key, &t, &fault), RC_OK);
	ATF_REQUIRE_EQ(session_login(&tx, &user, 30, login, &t, &fault), RC_OK);
	ATF_CHECK_EQ(t.expires, NOW + 30 * 60000);
	ATF_REQUIRE_EQ(check(key, NOW, &house), RC_OK);
	ATF_REQUIRE_EQ(check(login, NOW, &anna), RC_OK);
	ATF_CHECK_STREQ("user:anna", anna.actor);
	ATF_CHECK_EQ(session_revoke(&tx, &anna, house.token.row, arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_EQ(session_revoke(&tx, &house, anna.token.row, arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_EQ(session_revoke(&tx, &anna, anna.token.row, arena, &fault), RC_OK);
	ATF_CHECK_EQ(check(login, NOW, &anna), RC_UNAUTHORIZED);
	ATF_CHECK_EQ(check(key, NOW, &house), RC_OK);
	close_house();
}

ATF_TC_WITHOUT_HEAD(holds__until_revoked_or_expired);
ATF_TC_BODY(holds__until_revoked_or_expired, tc)
{
	struct session_grant g = { .name = "ci", .expires = NOW + 1000 };
	char text[SESSION_TOKEN];
	struct identity id, other;
	struct token t;

	open_house();
	ATF_REQUIRE_EQ(session_grant(&tx, &g, text, &t, &fault), RC_OK);
	ATF_REQUIRE_EQ(check(text, NOW, &id), RC_OK);
	ATF_REQUIRE_EQ(session_touch(&tx, &id), RC_OK);
	ATF_REQUIRE_EQ(session_holds(db, &id, NOW + 999, &fault), RC_OK);
	ATF_CHECK_EQ(id.token.last_used, NOW);
	ATF_CHECK_EQ(session_holds(db, &id, NOW + 1000, &fault), RC_UNAUTHORIZED);
	other = id;
	other.token.hash = "of another token that has this row";
	ATF_CHECK_EQ(session_holds(db, &other, NOW, &fault), RC_UNAUTHORIZED);
	ATF_REQUIRE_EQ(session_revoke(&tx, &id, t.row, arena, &fault), RC_OK);
	ATF_CHECK_EQ(session_holds(db, &id, NOW, &fault), RC_UNAUTHORIZED);
	close_house();
}

ATF_TC_WITHOUT_HEAD(touch__once_a_minute);
ATF_TC_BODY(touch__once_a_minute, tc)
{
	struct session_grant g = { .name = "ci" };
	char text[SESSION_TOKEN];
	struct identity id;
	struct token t;

	open_house();
	ATF_REQUIRE_EQ(session_grant(&tx, &g, text, &t, &fault), RC_OK);
	ATF_REQUIRE_EQ(check(text, NOW, &id), RC_OK);
	ATF_CHECK(session_stale(&id, NOW));
	ATF_REQUIRE_EQ(session_touch(&tx, &id), RC_OK);
	ATF_REQUIRE_EQ(check(text, NOW, &id), RC_OK);
	ATF_CHECK_EQ(id.token.last_used, NOW);
	ATF_CHECK(!session_stale(&id, NOW + 59999));
	ATF_CHECK(session_stale(&id, NOW + 60000));
	tx.now_ms = NOW + 30000;
	ATF_REQUIRE_EQ(session_touch(&tx, &id), RC_OK);
	ATF_REQUIRE_EQ(check(text, NOW, &id), RC_OK);
	ATF_CHECK_EQ(id.token.last_used, NOW);
	close_house();
}

ATF_TC_WITHOUT_HEAD(database__holds_no_secret);
ATF_TC_BODY(database__holds_no_secret, tc)
{
	struct session_grant g = { .name = "ci" };
	char text[SESSION_TOKEN], code[SESSION_CODE], *all;
	struct token t;
	FILE *fp;
	size_t n;

	open_house();
	ATF_REQUIRE_EQ(session_grant(&tx, &g, text, &t, &fault), RC_OK);
	ATF_REQUIRE_EQ(session_setup_code(&tx, code, &fault), RC_OK);
	close_house();
	all = mem_xcalloc(1, 1 << 22);
	ATF_REQUIRE((fp = fopen("consciousness.db", "r")) != NULL);
	n = fread(all, 1, 1 << 22, fp);
	fclose(fp);
	ATF_CHECK(n > 4096 && memmem(all, n, "CREATE TABLE token", 18) != NULL);
	ATF_CHECK(memmem(all, n, text + 3, 12) == NULL);
	ATF_CHECK(memmem(all, n, code, 9) == NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, setup__one_code_once);
	ATF_TP_ADD_TC(tp, user__names_and_passwords);
	ATF_TP_ADD_TC(tp, grant__scope_and_end);
	ATF_TP_ADD_TC(tp, revoke__own_only);
	ATF_TP_ADD_TC(tp, holds__until_revoked_or_expired);
	ATF_TP_ADD_TC(tp, touch__once_a_minute);
	ATF_TP_ADD_TC(tp, database__holds_no_secret);
	return atf_no_error();
}
