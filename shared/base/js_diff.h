/* SPDX-License-Identifier: ISC
 *
 * What differs between two JSON values, as a list of steps in the manner of RFC 6902.
 */
#ifndef JS_DIFF_H
#define JS_DIFF_H

#include "shared/base/js.h"

/*
 * An array of {"op","path","from","to"}: op is add, remove or replace; path a JSON pointer (RFC 6901) into
 * the value at hand; from what was there, to what is there then (null for what is not). Done in order,
 * the steps make `to` out of `from`. Items of arrays are compared place by place, between what both have
 * in common at the start and at the end. NULL is the absent value: adding it all or removing it all.
 * Empty when the two are equal. The caller owns the array.
 */
struct js *js_diff(const struct js *from, const struct js *to);

#endif
