/* SPDX-License-Identifier: ISC
 *
 * Signed readings of devices that report over HTTP.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/field.h"
#include "shared/base/metric.h"
#include "shared/base/token.h"
#include "shared/base/vault.h"
#include "shared/domain/event.h"
#include "shared/domain/http_device.h"
#include "shared/domain/registry.h"
#include "shared/domain/rule.h"
#include "shared/store/store_cursor.h"

#define ADAPTER "http"
#define PURPOSE "device keys"
#define REFUSED_MS 10000
#define MINUTE_MS 60000
#define STRANGER_TIME "stranger_time"	/* positions: when strangers were last told of, UTC ms */
#define STRANGER_COUNT "stranger_count"	/* refusals that were counted then */
#define ID_CHARS 12

static enum rc
store_key(struct tx *tx, const struct conf *c, int64_t device, char key[HTTP_DEVICE_KEY], struct fault *f)
{
	unsigned char seal[TOKEN_KEY], raw[TOKEN_KEY], sealed[HTTP_DEVICE_KEY - 1 + TOKEN_SEAL];
	struct device_key row = { .device = device, .sealed = sealed, .len = sizeof(sealed) };
	enum rc rc;
	int i;

	if ((rc = vault_key(c, PURPOSE, seal, f)) != RC_OK)
		return rc;
	token_random(raw, sizeof(raw));
	for (i = 0; i < TOKEN_KEY; i++)
		snprintf(key + 2 * i, 3, "%02x", raw[i]);
	token_seal(seal, key, HTTP_DEVICE_KEY - 1, sealed);
	token_wipe(raw, sizeof(raw));
	token_wipe(seal, sizeof(seal));
	rc = store_key_put(tx, &row);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the key cannot be stored");
}

enum rc
http_device_add(struct tx *tx, const struct conf *c, const char *name, const char *area_id,
    struct mem_arena *a, struct device *out, char key[HTTP_DEVICE_KEY], struct fault *f)
{
	char code[ID_CHARS + 1];
	struct device_identifier id = { .kind = "id", .value = code };
	struct announced_device device = { .identifiers = &id, .n_identifiers = 1, .name = name };
	struct announcement an = { .adapter = ADAPTER, .device = &device };
	struct registry_edit edit = { .area_id = area_id };
	struct registry_change change;
	enum rc rc;

	token_text(code, ID_CHARS);
	an.source = mem_printf(a, "%s%s", HTTP_DEVICE_TOPIC, code);
	if ((rc = registry_announce(tx, &an, a, &change, f)) != RC_OK)
		return rc;
	if ((rc = store_device_by_identifier(tx->db, &id, a, out)) != RC_OK)
		return fault_set(f, rc, NULL, "the device cannot be stored");
	if (area_id != NULL && (rc = registry_edit_device(tx, out->id, &edit, a, f)) != RC_OK)
		return rc;
	return store_key(tx, c, out->row, key, f);
}

static enum rc
find(struct db *db, const char *id, struct mem_arena *a, struct device *out, struct fault *f)
{
	enum rc rc = store_device_get(db, id, a, out);

	if (rc == RC_OK && strcmp(out->adapter, ADAPTER) != 0)
		rc = RC_NOT_FOUND;
	return rc == RC_OK ? rc : fault_set(f, rc, "id", "no device that reports over HTTP has the id \"%.80s\"", id);
}

enum rc
http_device_rekey(struct tx *tx, const struct conf *c, const char *id, struct mem_arena *a,
    char key[HTTP_DEVICE_KEY], struct fault *f)
{
	struct device d;
	enum rc rc;

	if ((rc = find(tx->db, id, a, &d, f)) != RC_OK || (rc = store_key(tx, c, d.row, key, f)) != RC_OK)
		return rc;
	return event_append(tx, EVENT_SECURITY, 0, mem_printf(a, "device.%s", d.id),
	    "{\"what\":\"a new key\"}", NULL);
}

