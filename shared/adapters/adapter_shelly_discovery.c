/* SPDX-License-Identifier: ISC
 *
 * Nothing announces a device: it says that it is there, and is asked what it is. Its three answers come one
 * by one; with the last one it is complete. What was heard so far is kept by the device's prefix. Answers
 * that another engine asked for, before this one took over, make it ask once more.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"
#include "shared/adapters/adapter_topic.h"
#include "shared/base/field.h"

enum question { ASK_INFO, ASK_CONFIG, ASK_STATUS, QUESTIONS };

static const char *const methods[QUESTIONS] = {
	[ASK_INFO] = "Shelly.GetDeviceInfo", [ASK_CONFIG] = "Shelly.GetConfig",
	[ASK_STATUS] = "Shelly.GetStatus",
};

struct shelly_pending {
	struct js	*answers[QUESTIONS];	/* NULL: none yet */
	bool		 done;			/* nothing more is expected until it comes back */
	char		 prefix[];
};

static void
drop_answers(struct shelly_pending *p)
{
	int i;

	for (i = 0; i < QUESTIONS; i++) {
		js_free(p->answers[i]);
		p->answers[i] = NULL;
	}
}

static void
forget(struct shelly_pending *p)
{
	if (p != NULL)
		drop_answers(p);
	free(p);
}

void
shelly_discovery_forget(struct adapter *ad)
{
	struct shelly_pending *p;
	size_t i = 0;

	while ((p = map_next(&ad->pending, &i)) != NULL)
		forget(p);
	map_free(&ad->pending);
}

/* What is between the given beginning and end of a topic, or NULL. */
static const char *
prefix_in(const char *topic, const char *begin, const char *end, struct mem_arena *a)
{
	size_t b = strlen(begin), e = strlen(end), n = strlen(topic);

	if (n <= b + e || n - b - e > SHELLY_PREFIX_MAX || strncmp(topic, begin, b) != 0 ||
	    strcmp(topic + n - e, end) != 0 || !field_utf8(topic, n))
		return NULL;
	return mem_strndup(a, topic + b, n - b - e);
}

/* ---- it is there: it is asked ---- */

static enum rc
ask(struct adapter *ad, const char *prefix, struct mem_arena *a, struct announcement *out,
    struct fault *f)
{
	struct outgoing *asks = mem_zalloc(a, QUESTIONS * sizeof(*asks));
	struct shelly_pending *p;
	int i;

	forget(map_remove(&ad->pending, prefix));
	if (ad->pending.n >= SHELLY_PENDING_MAX)
		return fault_set(f, RC_TOO_LARGE, "topic", "too many devices");
	p = mem_xcalloc(1, sizeof(*p) + strlen(prefix) + 1);
	memcpy(p->prefix, prefix, strlen(prefix));
	map_put(&ad->pending, p->prefix, p);
	for (i = 0; i < QUESTIONS; i++)
		shelly_encode_request(prefix, SHELLY_ASK, i, methods[i], NULL, a, &asks[i]);
	out->asks = asks;
	out->n_asks = QUESTIONS;
	return RC_NOT_FOUND;
}

static enum rc
read_online(struct adapter *ad, const char *prefix, struct message *m, struct mem_arena *a,
    struct announcement *out, struct fault *f)
{
	if (m->len == 4 && memcmp(m->payload, "true", 4) == 0)
		return ask(ad, prefix, a, out, f);
	if (m->len > 0 && !(m->len == 5 && memcmp(m->payload, "false", 5) == 0))
		return RC_NOT_FOUND;
	forget(map_remove(&ad->pending, prefix));
	if (m->len > 0)
		return RC_NOT_FOUND;
	out->adapter = "shelly";
	out->source = m->topic;
	out->removal = true;
	return RC_OK;
}

/* ---- it answers ---- */

/* "A8032ABE54DC" as aa:bb:cc:dd:ee:ff, as other families name the same device. NULL: no MAC address. */
static const char *
tidy_mac(const char *mac, struct mem_arena *a)
{
	char hex[13] = "";
	size_t i;

	for (i = 0; mac != NULL && i < 12 && isxdigit((unsigned char)mac[i]); i++)
		hex[i] = (char)tolower((unsigned char)mac[i]);
	if (i < 12 || mac[12] != '\0')
		return NULL;
	return mem_printf(a, "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4, hex + 6, hex + 8,
	    hex + 10);
}

