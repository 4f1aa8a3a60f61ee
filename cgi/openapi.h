/* SPDX-License-Identifier: ISC
 *
 * The OpenAPI 3.1 document, generated from the route tables.
 */
#ifndef OPENAPI_H
#define OPENAPI_H

#include "cgi/route.h"
#include "shared/base/buf.h"

void openapi_write(const struct resource *const *list, struct buf *out);

#endif
