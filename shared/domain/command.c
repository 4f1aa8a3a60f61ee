/* SPDX-License-Identifier: ISC
 *
 * The door itself: deciding, recording, confirming.
 */
#include <string.h>

#include "shared/base/metric.h"
#include "shared/domain/command.h"
#include "shared/domain/event.h"
#include "shared/domain/reversal.h"
#include "shared/domain/safety.h"
#include "shared/domain/service.h"

#define TIMEOUT_MS 10000	/* where the caller names none */

/* Members of data that `s` does not know go: a toggle carries what turn_on takes. */
static void
trim(const struct service *s, struct js *data, const struct js *given)
{
	const struct service_field *p;
	void *it;

	for (it = js_iter(given); it != NULL; it = js_iter_next(given, it)) {
		for (p = s->fields; p != NULL && p->name != NULL; p++)
			if (strcmp(p->name, js_iter_key(it)) == 0)
				break;
		if (p == NULL || p->name == NULL)
			js_unset(data, js_iter_key(it));
	}
}

static const struct service *
toggled(const struct service *s, const char *state)
{
	int i;

	for (i = 0; i < 3 && s->when[i] != NULL; i++)
		if (state != NULL && strcmp(state, s->when[i]) == 0)
			return service_find(s->domain, s->then);
	return service_find(s->domain, s->otherwise);
}

/* The row of "turn_on" or "light.turn_on" for this entity. */
static enum rc
find_service(const struct entity *e, const char *name, const struct service **out, struct fault *f)
{
	const char *dot = strchr(name, '.');
	size_t n = dot == NULL ? 0 : (size_t)(dot - name);

	if (dot != NULL && !(strlen(e->domain) == n && strncmp(name, e->domain, n) == 0) &&
	    !(n == 13 && strncmp(name, "homeassistant", n) == 0))
		return fault_set(f, RC_INVALID, "service", "%.60s is no service of a %s", name,
		    e->domain);
	if ((*out = service_find(e->domain, dot == NULL ? name : dot + 1)) == NULL)
		return fault_set(f, RC_INVALID, "service", "a %s has no service %.60s", e->domain, name);
	return RC_OK;
}

/* Service and data as they will be carried out. *data is the caller's to free. */
static enum rc
resolve(const struct command_request *r, const struct js *caps, const struct service **s,
    struct js **data, struct fault *f)
{
	const struct service *asked = *s;
	struct js *given;
	enum rc rc;

	if ((rc = service_check(asked, caps, r->data, data, f)) != RC_OK)
		return rc;
	if (asked->then != NULL)
		*s = toggled(asked, r->entity->state.state);
	if ((*s)->resolve != NULL && (rc = (*s)->resolve(r->entity, caps, s, *data, f)) != RC_OK)
		return rc;
	if (*s != asked) {
		if ((rc = service_possible(*s, caps, f)) != RC_OK)
			return rc;
		given = js_copy(*data);
		trim(*s, *data, given);
		js_free(given);
	}
	return RC_OK;
}

static void
fill(const struct command_request *r, const struct service *s, const struct js *data,
    struct mem_arena *a, struct command *out)
{
	int64_t patience = r->timeout_ms > 0 ? r->timeout_ms : TIMEOUT_MS;
	struct buf b = { 0 };

	if (patience < s->patience_s * INT64_C(1000))
		patience = s->patience_s * INT64_C(1000);
	memset(out, 0, sizeof(*out));
	js_dump(data, &b);
	out->entity = r->entity->entity.row;
	out->entity_id = mem_strdup(a, r->entity->entity.entity_id);
	out->service = s->name;
	out->data = mem_strndup(a, buf_str(&b), b.len);
	out->actor = mem_strdup(a, r->actor);
	out->cause = r->cause;
	out->created = r->now_ms;
	out->deadline = r->now_ms + patience;
	out->status = COMMAND_PENDING;
	buf_free(&b);
}

static enum rc
check_safety(const struct command_request *r, const struct js *caps, const struct service *s,
    const struct js *data, struct fault *f)
{
	struct safety_request q = { .entity = r->entity, .service = s->name, .data = data,
		.caps = caps, .actor = r->actor, .automatic = safety_is_automatic(r->actor),
		.now_ms = r->now_ms };

	return safety_check(&q, f);
}

/* command_admit; *out is complete also when the answer is RC_REFUSED. */
static enum rc
admit(const struct command_request *r, struct mem_arena *a, struct command *out, struct js **admitted,
    struct fault *f)
{
	const struct entity *e = &r->entity->entity;
	const struct service *s;
	struct js *read = NULL, *data = NULL;
	const struct js *caps = r->caps;
	enum rc rc;

