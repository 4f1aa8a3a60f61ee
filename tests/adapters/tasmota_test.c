/* SPDX-License-Identifier: ISC
 *
 * Golden payloads of Tasmota devices (tests/data/tasmota): one device each.
 */
#include "shared/adapters/adapter_tasmota.h"
#include "tests/adapters/golden.h"

#define GOLDEN(X) \
	X(basic) \
	X(relays) \
	X(bulb) \
	X(lights) \
	X(dimmer) \
	X(shutter) \
	X(energy) \
	X(climate) \
	X(ifan) \
	X(sleeper) \
	X(switches) \
	X(by_command) \
	X(order) \
	X(refused)

#define X(name) \
	ATF_TC_WITHOUT_HEAD(golden__##name); \
	ATF_TC_BODY(golden__##name, tc) \
	{ \
		(void)tc; \
		golden_run(&adapter_tasmota, "tasmota", #name); \
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
