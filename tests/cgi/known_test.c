/* SPDX-License-Identifier: ISC
 *
 * Who is known: the right one, for a while, as a copy.
 */
#include <atf-c.h>
#include <string.h>

#include "cgi/known.h"

static struct identity
someone(const char *hash, const char *actor)
{
	return (struct identity){ .token = { .row = 3, .hash = hash, .name = "login", .scope = "all",
	    .user = 1, .user_name = "anna", .expires = 99 }, .actor = actor, .most = PERMISSION_MANAGE };
}

ATF_TC_WITHOUT_HEAD(get__same_token_for_a_minute);
ATF_TC_BODY(get__same_token_for_a_minute, tc)
{
	struct known *k = known_new();
	struct identity who = someone("aa", "user:anna"), *out;

	ATF_CHECK(known_get(k, "hc_anna", 1000) == NULL);
	ATF_CHECK(known_get(k, "", 1000) == NULL);
	ATF_REQUIRE(known_put(k, "hc_anna", 1000, &who) != NULL);
	out = known_get(k, "hc_anna", 1000 + KNOWN_MS - 1);
	ATF_REQUIRE(out != NULL && out != &who);
	ATF_CHECK_STREQ("user:anna", out->actor);
	ATF_CHECK_STREQ("anna", out->token.user_name);
	ATF_CHECK_STREQ("aa", out->token.hash);
	ATF_CHECK(out->token.role == NULL);
	ATF_CHECK_EQ(3, out->token.row);
	ATF_CHECK_EQ(99, out->token.expires);
	ATF_CHECK_EQ(PERMISSION_MANAGE, out->most);
	ATF_CHECK(known_get(k, "hc_ann", 1000) == NULL);
	ATF_CHECK(known_get(k, "hc_anna2", 1000) == NULL);
	ATF_CHECK(known_get(k, "", 1000) == NULL);
	ATF_CHECK(known_get(k, "hc_anna", 1000 + KNOWN_MS) == NULL);
	ATF_CHECK(known_get(k, "hc_anna", 1000) == NULL);	/* forgotten for good */
	known_put(k, "hc_anna", 1000, &who);
	ATF_CHECK(known_get(k, "hc_anna", 999) == NULL);	/* the clock was put back */
	known_free(k);
}

ATF_TC_WITHOUT_HEAD(put__copies_and_replaces);
ATF_TC_BODY(put__copies_and_replaces, tc)
{
	struct known *k = known_new();
	char actor[] = "user:anna", token[] = "hc_0", long_one[200];
	struct identity who = someone("aa", actor);
	int i;

	known_put(k, "hc_anna", 1000, &who);
	memset(actor, 'x', strlen(actor));
	ATF_REQUIRE(known_get(k, "hc_anna", 1000) != NULL);
	ATF_CHECK_STREQ("user:anna", known_get(k, "hc_anna", 1000)->actor);
	who = someone("bb", "token:ci");
	known_put(k, "hc_anna", 2000, &who);			/* no second entry */
	ATF_CHECK_STREQ("token:ci", known_get(k, "hc_anna", 2000)->actor);
	for (i = 0; i < 20; i++) {
		token[3] = (char)('a' + i);
		known_put(k, token, 2000, &who);
		ATF_CHECK(known_get(k, token, 2000) != NULL);
	}
	ATF_CHECK(known_get(k, "hc_anna", 2000) == NULL);	/* bounded */
	memset(long_one, 'x', sizeof(long_one));
	long_one[sizeof(long_one) - 1] = '\0';
	ATF_CHECK(known_put(k, long_one, 2000, &who) == NULL);
	ATF_CHECK(known_get(k, long_one, 2000) == NULL);
	known_free(k);
	known_free(NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, get__same_token_for_a_minute);
	ATF_TP_ADD_TC(tp, put__copies_and_replaces);
	return atf_no_error();
}
