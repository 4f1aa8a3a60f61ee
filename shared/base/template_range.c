/* SPDX-License-Identifier: ISC
 *
 * Numbers brought from one range into another, and angles of points: wrap, remap, atan2, as Home Assistant has them.
 */
#include <math.h>

#include "shared/base/template_int.h"

static bool
reals(struct run *r, const struct tv *a, size_t n, double *out)
{
	enum tnum got;
	size_t i;

	for (i = 0; i < n; i++) {
		if ((got = template_to_real(r, a[i], &out[i])) == TNUM_OK)
			continue;
		if (got == TNUM_BAD)
			template_type_error(r, a[i], "is no number");
		return false;
	}
	return true;
}

static double
wrapped(double v, double low, double high)
{
	double size = high - low, rest = fmod(v - low, size);

	return low + (rest != 0 && (rest < 0) != (size < 0) ? rest + size : rest);
}

/* wrap(value, min_value, max_value): max_value itself is min_value again */
static struct tv
range_wrap(struct run *r, const struct tv *a)
{
	double d[3];

	if (!reals(r, a, 3, d))
		return tv_make(TV_RAISED);
	return tv_real(d[1] == d[2] ? d[1] : wrapped(d[0], d[1], d[2]));
}

/* There and back again, as between two mirrors. */
static double
mirrored(double v, double low, double high)
{
	double size = high - low, offset = v - low, times = floor(offset / size), at = offset - times * size;

	return low + (fmod(times, 2) != 0 ? size - at : at);
}

/* What becomes of a value beyond the range; false: there is no such way. */
static bool
at_edges(struct tv way, double d[5])
{
	struct tname name = {way.u.s, way.len};

	if (way.type == TV_ABSENT)
		return true;
	if (way.type != TV_STRING)
		return false;
	if (tname_is(name, "clamp"))
		d[0] = fmax(fmin(d[0], fmax(d[1], d[2])), fmin(d[1], d[2]));
	else if (tname_is(name, "wrap"))
		d[0] = wrapped(d[0], d[1], d[2]);
	else if (tname_is(name, "mirror"))
		d[0] = mirrored(d[0], d[1], d[2]);
	else
		return tname_is(name, "none");
	return true;
}

/* remap(value, in_min, in_max, out_min, out_max, steps=0, edges="none") */
static struct tv
range_remap(struct run *r, const struct tv *a)
{
	double d[5], share;
	int64_t steps = 0;

	if (!reals(r, a, 5, d) || (a[5].type != TV_ABSENT && !template_arg_int(r, a[5], "steps", &steps)))
		return tv_make(TV_RAISED);
	if (d[1] == d[2])
		return template_error(r, "remap from a range without width");
	if (!at_edges(a[6], d))
		return template_type_error(r, a[6], "is none of none, clamp, wrap, mirror");
	share = (d[0] - d[1]) / (d[2] - d[1]);
	if (steps > 0)
		share = nearbyint(share * (double)steps) / (double)steps;
	else if (d[1] == d[3] && d[2] == d[4])
		return tv_real(d[0]);
	return tv_real(d[3] + share * (d[4] - d[3]));
}

/* Without a default what is no number is an error. */
static struct tv
angle(struct run *r, const struct tv *a, size_t n, struct tv otherwise)
{
	double d[2] = {0, 1};
	enum tnum got = TNUM_OK;
	size_t i;

	for (i = 0; i < n && got == TNUM_OK; i++)
		got = template_to_real(r, a[i], &d[i]);
	if (got == TNUM_OK)
		return tv_real(n == 1 ? atan(d[0]) : atan2(d[0], d[1]));
	if (got == TNUM_RAISED)
		return tv_make(TV_RAISED);
	return otherwise.type != TV_ABSENT ? otherwise : template_type_error(r, a[i - 1], "is no number");
}

static struct tv
range_atan(struct run *r, const struct tv *a)
{
	return angle(r, a, 1, a[1]);
}

static struct tv
range_atan2(struct run *r, const struct tv *a)
{
	return angle(r, a, 2, a[2]);
}

static const struct tbuiltin rows[] = {
	{"atan", "value default", 1, range_atan, NULL},
	{"atan2", "y x default", 2, range_atan2, NULL},
	{"remap", "value in_min in_max out_min out_max steps edges", 5, range_remap, NULL},
	{"wrap", "value min_value max_value", 3, range_wrap, NULL}
};

struct ttable
template_range_filters(void)
{
	return (struct ttable){rows, sizeof(rows) / sizeof(rows[0])};
}
