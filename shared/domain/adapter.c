/* SPDX-License-Identifier: ISC
 *
 * What all device families share: finding one, and a message's payload as JSON.
 */
#include <string.h>

#include "shared/domain/adapter.h"

const struct js *
message_json(struct message *m)
{
	if (!m->json_tried) {
		m->json_tried = true;
		js_parse(m->payload, m->len, JS_LAX_KEYS, &m->json, NULL);
	}
	return m->json;
}

const struct adapter_ops *
adapter_find(const char *name)
{
	size_t i;

	for (i = 0; adapters[i] != NULL; i++)
		if (strcmp(adapters[i]->name, name) == 0)
			return adapters[i];
	return NULL;
}
