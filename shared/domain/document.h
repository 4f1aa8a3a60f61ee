/* SPDX-License-Identifier: ISC
 *
 * What people write and name. Automations, scenarios and alert rules are one JSON object each, which is stored as it
 * was given and has an id out of its name for ever. Those, areas, floors, labels and calendars leave a revision and an
 * event with each change.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "shared/domain/change.h"
#include "shared/domain/event.h"
#include "shared/domain/revision.h"

struct document_kind {
	const char		*noun;		/* as people call one: "automation" */
	const char		*prefix;	/* of the subject of its events: "automation." */
	enum event_kind		 event;		/* that tells of a change */
	enum revision_kind	 revision;
	/* Those of document_id alone: what is between the words of an id, and whether no new one may have that id. */
	char			 joint;
	bool			(*taken)(struct db *db, const char *id);
};

/* v as JSON, in the arena. */
const char *document_text(const struct js *v, struct mem_arena *a);
/* The same of what document_read is to read again. RC_TOO_LARGE: it nests too deep for that. */
enum rc document_keep(const struct js *v, struct mem_arena *a, const char **text, struct fault *f);
/* A new object with what the text says; an empty one when the text is damaged. */
struct js *document_read(const char *text);
/* Puts members over it; null takes one away. */
void document_merge(struct js *document, const struct js *members);
/* The same for one that can be disabled: "enabled" is no part of the text, and taken away it is true. */
void document_merge_enabled(struct js *document, const struct js *members, bool *enabled);
/* What a revision keeps of one that can be disabled: its text and whether it is enabled. In the arena. */
const char *document_snapshot(const char *text, bool enabled, struct mem_arena *a);
/* A member of it under its own key, or the JSON that stands for it when it is not there. */
void document_write_member(struct jsw *w, const struct js *document, const char *key, const char *otherwise);
/* A new id out of a name, in the arena. RC_INVALID: the name is too long. */
enum rc document_id(struct db *db, const struct document_kind *k, const char *name, struct mem_arena *a,
    const char **out, struct fault *f);
/* What an event says of a thing that has a name. */
struct document_told {
	const char		*name;
	const struct change	*changed;	/* NULL: no members */
	struct {
		const char	*key, *value;	/* NULL key: nothing */
	}			 more[2];
};

/*
 * The event: {"change"}, and with t (may be NULL) "area_id", as the noun is, "name", what more it says and "changed"
 * as well.
 */
enum rc document_tell(struct tx *tx, const struct document_kind *k, const char *id, const char *change,
    const struct document_told *t, struct mem_arena *a);
/* Revision and event of an edit; its kind is k's. */
enum rc document_edited(struct tx *tx, const struct document_kind *k, const struct revision_edit *e,
    const struct document_told *t, struct mem_arena *a, struct fault *f);
/* The same for one whose event tells the change alone. before, after: snapshots, NULL for none. */
enum rc document_changed(struct tx *tx, const struct document_kind *k, const char *id, const char *before,
    const char *after, struct mem_arena *a, struct fault *f);

/* rc itself, with words for people when there is no such thing. */
enum rc document_found(const struct document_kind *k, enum rc rc, struct fault *f);
/* rc itself, with words for people when it is a failure. */
enum rc document_stored(const struct document_kind *k, enum rc rc, struct fault *f);

#endif
