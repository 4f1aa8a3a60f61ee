/* SPDX-License-Identifier: ISC
 *
 * /calendars: what people subscribe to or give as a file, and the appointments in it. An address is a secret that is
 * never shown again.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/calendar.h"

#define TEXT_MAX 1000000	/* of a file; a request is not much longer */
#define DAY_MS INT64_C(86400000)

static enum rc
list(struct request *r)
{
	struct calendar *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = store_calendar_list(r->db, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "calendars");
	for (i = 0; i < n; i++)
		calendar_write(w, NULL, &rows[i]);
	request_list_end(r);
	return RC_OK;
}

#define SOURCE_FIELDS(ADDRESS, TEXT) \
	[ADDRESS] = { .name = "address", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1, \
	    .max = CALENDAR_ADDRESS_MAX, \
	    .help = "https://, http:// or webcal://, of iCalendar; it is not shown again" }, \
	[TEXT] = { .name = "text", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1, .max = TEXT_MAX, \
	    .help = "instead of an address: what is in a file (.ics)" }

enum { ADD_NAME, ADD_ADDRESS, ADD_TEXT, ADD_REASON };
enum { EDIT_ID, EDIT_NAME, EDIT_ADDRESS, EDIT_TEXT, EDIT_REASON };
enum { DELETE_ID, DELETE_REASON };

