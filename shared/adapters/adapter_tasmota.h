/* SPDX-License-Identifier: ISC
 *
 * The family "tasmota": devices with the Tasmota firmware, by their own discovery.
 */
#ifndef ADAPTER_TASMOTA_H
#define ADAPTER_TASMOTA_H

#include "shared/domain/adapter.h"

extern const struct adapter_ops adapter_tasmota;

#endif
