/* SPDX-License-Identifier: ISC
 *
 * Events: the names of the kinds, appending, and the one JSON form that REST, WebSocket and the command
 * line show.
 */
#ifndef EVENT_H
#define EVENT_H

#include "shared/base/js.h"
#include "shared/store/store_event.h"

enum event_kind {
#define X(id, number, name) EVENT_##id = number,
#include "shared/domain/event.def"
#undef X
};

const char *event_kind_name(int kind);		/* "unknown" for a number nobody knows */
int event_kind_parse(const char *name);		/* 0 for an unknown name */

/*
 * The last event that asked an engine to do something and was done. Written together with what was done, so
 * that after a crash the next engine does what is left, and nothing twice.
 */
enum rc event_served(struct tx *tx, int64_t event);
int64_t event_served_last(struct db *db);	/* 0: none yet */

/* Appends an event about `subject` with actor and cause of tx; data is JSON or NULL. id may be NULL. */
enum rc event_append(struct tx *tx, enum event_kind kind, int64_t entity, const char *subject,
    const char *data, int64_t *id);

/*
 * {"id","time","kind","subject","data","cause","actor"}. A state change's subject is the entity id and its
 * data {"entity_id","old_state","new_state", and what the row's data holds: "attributes", ...}.
 * secrets: for somebody who may see what is secret in it (secret.h).
 */
void event_write(struct jsw *w, const char *key, const struct store_event *e, bool secrets);
/* Whether what is secret may be in it: whether event_write makes a difference. */
bool event_guarded(const struct store_event *e);

#endif
