/* SPDX-License-Identifier: ISC
 *
 * Checks configuration values and brings them into one form each.
 */
#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "shared/base/conf_type.h"
#include "shared/base/field.h"

struct type {
	bool			(*read)(const struct type *t, const char *value, struct buf *out);
	const char		*want;
	long long		 min, max;	/* numbers */
	const char *const	*words;		/* choices, NULL-terminated */
};

static bool
read_text(const struct type *t, const char *value, struct buf *out)
{
	(void)t;
	buf_puts(out, value);
	return field_utf8(value, strlen(value));
}

static bool
read_number(const struct type *t, const char *value, struct buf *out)
{
	const char *err;

	buf_put_int(out, strtonum(value, t->min, t->max, &err));
	return err == NULL;
}

static bool
read_size(const struct type *t, const char *value, struct buf *out)
{
	static const char units[] = "KMG";
	const char *unit, *err;
	char digits[24];
	size_t n = strlen(value);
	int shift = 0;
	long long v;

	if (n != 0 && (unit = strchr(units, toupper((unsigned char)value[n - 1]))) != NULL) {
		shift = 10 * (int)(unit - units + 1);
		n--;
	}
	if (n >= sizeof(digits))
		return false;
	memcpy(digits, value, n);
	digits[n] = '\0';
	v = strtonum(digits, t->min, t->max >> shift, &err);
	buf_put_int(out, v << shift);
	return err == NULL;
}

static bool
read_boolean(const struct type *t, const char *value, struct buf *out)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
	size_t i;

	(void)t;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(value, words[i]) == 0) {
			buf_puts(out, words[i % 2]);
			return true;
		}
	}
	return false;
}

static bool
read_word(const struct type *t, const char *value, struct buf *out)
{
	size_t i;

	for (i = 0; t->words[i] != NULL; i++) {
		if (strcasecmp(value, t->words[i]) == 0) {
			buf_puts(out, t->words[i]);
			return true;
		}
	}
	return false;
}

/* scheme "://" rest, printable and without spaces; what the scheme means is its user's business. */
static bool
read_url(const struct type *t, const char *value, struct buf *out)
{
	const char *p = strstr(value, "://"), *s;

	(void)t;
	if (p == NULL || p == value || p[3] == '\0' || !isalpha((unsigned char)value[0]))
		return false;
	for (s = value; s < p; s++)
		if (!isalnum((unsigned char)*s) && strchr("+-.", *s) == NULL)
			return false;
	for (s = p; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return false;
	buf_puts(out, value);
	return field_utf8(value, strlen(value));
}

/* "a, b,,c" to "a,b,c" */
static bool
read_list(const struct type *t, const char *value, struct buf *out)
{
	size_t n, start = out->len;

	(void)t;
	for (; *value != '\0'; value += n) {
		value += strspn(value, ", \t");
		n = strcspn(value, ", \t");
		if (n == 0)
			continue;
		if (out->len != start)
			buf_putc(out, ',');
		buf_put(out, value, n);
	}
	return field_utf8(buf_str(out) + start, out->len - start);
}

/* "Europe/Berlin" must be known; "CET-1CEST,M3.5.0,M10.5.0/3" and ":/file" are left to tzset(3). */
static bool
read_zone(const struct type *t, const char *value, struct buf *out)
{
	static const char db[] = "/usr/share/zoneinfo";
	char path[PATH_MAX];
	int n;

	(void)t;
	buf_puts(out, value);
	if (*value == ':' || *value == '/')
		return true;
	if (strstr(value, "..") != NULL)
		return false;
	n = snprintf(path, sizeof(path), "%s/%s", db, value);
	if (n < 0 || (size_t)n >= sizeof(path))
		return false;
	return access(path, R_OK) == 0 || strcmp(value, "UTC") == 0 || strpbrk(value, "0123456789");
}

/* Degrees with decimals. */
static bool
read_degrees(const struct type *t, const char *value, struct buf *out)
{
	char *end;
	double v = strtod(value, &end);

	buf_puts(out, value);
	return strspn(value, "+-.0123456789") == strlen(value) && *value != '\0' && *end == '\0' &&
	    v >= (double)t->min && v <= (double)t->max;
}

static const char *const environments[] = {"development", "staging", "production", "testing", NULL};
static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const durabilities[] = {"normal", "full", NULL};

static const struct type types[] = {
	[CONF_TYPE_text] = {read_text, "text in UTF-8", 0, 0, NULL},
	[CONF_TYPE_secret] = {read_text, "text in UTF-8", 0, 0, NULL},
	[CONF_TYPE_integer] = {read_number, "a whole number of 0 or more", 0, INT_MAX, NULL},
	[CONF_TYPE_count] = {read_number, "a whole number of 1 or more", 1, INT_MAX, NULL},
	[CONF_TYPE_commit_ms] = {read_number, "a whole number from 0 to 50", 0, 50, NULL},
	[CONF_TYPE_boolean] = {read_boolean, "true or false", 0, 0, NULL},
	[CONF_TYPE_size] = {read_size, "a number of bytes, such as 10485760 or 10M", 0,
	    INT64_C(1) << 50, NULL},
	[CONF_TYPE_url] = {read_url, "a URL, such as mqtt://127.0.0.1:1883", 0, 0, NULL},
	[CONF_TYPE_list] = {read_list, "a list with commas, in UTF-8", 0, 0, NULL},
	[CONF_TYPE_environment] = {read_word, "development, staging, production or testing", 0, 0,
	    environments},
	[CONF_TYPE_level] = {read_word, "error, warning, info or debug", 0, 0, levels},
	[CONF_TYPE_durability] = {read_word, "normal or full", 0, 0, durabilities},
	[CONF_TYPE_zone] = {read_zone, "a time zone, such as Europe/Berlin", 0, 0, NULL},
	[CONF_TYPE_latitude] = {read_degrees, "degrees from -90 to 90, such as 52.52", -90, 90, NULL},
	[CONF_TYPE_longitude] = {read_degrees, "degrees from -180 to 180, such as 13.405", -180, 180, NULL},
};
static_assert(sizeof(types) / sizeof(types[0]) == CONF_TYPE__MAX, "every type has a row");

bool
conf_type_read(enum conf_type type, const char *value, struct buf *out, const char **want)
{
	*want = types[type].want;
	return types[type].read(&types[type], value, out);
}
