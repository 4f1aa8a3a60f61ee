/* SPDX-License-Identifier: ISC
 *
 * The demo house as one value: rooms, devices, people and the time inside it. No I/O happens here.
 */
#ifndef SIMULATOR_HOUSE_H
#define SIMULATOR_HOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "workers/simulator_devices.h"

enum sim_room_id {
	SIM_LIVING_ROOM,
	SIM_KITCHEN,
	SIM_BEDROOM,
	SIM_BATHROOM,
	SIM_HALLWAY,
	SIM_ROOM__MAX,
	SIM_OUTSIDE = SIM_ROOM__MAX /* where people can be, too */
};

#define SIM_DEVICES 21
#define SIM_PEOPLE 3 /* two people and a cat */

struct sim_room {
	double temperature; /* degrees Celsius */
	double humidity;    /* percent */
	double light;	    /* lux */
	double heat;	    /* 0..1, what its radiator gives */
	int people;	    /* awake in it now */
};

struct sim_person {
	bool cat;
	int room;    /* enum sim_room_id */
	int goal;    /* the room it is on the way to; room when it stays */
	double left; /* s until it moves on */
};

struct sim_house {
	struct sim_room rooms[SIM_ROOM__MAX];
	struct sim_device devices[SIM_DEVICES];
	struct sim_person people[SIM_PEOPLE];
	uint64_t random;  /* state of the generator */
	int64_t epoch;	  /* UTC s when the simulation began */
	double time;	  /* s of simulated time since then */
	double outdoor;	  /* degrees Celsius */
	double sun;	  /* 0..1, brightness of the sky */
	double door_left; /* s until the front door closes again */
};

const char *simulator_house_room_name(int room);
void simulator_house_init(struct sim_house *h, uint64_t seed, int64_t utc_s);
/* Lets `seconds` of simulated time pass, in small steps. */
void simulator_house_step(struct sim_house *h, double seconds);
/* NULL when there is none of that name (n bytes). */
struct sim_device *simulator_house_find(struct sim_house *h, const char *name, size_t n);
/* The first device of that kind in that room, or NULL. */
struct sim_device *simulator_house_in(struct sim_house *h, int room, enum sim_kind kind);
/* Hour of the day (0..24, local time of the process) and day of the year (0..365). */
double simulator_house_hour(const struct sim_house *h);
double simulator_house_day(const struct sim_house *h);
/* Uniform in [0, 1), and in [low, high). */
double simulator_house_random(struct sim_house *h);
double simulator_house_between(struct sim_house *h, double low, double high);
/* True with the probability that something which happens every `mean` s happens within dt s. */
bool simulator_house_chance(struct sim_house *h, double dt, double mean);

#endif
