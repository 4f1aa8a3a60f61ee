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

/* Exact channels, 0..255. */
struct exact {
	double	r, g, b;
};

static struct exact
black_body(double kelvin)
{
	double t = clamp(kelvin, 1000, 40000) / 100;
	double r = t <= 66 ? 255 : 329.698727446 * pow(t - 60, -0.1332047592);
	double g = t <= 66 ? 99.4708025861 * log(t) - 161.1195681661 :
	    288.1221695283 * pow(t - 60, -0.0755148492);
	double b = t >= 66 ? 255 : t <= 19 ? 0 : 138.5177312231 * log(t - 10) - 305.0447927307;

	return (struct exact){ clamp(r, 0, 255), clamp(g, 0, 255), clamp(b, 0, 255) };
}

struct color_hs
color_kelvin_to_hs(double kelvin)
{
	struct exact c = black_body(kelvin);
	double r = c.r, g = c.g, b = c.b, max;
	struct color_hs out;

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

static double
largest(const double *v, int n)
{
	double max = 0;
	int i;

	for (i = 0; i < n; i++)
		max = fmax(max, v[i]);
	return max;
}

/* Scales out so that its largest value is `max`, in whole numbers. */
static void
match(double max, double *out, int n)
{
	double most = largest(out, n), factor = most > 0 ? max / most : 0;
	int i;

	for (i = 0; i < n; i++)
		out[i] = nearbyint(out[i] * factor);
}

static struct color_rgb
whole(const double v[3])
{
	return (struct color_rgb){ (int)v[0], (int)v[1], (int)v[2] };
}

struct color_rgb
color_rgbw_to_rgb(const double c[4])
{
	double out[3] = { c[0] + c[3], c[1] + c[3], c[2] + c[3] };

	match(largest(c, 4), out, 3);
	return whole(out);
}

void
color_rgb_to_rgbw(struct color_rgb c, double out[4])
{
	double w = fmin(c.r, fmin(c.g, c.b));

	out[0] = c.r - w;
	out[1] = c.g - w;
	out[2] = c.b - w;
	out[3] = w;
	match(fmax(c.r, fmax(c.g, c.b)), out, 4);
}

/* The white that a share of warm (0..1) makes. */
static struct exact
mix(struct color_range range, double warm)
{
	int cold = color_kelvin_to_mired(range.max_kelvin), hot = color_kelvin_to_mired(range.min_kelvin);

	return black_body(color_mired_to_kelvin(cold + warm * (hot - cold)));
}

struct color_rgb
color_rgbww_to_rgb(const double c[5], struct color_range range)
{
	struct exact white = mix(range, c[3] + c[4] > 0 ? c[4] / (c[3] + c[4]) : 0.5);
	double level = fmax(c[3], c[4]) / 255;
	double out[3] = { c[0] + white.r * level, c[1] + white.g * level, c[2] + white.b * level };

	match(largest(c, 5), out, 3);
	return whole(out);
}

void
color_rgb_to_rgbww(struct color_rgb c, struct color_range range, double out[5])
{
	struct exact white = mix(range, 0.5);
	double level = fmin(c.r / white.r, fmin(c.g / white.g, white.b > 0 ? c.b / white.b : 0));

	out[0] = c.r - white.r * level;
	out[1] = c.g - white.g * level;
	out[2] = c.b - white.b * level;
	out[3] = out[4] = nearbyint(level * 255);
	match(fmax(c.r, fmax(c.g, c.b)), out, 5);
}

void
color_kelvin_to_rgbww(double kelvin, double brightness, struct color_range range, double out[5])
{
	double cold = color_kelvin_to_mired(range.max_kelvin), hot = color_kelvin_to_mired(range.min_kelvin);
	double share = hot > cold ? clamp((hot - color_kelvin_to_mired(kelvin)) / (hot - cold), 0, 1) : 0.5;

	out[0] = out[1] = out[2] = 0;
	out[3] = nearbyint(share * brightness);
	out[4] = nearbyint(brightness - share * brightness);
}
