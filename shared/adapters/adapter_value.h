/* SPDX-License-Identifier: ISC
 *
 * Values between JSON, text and numbers, by the rules of Python, which Home Assistant's names and texts
 * come from.
 */
#ifndef ADAPTER_VALUE_H
#define ADAPTER_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/js.h"
#include "shared/base/mem.h"

#define ADAPTER_STATE_MAX 255	/* bytes of a state, as Home Assistant has it */

/* Scalars as Python prints them. False for lists, objects and null. */
bool adapter_value_text(const struct js *v, struct buf *out);
void adapter_value_real(double v, struct buf *out);
/* A whole text as a finite number, as Python's float() reads it. */
bool adapter_value_number(const char *s, size_t len, double *out);
/* A number, or a text that is one. */
bool adapter_value_numeric(const struct js *v, double *out);
/* "a,b,c" into n numbers. */
bool adapter_value_numbers(const char *s, size_t len, double *out, int n);
/* As Home Assistant reads a boolean option. */
bool adapter_value_bool(const struct js *v, bool *out);
double adapter_value_round(double v);	/* half to even */
int64_t adapter_value_ms(double seconds);	/* 0 to a century */
/* The moment at which something that runs for `seconds` was started; NULL: no such time, or the one that
 * `known` says already, as far as whole seconds tell. */
const char *adapter_value_started(int64_t seconds, int64_t now_ms, const char *known, struct mem_arena *a);

#endif
