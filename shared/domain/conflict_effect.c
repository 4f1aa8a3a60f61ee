/* SPDX-License-Identifier: ISC
 *
 * What an effect makes of its entity, by the table of services.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/conflict_int.h"

#define EXPECTED 4	/* states of a service that show it was done */

bool
conflict_is_open(const struct outline_effect *e)
{
	/* what is not the same each time is sent once: toggle, select_next, increase_speed */
	return e->open || (e->service != NULL && e->service->once &&
	    (e->service->then != NULL || e->service->resolve != NULL));
}

static size_t
expected(const struct service *s)
{
	size_t n = 0;

	while (n < EXPECTED && s->expect[n] != NULL)
		n++;
	return n;
}

static const struct outline_value *
value_of(const struct outline_effect *e, const char *attribute)
{
	size_t i;

	for (i = 0; i < e->n_values; i++)
		if (strcmp(e->values[i].attribute, attribute) == 0)
			return &e->values[i];
	return NULL;
}

static bool
same_value(const struct outline_value *a, const struct outline_value *b)
{
	if ((a->text == NULL) != (b->text == NULL))
		return true;		/* who knows */
	return a->text != NULL ? strcmp(a->text, b->text) == 0 :
	    fabs(a->number - b->number) <= fmax(a->tolerance, b->tolerance);
}

static bool
states_differ(const struct service *a, const struct service *b)
{
	size_t n = expected(a), m = expected(b), i;

	for (i = 0; i < n; i++)
		if (rule_text_in(a->expect[i], b->expect, m))
			return false;
	if (n > 0 && m > 0)
		return true;
	return (a->avoid != NULL && rule_text_in(a->avoid, b->expect, m)) ||
	    (b->avoid != NULL && rule_text_in(b->avoid, a->expect, n));
}

bool
conflict_opposite(const struct outline_effect *a, const struct outline_effect *b)
{
	const struct outline_value *other;
	size_t i;

	if (a->service == NULL || b->service == NULL)
		return false;
	if (states_differ(a->service, b->service))
		return true;
	for (i = 0; i < a->n_values; i++)
		if ((other = value_of(b, a->values[i].attribute)) != NULL && !same_value(&a->values[i], other))
			return true;
	/* who toggles what another sets, or toggles it too */
	return (a->service->then != NULL || b->service->then != NULL) &&
	    (a->service->then != NULL || expected(a->service) > 0) &&
	    (b->service->then != NULL || expected(b->service) > 0);
}

static bool
is_about(const struct outline_trigger *t, const char *id)
{
	return rule_text_in(id, t->about.ids, t->about.n);
}

/* A state that comes about: does the trigger want it, and from another? */
static bool
wants_state(const struct outline_trigger *t, const char *state)
{
	return (t->to == NULL || rule_text_in(state, t->to, t->n_to)) &&
	    !(t->n_from == 1 && strcmp(t->from[0], state) == 0);
}

/* The same of an attribute's value, NULL for one that stays as it is. */
static bool
wants_value(const struct outline_trigger *t, const struct outline_value *v)
{
	double wanted;
	size_t i;

	if (v == NULL)
		return false;
	if (v->text != NULL)
		return wants_state(t, v->text);
	for (i = 0; i < t->n_to; i++)
		if (isnan(v->number) || (rule_number(t->to[i], &wanted) && wanted == v->number))
			return true;
	return t->n_to == 0;
}

static bool
fires_state(const struct outline_effect *e, const struct outline_trigger *t)
{
	const struct outline_value *value = value_of(e, "");
	size_t n = expected(e->service), i;

	if (t->attribute != NULL)
		return wants_value(t, value_of(e, t->attribute));
	if (t->any && e->n_values > 0)
		return true;
	if (value != NULL)
		return value->text != NULL ? wants_state(t, value->text) : true;
	if (e->service->then != NULL)
		return true;
	for (i = 0; i < n; i++)
		if (wants_state(t, e->service->expect[i]))
			return true;
	return e->service->avoid != NULL && !(t->n_to == 1 && strcmp(t->to[0], e->service->avoid) == 0);
}

static bool
fires_number(const struct outline_effect *e, const struct outline_trigger *t)
{
	const struct outline_value *value = value_of(e, t->attribute != NULL ? t->attribute : "");

	if (value == NULL || value->text != NULL)
		return false;
	return isnan(value->number) || (value->number > t->above && value->number < t->below);
}

bool
conflict_fires(const struct outline_effect *e, const struct outline_trigger *t)
{
	if (!is_about(t, e->about))
		return false;
	if (e->service == NULL)
		return t->kind == OUTLINE_ON_EVENT;
	switch (t->kind) {
	case OUTLINE_ON_STATE:
		return fires_state(e, t);
	case OUTLINE_ON_NUMBER:
		return fires_number(e, t);
	default:
		return t->kind == OUTLINE_ON_TEMPLATE;
	}
}
