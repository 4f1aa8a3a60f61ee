/* SPDX-License-Identifier: ISC
 *
 * Nothing announces a device: it says that it is there, and is asked what it is. Its three answers come one
 * by one; with the last one it is complete, or is asked for what was added to it. What was heard so far is
 * kept by the device's prefix. Answers that another engine asked for, before this one took over, make it ask
 * once more.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_shelly_int.h"
#include "shared/adapters/adapter_topic.h"
#include "shared/base/field.h"

#define KEPT_MS 60000	/* an engine does not live longer */
#define AGAIN_MS 2000	/* for its answers */

enum question { ASK_INFO, ASK_CONFIG, ASK_STATUS, QUESTIONS, ASK_COMPONENTS = QUESTIONS };

static const char *const methods[QUESTIONS] = {
	[ASK_INFO] = "Shelly.GetDeviceInfo", [ASK_CONFIG] = "Shelly.GetConfig",
	[ASK_STATUS] = "Shelly.GetStatus",
};

struct shelly_pending {
	struct js	*answers[QUESTIONS];	/* NULL: none yet */
	int64_t		 asked_ms;
	bool		 listing;		/* asked for what was added to it */
	size_t		 listed;		/* components on them */
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
ask(struct adapter *ad, const char *prefix, const struct message *m, struct mem_arena *a,
    struct announcement *out, struct fault *f)
{
	struct outgoing *asks = mem_zalloc(a, QUESTIONS * sizeof(*asks));
	struct shelly_pending *p;
	int i;

	forget(map_remove(&ad->pending, prefix));
	if (ad->pending.n >= SHELLY_PENDING_MAX)
		return fault_set(f, RC_TOO_LARGE, "topic", "too many devices");
	p = mem_xcalloc(1, sizeof(*p) + strlen(prefix) + 1);
	p->asked_ms = m->now_ms;
	memcpy(p->prefix, prefix, strlen(prefix));
	map_put(&ad->pending, p->prefix, p);
	for (i = 0; i < QUESTIONS; i++)
		shelly_encode_request(prefix, NULL, SHELLY_ASK, i, methods[i], NULL, a, &asks[i]);
	out->asks = asks;
	out->n_asks = QUESTIONS;
	return RC_NOT_FOUND;
}

/* What the broker kept comes in for every entity that begins to listen; once is enough. */
static bool
was_asked(const struct adapter *ad, const char *prefix, const struct message *m)
{
	const struct shelly_pending *p = map_get(&ad->pending, prefix);

	return p != NULL && m->now_ms - p->asked_ms < (m->retain ? KEPT_MS : p->done ? 0 : AGAIN_MS);
}

static enum rc
read_online(struct adapter *ad, const char *prefix, struct message *m, struct mem_arena *a,
    struct announcement *out, struct fault *f)
{
	if (m->len == 4 && memcmp(m->payload, "true", 4) == 0)
		return was_asked(ad, prefix, m) ? RC_NOT_FOUND : ask(ad, prefix, m, a, out, f);
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
	const char *name = shelly_decode_text(s->info, "name");
	struct announced_device *d = adapter_family_device(s->b.a, "mac", mac,
	    name != NULL ? name : shelly_decode_text(s->info, "id"));

	d->manufacturer = "Shelly";
	d->model = copy(s->info, "app", s->b.a);
	d->model_id = copy(s->info, "model", s->b.a);
	d->sw_version = copy(s->info, "ver", s->b.a);
	d->serial_number = s->mac;
	d->configuration_url = page(s->status, s->b.a);
	return d;
}

static enum rc
complete(struct adapter *ad, struct shelly_pending *p, struct mem_arena *a, struct announcement *out,
    struct fault *f)
{
	struct shelly_build s = { .b = { .family = &shelly_family, .ad = ad, .a = a }, .info = p->answers[ASK_INFO],
		.config = p->answers[ASK_CONFIG], .status = p->answers[ASK_STATUS] };
	const char *mac = adapter_family_mac(js_get_string(s.info, "mac"), a);

