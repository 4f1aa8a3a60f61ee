/* SPDX-License-Identifier: ISC
 *
 * What the house and its people are told of alerts: rows, events, deliveries.
 */
#include <string.h>

#include "shared/domain/alert_edit.h"
#include "shared/domain/event.h"
#include "workers/engine_alert_int.h"

struct telling {
	struct engine_alert	*al;
	const char		*payload;
};

static void
put_delivery(const char *channel, const char *target, void *arg)
{
	struct telling *t = arg;
	char key[OUTBOX_KEY];
	struct delivery d = outbox_delivery(OUTBOX_ALERT, channel, t->payload, t->al->e->now_ms, key);

	d.actor = t->al->actor;
	d.target = target;
	record_delivery(t->al->e->recorder, &d, t->al->alert_id, t->al->event);
}

const char *
engine_alert_severity(const struct engine_alert *al)
{
	return severities[al->rule->severity];
}

void
engine_alert_tell_house(struct engine_alert *al, const char *status, const char *message, struct late *self,
    struct late *cause)
{
	struct buf subject = { 0 }, data = { 0 };

	alert_event(al->id, al->rule->name, engine_alert_severity(al), status, message, &subject, &data);
	record_event(al->e->recorder, &(struct recorded){ .kind = EVENT_ALERT, .subject = buf_str(&subject),
	    .actor = al->actor, .data = buf_str(&data), .cause = cause, .self = self });
	buf_free(&subject);
	buf_free(&data);
}

void
engine_alert_tell_people(struct engine_alert *al, const char *status, const char *message, const struct js *seen)
{
	struct notice n = { .status = status, .message = message, .severity = engine_alert_severity(al),
		.rule_id = al->id, .values = seen, .time = al->e->now_ms };
	struct buf payload = { 0 }, title = { 0 };
	struct telling t = { .al = al };

	buf_printf(&title, "%s%s", strcmp(status, "cleared") == 0 ? "Over: " : "", al->rule->name);
	n.title = buf_str(&title);
	outbox_notice(&n, &payload);
	t.payload = buf_str(&payload);
	channel_each(al->rule->channels, al->e->core.conf, put_delivery, &t);
	buf_free(&payload);
	buf_free(&title);
}

void
engine_alert_record(struct engine_alert *al, const char *message, const struct js *seen)
{
	struct buf text = { 0 };

	if (message != NULL)
		js_dump(seen, &text);
	al->alert.rule = al->row;
	al->alert.message = message;
	al->alert.seen = message != NULL ? buf_str(&text) : NULL;
	record_alert(al->e->recorder, &al->alert, al->alert_id, al->event);
	buf_free(&text);
}
