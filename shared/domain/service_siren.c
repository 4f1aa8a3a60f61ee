/* SPDX-License-Identifier: ISC
 *
 * siren: on with a tone, a volume and a duration, or off.
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

static const struct service_field on[] = {
	{ TEXT("tone", 64), .feature = FEATURE_SIREN_TONES, .options = "available_tones" },
	{ NUMBER("volume_level", SERVICE_REAL, 0, 1), .feature = FEATURE_SIREN_VOLUME },
	{ NUMBER("duration", SERVICE_INT, 1, 86400), .feature = FEATURE_SIREN_DURATION },
	{ 0 },
};

const struct service service_siren[] = {
	ON_OFF("siren", on, NULL, NULL),
	{ 0 },
};

const struct reversal reversal_siren[] = {
	{ .states = { "off" }, .service = "turn_off" },
	{ .states = { "on" }, .service = "turn_on", .why = "it would sound again" },
	{ 0 },
};
