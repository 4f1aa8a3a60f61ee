/* SPDX-License-Identifier: ISC
 *
 * Golden payloads of Frigate (tests/data/frigate): discovery, states, commands.
 */
#include "shared/adapters/adapter_frigate.h"
#include "tests/adapters/golden.h"

#define GOLDEN(X) \
	X(cameras) \
	X(documented) \
	X(seen) \
	X(refused)

GOLDEN_PROGRAM(adapter_frigate, "frigate", GOLDEN)
