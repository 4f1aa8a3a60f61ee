/* SPDX-License-Identifier: ISC
 *
 * Zones of trackers.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/zone.h"

#define EARTH_M 6371008.8	/* mean radius (IUGG) */
#define RADIANS (M_PI / 180)

bool
zone_holds(const char *zone, const char *state)
{
	char slug[256];

	return state != NULL && field_slug(state, slug, sizeof(slug)) == RC_OK && strcmp(slug, zone) == 0;
}

static bool
coordinate(const struct report *r, const char *name, double *out)
{
	int i;

	for (i = 0; i < r->n_attributes; i++)
		if (strcmp(r->attributes[i].name, name) == 0 && js_is_number(r->attributes[i].value)) {
			*out = js_real(r->attributes[i].value, 0);
			return isfinite(*out);
		}
	return false;
}

static double
metres(double lat1, double lon1, double lat2, double lon2)
{
	double a = sin((lat2 - lat1) * RADIANS / 2), b = sin((lon2 - lon1) * RADIANS / 2);
	double h = a * a + cos(lat1 * RADIANS) * cos(lat2 * RADIANS) * b * b;

	return 2 * EARTH_M * asin(sqrt(h > 1 ? 1 : h));
}

void
zone_locate(const struct place *home, const struct live *l, struct report *r)
{
	double latitude, longitude, accuracy = 0;

	if (r->n_attributes == 0 || r->has_state || !home->known || strcmp(l->domain, "device_tracker") != 0 ||
	    !coordinate(r, "latitude", &latitude) || !coordinate(r, "longitude", &longitude))
		return;
	coordinate(r, "gps_accuracy", &accuracy);
	accuracy = accuracy > ZONE_HOME_RADIUS_M ? ZONE_HOME_RADIUS_M : accuracy > 0 ? accuracy : 0;
	r->has_state = true;
	r->state = metres(home->latitude, home->longitude, latitude, longitude) <= ZONE_HOME_RADIUS_M + accuracy ?
	    "home" : "not_home";
}
