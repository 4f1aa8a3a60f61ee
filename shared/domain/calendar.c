/* SPDX-License-Identifier: ISC
 *
 * Calendars: what people do with them.
 */
#include <string.h>
#include <strings.h>

#include "shared/base/base64.h"
#include "shared/base/vault.h"
#include "shared/domain/calendar.h"
#include "shared/domain/calendar_int.h"
#include "shared/domain/registry.h"

#define ADAPTER "calendar"
#define PURPOSE "calendar addresses"
#define ID_CHARS 12

/* ---- addresses ---- */

static enum rc
check_address(const char *s, struct fault *f)
{
	const char *p;

	if (strncasecmp(s, "http://", 7) != 0 && strncasecmp(s, "https://", 8) != 0)
		return fault_set(f, RC_INVALID, "address", "must begin with https://, http:// or webcal://");
	if (strlen(s) > CALENDAR_ADDRESS_MAX)
		return fault_set(f, RC_INVALID, "address", "is longer than %d bytes", CALENDAR_ADDRESS_MAX);
	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return fault_set(f, RC_INVALID, "address", "has a space or a control character");
	return strstr(s, "://")[3] != '\0' ? RC_OK : fault_set(f, RC_INVALID, "address", "names no server");
}

static enum rc
seal(const struct conf *conf, const char *address, struct mem_arena *a, const char **out, struct fault *f)
{
	unsigned char key[TOKEN_KEY], *sealed;
	struct buf text = { 0 };
	size_t n;
	enum rc rc;

	if (strncasecmp(address, "webcal://", 9) == 0)
		address = mem_printf(a, "https://%s", address + 9);
	if ((rc = check_address(address, f)) != RC_OK || (rc = vault_key(conf, PURPOSE, key, f)) != RC_OK)
		return rc;
	n = strlen(address);
	sealed = mem_alloc(a, n + TOKEN_SEAL);
	token_seal(key, address, n, sealed);
	token_wipe(key, sizeof(key));
	base64_encode(sealed, n + TOKEN_SEAL, &text);
	*out = buf_keep(&text, a);
	return RC_OK;
}

enum rc
calendar_address(const struct conf *conf, const struct calendar *c, struct mem_arena *a, const char **out,
    struct fault *f)
{
	unsigned char key[TOKEN_KEY];
	struct buf sealed = { 0 };
	char *text = NULL;
	bool sound = false;
	enum rc rc;

	*out = NULL;
	if (c->sealed == NULL)
		return RC_OK;
	if ((rc = vault_key(conf, PURPOSE, key, f)) != RC_OK)
		return rc;
	if (base64_decode(c->sealed, strlen(c->sealed), &sealed) && sealed.len > TOKEN_SEAL) {
		text = mem_zalloc(a, sealed.len - TOKEN_SEAL + 1);
		sound = token_unseal(key, (const unsigned char *)sealed.p, sealed.len, text);
	}
	token_wipe(key, sizeof(key));
	buf_free(&sealed);
	if (!sound)
		return fault_set(f, RC_ERROR, NULL, "its address was sealed with another key: give it again");
	*out = text;
	return RC_OK;
}

/* ---- the entity ---- */

/* present: whether there is to be one. id: the one that it should have, NULL: out of its name. */
static enum rc
announce(struct tx *tx, struct calendar *c, const char *id, bool present, struct mem_arena *a, struct fault *f)
{
	const char *source = mem_printf(a, "%s%s", CALENDAR_TOPIC, c->unique_id);
	struct announced_entity e = { .component = "calendar", .domain = "calendar", .unique_id = c->unique_id,
		.name = c->name, .object_id = id, .icon = "mdi:calendar", .enabled = true, .source = source,
		.config = mem_printf(a, "{\"topic\":\"%s\"}", source), .capabilities = "{}" };
	struct announcement an = { .adapter = ADAPTER, .source = source, .entities = &e, .n = present };
	struct registry_change change;
	struct entity_state known;
	enum rc rc = registry_announce(tx, &an, a, &change, f);

	if (rc == RC_OK)
		rc = store_entity_by_unique_id(tx->db, ADAPTER, "calendar", c->unique_id, a, &known);
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the entity of the calendar cannot be stored");
	if (!present)
		return registry_delete_entity(tx, known.entity.entity_id, a, f);
	c->id = known.entity.entity_id + strlen(CALENDAR_DOMAIN);
	return RC_OK;
}

