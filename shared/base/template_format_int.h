/* SPDX-License-Identifier: ISC
 *
 * What the ways of formatting share: how one value is to be written.
 */
#ifndef TEMPLATE_FORMAT_INT_H
#define TEMPLATE_FORMAT_INT_H

#include "shared/base/template_int.h"

struct spec {
	uint32_t fill;
	char	 align;		/* < > = ^, 0: the type's own */
	char	 sign;		/* + - or blank, 0 */
	bool	 alternate;	/* # */
	char	 group;		/* , or _, 0 */
	int	 width;		/* -1: none */
	int	 precision;	/* -1: none */
	char	 type;		/* 0: none */
};

/* A decimal number at *p, -1 when there is none, too large ones cut. */
int template_format_count(const char **p, const char *end);
/* False when it would be too wide, or the run is out of steps. */
bool template_format_check(struct run *r, const struct spec *s);
/* One value, padded. */
void template_format_int(struct buf *b, const struct spec *s, int64_t i);
void template_format_real(struct buf *b, const struct spec *s, double d);
void template_format_text(struct buf *b, const struct spec *s, struct tv v);

#endif
