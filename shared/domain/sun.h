/* SPDX-License-Identifier: ISC
 *
 * When the sun rises and sets: when its centre crosses -0.833 degrees, where libnova puts it (VSOP87).
 */
#ifndef SUN_H
#define SUN_H

#include <stdbool.h>
#include <stdint.h>

/* Where the house stands. */
struct place {
	bool	known;
	double	latitude, longitude;	/* degrees, north and east */
};

struct conf;
/* LATITUDE and LONGITUDE of the configuration. */
struct place sun_place(const struct conf *conf);

enum sun_event { SUN_RISE, SUN_SET };

/* The first rise or set after after_ms, UTC ms; INT64_MAX: the place is not known, or none within a year. */
int64_t sun_next(const struct place *p, enum sun_event event, int64_t after_ms);
/* The rise or set of the day that the wall clock shows at now_ms; false: there is none on that day. */
bool sun_today(const struct place *p, enum sun_event event, int64_t now_ms, int64_t *utc_ms);

#endif