/* ---- edits ---- */

/* What a revision keeps of it; the address stays sealed. */
static const char *
snapshot_of(const struct calendar *c, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "name", c->name);
	jsw_string(&w, "address", c->sealed);
	jsw_end(&w);
	return buf_keep(&b, a);
}

static enum rc
check_text(const struct calendar_edit *e, struct fault *f)
{
	if (e->len > CALENDAR_SIZE_MAX)
		return fault_set(f, RC_TOO_LARGE, "text", "is larger than %d MiB", CALENDAR_SIZE_MAX >> 20);
	if (e->text != NULL && memmem(e->text, e->len, "BEGIN:VCALENDAR", 15) == NULL)
		return fault_set(f, RC_INVALID, "text", "is no calendar (iCalendar, BEGIN:VCALENDAR)");
	return RC_OK;
}

/* Puts what is given over what is there; what is new is read at once. */
static enum rc
merge(struct tx *tx, const struct conf *conf, const struct calendar_edit *e, struct mem_arena *a, struct calendar *c,
    struct change *change, struct fault *f)
{
	const char *sealed;
	enum rc rc;

	if (e->name != NULL && *e->name == '\0')
		return fault_set(f, RC_INVALID, "name", "a calendar has a name");
	if (e->address != NULL && e->text != NULL)
		return fault_set(f, RC_INVALID, "text", "a calendar has an address or a text, not both");
	if ((rc = change_check(e->name, "name", f)) != RC_OK || (rc = check_text(e, f)) != RC_OK)
		return rc;
	if (e->name != NULL)
		change_text(change, "name", &c->name, e->name);
	if (e->address != NULL) {
		if ((rc = seal(conf, e->address, a, &sealed, f)) != RC_OK)
			return rc;
		c->sealed = sealed;
		change_add(change, "address");
	}
	if (e->text != NULL) {
		c->sealed = NULL;
		change_add(change, "text");
	}
	if (e->address != NULL || e->text != NULL) {
		c->etag = c->modified = c->error = NULL;
		c->failures = c->spread = 0;
		c->due = tx->now_ms;
	}
	c->updated = tx->now_ms;
	return RC_OK;
}

static enum rc
room_for_one(struct tx *tx, struct mem_arena *a, struct fault *f)
{
	struct calendar *rows;
	size_t n = 0;
	enum rc rc = store_calendar_list(tx->db, a, &rows, &n);

	return rc == RC_OK && n >= CALENDARS_MAX ? fault_set(f, RC_LIMITED, NULL, "there are %d calendars already",
	    CALENDARS_MAX) : rc;
}

static enum rc
edited(struct tx *tx, const struct calendar *c, const struct revision_edit *r, const struct change *change,
    struct mem_arena *a, struct fault *f)
{
	struct document_told t = { .name = c->name, .changed = change };

	return document_edited(tx, &calendar_kind, r, &t, a, f);
}

/* c: with what is given merged in. id: NULL for one out of the name. */
static enum rc
insert(struct tx *tx, struct calendar *c, const char *id, const struct change *change, struct mem_arena *a,
    struct fault *f)
{
	struct revision_edit r = { .after = snapshot_of(c, a) };
	char code[ID_CHARS + 1];
	enum rc rc;

	token_text(code, ID_CHARS);
	c->unique_id = mem_strdup(a, code);
	c->created = c->updated = c->due = tx->now_ms;
	if ((rc = room_for_one(tx, a, f)) != RC_OK || (rc = announce(tx, c, id, true, a, f)) != RC_OK)
		return rc;
	if (id != NULL && strcmp(c->id, id) != 0)
		return fault_set(f, RC_EXISTS, NULL, "something else is called %s%s now", CALENDAR_DOMAIN, id);
	r.id = c->id;
	if ((rc = store_calendar_insert(tx, c)) == RC_OK)
		rc = edited(tx, c, &r, change, a, f);
	return document_stored(&calendar_kind, rc, f);
}

enum rc
calendar_add(struct tx *tx, const struct conf *conf, const struct calendar_edit *e, struct mem_arena *a,
    struct calendar *out, struct fault *f)
{
	struct calendar c = { 0 };
	struct change change = { 0 };
	enum rc rc;

