/* SPDX-License-Identifier: ISC
 *
 * The last message of each topic: what each entity of a device makes of it, for people who wonder about a
 * value, and how it gets from one engine to the next (a file of the data directory, since an engine lives
 * for a minute and a thermometer speaks every ten).
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/field.h"
#include "shared/base/log.h"
#include "workers/engine_route.h"

#define TOPICS_MAX 500		/* of one device */
#define PAYLOAD_SHOWN 2048	/* bytes */
#define FILE_MAX_BYTES (64 << 20)

struct use {
	struct live	*live;
	size_t		 number;	/* of the topic in its binding */
	const char	*topic;
};

static int
by_topic(const void *x, const void *y)
{
	const struct use *a = x, *b = y;
	int order = strcmp(a->topic, b->topic);

	return order != 0 ? order : strcmp(a->live->entity_id, b->live->entity_id);
}

/* All topics of the device's entities, equal ones beside each other. */
static size_t
collect(struct engine *e, const char *device_id, struct use *uses)
{
	struct binding_info info;
	struct live *l;
	size_t i = 0, j, n = 0;

	while ((l = map_next(&e->house.by_row, &i)) != NULL) {
		if (l->device == NULL || l->binding == NULL || strcmp(l->device->id, device_id) != 0)
			continue;
		l->adapter->info(l->binding, &info);
		for (j = 0; j < info.n_topics && n < TOPICS_MAX; j++)
			uses[n++] = (struct use){ l, j, l->adapter->topic(l->binding, j).topic };
	}
	qsort(uses, n, sizeof(*uses), by_topic);
	return n;
}

static const char *
verdict(enum report_result result, const struct report *r)
{
	if (result == REPORT_BAD)
		return "dropped";
	if (r->event != 0)
		return "event";
	if (result == REPORT_NOTHING || (r->heard && !r->has_state && r->n_attributes == 0))
		return "nothing";
	return r->has_available && !r->has_state && r->n_attributes == 0 ? "availability" : "state";
}

static void
write_report(struct jsw *w, struct report *r)
{
	int i;

	if (r->has_state)
		jsw_string(w, "state", r->state);
	if (r->has_available)
		jsw_bool(w, "available", r->available);
	if (r->n_attributes > 0)
		jsw_object(w, "attributes");
	for (i = 0; i < r->n_attributes; i++) {
		if (r->attributes[i].value == NULL)
			jsw_null(w, r->attributes[i].name);
		else
			jsw_value(w, r->attributes[i].name, r->attributes[i].value);
		js_free(r->attributes[i].value);
	}
	if (r->n_attributes > 0)
		jsw_end(w);
	if (r->data != NULL)
		jsw_value(w, "event", r->data);
	js_free(r->data);
}

/* Nobody can say any more what was made of a message that is not kept whole. */
static void
write_undecoded(struct jsw *w, const struct use *u)
{
	jsw_object(w, NULL);
	jsw_string(w, "entity_id", u->live->entity_id);
	jsw_string(w, "result", "unknown");
	jsw_string(w, "reason", "the message is too large to be kept whole");
	jsw_end(w);
}

/* The decoder is asked again; nothing is applied. */
static void
write_decoded(struct engine *e, struct jsw *w, const struct use *u, struct message *m)
{
	struct binding_state now = house_state(u->live);
	enum report_result result;
	struct report r = { 0 };
	struct fault f = { 0 };

	result = u->live->adapter->decode(u->live->binding, u->number, m, &now, e->arena, &r, &f);
	jsw_object(w, NULL);
	jsw_string(w, "entity_id", u->live->entity_id);
	jsw_string(w, "result", verdict(result, &r));
	if (strcmp(f.field, REPORT_TEMPLATE) == 0)
		jsw_string(w, "reason", mem_printf(e->arena, "template: %s", f.msg));
	else if (result == REPORT_BAD)
		jsw_string(w, "reason", f.msg);
	write_report(w, &r);
	jsw_end(w);
}

/* As text, cut between characters; bytes that are none are only counted. kept: of m's bytes, all or more than shown. */
static void
write_payload(struct jsw *w, const struct message *m, size_t kept)
{
	size_t shown = m->len < PAYLOAD_SHOWN ? m->len : PAYLOAD_SHOWN;
	bool text;

	while (shown < m->len && shown > 0 && ((unsigned char)m->payload[shown] & 0xc0) == 0x80)
		shown--;
	text = field_utf8(m->payload, kept < m->len ? shown : m->len);
	jsw_string(w, "encoding", text ? "utf-8" : "binary");
	if (text)
		jsw_stringn(w, "payload", m->payload, shown);
	else
		jsw_null(w, "payload");
	jsw_int(w, "size", (int64_t)m->len);
	jsw_bool(w, "truncated", text && shown < m->len);
	jsw_bool(w, "retain", m->retain);
}

