/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <string.h>

#include "shared/base/rc.h"

ATF_TC_WITHOUT_HEAD(name__stable_and_distinct);
ATF_TC_BODY(name__stable_and_distinct, tc)
{
	int i, j;

	ATF_REQUIRE_STREQ(rc_name(RC_OK), "ok");
	ATF_REQUIRE_STREQ(rc_name(RC_NOT_FOUND), "not_found");
	ATF_REQUIRE_STREQ(rc_name(RC__MAX), "error");
	ATF_REQUIRE_STREQ(rc_name((enum rc)-1), "error");
	for (i = 0; i < RC__MAX; i++)
		for (j = 0; j < i; j++)
			ATF_REQUIRE(strcmp(rc_name((enum rc)i), rc_name((enum rc)j)) != 0);
}

ATF_TC_WITHOUT_HEAD(fault__fills_and_returns);
ATF_TC_BODY(fault__fills_and_returns, tc)
{
	struct fault f = {0};

	ATF_REQUIRE_EQ(fault_set(&f, RC_INVALID, "at", "%d is %s", 25, "no hour"), RC_INVALID);
	ATF_REQUIRE_EQ(f.rc, RC_INVALID);
	ATF_REQUIRE_STREQ(f.field, "at");
	ATF_REQUIRE_STREQ(f.msg, "25 is no hour");
	fault_set(&f, RC_BUSY, NULL, "held");
	ATF_REQUIRE_STREQ(f.field, "");
}

ATF_TC_WITHOUT_HEAD(fault__null_and_too_long);
ATF_TC_BODY(fault__null_and_too_long, tc)
{
	struct fault f = {0};
	char big[1000];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ATF_REQUIRE_EQ(fault_set(NULL, RC_FULL, "a", "%s", big), RC_FULL);
	fault_set(&f, RC_FULL, big, "%s", big);
	ATF_REQUIRE_EQ(strlen(f.field), sizeof(f.field) - 1);
	ATF_REQUIRE_EQ(strlen(f.msg), sizeof(f.msg) - 1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, name__stable_and_distinct);
	ATF_TP_ADD_TC(tp, fault__fills_and_returns);
	ATF_TP_ADD_TC(tp, fault__null_and_too_long);
	return atf_no_error();
}