	if (e->name == NULL)
		return fault_set(f, RC_INVALID, "name", "a calendar has a name");
	if (e->address == NULL && e->text == NULL)
		return fault_set(f, RC_INVALID, "address", "give an address or the text of a file");
	if ((rc = merge(tx, conf, e, a, &c, &change, f)) != RC_OK ||
	    (rc = insert(tx, &c, NULL, &change, a, f)) != RC_OK)
		return rc;
	if (e->text != NULL && (rc = store_calendar_put_text(tx, c.row, e->text, e->len)) != RC_OK)
		return document_stored(&calendar_kind, rc, f);
	*out = c;
	return RC_OK;
}

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct calendar *out, struct fault *f)
{
	return document_found(&calendar_kind, store_calendar_get(tx->db, id, a, out), f);
}

/* c as it is to be; before: its snapshot. */
static enum rc
update(struct tx *tx, struct calendar *c, const char *before, const struct change *change, struct mem_arena *a,
    struct fault *f)
{
	struct revision_edit r = { .id = c->id, .before = before,
		.after = snapshot_of(c, a) };
	enum rc rc;

	if ((rc = announce(tx, c, NULL, true, a, f)) != RC_OK)
		return rc;
	if ((rc = store_calendar_update(tx, c)) == RC_OK)
		rc = edited(tx, c, &r, change, a, f);
	return document_stored(&calendar_kind, rc, f);
}

enum rc
calendar_change(struct tx *tx, const struct conf *conf, const char *id, const struct calendar_edit *e,
    struct mem_arena *a, struct fault *f)
{
	struct calendar c;
	struct change change = { 0 };
	const char *before;
	enum rc rc;

	if ((rc = find(tx, id, a, &c, f)) != RC_OK)
		return rc;
	before = snapshot_of(&c, a);
	if ((rc = merge(tx, conf, e, a, &c, &change, f)) != RC_OK || change.n == 0)
		return rc;
	if (e->text != NULL && (rc = store_calendar_put_text(tx, c.row, e->text, e->len)) != RC_OK)
		return document_stored(&calendar_kind, rc, f);
	return update(tx, &c, before, &change, a, f);
}

enum rc
calendar_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct revision_edit r = { .id = id };
	struct calendar c;
	enum rc rc;

	if ((rc = find(tx, id, a, &c, f)) != RC_OK)
		return rc;
	r.before = snapshot_of(&c, a);
	if ((rc = announce(tx, &c, NULL, false, a, f)) != RC_OK)
		return rc;
	if ((rc = store_calendar_delete(tx, c.row)) == RC_OK)
		rc = edited(tx, &c, &r, NULL, a, f);
	return document_stored(&calendar_kind, rc, f);
}

enum rc
calendar_ask(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct calendar c;
	enum rc rc;

	if ((rc = find(tx, id, a, &c, f)) != RC_OK)
		return rc;
	c.due = tx->now_ms;
	if ((rc = store_calendar_update(tx, &c)) == RC_OK)
		rc = document_tell(tx, &calendar_kind, id, "asked", &(struct document_told){ .name = c.name }, a);
	return document_stored(&calendar_kind, rc, f);
}

enum rc
calendar_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held, struct mem_arena *a,
    struct fault *f)
{
	const char *sealed = mem_strdup(a, js_get_string(snapshot, "address")), *before;
	struct calendar c = { 0 };
	struct change change = { 0 };
	enum rc rc = store_calendar_get(tx->db, id, a, &c);
	bool gone = rc == RC_NOT_FOUND, other;

	(void)held;
	if (rc != RC_OK && !gone)
		return rc;
	before = snapshot_of(&c, a);
	other = sealed != NULL && (c.sealed == NULL || strcmp(sealed, c.sealed) != 0);
	if (sealed == NULL && (gone || c.sealed != NULL))
		c.error = "its file is not kept: give it again";
	change_text(&change, "name", &c.name, mem_strdup(a, js_get_string(snapshot, "name")));
	if (c.name == NULL)
		return fault_set(f, RC_INVALID, "name", "a calendar has a name");
	if (other || sealed == NULL) {
		c.sealed = sealed;
		c.etag = c.modified = NULL;
		change_add(&change, "address");
	}
	if (other) {
		c.failures = c.spread = 0;
		c.error = NULL;
		c.due = tx->now_ms;
	}
	c.updated = tx->now_ms;
	return gone ? insert(tx, &c, id, &change, a, f) : update(tx, &c, before, &change, a, f);
}
