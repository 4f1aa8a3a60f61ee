/* SPDX-License-Identifier: ISC
 *
 * Who is known: the right one, for a while, as a copy.
 */
#include <atf-c.h>
#include <string.h>

#include "cgi/known.h"
#include "shared/base/mem.h"

static const char anna[] = "aa00";
static const char ben[] = "bb00";

static struct identity
someone(const char *hash, const char *actor)
{
	return (struct identity){ .token = { .row = 3, .hash = hash, .name = "login", .scope = "all",
	    .user = 1, .user_name = "anna", .expires = 99 }, .actor = actor, .most = PERMISSION_MANAGE };
}

ATF_TC_WITHOUT_HEAD(get__same_hash_for_a_minute);
ATF_TC_BODY(get__same_hash_for_a_minute, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	struct known *k = known_new();
	struct identity who = someone(anna, "user:anna"), out;

	ATF_CHECK(!known_get(k, anna, 1000, a, &out));
	known_put(k, anna, 1000, &who);
	ATF_REQUIRE(known_get(k, anna, 1000 + KNOWN_MS - 1, a, &out));
	ATF_CHECK_STREQ("user:anna", out.actor);
	ATF_CHECK_STREQ("anna", out.token.user_name);
	ATF_CHECK_STREQ(anna, out.token.hash);
	ATF_CHECK(out.token.role == NULL);
	ATF_CHECK_EQ(3, out.token.row);
	ATF_CHECK_EQ(99, out.token.expires);
	ATF_CHECK_EQ(PERMISSION_MANAGE, out.most);
	ATF_CHECK(!known_get(k, anna, 1000 + KNOWN_MS, a, &out));
	ATF_CHECK(!known_get(k, anna, 999, a, &out));	/* the clock was put back */
	ATF_CHECK(!known_get(k, ben, 1000, a, &out));
	known_free(k);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(put__copies_and_replaces);
ATF_TC_BODY(put__copies_and_replaces, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	struct known *k = known_new();
	char actor[] = "user:anna", hash[] = "aa00";
	struct identity who = someone(hash, actor), out;

	known_put(k, hash, 1000, &who);
	memset(actor, 'x', strlen(actor));
	ATF_REQUIRE(known_get(k, anna, 1000, a, &out));
	ATF_CHECK_STREQ("user:anna", out.actor);
	who = someone("aa01", "token:ci");	/* the same slot */
	known_put(k, "aa01", 1000, &who);
	ATF_CHECK_STREQ("user:anna", out.actor);
	ATF_CHECK(!known_get(k, anna, 1000, a, &out));
	ATF_REQUIRE(known_get(k, "aa01", 1000, a, &out));
	ATF_CHECK_STREQ("token:ci", out.actor);
	known_free(k);
	known_free(NULL);
	mem_arena_free(a);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, get__same_hash_for_a_minute);
	ATF_TP_ADD_TC(tp, put__copies_and_replaces);
	return atf_no_error();
}
