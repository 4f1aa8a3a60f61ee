/* SPDX-License-Identifier: ISC
 *
 * Values between JSON, text and numbers, by the rules of Python that the convention inherited: what a
 * template prints is compared with what the announcement holds, so both must look alike.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/adapters/adapter_value.h"
#include "shared/base/clock.h"

/* Digits (without the point) and decimal exponent of the shortest text that reads back as v. */
static int
shortest(double v, char digits[24])
{
	char e[40];
	int precision;
	char *mark;

	for (precision = 0; precision < 17; precision++) {
		snprintf(e, sizeof(e), "%.*e", precision, v);
		if (strtod(e, NULL) == v)
			break;
	}
	mark = strchr(e, 'e');
	digits[0] = e[0];
	snprintf(digits + 1, 23, "%.*s", (int)(mark > e + 2 ? mark - e - 2 : 0), e + 2);
	return (int)strtol(mark + 1, NULL, 10);
}

/* repr(float): fixed for exponents -4 to 15, with at least one decimal. */
void
adapter_value_real(double v, struct buf *out)
{
	char digits[24];
	int exponent, n, i;

	if (!isfinite(v)) {
		buf_puts(out, isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
		return;
	}
	if (signbit(v))
		buf_putc(out, '-');
	exponent = shortest(fabs(v), digits);
	n = (int)strlen(digits);
	if (exponent < -4 || exponent > 15) {
		buf_printf(out, "%c%s%se%c%02d", digits[0], n > 1 ? "." : "", digits + 1,
		    exponent < 0 ? '-' : '+', abs(exponent));
	} else if (exponent < 0) {
		buf_puts(out, "0.");
		for (i = -1; i > exponent; i--)
			buf_putc(out, '0');
		buf_puts(out, digits);
	} else {
		for (i = 0; i <= exponent; i++)
			buf_putc(out, i < n ? digits[i] : '0');
		buf_printf(out, ".%s", n > exponent + 1 ? digits + exponent + 1 : "0");
	}
}

bool
adapter_value_text(const struct js *v, struct buf *out)
{
	const char *s;
	size_t n;

	switch (js_type(v)) {
	case JS_TRUE:
		buf_puts(out, "True");
		return true;
	case JS_FALSE:
		buf_puts(out, "False");
		return true;
	case JS_INT:
		buf_put_int(out, js_int(v, 0));
		return true;
	case JS_REAL:
		adapter_value_real(js_real(v, 0), out);
		return true;
	case JS_STRING:
		s = js_string(v, &n);
		buf_put(out, s, n);
		return true;
	default:
		return false;
	}
}

bool
adapter_value_number(const char *s, size_t len, double *out)
{
	char text[64], *end;
	double v;

	while (len > 0 && isspace((unsigned char)*s))
		s++, len--;
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	if (len == 0 || len >= sizeof(text) || memchr(s, 'x', len) != NULL ||
	    memchr(s, 'X', len) != NULL || memchr(s, '(', len) != NULL)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	v = strtod(text, &end);
	if (*end != '\0' || !isfinite(v))
		return false;
	*out = v;
	return true;
}

bool
adapter_value_numeric(const struct js *v, double *out)
{
	size_t n;
	const char *s = js_string(v, &n);

	if (s != NULL)
		return adapter_value_number(s, n, out);
	*out = js_real(v, 0);
	return js_is_number(v);
}

bool
adapter_value_numbers(const char *s, size_t len, double *out, int n)
{
	const char *end = s + len, *comma;
	int i;

	for (i = 0; i < n; i++) {
		comma = i == n - 1 ? end : memchr(s, ',', (size_t)(end - s));
		if (comma == NULL || !adapter_value_number(s, (size_t)(comma - s), &out[i]))
			return false;
		s = comma + 1;
	}
	return true;
}

bool
adapter_value_bool(const struct js *v, bool *out)
{
	static const char *const yes[] = { "1", "true", "yes", "on", "enable" };
	static const char *const no[] = { "0", "false", "no", "off", "disable" };
	const char *s = js_string(v, NULL);
	size_t i;

	if (js_type(v) == JS_TRUE || js_type(v) == JS_FALSE) {
		*out = js_type(v) == JS_TRUE;
		return true;
	}
	if (js_is_number(v)) {
		*out = js_real(v, 0) != 0;
		return true;
	}
	for (i = 0; s != NULL && i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcasecmp(s, yes[i]) != 0 && strcasecmp(s, no[i]) != 0)
			continue;
		*out = strcasecmp(s, yes[i]) == 0;
		return true;
	}
	return false;
}

double
adapter_value_round(double v)
{
	return nearbyint(v);
}

int64_t
adapter_value_ms(double seconds)
{
	return (int64_t)(fmin(fmax(seconds, 0), 3.2e9) * 1000);
}

#define SAME_START_MS 15000	/* the running time is told in whole seconds, and late */

const char *
adapter_value_started(int64_t seconds, int64_t now_ms, const char *known, struct mem_arena *a)
{
	int64_t start, before;
	char text[CLOCK_TEXT];

	if (seconds < 0 || seconds > INT64_C(1000000000))
		return NULL;
	start = (now_ms / 1000 - seconds) * 1000;
	if (known != NULL && clock_parse(known, &before) == RC_OK &&
	    llabs((long long)(start - before)) < SAME_START_MS)
		return NULL;
	return mem_strdup(a, clock_rfc3339(start, text));
}
