/* SPDX-License-Identifier: ISC
 *
 * Golden payloads of the programs in the field that speak Home Assistant's discovery (tests/data/hass).
 */
#include "shared/adapters/adapter_hass.h"
#include "tests/adapters/golden.h"

#define GOLDEN(X) \
	X(zigbee2mqtt) \
	X(esphome) \
	X(theengs) \
	X(shelly) \
	X(device_message) \
	X(climate) \
	X(light_topics) \
	X(cover) \
	X(plain) \
	X(more) \
	X(picture) \
	X(trigger) \
	X(moments) \
	X(rest) \
	X(encoding) \
	X(light_template) \
	X(alarm_control_panel) \
	X(vacuum) \
	X(lawn_mower) \
	X(valve) \
	X(water_heater) \
	X(humidifier) \
	X(audit) \
	X(producers) \
	X(light_modes) \
	X(unknown) \
	X(sensors)

GOLDEN_PROGRAM(adapter_hass, "hass", GOLDEN)
