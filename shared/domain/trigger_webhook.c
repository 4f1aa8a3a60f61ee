/* SPDX-License-Identifier: ISC
 *
 * Trigger "webhook": something outside calls the house at an address that only it knows.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"
#include "shared/domain/webhook.h"

enum { F_WEBHOOK, F_LOCAL };

static const struct field fields[] = {
	[F_WEBHOOK] = { RULE_TEXT("webhook_id", 1, 128, "the secret end of its address, /api/v1/webhooks/{id}"),
	    .required = true },
	[F_LOCAL] = { .name = "local_only", .type = FIELD_BOOL,
	    .help = "false: also from outside of TRUSTED_NETWORKS" },
	TRIGGER_COMMON_FIELDS,
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
	ids[0] = mem_printf(a, RULE_WEBHOOK "%s", s);
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

const struct trigger_ops trigger_webhook = {
	.name = "webhook", .title = "A call from outside", .help = "when something calls the house at a secret address",
	.fields = fields, .compile = compile, .judge = judge
};
