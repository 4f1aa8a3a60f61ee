/* SPDX-License-Identifier: ISC
 *
 * See history_chunk.h.
 */
#include "shared/domain/history_chunk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "shared/base/varint.h"

enum { SAME_SCALE, NEW_SCALE, OLD_TEXT, NEW_TEXT };

#define DIGITS_MAX 17		/* digits that always fit, also as a difference shifted by two bits */
#define SCALE_MAX 17
#define BACK_MS 60000		/* a clock that goes back further begins a new chunk */

static uint64_t
zigzag(int64_t v)
{
	return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}

static int64_t
unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* Differences wrap around, so that any pair of times comes back. */
static int64_t
minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t
plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

/*
 * Reads s as digits and scale when exactly these give the text back: no leading zeros, no sign of
 * a zero, at least one digit on either side of the point.
 */
static bool
decimal(const char *s, size_t len, int64_t *digits, int *scale)
{
	size_t i = 0, point = 0;
	int64_t v = 0;
	bool negative = len > 0 && s[0] == '-';

	if (negative)
		i = 1;
	if (i >= len || len - i > DIGITS_MAX + 1)
		return false;
	if (s[i] == '0' && i + 1 < len && s[i + 1] != '.')
		return false;
	if (s[i] == '.' || s[len - 1] == '.')
		return false;
	for (; i < len; i++) {
		if (s[i] == '.' && point == 0)
			point = i;
		else if (s[i] >= '0' && s[i] <= '9')
			v = v * 10 + (s[i] - '0');
		else
			return false;
	}
	if ((negative && v == 0) || v >= 100000000000000000)
		return false;
	*digits = negative ? -v : v;
	*scale = point == 0 ? 0 : (int)(len - point - 1);
	return *scale <= SCALE_MAX;
}

/* The text of a decimal, right-aligned in out; returns where it begins. */
static const char *
decimal_text(int64_t digits, int scale, char out[HISTORY_NUMBER], size_t *len)
{
	uint64_t v = digits < 0 ? (uint64_t)-digits : (uint64_t)digits;
	char *p = out + HISTORY_NUMBER - 1;
	int i = 0;

	*p = '\0';
	do {
		if (i == scale && scale > 0)
			*--p = '.';
		*--p = (char)('0' + v % 10);
		v /= 10;
		i++;
	} while (v > 0 || i <= scale);
	if (digits < 0)
		*--p = '-';
	*len = (size_t)(out + HISTORY_NUMBER - 1 - p);
	return p;
}

static void
learn_text(struct history_codec *c, size_t at, size_t len)
{
	if (c->texts == HISTORY_CHUNK_TEXTS || at + len > UINT16_MAX)
		return;
	c->text_at[c->texts] = (uint16_t)at;
	c->text_len[c->texts++] = (uint16_t)len;
}

static void
put_text(struct history_chunk *k, const char *s, size_t len)
{
	struct history_codec *c = &k->c;
	int i;

	for (i = 0; i < c->texts; i++) {
		if (c->text_len[i] == len && memcmp(k->data.p + c->text_at[i], s, len) == 0) {
			varint_put(&k->data, (uint64_t)i << 2 | OLD_TEXT);
			return;
		}
	}
	varint_put(&k->data, (uint64_t)(len + 1) << 2 | NEW_TEXT);
	learn_text(c, k->data.len, len);
	buf_put(&k->data, s, len);
}

void
history_chunk_add(struct history_chunk *k, int64_t time, const char *state, size_t len)
{
	struct history_codec *c = &k->c;
	int64_t step = minus(time, c->time), digits;
	int scale;

	varint_put(&k->data, zigzag(minus(step, c->step)));
	c->time = time;
	c->step = k->n == 0 ? 0 : step;
	if (k->n == 0)
		k->start = time;
	if (k->n++ == 0 || time > k->finish)
		k->finish = time;
	if (state == NULL)
		varint_put(&k->data, NEW_TEXT);
	else if (!decimal(state, len, &digits, &scale))
		put_text(k, state, len);
	else {
		if (scale == c->scale)
			varint_put(&k->data, zigzag(digits - c->digits) << 2 | SAME_SCALE);
		else {
			varint_put(&k->data, (uint64_t)scale << 2 | NEW_SCALE);
			varint_put(&k->data, zigzag(digits));
		}
		c->scale = scale;
		c->digits = digits;
	}
}

