/* SPDX-License-Identifier: ISC
 *
 * JSON Schema (draft 2020-12) out of declared inputs.
 */
#ifndef FIELD_SCHEMA_H
#define FIELD_SCHEMA_H

#include "shared/base/field.h"

/* Where the schemas of shapes stand, such as "#/$defs/". */
struct field_schema {
	struct jsw	*w;
	const char	*at;
};

/* {"$ref": ...} to the schema of a shape; key as in jsw_object. */
void field_schema_reference(const struct field_schema *s, const char *key, const char *shape);
/* One input. In a body an optional one may be null: that is as if it were not there. */
void field_schema_input(const struct field_schema *s, const char *key, const struct field *f);
/* Members of an object that holds the FIELD_BODY rows of a table and nothing else; the object is open. */
void field_schema_object(const struct field_schema *s, const struct field *table);
/* What a shape is; not for those that have neither schema, fields nor of. */
void field_schema_shape(const struct field_schema *s, const char *key, const struct field_shape *shape);

#endif
