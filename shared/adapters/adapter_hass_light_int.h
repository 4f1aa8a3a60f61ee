/* SPDX-License-Identifier: ISC
 *
 * What the schemas of light have in common.
 */
#ifndef ADAPTER_HASS_LIGHT_INT_H
#define ADAPTER_HASS_LIGHT_INT_H

#include "shared/adapters/adapter_hass_int.h"
#include "shared/adapters/adapter_light.h"

/* The binding's lamp, filled from the present attributes the first time. */
struct adapter_light *hass_light_of(struct binding *b, const struct binding_state *now);
/*
 * The lamp's two limits of colour temperature out of four keys, for its whites: in kelvin when that was
 * given, else in mireds, else the standard.
 */
void hass_light_range(const struct binding *b, int min_kelvin, int max_mireds, int max_kelvin,
    int min_mireds);
/* Its capabilities: modes, these limits, the key of its effects. */
void hass_light_describe(const struct binding *b, int min_kelvin, int max_mireds, int max_kelvin,
    int min_mireds, int effects, struct js *caps);
/* turn_on and turn_off as they will be shown, for optimistic lamps. */
extern const char *const hass_light_attributes[];	/* what lamps tell, ends with NULL */
enum report_result hass_light_assume(struct hass_encode *e, struct report *r);

#endif
