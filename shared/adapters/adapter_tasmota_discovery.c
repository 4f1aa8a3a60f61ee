/* SPDX-License-Identifier: ISC
 *
 * The two messages of a device: /config says what it is and where it talks, /sensors which readings it
 * has. They arrive in any order and change one without the other; a reading needs what /config says, so the
 * other message is read again (the broker keeps both) whenever that may have changed.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

#define PREFIX "tasmota/discovery/"

static void
forget(struct tasmota_known *k)
{
	if (k == NULL)
		return;
	free(k->device);
	free(k->name);
	free(k);
}

void
tasmota_discovery_forget(struct adapter *ad)
{
	struct tasmota_known *k;
	size_t i = 0;

	while ((k = map_next(&ad->known, &i)) != NULL)
		forget(k);
	map_free(&ad->known);
}

static void
remember(struct adapter *ad, const char *mac, const struct js *device, const char *name)
{
	struct tasmota_known *k = mem_xcalloc(1, sizeof(*k) + strlen(mac) + 1);
	struct buf b = { 0 };

	strlcpy(k->mac, mac, strlen(mac) + 1);
	js_dump(device, &b);
	k->device = buf_steal(&b);
	k->name = mem_xstrdup(name);
	forget(map_remove(&ad->known, mac));
	map_put(&ad->known, k->mac, k);
}

/* The MAC between the prefix and the last level. RC_NOT_FOUND: not one of our topics. */
static enum rc
parse_topic(const char *topic, struct mem_arena *a, const char **mac, const char **what,
    struct fault *f)
{
	const char *p = topic + strlen(PREFIX);
	size_t n, i;

	if (strncmp(topic, PREFIX, strlen(PREFIX)) != 0)
		return RC_NOT_FOUND;
	n = strcspn(p, "/");
	*what = p[n] == '/' ? p + n + 1 : "";
	if (strcmp(*what, "config") != 0 && strcmp(*what, "sensors") != 0)
		return RC_NOT_FOUND;
	for (i = 0; i < n; i++)
		if (!isupper((unsigned char)p[i]) && !isdigit((unsigned char)p[i]) &&
		    p[i] != '_' && p[i] != '-')
			break;
	if (n == 0 || n > TASMOTA_MAC_MAX || i < n)
		return fault_set(f, RC_INVALID, "topic", "%.80s: no MAC address", topic);
	*mac = mem_strndup(a, p, n);
	return RC_OK;
}

/* What is no MAC address stays as it is. */
static struct announced_device *
new_device(const struct tasmota_reading *r, const char *name)
{
	const char *mac = adapter_family_mac(r->mac, r->b.a);

	return adapter_family_device(r->b.a, "mac", mac != NULL ? mac : r->mac, name);
}

static const char *
other_topic(const struct tasmota_reading *r, const char *what)
{
	return mem_printf(r->b.a, PREFIX "%s/%s", r->mac, what);
}

static enum rc
read_config(struct tasmota_reading *r, const struct js *o, struct announcement *an, struct fault *f)
{
	const char *mac = tasmota_config_text(o, "mac"), *name = tasmota_config_text(o, "dn");
	const char *ip = tasmota_config_text(o, "ip");
	struct announced_device *d;
	enum rc rc;

	if (mac == NULL || strcmp(mac, r->mac) != 0)
		return fault_set(f, RC_INVALID, "mac", "not the MAC address of the topic");
	if ((rc = tasmota_config_device(o, mac, &r->device, f)) != RC_OK)
		return rc;
	if (name == NULL || *name == '\0')
		name = mac;
	d = new_device(r, name);
	d->manufacturer = "Tasmota";
	d->model = mem_strdup(r->b.a, tasmota_config_text(o, "md"));
	d->sw_version = mem_strdup(r->b.a, tasmota_config_text(o, "sw"));
	if (ip != NULL && *ip != '\0')
		d->configuration_url = mem_printf(r->b.a, "http://%s/", ip);
	an->device = d;
	tasmota_config_entities(r, o);
	remember(r->b.ad, mac, r->device, name);
	an->companion = other_topic(r, "sensors");
	return RC_OK;
}

static enum rc
read_sensors(struct tasmota_reading *r, const struct js *o, struct announcement *an, struct fault *f)
{
	const struct tasmota_known *k = map_get(&r->b.ad->known, r->mac);
	const struct js *sn = js_get(o, "sn");

	if (js_type(sn) != JS_OBJECT)
		return fault_set(f, RC_INVALID, "sn", "sn is no object");
	if (k == NULL) {
		an->companion = other_topic(r, "config");
		return RC_NOT_FOUND;
	}
	if (js_parse(k->device, strlen(k->device), JS_LAX_KEYS, &r->device, f) != RC_OK)
		return RC_INVALID;
	an->device = new_device(r, k->name);
	tasmota_sensor_entities(r, sn);
	return RC_OK;
}

static enum rc
read_message(struct tasmota_reading *r, const char *what, struct message *m, struct announcement *an,
    struct fault *f)
{
	const struct js *o;
	enum rc rc;

	if (m->len > ANNOUNCEMENT_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "announcement of more than %d bytes",
		    ANNOUNCEMENT_MAX);
	o = message_json(m);
	if ((rc = message_object(m, o, f)) != RC_OK)
		return rc;
	if (js_get(o, "ver") != NULL && js_int(js_get(o, "ver"), 0) != 1)
		return fault_set(f, RC_UNSUPPORTED, "ver", "an announcement of an unknown version");
	return strcmp(what, "config") == 0 ? read_config(r, o, an, f) : read_sensors(r, o, an, f);
}

enum rc
tasmota_discovery_announce(struct adapter *ad, struct message *m, const char *prefix,
    struct mem_arena *a, struct announcement *out, struct fault *f)
{
	struct tasmota_reading r = { .b = { .family = &tasmota_family, .ad = ad, .a = a,
		.source = m->topic } };
	struct announcement an = { 0 };
	const char *what;
	enum rc rc;

	(void)prefix;
	if ((rc = parse_topic(m->topic, a, &r.mac, &what, f)) != RC_OK)
		return rc;
	if (m->len == 0) {
		an.removal = true;
		if (strcmp(what, "config") == 0)
			forget(map_remove(&ad->known, r.mac));
	} else {
		rc = read_message(&r, what, m, &an, f);
		js_free(r.device);
	}
	adapter_family_announce(&r.b, an.device, &an);
	if (rc == RC_OK || rc == RC_NOT_FOUND)
		*out = an;
	return rc;
}
