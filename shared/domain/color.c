/* SPDX-License-Identifier: ISC
 *
 * Conversions between forms of colour.
 */
#include <math.h>

#include "shared/domain/color.h"

static double
round3(double v)
{
	return nearbyint(v * 1000) / 1000;
}

static double
clamp(double v, double lo, double hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

struct color_hs
color_rgb_to_hs(struct color_rgb c)
{
	double r = c.r / 255.0, g = c.g / 255.0, b = c.b / 255.0;
	double max = fmax(r, fmax(g, b)), min = fmin(r, fmin(g, b)), span = max - min, h;

	if (span == 0)
		return (struct color_hs){ 0, 0 };
	if (max == r)
		h = (g - b) / span;
	else if (max == g)
		h = 2 + (b - r) / span;
	else
		h = 4 + (r - g) / span;
	h = h / 6 - floor(h / 6);
	return (struct color_hs){ round3(h * 360), round3(span / max * 100) };
}

/* One channel of HSV to RGB: offset 5 is red, 3 green, 1 blue. */
static int
channel(struct color_hs c, double value, int offset)
{
	double k = fmod(offset + c.h / 60, 6);

	return (int)nearbyint(255 * value * (1 - c.s / 100 * clamp(fmin(k, 4 - k), 0, 1)));
}

struct color_rgb
color_hsv_to_rgb(struct color_hs c, double value)
{
	c.h = fmod(c.h, 360);
	return (struct color_rgb){ channel(c, value, 5), channel(c, value, 3), channel(c, value, 1) };
}

struct color_rgb
color_hs_to_rgb(struct color_hs c)
{
	return color_hsv_to_rgb(c, 1);
}

static double
linear(double v)
{
	return v > 0.04045 ? pow((v + 0.055) / 1.055, 2.4) : v / 12.92;
}

static double
gamma_of(double v)
{
	return v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055;
}

struct color_xy
color_rgb_to_xy(struct color_rgb c)
{
	double r = linear(c.r / 255.0), g = linear(c.g / 255.0), b = linear(c.b / 255.0);
	double x = r * 0.664511 + g * 0.154324 + b * 0.162028;
	double y = r * 0.283881 + g * 0.668433 + b * 0.047685;
	double z = r * 0.000088 + g * 0.072310 + b * 0.986039;

	if (c.r + c.g + c.b == 0)
		return (struct color_xy){ 0, 0 };
	return (struct color_xy){ round3(x / (x + y + z)), round3(y / (x + y + z)) };
}

struct color_rgb
color_xy_to_rgb(struct color_xy c)
{
	double y = c.y == 0 ? 0.00000000001 : c.y, x = c.x / y, z = (1 - c.x - y) / y, max;
	double r = x * 1.656492 - 0.354851 - z * 0.255038;
	double g = -x * 0.707196 + 1.655397 + z * 0.036152;
	double b = x * 0.051713 - 0.121364 + z * 1.011530;

	r = fmax(0, gamma_of(r));
	g = fmax(0, gamma_of(g));
	b = fmax(0, gamma_of(b));
	max = fmax(1, fmax(r, fmax(g, b)));
	return (struct color_rgb){ (int)(r / max * 255), (int)(g / max * 255), (int)(b / max * 255) };
}

struct color_hs
color_xy_to_hs(struct color_xy c)
{
	return color_rgb_to_hs(color_xy_to_rgb(c));
}

struct color_xy
color_hs_to_xy(struct color_hs c)
{
	return color_rgb_to_xy(color_hs_to_rgb(c));
}

struct color_hs
color_kelvin_to_hs(double kelvin)
{
	double t = clamp(kelvin, 1000, 40000) / 100, r, g, b, max;
	struct color_hs out;

	r = t <= 66 ? 255 : 329.698727446 * pow(t - 60, -0.1332047592);
	g = t <= 66 ? 99.4708025861 * log(t) - 161.1195681661 :
	    288.1221695283 * pow(t - 60, -0.0755148492);
	b = t >= 66 ? 255 : t <= 19 ? 0 : 138.5177312231 * log(t - 10) - 305.0447927307;
	r = clamp(r, 0, 255);
	g = clamp(g, 0, 255);
	b = clamp(b, 0, 255);
	max = fmax(r, fmax(g, b));
	/* The hue of the exact channels, not of rounded ones. */
	out.s = round3((max - fmin(r, fmin(g, b))) / max * 100);
	if (out.s == 0)
		return (struct color_hs){ 0, 0 };
	if (max == r)
		out.h = (g - b) / (max - fmin(g, b)) / 6;
	else
		out.h = (4 + (r - g) / (max - fmin(r, g))) / 6;
	out.h = round3((out.h - floor(out.h)) * 360);
	return out;
}

double
color_xy_to_kelvin(struct color_xy c)
{
	double n = (c.x - 0.3320) / (0.1858 - c.y);

	return floor(437 * pow(n, 3) + 3601 * n * n + 6861 * n + 5517);
}

int
color_mired_to_kelvin(double mired)
{
	return mired < 1 ? 0 : (int)floor(1000000 / mired);
}

int
color_kelvin_to_mired(double kelvin)
{
	return kelvin < 1 ? 0 : (int)floor(1000000 / kelvin);
}
