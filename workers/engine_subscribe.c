/* SPDX-License-Identifier: ISC
 *
 * What the broker's session of the engine is subscribed to. The broker keeps the session from one engine to the next,
 * but a session may be there without our subscriptions: an engine died between its first words, or the topics of the
 * configuration are others now. So what was acknowledged is noted in run/subscribed.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/token.h"
#include "workers/engine.h"

#define NOTE_MAX 65536

static bool
note_path(const struct engine *e, char out[PATH_MAX])
{
	return conf_path(e->core.conf, "run/subscribed", out, PATH_MAX) == RC_OK;
}

/* Broker and session in the first line, topics in the second. */
static void
write_note(const struct engine *e, struct buf *out)
{
	char hash[TOKEN_HASH];
	struct buf who = { 0 };

	buf_printf(&who, "%s %s", conf_text(e->core.conf, CONF_MQTT_URL),
	    conf_text(e->core.conf, CONF_MQTT_CLIENT_ID));
	token_sha256(buf_str(&who), who.len, hash);
	buf_printf(out, "%s\n%s\n", hash, conf_text(e->core.conf, CONF_MQTT_TOPICS));
	buf_free(&who);
}

static void
read_note(const struct engine *e, struct buf *out)
{
	char path[PATH_MAX], part[4096];
	ssize_t n = 0;
	int fd = note_path(e, path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	while (fd != -1 && out->len < NOTE_MAX && (n = read(fd, part, sizeof(part))) > 0)
		buf_put(out, part, (size_t)n);
	if (fd != -1)
		close(fd);
}

/* The topics of a list with commas between. */
static void
each_topic(const char *list, void (*fn)(struct engine *e, const char *topic), struct engine *e)
{
	char *copy = mem_xstrdup(list), *rest = copy, *topic;

	while ((topic = strsep(&rest, ",\n")) != NULL) {
		topic += strspn(topic, " ");
		topic[strcspn(topic, " ")] = '\0';
		if (*topic != '\0')
			fn(e, topic);
	}
	free(copy);
}

static void
subscribe(struct engine *e, const char *topic)
{
	if (mqtt_subscribe(e->rx, &topic, 1, 1) != RC_OK)
		log_error("mqtt", "cannot subscribe to %s", topic);
}

static void
unsubscribe(struct engine *e, const char *topic)
{
	mqtt_unsubscribe(e->rx, &topic, 1);
}

bool
engine_subscribe(struct engine *e, bool session_present)
{
	struct buf want = { 0 }, have = { 0 };
	const char *topics;
	bool same, ours;

	write_note(e, &want);
	read_note(e, &have);
	same = session_present && strcmp(buf_str(&want), buf_str(&have)) == 0;
	ours = session_present && strncmp(buf_str(&want), buf_str(&have), TOKEN_HASH) == 0;
	if (!same) {
		engine_subscribed(e, false);
		topics = strchr(buf_str(&have), '\n');
		if (ours && topics != NULL)
			each_topic(topics, unsubscribe, e);
		each_topic(conf_text(e->core.conf, CONF_MQTT_TOPICS), subscribe, e);
	}
	buf_free(&want);
	buf_free(&have);
	return same;
}

void
engine_subscribed(struct engine *e, bool granted)
{
	struct buf note = { 0 };
	char path[PATH_MAX];
	int fd;

	if (!note_path(e, path))
		return;
	if (!granted) {
		unlink(path);
		return;
	}
	write_note(e, &note);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, buf_str(&note), note.len) != (ssize_t)note.len)
		log_warn("mqtt", "%s cannot be written: the next engine subscribes again", path);
	if (fd != -1)
		close(fd);
	buf_free(&note);
}
