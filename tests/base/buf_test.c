/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/mem.h"

ATF_TC_WITHOUT_HEAD(buf__empty_is_valid);
ATF_TC_BODY(buf__empty_is_valid, tc)
{
	struct buf b = {0};
	char *s;

	ATF_REQUIRE_STREQ(buf_str(&b), "");
	buf_reset(&b);
	buf_put(&b, "", 0);
	ATF_REQUIRE_EQ(b.len, 0);
	s = buf_steal(&b);
	ATF_REQUIRE_STREQ(s, "");
	free(s);
	buf_free(&b);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(buf__grows_and_is_reused);
ATF_TC_BODY(buf__grows_and_is_reused, tc)
{
	struct buf b = {0};
	size_t i, cap;

	for (i = 0; i < 10000; i++) {
		buf_printf(&b, "%d", (int)(i % 10));
		ATF_REQUIRE_EQ(b.p[b.len], '\0');
	}
	ATF_REQUIRE_EQ(b.len, 10000);
	ATF_REQUIRE_EQ(b.p[4321], '1');
	cap = b.cap;
	buf_reset(&b);
	ATF_REQUIRE_EQ(b.cap, cap);
	ATF_REQUIRE_STREQ(buf_str(&b), "");
	buf_printf(&b, "%0500d", 7);
	ATF_REQUIRE_EQ(b.len, 500);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(max__stops_and_remembers);
ATF_TC_BODY(max__stops_and_remembers, tc)
{
	struct buf b = {.max = 8};

	buf_puts(&b, "12345678");
	ATF_REQUIRE(!b.over);
	buf_put(&b, "", 0);
	ATF_REQUIRE(!b.over);
	buf_putc(&b, '9');
	ATF_REQUIRE(b.over);
	ATF_REQUIRE_STREQ(buf_str(&b), "12345678");
	buf_reset(&b);
	ATF_REQUIRE(!b.over);
	buf_printf(&b, "%s", "abcdefghijkl");
	ATF_REQUIRE(b.over);
	ATF_REQUIRE_STREQ(buf_str(&b), "abcdefgh");
	buf_reset(&b);
	buf_puts(&b, "1234567");
	buf_puts(&b, "xy");
	buf_puts(&b, "z");
	ATF_REQUIRE_EQ(b.len, 8);
	ATF_REQUIRE_STREQ(buf_str(&b), "1234567x");
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(int__extremes);
ATF_TC_BODY(int__extremes, tc)
{
	struct buf b = {0};

	buf_put_int(&b, LLONG_MIN);
	buf_putc(&b, ' ');
	buf_put_int(&b, LLONG_MAX);
	buf_putc(&b, ' ');
	buf_put_int(&b, 0);
	ATF_REQUIRE_STREQ(buf_str(&b), "-9223372036854775808 9223372036854775807 0");
	buf_free(&b);
}

static void
json_is(const char *in, size_t n, const char *want)
{
	struct buf b = {0};

	buf_json_string(&b, in, n);
	ATF_CHECK_STREQ_MSG(buf_str(&b), want, "got %s, want %s", buf_str(&b), want);
	buf_free(&b);
}

#define JSON_IS(in, want) json_is(in, sizeof(in) - 1, want)
#define BAD "\xef\xbf\xbd"

ATF_TC_WITHOUT_HEAD(json_string__escapes);
ATF_TC_BODY(json_string__escapes, tc)
{
	JSON_IS("", "\"\"");
	JSON_IS("plain text that is longer than eight bytes",
	    "\"plain text that is longer than eight bytes\"");
	JSON_IS("a\"b\\c", "\"a\\\"b\\\\c\"");
	JSON_IS("\n\r\t\x01\x1f\x7f", "\"\\n\\r\\t\\u0001\\u001f\x7f\"");
	JSON_IS("12345678\"", "\"12345678\\\"\"");
	JSON_IS("1234567\n9", "\"1234567\\n9\"");
	JSON_IS("a\0b", "\"a" BAD "b\"");
}

ATF_TC_WITHOUT_HEAD(json_string__utf8);
ATF_TC_BODY(json_string__utf8, tc)
{
	JSON_IS("Küche 21 °C €\xf0\x9f\x92\xa1", "\"Küche 21 °C €\xf0\x9f\x92\xa1\"");
	JSON_IS("\xc3", "\"" BAD "\"");
	JSON_IS("12345678\xe2\x82", "\"12345678" BAD BAD "\"");
	JSON_IS("\xc0\xaf", "\"" BAD BAD "\"");			/* overlong */
	JSON_IS("\xed\xa0\x80x", "\"" BAD BAD BAD "x\"");	/* surrogate */
	JSON_IS("\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\"");	/* beyond U+10FFFF */
	JSON_IS("\xff" "a", "\"" BAD "a\"");
}

/* Each byte at each place of a word must be treated the same by the fast path and the slow one. */
ATF_TC_WITHOUT_HEAD(json_string__every_byte_every_place);
ATF_TC_BODY(json_string__every_byte_every_place, tc)
{
	struct buf b = {0}, one = {0};
	char in[20], byte;
	int c;
	size_t at;

	for (c = 0; c < 256; c++) {
		byte = (char)c;
		buf_reset(&one);
		buf_json_string(&one, &byte, 1);
		for (at = 0; at < sizeof(in); at++) {
			memset(in, 'x', sizeof(in));
			in[at] = byte;
			buf_reset(&b);
			buf_json_string(&b, in, sizeof(in));
			ATF_REQUIRE_EQ(b.len, sizeof(in) - 1 + one.len);
			ATF_REQUIRE_EQ(memcmp(b.p + 1 + at, one.p + 1, one.len - 2), 0);
		}
	}
	buf_free(&b);
	buf_free(&one);
}

static void
number_is(double v, const char *want)
{
	struct buf b = {0};

	buf_json_number(&b, v);
	ATF_CHECK_STREQ_MSG(buf_str(&b), want, "got %s, want %s", buf_str(&b), want);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(json_number__shortest);
ATF_TC_BODY(json_number__shortest, tc)
{
	number_is(0, "0");
	number_is(-0.0, "-0");
	number_is(21, "21");
	number_is(-21.5, "-21.5");
	number_is(0.1, "0.1");
	number_is(0.1 + 0.2, "0.30000000000000004");
	number_is(-0.05, "-0.05");
	number_is(0.000001, "0.000001");
	number_is(-0.5, "-0.5");
	number_is(1013.25, "1013.25");
	number_is(1e300, "1e+300");
	number_is(5e-324, "5e-324");
	number_is(DBL_MAX, "1.7976931348623157e+308");
	number_is(NAN, "null");
	number_is(INFINITY, "null");
	number_is(-INFINITY, "null");
}

ATF_TC_WITHOUT_HEAD(json_number__round_trip);
ATF_TC_BODY(json_number__round_trip, tc)
{
	struct buf b = {0};
	uint64_t x = 88172645463325252, bits;
	double v;
	int i;

	for (i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bits = x;
		memcpy(&v, &bits, sizeof(v));
		if (i % 2 == 0)
			v = (double)(int64_t)(x % 2000000001) / 1e4 - 1e5;
		if (!isfinite(v))
			continue;
		buf_reset(&b);
		buf_json_number(&b, v);
		ATF_REQUIRE_MSG(strtod(buf_str(&b), NULL) == v, "%.17g became %s", v, buf_str(&b));
	}
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(keep__in_the_arena);
ATF_TC_BODY(keep__in_the_arena, tc)
{
	struct mem_arena *a = mem_arena_new(64);
	struct buf b = { .max = 3 };
	const char *text;

	ATF_REQUIRE_STREQ(buf_keep(&b, a), "");
	buf_puts(&b, "door");
	text = buf_keep(&b, a);
	ATF_CHECK_STREQ(text, "doo");
	ATF_CHECK(b.p == NULL && b.len == 0 && !b.over);
	buf_put(&b, "a\0b", 3);
	ATF_CHECK_STREQ(buf_keep(&b, a), "a");
	ATF_CHECK_STREQ(text, "doo");
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(html__escapes);
ATF_TC_BODY(html__escapes, tc)
{
	struct buf b = {0};

	buf_html(&b, "<a href=\"x\" id='y'>&amp;</a>");
	ATF_REQUIRE_STREQ(buf_str(&b),
	    "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(url__escapes);
ATF_TC_BODY(url__escapes, tc)
{
	struct buf b = {0};

	buf_url(&b, "AZaz09-._~ /?&=+%\xc3\xbc");
	ATF_REQUIRE_STREQ(buf_str(&b), "AZaz09-._~%20%2F%3F%26%3D%2B%25%C3%BC");
	buf_free(&b);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, buf__empty_is_valid);
	ATF_TP_ADD_TC(tp, buf__grows_and_is_reused);
	ATF_TP_ADD_TC(tp, max__stops_and_remembers);
	ATF_TP_ADD_TC(tp, int__extremes);
	ATF_TP_ADD_TC(tp, json_string__escapes);
	ATF_TP_ADD_TC(tp, json_string__utf8);
	ATF_TP_ADD_TC(tp, json_string__every_byte_every_place);
	ATF_TP_ADD_TC(tp, json_number__shortest);
	ATF_TP_ADD_TC(tp, json_number__round_trip);
	ATF_TP_ADD_TC(tp, keep__in_the_arena);
	ATF_TP_ADD_TC(tp, html__escapes);
	ATF_TP_ADD_TC(tp, url__escapes);
	return atf_no_error();
}