/* The key of a device as text; false when there is none that can be opened. */
static bool
open_key(struct db *db, const struct conf *c, int64_t device, struct mem_arena *a, char key[HTTP_DEVICE_KEY])
{
	unsigned char seal[TOKEN_KEY];
	struct device_key row;
	struct fault f = { 0 };
	bool sound;

	if (store_key_get(db, device, a, &row) != RC_OK || row.len != HTTP_DEVICE_KEY - 1 + TOKEN_SEAL ||
	    vault_key(c, PURPOSE, seal, &f) != RC_OK)
		return false;
	sound = token_unseal(seal, row.sealed, row.len, key);
	key[HTTP_DEVICE_KEY - 1] = '\0';
	token_wipe(seal, sizeof(seal));
	return sound;
}

/* NULL when the signature is right. */
static const char *
check_signature(struct db *db, const struct conf *c, const struct http_signed *s, int64_t device,
    struct mem_arena *a)
{
	char key[HTTP_DEVICE_KEY], right[TOKEN_HASH];
	struct buf text = { 0 };
	bool same = false;

	if (!open_key(db, c, device, a, key))
		return "no key";
	buf_printf(&text, "%s\n%s\n", s->timestamp, s->nonce);
	buf_put(&text, s->body, s->len);
	token_hmac_sha256(key, HTTP_DEVICE_KEY - 1, text.p, text.len, right);
	same = token_equal(right, s->signature);
	token_wipe(key, sizeof(key));
	buf_free(&text);
	return same ? NULL : "wrong signature";
}

