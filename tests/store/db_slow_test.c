/* SPDX-License-Identifier: ISC
 *
 * The list of slow statements.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/store/store_int.h"

ATF_TC_WITHOUT_HEAD(slowest__longest_first);
ATF_TC_BODY(slowest__longest_first, tc)
{
	const char *one = stores[STORE_ENTITY]->sql[0], *two = stores[STORE_DEVICE]->sql[1];
	struct db_slow list[DB_SLOW];

	db_slowest(list);
	ATF_CHECK_EQ(list[0].seconds, 0);
	db_slow_note(one, 4000000);		/* too short to count */
	db_slow_note(one, 50000000);
	db_slow_note(one, 20000000);
	db_slow_note(two, 80000000);
	db_slow_note("COMMIT", 60000000);
	db_slow_note("SELECT something else", 6000000);
	db_slow_note(NULL, 90000000);
	db_slowest(list);
	ATF_CHECK_STREQ("device.1", list[0].name);
	ATF_CHECK_STREQ(two, list[0].sql);
	ATF_CHECK_EQ(list[0].seconds, 0.08);
	ATF_CHECK_STREQ("commit", list[1].name);
	ATF_CHECK_STREQ("entity.0", list[2].name);
	ATF_CHECK_EQ(list[2].seconds, 0.05);
	ATF_CHECK_STREQ("other", list[3].name);
	ATF_CHECK_EQ(list[4].seconds, 0);
}

/* A statement of SQLite's own shows up by itself. */
ATF_TC_WITHOUT_HEAD(slowest__measured);
ATF_TC_BODY(slowest__measured, tc)
{
	struct db_options o = { .mode = DB_WRITE };
	struct db_slow list[DB_SLOW];
	struct db *db;

	ATF_REQUIRE_EQ(db_open("sqlite:///./x.db", &o, &db, NULL), RC_OK);
	ATF_REQUIRE_EQ(db_script(db, "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
	    "WHERE n < 3000000) SELECT count(*) FROM c", NULL), RC_OK);
	db_close(db);
	db_slowest(list);
	ATF_CHECK_STREQ("other", list[0].name);
	ATF_CHECK(list[0].seconds > 0.005);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, slowest__longest_first);
	ATF_TP_ADD_TC(tp, slowest__measured);
	return atf_no_error();
}
