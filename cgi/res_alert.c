/* SPDX-License-Identifier: ISC
 *
 * /alerts: what is wrong in the house, the rules that say so, and how people are told.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"
#include "shared/domain/outbox.h"

/* ---- alerts ---- */

enum { LIST_LIMIT, LIST_AFTER, LIST_STATUS };

static const char *const statuses[] = { "all", "active", "past", NULL };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_NUMBER_FIELD,
	[LIST_STATUS] = { .name = "status", .where = FIELD_QUERY, .type = FIELD_CHOICE, .choices = statuses,
	    .help = "which; all when not given" },
	{ .name = NULL }
};

static const struct field page_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_NUMBER_FIELD,
	{ .name = NULL }
};

static enum rc
list_some(struct request *r, enum store_alert_which which)
{
	int limit = request_limit(r, LIST_LIMIT);
	struct alert *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc = store_alert_list(r->db, which, r->in[LIST_AFTER].i, limit, r->arena, &rows, &n);

	if (rc != RC_OK)
		return rc;
	w = request_list(r, "alerts");
	for (i = 0; i < n; i++)
		alert_write(w, NULL, &rows[i]);
	request_page_end(r, n, limit, n > 0 ? request_number(r, rows[n - 1].id) : NULL);
	return RC_OK;
}

static enum rc
list(struct request *r)
{
	return list_some(r, r->in[LIST_STATUS].set ? (enum store_alert_which)r->in[LIST_STATUS].i : STORE_ALERT_ALL);
}

static enum rc
list_active(struct request *r)
{
	return list_some(r, STORE_ALERT_ACTIVE);
}

enum { ALERT_ID };

static const struct field alert_inputs[] = {
	[ALERT_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1,
	    .max = 9007199254740991.0, .help = "id of the alert" },
	{ .name = NULL }
};

static enum rc
get(struct request *r)
{
	struct alert al;
	enum rc rc = store_alert_get(r->db, r->in[ALERT_ID].i, r->arena, &al);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "alert");
	alert_write(request_reply(r), NULL, &al);
	return RC_OK;
}

static enum rc
acknowledge(struct request *r)
{
	struct alert al;
	enum rc rc = alert_acknowledge(r->tx, r->in[ALERT_ID].i, r->arena, &al, &r->fault);

	if (rc == RC_OK)
		alert_write(request_reply(r), NULL, &al);
	return rc;
}

/* ---- rules ---- */

enum { RULES_LIMIT, RULES_AFTER };

static const struct field rules_inputs[] = {
	[RULES_LIMIT] = REQUEST_LIMIT_FIELD,
	[RULES_AFTER] = REQUEST_AFTER_FIELD,
	{ .name = NULL }
};

static enum rc
list_rules(struct request *r)
{
	int limit = request_limit(r, RULES_LIMIT);
	struct alert_row *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc = store_alert_rule_list(r->db, request_text(r, RULES_AFTER), limit, r->arena, &rows, &n);

	if (rc != RC_OK)
		return rc;
	w = request_list(r, "rules");
	for (i = 0; i < n; i++)
		alert_write_rule(w, NULL, &rows[i]);
	request_page_end(r, n, limit, n > 0 ? rows[n - 1].id : NULL);
	return RC_OK;
}

enum { ONE_ID, ONE_NAME, ONE_DESCRIPTION, ONE_ENABLED, ONE_SEVERITY, ONE_VARIABLES, ONE_EXPRESSION, ONE_CLEAR,
	ONE_HYSTERESIS, ONE_FOR, ONE_REPEAT, ONE_CHANNELS, ONE_MESSAGE, ONE_REASON };

