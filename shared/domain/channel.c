/* SPDX-License-Identifier: ISC
 *
 * The list of channels.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/channel.h"

const char *const severities[] = { "info", "warning", "critical", NULL };

static const struct {
	const char	*name;
	enum conf_key	 keys[2];
	const char	*help;
} channels[CHANNEL__ALL] = {
#define X(id, name, key, other, help) [CHANNEL_##id] = { name, { key, other }, help },
#include "shared/domain/channel.def"
#undef X
	[CHANNEL_REQUEST] = { "request", { CONF__MAX, CONF__MAX }, "what the webhook action of a rule asks for" },
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

	for (i = 0; i < 2; i++) {
		if (channels[c].keys[i] == CONF__MAX)
			continue;
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
	size_t i;

	if (js_is_null(list))
		return RC_OK;
	if (js_type(list) != JS_ARRAY || js_size(list) == 0 || js_size(list) > CHANNELS_MAX)
		return fault_set(f, RC_INVALID, "channels", "must be a list of 1 to %d names of channels",
		    CHANNELS_MAX);
	for (i = 0; i < js_size(list); i++) {
		name = js_string(js_at(list, i), NULL);
		if (name == NULL || channel_parse(name) >= CHANNEL__MAX)
			return unknown(i, name, f);
	}
	return RC_OK;
}

void
channel_each(const struct js *list, const struct conf *conf, void (*fn)(const char *channel, void *arg), void *arg)
{
	const char *missing;
	size_t i;
	int c;

	for (i = 0; i < js_size(list); i++)
		fn(js_string(js_at(list, i), NULL), arg);
	for (c = 0; js_is_null(list) && c < CHANNEL__MAX; c++)
		if (channel_ready((enum channel)c, conf, &missing))
			fn(channels[c].name, arg);
}
