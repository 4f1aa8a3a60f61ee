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
	X(bluetooth) \
	X(virtual) \
	X(duo_bulb) \
	X(wall_display) \
	X(refused)

GOLDEN_PROGRAM(adapter_shelly, "shelly", GOLDEN)
