/* SPDX-License-Identifier: ISC
 *
 * Which rule a request is about that only looks at it.
 */
#include <string.h>

#include "cgi/rule_body.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/rule_words.h"

struct js *
rule_body_words(const struct js *body)
{
	struct js *out = rule_words_own(body, false);
	const struct js *id = js_get(body, "id"), *rule = js_get(body, "rule");

	if (id != NULL)
		js_set(out, "id", js_ref(id));
	if (js_type(rule) == JS_OBJECT)
		js_set(out, "rule", rule_words_own(rule, false));
	return out;
}

static bool
has_members(const struct request *r)
{
	size_t i;

	for (i = RULE_BODY_NAME; i <= RULE_BODY_MISSED_WITHIN; i++)
		if (r->in[i].set)
			return true;
	return false;
}

enum rc
rule_body_check(struct request *r)
{
	bool members = has_members(r);

	if (r->in[RULE_BODY_RULE].set && members)
		return fault_set(&r->fault, RC_INVALID, "rule", "a rule and members of one exclude each other");
	if (!r->in[RULE_BODY_RULE].set && !members && !r->in[RULE_BODY_ID].set)
		return fault_set(&r->fault, RC_INVALID, "rule", "a rule or the id of one is needed");
	return RC_OK;
}

static struct js *
of_members(const struct request *r)
{
	struct js *out = js_new_object();
	const struct js *v;
	size_t i;

	for (i = RULE_BODY_NAME; i <= RULE_BODY_MISSED_WITHIN; i++) {
		v = js_get(r->body, r->route->inputs[i].name);
		if (r->in[i].set && v != NULL)
			js_set(out, r->route->inputs[i].name, js_ref(v));
	}
	return out;
}

enum rc
rule_body_read(struct request *r, struct js **out)
{
	struct automation rule;
	enum rc rc;

	if (r->in[RULE_BODY_RULE].set || has_members(r)) {
		*out = r->in[RULE_BODY_RULE].set ? js_ref(r->in[RULE_BODY_RULE].js) : of_members(r);
		return RC_OK;
	}
	rc = store_automation_get(r->db, r->in[RULE_BODY_ID].s, r->arena, &rule);
	if (rc != RC_OK)
		return request_missing(r, rc, "id", "automation");
	return js_parse(rule.config, strlen(rule.config), JS_STRICT, out, &r->fault);
}
