/* SPDX-License-Identifier: ISC
 *
 * From a message to a report: the template, the readers that the tables name, and the attributes that an
 * entity takes from a JSON object. The engine's fast path: for a plain sensor nothing is allocated but
 * the parsed payload.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/field.h"

enum template_result
hass_decode_render(struct binding *b, const struct hass_text *t, struct message *m, struct fault *f)
{
	struct template_var vars[HASS_COMMON_VARS + 2 + HASS_VARS];
	enum template_result result;
	struct template_env env;
	struct hass_self self;
	const struct js *json;

	hass_template_env(b, t, m->now_ms, vars, &self, &env);
	vars[env.nvars++] = b->shape->encoding == HASS_BYTES_ONLY ?
	    template_var_bytes("value", m->payload, m->len) :
	    template_var_string("value", m->payload, m->len);
	if (t->json && ((json = message_json(m)) != NULL))
		vars[env.nvars++] = template_var_json("value_json", json);
	if (b->shape->component->vars != NULL)
		env.nvars += b->shape->component->vars(b, vars + env.nvars);
	buf_reset(&b->shape->ad->out);
	result = template_eval(t->compiled, b->shape->ad->scratch, &env, &b->shape->ad->out, f);
	if (result != TEMPLATE_OK && f != NULL)	/* no more: for some devices that is how most messages end */
		memcpy(f->field, REPORT_TEMPLATE, sizeof(REPORT_TEMPLATE));
	return result;
}

/* Fills text and len. REPORT_OK: go on. */
static enum report_result
apply_template(struct hass_decode *d)
{
	const struct hass_text *t = NULL;

	d->text = d->m->payload;
	d->len = d->m->len;
	if (d->read->template != HASS_NONE)
		t = hass_binding_shared(d->b, d->read->template);
	if (t == NULL && d->b->shape->component->fallback != 0)
		t = hass_binding_shared(d->b, d->b->shape->component->fallback);
	if (t == NULL)
		return REPORT_OK;
	switch (hass_decode_render(d->b, t, d->m, d->f)) {
	case TEMPLATE_OK:
		d->text = buf_str(&d->b->shape->ad->out);
		d->len = d->b->shape->ad->out.len;
		return REPORT_OK;
	case TEMPLATE_UNDEFINED:
		return (d->read->flags & HASS_RAW) != 0 ? REPORT_OK : REPORT_NOTHING;
	default:
		return REPORT_BAD;
	}
}

/* What the house itself says about an entity is not overwritten by a device's odd attributes. */
static bool
is_reserved(const struct hass_component *c, const char *name)
{
	static const char *const names[] = { "assumed_state", "available", "device_class", "device_info",
		"entity_category", "entity_picture", "force_update", "friendly_name", "icon", "should_poll",
		"state", "supported_features", "unique_id", "unit_of_measurement" };
	const char *const *own;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	for (i = 0; i < c->n_reads; i++)
		if (c->reads[i].name != NULL && strcmp(c->reads[i].name, name) == 0)
			return true;
	for (own = c->attributes; own != NULL && *own != NULL; own++)
		if (strcmp(*own, name) == 0)
			return true;
	return false;
}

/* What the last object had and this one has not is gone, where nobody else can have said it. */
static void
drop_attributes(struct hass_decode *d, const struct js *o)
{
	const struct js *have = d->now->attributes;
	const char *name;
	void *it;

	for (it = js_iter(have); it != NULL && d->b->shape->component->plain; it = js_iter_next(have, it)) {
		name = js_iter_key(it);
		if (js_get(o, name) == NULL && !is_reserved(d->b->shape->component, name) &&
		    d->r->n_attributes < REPORT_ATTRIBUTES)
			hass_decode_put(d->r, mem_strdup(d->a, name), NULL);
	}
}

