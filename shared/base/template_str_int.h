/* SPDX-License-Identifier: ISC
 *
 * The methods of strings that have files of their own; template_str.c lists all of them.
 */
#ifndef TEMPLATE_STR_INT_H
#define TEMPLATE_STR_INT_H

#include "shared/base/template_int.h"

/* Where n begins last in h, SIZE_MAX: nowhere. As template_find. */
size_t template_rfind(const char *h, size_t hn, const char *n, size_t nn);

/* a: self and the arguments, as in the list. */
/* ---- template_str_case.c ---- */
struct tv template_str_title(struct run *r, const struct tv *a);
struct tv template_str_swapcase(struct run *r, const struct tv *a);
struct tv template_str_isupper(struct run *r, const struct tv *a);
struct tv template_str_islower(struct run *r, const struct tv *a);
struct tv template_str_isalpha(struct run *r, const struct tv *a);
struct tv template_str_isdigit(struct run *r, const struct tv *a);
struct tv template_str_isalnum(struct run *r, const struct tv *a);
struct tv template_str_isspace(struct run *r, const struct tv *a);
struct tv template_str_isascii(struct run *r, const struct tv *a);
/* ---- template_str_split.c ---- */
struct tv template_str_split(struct run *r, const struct tv *a);
struct tv template_str_rsplit(struct run *r, const struct tv *a);
struct tv template_str_partition(struct run *r, const struct tv *a);
struct tv template_str_rpartition(struct run *r, const struct tv *a);

#endif