static const struct field add_inputs[] = {
	[ADD_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .min = 1, .max = 128, .help = "as people call it" },
	SOURCE_FIELDS(ADD_ADDRESS, ADD_TEXT),
	[ADD_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static const struct field get_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("calendar"),
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("calendar"),
	[EDIT_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1, .max = 128,
	    .help = "as people call it" },
	SOURCE_FIELDS(EDIT_ADDRESS, EDIT_TEXT),
	[EDIT_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static const struct field delete_inputs[] = {
	[DELETE_ID] = REQUEST_ID_FIELD("calendar"),
	[DELETE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static struct calendar_edit
edit_of(const struct request *r, int name, int address, int text)
{
	return (struct calendar_edit){ .name = request_text(r, name), .address = request_text(r, address),
		.text = request_text(r, text), .len = r->in[text].set ? r->in[text].n : 0 };
}

static enum rc
add(struct request *r)
{
	struct calendar_edit e = edit_of(r, ADD_NAME, ADD_ADDRESS, ADD_TEXT);
	struct calendar c;
	enum rc rc;

	if ((rc = calendar_add(r->tx, r->api->conf, &e, r->arena, &c, &r->fault)) != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/calendars/%s", c.id));
	calendar_write(request_reply(r), NULL, &c);
	return RC_OK;
}

static enum rc
get(struct request *r)
{
	struct calendar c;
	enum rc rc = store_calendar_get(r->db, r->in[EDIT_ID].s, r->arena, &c);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "calendar");
	calendar_write(request_reply(r), NULL, &c);
	return RC_OK;
}

static enum rc
edit(struct request *r)
{
	struct calendar_edit e = edit_of(r, EDIT_NAME, EDIT_ADDRESS, EDIT_TEXT);
	enum rc rc = calendar_change(r->tx, r->api->conf, r->in[EDIT_ID].s, &e, r->arena, &r->fault);

	return rc == RC_OK ? get(r) : rc;
}

static enum rc
delete(struct request *r)
{
	enum rc rc = calendar_delete(r->tx, r->in[DELETE_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static enum rc
ask(struct request *r)
{
	enum rc rc = calendar_ask(r->tx, r->in[EDIT_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? get(r) : rc;
}

enum { EVENTS_ID, EVENTS_FROM, EVENTS_TO, EVENTS_LIMIT };

static const struct field events_inputs[] = {
	[EVENTS_ID] = REQUEST_ID_FIELD("calendar"),
	[EVENTS_FROM] = { .name = "from", .where = FIELD_QUERY, .type = FIELD_TIME, .help = "now when not given" },
	[EVENTS_TO] = { .name = "to", .where = FIELD_QUERY, .type = FIELD_TIME,
	    .help = "30 days after from when not given" },
	[EVENTS_LIMIT] = REQUEST_LIMIT_FIELD,
	{ .name = NULL }
};

static enum rc
events(struct request *r)
{
	int64_t from = r->in[EVENTS_FROM].set ? r->in[EVENTS_FROM].i : r->now_ms;
	int64_t to = r->in[EVENTS_TO].set ? r->in[EVENTS_TO].i : from + 30 * DAY_MS;
	struct calendar_event *rows;
	struct calendar c;
	struct jsw *w;
	size_t n, i;
	enum rc rc = store_calendar_get(r->db, r->in[EVENTS_ID].s, r->arena, &c);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "calendar");
	rc = store_calendar_event_list(r->db, c.id, from, to, request_limit(r, EVENTS_LIMIT), r->arena, &rows, &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "events");
	for (i = 0; i < n; i++)
		calendar_event_write(w, NULL, &rows[i]);
	request_list_end(r);
	return RC_OK;
}

static const struct member calendar_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "entity_id", .type = MEMBER_TEXT, .help = "calendar. and the id" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "source", .type = MEMBER_TEXT, .help = "address or file" },
	{ .name = "events", .type = MEMBER_INT,
	    .help = "appointments that are known, of the last month and the next year" },
	{ .name = "fetched", .type = MEMBER_TIME, .null = true, .help = "when it was read well" },
	{ .name = "next", .type = MEMBER_TIME, .help = "when it is read next" },
	{ .name = "error", .type = MEMBER_TEXT, .null = true, .help = "why it cannot be read" },
	{ .name = NULL }
};

static const struct member event_members[] = {
	{ .name = "uid", .type = MEMBER_TEXT },
	{ .name = "start", .type = MEMBER_TEXT, .help = "RFC 3339; a date when it lasts all day" },
	{ .name = "end", .type = MEMBER_TEXT, .help = "the same; of days the one after the last" },
	{ .name = "all_day", .type = MEMBER_BOOL },
	{ .name = "summary", .type = MEMBER_TEXT, .null = true },
	{ .name = "description", .type = MEMBER_TEXT, .null = true },
	{ .name = "location", .type = MEMBER_TEXT, .null = true },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "calendars", .type = MEMBER_LIST, .of = "Calendar", .help = "all of them" },
	{ .name = NULL }
};

static const struct member event_list_members[] = {
	{ .name = "events", .type = MEMBER_LIST, .of = "CalendarEvent", .help = "in order of their start" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Calendar", calendar_members, NULL },
	{ "CalendarList", list_members, NULL },
	{ "CalendarEvent", event_members, NULL },
	{ "CalendarEventList", event_list_members, NULL },
	{ .name = NULL }
};

#define ALL "/api/v1/calendars"

static const struct route routes[] = {
	{ .method = "GET", .path = ALL, .permission = PERMISSION_READ, .handle = list,
	    .summary = "List calendars", .reply = "CalendarList" },
	{ .method = "POST", .path = ALL, .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = add_inputs, .handle = add, .status = 201, .summary = "Add a calendar by its address or as a file",
	    .reply = "Calendar" },
	{ .method = "GET", .path = ALL "/{id}", .permission = PERMISSION_READ, .inputs = get_inputs, .handle = get,
	    .summary = "Read one calendar", .reply = "Calendar" },
	{ .method = "PATCH", .path = ALL "/{id}", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = edit_inputs, .handle = edit, .summary = "Change a calendar's name, address or file",
	    .reply = "Calendar" },
	{ .method = "DELETE", .path = ALL "/{id}", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = delete_inputs, .handle = delete, .status = 204,
	    .summary = "Remove a calendar with its appointments and its entity" },
	{ .method = "POST", .path = ALL "/{id}/fetch", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = get_inputs, .handle = ask, .status = 202, .summary = "Have a calendar read now",
	    .reply = "Calendar" },
	{ .method = "GET", .path = ALL "/{id}/events", .permission = PERMISSION_READ, .inputs = events_inputs,
	    .handle = events, .summary = "List appointments of a calendar", .reply = "CalendarEventList" },
	{ .method = NULL }
};

const struct resource res_calendar = { "calendars", "Appointments that rules can start by.", routes, schemas };
