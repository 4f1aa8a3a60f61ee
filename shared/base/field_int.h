/* SPDX-License-Identifier: ISC
 *
 * Inside the declared inputs: what the groups of a table say.
 */
#ifndef FIELD_INT_H
#define FIELD_INT_H

#include "shared/base/field.h"

/* Whether as many rows of one_of and some_of are given as there must be. RC_INVALID. */
enum rc field_check_groups(const struct field *table, const struct field_value *values, struct fault *f);

#endif
