/* SPDX-License-Identifier: ISC
 *
 * From a command to messages: what the components' encoders share.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/clock.h"

#define VARS_MAX (HASS_COMMON_VARS + 12)

enum rc
hass_encode_cannot(struct hass_encode *e)
{
	return fault_set(e->f, RC_UNSUPPORTED, "service", "the device was announced without %s",
	    e->c->service);
}

bool
hass_encode_service(const struct hass_encode *e, const char *service)
{
	return strcmp(e->c->service, service) == 0;
}

/* In the arena, as the device reads it; NULL when it cannot be written so. */
static const char *
encoded(const struct hass_encode *e, const char *payload, size_t *len)
{
	struct buf b = { 0 };
	const char *out = NULL;

	if (hass_encoding_is_plain(e->b->shape->encoding))
		return mem_bytes(e->a, payload, *len);
	if (hass_encoding_encode(e->b->shape->encoding, payload, *len, &b)) {
		out = mem_bytes(e->a, buf_str(&b), b.len);
		*len = b.len;
	}
	buf_free(&b);
	return out;
}

static enum rc
add(struct hass_encode *e, int topic, const char *payload, size_t len)
{
	const char *written;
	struct outgoing *o;

	if (e->n == OUTGOING_MAX)
		return fault_set(e->f, RC_TOO_LARGE, "data", "too many messages for one command");
	if ((written = encoded(e, payload, &len)) == NULL)
		return fault_set(e->f, RC_INVALID, "data", "the device's encoding has no such character");
	o = &e->out[e->n++];
	o->topic = hass_binding_publish(e->b, topic, e->a);
	o->payload = written;
	o->len = len;
	o->qos = hass_binding_qos(e->b);
	o->retain = hass_binding_number(e->b, HASS_RETAIN) != 0;
	return RC_OK;
}

/* The value as text without a template. */
static void
plain(const struct template_var *v, struct buf *b)
{
	switch (v->type) {
	case TEMPLATE_STRING:
		buf_put(b, v->u.s.p, v->u.s.len);
		break;
	case TEMPLATE_INT:
		buf_put_int(b, v->u.i);
		break;
	case TEMPLATE_REAL:
		adapter_value_real(v->u.d, b);
		break;
	case TEMPLATE_BOOL:
		buf_puts(b, v->u.b ? "True" : "False");
		break;
	default:
		buf_puts(b, "None");
	}
}

enum rc
hass_encode_send(struct hass_encode *e, int topic, int template, const struct template_var *value,
    const struct template_var *more, size_t n)
{
	const struct hass_text *t = NULL;
	struct template_var vars[VARS_MAX];
	struct template_env env;
	struct hass_self self;
	struct buf *out = &e->b->shape->ad->out;
	struct fault why = { 0 };

	if (!hass_binding_has(e->b, topic))
		return hass_encode_cannot(e);
	if (template != HASS_NONE)
		t = hass_binding_shared(e->b, template);
	buf_reset(out);
	if (t == NULL) {
		plain(value, out);
		return add(e, topic, buf_str(out), out->len);
	}
	hass_template_env(e->b, t, e->c->created, vars, &self, &env);
	vars[env.nvars++] = *value;
	while (n > 0 && env.nvars < VARS_MAX)
		vars[env.nvars++] = more[--n];
	if (template_eval(t->compiled, e->b->shape->ad->scratch, &env, out, &why) != TEMPLATE_OK)
		return fault_set(e->f, RC_ERROR, NULL, "command template: %.180s", why.msg);
	return add(e, topic, buf_str(out), out->len);
}

enum rc
hass_encode_text(struct hass_encode *e, int topic, int template, const char *value)
{
	struct template_var v;

	if (value == NULL)
		return hass_encode_cannot(e);
	v = template_var_string("value", value, strlen(value));
	return hass_encode_send(e, topic, template, &v, NULL, 0);
}

enum rc
hass_encode_number(struct hass_encode *e, int topic, int template, const struct js *value)
{
	struct template_var v = js_type(value) == JS_INT ? template_var_int("value", js_int(value, 0)) :
	    template_var_real("value", js_real(value, 0));

	return hass_encode_send(e, topic, template, &v, NULL, 0);
}

enum rc
hass_encode_real(struct hass_encode *e, int topic, int template, const struct js *value)
{
	struct template_var v = template_var_real("value", js_real(value, 0));

	return hass_encode_send(e, topic, template, &v, NULL, 0);
}

enum rc
hass_encode_json(struct hass_encode *e, int topic, const struct js *value)
{
	struct buf *out = &e->b->shape->ad->out;

	if (!hass_binding_has(e->b, topic))
		return hass_encode_cannot(e);
	buf_reset(out);
	js_dump(value, out);
	return add(e, topic, buf_str(out), out->len);
}

enum report_result
hass_encode_assume_onoff(struct hass_encode *e, struct report *r)
{
	bool on = hass_encode_service(e, "turn_on");

	if (!on && !hass_encode_service(e, "turn_off"))
		return REPORT_NOTHING;
	r->has_state = true;
	r->state = on ? "on" : "off";
	return REPORT_OK;
}

enum report_result
hass_encode_assume_now(struct hass_encode *e, struct report *r)
{
	char when[CLOCK_TEXT];

	r->has_state = true;
	r->state = mem_strdup(e->a, clock_rfc3339(e->c->created, when));
	return REPORT_OK;
}
