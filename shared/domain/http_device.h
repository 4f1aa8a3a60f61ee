/* SPDX-License-Identifier: ISC
 *
 * Devices that report over HTTP: each has a key of its own and signs what it says. A request is accepted once
 * (nonce), soon (timestamp) and not too often. Readings are an event of the log: the engine makes states of
 * them, so that rules, history and all else treat them as what any device reports.
 */
#ifndef HTTP_DEVICE_H
#define HTTP_DEVICE_H

#include "shared/base/conf.h"
#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store_device.h"
#include "shared/store/store_key.h"

#define HTTP_DEVICE_KEY 65	/* bytes of a key as text (hex), NUL included */
#define HTTP_DEVICE_TOPIC "$http/"	/* no client of a broker can publish there for us to hear */
#define HTTP_DEVICE_READINGS 100	/* of one request */
#define HTTP_DEVICE_RATE 100	/* requests a minute */
#define HTTP_DEVICE_TEXT 255	/* characters of a value that is a text: what a state holds */

/* Makes a device and its key, which is stored sealed: key is shown once. RC_NOT_FOUND: no such area. */
enum rc http_device_add(struct tx *tx, const struct conf *c, const char *name, const char *area_id,
    struct mem_arena *a, struct device *out, char key[HTTP_DEVICE_KEY], struct fault *f);
/* A new key; the old one ends at once. RC_NOT_FOUND: no device of this kind has that id. */
enum rc http_device_rekey(struct tx *tx, const struct conf *c, const char *id, struct mem_arena *a,
    char key[HTTP_DEVICE_KEY], struct fault *f);

/* What a request claims. */
struct http_signed {
	const char	*device_id, *signature, *timestamp, *nonce;
	const char	*body;
	size_t		 len;
	int64_t		 now_ms;
};

/*
 * Whether the device itself said that, now: HMAC-SHA256 in hex over timestamp, LF, nonce, LF and the body.
 * RC_UNAUTHORIZED with the same words whatever is wrong; *device is set when there is such a device, *why to
 * a word for the log.
 */
enum rc http_device_verify(struct db *db, const struct conf *c, const struct http_signed *s,
    struct mem_arena *a, struct device *device, const char **why, struct fault *f);
/* The label of METRIC_ERRORS that counts refusals, by any process of the house. */
#define HTTP_DEVICE_REFUSALS "device_signature"
/*
 * Refusals become events (security): at most one in ten seconds for a device, and one for all that name no device
 * (d NULL), with the number of refusals since the last of those. tells: whether one is due, asked without writing.
 */
bool http_device_tells(struct db *db, const struct device *d, int64_t now_ms, struct mem_arena *a);
/* Appends the event, unless it is not due. */
enum rc http_device_refused(struct tx *tx, const struct http_signed *s, const struct device *d,
    const char *peer, const char *why, struct mem_arena *a);
/* What became of a request. */
struct http_device_answer {
	struct js	*taken;		/* the readings that the engine will hear of; js_free */
	const char	**ignored;	/* keys of the others, in the arena */
	size_t		 n_ignored;
	int		 retry_s;	/* RC_LIMITED: when to come again */
};
/*
 * Takes verified readings, objects {key, value, name?, unit?, device_class?, state_class?}; those of a device or an
 * entity that is disabled are ignored, and null of a key whose kind nobody knows. RC_UNAUTHORIZED: a nonce that
 * was used; RC_LIMITED: too many in a minute; RC_INVALID names the reading. Whatever comes of it, out->taken is
 * to be freed.
 */
enum rc http_device_take(struct tx *tx, const struct conf *c, const struct device *d, const char *nonce,
    const struct js *readings, struct mem_arena *a, struct http_device_answer *out, struct fault *f);

#endif
