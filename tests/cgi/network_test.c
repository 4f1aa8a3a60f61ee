/* SPDX-License-Identifier: ISC
 *
 * Addresses against lists.
 */
#include <atf-c.h>
#include <string.h>

#include "cgi/network.h"

static bool
holds(const char *list, const char *address)
{
	struct network *n;
	bool in;

	ATF_REQUIRE_EQ_MSG(network_parse(list, &n, NULL), RC_OK, "%s", list);
	in = network_holds(n, address);
	network_free(n);
	return in;
}

ATF_TC_WITHOUT_HEAD(holds__prefixes);
ATF_TC_BODY(holds__prefixes, tc)
{
	ATF_CHECK(holds("127.0.0.0/8,::1", "127.1.2.3"));
	ATF_CHECK(holds("127.0.0.0/8,::1", "::1"));
	ATF_CHECK(!holds("127.0.0.0/8,::1", "128.0.0.1"));
	ATF_CHECK(!holds("127.0.0.0/8,::1", "::2"));
	ATF_CHECK(holds("10.1.2.128/25", "10.1.2.200"));
	ATF_CHECK(!holds("10.1.2.128/25", "10.1.2.127"));
	ATF_CHECK(holds("0.0.0.0/0", "8.8.8.8"));
	ATF_CHECK(!holds("0.0.0.0/0", "2001:db8::1"));
	ATF_CHECK(holds("2001:db8::/33", "2001:db8:7fff::1"));
	ATF_CHECK(!holds("2001:db8::/33", "2001:db8:8000::1"));
	ATF_CHECK(holds(" 10.0.0.1 , 10.0.0.2 ", "10.0.0.2"));
}

ATF_TC_WITHOUT_HEAD(holds__other_forms);
ATF_TC_BODY(holds__other_forms, tc)
{
	ATF_CHECK(holds("127.0.0.0/8", "::ffff:127.0.0.1"));
	ATF_CHECK(holds("127.0.0.0/8", "unix:"));
	ATF_CHECK(!holds("10.0.0.0/8", "unix:"));
	ATF_CHECK(!holds("0.0.0.0/0", ""));
	ATF_CHECK(!holds("0.0.0.0/0", "house.example"));
	ATF_CHECK(!holds("", "127.0.0.1"));
	ATF_CHECK(!holds(NULL, "127.0.0.1"));
}

ATF_TC_WITHOUT_HEAD(parse__wrong_lists);
ATF_TC_BODY(parse__wrong_lists, tc)
{
	static const char *const wrong[] = { "x", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0/8",
		"127.0.0.1,house", "10.0.0.0/", "10.0.0.0/8x" };
	struct network *n;
	struct fault f;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		f = (struct fault){0};
		ATF_CHECK_EQ_MSG(network_parse(wrong[i], &n, &f), RC_INVALID, "%s", wrong[i]);
		ATF_CHECK_STREQ("TRUSTED_NETWORKS", f.field);
	}
}

ATF_TC_WITHOUT_HEAD(listed__items);
ATF_TC_BODY(listed__items, tc)
{
	ATF_CHECK(network_listed("a.example, b.example", "B.example", 9));
	ATF_CHECK(network_listed("house", "house:8080", 5));
	ATF_CHECK(!network_listed("house", "hous", 4));
	ATF_CHECK(!network_listed("house", "house2", 6));
	ATF_CHECK(!network_listed("house", "", 0));
	ATF_CHECK(!network_listed(NULL, "house", 5));
}

ATF_TC_WITHOUT_HEAD(source__of_an_address);
ATF_TC_BODY(source__of_an_address, tc)
{
	static const char *const samples[][2] = { { "192.0.2.7", "192.0.2.7" }, { "unix:", "unix:" }, { "", "" },
		{ "x", "x" }, { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" }, { "2001:db8:1:2::9", "2001:db8:1:2::" },
		{ "2001:db8:1:3::9", "2001:db8:1:3::" }, { "::ffff:192.0.2.7", "::ffff:192.0.2.7" } };
	struct mem_arena *a = mem_arena_new(1024);
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		ATF_CHECK_STREQ(network_source(samples[i][0], a), samples[i][1]);
	mem_arena_free(a);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, holds__prefixes);
	ATF_TP_ADD_TC(tp, holds__other_forms);
	ATF_TP_ADD_TC(tp, parse__wrong_lists);
	ATF_TP_ADD_TC(tp, listed__items);
	ATF_TP_ADD_TC(tp, source__of_an_address);
	return atf_no_error();
}
