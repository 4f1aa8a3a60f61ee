/* SPDX-License-Identifier: ISC
 *
 * Inside the services: short forms for the rows of a domain's table. Each table is `service_<domain>`,
 * ends with an empty row, and has its line in services.c; beside it `reversal_<domain>` says what brings an
 * entity of that domain back.
 */
#ifndef SERVICE_INT_H
#define SERVICE_INT_H

#include "shared/domain/reversal.h"
#include "shared/domain/service.h"

/* Beginnings of a parameter's row. */
#define NUMBER(n, t, lo, hi) .name = n, .type = t, .min = lo, .max = hi
#define TEXT(n, hi) .name = n, .type = SERVICE_TEXT, .max = hi

/* Beginning of a field of a way back: the parameter, and the attribute that it was. */
#define WAS(n, a) .name = n, .attribute = a

/* The rows turn_on, turn_off and toggle. */
#define ON_OFF(d, on_fields, off_fields, fn) \
	{ .domain = d, .name = "turn_on", .fields = on_fields, .expect = { "on" }, .resolve = fn }, \
	{ .domain = d, .name = "turn_off", .fields = off_fields, .expect = { "off" } }, \
	{ .domain = d, .name = "toggle", .fields = on_fields, .once = true, .when = { "on" }, \
	    .then = "turn_off", .otherwise = "turn_on" }

/* service_light.c: whether a lamp's colour modes allow what a parameter needs. */
bool service_light_can(const struct js *caps, enum service_need need);

#endif
