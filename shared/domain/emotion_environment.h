/* SPDX-License-Identifier: ISC
 *
 * How good the rooms are to be in: clamp(.5 + .3 temperature + .2 air + .2 light + .3 energy) over the parts that
 * exist. Each part lies between -1 (bad) and 1 (good) and is the mean of its readings of the last 30 minutes: sensors
 * that are available, not for diagnosis, and (but for energy) in a room.
 *
 *	temperature	1 at 21 C, less by .25 for each degree away; what is not between 5 and 40 C is no air of a room
 *	air		carbon dioxide 800..2000 ppm (EN 16798-1), PM2.5 5..25 and PM10 15..75 ug/m3 (0 at the
 *			daily limits of WHO 2021), volatile organic compounds 300..1700 ug/m3 or 220..660 ppb (UBA),
 *			air quality index 50..150: 1 at the first number or below, -1 at the second or above
 *	light		1 at 200 lx (EN 12464-1, rooms to stay in), -1 in the dark; from 08:00 to 20:00 only
 *	energy		how much less power is drawn now than is usual at this hour (alert_measure's baseline), as a
 *			share of that: 0 as usual, 1 none, -1 twice as much or more
 */
#ifndef EMOTION_ENVIRONMENT_H
#define EMOTION_ENVIRONMENT_H

#include "shared/base/js.h"
#include "shared/store/store_entity.h"

#define EMOTION_READING_MS (30 * 60000LL)	/* older ones say nothing about now */

/* The numbers of one part; all zero: it does not exist. */
struct emotion_part {
	double	sum;		/* of what its readings are worth, -1..1 each */
	int	n;
	double	worst;		/* what the worst reading is worth */
	double	value;		/* that reading, in the unit of the part */
	const char *entity_id, *what, *unit;	/* of that reading */
};

enum emotion_part_kind { PART_TEMPERATURE, PART_AIR, PART_LIGHT, PART__MAX };

struct emotion_environment {
	struct emotion_part part[PART__MAX];
	double	power, usual;	/* W: of those sensors of which both are known */
	int	meters;		/* sensors whose history was asked for */
};

/* One more reading, if it is one. Text is borrowed. */
void emotion_environment_add(struct emotion_environment *v, const struct entity_state *e, int64_t now_ms);
/* Power that is drawn: what is shown, times *scale is W. False: the entity says nothing about it. */
bool emotion_environment_power(const struct entity_state *e, int64_t now_ms, double *shown, double *scale);
/* The factor; sentences go to `reasons` (array). */
double emotion_environment(const struct emotion_environment *v, struct js *reasons);
/* The same out of the store; as emotion_factors_read. */
enum rc emotion_environment_read(struct db *db, int64_t now_ms, int64_t raw_days, double *factor,
    struct js *reasons);

#endif
