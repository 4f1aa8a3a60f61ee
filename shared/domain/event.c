/* SPDX-License-Identifier: ISC
 *
 * Names of the kinds of events, appending, and their JSON form.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/store/store_cursor.h"

static const struct {
	int		 number;
	const char	*name;
} kinds[] = {
#define X(id, number, name) { number, name },
#include "shared/domain/event.def"
#undef X
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A number that stands for two kinds does not compile. */
const char *
event_kind_name(int kind)
{
	switch (kind) {
#define X(id, number, name) case number: return name;
#include "shared/domain/event.def"
#undef X
	default:
		return "unknown";
	}
}

int
event_kind_parse(const char *name)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].number;
	return 0;
}

enum rc
event_append(struct tx *tx, enum event_kind kind, int64_t entity, const char *subject,
    const char *data, int64_t *id)
{
	struct store_event e = {
		.kind = (int)kind, .entity = entity, .subject = subject, .cause = tx->cause,
		.actor = tx->actor, .data = data,
	};
	int64_t mine;

	return store_event_append(tx, &e, id != NULL ? id : &mine);
}

/* The members of a stored JSON object text, without its braces: "" for an empty one. */
static void
write_state_data(struct jsw *w, const struct store_event *e)
{
	size_t n = e->data == NULL ? 0 : strlen(e->data);

	jsw_object(w, "data");
	jsw_string(w, "entity_id", e->entity_id);
	jsw_string(w, "old_state", e->prior);
	jsw_string(w, "new_state", e->state);
	if (n > 2) {
		buf_putc(w->b, ',');
		buf_put(w->b, e->data + 1, n - 2);
	}
	jsw_end(w);
}

void
event_write(struct jsw *w, const char *key, const struct store_event *e)
{
	jsw_object(w, key);
	jsw_int(w, "id", e->id);
	jsw_time(w, "time", e->time);
	jsw_string(w, "kind", event_kind_name(e->kind));
	jsw_string(w, "subject", e->subject != NULL ? e->subject : e->entity_id);
	if (e->kind == EVENT_STATE_CHANGED)
		write_state_data(w, e);
	else if (e->data != NULL)
		jsw_raw(w, "data", e->data);
	else {
		jsw_object(w, "data");
		jsw_end(w);
	}
	if (e->cause != 0)
		jsw_int(w, "cause", e->cause);
	else
		jsw_null(w, "cause");
	jsw_string(w, "actor", e->actor);
	jsw_end(w);
}

#define SERVED "engine"		/* name of the cursor */

enum rc
event_served(struct tx *tx, int64_t event)
{
	return store_cursor_put(tx, SERVED, event);
}

int64_t
event_served_last(struct db *db)
{
	return store_cursor_get(db, SERVED);
}
