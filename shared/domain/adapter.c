/* SPDX-License-Identifier: ISC
 *
 * What all device families need of the port.
 */
#include <stdio.h>
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

bool
adapter_announces(const struct adapter_ops *ops, size_t i, const char *prefix, char *out, size_t outlen)
{
	const char *filter;
	size_t k;

	for (k = 0; ops->announces != NULL && k < i && ops->announces[k] != NULL; k++)
		;
	if (ops->announces == NULL || (filter = ops->announces[k]) == NULL)
		return false;
	return (size_t)snprintf(out, outlen, "%s%s", *filter == '~' ? prefix : "", filter + (*filter == '~')) < outlen;
}

struct adapter *
adapter_open(struct adapter **families, const struct adapter_ops *ops)
{
	size_t i;

	for (i = 0; i < ADAPTERS_MAX && adapters[i] != NULL; i++)
		if (adapters[i] == ops) {
			if (families[i] == NULL)
				families[i] = ops->open();
			return families[i];
		}
	return NULL;
}

void
adapter_close_all(struct adapter **families)
{
	size_t i;

	for (i = 0; i < ADAPTERS_MAX && adapters[i] != NULL; i++)
		adapters[i]->close(families[i]);
}

void
adapter_report_clear(struct report *r)
{
	memset(r, 0, offsetof(struct report, attributes));
}

void
adapter_report_put(struct report *r, const char *name, struct js *value)
{
	if (r->n_attributes == REPORT_ATTRIBUTES) {
		js_free(value);
		return;
	}
	r->attributes[r->n_attributes].name = name;
	r->attributes[r->n_attributes++].value = value;
}
