/* SPDX-License-Identifier: ISC
 *
 * Where everybody is, and what they set off on the way.
 */
#include <math.h>

#include "workers/simulator_people.h"

#define PLACES (SIM_ROOM__MAX + 1) /* the rooms and outside */
#define CALM 30.0		   /* s a motion sensor stays on after the last motion */

/* How likely a person is to be where from an hour on, and how long it stays (s). */
static const struct habit {
	double from;
	double weight[PLACES]; /* living room, kitchen, bedroom, bathroom, hallway, outside */
	double stay;
} habits[] = {
    {0.0, {0, 2, 90, 8, 0, 0}, 2400},
    {6.5, {10, 35, 20, 30, 5, 0}, 240},
    {8.5, {25, 15, 3, 5, 2, 50}, 1200},
    {17.0, {38, 42, 6, 6, 3, 5}, 360},
    {19.5, {72, 12, 5, 8, 3, 0}, 600},
    {23.0, {4, 2, 86, 8, 0, 0}, 1500},
};

static const struct habit cat = {0, {30, 25, 20, 5, 20, 0}, 80};

static const struct habit *
habit_at(double hour)
{
	const struct habit *found = &habits[0];

	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		if (hour >= habits[i].from)
			found = &habits[i];
	}
	return found;
}

static const struct habit *
habit_of(const struct sim_house *h, const struct sim_person *p)
{
	return p->cat ? &cat : habit_at(simulator_house_hour(h));
}

static int
choose(struct sim_house *h, const struct habit *habit)
{
	double at = simulator_house_between(h, 0, 100);

	for (int i = 0; i < PLACES; i++) {
		at -= habit->weight[i];
		if (at < 0)
			return i;
	}
	return SIM_LIVING_ROOM;
}

/* Nobody bathes for hours, wherever else they stay long. */
static double
stay(struct sim_house *h, const struct sim_person *p)
{
	double mean = habit_of(h, p)->stay;

	if (p->room == SIM_BATHROOM || p->room == SIM_HALLWAY)
		mean = fmin(mean, 240);
	return mean * simulator_house_between(h, 0.4, 1.6);
}

static void
see(struct sim_house *h, int room)
{
	struct sim_device *d = simulator_house_in(h, room, SIM_MOTION);

	if (d == NULL)
		return;
	d->active_left = CALM;
	if (!d->active) {
		d->active = true;
		d->changed = true;
	}
}

static void
set_contact(struct sim_house *h, int room, bool closed)
{
	struct sim_device *d = simulator_house_in(h, room, SIM_CONTACT);

	if (d == NULL || d->active == closed)
		return;
	d->active = closed;
	d->changed = true;
}

static void
set_lock(struct sim_house *h, bool locked)
{
	struct sim_device *d = simulator_house_in(h, SIM_HALLWAY, SIM_LOCK);

	d->changed = d->changed || d->locked != locked;
	d->locked = locked;
}

/* By hand, in the rooms where people do it themselves: bathroom and bedroom. */
static void
switch_lamp(struct sim_house *h, int room, bool on)
{
	static const enum sim_kind kinds[] = {SIM_LIGHT_ONOFF, SIM_LIGHT_DIMMABLE};

	if (room != SIM_BATHROOM && room != SIM_BEDROOM)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct sim_device *d = simulator_house_in(h, room, kinds[i]);

		if (d == NULL || d->on == on)
			continue;
		d->on = on;
		d->changed = true;
	}
}

static bool
asleep(const struct sim_house *h, const struct sim_person *p)
{
	double hour = simulator_house_hour(h);

	return !p->cat && p->room == SIM_BEDROOM && (hour >= 23 || hour < 6.5);
}

static void
open_front_door(struct sim_house *h)
{
	set_lock(h, false);
	set_contact(h, SIM_HALLWAY, false);
	h->door_left = 6;
	see(h, SIM_HALLWAY);
}

static void
enter(struct sim_house *h, struct sim_person *p, int room)
{
	int before = p->room;

	if (!p->cat && (before == SIM_OUTSIDE || room == SIM_OUTSIDE))
		open_front_door(h);
	p->room = room;
	if (room < SIM_ROOM__MAX)
		see(h, room);
	if (p->cat)
		return;
	if (room < SIM_ROOM__MAX && h->rooms[room].light < 60)
		switch_lamp(h, room, !asleep(h, p));
	if (before < SIM_ROOM__MAX && h->rooms[before].people <= 1)
		switch_lamp(h, before, false);
}

/* From one room to another leads through the hallway. */
static void
move(struct sim_house *h, struct sim_person *p)
{
	if (p->room == p->goal)
		p->goal = choose(h, habit_of(h, p));
	if (p->room == p->goal) {
		p->left = stay(h, p);
		return;
	}
	if (p->room == SIM_HALLWAY || p->goal == SIM_HALLWAY) {
		enter(h, p, p->goal);
		p->left = stay(h, p);
		return;
	}
	enter(h, p, SIM_HALLWAY);
	p->left = simulator_house_between(h, 3, 8);
}

/* Fresh air in the morning, for a quarter of an hour. */
static void
step_window(struct sim_house *h)
{
	double hour = simulator_house_hour(h);

	set_contact(h, SIM_BEDROOM, !(hour >= 7.25 && hour < 7.5));
}

static void
step_door(struct sim_house *h, double dt)
{
	bool closing = h->door_left > 0 && h->door_left <= dt;

	h->door_left = fmax(0, h->door_left - dt);
	if (!closing)
		return;
	set_contact(h, SIM_HALLWAY, true);
	set_lock(h, true);
}

static void
count(struct sim_house *h)
{
	for (int i = 0; i < SIM_ROOM__MAX; i++)
		h->rooms[i].people = 0;
	for (int i = 0; i < SIM_PEOPLE; i++) {
		const struct sim_person *p = &h->people[i];

		if (p->room < SIM_ROOM__MAX && !p->cat && !asleep(h, p))
			h->rooms[p->room].people++;
	}
}

void
simulator_people_init(struct sim_house *h)
{
	for (int i = 0; i < SIM_PEOPLE; i++) {
		struct sim_person *p = &h->people[i];

		p->cat = i == SIM_PEOPLE - 1;
		p->room = p->goal = choose(h, habit_of(h, p));
		p->left = simulator_house_between(h, 5, p->cat ? 20 : 60);
	}
	count(h);
}

void
simulator_people_leave(struct sim_house *h)
{
	for (int i = 0; i < SIM_PEOPLE; i++) {
		h->people[i].room = h->people[i].goal = SIM_OUTSIDE;
		h->people[i].left = INFINITY;
	}
	count(h);
}

void
simulator_people_step(struct sim_house *h, double dt)
{
	step_door(h, dt);
	step_window(h);
	for (int i = 0; i < SIM_PEOPLE; i++) {
		struct sim_person *p = &h->people[i];

		p->left -= dt;
		if (p->left <= 0)
			move(h, p);
		else if (p->room < SIM_ROOM__MAX && !asleep(h, p) &&
			 simulator_house_chance(h, dt, p->cat ? 60 : 25))
			see(h, p->room);
	}
	count(h);
}