#define RULE_FIELDS(must) \
	[ONE_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = must, .min = 1, \
	    .max = 128, .help = "as people call it" }, \
	[ONE_DESCRIPTION] = { .name = "description", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 1024, \
	    .help = "what it is for" }, \
	[ONE_ENABLED] = { .name = "enabled", .where = FIELD_BODY, .type = FIELD_BOOL, .help = "false: it waits" }, \
	[ONE_SEVERITY] = { .name = "severity", .where = FIELD_BODY, .type = FIELD_CHOICE, .choices = severities, \
	    .help = "how much it matters; warning when not given" }, \
	[ONE_VARIABLES] = { .name = "variables", .where = FIELD_BODY, .type = FIELD_OBJECT, \
	    .help = "names for the expression: constants, templates, {entity_id, attribute}, {entity_id, aggregate, " \
	    "over} or {entity_id, baseline, days}" }, \
	[ONE_EXPRESSION] = { .name = "expression", .where = FIELD_BODY, .type = FIELD_TEXT, .required = must, \
	    .min = 1, .max = ALERT_EXPRESSION_MAX, .help = "what raises it: usage > baseline * 1.5" }, \
	[ONE_CLEAR] = { .name = "clear_expression", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1, \
	    .max = ALERT_EXPRESSION_MAX, .help = "what ends it; the expression no longer holds when not given" }, \
	[ONE_HYSTERESIS] = { .name = "hysteresis", .where = FIELD_BODY, .type = FIELD_REAL, .max = 100, \
	    .help = "percent that the value has to come back by" }, \
	[ONE_FOR] = { .name = "for", .where = FIELD_BODY, .type = FIELD_ANY, \
	    .help = "how long it has to hold: seconds, HH:MM:SS or units" }, \
	[ONE_REPEAT] = { .name = "repeat", .where = FIELD_BODY, .type = FIELD_ANY, \
	    .help = "how often people are told again until somebody acknowledges; a minute or more" }, \
	[ONE_CHANNELS] = { .name = "channels", .where = FIELD_BODY, .type = FIELD_ARRAY, .max = CHANNELS_MAX, \
	    .help = "names of channels; all that are set up when not given" }, \
	[ONE_MESSAGE] = { .name = "message", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1, \
	    .max = OUTBOX_MESSAGE_MAX, .help = "what people are told: a template; the values when not given" }, \
	[ONE_REASON] = REQUEST_REASON_FIELD

/* The path of the first has no {id}; the slot stays empty. */
static const struct field add_inputs[] = {
	[ONE_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_TEXT },
	RULE_FIELDS(true),
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[ONE_ID] = REQUEST_ID_FIELD("alert rule"),
	RULE_FIELDS(false),
	{ .name = NULL }
};

static const struct field get_inputs[] = {
	[ONE_ID] = REQUEST_ID_FIELD("alert rule"),
	{ .name = NULL }
};

enum { DELETE_ID, DELETE_REASON };

