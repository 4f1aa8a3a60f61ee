/* SPDX-License-Identifier: ISC
 *
 * /events and /explain: everything that happened, and why.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/event.h"
#include "shared/domain/explain.h"
#include "shared/domain/followup.h"

#define ID_MAX 9007199254740991

static const char *const kinds[] = {
#define X(id, number, name) name,
#include "shared/domain/event.def"
#undef X
	NULL
};

static const char *const orders[] = { "oldest", "newest", NULL };
enum { ORDER_OLDEST, ORDER_NEWEST };

enum { LIST_LIMIT, LIST_SINCE, LIST_BEFORE, LIST_ORDER, LIST_KIND, LIST_ENTITY };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_SINCE] = { .name = "since", .where = FIELD_QUERY, .type = FIELD_INT, .min = 0,
	    .max = ID_MAX, .help = "only those after this id; without it the latest ones" },
	[LIST_BEFORE] = { .name = "before", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1,
	    .max = ID_MAX, .help = "only those before this id" },
	[LIST_ORDER] = { .name = "order", .where = FIELD_QUERY, .type = FIELD_CHOICE,
	    .choices = orders, .help = "newest with before, else oldest" },
	[LIST_KIND] = { .name = "kind", .where = FIELD_QUERY, .type = FIELD_CHOICE,
	    .choices = kinds, .help = "only those of this kind" },
	[LIST_ENTITY] = { .name = "entity_id", .where = FIELD_QUERY, .type = FIELD_TEXT,
	    .help = "only those about this entity" },
	{ .name = NULL }
};

static enum rc
find_entity(struct request *r, const char *entity_id, struct entity_state *e)
{
	enum rc rc = store_entity_get(r->db, entity_id, r->arena, e);

	return request_missing(r, rc, "entity_id", "entity");
}

/* Nothing but a limit: the end of the log, to be followed with since=next. */
static bool
wants_tail(const struct request *r)
{
	return !r->in[LIST_SINCE].set && !r->in[LIST_BEFORE].set && !r->in[LIST_ORDER].set;
}

static enum rc
read_filter(struct request *r, struct store_event_filter *f)
{
	struct entity_state e;
	enum rc rc;

	f->limit = request_limit(r, LIST_LIMIT);
	f->since = r->in[LIST_SINCE].i;
	f->before = r->in[LIST_BEFORE].i;
	f->newest_first = r->in[LIST_ORDER].set ? r->in[LIST_ORDER].i == ORDER_NEWEST :
	    r->in[LIST_BEFORE].set || wants_tail(r);
	if (r->in[LIST_KIND].set)
		f->kind = event_kind_parse(r->in[LIST_KIND].s);
	if (!r->in[LIST_ENTITY].set)
		return RC_OK;
	if ((rc = find_entity(r, r->in[LIST_ENTITY].s, &e)) == RC_OK)
		f->entity = e.entity.row;
	return rc;
}

static void
reverse(struct store_event *rows, size_t n)
{
	struct store_event swap;
	size_t i;

	for (i = 0; i < n / 2; i++) {
		swap = rows[i];
		rows[i] = rows[n - 1 - i];
		rows[n - 1 - i] = swap;
	}
}

/* The tail always says where to go on; other lists only when there may be more. */
static void
write_next(struct jsw *w, const struct request *r, const struct store_event *rows, size_t n, int limit)
{
	if (n > 0 && (n == (size_t)limit || wants_tail(r)))
		jsw_int(w, "next", rows[n - 1].id);
	else
		jsw_null(w, "next");
}

static enum rc
command_undoable(const struct request *r, const struct store_event *e, bool *out)
{
	struct js *data = NULL;
	enum rc rc = RC_OK;

	if (e->data != NULL && js_parse(e->data, strlen(e->data), JS_LAX_KEYS, &data, NULL) == RC_OK)
		rc = followup_command(r->db, js_int(js_get(data, "id"), 0), r->arena, out);
	js_free(data);
	return rc;
}

static enum rc
is_undoable(const struct request *r, const struct store_event *e, bool *out)
{
	*out = false;
	if (e->kind == EVENT_COMMAND)
		return command_undoable(r, e, out);
	if (e->kind == EVENT_AUTOMATION_RUN || e->kind == EVENT_SCENARIO_START || e->kind == EVENT_UNDO)
		return followup_undoable(r->db, e->id, r->arena, out);
	return RC_OK;
}

/* The ids of those that are, or led to, something that can be taken back. */
static enum rc
write_undoable(struct jsw *w, const struct request *r, const struct store_event *rows, size_t n)
{
	enum rc rc = RC_OK;
	bool undoable;
	size_t i;

	jsw_array(w, "undoable");
	for (i = 0; i < n && rc == RC_OK; i++)
		if ((rc = is_undoable(r, &rows[i], &undoable)) == RC_OK && undoable)
			jsw_int(w, NULL, rows[i].id);
	jsw_end(w);
	return rc;
}

