/* SPDX-License-Identifier: ISC
 *
 * The list of channels.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "shared/domain/channel.h"

#define KEYS_MAX 5

const char *const severities[] = { "info", "warning", "critical", NULL };

static const struct {
	const char	*name;
	const char	*help;
	enum conf_key	 keys[KEYS_MAX];	/* CONF__MAX behind the last */
} channels[CHANNEL__ALL] = {
#define X(id, name, help, ...) [CHANNEL_##id] = { name, help, { __VA_ARGS__ } },
#include "shared/domain/channel.def"
#undef X
	[CHANNEL_REQUEST] = { "request", "what the webhook action of a rule asks for", { CONF__MAX } },
};

const char *
channel_name(enum channel c)
{
	return channels[c].name;
}

const char *
channel_help(enum channel c)
{
	return channels[c].help;
}

enum channel
channel_parse(const char *name)
{
	int c;

	for (c = 0; c < CHANNEL__ALL; c++)
		if (strcmp(channels[c].name, name) == 0)
			break;
	return (enum channel)c;
}

bool
channel_ready(enum channel c, const struct conf *conf, const char **missing)
{
	const char *text;
	size_t i;

	for (i = 0; channels[c].keys[i] != CONF__MAX; i++) {
		text = conf_text(conf, channels[c].keys[i]);
		if (text == NULL || *text == '\0') {
			*missing = conf_name(channels[c].keys[i]);
			return false;
		}
	}
	return true;
}

static enum rc
unknown(size_t i, const char *name, struct fault *f)
{
	struct buf names = { 0 };
	char field[32];
	int c;

	for (c = 0; c < CHANNEL__MAX; c++)
		buf_printf(&names, "%s%s", c > 0 ? ", " : "", channels[c].name);
	snprintf(field, sizeof(field), "channels[%zu]", i);
	fault_set(f, RC_INVALID, field, "there is no channel \"%.40s\"; there are %s", name != NULL ? name : "",
	    buf_str(&names));
	buf_free(&names);
	return RC_INVALID;
}

enum rc
channel_check(const struct js *list, struct fault *f)
{
	const char *name;
	size_t i, k;

	if (js_is_null(list))
		return RC_OK;
	if (js_type(list) != JS_ARRAY || js_size(list) == 0 || js_size(list) > CHANNELS_MAX)
		return fault_set(f, RC_INVALID, "channels", "must be a list of 1 to %d names of channels",
		    CHANNELS_MAX);
	for (i = 0; i < js_size(list); i++) {
		name = js_string(js_at(list, i), NULL);
		if (name == NULL || channel_parse(name) >= CHANNEL__MAX)
			return unknown(i, name, f);
		for (k = 0; k < i; k++)
			if (js_equal(js_at(list, k), js_at(list, i)))
				return fault_set(f, RC_INVALID, "channels", "%s is there twice", name);
	}
	return RC_OK;
}

char *
channel_next(char **list)
{
	char *one;
	size_t n;

	while ((one = strsep(list, ",")) != NULL) {
		one += strspn(one, " ");
		for (n = strlen(one); n > 0 && one[n - 1] == ' '; n--)
			one[n - 1] = '\0';
		if (n > 0)
			return one;
	}
	return NULL;
}

/* Each person is told, or not reached, on its own. */
static void
call(const char *channel, const struct conf *conf, void (*fn)(const char *channel, const char *target, void *arg),
    void *arg)
{
	const char *missing;
	char *list, *rest, *person, *target;

	if (channel_parse(channel) != CHANNEL_SMS || !channel_ready(CHANNEL_SMS, conf, &missing)) {
		fn(channel, NULL, arg);
		return;
	}
	list = rest = mem_xstrdup(conf_text(conf, CONF_TWILIO_TO));
	while ((person = channel_next(&rest)) != NULL) {
		target = mem_xprintf("%s %s", channel, person);
		fn(channel, target, arg);
		free(target);
	}
	free(list);
}

const char *
channel_person(const char *target)
{
	const char *blank = target == NULL ? NULL : strchr(target, ' ');

	return blank == NULL ? NULL : blank + 1;
}

void
channel_each(const struct js *list, const struct conf *conf,
    void (*fn)(const char *channel, const char *target, void *arg), void *arg)
{
	const char *missing;
	size_t i;
	int c;

	for (i = 0; i < js_size(list); i++)
		call(js_string(js_at(list, i), NULL), conf, fn, arg);
	for (c = 0; js_is_null(list) && c < CHANNEL__MAX; c++)
		if (channel_ready((enum channel)c, conf, &missing))
			call(channels[c].name, conf, fn, arg);
}
