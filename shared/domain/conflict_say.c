/* SPDX-License-Identifier: ISC
 *
 * A conflict in words: the names of rules and entities are parts of their own, so that pages can lead to them.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/conflict_int.h"
#include "shared/domain/registry.h"
#include "shared/store/store_entity.h"

static void
add(struct saying *t, struct conflict_part part)
{
	t->parts = mem_grow(t->s->a, t->parts, t->n, t->n + 1, sizeof(*t->parts));
	t->parts[t->n++] = part;
}

/* The plain text that was said since the last name. */
static void
close_text(struct saying *t)
{
	if (t->text.len > 0)
		add(t, (struct conflict_part){ .text = mem_strdup(t->s->a, buf_str(&t->text)) });
	buf_reset(&t->text);
}

void
conflict_say_entity(struct saying *t, const char *id)
{
	struct mem_arena *a = t->s->a;
	const char *name = id;
	struct entity_state e;

	if (store_entity_get(t->s->db, id, a, &e) == RC_OK)
		name = registry_entity_name(&e.entity, a);
	close_text(t);
	add(t, (struct conflict_part){ .text = name, .entity = id });
}

void
conflict_say_rule(struct saying *t, const struct outline *rule)
{
	buf_putc(&t->text, '"');
	close_text(t);
	add(t, (struct conflict_part){ .text = rule->name, .automation = rule->id });
	buf_putc(&t->text, '"');
}

void
conflict_say_effect(struct saying *t, const struct outline_effect *e)
{
	const struct outline_value *v = e->values;
	const char *p;

	buf_puts(&t->text, "to ");
	for (p = e->service->name; *p != '\0'; p++)
		buf_putc(&t->text, *p == '_' ? ' ' : *p);
	if (e->n_values > 0 && v->text != NULL)
		buf_printf(&t->text, " with %.60s", v->text);
	else if (e->n_values > 0 && !isnan(v->number))
		buf_printf(&t->text, " with %s%s%g", v->attribute, v->attribute[0] != '\0' ? " " : "", v->number);
}

void
conflict_say_end(struct saying *t, struct conflict *out)
{
	struct buf all = { 0 };
	size_t i;

	close_text(t);
	for (i = 0; i < t->n; i++)
		buf_puts(&all, t->parts[i].text);
	out->message = buf_keep(&all, t->s->a);
	out->parts = t->parts;
	out->n_parts = t->n;
	buf_free(&t->text);
}
