/* SPDX-License-Identifier: ISC
 *
 * Colours in the forms that lamps speak. Pure; the numbers are those that Home Assistant shows for the
 * same light, rounding included.
 */
#ifndef COLOR_H
#define COLOR_H

#include <stdbool.h>

struct color_rgb {
	int	r, g, b;	/* 0..255 */
};
struct color_hs {
	double	h, s;		/* degrees 0..360, percent 0..100 */
};
struct color_xy {
	double	x, y;		/* CIE 1931 */
};

/* By its name of CSS, in any case and with spaces or without; false when there is no such colour. */
bool color_named(const char *name, struct color_rgb *out);
/* Calls fn with each name, for whoever looks for the nearest. */
void color_names(void (*fn)(const char *name, void *arg), void *arg);
/* HSV with full value; 3 decimals. */
struct color_hs color_rgb_to_hs(struct color_rgb c);
struct color_rgb color_hs_to_rgb(struct color_hs c);
struct color_rgb color_hsv_to_rgb(struct color_hs c, double value);	/* value 0..1 */
/*
 * sRGB gamma (IEC 61966-2-1) and the wide-gamut D65 matrix that the makers of Zigbee lamps publish;
 * black is 0, 0. 3 decimals.
 */
struct color_xy color_rgb_to_xy(struct color_rgb c);
struct color_rgb color_xy_to_rgb(struct color_xy c);	/* at full brightness */
struct color_hs color_xy_to_hs(struct color_xy c);
struct color_xy color_hs_to_xy(struct color_hs c);
/* Tanner Helland's fit to the black body, 1000..40000 K. */
struct color_hs color_kelvin_to_hs(double kelvin);
/*
 * Lamps with white channels of their own: the colour that all channels make together, and the channels that
 * make a colour with as much white as it holds. The largest value stays the same. Cold and warm white have the
 * temperatures of the two limits.
 */
struct color_range {
	int	min_kelvin, max_kelvin;
};
struct color_rgb color_rgbw_to_rgb(const double c[4]);
struct color_rgb color_rgbww_to_rgb(const double c[5], struct color_range range);
void color_rgb_to_rgbw(struct color_rgb c, double out[4]);
void color_rgb_to_rgbww(struct color_rgb c, struct color_range range, double out[5]);
/* White alone, of this temperature; brightness 0..255. */
void color_kelvin_to_rgbww(double kelvin, double brightness, struct color_range range, double out[5]);
/* McCamy, "Correlated color temperature as an explicit function of chromaticity coordinates" (1992). */
double color_xy_to_kelvin(struct color_xy c);
/* Reciprocal megakelvin and kelvin, both whole, rounded down; 0 gives 0. */
int color_mired_to_kelvin(double mired);
int color_kelvin_to_mired(double kelvin);

#endif
