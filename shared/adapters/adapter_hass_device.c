/* SPDX-License-Identifier: ISC
 *
 * The device block of an announcement.
 */
#include <string.h>

#include "shared/adapters/adapter_family.h"
#include "shared/adapters/adapter_hass_int.h"

#define IDENTIFIERS_MAX 32
#define TEXT_MAX 1024		/* bytes of what is told of a device */

/* Bytes of the text that are kept when it is cut. */
static size_t
cut(const struct buf *b, size_t max)
{
	const char *p = buf_str(b);

	if (b->len <= max)
		return b->len;
	while (max > 0 && ((unsigned char)p[max] & 0xc0) == 0x80)
		max--;
	return max;
}

static enum rc
read_text(const struct js *o, const char *key, size_t max, bool whole, struct mem_arena *a, const char **out,
    struct fault *f)
{
	const struct js *v = js_get(o, key);
	struct buf b = { 0 };
	enum rc rc = RC_OK;

	*out = NULL;
	if (js_is_null(v))
		return RC_OK;
	if (!adapter_value_text(v, &b))
		rc = fault_set(f, RC_INVALID, key, "%s must be a text", key);
	else if (whole && b.len > max)
		rc = fault_set(f, RC_TOO_LARGE, key, "%s is too long", key);
	else
		*out = mem_strndup(a, buf_str(&b), cut(&b, max));
	buf_free(&b);
	return rc;
}

enum rc
hass_device_text(const struct js *o, const char *key, size_t max, struct mem_arena *a,
    const char **out, struct fault *f)
{
	return read_text(o, key, max, true, a, out, f);
}

enum rc
hass_device_label(const struct js *o, const char *key, size_t max, struct mem_arena *a,
    const char **out, struct fault *f)
{
	return read_text(o, key, max, false, a, out, f);
}

static enum rc
add_identifier(struct device_identifier *list, size_t *n, const char *kind, const struct js *value,
    struct mem_arena *a, struct fault *f)
{
	struct buf b = { .max = HASS_NAME_MAX };
	const char *mac;
	enum rc rc = RC_OK;

	if (*n == IDENTIFIERS_MAX)
		return fault_set(f, RC_TOO_LARGE, "identifiers", "too many identifiers");
	if (!adapter_value_text(value, &b) || b.over || b.len == 0)
		rc = fault_set(f, RC_INVALID, "identifiers", "identifiers are short texts");
	else {
		list[*n].kind = kind;
		list[*n].value = mem_strndup(a, buf_str(&b), b.len);
		/* in one form; anything else stays as it is */
		if (strcmp(kind, "mac") == 0 && (mac = adapter_family_mac(list[*n].value, a)) != NULL)
			list[*n].value = mac;
		(*n)++;
	}
	buf_free(&b);
	return rc;
}

/* A text or a list of them. */
static enum rc
read_identifiers(const struct js *v, struct device_identifier *list, size_t *n, struct mem_arena *a,
    struct fault *f)
{
	enum rc rc = RC_OK;
	size_t i;

	if (js_is_null(v))
		return RC_OK;
	if (js_type(v) != JS_ARRAY)
		return add_identifier(list, n, "id", v, a, f);
	for (i = 0; i < js_size(v) && rc == RC_OK; i++)
		rc = add_identifier(list, n, "id", js_at(v, i), a, f);
	return rc;
}

/* [["mac", "aa:bb:..."], ...] */
static enum rc
read_connections(const struct js *v, struct device_identifier *list, size_t *n, struct mem_arena *a,
    struct fault *f)
{
	const char *kind;
	enum rc rc = RC_OK;
	size_t i, len;

	if (!js_is_null(v) && js_type(v) != JS_ARRAY)
		return fault_set(f, RC_INVALID, "connections", "connections is a list of pairs");
	for (i = 0; i < js_size(v) && rc == RC_OK; i++) {
		kind = js_string(js_at(js_at(v, i), 0), &len);
		if (kind == NULL || len == 0 || len > HASS_NAME_MAX || js_size(js_at(v, i)) != 2)
			return fault_set(f, RC_INVALID, "connections",
			    "a connection is a pair of texts");
		rc = add_identifier(list, n, mem_strndup(a, kind, len), js_at(js_at(v, i), 1), a, f);
	}
	return rc;
}

/* via_device tells which one, and an address is whole or none; the others are labels. */
static enum rc
read_texts(const struct js *o, struct mem_arena *a, struct announced_device *d, struct fault *f)
{
	const struct {
		const char	*key;
		const char	**out;
		size_t		 max;
		bool		 whole;
	} texts[] = {
		{ "name", &d->name, HASS_NAME_MAX, false }, { "manufacturer", &d->manufacturer, TEXT_MAX, false },
		{ "model", &d->model, TEXT_MAX, false }, { "model_id", &d->model_id, TEXT_MAX, false },
		{ "sw_version", &d->sw_version, TEXT_MAX, false }, { "hw_version", &d->hw_version, TEXT_MAX, false },
		{ "serial_number", &d->serial_number, TEXT_MAX, false },
		{ "suggested_area", &d->suggested_area, HASS_NAME_MAX, false },
		{ "via_device", &d->via, TEXT_MAX, true },
		{ "configuration_url", &d->configuration_url, TEXT_MAX, true },
	};
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && rc == RC_OK; i++) {
		rc = read_text(o, texts[i].key, texts[i].max, texts[i].whole, a, texts[i].out, f);
		if (rc == RC_OK && *texts[i].out != NULL && (*texts[i].out)[0] == '\0')
			*texts[i].out = NULL;
	}
	return rc;
}

enum rc
hass_device_read(const struct js *config, struct mem_arena *a, const struct announced_device **out,
    struct fault *f)
{
	const struct js *o = js_get(config, "device");
	struct device_identifier list[IDENTIFIERS_MAX];
	struct announced_device *d;
	size_t n = 0;
	enum rc rc;

	*out = NULL;
	if (js_is_null(o))
		return RC_OK;
	if (js_type(o) != JS_OBJECT)
		return fault_set(f, RC_INVALID, "device", "device is no object");
	if ((rc = read_identifiers(js_get(o, "identifiers"), list, &n, a, f)) != RC_OK ||
	    (rc = read_connections(js_get(o, "connections"), list, &n, a, f)) != RC_OK)
		return rc;
	if (n == 0)
		return fault_set(f, RC_INVALID, "device",
		    "a device has at least one identifier or connection");
	d = mem_zalloc(a, sizeof(*d));
	d->identifiers = memcpy(mem_alloc(a, n * sizeof(*list)), list, n * sizeof(*list));
	d->n_identifiers = n;
	if ((rc = read_texts(o, a, d, f)) == RC_OK)
		*out = d;
	return rc;
}
