/* SPDX-License-Identifier: ISC
 *
 * Zones of trackers.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/zone.h"

#define EARTH_M 6371008.8	/* mean radius (IUGG) */
#define RADIANS (M_PI / 180)
#define PREFIX "zone."

static bool
is_tracker(const char *entity_id)
{
	return strncmp(entity_id, "device_tracker.", 15) == 0 || strncmp(entity_id, "person.", 7) == 0;
}

enum rc
zone_read(const struct field_value *entity, const struct field_value *zone, struct mem_arena *a,
    struct rule_entities *who, const char **name, struct fault *f)
{
	enum rc rc = rule_entities(entity->js, a, who, f);
	size_t i;

	if (rc != RC_OK)
		return rc;
	for (i = 0; i < who->n; i++)
		if (!is_tracker(who->ids[i]))
			return fault_set(f, RC_INVALID, "entity_id", "%.80s does not say where somebody is: "
			    "a device_tracker does", who->ids[i]);
	if (strncmp(zone->s, PREFIX, strlen(PREFIX)) != 0 || !field_entity_id(zone->s))
		return fault_set(f, RC_INVALID, "zone", "must be " PREFIX "home, or " PREFIX
		    " and the name of a place that the tracker reports");
	*name = mem_strdup(a, zone->s + strlen(PREFIX));
	return RC_OK;
}

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