/* The members of a JSON object as attributes. */
static enum report_result
decode_attributes(struct hass_decode *d)
{
	const struct hass_text *t = hass_binding_shared(d->b, HASS_ATTRIBUTES_TEMPLATE);
	const struct js *o = t == NULL ? message_json(d->m) : NULL;
	struct js *parsed = NULL;
	void *it;

	if (t != NULL) {
		if (hass_decode_render(d->b, t, d->m, d->f) != TEMPLATE_OK)
			return REPORT_BAD;
		if (js_parse(buf_str(&d->b->shape->ad->out), d->b->shape->ad->out.len, JS_LAX_KEYS, &parsed,
		    d->f) != RC_OK)
			return REPORT_BAD;
		o = parsed;
	}
	if (js_type(o) != JS_OBJECT) {
		js_free(parsed);
		return hass_decode_bad(d, "attributes are no JSON object");
	}
	for (it = js_iter(o); it != NULL; it = js_iter_next(o, it))
		if (d->r->n_attributes < REPORT_ATTRIBUTES &&
		    !is_reserved(d->b->shape->component, js_iter_key(it)))
			hass_decode_put(d->r, mem_strdup(d->a, js_iter_key(it)),
			    js_ref(js_iter_value(it)));
	drop_attributes(d, o);
	js_free(parsed);
	return REPORT_OK;
}

/* Also a message without news puts off what expires. */
static enum report_result
hear(struct hass_decode *d)
{
	uint8_t expire = d->b->shape->component->expire;

	if (expire == 0 || hass_binding_number(d->b, expire) <= 0)
		return REPORT_NOTHING;
	d->r->heard = true;
	return REPORT_OK;
}

static enum report_result
decode(struct hass_decode *d, size_t role)
{
	enum report_result result;

	if (d->read == NULL)
		return role == d->b->shape->component->n_reads ? decode_attributes(d) :
		    hass_availability_decode(d, role - d->b->shape->component->n_reads - 1);
	if ((result = apply_template(d)) != REPORT_OK)
		return result == REPORT_NOTHING ? hear(d) : result;
	if (d->b->shape->encoding == HASS_BYTES_ONLY && (d->read->flags & HASS_BYTES) == 0 &&
	    !field_utf8(d->text, d->len))
		return hass_decode_bad(d, "nothing makes text of these bytes");
	result = d->read->fn(d);
	return result == REPORT_NOTHING ? hear(d) : result;
}

/* Text in another encoding: for this binding the message is another one. */
static enum report_result
decode_other(struct hass_decode *d, size_t role)
{
	struct message m = { .topic = d->m->topic, .qos = d->m->qos, .retain = d->m->retain,
		.now_ms = d->m->now_ms };
	enum report_result result;

	if (!hass_encoding_decode(d->b->shape->encoding, d->m->payload, d->m->len, d->a, &m.payload, &m.len))
		return hass_decode_bad(d, "payload is no text in the encoding of the entity");
	d->m = &m;
	result = decode(d, role);
	js_free(m.json);
	return result;
}

enum report_result
hass_decode_topic(struct binding *b, size_t topic, struct message *m, const struct binding_state *now,
    struct mem_arena *a, struct report *r, struct fault *f)
{
	struct hass_decode d = { .b = b, .m = m, .now = now, .a = a, .r = r, .f = f };
	size_t n = b->shape->n_roles;
	size_t role = topic < n ? hass_shape_roles(b->shape)[topic] : b->shape->component->n_reads + 1 + topic - n;

	d.read = role < b->shape->component->n_reads ? &b->shape->component->reads[role] : NULL;
	if (b->shape->encoding == HASS_BYTES_ONLY || (d.read != NULL && (d.read->flags & HASS_BYTES) != 0))
		return decode(&d, role);
	if (b->shape->encoding != HASS_UTF8)
		return decode_other(&d, role);
	/* What was parsed as JSON is text; one message goes to several entities. */
	if (m->json == NULL && !field_utf8(m->payload, m->len))
		return hass_decode_bad(&d, "payload is not UTF-8 text");
	return decode(&d, role);
}

