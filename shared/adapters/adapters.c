/* SPDX-License-Identifier: ISC
 *
 * The list of device families on MQTT.
 */
#include <stddef.h>

#include "shared/adapters/adapter_frigate.h"
#include "shared/adapters/adapter_hass.h"
#include "shared/adapters/adapter_http.h"
#include "shared/adapters/adapter_shelly.h"
#include "shared/adapters/adapter_tasmota.h"

const struct adapter_ops *const adapters[] = {
	&adapter_hass,
	&adapter_tasmota,
	&adapter_shelly,
	&adapter_frigate,
	&adapter_http,
	&adapter_calendar,
	NULL
};
