/* SPDX-License-Identifier: ISC
 *
 * Colours of a lamp: what a command may say, as CIE 1931 coordinates.
 */
#ifndef SIMULATOR_COLOR_H
#define SIMULATOR_COLOR_H

#include <stdbool.h>

#include "shared/base/js.h"

/* {x, y}, {h|hue, s|saturation}, {r, g, b} or {hex: "#rrggbb"}. False, x and y untouched, for
 * others. */
bool simulator_color_parse(const struct js *v, double *x, double *y);
/* A point of the Planckian locus (Kim et al. 2002, cubic fit), mired 60..600. */
void simulator_color_from_mired(double mired, double *x, double *y);

#endif