	if (e->orphaned || !e->enabled)
		return fault_set(f, RC_UNSUPPORTED, "entity_id", "%.100s is %s", e->entity_id,
		    e->orphaned ? "no longer announced by its device" : "not enabled");
	if ((rc = find_service(e, r->service, &s, f)) != RC_OK)
		return rc;
	if (caps == NULL && e->capabilities != NULL) {
		js_parse(e->capabilities, strlen(e->capabilities), JS_LAX_KEYS, &read, NULL);
		caps = read;
	}
	if ((rc = resolve(r, caps, &s, &data, f)) == RC_OK) {
		fill(r, s, data, a, out);
		rc = check_safety(r, caps, s, data, f);
	}
	if (rc == RC_OK && admitted != NULL)
		*admitted = data;
	else
		js_free(data);
	js_free(read);
	return rc;
}

enum rc
command_admit(const struct command_request *r, struct mem_arena *a, struct command *out,
    struct js **data, struct fault *f)
{
	struct command c;
	enum rc rc = admit(r, a, &c, data, f);

	if (rc == RC_OK)
		*out = c;
	return rc;
}

static bool
has_secrets(const struct service *s)
{
	const struct service_field *p;

	for (p = s == NULL ? NULL : s->fields; p != NULL && p->name != NULL; p++)
		if (p->secret)
			return true;
	return false;
}

/* The data with its secrets blanked, NULL when there is none in it. */
static struct js *
blanked(const struct command *c)
{
	const struct service *s = service_of_entity(c->entity_id, c->service);
	struct js *data = NULL;

	if (!has_secrets(s) || js_parse(c->data, strlen(c->data), JS_LAX_KEYS, &data, NULL) != RC_OK)
		return NULL;
	if (service_blank(s, data))
		return data;
	js_free(data);
	return NULL;
}

static void
write_data(struct jsw *w, const struct command *c)
{
	struct js *data = blanked(c);

	if (data == NULL)
		jsw_raw(w, "data", c->data);
	else
		jsw_value(w, "data", data);
	js_free(data);
}

static void
write_event(struct buf *b, const struct command *c)
{
	struct jsw w = jsw_to(b);

	jsw_object(&w, NULL);
	jsw_int(&w, "id", c->id);
	jsw_string(&w, "entity_id", c->entity_id);
	jsw_string(&w, "service", c->service);
	write_data(&w, c);
	jsw_string(&w, "status", command_status_name(c->status));
	jsw_string(&w, "reason", c->reason);
	jsw_end(&w);
}

/* The first event of a command is by who gave it and from what led to it; the others come from that. */
static enum rc
append_event(struct tx *tx, struct command *c)
{
	const char *actor = tx->actor;
	int64_t cause = tx->cause, id;
	struct buf b = { 0 };
	enum rc rc;

	write_event(&b, c);
	tx->cause = c->event != 0 ? c->event : c->cause;
	if (c->event == 0)
		tx->actor = c->actor;
	rc = event_append(tx, EVENT_COMMAND, c->entity, c->entity_id, buf_str(&b), &id);
	if (rc == RC_OK && c->event == 0)
		c->event = id;
	tx->cause = cause;
	tx->actor = actor;
	buf_free(&b);
	return rc;
}

/* Nobody will send it (again) from the row: a secret in it has done its duty. */
static bool
is_spent(const struct command *c)
{
	const struct service *s = service_of_entity(c->entity_id, c->service);

	return c->status != COMMAND_PENDING && (c->status != COMMAND_SENT || (s != NULL && s->once));
}

static enum rc
forget_secrets(struct tx *tx, const struct command *c)
{
	struct js *data = is_spent(c) ? blanked(c) : NULL;
	struct buf b = { 0 };
	enum rc rc = RC_OK;

	if (data != NULL) {
		js_dump(data, &b);
		rc = store_command_set_data(tx, c->id, buf_str(&b));
		buf_free(&b);
	}
	js_free(data);
	return rc;
}

enum rc
command_record(struct tx *tx, struct command *c)
{
	bool new = c->id == 0;
	enum rc rc;

	if (new)	/* the event names the command, and the row the event: both are known before */
		c->id = store_command_next(tx);
	if ((rc = append_event(tx, c)) == RC_OK)
		rc = new ? store_command_insert(tx, c) : store_command_update(tx, c);
	if (rc == RC_OK)
		rc = forget_secrets(tx, c);
	if (rc != RC_OK && new)
		c->id = 0;
	if (rc == RC_OK)
		metric_add_label(METRIC_COMMANDS, command_status_name(c->status), 1);
	return rc;
}

