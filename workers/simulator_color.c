/* SPDX-License-Identifier: ISC
 *
 * Colour arithmetic of the demo house's lamps.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/simulator_color.h"

/* sRGB to linear light, IEC 61966-2-1. */
static double
linear(double c)
{
	return c > 0.04045 ? pow((c + 0.055) / 1.055, 2.4) : c / 12.92;
}

static bool
from_rgb(double r, double g, double b, double *x, double *y)
{
	double X, Y, Z;

	r = linear(r);
	g = linear(g);
	b = linear(b);
	X = 0.4124 * r + 0.3576 * g + 0.1805 * b;
	Y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
	Z = 0.0193 * r + 0.1192 * g + 0.9505 * b;
	if (!(X + Y + Z > 0))
		return false;
	*x = X / (X + Y + Z);
	*y = Y / (X + Y + Z);
	return true;
}

/* hue in degrees, saturation in percent, full value */
static bool
from_hs(double hue, double saturation, double *x, double *y)
{
	double rgb[3], offset[3] = {5, 3, 1};

	if (!(hue >= 0 && hue <= 360 && saturation >= 0 && saturation <= 100))
		return false;
	for (int i = 0; i < 3; i++) {
		double k = fmod(offset[i] + hue / 60, 6);

		rgb[i] = 1 - saturation / 100 * fmax(0, fmin(fmin(k, 4 - k), 1));
	}
	return from_rgb(rgb[0], rgb[1], rgb[2], x, y);
}

static bool
from_hex(const char *s, double *x, double *y)
{
	char *end;
	unsigned long n;

	if (*s == '#')
		s++;
	if (strlen(s) != 6 || strspn(s, "0123456789abcdefABCDEF") != 6)
		return false;
	n = strtoul(s, &end, 16);
	return from_rgb(
	    (double)(n >> 16) / 255, (double)(n >> 8 & 255) / 255, (double)(n & 255) / 255, x, y);
}

static double
member(const struct js *v, const char *name, const char *other)
{
	const struct js *m = js_get(v, name);

	return js_real(m != NULL ? m : js_get(v, other), NAN);
}

bool
simulator_color_parse(const struct js *v, double *x, double *y)
{
	double a = member(v, "x", "x"), b = member(v, "y", "y");
	const char *hex = js_get_string(v, "hex");

	if (a >= 0 && a <= 1 && b > 0 && b <= 1) {
		*x = a;
		*y = b;
		return true;
	}
	if (hex != NULL)
		return from_hex(hex, x, y);
	a = member(v, "h", "hue");
	b = member(v, "s", "saturation");
	if (!isnan(a) && !isnan(b))
		return from_hs(a, b, x, y);
	return from_rgb(
	    member(v, "r", "r") / 255, member(v, "g", "g") / 255, member(v, "b", "b") / 255, x, y);
}

void
simulator_color_from_mired(double mired, double *x, double *y)
{
	double t = 1e6 / fmin(fmax(mired, 60), 600);
	double u = 1e3 / t;
	double cx = t <= 4000
			? -0.2661239 * u * u * u - 0.2343589 * u * u + 0.8776956 * u + 0.179910
			: -3.0258469 * u * u * u + 2.1070379 * u * u + 0.2226347 * u + 0.240390;
	double cy =
	    t <= 2222
		? -1.1063814 * cx * cx * cx - 1.34811020 * cx * cx + 2.18555832 * cx - 0.20219683
	    : t <= 4000
		? -0.9549476 * cx * cx * cx - 1.37418593 * cx * cx + 2.09137015 * cx - 0.16748867
		: 3.0817580 * cx * cx * cx - 5.87338670 * cx * cx + 3.75112997 * cx - 0.37001483;

	*x = cx;
	*y = cy;
}
