/* SPDX-License-Identifier: ISC
 *
 * What a client says, and the answers. A type is a row of a table with its declared fields; what is
 * not declared is an error, never ignored.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/field.h"
#include "shared/base/mem.h"
#include "workers/bridge_int.h"

#define ERRORS_MAX 20		/* wrong messages before the client is sent away */

/* The present values, in the order of the type's fields. */
struct call {
	struct client		*c;
	const struct field_value *v;
	const struct js		*id;	/* of the message, or NULL */
};

struct type {
	const char		*name;
	const struct field	*fields;
	bool			 stranger;	/* also before auth */
	enum rc			(*fn)(struct call *call, struct fault *f);
};

#define BODY .where = FIELD_BODY

enum { AUTH_TYPE, AUTH_TOKEN };
static const struct field auth_fields[] = {
	{ "type", BODY, .type = FIELD_TEXT, .required = true },
	{ "token", BODY, .type = FIELD_TEXT, .required = true, .min = 1, .max = 512 },
	{ .name = NULL },
};

enum { SUB_TYPE, SUB_ID, SUB_KINDS, SUB_ENTITIES, SUB_AREAS, SUB_SINCE };
static const struct field subscribe_fields[] = {
	{ "type", BODY, .type = FIELD_TEXT, .required = true },
	{ "id", BODY, .type = FIELD_ANY, .required = true },
	{ "kinds", BODY, .type = FIELD_LIST },
	{ "entities", BODY, .type = FIELD_LIST },
	{ "areas", BODY, .type = FIELD_LIST },
	{ "since", BODY, .type = FIELD_INT, .min = 0, .max = 9007199254740991.0 },
	{ .name = NULL },
};

static const struct field unsubscribe_fields[] = {
	{ "type", BODY, .type = FIELD_TEXT, .required = true },
	{ "id", BODY, .type = FIELD_ANY, .required = true },
	{ .name = NULL },
};

static const struct field ping_fields[] = {
	{ "type", BODY, .type = FIELD_TEXT, .required = true },
	{ "id", BODY, .type = FIELD_ANY },
	{ .name = NULL },
};

#define FIELDS_MAX 8

/* {"type":...,"id":...: the caller adds members and ends the object. */
static struct jsw
begin(struct client *c, const char *type, const struct js *id)
{
	struct jsw w;

	buf_reset(&c->bridge->text);
	w = jsw_to(&c->bridge->text);
	jsw_object(&w, NULL);
	jsw_string(&w, "type", type);
	if (id != NULL)
		jsw_value(&w, "id", id);
	return w;
}

void
message_auth_ok(struct client *c)
{
	struct jsw w = begin(c, "auth_ok", NULL);

	jsw_end(&w);
	client_say(c, &c->bridge->text);
}

static void
say_result(struct call *call)
{
	struct jsw w = begin(call->c, "result", call->id);

	jsw_bool(&w, "success", true);
	jsw_int(&w, "last", call->c->bridge->live);
	jsw_end(&w);
	client_say(call->c, &call->c->bridge->text);
}

static void
say_error(struct client *c, const struct js *id, enum rc rc, const struct fault *f)
{
	struct jsw w = begin(c, "error", id);

	jsw_string(&w, "code", rc_name(rc));
	jsw_string(&w, "message", f->msg[0] != '\0' ? f->msg : rc_name(rc));
	if (f->field[0] != '\0')
		jsw_string(&w, "field", f->field);
	jsw_end(&w);
	client_say(c, &c->bridge->text);
	metric_add_label(METRIC_BAD_INPUT, "websocket", 1);
	if (++c->errors >= ERRORS_MAX)
		client_finish(c, WS_POLICY, "too many errors", "protocol");
}

static void
refuse_auth(struct client *c, const char *message)
{
	struct jsw w = begin(c, "auth_invalid", NULL);

	jsw_string(&w, "message", message);
	jsw_end(&w);
	client_say(c, &c->bridge->text);
	client_finish(c, WS_UNAUTHORIZED, "unauthorized", "auth");
}