/* The device's own page, where its address is one. */
static const char *
page(const struct js *status, struct mem_arena *a)
{
	const char *ip = shelly_decode_text(js_get(status, "wifi"), "sta_ip");

	if (ip == NULL)
		ip = shelly_decode_text(js_get(status, "eth"), "ip");
	if (ip == NULL || strlen(ip) > 15 || ip[strspn(ip, "0123456789.")] != '\0')
		return NULL;
	return mem_printf(a, "http://%s", ip);
}

static const char *
copy(const struct js *o, const char *key, struct mem_arena *a)
{
	return mem_strdup(a, shelly_decode_text(o, key));
}

static struct announced_device *
new_device(const struct shelly_build *s, const char *mac)
{
	struct announced_device *d = mem_zalloc(s->a, sizeof(*d));
	struct device_identifier *id = mem_zalloc(s->a, sizeof(*id));

	id->kind = "mac";
	id->value = mac;
	d->identifiers = id;
	d->n_identifiers = 1;
	d->name = copy(s->info, "name", s->a);
	if (d->name == NULL)
		d->name = copy(s->info, "id", s->a);
	d->manufacturer = "Shelly";
	d->model = copy(s->info, "app", s->a);
	d->model_id = copy(s->info, "model", s->a);
	d->sw_version = copy(s->info, "ver", s->a);
	d->serial_number = s->mac;
	d->configuration_url = page(s->status, s->a);
	return d;
}

static enum rc
complete(struct adapter *ad, struct shelly_pending *p, struct mem_arena *a, struct announcement *out,
    struct fault *f)
{
	struct shelly_build s = { .ad = ad, .a = a, .info = p->answers[ASK_INFO],
		.config = p->answers[ASK_CONFIG], .status = p->answers[ASK_STATUS] };
	const char *mac = tidy_mac(js_get_string(s.info, "mac"), a);

	if (mac == NULL)
		return fault_set(f, RC_INVALID, "mac", "%.80s: no MAC address", p->prefix);
	s.mac = copy(s.info, "mac", a);
	s.source = mem_printf(a, "%s/online", p->prefix);
	s.device = js_new_object();
	js_set(s.device, "prefix", js_new_string(p->prefix));
	js_set(s.device, "sleep", js_new_int(js_int(js_get(js_get(s.status, "sys"), "wakeup_period"), 0)));
	shelly_build_all(&s);
	js_free(s.device);
	*out = (struct announcement){ .adapter = "shelly", .source = s.source,
		.device = new_device(&s, mac), .entities = s.entities, .n = s.n };
	return RC_OK;
}

static enum rc
read_answer(struct adapter *ad, const char *prefix, struct message *m, struct mem_arena *a,
    struct announcement *out, struct fault *f)
{
	struct shelly_pending *p = map_get(&ad->pending, prefix);
	const struct js *o, *result;
	int64_t id;
	enum rc rc;
	int i;

	if (p == NULL)
		return ask(ad, prefix, a, out, f);
	if (p->done)
		return RC_NOT_FOUND;
	if (m->len > SHELLY_PAYLOAD_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "answer of more than %d bytes", SHELLY_PAYLOAD_MAX);
	o = message_json(m);
	id = js_int(js_get(o, "id"), -1);
	result = js_get(o, "result");
	if (id < 0 || id >= QUESTIONS || js_type(result) != JS_OBJECT)
		return fault_set(f, RC_INVALID, NULL, "no answer to what was asked: %.80s", m->payload);
	js_free(p->answers[id]);
	p->answers[id] = js_ref(result);
	for (i = 0; i < QUESTIONS; i++)
		if (p->answers[i] == NULL)
			return RC_NOT_FOUND;
	rc = complete(ad, p, a, out, f);
	drop_answers(p);
	p->done = true;
	return rc;
}

enum rc
shelly_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f)
{
	const char *of;

	(void)prefix;
	if ((of = prefix_in(m->topic, SHELLY_ASK, "/rpc", a)) != NULL)
		return read_answer(ad, of, m, a, out, f);
	if ((of = prefix_in(m->topic, "", "/online", a)) == NULL ||
	    !adapter_topic_publishable(of, strlen(of)))
		return RC_NOT_FOUND;
	return read_online(ad, of, m, a, out, f);
}
