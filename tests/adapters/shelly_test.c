/* SPDX-License-Identifier: ISC
 *
 * Golden payloads of Shelly devices (tests/data/shelly): one device each.
 */
#include "shared/adapters/adapter_shelly.h"
#include "tests/adapters/golden.h"

#define GOLDEN(X) \
	X(plus1pm) \
	X(plus2pm_switches) \
	X(plus2pm_cover) \
	X(pro3em) \
	X(dimmer) \
	X(rgbw) \
	X(ht_sleeping) \
	X(plus_i4) \
	X(plug_s) \
	X(refused)

#define X(name) \
	ATF_TC_WITHOUT_HEAD(golden__##name); \
	ATF_TC_BODY(golden__##name, tc) \
	{ \
		(void)tc; \
		golden_run(&adapter_shelly, "shelly", #name); \
	}
GOLDEN(X)
#undef X

ATF_TP_ADD_TCS(tp)
{
#define X(name) ATF_TP_ADD_TC(tp, golden__##name);
	GOLDEN(X)
#undef X
	return atf_no_error();
}
