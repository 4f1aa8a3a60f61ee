/* SPDX-License-Identifier: ISC
 *
 * The kinds of entities of Shelly devices, one in each adapter_shelly_*.c.
 */
#ifndef ADAPTER_SHELLY_KINDS_H
#define ADAPTER_SHELLY_KINDS_H

#include "shared/adapters/adapter_shelly_int.h"

extern const struct shelly_kind shelly_switch, shelly_light, shelly_cover, shelly_input, shelly_button,
    shelly_reading, shelly_update, shelly_restart, shelly_started, shelly_virtual, shelly_shown,
    shelly_climate;

#endif
