/* SPDX-License-Identifier: ISC
 *
 * What the kinds share in sending commands.
 */
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

enum rc
tasmota_encode_send(struct tasmota_encode *e, const char *command, const char *payload)
{
	if (e->n == OUTGOING_MAX)
		return fault_set(e->f, RC_TOO_LARGE, "data", "too many messages for one command");
	e->out[e->n++] = (struct outgoing){
		.topic = mem_printf(e->a, "%s%s", e->b->device->cmnd, command),
		.payload = mem_strdup(e->a, payload), .len = strlen(payload), .qos = 0,
	};
	return RC_OK;
}

bool
tasmota_encode_service(const struct tasmota_encode *e, const char *service)
{
	return strcmp(e->c->service, service) == 0;
}