	if (mac == NULL)
		return fault_set(f, RC_INVALID, "mac", "%.80s: no MAC address", p->prefix);
	s.mac = copy(s.info, "mac", a);
	s.b.source = mem_printf(a, "%s/online", p->prefix);
	s.device = js_new_object();
	js_set(s.device, "prefix", js_new_string(p->prefix));
	js_set(s.device, "sleep", js_new_int(js_int(js_get(js_get(s.status, "sys"), "wakeup_period"), 0)));
	shelly_build_all(&s);
	js_free(s.device);
	adapter_family_announce(&s.b, new_device(&s, mac), out);
	return RC_OK;
}

/* ---- what was added to it ---- */

/* Since firmware 1.2, on what is newer or better than the second generation; whoever sleeps has none. */
static bool
can_have_more(const struct shelly_pending *p)
{
	const struct js *info = p->answers[ASK_INFO], *status = p->answers[ASK_STATUS];
	const char *app = js_get_string(info, "app"), *firmware = js_get_string(info, "fw_id");
	bool able = js_int(js_get(info, "gen"), 0) > 2 || (app != NULL && strncmp(app, "Pro", 3) == 0) ||
	    js_get(status, "bthome") != NULL;

	return able && firmware != NULL && strncmp(firmware, "20240213", 8) >= 0 &&
	    js_int(js_get(js_get(status, "sys"), "wakeup_period"), 0) == 0;
}

static enum rc
ask_more(struct shelly_pending *p, struct mem_arena *a, struct announcement *out)
{
	struct outgoing *ask = mem_zalloc(a, sizeof(*ask));
	struct js *params = js_new_object(), *include = js_new_array();

	p->listing = true;
	js_append(include, js_new_string("status"));
	js_append(include, js_new_string("config"));
	js_set(params, "dynamic_only", js_new_bool(true));
	js_set(params, "include", include);
	js_set(params, "offset", js_new_int((int64_t)p->listed));
	shelly_encode_request(p->prefix, NULL, SHELLY_ASK, ASK_COMPONENTS, "Shelly.GetComponents", params, a,
	    ask);
	out->asks = ask;
	out->n_asks = 1;
	return RC_NOT_FOUND;
}

static bool
is_complete(const struct shelly_pending *p)
{
	int i;

	for (i = 0; i < QUESTIONS; i++)
		if (p->answers[i] == NULL)
			return false;
	return true;
}

static enum rc
finish(struct adapter *ad, struct shelly_pending *p, struct mem_arena *a, struct announcement *out,
    struct fault *f)
{
	enum rc rc = complete(ad, p, a, out, f);

	drop_answers(p);
	p->done = true;
	return rc;
}

/* A page of the list; an error means that there is none. Other pages are of an earlier question. */
static enum rc
read_more(struct adapter *ad, struct shelly_pending *p, const struct js *result, struct mem_arena *a,
    struct announcement *out, struct fault *f)
{
	size_t n;

	if (result != NULL && js_int(js_get(result, "offset"), 0) != (int64_t)p->listed)
		return RC_NOT_FOUND;
	n = shelly_dynamic_merge(js_get(result, "components"), p->answers[ASK_CONFIG],
	    p->answers[ASK_STATUS]);
	p->listed += n;
	if (n > 0 && p->listed < SHELLY_ENTITIES_MAX &&
	    js_int(js_get(result, "total"), 0) > (int64_t)p->listed)
		return ask_more(p, a, out);
	return finish(ad, p, a, out, f);
}

static enum rc
read_answer(struct adapter *ad, const char *prefix, struct message *m, struct mem_arena *a,
    struct announcement *out, struct fault *f)
{
	struct shelly_pending *p = map_get(&ad->pending, prefix);
	const struct js *o, *result;
	int64_t id;

	if (p == NULL)
		return ask(ad, prefix, m, a, out, f);
	if (p->done)
		return RC_NOT_FOUND;
	if (m->len > ANNOUNCEMENT_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "answer of more than %d bytes", ANNOUNCEMENT_MAX);
	o = message_json(m);
	id = js_int(js_get(o, "id"), -1);
	result = js_get(o, "result");
	if (id == ASK_COMPONENTS && p->listing)
		return read_more(ad, p, result, a, out, f);
	if (id < 0 || id >= QUESTIONS || js_type(result) != JS_OBJECT)
		return fault_set(f, RC_INVALID, NULL, "no answer to what was asked: %.80s", m->payload);
	if (p->answers[id] != NULL)
		return RC_NOT_FOUND;	/* of an earlier question */
	p->answers[id] = js_ref(result);
	if (!is_complete(p))
		return RC_NOT_FOUND;
	return can_have_more(p) ? ask_more(p, a, out) : finish(ad, p, a, out, f);
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
