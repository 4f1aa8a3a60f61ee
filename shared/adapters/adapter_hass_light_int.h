/* SPDX-License-Identifier: ISC
 *
 * What the schemas of light have in common: colour modes, what a lamp shows while it is on, and the
 * attributes made of it.
 */
#ifndef ADAPTER_HASS_LIGHT_INT_H
#define ADAPTER_HASS_LIGHT_INT_H

#include "shared/adapters/adapter_hass_int.h"

enum hass_light_mode {
	HASS_MODE_UNKNOWN, HASS_MODE_ONOFF, HASS_MODE_BRIGHTNESS, HASS_MODE_COLOR_TEMP, HASS_MODE_HS,
	HASS_MODE_XY, HASS_MODE_RGB, HASS_MODE_RGBW, HASS_MODE_RGBWW, HASS_MODE_WHITE,
	HASS_MODE__MAX
};

/* What is remembered of a lamp: reports come in parts, and a lamp that is off shows nothing. */
struct hass_light {
	bool		known;		/* was filled from the state of the house */
	bool		on;
	int16_t		brightness;	/* 1..255, 0 unknown */
	uint16_t	modes;		/* bit per enum hass_light_mode it supports */
	uint8_t		mode;		/* enum hass_light_mode */
	uint8_t		n_color;	/* values in color[] */
	double		color[5];	/* of mode: kelvin; h, s; x, y; r, g, b, w, w */
};

const char *hass_light_mode_name(enum hass_light_mode mode);
enum hass_light_mode hass_light_mode_parse(const char *name, size_t len);

/* The binding's lamp, filled from the present attributes the first time. */
struct hass_light *hass_light_of(struct binding *b, const struct binding_state *now);
bool hass_light_supports(const struct hass_light *l, enum hass_light_mode mode);
bool hass_light_dims(const struct hass_light *l);	/* some mode of it has a brightness */
/* Takes a colour over; false when the mode is not supported. */
bool hass_light_color(struct hass_light *l, enum hass_light_mode mode, const double *v, int n);
/* Every attribute of a lamp, null while it is off. */
void hass_light_report(const struct hass_light *l, struct report *r);
/* A limit of the colour temperature: by a key in kelvin, else by one in mireds, else the standard. */
int hass_light_kelvin(const struct binding *b, int kelvin, int mireds, int standard);
/* supported_color_modes and the range of colour temperatures. */
void hass_light_describe(const struct hass_light *l, int min_kelvin, int max_kelvin, struct js *caps);
/* turn_on and turn_off as they will be shown, for optimistic lamps. */
enum report_result hass_light_assume(struct hass_encode *e, struct report *r);
/* The colour that data asks for. HASS_MODE_UNKNOWN: none. v has room for 5. */
enum hass_light_mode hass_light_wanted(const struct js *data, double *v, int *n);

#endif
