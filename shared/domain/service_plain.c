/* SPDX-License-Identifier: ISC
 *
 * Services without parameters: switch, button, scene, update.
 */
#include "shared/domain/feature.h"
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

const struct service service_update[] = {
	{ .domain = "update", .name = "install", .feature = FEATURE_UPDATE_INSTALL, .once = true,
	    .expect = { "off" } },
	{ 0 },
};
