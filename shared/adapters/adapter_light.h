/* SPDX-License-Identifier: ISC
 *
 * Lamps as every family shows them: colour modes, what is remembered of a lamp, and the attributes that
 * Home Assistant makes of it.
 */
#ifndef ADAPTER_LIGHT_H
#define ADAPTER_LIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/domain/adapter.h"

enum adapter_light_mode {
	ADAPTER_LIGHT_UNKNOWN, ADAPTER_LIGHT_ONOFF, ADAPTER_LIGHT_BRIGHTNESS, ADAPTER_LIGHT_COLOR_TEMP,
	ADAPTER_LIGHT_HS, ADAPTER_LIGHT_XY, ADAPTER_LIGHT_RGB, ADAPTER_LIGHT_RGBW, ADAPTER_LIGHT_RGBWW,
	ADAPTER_LIGHT_WHITE, ADAPTER_LIGHT__MAX
};

/* What is remembered of a lamp: reports come in parts, and a lamp that is off shows nothing. */
struct adapter_light {
	bool		known;		/* was filled from the state of the house */
	bool		on;
	int16_t		brightness;	/* 1..255, 0 unknown */
	uint16_t	modes;		/* bit per enum adapter_light_mode it supports */
	uint8_t		mode;		/* enum adapter_light_mode */
	uint8_t		n_color;	/* values in color[] */
	uint16_t	min_kelvin, max_kelvin;	/* of the two whites of a lamp that has them; 0: as usual */
	double		color[5];	/* of mode: kelvin; h, s; x, y; r, g, b, w, w */
};

const char *adapter_light_mode_name(enum adapter_light_mode mode);
enum adapter_light_mode adapter_light_mode_parse(const char *name, size_t len);

/* Fills a lamp from what the house shows: so knows it an engine that just took over. */
void adapter_light_recall(struct adapter_light *l, const struct binding_state *now);
bool adapter_light_supports(const struct adapter_light *l, enum adapter_light_mode mode);
bool adapter_light_dims(const struct adapter_light *l);	/* some mode of it has a brightness */
/* Takes a colour over; false when the mode is not supported. */
bool adapter_light_color(struct adapter_light *l, enum adapter_light_mode mode, const double *v, int n);
/* How many numbers a colour of that mode has. */
int adapter_light_numbers(enum adapter_light_mode mode);
/* Every attribute of a lamp; null what its present mode does not have, and all while it is off. */
void adapter_light_report(const struct adapter_light *l, struct report *r);
/* supported_color_modes and the range of colour temperatures. */
void adapter_light_describe(const struct adapter_light *l, int min_kelvin, int max_kelvin,
    struct js *caps);
/* The colour that data asks for. ADAPTER_LIGHT_UNKNOWN: none. v has room for 5. */
enum adapter_light_mode adapter_light_wanted(const struct js *data, double *v, int *n);

#endif
