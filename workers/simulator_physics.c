/* SPDX-License-Identifier: ISC
 *
 * Weather by the calendar and the clock, rooms that follow it, meters that measure them.
 */
#include <math.h>

#include "workers/simulator_physics.h"

#define LATITUDE 50.0 /* degrees north */
#define RADIANS (M_PI / 180)
#define HOUR 3600.0

/* What a room is made of. */
static const struct {
	double loss;	 /* h until a difference to outdoors has fallen to 1/e */
	double window;	 /* part of the sky's light that comes in */
	double setpoint; /* degrees Celsius, for radiators without thermostat */
} rooms[SIM_ROOM__MAX] = {
    [SIM_LIVING_ROOM] = {20, 0.012, 21},
    [SIM_KITCHEN] = {18, 0.010, 20},
    [SIM_BEDROOM] = {20, 0.008, 18},
    [SIM_BATHROOM] = {24, 0.004, 22},
    [SIM_HALLWAY] = {16, 0.001, 17},
};

static double
clamp(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

/* Warmest at 15 h and at the end of July; elevation of the sun without equation of time. */
static void
weather(struct sim_house *h)
{
	double hour = simulator_house_hour(h), day = simulator_house_day(h);
	double tilt = -23.44 * RADIANS * cos(2 * M_PI * (day + 10) / 365);
	double elevation = sin(LATITUDE * RADIANS) * sin(tilt) +
			   cos(LATITUDE * RADIANS) * cos(tilt) * cos((hour - 12) * 15 * RADIANS);
	double clouds = 0.65 + 0.35 * sin(h->time / 1700) * sin(h->time / 611);

	h->outdoor =
	    10 + 9 * cos(2 * M_PI * (day - 208) / 365) + 4 * cos(2 * M_PI * (hour - 15) / 24);
	h->sun = fmax(0, elevation) * clouds;
}

/* 0..1: a proportional controller over one degree */
static double
radiator(struct sim_house *h, int room)
{
	struct sim_device *t = simulator_house_in(h, room, SIM_THERMOSTAT);
	double goal = t != NULL ? t->setpoint : rooms[room].setpoint;
	double demand = clamp(goal - h->rooms[room].temperature + 0.3, 0, 1);

	if (t == NULL)
		return demand;
	t->value[SIM_HEATING_DEMAND] = t->heating ? demand * 100 : 0;
	return t->heating ? demand : 0;
}

static bool
window_open(struct sim_house *h, int room)
{
	struct sim_device *d = simulator_house_in(h, room, SIM_CONTACT);

	return d != NULL && !d->active;
}

static double
daylight(struct sim_house *h, int room)
{
	struct sim_device *blind = simulator_house_in(h, room, SIM_COVER);
	double shade = blind != NULL ? 0.05 + 0.95 * blind->value[SIM_POSITION] / 100 : 1;

	return h->sun * 60000 * rooms[room].window * shade;
}

static void
step_air(struct sim_house *h, int room, double dt)
{
	struct sim_room *r = &h->rooms[room];
	double loss = window_open(h, room) ? 1.5 : rooms[room].loss;
	double rate = (h->outdoor - r->temperature) / loss; /* all in K/h */
	double moisture = 42 + 8 * (room == SIM_BATHROOM);
	double calm = window_open(h, room) ? 0.2 : 0.8; /* h until the air is as usual */

	r->heat = radiator(h, room);
	rate += 2.6 * r->heat + 0.12 * r->people + 0.5 * daylight(h, room) / 1000;
	rate += (h->rooms[SIM_HALLWAY].temperature - r->temperature) / 8;
	r->temperature += rate * dt / HOUR;
	if (room == SIM_BATHROOM || room == SIM_KITCHEN)
		moisture += 28 * r->people;
	r->humidity += (moisture + 2 * r->people - r->humidity) *
		       (1 - exp(-dt / HOUR / (r->people > 0 ? 0.25 : calm)));
}

static void
step_light(struct sim_house *h, int room)
{
	double lux = daylight(h, room) + 1;

	for (int i = 0; i < SIM_DEVICES; i++) {
		const struct sim_device *d = &h->devices[i];

		if (d->room != room || !d->on || d->kind > SIM_LIGHT_COLOR)
			continue;
		lux += d->kind == SIM_LIGHT_ONOFF ? 160 : 170.0 * d->brightness / 254;
	}
	h->rooms[room].light = lux;
}

/* A fridge cools for a third of its 45 minutes; a television is on while somebody sits in the
 * evening. */
static double
load(struct sim_house *h, const struct sim_device *d)
{
	double hour = simulator_house_hour(h);

	if (d->room == SIM_KITCHEN)
		return fmod(h->time, 2700) < 900 ? 87 + 4 * sin(h->time / 130) : 1.2;
	if (h->rooms[SIM_LIVING_ROOM].people > 0 && (hour >= 18 || hour < 1))
		return 90 + 9 * sin(h->time / 41) + 5 * sin(h->time / 13);
	return 0.6;
}

static void
step_plug(struct sim_house *h, struct sim_device *d, double dt)
{
	double watts = d->on ? load(h, d) : 0;

	d->value[SIM_POWER] = watts;
	d->value[SIM_VOLTAGE] = 230 + 3 * sin(h->time / 900) + sin(h->time / 47);
	d->value[SIM_CURRENT] = watts / d->value[SIM_VOLTAGE];
	d->value[SIM_ENERGY] += watts * dt / HOUR / 1000;
}

/* Twenty seconds from end to end. */
static void
step_cover(struct sim_device *d, double dt)
{
	double way = d->target - d->value[SIM_POSITION];

	if (way == 0)
		return;
	d->value[SIM_POSITION] += clamp(way, -5 * dt, 5 * dt);
	if (fabs(d->target - d->value[SIM_POSITION]) < 0.01) {
		d->value[SIM_POSITION] = d->target;
		d->changed = true;
	}
}

static void
step_motion(struct sim_device *d, double dt)
{
	d->active_left -= dt;
	if (d->active && d->active_left <= 0) {
		d->active = false;
		d->changed = true;
	}
}

static void
step_device(struct sim_house *h, struct sim_device *d, double dt)
{
	const struct sim_room *r = &h->rooms[d->room];

	d->value[SIM_TEMPERATURE] = r->temperature + simulator_house_between(h, -0.03, 0.03);
	d->value[SIM_HUMIDITY] = clamp(r->humidity + simulator_house_between(h, -0.2, 0.2), 5, 99);
	d->value[SIM_ILLUMINANCE] = r->light * simulator_house_between(h, 0.98, 1.02);
	d->value[SIM_LINKQUALITY] = clamp(
	    80 + (double)(d->ieee % 140) + 12 * sin((h->time + (double)(d->ieee % 997)) / 300), 40,
	    255);
	if (simulator_devices_model(d)->battery)
		d->value[SIM_BATTERY] = fmax(1, d->value[SIM_BATTERY] - dt / HOUR / 24 / 7);
	if (d->kind == SIM_PLUG)
		step_plug(h, d, dt);
	else if (d->kind == SIM_COVER)
		step_cover(d, dt);
	else if (d->kind == SIM_MOTION)
		step_motion(d, dt);
}

void
simulator_physics_step(struct sim_house *h, double dt)
{
	weather(h);
	for (int i = 0; i < SIM_ROOM__MAX; i++) {
		step_air(h, i, dt);
		step_light(h, i);
	}
	for (int i = 0; i < SIM_DEVICES; i++)
		step_device(h, &h->devices[i], dt);
}

void
simulator_physics_init(struct sim_house *h)
{
	weather(h);
	for (int i = 0; i < SIM_ROOM__MAX; i++) {
		h->rooms[i].temperature = rooms[i].setpoint + simulator_house_between(h, -0.8, 0.3);
		h->rooms[i].humidity = simulator_house_between(h, 40, 50);
	}
	simulator_physics_step(h, 1);
}