/* The message of the topic of uses[0 .. n), and what each of them makes of it. */
static void
write_topic(struct engine *e, struct jsw *w, const struct use *uses, size_t n)
{
	struct message m = { 0 };
	size_t i, kept = 0;
	bool heard = engine_route_last(e, uses[0].topic, &m, &kept);

	jsw_object(w, NULL);
	jsw_string(w, "topic", uses[0].topic);
	if (!heard) {
		jsw_null(w, "time");
		jsw_end(w);
		return;
	}
	jsw_time(w, "time", m.now_ms);
	write_payload(w, &m, kept);
	jsw_array(w, "decoded");
	for (i = 0; i < n; i++)
		if (kept < m.len)
			write_undecoded(w, &uses[i]);
		else
			write_decoded(e, w, &uses[i], &m);
	jsw_end(w);
	jsw_end(w);
	js_free(m.json);
}

void
engine_inspect(struct engine *e, const char *device_id, int64_t event)
{
	struct use *uses = mem_xcalloc(TOPICS_MAX, sizeof(*uses));
	size_t n = collect(e, device_id, uses), i, j;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_array(&w, "messages");
	for (i = 0; i < n; i = j) {
		for (j = i; j < n && strcmp(uses[i].topic, uses[j].topic) == 0;)
			j++;
		write_topic(e, &w, &uses[i], j - i);
	}
	jsw_end(&w);
	jsw_end(&w);
	record_inspection(e->recorder, event, buf_str(&b));
	buf_free(&b);
	free(uses);
}

/* ---- from one engine to the next ---- */

/* One message in the file; topic and what is kept of the payload follow, each with a NUL. */
struct saved {
	uint32_t	came;		/* UTC seconds */
	uint32_t	len, topic_len;	/* bytes without the NUL */
	uint32_t	flags;
};
enum { SAVED_RETAIN = 1, SAVED_UNTOLD = 2 };

static void
save_one(const struct message *m, bool told, void *arg)
{
	struct saved s = { (uint32_t)(m->now_ms / 1000), (uint32_t)m->len, (uint32_t)strlen(m->topic),
	    (m->retain ? SAVED_RETAIN : 0) | (told ? 0 : SAVED_UNTOLD) };
	FILE *f = arg;

	fwrite(&s, sizeof(s), 1, f);
	fwrite(m->topic, s.topic_len + 1, 1, f);
	fwrite(m->payload, route_kept(m->len), 1, f);
	putc('\0', f);
}

void
engine_inspect_save(const struct engine *e)
{
	char path[PATH_MAX], part[PATH_MAX];
	bool failed;
	FILE *f;

	if (conf_path(e->core.conf, "run/messages", path, sizeof(path)) != RC_OK ||
	    conf_path(e->core.conf, "run/messages.part", part, sizeof(part)) != RC_OK)
		return;
	if ((f = fopen(part, "we")) == NULL) {
		log_warn("engine", "%s: %s", part, strerror(errno));
		return;
	}
	engine_route_each_last(e, save_one, f);
	failed = ferror(f) != 0;
	if (fclose(f) != 0 || failed || rename(part, path) != 0)
		log_warn("engine", "the last messages are not handed on: %s", strerror(errno));
}

/* Takes one message over; the bytes it stood in, 0 when they are no whole message. */
static size_t
load_one(struct engine *e, const char *p, size_t left)
{
	struct message m = { 0 };
	struct saved s;
	size_t size;

	if (left < sizeof(s))
		return 0;
	memcpy(&s, p, sizeof(s));
	size = sizeof(s) + (size_t)s.topic_len + 1 + route_kept(s.len) + 1;
	if (left < size || p[sizeof(s) + s.topic_len] != '\0' || p[size - 1] != '\0' ||
	    strlen(p + sizeof(s)) != s.topic_len)
		return 0;
	m.topic = p + sizeof(s);
	m.payload = m.topic + s.topic_len + 1;
	m.len = s.len;
	m.retain = (s.flags & SAVED_RETAIN) != 0;
	m.now_ms = (int64_t)s.came * 1000;
	engine_route_keep(e, &m, (s.flags & SAVED_UNTOLD) == 0);
	return size;
}

void
engine_inspect_load(struct engine *e)
{
	char path[PATH_MAX], *all;
	size_t n = 0, at = 0, step;
	struct stat st;
	FILE *f;

	if (conf_path(e->core.conf, "run/messages", path, sizeof(path)) != RC_OK ||
	    (f = fopen(path, "re")) == NULL)
		return;
	if (fstat(fileno(f), &st) == 0 && st.st_size > 0 && st.st_size <= FILE_MAX_BYTES) {
		all = mem_xcalloc(1, (size_t)st.st_size);
		n = fread(all, 1, (size_t)st.st_size, f);
		while ((step = load_one(e, all + at, n - at)) > 0)
			at += step;
		free(all);
	}
	fclose(f);
	unlink(path);	/* an engine that is killed hands nothing on, and this will be old then */
}