bool
hass_decode_is(const struct hass_decode *d, const char *text)
{
	return text != NULL && strlen(text) == d->len && memcmp(text, d->text, d->len) == 0;
}

bool
hass_decode_none(const struct hass_decode *d)
{
	return d->len == 4 && memcmp(d->text, "None", 4) == 0;
}

enum report_result
hass_decode_bad(struct hass_decode *d, const char *why)
{
	fault_set(d->f, RC_INVALID, NULL, "%s: %.80s", why, d->text != NULL ? d->text : d->m->payload);
	return REPORT_BAD;
}

enum report_result
hass_decode_set(struct hass_decode *d, const char *state)
{
	d->r->has_state = true;
	d->r->state = state;
	return REPORT_OK;
}

void
hass_decode_put(struct report *r, const char *name, struct js *value)
{
	adapter_report_put(r, name, value);
}

enum report_result
hass_decode_state(struct hass_decode *d)
{
	if (hass_decode_none(d))
		return hass_decode_set(d, NULL);
	if (d->len > HASS_STATE_MAX && field_characters(d->text, d->len) > HASS_STATE_MAX)
		return hass_decode_bad(d, "state is longer than 255 characters");
	return hass_decode_set(d, mem_strndup(d->a, d->text, d->len));
}

enum report_result
hass_decode_attribute_text(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	hass_decode_put(d->r, d->read->name,
	    hass_decode_none(d) ? js_new_null() : js_new_stringn(d->text, d->len));
	return REPORT_OK;
}

enum report_result
hass_decode_attribute_number(struct hass_decode *d)
{
	double v;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_none(d)) {
		hass_decode_put(d->r, d->read->name, js_new_null());
		return REPORT_OK;
	}
	if (!adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "not a number");
	hass_decode_put(d->r, d->read->name, js_new_real(v));
	return REPORT_OK;
}

/* The checked text, as what the row of reads says it is. */
static enum report_result
report_text(struct hass_decode *d)
{
	const char *text = hass_decode_none(d) ? NULL : mem_strndup(d->a, d->text, d->len);

	if (d->read->name == NULL)
		return hass_decode_set(d, text);
	hass_decode_put(d->r, d->read->name, text == NULL ? js_new_null() : js_new_string(text));
	return REPORT_OK;
}

enum report_result
hass_decode_one_of(struct hass_decode *d, const char *const *list, size_t n, const char *why)
{
	size_t i;

	if (d->len == 0)
		return REPORT_NOTHING;
	for (i = 0; i < n && !hass_decode_is(d, list[i]); i++)
		continue;
	return i < n || hass_decode_none(d) ? report_text(d) : hass_decode_bad(d, why);
}

enum report_result
hass_decode_on_off(struct hass_decode *d, const char *on, const char *off, const char *why)
{
	if (hass_decode_is(d, on))
		return hass_decode_set(d, "on");
	if (hass_decode_is(d, off))
		return hass_decode_set(d, "off");
	return hass_decode_none(d) ? hass_decode_set(d, NULL) : hass_decode_bad(d, why);
}

enum report_result
hass_decode_listed(struct hass_decode *d, int key, const char *why)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	return hass_decode_none(d) || hass_binding_lists(d->b, key, d->text, d->len) ?
	    report_text(d) : hass_decode_bad(d, why);
}

enum report_result
hass_decode_rounded(struct hass_decode *d, double precision)
{
	double v;

	if (precision <= 0 || !adapter_value_number(d->text, d->len, &v))
		return hass_decode_attribute_number(d);
	v = adapter_value_round(v / precision) / adapter_value_round(1 / precision);
	if (!isfinite(v))
		return hass_decode_bad(d, "not a number");
	hass_decode_put(d->r, d->read->name, js_new_real(v));
	return REPORT_OK;
}

int
hass_decode_percent(const struct binding *b, int low, int high, double v)
{
	double from = hass_binding_number(b, low);

	return (int)fmin(100, fmax(0, floor((v - from) * 100 / (hass_binding_number(b, high) - from))));
}
