/* SPDX-License-Identifier: ISC
 *
 * Services without parameters: switch, button, scene.
 */
#include "shared/domain/service_int.h"

const struct service service_switch[] = {
	ON_OFF("switch", NULL, NULL, NULL),
	{ 0 },
};

const struct service service_button[] = {
	{ .domain = "button", .name = "press", .once = true, .blind = true },
	{ 0 },
};

const struct service service_scene[] = {
	{ .domain = "scene", .name = "turn_on", .blind = true },
	{ 0 },
};

const struct reversal reversal_switch[] = {
	{ .states = { "off" }, .service = "turn_off" },
	{ .states = { "on" }, .service = "turn_on" },
	{ 0 },
};

const struct reversal reversal_button[] = {
	{ .why = "a press of a button cannot be taken back" },
	{ 0 },
};

const struct reversal reversal_scene[] = {
	{ .why = "a scene sets what it likes; bring back its lamps and devices one by one" },
	{ 0 },
};
