/* SPDX-License-Identifier: ISC
 *
 * The payload of an announcement as a tree. A device announces each of its entities by a message of its own,
 * and two thirds of each say the same: the device, who announces it, where its availability is told. Those
 * parts are taken from the message before when they are written alike, and only the rest is read.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/field.h"

#define KEY_MAX 48	/* bytes of a name; the longest that means something has 39 */

static const char *const part_names[HASS_PARTS__MAX][2] = {
	[HASS_PART_DEVICE] = { "device", "dev" },
	[HASS_PART_ORIGIN] = { "origin", "o" },
	[HASS_PART_AVAILABILITY] = { "availability", "avty" },
};

/* The part that is announced under this name, or NULL. */
static struct hass_part *
part_of(struct adapter *ad, const char *name)
{
	int i;

	for (i = 0; i < HASS_PARTS__MAX; i++)
		if (strcmp(name, part_names[i][0]) == 0 || strcmp(name, part_names[i][1]) == 0)
			return &ad->parts[i];
	return NULL;
}

/* NULL: it is broken. */
static struct js *
read_part(struct hass_part *part, const struct js_member *m)
{
	struct js *v = NULL;

	if (part->tree != NULL && part->text.len == m->len && memcmp(part->text.p, m->value, m->len) == 0)
		return js_ref(part->tree);
	if (js_scan_value(m, &v, NULL) != RC_OK)
		return NULL;
	js_free(part->tree);
	part->tree = js_ref(v);
	buf_reset(&part->text);
	buf_put(&part->text, m->value, m->len);
	return v;
}

static bool
has_control(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ')
			return true;
	return false;
}

/* NULL: it is broken. */
static struct js *
read_value(const struct js_member *m, struct buf *scratch)
{
	struct js *v = NULL;
	const char *s;
	size_t n;

	buf_reset(scratch);
	if (m->type != JS_STRING)
		return js_scan_value(m, &v, NULL) == RC_OK ? v : NULL;
	if (has_control(m->value, m->len) || !field_utf8(m->value, m->len) ||
	    js_scan_string(m, scratch, &s, &n) != RC_OK)
		return NULL;
	return js_new_stringn(s, n);
}

/* An ordinary name: nothing that would have to be unescaped. */
static bool
read_name(const struct js_member *m, char name[KEY_MAX])
{
	if (m->key_len == 0 || m->key_len >= KEY_MAX)
		return false;
	memcpy(name, m->key, m->key_len);
	name[m->key_len] = '\0';
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_~") == m->key_len;
}

static bool
add_member(struct adapter *ad, struct js *o, const struct js_member *m, struct buf *scratch)
{
	char name[KEY_MAX];
	struct hass_part *part;
	struct js *v;

	if (!read_name(m, name))
		return false;
	part = part_of(ad, name);
	if ((v = part != NULL ? read_part(part, m) : read_value(m, scratch)) == NULL)
		return false;
	js_set(o, name, v);
	return true;
}

/* Deep ones are counted by who reads the whole. */
static bool
is_flat(const char *s, size_t n)
{
	int open = 0;
	size_t i;

	for (i = 0; i < n; i++)
		open += s[i] == '{' || s[i] == '[';
	return open <= JS_DEPTH_MAX;
}

static struct js *
read_members(struct adapter *ad, const char *text, size_t len)
{
	struct js_scan scan = js_scan_start(text, len);
	struct js *o = js_new_object();
	struct buf scratch = { 0 };
	struct js_member m;
	enum rc rc;

	while ((rc = js_scan_next(&scan, &m)) == RC_OK)
		if (!add_member(ad, o, &m, &scratch))
			break;
	buf_free(&scratch);
	if (rc == RC_NOT_FOUND)
		return o;
	js_free(o);
	return NULL;
}

const struct js *
hass_message_json(struct adapter *ad, struct message *m)
{
	if (!m->json_tried && is_flat(m->payload, m->len) &&
	    (m->json = read_members(ad, m->payload, m->len)) != NULL)
		m->json_tried = true;
	return message_json(m);
}

void
hass_message_forget(struct adapter *ad)
{
	int i;

	for (i = 0; i < HASS_PARTS__MAX; i++) {
		js_free(ad->parts[i].tree);
		buf_free(&ad->parts[i].text);
	}
}
