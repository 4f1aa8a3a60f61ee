/* SPDX-License-Identifier: ISC
 *
 * Frigate, the network video recorder: its cameras and what they see.
 */
#ifndef ADAPTER_FRIGATE_H
#define ADAPTER_FRIGATE_H

#include "shared/domain/adapter.h"

extern const struct adapter_ops adapter_frigate;

#endif
