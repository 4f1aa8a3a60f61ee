/* SPDX-License-Identifier: ISC
 *
 * Two people and a cat who live in the demo house by the time of day: they walk through the
 * hallway, set off motion sensors, open doors and windows and switch a few lamps by hand.
 */
#ifndef SIMULATOR_PEOPLE_H
#define SIMULATOR_PEOPLE_H

#include "workers/simulator_house.h"

void simulator_people_init(struct sim_house *h);
/* Everybody is outside and stays there: nothing happens in the house but what it is told. */
void simulator_people_leave(struct sim_house *h);
/* Lets dt s (at most 60) pass for everybody, and counts who is awake in which room. */
void simulator_people_step(struct sim_house *h, double dt);

#endif