static enum rc
list(struct request *r)
{
	struct store_event_filter filter = {0};
	struct store_event *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = read_filter(r, &filter)) != RC_OK)
		return rc;
	if ((rc = store_event_list(r->db, &filter, r->arena, &rows, &n)) != RC_OK)
		return rc;
	if (wants_tail(r))
		reverse(rows, n);
	w = request_list(r, "events");
	for (i = 0; i < n; i++)
		event_write(w, NULL, &rows[i], request_manages(r));
	jsw_end(w);
	rc = write_undoable(w, r, rows, n);
	write_next(w, r, rows, n, filter.limit);
	jsw_end(w);
	return rc;
}

static enum rc
list_kinds(struct request *r)
{
	struct jsw *w = request_list(r, "kinds");
	size_t i;

	for (i = 0; kinds[i] != NULL; i++)
		jsw_string(w, NULL, kinds[i]);
	jsw_end(w);
	jsw_end(w);
	return RC_OK;
}

enum { EXPLAIN_ENTITY, EXPLAIN_EVENT };

static const struct field explain_inputs[] = {
	[EXPLAIN_ENTITY] = { .name = "entity_id", .where = FIELD_QUERY, .type = FIELD_TEXT,
	    .help = "why is it as it is" },
	[EXPLAIN_EVENT] = { .name = "event", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1,
	    .max = ID_MAX, .help = "or: why did this event happen" },
	{ .name = NULL }
};

static enum rc
read_explanation(struct request *r, struct explanation *out)
{
	struct entity_state e;
	enum rc rc;

	if (r->in[EXPLAIN_ENTITY].set == r->in[EXPLAIN_EVENT].set) {
		r->malformed = true;
		return fault_set(&r->fault, RC_INVALID, "entity_id", "give either entity_id or event");
	}
	if (r->in[EXPLAIN_EVENT].set) {
		rc = explain_event(r->db, r->in[EXPLAIN_EVENT].i, r->arena, out);
		return request_missing(r, rc, "event", "event");
	}
	if ((rc = find_entity(r, r->in[EXPLAIN_ENTITY].s, &e)) != RC_OK)
		return rc;
	return explain_entity(r->db, &e, r->arena, out);
}

static enum rc
explain(struct request *r)
{
	struct explanation x;
	struct jsw *w;
	size_t i;
	enum rc rc;

	if ((rc = read_explanation(r, &x)) != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_string(w, "text", x.text);
	jsw_array(w, "chain");
	for (i = 0; i < x.n; i++)
		event_write(w, NULL, &x.chain[i], request_manages(r));
	jsw_end(w);
	jsw_end(w);
	return RC_OK;
}

static const struct member event_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "time", .type = MEMBER_TIME },
	{ .name = "kind", .type = MEMBER_TEXT },
	{ .name = "subject", .type = MEMBER_TEXT, .null = true },
	{ .name = "data", .type = MEMBER_OBJECT },
	{ .name = "cause", .type = MEMBER_INT, .null = true, .help = "id of the event that led to it" },
	{ .name = "actor", .type = MEMBER_TEXT, .null = true, .help = "null: the device itself" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "events", .type = MEMBER_LIST, .of = "Event" },
	{ .name = "undoable", .type = MEMBER_INTS,
	    .help = "ids of those of commands, runs and undos that told a device something that has a way back" },
	{ .name = "next", .type = MEMBER_INT, .null = true,
	    .help = "since= of the next page, or before= when the newest come first" },
	{ .name = NULL }
};

static const struct member kinds_members[] = {
	{ .name = "kinds", .type = MEMBER_TEXTS },
	{ .name = NULL }
};

static const struct member explain_members[] = {
	{ .name = "text", .type = MEMBER_TEXT, .help = "plain English" },
	{ .name = "chain", .type = MEMBER_LIST, .of = "Event",
	    .help = "the effect, its cause, the cause of that, ..." },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Event", event_members, NULL },
	{ "EventList", list_members, NULL },
	{ "EventKinds", kinds_members, NULL },
	{ "Explanation", explain_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/events", .permission = PERMISSION_READ,
	    .inputs = list_inputs, .handle = list, .summary = "Read the event log",
	    .reply = "EventList" },
	{ .method = "GET", .path = "/api/v1/events/kinds", .permission = PERMISSION_READ,
	    .handle = list_kinds, .summary = "List every kind of event that there is",
	    .reply = "EventKinds" },
	{ .method = "GET", .path = "/api/v1/explain", .permission = PERMISSION_READ,
	    .inputs = explain_inputs, .handle = explain, .summary = "Ask why something is as it is",
	    .reply = "Explanation" },
	{ .method = NULL }
};

const struct resource res_event = {
	"events", "Everything that happened, and why.", routes, schemas
};
