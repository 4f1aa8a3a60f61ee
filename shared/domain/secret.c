/* SPDX-License-Identifier: ISC
 *
 * The list of what is secret, and leaving it out.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "shared/domain/secret.h"
#include "shared/domain/service.h"

#define NAME_MAX_BYTES 128

/* ---- names that people choose ---- */

/* Anywhere in a name, whatever stands between its letters. */
static const char *const parts[] = { "token", "password", "passwd", "passphrase", "passcode", "pincode", "keycode",
	"secret", "apikey", "accesskey", "privatekey", "authorization", "authentication", "credential", "webhook",
	"cookie", "bearer", NULL };
/* As a word of it. */
static const char *const words[] = { "pin", "pwd", "auth", "code", NULL };

static bool
is_word(const char *s, size_t n)
{
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == n && strncasecmp(words[i], s, n) == 0)
			return true;
	return false;
}

/* Words end where no letter follows, or where a capital does: alarm_code, alarmCode. */
static bool
has_word(const char *s)
{
	size_t n;

	while (*s != '\0') {
		for (n = 0; isalpha((unsigned char)s[n]); n++)
			if (n > 0 && isupper((unsigned char)s[n]) && islower((unsigned char)s[n - 1]))
				break;
		if (is_word(s, n))
			return true;
		s += n > 0 ? n : 1;
	}
	return false;
}

bool
secret_name(const char *name)
{
	char letters[NAME_MAX_BYTES];
	size_t n = 0, i;
	const char *p;

	for (p = name; *p != '\0' && n < sizeof(letters) - 1; p++)
		if (isalnum((unsigned char)*p))
			letters[n++] = (char)tolower((unsigned char)*p);
	letters[n] = '\0';
	for (i = 0; parts[i] != NULL; i++)
		if (strstr(letters, parts[i]) != NULL)
			return true;
	return *p != '\0' || has_word(name);
}

/* ---- ways of showing ---- */

static struct js *
show_nothing(const struct js *v, const struct js *beside)
{
	(void)beside;
	return js_is_null(v) ? js_ref(v) : js_new_string(SECRET_SHOWN);
}

/* The path may be the secret. */
static struct js *
show_server(const struct js *v, const struct js *beside)
{
	const char *url = js_string(v, NULL), *end = url != NULL ? strstr(url, "://") : NULL;
	struct buf b = { 0 };
	struct js *out;

	(void)beside;
	if (end != NULL)
		buf_printf(&b, "%.*s/", (int)(end + 3 + strcspn(end + 3, "/?#") - url), url);
	buf_puts(&b, SECRET_SHOWN);
	out = js_new_string(buf_str(&b));
	buf_free(&b);
	return out;
}

static struct js *
show_names(const struct js *v, const struct js *beside)
{
	struct js *out;
	void *it;

	if (js_type(v) != JS_OBJECT)
		return show_nothing(v, beside);
	out = js_new_object();
	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it))
		js_set(out, js_iter_key(it), js_new_string(SECRET_SHOWN));
	return out;
}

/* Of a service: which of its fields are secret is known; of one that a template says, those of all. */
static struct js *
show_data(const struct js *v, const struct js *beside)
{
	const char *name = js_get_string(beside, js_get(beside, "action") != NULL ? "action" : "service");
	const char *dot = name != NULL ? strchr(name, '.') : NULL;
	bool any = name != NULL && strchr(name, '{') != NULL;
	struct js *out;
	size_t i;

	if (js_type(v) == JS_STRING)
		return js_new_string(SECRET_SHOWN);
	out = secret_shown(v);
	for (i = 0; any && js_type(out) == JS_OBJECT && service_at(i) != NULL; i++)
		service_blank(service_at(i), out);
	if (!any && dot != NULL && js_type(out) == JS_OBJECT)
		service_blank(service_of_entity(name, dot + 1), out);
	return out;
}

/* What a scenario may be told: forms are made of the declarations, whatever they are called. */
static struct js *
show_parameters(const struct js *v, const struct js *beside)
{
	struct js *out = secret_shown(v), *one;
	const struct js *given;
	void *it;

	(void)beside;
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL; it = js_iter_next(v, it)) {
		given = js_iter_value(it);
		if (js_get_string(given, "type") == NULL || !secret_name(js_iter_key(it)))
			continue;
		one = js_copy(given);
		if (js_get(one, "default") != NULL)
			js_set(one, "default", js_new_string(SECRET_SHOWN));
		if (js_get(one, "options") != NULL)
			js_set(one, "options", js_new_array());
		js_set(out, js_iter_key(it), one);
	}
	return out;
}

/* Members of the rule language. beside: what has to stand beside it, or NULL. */
static const struct {
	const char	*name, *beside;
	struct js	*(*show)(const struct js *v, const struct js *beside);
} members[] = {
	{ "webhook_id", NULL, show_nothing },
	{ "webhook", NULL, show_server },
	{ "headers", "webhook", show_names },
	{ "body", "webhook", show_nothing },
	{ "payload", "topic", show_nothing },
	{ "data", "action", show_data },
	{ "data", "service", show_data },
	{ "parameters", NULL, show_parameters },
};

static struct js *
shown_member(const char *name, const struct js *v, const struct js *beside)
{
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strcmp(members[i].name, name) == 0 &&
		    (members[i].beside == NULL || js_get(beside, members[i].beside) != NULL))
			return members[i].show(v, beside);
	return secret_name(name) ? show_nothing(v, beside) : secret_shown(v);
}

struct js *
secret_shown(const struct js *v)
{
	struct js *out;
	size_t i;
	void *it;

	if (js_type(v) == JS_ARRAY) {
		out = js_new_array();
		for (i = 0; i < js_size(v); i++)
			js_append(out, secret_shown(js_at(v, i)));
		return out;
	}
	if (js_type(v) != JS_OBJECT)
		return js_ref(v);
	out = js_new_object();
	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it))
		js_set(out, js_iter_key(it), shown_member(js_iter_key(it), js_iter_value(it), v));
	return out;
}

/* Kinds of triggers that bring what others said. */
static bool
brings(const char *key, const struct js *v)
{
	static const char *const kinds[] = { "mqtt", "webhook", "event", NULL };
	const char *kind = js_string(v, NULL);
	size_t i;

	for (i = 0; kind != NULL && strcmp(key, "trigger") == 0 && kinds[i] != NULL; i++)
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	return false;
}

bool
secret_within(const struct js *rule)
{
	size_t i;
	void *it;

	for (i = 0; js_type(rule) == JS_ARRAY && i < js_size(rule); i++)
		if (secret_within(js_at(rule, i)))
			return true;
	for (it = js_type(rule) == JS_OBJECT ? js_iter(rule) : NULL; it != NULL; it = js_iter_next(rule, it))
		if (secret_name(js_iter_key(it)) || brings(js_iter_key(it), js_iter_value(it)) ||
		    secret_within(js_iter_value(it)))
			return true;
	return false;
}
