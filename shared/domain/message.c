/* SPDX-License-Identifier: ISC
 *
 * Messages: the payload as JSON, parsed for the first who asks.
 */
#include "shared/domain/message.h"

const struct js *
message_json(struct message *m)
{
	if (!m->json_tried) {
		m->json_tried = true;
		js_parse(m->payload, m->len, JS_LAX_KEYS, &m->json, NULL);
	}
	return m->json;
}
