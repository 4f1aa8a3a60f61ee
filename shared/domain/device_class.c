/* SPDX-License-Identifier: ISC
 *
 * Names of device classes.
 */
#include <ctype.h>
#include <string.h>

#include "shared/domain/device_class.h"

static const struct {
	const char	*id, *name;
} names[] = {
#define X(id, name) { id, name },
#include "shared/domain/device_class.def"
#undef X
};

const char *
device_class_name(const char *device_class, struct mem_arena *a)
{
	char *out, *p;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].id, device_class) == 0)
			return names[i].name;
	out = mem_strdup(a, device_class);
	for (p = out; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	out[0] = (char)toupper((unsigned char)out[0]);
	return out;
}
