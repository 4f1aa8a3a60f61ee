/* SPDX-License-Identifier: ISC
 *
 * The family "mqtt": everything that announces itself by Home Assistant's MQTT discovery.
 */
#ifndef ADAPTER_HASS_H
#define ADAPTER_HASS_H

#include "shared/domain/adapter.h"

extern const struct adapter_ops adapter_hass;

#endif
