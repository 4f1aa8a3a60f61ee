/* SPDX-License-Identifier: ISC
 *
 * Action "action": a service on some entities, {"action": "light.turn_on", "target": {"entity_id": ...}}.
 */
#include <string.h>

#include "shared/domain/action.h"
#include "shared/domain/service.h"

struct command_action {
	const char	*domain;	/* "homeassistant" stands for each entity's own */
	const char	*service;	/* without the domain */
	const struct js	*data;		/* object or NULL, of the automation's config */
};

enum { F_ACTION, F_TARGET, F_DATA, F_ENTITY };

static const struct field fields[] = {
	[F_ACTION] = { "action", FIELD_BODY, FIELD_TEXT, true, 3, 64, NULL, "service: domain.name" },
	[F_TARGET] = { "target", FIELD_BODY, FIELD_OBJECT, false, 0, 0, NULL, "{\"entity_id\": id or list}" },
	[F_DATA] = { "data", FIELD_BODY, FIELD_OBJECT, false, 0, 0, NULL, "what the service is told" },
	[F_ENTITY] = { "entity_id", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "short for target.entity_id" },
	{ 0 },
};

/* "homeassistant" offers what every switchable thing has. */
static bool
known(const struct command_action *s)
{
	const char *domain = strcmp(s->domain, "homeassistant") == 0 ? "switch" : s->domain;

	return service_find(domain, s->service) != NULL;
}

static bool
fits(const struct command_action *s, const char *entity_id)
{
	size_t n = strlen(s->domain);

	return strcmp(s->domain, "homeassistant") == 0 ||
	    (strncmp(entity_id, s->domain, n) == 0 && entity_id[n] == '.');
}

static enum rc
check(const struct command_action *s, const struct rule_entities *who, struct fault *f)
{
	size_t i;

	if (!known(s))
		return fault_set(f, RC_INVALID, "action", "there is no service %s.%s", s->domain,
		    s->service);
	for (i = 0; i < who->n; i++)
		if (!fits(s, who->ids[i]))
			return fault_set(f, RC_INVALID, "target", "%s is no %s", who->ids[i],
			    s->domain);
	return RC_OK;
}

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct action *c, struct fault *f)
{
	struct command_action *s = mem_zalloc(a, sizeof(*s));
	const struct js *who = v[F_ENTITY].js;
	const char *dot = strchr(v[F_ACTION].s, '.');
	enum rc rc;

	if (dot == NULL || dot == v[F_ACTION].s || dot[1] == '\0')
		return fault_set(f, RC_INVALID, "action", "must be a service such as light.turn_on");
	if (v[F_TARGET].set) {
		who = js_get(v[F_TARGET].js, "entity_id");
		if (js_size(v[F_TARGET].js) != 1)
			return fault_set(f, RC_INVALID, "target", "must hold entity_id and nothing else");
	}
	if (who == NULL)
		return fault_set(f, RC_INVALID, "target", "must name an entity_id");
	if ((rc = rule_entities(who, a, &c->entities, f)) != RC_OK)
		return rc;
	s->domain = mem_strndup(a, v[F_ACTION].s, (size_t)(dot - v[F_ACTION].s));
	s->service = mem_strdup(a, dot + 1);
	if (v[F_DATA].set)
		s->data = v[F_DATA].js;
	c->data = s;
	return check(s, &c->entities, f);
}

static enum rc
command_one(const struct command_action *s, const char *id, struct action_context *x)
{
	struct live *l = house_find_id(x->house, id);

	if (l == NULL)
		return fault_set(&x->fault, RC_NOT_FOUND, id, "does not exist");
	if (strcmp(s->domain, "homeassistant") != 0 && strcmp(s->domain, l->domain) != 0)
		return fault_set(&x->fault, RC_INVALID, id, "is no %s", s->domain);
	return x->command(x->arg, l, s->service, s->data, &x->fault);
}

/* Every entity is tried; the first failure is remembered and ends the run afterwards. */
static enum action_result
run(const struct action *c, struct action_context *x)
{
	struct fault first = { 0 };
	size_t i;

	for (i = 0; i < c->entities.n; i++) {
		if (command_one(c->data, c->entities.ids[i], x) != RC_OK && first.rc == RC_OK)
			first = x->fault;
	}
	x->fault = first;
	return first.rc == RC_OK ? ACTION_NEXT : ACTION_FAILED;
}

const struct action_ops action_command = { "action", fields, compile, run };
