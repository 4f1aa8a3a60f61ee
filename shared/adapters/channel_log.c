/* SPDX-License-Identifier: ISC
 *
 * The channel log: for houses that have nothing else, and for those who read logs with other programs.
 */
#include <string.h>

#include "shared/adapters/channels.h"
#include "shared/base/log.h"

static enum rc
send(struct sending *s, struct fault *f)
{
	const char *severity = js_get_string(s->payload, "severity"), *title = js_get_string(s->payload, "title");
	const char *message = js_get_string(s->payload, "message"), *status = js_get_string(s->payload, "status");

	(void)f;
	if (severity != NULL && strcmp(severity, "info") != 0)
		log_warn("notice", "%s %s: %s: %s", severity, status, title, message);
	else
		log_info("notice", "info %s: %s: %s", status, title, message);
	return RC_OK;
}

const struct channel_ops channel_log = { send };
