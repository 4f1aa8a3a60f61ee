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

enum rc
message_object(const struct message *m, const struct js *json, struct fault *f)
{
	struct js *again = NULL;
	enum rc rc = json != NULL ? RC_OK : js_parse(m->payload, m->len, JS_LAX_KEYS, &again, f);

	js_free(again);
	if (rc == RC_OK && js_type(json) != JS_OBJECT)
		rc = fault_set(f, RC_INVALID, NULL, "it is no JSON object");
	return rc;
}
