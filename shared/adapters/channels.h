/* SPDX-License-Identifier: ISC
 *
 * How each channel of shared/domain/channel.def is used.
 */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "shared/base/conf.h"
#include "shared/base/mem.h"
#include "shared/domain/outbox.h"

/* One attempt. */
struct sending {
	const struct delivery	*delivery;
	const struct js		*payload;	/* of it */
	const struct conf	*conf;		/* the channel is ready */
	int64_t			 now_ms;
	struct mem_arena	*a;
	int64_t			 retry_ms;	/* out: when the other side wants to be asked again, or 0 */
};

/* RC_OK: it arrived. RC_REFUSED: it never will. RC_DOWN: it may later. */
struct channel_ops {
	enum rc	(*send)(struct sending *s, struct fault *f);
};
extern const struct channel_ops channel_email;
extern const struct channel_ops channel_slack;
extern const struct channel_ops channel_sms;
extern const struct channel_ops channel_webhook;
extern const struct channel_ops channel_log;
extern const struct channel_ops channel_request;

/* By enum channel. */
extern const struct channel_ops *const channel_list[CHANNEL__ALL];

/* One attempt by whichever channel it names. RC_REFUSED also when there is no such channel or it is not set up. */
enum rc channels_send(struct sending *s, struct fault *f);

#endif
