/* SPDX-License-Identifier: ISC
 *
 * What was announced and is not in use, and why.
 */
#include <string.h>

#include "shared/base/field.h"
#include "shared/domain/refusal.h"

#define AGAIN_MS INT64_C(3600000)	/* what is refused for the same reason is written so often */

static const struct store_refusal *
find(const struct store_refusal *rows, size_t n, const char *source)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(rows[i].source, source) == 0)
			return &rows[i];
	return NULL;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
is_news(const struct store_refusal *old, const struct store_refusal *r)
{
	return old == NULL || !same(old->reason, r->reason) || !same(old->holder, r->holder) ||
	    !same(old->device, r->device) || old->asked != r->asked || r->time - old->time >= AGAIN_MS;
}

/* A reason may quote what was cut in the middle of a character. */
static const char *
clean(const char *reason, struct mem_arena *a)
{
	char *text = mem_strdup(a, reason), *p;
	size_t n, left = strlen(text);

	for (p = text; left > 0; p += n, left -= n) {
		for (n = 1; n < 4 && n < left && !field_utf8(p, n); n++)
			;
		if (!field_utf8(p, n)) {
			*p = '?';
			n = 1;
		}
	}
	return text;
}

enum rc
refusal_settle(struct tx *tx, const char *topic, const struct store_refusal *now, size_t n, struct mem_arena *a)
{
	struct store_refusal *old = NULL, r;
	enum rc rc;
	size_t i, n_old = 0;

	rc = store_refusal_at(tx->db, topic, a, &old, &n_old);
	for (i = 0; i < n_old && rc == RC_OK; i++)
		if (find(now, n, old[i].source) == NULL)
			rc = store_refusal_remove(tx, old[i].source);
	for (i = 0; i < n && rc == RC_OK; i++) {
		r = now[i];
		r.reason = clean(r.reason, a);
		if (is_news(find(old, n_old, r.source), &r))
			rc = store_refusal_put(tx, &r);
	}
	return rc;
}

void
refusal_write(struct jsw *w, const char *key, const struct store_refusal *r)
{
	const char *part = strchr(r->source, '#');

	jsw_object(w, key);
	jsw_stringn(w, "topic", r->source, part != NULL ? (size_t)(part - r->source) : strlen(r->source));
	jsw_string(w, "part", part != NULL ? part + 1 : NULL);
	jsw_string(w, "device", r->device);
	jsw_string(w, "reason", r->reason);
	jsw_time(w, "time", r->time);
	jsw_end(w);
}
