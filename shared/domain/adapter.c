/* SPDX-License-Identifier: ISC
 *
 * Finding a device family.
 */
#include <string.h>

#include "shared/domain/adapter.h"

const struct adapter_ops *
adapter_find(const char *name)
{
	size_t i;

	for (i = 0; adapters[i] != NULL; i++)
		if (strcmp(adapters[i]->name, name) == 0)
			return adapters[i];
	return NULL;
}
