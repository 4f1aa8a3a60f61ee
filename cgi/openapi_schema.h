/* SPDX-License-Identifier: ISC
 *
 * The schemas of the OpenAPI document.
 */
#ifndef OPENAPI_SCHEMA_H
#define OPENAPI_SCHEMA_H

#include "cgi/resources.h"
#include "shared/base/field_schema.h"

#define OPENAPI_RULES "#/components/schemas/Rule."	/* where the parts of rules are */

/* {"$ref": the schema of that name}; key as in jsw_object. */
void openapi_reference(struct jsw *w, const char *key, const char *schema);
/* Writes a declared schema under its name. */
void openapi_schema(struct jsw *w, const struct schema *s);
/* The schema of an input. In a body an optional one may be null: that is as if it were not there. */
void openapi_input(struct jsw *w, const char *key, const struct field *f);

#endif
