/* SPDX-License-Identifier: ISC
 *
 * The JSON Schema of services and their parameters, with what a form has to know of them: x-feature (bits, one of
 * which the entity's supported_features needs), x-need (what a light's colour modes must allow), x-options, x-low,
 * x-high (the capabilities that list or narrow what may be given).
 */
#ifndef SERVICE_SCHEMA_H
#define SERVICE_SCHEMA_H

#include "shared/base/field_schema.h"

/* All names, such as "light.turn_on"; "homeassistant" stands for each entity's own domain. */
void service_schema_names(const struct field_schema *s, const char *key);
/* For an object with "action" and "data": that the data are those of the action. A member of the open object. */
void service_schema_choice(const struct field_schema *s);
/* service_data.light.turn_on and the like, with `prefix` before, as members of the open object. */
void service_schema_data(const struct field_schema *s, const char *prefix);

#endif
