/* SPDX-License-Identifier: ISC
 *
 * Trigger "webhook": something outside calls the house at an address that only it knows.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"
#include "shared/domain/webhook.h"

enum { F_TRIGGER, F_WEBHOOK, F_LOCAL, F_ID };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "webhook" },
	[F_WEBHOOK] = { "webhook_id", FIELD_BODY, FIELD_TEXT, true, 1, 128, NULL,
	    "the secret end of its address, /api/v1/webhooks/{id}" },
	[F_LOCAL] = { "local_only", FIELD_BODY, FIELD_BOOL, false, 0, 0, NULL,
	    "false: also from outside of TRUSTED_NETWORKS" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const char **ids = mem_alloc(a, sizeof(*ids));
	const char *s = v[F_WEBHOOK].s;

	if (s[strspn(s, WEBHOOK_LETTERS)] != '\0')
		return fault_set(f, RC_INVALID, "webhook_id", "must be letters, digits, - and _");
	if (v[F_LOCAL].set && v[F_LOCAL].i == 0 && strlen(s) < WEBHOOK_SECRET_MIN)
		return fault_set(f, RC_INVALID, "webhook_id",
		    "whoever knows it may call: from outside it must be %d letters or longer, and nobody may guess it",
		    WEBHOOK_SECRET_MIN);
	ids[0] = webhook_subject(s, a);
	t->entities = (struct rule_entities){ ids, 1 };
	t->data = v[F_LOCAL].set && v[F_LOCAL].i == 0 ? "everywhere" : NULL;
	return RC_OK;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	(void)x;
	if (c->event != EVENT_WEBHOOK || (t->data == NULL && !js_bool(js_get(c->data, "local"), false)))
		return TRIGGER_NO;
	return TRIGGER_YES;
}

const struct trigger_ops trigger_webhook = { "webhook", fields, compile, judge, NULL, false };
