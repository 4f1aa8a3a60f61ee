/* SPDX-License-Identifier: ISC
 *
 * The sun by libnova.
 */
#include <stdlib.h>

#include <libnova/precession.h>
#include <libnova/solar.h>
#include <libnova/transform.h>

#include "shared/base/clock.h"
#include "shared/base/conf.h"
#include "shared/domain/sun.h"

#define DAY_MS INT64_C(86400000)
#define UNIX_JD 2440587.5	/* Julian day of 1970-01-01T00:00Z */
#define YEAR_DAYS 366
#define HORIZON -0.833		/* degrees of its centre: refraction and half its width */

struct place
sun_place(const struct conf *conf)
{
	const char *latitude = conf_text(conf, CONF_LATITUDE), *longitude = conf_text(conf, CONF_LONGITUDE);

	if (latitude == NULL || longitude == NULL)
		return (struct place){ 0 };
	return (struct place){ true, strtod(latitude, NULL), strtod(longitude, NULL) };
}

static double
altitude(const struct place *p, int64_t utc_ms)
{
	struct ln_lnlat_posn where = { .lng = p->longitude, .lat = p->latitude };
	double jd = UNIX_JD + (double)utc_ms / (double)DAY_MS;
	struct ln_equ_posn sun, of_date;
	struct ln_hrz_posn seen;

	/* libnova's own rise and set leave precession out and are a minute and a half early by now. */
	ln_get_solar_equ_coords(jd, &sun);
	ln_get_equ_prec(&sun, jd, &of_date);
	ln_get_hrz_from_equ(&of_date, &where, jd, &seen);
	return seen.alt;
}

/* Between `low` and `high`, of which it is below and above the horizon, by halving. */
static int64_t
crossing(const struct place *p, int64_t low, int64_t high)
{
	int64_t middle;

	while (llabs(high - low) > 500) {
		middle = low + (high - low) / 2;
		if (altitude(p, middle) < HORIZON)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* In the half day before or after its noon; false on polar days and nights. */
static bool
event_of(const struct place *p, enum sun_event event, int64_t noon, int64_t *utc_ms)
{
	int64_t night = event == SUN_RISE ? noon - DAY_MS / 2 : noon + DAY_MS / 2;

	if (altitude(p, noon) < HORIZON || altitude(p, night) >= HORIZON)
		return false;
	*utc_ms = crossing(p, night, noon);
	return true;
}

/* Solar noon lies near local noon, wherever the day begins in UTC. */
static int64_t
noon_of(const struct place *p, int64_t day)
{
	return day * DAY_MS + DAY_MS / 2 - (int64_t)(p->longitude / 360 * (double)DAY_MS);
}

int64_t
sun_next(const struct place *p, enum sun_event event, int64_t after_ms)
{
	int64_t day = after_ms / DAY_MS - 2, end = day + YEAR_DAYS, utc;

	for (; p->known && day < end; day++)
		if (event_of(p, event, noon_of(p, day), &utc) && utc > after_ms)
			return utc;
	return INT64_MAX;
}

bool
sun_today(const struct place *p, enum sun_event event, int64_t now_ms, int64_t *utc_ms)
{
	int64_t wall = clock_wall(now_ms), today = wall / DAY_MS;
	int64_t utc = sun_next(p, event, clock_from_wall(today * DAY_MS) - 1);

	if (utc == INT64_MAX || clock_wall(utc) / DAY_MS != today)
		return false;
	*utc_ms = utc;
	return true;
}
