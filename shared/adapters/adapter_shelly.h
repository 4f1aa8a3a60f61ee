/* SPDX-License-Identifier: ISC
 *
 * Shelly devices of the second generation and later, by their JSON-RPC over MQTT.
 */
#ifndef ADAPTER_SHELLY_H
#define ADAPTER_SHELLY_H

#include "shared/domain/adapter.h"

extern const struct adapter_ops adapter_shelly;

#endif
