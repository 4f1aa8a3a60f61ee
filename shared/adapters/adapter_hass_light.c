/* SPDX-License-Identifier: ISC
 *
 * What the schemas of light share.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_light_int.h"
#include "shared/domain/color.h"

struct adapter_light *
hass_light_of(struct binding *b, const struct binding_state *now)
{
	struct adapter_light *l = hass_binding_own(b);

	if (!l->known)
		adapter_light_recall(l, now);
	return l;
}

static int
limit_of(const struct binding *b, int kelvin, int mireds, int standard)
{
	if (hass_binding_has(b, kelvin))
		return (int)fmin(1e6, fmax(1, hass_binding_number(b, kelvin)));
	if (hass_binding_has(b, mireds) && hass_binding_number(b, mireds) >= 1)
		return color_mired_to_kelvin(hass_binding_number(b, mireds));
	return standard;
}

void
hass_light_range(const struct binding *b, int min_kelvin, int max_mireds, int max_kelvin,
    int min_mireds)
{
	struct adapter_light *l = hass_binding_own(b);

	l->min_kelvin = (uint16_t)fmin(UINT16_MAX, limit_of(b, min_kelvin, max_mireds, 2000));
	l->max_kelvin = (uint16_t)fmin(UINT16_MAX, limit_of(b, max_kelvin, min_mireds, 6535));
}

void
hass_light_describe(const struct binding *b, int min_kelvin, int max_mireds, int max_kelvin,
    int min_mireds, int effects, struct js *caps)
{
	adapter_light_describe(hass_binding_own(b), limit_of(b, min_kelvin, max_mireds, 2000),
	    limit_of(b, max_kelvin, min_mireds, 6535), caps);
	if (hass_binding_has(b, effects))
		js_set(caps, "effect_list", hass_binding_list(b, effects));
}

const char *const hass_light_attributes[] = { "brightness", "color_mode", "color_temp",
	"color_temp_kelvin", "effect", "hs_color", "rgb_color", "rgbw_color", "rgbww_color", "xy_color", NULL };

enum report_result
hass_light_assume(struct hass_encode *e, struct report *r)
{
	struct adapter_light *l = hass_light_of(e->b, e->now);
	const struct js *brightness = js_get(e->data, "brightness"), *effect;
	const struct js *white = js_get(e->data, "white");
	double v[5];
	int n;
	enum adapter_light_mode mode = adapter_light_wanted(e->data, v, &n);

	if (hass_encode_assume_onoff(e, r) != REPORT_OK)
		return REPORT_NOTHING;
	l->on = strcmp(r->state, "on") == 0;
	if (js_is_number(brightness))
		l->brightness = (int16_t)js_real(brightness, 0);
	if (mode != ADAPTER_LIGHT_UNKNOWN)
		adapter_light_color(l, mode, v, n);
	if (js_is_number(white) && adapter_light_color(l, ADAPTER_LIGHT_WHITE, NULL, 0))
		l->brightness = (int16_t)js_real(white, 0);
	if ((effect = js_get(e->data, "effect")) != NULL)
		adapter_report_put(r, "effect", js_ref(effect));
	adapter_light_report(l, r);
	return REPORT_OK;
}