static bool
is_nonce(const char *s)
{
	size_t n = strlen(s), i;

	for (i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return n >= 16 && n <= 64;
}

/* NULL when what can be told without the key is right. */
static const char *
check_form(const struct conf *c, const struct http_signed *s)
{
	int64_t window = conf_int(c, CONF_DEVICE_AUTH_TIMEOUT), said, off;
	const char *error = NULL;

	said = strtonum(s->timestamp, 0, INT64_MAX / 1000, &error);
	off = s->now_ms / 1000 - said;
	if (error != NULL || off > window || -off > window)
		return "the time is off";
	return is_nonce(s->nonce) ? NULL : "no nonce of 16 to 64 characters";
}

enum rc
http_device_verify(struct db *db, const struct conf *c, const struct http_signed *s,
    struct mem_arena *a, struct device *device, const char **why, struct fault *f)
{
	struct fault ignored = { 0 };
	struct device d = { 0 };

	*why = NULL;
	if (find(db, s->device_id, a, &d, &ignored) != RC_OK)
		*why = "no such device";
	else
		*device = d;
	if (*why == NULL)
		*why = check_form(c, s);
	if (*why == NULL)
		*why = check_signature(db, c, s, d.row, a);
	if (*why == NULL && store_nonce_used(db, d.row, s->nonce))
		*why = "a nonce that was used";
	return *why == NULL ? RC_OK :
	    fault_set(f, RC_UNAUTHORIZED, NULL, "the signature, its time or its nonce is not right");
}

bool
http_device_tells(struct db *db, const struct device *d, int64_t now_ms, struct mem_arena *a)
{
	struct device_key row;
	int64_t last;

	if (d == NULL)
		last = store_cursor_get(db, STRANGER_TIME);
	else if (store_key_get(db, d->row, a, &row) == RC_OK)
		last = row.refused;
	else
		return false;
	return now_ms - last >= REFUSED_MS;
}

/* Refusals since strangers were last told of; the counter may have begun anew in between. */
static int64_t
count_refusals(struct tx *tx)
{
	int64_t now = (int64_t)metric_get(METRIC_ERRORS, HTTP_DEVICE_REFUSALS);
	int64_t before = store_cursor_get(tx->db, STRANGER_COUNT);

	return now >= before ? now - before : now;
}

static enum rc
remember_strangers(struct tx *tx)
{
	enum rc rc = store_cursor_put(tx, STRANGER_TIME, tx->now_ms);

	return rc != RC_OK ? rc : store_cursor_put(tx, STRANGER_COUNT,
	    (int64_t)metric_get(METRIC_ERRORS, HTTP_DEVICE_REFUSALS));
}

enum rc
http_device_refused(struct tx *tx, const struct http_signed *s, const struct device *d,
    const char *peer, const char *why, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if (!http_device_tells(tx->db, d, tx->now_ms, a))
		return RC_OK;
	jsw_object(&w, NULL);
	jsw_string(&w, "what", "a reading was refused");
	jsw_string(&w, "reason", why);
	jsw_string(&w, "peer", peer);
	if (d == NULL) {
		jsw_string(&w, "device_id", mem_printf(a, "%.80s", s->device_id));
		jsw_int(&w, "count", count_refusals(tx));
	}
	jsw_end(&w);
	rc = event_append(tx, EVENT_SECURITY, 0, d != NULL ? mem_printf(a, "device.%s", d->id) : "devices",
	    buf_str(&b), NULL);
	buf_free(&b);
	if (rc != RC_OK)
		return rc;
	return d != NULL ? store_key_refused(tx, d->row) : remember_strangers(tx);
}

/* ---- readings ---- */

enum { IN_KEY, IN_VALUE, IN_NAME, IN_UNIT, IN_CLASS, IN_STATE_CLASS, IN__MAX };

static const struct field reading_inputs[] = {
	[IN_KEY] = { .name = "key", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true, .min = 1,
	    .max = 64 },
	[IN_VALUE] = { .name = "value", .where = FIELD_BODY, .type = FIELD_ANY, .required = true },
	[IN_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 128 },
	[IN_UNIT] = { .name = "unit", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 32 },
	[IN_CLASS] = { .name = "device_class", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 64 },
	[IN_STATE_CLASS] = { .name = "state_class", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 64 },
	{ .name = NULL }
};

static const char *
given(const struct field_value *in, int i)
{
	return in[i].set && *in[i].s != '\0' ? in[i].s : NULL;
}

static bool
is_truth(const struct field_value *in)
{
	return js_type(in[IN_VALUE].js) == JS_TRUE || js_type(in[IN_VALUE].js) == JS_FALSE;
}

/*
 * The entity of a key, of whichever kind it is: a key keeps its kind. Of a new one (row 0) the domain, by its
 * first value, and the unique id.
 */
static void
find_entity(struct tx *tx, const struct device_identifier *id, const struct field_value *in, struct mem_arena *a,
    struct entity *out)
{
	const char *unique_id = mem_printf(a, "%s_%s", id->value, in[IN_KEY].s);
	const char *const domains[] = { is_truth(in) ? "binary_sensor" : "sensor",
		is_truth(in) ? "sensor" : "binary_sensor" };
	struct entity_state e;
	size_t i;

	*out = (struct entity){ .domain = domains[0], .unique_id = unique_id };
	for (i = 0; i < 2; i++) {
		if (store_entity_by_unique_id(tx->db, ADAPTER, domains[i], unique_id, a, &e) != RC_OK)
			continue;
		if (!e.entity.orphaned || i == 0)
			*out = e.entity;
		if (!e.entity.orphaned)
			return;
	}
}

static const char *
either(const struct field_value *in, int i, const char *otherwise)
{
	return given(in, i) != NULL ? given(in, i) : otherwise;
}

static char *
capabilities(const struct entity *known, const struct field_value *in, struct mem_arena *a)
{
	struct js *caps = js_new_object();
	struct buf b = { 0 };
	char *text;

	if (given(in, IN_STATE_CLASS) == NULL && known->capabilities != NULL) {
		js_free(caps);
		return mem_strdup(a, known->capabilities);
	}
	if (given(in, IN_STATE_CLASS) != NULL)
		js_set(caps, "state_class", js_new_string(given(in, IN_STATE_CLASS)));
	js_dump(caps, &b);
	text = buf_keep(&b, a);
	js_free(caps);
	return text;
}

/* What a reading does not say of its entity stays as it was said before. */
static enum rc
announce(struct tx *tx, const struct device *d, const struct device_identifier *id, const struct entity *known,
    const struct field_value *in, struct mem_arena *a, struct fault *f)
{
	const char *source = mem_printf(a, "%s%s/%s", HTTP_DEVICE_TOPIC, d->id, in[IN_KEY].s);
	struct js *config = js_new_object();
	struct announced_device device = { .identifiers = id, .n_identifiers = 1, .name = d->name };
	struct announced_entity e = {
		.component = known->domain, .domain = known->domain, .unique_id = known->unique_id,
		.name = either(in, IN_NAME, known->name != NULL ? known->name : in[IN_KEY].s),
		.device_class = either(in, IN_CLASS, known->device_class),
		.unit = either(in, IN_UNIT, known->unit), .enabled = true, .source = source,
		.capabilities = capabilities(known, in, a),
	};
	struct announcement an = { .adapter = ADAPTER, .source = source, .device = &device, .entities = &e,
	    .n = 1 };
	struct registry_change change;
	struct buf text = { 0 };
	enum rc rc;

	js_set(config, "topic", js_new_string(source));
	js_dump(config, &text);
	e.config = buf_str(&text);
	rc = registry_announce(tx, &an, a, &change, f);
	buf_free(&text);
	js_free(config);
	return rc;
}

/* Null says nothing of what a key is that nobody knows yet; a unit or a state class does. */
static bool
says_nothing(const struct entity *known, const struct field_value *in)
{
	return known->row == 0 && js_is_null(in[IN_VALUE].js) && given(in, IN_UNIT) == NULL &&
	    given(in, IN_STATE_CLASS) == NULL;
}

static enum rc
check_kind(const struct entity *known, const struct field_value *in, struct fault *f)
{
	bool truth = strcmp(known->domain, "binary_sensor") == 0;

	if (js_is_null(in[IN_VALUE].js) || is_truth(in) == truth)
		return RC_OK;
	return fault_set(f, RC_INVALID, "value",
	    "%s is %s since its first reading (%.80s): what is %s needs another key", in[IN_KEY].s,
	    truth ? "true or false" : "a number or a text", known->entity_id,
	    truth ? "a number or a text" : "true or false");
}

/* What could not become a state is refused here, where the device is told: nobody hears of it later. */
static enum rc
check_value(const struct entity *known, const struct field_value *in, struct fault *f)
{
	const char *key = in[IN_KEY].s, *text;
	double number;
	size_t n;

	if (js_type(in[IN_VALUE].js) == JS_OBJECT || js_type(in[IN_VALUE].js) == JS_ARRAY)
		return fault_set(f, RC_INVALID, "value",
		    "%s: a value is a number, a text, true, false or null", key);
	if (known->row != 0 && check_kind(known, in, f) != RC_OK)
		return RC_INVALID;
	if ((text = js_string(in[IN_VALUE].js, &n)) == NULL)
		return RC_OK;
	if (n > HTTP_DEVICE_TEXT && field_characters(text, n) > HTTP_DEVICE_TEXT)
		return fault_set(f, RC_INVALID, "value", "%s: a text has at most %d characters", key,
		    HTTP_DEVICE_TEXT);
	if (either(in, IN_UNIT, known->unit) != NULL && !rule_number(text, &number))
		return fault_set(f, RC_INVALID, "value", "%s: what has a unit is a number", key);
	return RC_OK;
}

static enum rc
check_key(const struct field_value *in, struct fault *f)
{
	if (strspn(in[IN_KEY].s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
	    strlen(in[IN_KEY].s))
		return RC_OK;
	return fault_set(f, RC_INVALID, "key", "a key has letters, digits, _ and -");
}

/* ignored: the key of a reading of what is disabled, or null of what nobody knows; else NULL. */
static enum rc
take_one(struct tx *tx, const struct device *d, const struct device_identifier *id, const struct js *reading,
    struct mem_arena *a, const char **ignored, struct fault *f)
{
	struct field_value in[IN__MAX];
	struct entity known;
	enum rc rc;

	if ((rc = field_read_body(reading_inputs, reading, a, in, f)) != RC_OK || (rc = check_key(in, f)) != RC_OK)
		return rc;
	find_entity(tx, id, in, a, &known);
	if ((rc = check_value(&known, in, f)) != RC_OK)
		return rc;
	*ignored = (known.row != 0 ? known.enabled : d->enabled) ? NULL : in[IN_KEY].s;
	if (says_nothing(&known, in)) {
		*ignored = in[IN_KEY].s;
		return RC_OK;
	}
	return announce(tx, d, id, &known, in, a, f);
}

static enum rc
take_all(struct tx *tx, const struct device *d, const struct js *readings, struct mem_arena *a,
    struct http_device_answer *out, struct fault *f)
{
	struct device_identifier id = { .kind = "id" };
	const char *ignored;
	enum rc rc = store_device_identifier(tx->db, d->row, a, &id.value);
	size_t i;

	out->taken = js_new_array();
	out->ignored = mem_alloc(a, (js_size(readings) + 1) * sizeof(*out->ignored));
	for (i = 0; i < js_size(readings) && rc == RC_OK; i++) {
		if ((rc = take_one(tx, d, &id, js_at(readings, i), a, &ignored, f)) != RC_OK)
			return fault_in(f, rc, "readings", (int)i);
		if (ignored != NULL)
			out->ignored[out->n_ignored++] = ignored;
		else
			js_append(out->taken, js_ref(js_at(readings, i)));
	}
	return rc == RC_OK ? RC_OK : fault_set(f, rc, NULL, "the readings cannot be stored");
}

static enum rc
check_rate(struct tx *tx, const struct device *d, int *retry_s, struct fault *f)
{
	int64_t oldest;

	if (store_nonce_count(tx->db, d->row, tx->now_ms - MINUTE_MS, &oldest) < HTTP_DEVICE_RATE)
		return RC_OK;
	*retry_s = (int)((oldest + MINUTE_MS - tx->now_ms + 999) / 1000);
	return fault_set(f, RC_LIMITED, NULL, "more than %d requests a minute", HTTP_DEVICE_RATE);
}

static enum rc
append(struct tx *tx, const struct device *d, const struct js *readings, struct mem_arena *a, struct fault *f)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	jsw_object(&w, NULL);
	jsw_value(&w, "readings", readings);
	jsw_end(&w);
	rc = event_append(tx, EVENT_READING, 0, mem_printf(a, "device.%s", d->id), buf_str(&b), NULL);
	buf_free(&b);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the readings cannot be stored");
}

enum rc
http_device_take(struct tx *tx, const struct conf *c, const struct device *d, const char *nonce,
    const struct js *readings, struct mem_arena *a, struct http_device_answer *out, struct fault *f)
{
	int64_t window = 2 * conf_int(c, CONF_DEVICE_AUTH_TIMEOUT) * 1000;
	enum rc rc;

	*out = (struct http_device_answer){ .taken = NULL };
	if ((rc = check_rate(tx, d, &out->retry_s, f)) != RC_OK)
		return rc;
	rc = store_nonce_add(tx, d->row, nonce, tx->now_ms - (window > MINUTE_MS ? window : MINUTE_MS));
	if (rc == RC_EXISTS)
		return fault_set(f, RC_UNAUTHORIZED, NULL, "the signature, its time or its nonce is not right");
	if (rc == RC_OK)
		rc = take_all(tx, d, readings, a, out, f);
	return rc == RC_OK && js_size(out->taken) > 0 ? append(tx, d, out->taken, a, f) : rc;
}