bool
history_chunk_full(const struct history_chunk *k, int64_t time)
{
	if (k->n == 0)
		return false;
	return k->data.len >= HISTORY_CHUNK_BYTES || minus(k->c.time, time) > BACK_MS;
}

void
history_chunk_free(struct history_chunk *k)
{
	buf_free(&k->data);
	memset(k, 0, sizeof(*k));
}

enum rc
history_chunk_resume(struct history_chunk *k, const void *data, size_t len)
{
	struct history_reader r;
	const char *state;
	int64_t time;
	size_t n;
	enum rc rc;

	history_reader_init(&r, data, len);
	history_chunk_free(k);
	while ((rc = history_reader_next(&r, &time, &state, &n)) == RC_OK) {
		if (k->n == 0)
			k->start = time;
		if (k->n++ == 0 || time > k->finish)
			k->finish = time;
	}
	if (rc != RC_NOT_FOUND) {
		memset(k, 0, sizeof(*k));
		return rc;
	}
	k->c = r.c;
	buf_reserve(&k->data, HISTORY_CHUNK_BYTES + 64);
	buf_put(&k->data, data, len);
	return RC_OK;
}

void
history_reader_init(struct history_reader *r, const void *data, size_t len)
{
	memset(&r->c, 0, sizeof(r->c));
	r->data = data;
	r->len = len;
	r->at = 0;
}

static enum rc
get_decimal(struct history_reader *r, bool same, uint64_t rest, const char **state, size_t *len)
{
	struct history_codec *c = &r->c;
	uint64_t v;

	if (same)
		c->digits = plus(c->digits, unzigzag(rest));
	else {
		if (rest > SCALE_MAX || !varint_get(r->data, r->len, &r->at, &v))
			return RC_INVALID;
		c->scale = (int)rest;
		c->digits = unzigzag(v);
	}
	if (c->digits >= 100000000000000000 || c->digits <= -100000000000000000)
		return RC_INVALID;
	*state = decimal_text(c->digits, c->scale, r->number, len);
	return RC_OK;
}

static enum rc
get_text(struct history_reader *r, bool known, uint64_t rest, const char **state, size_t *len)
{
	struct history_codec *c = &r->c;

	if (known) {
		if (rest >= (uint64_t)c->texts)
			return RC_INVALID;
		*state = (const char *)r->data + c->text_at[rest];
		*len = c->text_len[rest];
		return RC_OK;
	}
	if (rest == 0) {
		*state = NULL;
		*len = 0;
		return RC_OK;
	}
	if (rest - 1 > r->len - r->at)
		return RC_INVALID;
	*state = (const char *)r->data + r->at;
	*len = (size_t)rest - 1;
	learn_text(c, r->at, *len);
	r->at += *len;
	return RC_OK;
}

enum rc
history_reader_next(struct history_reader *r, int64_t *time, const char **state, size_t *len)
{
	struct history_codec *c = &r->c;
	bool first = r->at == 0;
	uint64_t step, code;

	if (r->at == r->len)
		return RC_NOT_FOUND;
	if (!varint_get(r->data, r->len, &r->at, &step) || !varint_get(r->data, r->len, &r->at, &code))
		return RC_INVALID;
	c->step = plus(c->step, unzigzag(step));
	c->time = plus(c->time, c->step);
	*time = c->time;
	if (first)
		c->step = 0;
	if ((code & 3) <= NEW_SCALE)
		return get_decimal(r, (code & 3) == SAME_SCALE, code >> 2, state, len);
	return get_text(r, (code & 3) == OLD_TEXT, code >> 2, state, len);
}

bool
history_number(const char *s, size_t len, double *out)
{
	char copy[64], *end;
	double v;
	size_t i;

	if (s == NULL || len == 0 || len >= sizeof(copy))
		return false;
	for (i = 0; i < len; i++) {
		if (memchr("0123456789+-.eE", s[i], 15) == NULL)
			return false;
		copy[i] = s[i];
	}
	copy[len] = '\0';
	v = strtod(copy, &end);
	if (end == copy || *end != '\0' || !isfinite(v))
		return false;
	*out = v;
	return true;
}
