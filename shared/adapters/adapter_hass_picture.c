/* SPDX-License-Identifier: ISC
 *
 * camera: what it saw last. image: a picture that arrives, or an address of one; its state is when it
 * came.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/clock.h"
#include "shared/domain/picture.h"

/* The two halves of both: what the payload is written in. */
enum { CAMERA_TOPIC = HASS_OWN, CAMERA_ENCODING, CAMERA__END };
enum { IMAGE_TOPIC = HASS_OWN, IMAGE_ENCODING, URL_TOPIC, URL_TEMPLATE, IMAGE__END };

static const struct hass_key camera_keys[] = {
	HASS_KEY_MUST(CAMERA_TOPIC, "topic", HASS_SUBSCRIBE),
	HASS_KEY(CAMERA_ENCODING, "image_encoding", HASS_TEXT),
};

static const struct hass_key image_keys[] = {
	HASS_KEY(IMAGE_TOPIC, "image_topic", HASS_SUBSCRIBE),
	HASS_KEY(IMAGE_ENCODING, "image_encoding", HASS_TEXT),
	HASS_KEY(URL_TOPIC, "url_topic", HASS_SUBSCRIBE),
	HASS_KEY(URL_TEMPLATE, "url_template", HASS_TEMPLATE),
};

static bool
is_base64(const struct binding *b, int encoding)
{
	const char *image = hass_binding_text(b, encoding);

	return strcmp(image != NULL ? image : hass_binding_text(b, HASS_ENCODING), "b64") == 0;
}

/* The text of a picture is not for the log. */
static enum report_result
bad(struct hass_decode *d, const char *why)
{
	fault_set(d->f, RC_INVALID, NULL, "%s (%zu bytes)", why, d->m->len);
	return REPORT_BAD;
}

/*
 * The picture into the report, as it came: base64 stays text, since a lamp would wait for megabytes to be decoded.
 * REPORT_NOTHING for an empty payload, which takes nothing away.
 */
static enum report_result
take(struct hass_decode *d, int encoding)
{
	const char *p = d->m->payload, *type;
	size_t n = d->m->len;
	bool text = is_base64(d->b, encoding);

	if (n == 0)
		return REPORT_NOTHING;
	if (n / 4 * 3 > PICTURE_MAX || (!text && n > PICTURE_MAX))
		return bad(d, "the picture is too large");
	type = text ? picture_type_text(p, n) : picture_type(p, n);
	if (type == NULL)
		return bad(d, "no picture: neither JPEG, PNG, GIF, WebP, AVIF nor BMP");
	d->r->picture = p;
	d->r->picture_len = n;
	d->r->picture_text = text;
	return REPORT_OK;
}

static enum report_result
decode_camera(struct hass_decode *d)
{
	enum report_result result = take(d, CAMERA_ENCODING);

	return result != REPORT_OK ? result : hass_decode_set(d, "idle");
}

static enum report_result
arrived(struct hass_decode *d)
{
	char when[CLOCK_TEXT];

	return hass_decode_set(d, mem_strdup(d->a, clock_rfc3339(d->m->now_ms, when)));
}

static enum report_result
decode_image(struct hass_decode *d)
{
	enum report_result result = take(d, IMAGE_ENCODING);

	return result != REPORT_OK ? result : arrived(d);
}

static bool
is_url(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return false;
	return n <= 2048 && ((n > 7 && memcmp(s, "http://", 7) == 0) ||
	    (n > 8 && memcmp(s, "https://", 8) == 0));
}

static enum report_result
decode_url(struct hass_decode *d)
{
	if (d->len == 0 || hass_decode_none(d))
		return REPORT_NOTHING;
	if (!is_url(d->text, d->len))
		return hass_decode_bad(d, "not the address of a picture");
	hass_decode_put(d->r, "image_url", js_new_stringn(d->text, d->len));
	return arrived(d);
}

static const struct hass_read camera_reads[] = {
	{ CAMERA_TOPIC, HASS_NONE, HASS_BYTES, decode_camera, NULL },
};

static const struct hass_read image_reads[] = {
	{ IMAGE_TOPIC, HASS_NONE, HASS_BYTES, decode_image, NULL },
	{ URL_TOPIC, URL_TEMPLATE, 0, decode_url, "image_url" },
};

static enum rc
check_image(const struct binding *b, struct fault *f)
{
	if (hass_binding_has(b, IMAGE_TOPIC) == hass_binding_has(b, URL_TOPIC))
		return fault_set(f, RC_INVALID, "image_topic",
		    "an image has either an image_topic or a url_topic");
	return RC_OK;
}

const struct hass_component hass_camera = {
	.name = "camera", .plain_name = "MQTT Camera", .plain = true,
	.keys = camera_keys, .n_keys = CAMERA__END - HASS_OWN,
	.reads = camera_reads, .n_reads = sizeof(camera_reads) / sizeof(camera_reads[0]),
};

const struct hass_component hass_image = {
	.name = "image", .plain_name = "MQTT Image", .plain = true,
	.keys = image_keys, .n_keys = IMAGE__END - HASS_OWN,
	.reads = image_reads, .n_reads = sizeof(image_reads) / sizeof(image_reads[0]),
	.check = check_image,
};
