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
	X(bridge) \
	X(refused)

GOLDEN_PROGRAM(adapter_tasmota, "tasmota", GOLDEN)
