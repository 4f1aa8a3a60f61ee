/* SPDX-License-Identifier: ISC
 *
 * The JSON Schema of rules, out of the tables of their parts and of the services. It decides less than saving does
 * (whether an entity exists, whether a template can be compiled), but what it refuses saving refuses too.
 */
#ifndef RULE_SCHEMA_H
#define RULE_SCHEMA_H

#include "shared/base/field_schema.h"

/*
 * The schemas of the parts under their names, each with `prefix` before it, as members of the object that is open:
 * trigger, trigger_state, ..., condition, action, duration, service_data.light.turn_on, ...; s->at is how others are
 * referred to.
 */
void rule_schema_parts(const struct field_schema *s, const char *prefix);
/* A whole document (draft 2020-12) for an automation. */
void rule_schema_write(struct buf *out);

#endif
