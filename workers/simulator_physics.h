/* SPDX-License-Identifier: ISC
 *
 * Heat, humidity, light and electricity of the demo house: first-order exchange, no more.
 */
#ifndef SIMULATOR_PHYSICS_H
#define SIMULATOR_PHYSICS_H

#include "workers/simulator_house.h"

/* Rooms in balance with the weather of the hour: where a simulation starts. */
void simulator_physics_init(struct sim_house *h);
/* Lets dt s (at most 60) pass for the rooms and what the devices measure in them. */
void simulator_physics_step(struct sim_house *h, double dt);

#endif
