/* SPDX-License-Identifier: ISC
 *
 * What an undo did, as JSON.
 */
#include "shared/domain/undo.h"

static void
write_item(struct jsw *w, const struct undo_item *i)
{
	const struct command *c = &i->command;

	jsw_object(w, NULL);
	jsw_string(w, "entity_id", i->entity_id);
	jsw_string(w, "result", undo_results[i->result]);
	jsw_string(w, "reason", i->reason);
	if (c->id != 0) {
		jsw_int(w, "id", c->id);
		jsw_string(w, "service", c->service);
		jsw_raw(w, "data", c->data);
		jsw_string(w, "status", command_status_name(c->status));
	} else {
		jsw_null(w, "id");
		jsw_null(w, "service");
		jsw_null(w, "data");
		jsw_null(w, "status");
	}
	jsw_string(w, "detail", c->id != 0 ? c->reason : NULL);
	jsw_end(w);
}

void
undo_write(struct jsw *w, const char *key, const struct undone *u)
{
	size_t i;

	jsw_object(w, key);
	if (u->event != 0)
		jsw_int(w, "event", u->event);
	else
		jsw_null(w, "event");
	jsw_bool(w, "complete", !u->cut);
	jsw_array(w, "results");
	for (i = 0; i < u->n; i++)
		write_item(w, &u->items[i]);
	jsw_end(w);
	jsw_end(w);
}
