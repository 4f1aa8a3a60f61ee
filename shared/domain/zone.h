/* SPDX-License-Identifier: ISC
 *
 * Where somebody is: a device_tracker's state names the zone, "home" or a place that the tracker knows by name.
 */
#ifndef ZONE_H
#define ZONE_H

#include "shared/domain/rule.h"

#define ZONE_HOME_RADIUS_M 100	/* around the house: at home */

/* Whether a tracker with this state is in the zone of that name. */
bool zone_holds(const char *zone, const char *state);
/*
 * A report of coordinates that names no place says whether that is at home: nearer than ZONE_HOME_RADIUS_M to
 * the house, plus the accuracy (metres) that it claims, at most the same again. Great circle by the haversine formula.
 */
void zone_locate(const struct place *home, const struct live *l, struct report *r);

#endif
