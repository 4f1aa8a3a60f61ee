/* SPDX-License-Identifier: ISC
 *
 * The rooms and devices there are, time and chance.
 */
#include <math.h>
#include <string.h>
#include <time.h>

#include "workers/simulator_house.h"
#include "workers/simulator_people.h"
#include "workers/simulator_physics.h"

#define STEP 10.0 /* s; the longest step physics takes */

static const char *const rooms[SIM_ROOM__MAX] = {
    "Living room", "Kitchen", "Bedroom", "Bathroom", "Hallway"};

static const struct {
	const char *name;
	int room;
	enum sim_kind kind;
} inventory[SIM_DEVICES] = {
    {"Living room lamp", SIM_LIVING_ROOM, SIM_LIGHT_COLOR},
    {"Floor lamp", SIM_LIVING_ROOM, SIM_LIGHT_DIMMABLE},
    {"TV plug", SIM_LIVING_ROOM, SIM_PLUG},
    {"Living room motion", SIM_LIVING_ROOM, SIM_MOTION},
    {"Living room climate", SIM_LIVING_ROOM, SIM_CLIMATE_SENSOR},
    {"Living room thermostat", SIM_LIVING_ROOM, SIM_THERMOSTAT},
    {"Living room blind", SIM_LIVING_ROOM, SIM_COVER},
    {"Kitchen light", SIM_KITCHEN, SIM_LIGHT_ONOFF},
    {"Fridge plug", SIM_KITCHEN, SIM_PLUG},
    {"Kitchen motion", SIM_KITCHEN, SIM_MOTION},
    {"Kitchen sink leak", SIM_KITCHEN, SIM_LEAK},
    {"Bedroom lamp", SIM_BEDROOM, SIM_LIGHT_DIMMABLE},
    {"Bedroom climate", SIM_BEDROOM, SIM_CLIMATE_SENSOR},
    {"Bedroom window", SIM_BEDROOM, SIM_CONTACT},
    {"Bathroom light", SIM_BATHROOM, SIM_LIGHT_ONOFF},
    {"Bathroom motion", SIM_BATHROOM, SIM_MOTION},
    {"Bathroom climate", SIM_BATHROOM, SIM_CLIMATE_SENSOR},
    {"Hallway light", SIM_HALLWAY, SIM_LIGHT_DIMMABLE},
    {"Hallway motion", SIM_HALLWAY, SIM_MOTION},
    {"Front door", SIM_HALLWAY, SIM_CONTACT},
    {"Front door lock", SIM_HALLWAY, SIM_LOCK},
};

const char *
simulator_house_room_name(int room)
{
	return rooms[room];
}

/* xorshift64* (Vigna 2016): small, seedable, the same on every machine */
double
simulator_house_random(struct sim_house *h)
{
	h->random ^= h->random >> 12;
	h->random ^= h->random << 25;
	h->random ^= h->random >> 27;
	return (double)(h->random * UINT64_C(0x2545f4914f6cdd1d) >> 11) / 9007199254740992.0;
}

double
simulator_house_between(struct sim_house *h, double low, double high)
{
	return low + (high - low) * simulator_house_random(h);
}

bool
simulator_house_chance(struct sim_house *h, double dt, double mean)
{
	return simulator_house_random(h) < 1 - exp(-dt / mean);
}

static struct tm
wall_clock(const struct sim_house *h)
{
	time_t t = (time_t)(h->epoch + (int64_t)h->time);
	struct tm tm;

	localtime_r(&t, &tm);
	return tm;
}

double
simulator_house_hour(const struct sim_house *h)
{
	struct tm tm = wall_clock(h);

	return tm.tm_hour + tm.tm_min / 60.0 + tm.tm_sec / 3600.0;
}

double
simulator_house_day(const struct sim_house *h)
{
	return wall_clock(h).tm_yday;
}

void
simulator_house_init(struct sim_house *h, uint64_t seed, int64_t utc_s)
{
	memset(h, 0, sizeof(*h));
	h->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1; /* never 0, which xorshift keeps */
	if (h->random == 0)
		h->random = 1;
	h->epoch = utc_s;
	for (int i = 0; i < SIM_DEVICES; i++) {
		struct sim_device *d = &h->devices[i];

		d->name = inventory[i].name;
		d->room = inventory[i].room;
		d->kind = inventory[i].kind;
		d->ieee = UINT64_C(0x00158d0004a1b000) + (uint64_t)i * 7919;
		simulator_devices_init(d);
	}
	simulator_people_init(h);
	simulator_physics_init(h);
}

void
simulator_house_step(struct sim_house *h, double seconds)
{
	while (seconds > 0) {
		double dt = fmin(seconds, STEP);

		simulator_people_step(h, dt);
		simulator_physics_step(h, dt);
		for (int i = 0; i < SIM_DEVICES; i++)
			h->devices[i].since += dt;
		h->time += dt;
		seconds -= dt;
	}
}

struct sim_device *
simulator_house_find(struct sim_house *h, const char *name, size_t n)
{
	for (int i = 0; i < SIM_DEVICES; i++) {
		struct sim_device *d = &h->devices[i];

		if (strlen(d->name) == n && memcmp(d->name, name, n) == 0)
			return d;
	}
	return NULL;
}

struct sim_device *
simulator_house_in(struct sim_house *h, int room, enum sim_kind kind)
{
	for (int i = 0; i < SIM_DEVICES; i++) {
		if (h->devices[i].room == room && h->devices[i].kind == kind)
			return &h->devices[i];
	}
	return NULL;
}
