/* SPDX-License-Identifier: ISC
 *
 * What device families with a protocol of their own do alike. Knows none of them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_family.h"
#include "shared/adapters/adapter_value.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"

#define BLOCK 1024	/* bytes of a device's first arena block */

enum rc
adapter_family_bind(const struct adapter_family *family, struct adapter *ad, const struct entity *e,
    bool was_available, struct binding **out, struct fault *f)
{
	struct js *config = NULL;
	enum rc rc;

	if ((rc = js_parse(e->config, strlen(e->config), JS_LAX_KEYS, &config, f)) != RC_OK)
		return rc;
	rc = family->make(ad, config, was_available, out, f);
	js_free(config);
	return rc;
}

/* ---- announcements ---- */

static bool
is_taken(const struct adapter_build *s, const struct announced_entity *e)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->entities[i].unique_id, e->unique_id) == 0 &&
		    strcmp(s->entities[i].domain, e->domain) == 0)
			return true;
	return false;
}

static const char *
text_of(const struct js *v, struct mem_arena *a)
{
	struct buf b = { 0 };

	js_dump(v, &b);
	return buf_keep(&b, a);
}

static void
put(struct adapter_build *s, const struct announced_entity *e, const struct js *config,
    const struct js *caps)
{
	struct announced_entity *out;

	s->entities = mem_grow(s->a, s->entities, s->n, s->n + 1, sizeof(*s->entities));
	out = &s->entities[s->n++];
	*out = *e;
	out->component = e->domain;
	out->source = s->source;
	out->config = text_of(config, s->a);
	out->capabilities = text_of(caps, s->a);
}

void
adapter_family_add(struct adapter_build *s, const struct announced_entity *e, struct js *config,
    struct js *caps)
{
	struct binding *b = NULL;
	struct fault f = { 0 };

	if (caps == NULL)
		caps = js_new_object();
	if (s->n >= s->family->entities_max)
		fault_set(&f, RC_TOO_LARGE, NULL, "too many entities");
	else if (is_taken(s, e))
		fault_set(&f, RC_EXISTS, NULL, "another one has its id");
	else if (s->family->make(s->ad, config, false, &b, &f) == RC_OK) {
		s->family->describe(b, caps);
		put(s, e, config, caps);
	}
	if (b == NULL) {
		metric_add_label(METRIC_MQTT_DROPPED, "announcement", 1);
		log_info(s->source, "%s left out: %s", e->unique_id, f.msg);
	}
	s->family->unmake(b);
	js_free(config);
	js_free(caps);
}

void
adapter_family_announce(const struct adapter_build *s, const struct announced_device *d,
    struct announcement *out)
{
	out->adapter = s->family->name;
	out->source = s->source;
	out->device = d;
	out->entities = s->entities;
	out->n = s->n;
}

struct announced_device *
adapter_family_device(struct mem_arena *a, const char *kind, const char *value, const char *name)
{
	struct announced_device *d = mem_zalloc(a, sizeof(*d));
	struct device_identifier *id = mem_zalloc(a, sizeof(*id));

	id->kind = kind;
	id->value = mem_strdup(a, value);
	d->identifiers = id;
	d->n_identifiers = 1;
	d->name = mem_strdup(a, name);
	return d;
}

const char *
adapter_family_title(const char *name, struct mem_arena *a)
{
	char *text = mem_strdup(a, name), *p;

	for (p = text; *p != '\0'; p++)
		if (*p == '_')
			*p = ' ';
	if (*text >= 'a' && *text <= 'z')
		*text = (char)(*text - 'a' + 'A');
	return text;
}

const char *
adapter_family_mac(const char *value, struct mem_arena *a)
{
	char hex[13] = "";
	const char *p;
	size_t n = 0;

	for (p = value; p != NULL && *p != '\0'; p++) {
		if (strchr(":-.", *p) != NULL)
			continue;
		if (!isxdigit((unsigned char)*p) || n == 12)
			return NULL;
		hex[n++] = (char)tolower((unsigned char)*p);
	}
	return n < 12 ? NULL : mem_printf(a, "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4, hex + 6,
	    hex + 8, hex + 10);
}

/* ---- shared devices ---- */

static void
destroy(struct adapter_shared *d)
{
	mem_arena_free(d->a);
	free(d);
}

enum rc
adapter_family_share(struct map *devices, const struct js *o, size_t size,
    enum rc (*fill)(struct adapter_shared *d, const struct js *o, struct fault *f),
    struct adapter_shared **out, struct fault *f)
{
	struct adapter_shared *d;
	struct buf key = { 0 };
	enum rc rc = RC_OK;

	js_dump(o, &key);
	if ((d = map_get(devices, buf_str(&key))) == NULL) {
		d = mem_xcalloc(1, size);
		d->a = mem_arena_new(BLOCK);
		d->key = mem_strdup(d->a, buf_str(&key));
		if ((rc = fill(d, o, f)) == RC_OK)
			map_put(devices, d->key, d);
		else
			destroy(d);
	}
	buf_free(&key);
	if (rc != RC_OK)
		return rc;
	d->refs++;
	*out = d;
	return RC_OK;
}

void
adapter_family_unshare(struct map *devices, struct adapter_shared *d)
{
	if (d == NULL || --d->refs > 0)
		return;
	map_remove(devices, d->key);
	destroy(d);
}

/* ---- reports ---- */

bool
adapter_family_says(const struct message *m, const char *text)
{
	return strlen(text) == m->len && memcmp(text, m->payload, m->len) == 0;
}

enum report_result
adapter_family_set(struct report *r, const char *state)
{
	r->has_state = true;
	r->state = state;
	return REPORT_OK;
}

enum report_result
adapter_family_set_value(struct report *r, const struct js *v, struct mem_arena *a)
{
	struct buf text = { .max = ADAPTER_STATE_MAX };
	enum report_result result = REPORT_BAD;

	if (adapter_value_text(v, &text) && !text.over)
		result = adapter_family_set(r, mem_strndup(a, buf_str(&text), text.len));
	buf_free(&text);
	return result;
}

enum report_result
adapter_family_available(struct report *r, bool online, bool *known)
{
	*known = online;
	r->has_available = true;
	r->available = online;
	return REPORT_OK;
}

enum report_result
adapter_family_happened(struct report *r, const char *type, int64_t now_ms, struct mem_arena *a)
{
	char when[CLOCK_TEXT];

	adapter_report_put(r, "event_type", js_new_string(type));
	r->action = true;
	r->force = true;
	return adapter_family_set(r, mem_strdup(a, clock_rfc3339(now_ms, when)));
}