static const struct field delete_inputs[] = {
	[DELETE_ID] = REQUEST_ID_FIELD("alert rule"),
	[DELETE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
get_rule(struct request *r)
{
	struct alert_row rule;
	enum rc rc = store_alert_rule_get(r->db, r->in[ONE_ID].s, r->arena, &rule);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "alert rule");
	alert_write_rule(request_reply(r), NULL, &rule);
	return RC_OK;
}

static enum rc
add_rule(struct request *r)
{
	struct alert_edit e = { r->body };
	struct alert_row rule;
	enum rc rc = alert_edit_add(r->tx, &e, r->arena, &rule, &r->fault);

	if (rc != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/alerts/rules/%s", rule.id));
	alert_write_rule(request_reply(r), NULL, &rule);
	return RC_OK;
}

static enum rc
edit_rule(struct request *r)
{
	struct alert_edit e = { r->body };
	struct alert_row rule;
	enum rc rc = alert_edit_change(r->tx, r->in[ONE_ID].s, &e, r->arena, &rule, &r->fault);

	if (rc == RC_OK)
		alert_write_rule(request_reply(r), NULL, &rule);
	return rc;
}

/* What was saved, with what keeps it silent in the house as it is. */
static enum rc
finish_saving(struct request *r)
{
	const char *problem = NULL;
	struct js *rule = NULL;
	enum rc rc;

	if (r->reply.status >= 400 || r->reply.body->len == 0)
		return RC_OK;
	if ((rc = js_parse(r->reply.body->p, r->reply.body->len, JS_STRICT, &rule, &r->fault)) == RC_OK &&
	    js_bool(js_get(rule, "enabled"), true) && (rc = request_begin(r)) == RC_OK) {
		db_end_read(r->db);
		rc = alert_problem(r->db, js_get_string(rule, "id"), r->now_ms,
		    conf_int(r->api->conf, CONF_RAW_HISTORY_DAYS), r->arena, &problem);
	}
	request_end(r);
	if (rc == RC_OK && problem != NULL) {
		js_set(rule, "problem", js_new_string(problem));
		jsw_value(request_reply_again(r), NULL, rule);
	}
	js_free(rule);
	return rc;
}

static enum rc
delete_rule(struct request *r)
{
	enum rc rc = alert_edit_delete(r->tx, r->in[DELETE_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

/* Whether he may is known; nothing is written. */
static enum rc
try_rule(struct request *r)
{
	(void)r;
	return RC_OK;
}

/* Outside of the write: it reads the whole house, in transactions of its own. */
static enum rc
finish_try(struct request *r)
{
	struct buf text = { 0 };
	enum rc rc;

	if ((rc = request_begin(r)) == RC_OK && (rc = alert_edit_check(r->db, r->body, r->arena, &r->fault)) == RC_OK) {
		/* Reading history takes its own transaction. */
		db_end_read(r->db);
		rc = alert_try(r->db, r->body, r->now_ms, conf_int(r->api->conf, CONF_RAW_HISTORY_DAYS), &text,
		    &r->fault);
	}
	request_end(r);
	if (rc == RC_OK)
		jsw_raw(request_reply(r), NULL, buf_str(&text));
	buf_free(&text);
	return rc;
}

/* ---- channels and deliveries ---- */

static enum rc
channels(struct request *r)
{
	struct jsw *w = request_list(r, "channels");
	int c;

	for (c = 0; c < CHANNEL__MAX; c++)
		outbox_write_channel(w, NULL, (enum channel)c, r->api->conf);
	request_list_end(r);
	return RC_OK;
}

enum { CHANNEL_NAME };

static const struct field channel_inputs[] = {
	[CHANNEL_NAME] = { .name = "name", .where = FIELD_PATH, .type = FIELD_TEXT, .required = true, .min = 1,
	    .max = 32, .help = "name of the channel" },
	{ .name = NULL }
};

static enum rc
test_channel(struct request *r)
{
	enum channel c = channel_parse(r->in[CHANNEL_NAME].s);
	char key[OUTBOX_KEY];
	struct delivery d;
	enum rc rc;

	if (c >= CHANNEL__MAX)
		return request_missing(r, RC_NOT_FOUND, NULL, "channel");
	if ((rc = outbox_test(r->tx, c, &d, key, &r->fault)) == RC_OK)
		outbox_write(request_reply(r), NULL, &d);
	return rc;
}

static enum rc
deliveries(struct request *r)
{
	int limit = request_limit(r, LIST_LIMIT);
	struct delivery *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc = store_outbox_list(r->db, r->in[LIST_AFTER].i, limit, r->arena, &rows, &n);

	if (rc != RC_OK)
		return rc;
	w = request_list(r, "deliveries");
	for (i = 0; i < n; i++)
		outbox_write(w, NULL, &rows[i]);
	request_page_end(r, n, limit, n > 0 ? request_number(r, rows[n - 1].id) : NULL);
	return RC_OK;
}

static enum rc
delivery(struct request *r)
{
	struct delivery d;
	enum rc rc = store_outbox_get(r->db, r->in[ALERT_ID].i, r->arena, &d);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "delivery");
	outbox_write(request_reply(r), NULL, &d);
	return RC_OK;
}

/* ---- what they answer ---- */

static const struct member alert_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "rule_id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "severity", .type = MEMBER_TEXT, .help = "info, warning or critical" },
	{ .name = "message", .type = MEMBER_TEXT, .help = "as last told" },
	{ .name = "values", .type = MEMBER_OBJECT, .help = "what it was decided with" },
	{ .name = "status", .type = MEMBER_TEXT, .help = "active or past" },
	{ .name = "raised", .type = MEMBER_TIME },
	{ .name = "cleared", .type = MEMBER_TIME, .null = true },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true, .help = "why it ended, where it did not by itself" },
	{ .name = "acknowledged", .type = MEMBER_TIME, .null = true },
	{ .name = "acknowledged_by", .type = MEMBER_TEXT, .null = true },
	{ .name = "told", .type = MEMBER_TIME, .help = "when people were told last" },
	{ .name = "repeats", .type = MEMBER_INT, .help = "how often they were told again" },
	{ .name = "event", .type = MEMBER_INT },
	{ .name = NULL }
};

static const struct member alerts_members[] = {
	{ .name = "alerts", .type = MEMBER_LIST, .of = "Alert", .help = "newest first" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member rule_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "enabled", .type = MEMBER_BOOL },
	{ .name = "severity", .type = MEMBER_TEXT },
	{ .name = "description", .type = MEMBER_TEXT, .null = true },
	{ .name = "variables", .type = MEMBER_ANY, .null = true },
	{ .name = "expression", .type = MEMBER_TEXT },
	{ .name = "clear_expression", .type = MEMBER_TEXT, .null = true },
	{ .name = "hysteresis", .type = MEMBER_REAL, .null = true, .help = "percent" },
	{ .name = "for", .type = MEMBER_ANY, .null = true },
	{ .name = "repeat", .type = MEMBER_ANY, .null = true },
	{ .name = "channels", .type = MEMBER_TEXTS, .null = true, .help = "null: all that are set up" },
	{ .name = "message", .type = MEMBER_TEXT, .null = true },
	{ .name = "problem", .type = MEMBER_TEXT, .null = true,
	    .help = "why it cannot be judged, so that it raises and ends nothing" },
	{ .name = "problem_since", .type = MEMBER_TIME, .null = true, .help = "null beside a problem: found just now" },
	{ .name = "revision", .type = MEMBER_INT, .help = "counts changes" },
	{ .name = "created", .type = MEMBER_TIME },
	{ .name = "updated", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member rules_members[] = {
	{ .name = "rules", .type = MEMBER_LIST, .of = "AlertRule" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member try_members[] = {
	{ .name = "verdict", .type = MEMBER_TEXT, .help = "yes, no, or unknown: something has no value" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "values", .type = MEMBER_OBJECT, .help = "of its variables" },
	{ .name = "message", .type = MEMBER_TEXT },
	{ .name = NULL }
};

static const struct member channel_members[] = {
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "help", .type = MEMBER_TEXT },
	{ .name = "ready", .type = MEMBER_BOOL, .help = "the configuration says all that it needs" },
	{ .name = "missing", .type = MEMBER_TEXT, .null = true, .help = "a key that it does not have" },
	{ .name = NULL }
};

static const struct member channels_members[] = {
	{ .name = "channels", .type = MEMBER_LIST, .of = "Channel" },
	{ .name = NULL }
};

static const struct member delivery_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "channel", .type = MEMBER_TEXT },
	{ .name = "title", .type = MEMBER_TEXT, .null = true },
	{ .name = "severity", .type = MEMBER_TEXT, .null = true },
	{ .name = "status", .type = MEMBER_TEXT, .help = "waiting, sending, delivered or failed" },
	{ .name = "attempts", .type = MEMBER_INT },
	{ .name = "due", .type = MEMBER_TIME, .null = true, .help = "when it is tried next" },
	{ .name = "created", .type = MEMBER_TIME },
	{ .name = "done", .type = MEMBER_TIME, .null = true },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true, .help = "why the last attempt failed" },
	{ .name = "alert_id", .type = MEMBER_INT, .null = true },
	{ .name = NULL }
};

static const struct member deliveries_members[] = {
	{ .name = "deliveries", .type = MEMBER_LIST, .of = "Delivery", .help = "newest first" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Alert", alert_members, NULL },
	{ "AlertList", alerts_members, NULL },
	{ "AlertRule", rule_members, NULL },
	{ "AlertRuleList", rules_members, NULL },
	{ "AlertTry", try_members, NULL },
	{ "Channel", channel_members, NULL },
	{ "ChannelList", channels_members, NULL },
	{ "Delivery", delivery_members, NULL },
	{ "DeliveryList", deliveries_members, NULL },
	{ .name = NULL }
};

#define ALL "/api/v1/alerts"
#define RULES ALL "/rules"

static const struct route routes[] = {
	{ .method = "GET", .path = ALL, .permission = PERMISSION_READ, .inputs = list_inputs, .handle = list,
	    .summary = "List alerts, active and past", .reply = "AlertList" },
	{ .method = "GET", .path = ALL "/active", .permission = PERMISSION_READ, .inputs = page_inputs,
	    .handle = list_active, .summary = "List the alerts that are active", .reply = "AlertList" },
	{ .method = "GET", .path = RULES, .permission = PERMISSION_READ, .inputs = rules_inputs,
	    .handle = list_rules, .summary = "List alert rules", .reply = "AlertRuleList" },
	{ .method = "POST", .path = RULES, .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = add_inputs, .handle = add_rule, .finish = finish_saving, .status = 201,
	    .summary = "Add an alert rule",
	    .reply = "AlertRule" },
	{ .method = "POST", .path = RULES "/dry-run", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_ASKS, .inputs = add_inputs, .handle = try_rule, .finish = finish_try,
	    .summary = "Try an alert rule against the house as it is, without raising anything", .reply = "AlertTry" },
	{ .method = "GET", .path = RULES "/{id}", .permission = PERMISSION_READ, .inputs = get_inputs,
	    .handle = get_rule, .summary = "Read one alert rule", .reply = "AlertRule" },
	{ .method = "PATCH", .path = RULES "/{id}", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = edit_inputs, .handle = edit_rule, .finish = finish_saving,
	    .summary = "Change an alert rule, or enable or disable it; null takes a part away", .reply = "AlertRule" },
	{ .method = "DELETE", .path = RULES "/{id}", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = delete_inputs, .handle = delete_rule, .status = 204,
	    .summary = "Remove an alert rule; its past alerts stay" },
	{ .method = "GET", .path = ALL "/channels", .permission = PERMISSION_READ, .handle = channels,
	    .summary = "List the channels by which people are told", .reply = "ChannelList" },
	{ .method = "POST", .path = ALL "/channels/{name}/test", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = channel_inputs, .handle = test_channel, .status = 202,
	    .summary = "Send a test by a channel", .reply = "Delivery" },
	{ .method = "GET", .path = ALL "/deliveries", .permission = PERMISSION_READ, .inputs = page_inputs,
	    .handle = deliveries, .summary = "List what was or is to be delivered", .reply = "DeliveryList" },
	{ .method = "GET", .path = ALL "/deliveries/{id}", .permission = PERMISSION_READ, .inputs = alert_inputs,
	    .handle = delivery, .summary = "Read one delivery", .reply = "Delivery" },
	{ .method = "GET", .path = ALL "/{id}", .permission = PERMISSION_READ, .inputs = alert_inputs, .handle = get,
	    .summary = "Read one alert", .reply = "Alert" },
	{ .method = "POST", .path = ALL "/{id}/acknowledge", .permission = PERMISSION_CONTROL, .flags = ROUTE_WRITE,
	    .inputs = alert_inputs, .handle = acknowledge,
	    .summary = "Say that an alert was seen: it is not repeated", .reply = "Alert" },
	{ .method = NULL }
};

const struct resource res_alert = {
	"alerts", "What is wrong in the house, the rules that say so, and how people are told.", routes, schemas
};