const char *
command_before(const char *domain, const char *state, bool available, const struct js *attributes,
    struct mem_arena *a)
{
	struct js *picture = available ? reversal_picture(domain, state, attributes) : NULL;
	struct buf b = { 0 };
	const char *text;

	if (picture == NULL)
		return NULL;
	js_dump(picture, &b);
	text = buf_keep(&b, a);
	js_free(picture);
	return text;
}

static const char *
before_of(const struct entity_state *e, struct mem_arena *a)
{
	const char *text = e->state.attributes, *before;
	struct js *attributes = NULL;

	if (text != NULL)
		js_parse(text, strlen(text), JS_LAX_KEYS, &attributes, NULL);
	before = command_before(e->entity.domain, e->state.state, e->state.available, attributes, a);
	js_free(attributes);
	return before;
}

enum rc
command_enqueue(struct tx *tx, const struct command_request *r, struct mem_arena *a,
    struct command *out, struct fault *f)
{
	struct fault why = { 0 };
	struct command c;
	enum rc rc = admit(r, a, &c, NULL, &why);

	if (rc != RC_OK && rc != RC_REFUSED)
		return fault_set(f, rc, why.field, "%s", why.msg);
	if (rc == RC_REFUSED) {
		c.status = COMMAND_REFUSED;
		c.reason = mem_strdup(a, why.msg);
		c.done = r->now_ms;
		fault_set(f, rc, why.field, "%s", why.msg);
	}
	c.before = before_of(r->entity, a);
	if ((rc = command_record(tx, &c)) != RC_OK)
		return fault_set(f, rc, NULL, "the command could not be stored");
	*out = c;
	return RC_OK;
}

bool
command_was_sent(const struct command *c)
{
	return c->sent != 0 || c->status == COMMAND_PENDING;
}

const char *const *
command_services(const char *domain, struct mem_arena *a)
{
	const struct service *first = service_of(domain);
	const char **out;
	size_t i, n = 0;

	while (first != NULL && first[n].domain != NULL)
		n++;
	out = mem_zalloc(a, (n + 1) * sizeof(*out));
	for (i = 0; i < n; i++)
		out[i] = first[i].name;
	return out;
}

bool
command_repeatable(const char *domain, const char *service)
{
	const struct service *s = service_find(domain, service);

	return s != NULL && !s->once;
}

bool
command_overtakes(const char *domain, const char *newer, const char *older)
{
	const struct service *n = service_find(domain, newer), *o = service_find(domain, older);

	if (n == NULL || o == NULL)
		return false;
	return n->part == NULL || (o->part != NULL && strcmp(n->part, o->part) == 0);
}

bool
command_keep(const char *domain, const char *service, const struct js *attributes, struct report *r)
{
	const struct service *s = service_find(domain, service);

	if (s == NULL || s->keep == NULL)
		return false;
	if (r != NULL)
		s->keep(attributes, r);
	return true;
}

bool
command_confirmable(const char *domain, const char *service)
{
	const struct service *s = service_find(domain, service);

	return s != NULL && !s->blind;
}

bool
command_confirmed_by(const char *domain, const char *service, const struct js *data, const struct js *caps,
    const char *state, const struct js *attributes)
{
	const struct service *s = service_find(domain, service);

	return s != NULL && service_shows(s, caps, data, state, attributes);
}

void
command_write(struct jsw *w, const char *key, const struct command *c)
{
	jsw_object(w, key);
	jsw_int(w, "id", c->id);
	jsw_string(w, "entity_id", c->entity_id);
	jsw_string(w, "service", c->service);
	write_data(w, c);
	jsw_string(w, "status", command_status_name(c->status));
	jsw_string(w, "reason", c->reason);
	jsw_string(w, "actor", c->actor);
	if (c->cause != 0)
		jsw_int(w, "cause", c->cause);
	else
		jsw_null(w, "cause");
	jsw_time(w, "created", c->created);
	jsw_time(w, "deadline", c->deadline);
	jsw_time(w, "sent", c->sent);
	jsw_time(w, "done", c->done);
	jsw_int(w, "tries", c->tries);
	if (c->before != NULL)
		jsw_raw(w, "before", c->before);
	else
		jsw_null(w, "before");
	jsw_end(w);
}
