/* SPDX-License-Identifier: ISC
 *
 * What templates of an entity see besides the message or the command: itself, and the rest of the house. Nothing is
 * looked up that the template does not ask for.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

static void
take_name(const char *text, void *arg)
{
	struct hass_self *self = arg;

	strlcpy(self->name, text, sizeof(self->name));
}

/* None for one that is called as its device is. */
static struct template_var
own_name(const struct binding *b, struct hass_self *self)
{
	const struct template_env *house = b->shape->ad->house;

	self->name[0] = '\0';
	if (house != NULL && house->facts != NULL)
		house->facts(house->arg, "own_name", b->entity_id, take_name, self);
	return self->name[0] == '\0' ? template_var_none("name") :
	    template_var_string("name", self->name, strlen(self->name));
}

/* As it was before this message or command. */
static struct template_var
itself(const struct binding *b, struct hass_self *self)
{
	const struct template_env *house = b->shape->ad->house;

	memset(&self->state, 0, sizeof(self->state));
	if (house != NULL && house->state != NULL)
		house->state(house->arg, b->entity_id, &self->state);
	self->state.entity_id = b->entity_id;
	return template_var_state("this", &self->state);
}

void
hass_template_env(const struct binding *b, const struct hass_text *t, int64_t now_ms,
    struct template_var *vars, struct hass_self *self, struct template_env *env)
{
	const struct template_env *house = b->shape->ad->house;

	if (house != NULL)
		*env = *house;
	else
		memset(env, 0, sizeof(*env));
	env->vars = vars;
	env->nvars = 1;
	env->now_ms = now_ms;
	vars[0] = template_var_string("entity_id", b->entity_id, strlen(b->entity_id));
	if (t->name)
		vars[env->nvars++] = own_name(b, self);
	if (t->self)
		vars[env->nvars++] = itself(b, self);
}