static enum rc
do_auth(struct call *call, struct fault *f)
{
	struct client *c = call->c;
	struct bridge *b = c->bridge;
	struct identity id;
	enum rc rc;

	if (c->token != 0)
		return fault_set(f, RC_EXISTS, NULL, "you are known already");
	rc = session_check(b->core->db, call->v[AUTH_TOKEN].s, clock_now(&b->core->clock), b->arena, &id,
	    f);
	if (rc == RC_OK)
		client_known(c, &id);
	else if (rc == RC_UNAUTHORIZED)
		refuse_auth(c, f->msg);
	else
		client_close(c, WS_INTERNAL, "try again later", "error");
	return RC_OK;
}

static enum rc
read_kinds(const struct field_value *v, uint64_t *kinds, struct fault *f)
{
	uint64_t mask = 0;
	size_t i;
	int kind;

	for (i = 0; i < v->n; i++) {
		kind = event_kind_parse(v->list[i]);
		if (kind <= 0 || kind >= KINDS)
			return fault_set(f, RC_INVALID, "kinds", "no event is called %.64s", v->list[i]);
		mask |= 1ULL << kind;
	}
	*kinds = mask;
	return RC_OK;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The list without doubles, sorted, owned by the subscription. */
static void
copy_names(const struct field_value *v, char ***out, size_t *n)
{
	size_t i, kept = 0;
	char **list;

	if (v->n == 0)
		return;
	list = mem_xcalloc(v->n, sizeof(*list));
	for (i = 0; i < v->n; i++)
		list[i] = mem_xstrdup(v->list[i]);
	qsort(list, v->n, sizeof(*list), by_name);
	for (i = 0; i < v->n; i++) {
		if (kept > 0 && strcmp(list[kept - 1], list[i]) == 0)
			free(list[i]);
		else
			list[kept++] = list[i];
	}
	*out = list;
	*n = kept;
}

static enum rc
check_subscribe(const struct call *call, struct fault *f)
{
	const struct field_value *v = call->v;
	size_t i;

	if (call->c->n_subs >= CLIENT_SUBS)
		return fault_set(f, RC_LIMITED, NULL, "more than %d subscriptions", CLIENT_SUBS);
	if (v[SUB_ENTITIES].n > SUB_NAMES || v[SUB_AREAS].n > SUB_NAMES)
		return fault_set(f, RC_TOO_LARGE, v[SUB_AREAS].n > SUB_NAMES ? "areas" : "entities",
		    "more than %d names", SUB_NAMES);
	for (i = 0; i < v[SUB_ENTITIES].n; i++) {
		if (!field_entity_id(v[SUB_ENTITIES].list[i]))
			return fault_set(f, RC_INVALID, "entities", "%.64s is no entity id",
			    v[SUB_ENTITIES].list[i]);
	}
	return RC_OK;
}

/* The id as JSON text in the arena. RC_INVALID: neither a number nor a short string. */
static enum rc
read_id(const struct call *call, const char **out, struct fault *f)
{
	const struct js *id = call->id;
	struct buf b = { 0 };
	size_t len;

	if (js_type(id) != JS_INT && (js_string(id, &len) == NULL || len > 64))
		return fault_set(f, RC_INVALID, "id", "id must be a whole number or a short text");
	js_dump(id, &b);
	*out = buf_keep(&b, call->c->bridge->arena);
	return RC_OK;
}

static struct sub *
find(const struct client *c, const char *id)
{
	struct sub *s;

	for (s = c->subs; s != NULL; s = s->next) {
		if (strcmp(s->id, id) == 0)
			break;
	}
	return s;
}

static struct ws_text *
make_head(const char *id)
{
	struct buf b = { 0 };
	struct ws_text *t;

	buf_printf(&b, "{\"type\":\"event\",\"id\":%s,\"event\":", id);
	t = ws_text_new(b.p, b.len);
	buf_free(&b);
	return t;
}

static enum rc
do_subscribe(struct call *call, struct fault *f)
{
	struct client *c = call->c;
	struct sub *s;
	const char *id;
	uint64_t kinds = 0;
	enum rc rc;

	if ((rc = check_subscribe(call, f)) != RC_OK || (rc = read_id(call, &id, f)) != RC_OK ||
	    (rc = read_kinds(&call->v[SUB_KINDS], &kinds, f)) != RC_OK)
		return rc;
	if (find(c, id) != NULL)
		return fault_set(f, RC_EXISTS, "id", "a subscription with this id is there already");
	s = mem_xcalloc(1, sizeof(*s));
	s->client = c;
	s->id = mem_xstrdup(id);
	s->head = make_head(id);
	s->kinds = kinds;
	copy_names(&call->v[SUB_ENTITIES], &s->entities, &s->n_entities);
	copy_names(&call->v[SUB_AREAS], &s->areas, &s->n_areas);
	s->next = c->subs;
	c->subs = s;
	c->n_subs++;
	say_result(call);
	feed_follow(c->bridge, s, call->v[SUB_SINCE].set ? call->v[SUB_SINCE].i : c->bridge->live);
	return RC_OK;
}

static enum rc
do_unsubscribe(struct call *call, struct fault *f)
{
	const char *id;
	struct sub *s;
	enum rc rc;

	if ((rc = read_id(call, &id, f)) != RC_OK)
		return rc;
	if ((s = find(call->c, id)) == NULL)
		return fault_set(f, RC_NOT_FOUND, "id", "there is no subscription with this id");
	client_unsubscribe(call->c, s);
	say_result(call);
	return RC_OK;
}

static enum rc
do_ping(struct call *call, struct fault *f)
{
	struct jsw w = begin(call->c, "pong", call->id);

	(void)f;
	jsw_end(&w);
	client_say(call->c, &call->c->bridge->text);
	return RC_OK;
}

static enum rc
do_pong(struct call *call, struct fault *f)
{
	(void)call;
	(void)f;
	return RC_OK;		/* that it was heard is all it is for */
}

static const struct type types[] = {
	{ "auth", auth_fields, true, do_auth },
	{ "subscribe", subscribe_fields, false, do_subscribe },
	{ "unsubscribe", unsubscribe_fields, false, do_unsubscribe },
	{ "ping", ping_fields, false, do_ping },
	{ "pong", ping_fields, false, do_pong },
};

static const struct type *
find_type(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	}
	return NULL;
}

