/* SPDX-License-Identifier: ISC
 *
 * update: which version runs and which one there is; "on" while they differ.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/adapters/adapter_value.h"
#include "shared/domain/feature.h"
#include "shared/domain/update.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, LATEST_TOPIC, LATEST_TEMPLATE, COMMAND_TOPIC,
	PAYLOAD_INSTALL, TITLE, RELEASE_SUMMARY, RELEASE_URL, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY(LATEST_TOPIC, "latest_version_topic", HASS_SUBSCRIBE),
	HASS_KEY(LATEST_TEMPLATE, "latest_version_template", HASS_TEMPLATE),
	HASS_KEY(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(PAYLOAD_INSTALL, "payload_install", HASS_TEXT),
	HASS_KEY(TITLE, "title", HASS_TEXT),
	HASS_KEY(RELEASE_SUMMARY, "release_summary", HASS_TEXT),
	HASS_KEY(RELEASE_URL, "release_url", HASS_TEXT),
};

/* Members of a JSON payload that become attributes, as text the first ones; the last one is the house's own. */
static const char *const members[] = { "installed_version", "latest_version", "title",
	"release_summary", "release_url", "entity_picture", "update_percentage", "in_progress", UPDATE_SKIPPED, NULL };
#define MEMBERS (sizeof(members) / sizeof(members[0]) - 2)
#define TEXTS 6

/* The version that holds after this report. */
static const struct js *
version(const struct hass_decode *d, const char *name)
{
	int i;

	for (i = d->r->n_attributes - 1; i >= 0; i--)
		if (strcmp(d->r->attributes[i].name, name) == 0)
			return d->r->attributes[i].value;
	return js_get(d->now->attributes, name);
}

static enum report_result
compare(struct hass_decode *d)
{
	const char *installed = js_string(version(d, "installed_version"), NULL);
	const char *latest = js_string(version(d, "latest_version"), NULL);

	if (installed == NULL || latest == NULL)
		return hass_decode_set(d, NULL);
	return hass_decode_set(d, update_newer(installed, latest) ? "on" : "off");
}

static void
put_version(struct hass_decode *d, const char *name)
{
	hass_decode_put(d->r, name,
	    hass_decode_none(d) ? js_new_null() : js_new_stringn(d->text, d->len));
}

static void
put_member(struct hass_decode *d, const char *name, const struct js *v, bool as_text)
{
	struct buf b = { 0 };

	if (as_text && adapter_value_text(v, &b))
		hass_decode_put(d->r, name, js_new_stringn(buf_str(&b), b.len));
	else
		hass_decode_put(d->r, name, js_ref(v));
	buf_free(&b);
}

/* A percentage tells that it is going on, unless the message says so itself. */
static void
put_members(struct hass_decode *d, const struct js *o)
{
	const struct js *percentage = js_get(o, "update_percentage");
	size_t i;

	for (i = 0; i < MEMBERS; i++)
		if (js_get(o, members[i]) != NULL)
			put_member(d, members[i], js_get(o, members[i]), i < TEXTS);
	if (percentage != NULL && js_get(o, "in_progress") == NULL)
		hass_decode_put(d->r, "in_progress", js_new_bool(!js_is_null(percentage)));
}

static enum report_result
decode(struct hass_decode *d)
{
	struct js *o = NULL;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (d->text[0] != '{') {
		put_version(d, "installed_version");
		return compare(d);
	}
	if (js_parse(d->text, d->len, JS_LAX_KEYS, &o, d->f) != RC_OK)
		return REPORT_BAD;
	put_members(d, o);
	js_free(o);
	return compare(d);
}

static enum report_result
decode_latest(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	put_version(d, "latest_version");
	return compare(d);
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, 0, decode, NULL },
	{ LATEST_TOPIC, LATEST_TEMPLATE, 0, decode_latest, NULL },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	static const int texts[] = { TITLE, RELEASE_SUMMARY, RELEASE_URL };
	size_t i;

	(void)device_class;
	for (i = 0; caps != NULL && i < sizeof(texts) / sizeof(texts[0]); i++)
		if (hass_binding_has(b, texts[i]))
			js_set(caps, keys[texts[i] - HASS_OWN].name,
			    js_new_string(hass_binding_text(b, texts[i])));
	return FEATURE_UPDATE_PROGRESS | (hass_binding_has(b, COMMAND_TOPIC) &&
	    hass_binding_has(b, PAYLOAD_INSTALL) ? FEATURE_UPDATE_INSTALL : 0);
}

static enum rc
encode(struct hass_encode *e)
{
	return hass_encode_text(e, COMMAND_TOPIC, HASS_NONE,
	    hass_binding_text(e->b, PAYLOAD_INSTALL));
}

const struct hass_component hass_update = {
	.name = "update", .plain_name = "MQTT Update",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = members,
	.describe = describe, .encode = encode,
};
