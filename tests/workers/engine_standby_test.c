/* SPDX-License-Identifier: ISC
 *
 * The places of two engines, and whether the active one stands still.
 */
#include <atf-c.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/proc.h"
#include "workers/engine.h"

static struct engine_locks held, own;

static void
take(const char *path, int *fd)
{
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(RC_OK, proc_lock(path, false, fd, &f), "%s", f.msg);
}

/* Two other engines. */
static void
set_up(void)
{
	strlcpy(own.active_path, "active", sizeof(own.active_path));
	strlcpy(own.standby_path, "standby", sizeof(own.standby_path));
	held = own;
	take("active", &held.active);
	take("standby", &held.standby);
}

static void *
let_go(void *arg)
{
	usleep(200000);
	close(*(int *)arg);
	return NULL;
}

/* What an engine is told when that lock of another is let go soon. */
static enum rc
place(int *fd, bool *at_once)
{
	struct fault f = { 0 };
	pthread_t thread;
	enum rc rc;

	ATF_REQUIRE_EQ(0, pthread_create(&thread, NULL, let_go, fd));
	rc = engine_take_place(&own, at_once, &f);
	pthread_join(thread, NULL);
	return rc;
}

ATF_TC_WITHOUT_HEAD(place__of_one_that_becomes_active);
ATF_TC_BODY(place__of_one_that_becomes_active, tc)
{
	bool at_once;

	set_up();
	ATF_CHECK_EQ(RC_OK, place(&held.standby, &at_once));
	ATF_CHECK(!at_once && own.standby != -1 && own.active == -1);
}

ATF_TC_WITHOUT_HEAD(place__of_one_that_ends);
ATF_TC_BODY(place__of_one_that_ends, tc)
{
	bool at_once;

	set_up();
	ATF_CHECK_EQ(RC_OK, place(&held.active, &at_once));
	ATF_CHECK(at_once && own.active != -1);
}

ATF_TC_WITHOUT_HEAD(place__none_for_a_third);
ATF_TC_BODY(place__none_for_a_third, tc)
{
	struct fault f = { 0 };
	bool at_once;

	set_up();
	ATF_CHECK_EQ(RC_BUSY, engine_take_place(&own, &at_once, &f));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, place__of_one_that_becomes_active);
	ATF_TP_ADD_TC(tp, place__of_one_that_ends);
	ATF_TP_ADD_TC(tp, place__none_for_a_third);
	return atf_no_error();
}