static void
dispatch(struct client *c, const struct js *message)
{
	struct field_value values[FIELDS_MAX] = { { .set = false } };
	struct call call = { c, values, js_get(message, "id") };
	const struct type *t = find_type(js_get_string(message, "type"));
	struct fault f = { .rc = RC_OK };
	enum rc rc;

	if (c->token == 0 && (t == NULL || !t->stranger)) {
		refuse_auth(c, "the first message must be auth");
		return;
	}
	if (t == NULL)
		rc = fault_set(&f, RC_INVALID, "type", "type must be auth, subscribe, unsubscribe, ping or pong");
	else {
		rc = field_read_body(t->fields, message, c->bridge->arena, values, &f);
		if (rc == RC_OK)
			rc = t->fn(&call, &f);
	}
	if (rc != RC_OK)
		say_error(c, call.id, rc, &f);
}

void
message_handle(struct client *c, const char *p, size_t n)
{
	struct js *message = NULL;

	if (ws_closing(c->ws))
		return;
	if (js_parse(p, n, JS_STRICT, &message, NULL) != RC_OK || js_type(message) != JS_OBJECT) {
		metric_add_label(METRIC_BAD_INPUT, "websocket", 1);
		client_close(c, WS_DATA, "not a JSON object", "protocol");
	} else
		dispatch(c, message);
	js_free(message);
	mem_arena_reset(c->bridge->arena);
}
