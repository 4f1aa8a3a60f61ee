/* SPDX-License-Identifier: ISC
 *
 * The list of channels: one line each.
 */
#include "shared/adapters/channels.h"

const struct channel_ops *const channel_list[CHANNEL__ALL] = {
	[CHANNEL_EMAIL] = &channel_email,
	[CHANNEL_SLACK] = &channel_slack,
	[CHANNEL_SMS] = &channel_sms,
	[CHANNEL_WEBHOOK] = &channel_webhook,
	[CHANNEL_LOG] = &channel_log,
	[CHANNEL_REQUEST] = &channel_request,
};

enum rc
channels_send(struct sending *s, struct fault *f)
{
	enum channel c = channel_parse(s->delivery->channel);
	const char *missing = NULL;

	if (c == CHANNEL__ALL)
		return fault_set(f, RC_REFUSED, NULL, "there is no channel \"%.40s\"", s->delivery->channel);
	if (!channel_ready(c, s->conf, &missing))
		return fault_set(f, RC_REFUSED, NULL, "it is not set up: the configuration has no %s", missing);
	return channel_list[c]->send(s, f);
}
