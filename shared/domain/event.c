/* SPDX-License-Identifier: ISC
 *
 * Names of the kinds of events, appending, and their JSON form.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/secret.h"
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

/* What a webhook brought is between its caller and the rules: that it was called is all that others see. */
static struct js *
shown_call(const struct js *data)
{
	static const char *const open[] = { "method", "local" };
	struct js *out = js_new_object();
	void *it;
	size_t i;

	for (it = js_iter(data); it != NULL; it = js_iter_next(data, it))
		js_set(out, js_iter_key(it), js_new_string(SECRET_SHOWN));
	for (i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		if (js_get(data, open[i]) != NULL)
			js_set(out, open[i], js_ref(js_get(data, open[i])));
	return out;
}

static const struct {
	int		 kind;
	struct js	*(*shown)(const struct js *data);
} guarded[] = {
	{ EVENT_WEBHOOK, shown_call },
	{ EVENT_MESSAGE, secret_shown },
	{ EVENT_CUSTOM, secret_shown },
	{ EVENT_SCENARIO_RUN, secret_shown },
	{ EVENT_SCENARIO_START, secret_shown },
};

#define GUARDED (sizeof(guarded) / sizeof(guarded[0]))

static size_t
guard_of(const struct store_event *e)
{
	size_t i;

	for (i = 0; i < GUARDED && guarded[i].kind != e->kind; i++)
		;
	return e->data != NULL ? i : GUARDED;
}

bool
event_guarded(const struct store_event *e)
{
	return guard_of(e) < GUARDED;
}

static void
write_guarded(struct jsw *w, const struct store_event *e)
{
	struct js *data = NULL, *shown = NULL;

	if (js_parse(e->data, strlen(e->data), JS_LAX_KEYS, &data, NULL) == RC_OK && js_type(data) == JS_OBJECT)
		shown = guarded[guard_of(e)].shown(data);
	else
		shown = js_new_object();
	jsw_value(w, "data", shown);
	js_free(shown);
	js_free(data);
}

void
event_write(struct jsw *w, const char *key, const struct store_event *e, bool secrets)
{
	jsw_object(w, key);
	jsw_int(w, "id", e->id);
	jsw_time(w, "time", e->time);
	jsw_string(w, "kind", event_kind_name(e->kind));
	jsw_string(w, "subject", e->subject != NULL ? e->subject : e->entity_id);
	if (e->kind == EVENT_STATE_CHANGED)
		write_state_data(w, e);
	else if (!secrets && event_guarded(e))
		write_guarded(w, e);
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
