/* SPDX-License-Identifier: ISC
 *
 * Golden payloads of Frigate (tests/data/frigate): discovery, states, commands.
 */
#include "shared/adapters/adapter_frigate.h"
#include "tests/adapters/golden.h"

#define GOLDEN(X) \
	X(cameras) \
	X(seen) \
	X(refused)

#define X(name) \
	ATF_TC_WITHOUT_HEAD(golden__##name); \
	ATF_TC_BODY(golden__##name, tc) \
	{ \
		(void)tc; \
		golden_run(&adapter_frigate, "frigate", #name); \
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
