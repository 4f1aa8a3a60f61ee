/* SPDX-License-Identifier: ISC
 *
 * Colours by their names.
 */
#include <ctype.h>
#include <string.h>

#include "shared/domain/color.h"

static const struct {
	const char		*name;
	struct color_rgb	 color;
} table[] = {
#define X(name, r, g, b) { #name, { r, g, b } },
#include "shared/domain/color_name.def"
#undef X
};
#define COLORS (sizeof(table) / sizeof(table[0]))

/* a, however it is written, against a name of the table. */
static bool
is_same(const char *a, const char *name)
{
	for (; *a != '\0'; a++) {
		if (*a == ' ')
			continue;
		if (tolower((unsigned char)*a) != *name++)
			return false;
	}
	return *name == '\0';
}

bool
color_named(const char *name, struct color_rgb *out)
{
	size_t i;

	for (i = 0; i < COLORS && !is_same(name, table[i].name); i++)
		;
	if (i < COLORS)
		*out = table[i].color;
	return i < COLORS;
}

void
color_names(void (*fn)(const char *name, void *arg), void *arg)
{
	size_t i;

	for (i = 0; i < COLORS; i++)
		fn(table[i].name, arg);
}
