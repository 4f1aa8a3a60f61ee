/* SPDX-License-Identifier: ISC
 *
 * Announcements in full words: short keys become long ones and "~" becomes the base topic.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

struct name {
	const char	*brief, *full;
};

#define X(where, brief, full) X_##where(brief, full)
#define X_DEVICE(brief, full)
#define X_ORIGIN(brief, full)
#define X_PAYLOAD(brief, full) { brief, full },
static const struct name payload_names[] = {
#include "shared/adapters/adapter_hass_names.def"
};
#undef X_PAYLOAD
#undef X_DEVICE
#define X_PAYLOAD(brief, full)
#define X_DEVICE(brief, full) { brief, full },
static const struct name device_names[] = {
#include "shared/adapters/adapter_hass_names.def"
};
#undef X_DEVICE
#undef X_ORIGIN
#define X_DEVICE(brief, full)
#define X_ORIGIN(brief, full) { brief, full },
static const struct name origin_names[] = {
#include "shared/adapters/adapter_hass_names.def"
};
#undef X

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct {
	const struct name	*list;
	size_t			 n;
} names_of[] = {
	[HASS_PAYLOAD_NAMES] = { payload_names, COUNT(payload_names) },
	[HASS_DEVICE_NAMES] = { device_names, COUNT(device_names) },
	[HASS_ORIGIN_NAMES] = { origin_names, COUNT(origin_names) },
};

static const char *
full_name(const char *key, enum hass_names names)
{
	size_t lo = 0, hi = names_of[names].n, mid;
	int order;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		order = strcmp(key, names_of[names].list[mid].brief);
		if (order == 0)
			return names_of[names].list[mid].full;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return key;
}

struct js *
hass_expand_names(const struct js *o, enum hass_names names)
{
	struct js *out = js_new_object();
	void *it;

	for (it = js_iter(o); it != NULL; it = js_iter_next(o, it))
		js_set(out, full_name(js_iter_key(it), names), js_ref(js_iter_value(it)));
	return out;
}

/* value with the base put in for a "~" at its start or else at its end; NULL when it has none. */
static struct js *
with_base(const struct js *value, const char *base)
{
	struct buf b = { .max = 2 * ADAPTER_TOPIC_MAX };
	struct js *out = NULL;
	size_t n;
	const char *s = js_string(value, &n);

	if (s == NULL || n == 0)
		return NULL;
	if (s[0] == '~')
		buf_printf(&b, "%s%s", base, s + 1);
	else if (s[n - 1] == '~')
		buf_printf(&b, "%.*s%s", (int)(n < ADAPTER_TOPIC_MAX ? n - 1 : ADAPTER_TOPIC_MAX), s, base);
	if (b.len > 0)
		out = js_new_stringn(buf_str(&b), b.len);
	buf_free(&b);
	return out;
}

static bool
is_topic(const char *key)
{
	size_t n = strlen(key);

	return n >= 5 && strcmp(key + n - 5, "topic") == 0;
}

/* Puts the base into the topics of o, which nobody else holds. Values change, keys do not. */
static void
apply_base(struct js *o, const char *base)
{
	struct js *value;
	void *it;

	for (it = js_iter(o); it != NULL; it = js_iter_next(o, it)) {
		if (!is_topic(js_iter_key(it)))
			continue;
		value = with_base(js_iter_value(it), base);
		if (value != NULL)
			js_set(o, js_iter_key(it), value);
	}
}

/* One availability entry in full. */
static struct js *
expand_entry(const struct js *entry, const char *base)
{
	struct js *out;

	if (js_type(entry) != JS_OBJECT)
		return js_ref(entry);
	out = hass_expand_names(entry, HASS_PAYLOAD_NAMES);
	if (base != NULL)
		apply_base(out, base);
	return out;
}

static struct js *
expand_availability(const struct js *list, const char *base)
{
	struct js *out;
	size_t i;

	if (js_type(list) == JS_OBJECT)
		return expand_entry(list, base);
	if (js_type(list) != JS_ARRAY || js_size(list) > HASS_AVAILABILITY_MAX)
		return js_ref(list);
	out = js_new_array();
	for (i = 0; i < js_size(list); i++)
		js_append(out, expand_entry(js_at(list, i), base));
	return out;
}

/* Member `key` of o, an object, in full words. */
static void
expand_member(struct js *o, const char *key, enum hass_names names)
{
	const struct js *v = js_get(o, key);

	if (js_type(v) == JS_OBJECT)
		js_set(o, key, hass_expand_names(v, names));
}

struct js *
hass_expand_config(const struct js *o)
{
	struct js *out = hass_expand_names(o, HASS_PAYLOAD_NAMES), *tilde = js_ref(js_get(out, "~"));
	const char *base = js_string(tilde, NULL);

	if (base != NULL && strlen(base) > ADAPTER_TOPIC_MAX)
		base = NULL;
	if (base != NULL)
		apply_base(out, base);
	js_unset(out, "~");
	if (js_get(out, "availability") != NULL)
		js_set(out, "availability", expand_availability(js_get(out, "availability"), base));
	expand_member(out, "device", HASS_DEVICE_NAMES);
	expand_member(out, "origin", HASS_ORIGIN_NAMES);
	js_free(tilde);
	return out;
}
