/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <string.h>

#include "shared/base/js_scan.h"

static struct js_member
only(const char *text)
{
	struct js_scan s = js_scan_start(text, strlen(text));
	struct js_member m, more;

	ATF_REQUIRE_EQ_MSG(js_scan_next(&s, &m), RC_OK, "%s", text);
	ATF_CHECK_EQ_MSG(js_scan_next(&s, &more), RC_NOT_FOUND, "%s", text);
	return m;
}

ATF_TC_WITHOUT_HEAD(next__every_type);
ATF_TC_BODY(next__every_type, tc)
{
	static const struct {
		const char	*key, *value;
		enum js_type	 type;
	} want[] = {
		{ "s", "\"a\"", JS_STRING }, { "e", "\"\\\\\"", JS_STRING }, { "n", "null", JS_NULL },
		{ "t", "true", JS_TRUE }, { "f", "false", JS_FALSE }, { "i", "-7", JS_INT },
		{ "r", "1.5e3", JS_INT }, { "a", "[1,\"]\\\"\",[]]", JS_ARRAY },
		{ "o", "{\"x\":{\"y\":\"}\"}}", JS_OBJECT },
	};
	const char *text = " { \"s\" : \"a\" , \"e\":\"\\\\\",\"n\":null,\"t\":true,\"f\":false,\"i\":-7 ,"
	    "\"r\":1.5e3,\"a\":[1,\"]\\\"\",[]],\"o\":{\"x\":{\"y\":\"}\"}} } ";
	struct js_scan s = js_scan_start(text, strlen(text));
	struct js_member m;
	size_t i;

	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		ATF_REQUIRE_EQ_MSG(js_scan_next(&s, &m), RC_OK, "%s", want[i].key);
		ATF_CHECK(m.key_len == 1 && m.key[0] == want[i].key[0]);
		ATF_CHECK_EQ_MSG(m.type, want[i].type, "%s", want[i].key);
		ATF_CHECK_MSG(m.len == strlen(want[i].value) && memcmp(m.value, want[i].value, m.len) == 0,
		    "%s: %.*s", want[i].key, (int)m.len, m.value);
	}
	ATF_CHECK_EQ(js_scan_next(&s, &m), RC_NOT_FOUND);
	ATF_CHECK_EQ(js_scan_next(&s, &m), RC_NOT_FOUND);
}

ATF_TC_WITHOUT_HEAD(next__broken);
ATF_TC_BODY(next__broken, tc)
{
	static const char *const broken[] = { "", " ", "[]", "1", "{", "{\"a\"", "{\"a\":", "{\"a\":}", "{\"a\":1",
		"{\"a\":\"", "{\"a\":\"x\\\"}", "{\"a\":[1}", "{\"a\":{}", "{\"a\" 1}", "{a:1}", "{\"a\":1}x",
		"{\"a\":1 \"b\":2}", "{\"a\":1,}", "{,}" };
	struct js_member m;
	struct js_scan s;
	size_t i;
	enum rc rc;

	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		s = js_scan_start(broken[i], strlen(broken[i]));
		while ((rc = js_scan_next(&s, &m)) == RC_OK)
			;
		ATF_CHECK_EQ_MSG(rc, RC_INVALID, "%s", broken[i]);
	}
}

static void
string_is(const char *text, const char *want)
{
	struct js_member m = only(text);
	struct buf b = { 0 };
	const char *s;
	size_t n;

	ATF_REQUIRE_EQ_MSG(js_scan_string(&m, &b, &s, &n), RC_OK, "%s", text);
	ATF_CHECK_MSG(n == strlen(want) && memcmp(s, want, n) == 0, "%s: %.*s", text, (int)n, s);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(string__escapes);
ATF_TC_BODY(string__escapes, tc)
{
	struct js_member m = only("{\"a\":1}"), bad = only("{\"a\":\"\\q\"}");
	struct buf b = { 0 };
	const char *s;
	size_t n;

	string_is("{\"a\":\"\"}", "");
	string_is("{\"a\":\"plain °\"}", "plain °");
	string_is("{\"a\":\"{{ x[\\\"k\\\"] }}\"}", "{{ x[\"k\"] }}");
	string_is("{\"a\":\"\\b\\f\\n\\r\\t\\/\\\\\"}", "\b\f\n\r\t/\\");
	string_is("{\"a\":\"q\\\"\\u00fc\\ud83d\\ude00\"}", "q\"ü😀");
	buf_puts(&b, "kept");
	ATF_CHECK_EQ(js_scan_string(&m, &b, &s, &n), RC_INVALID);
	ATF_CHECK_EQ(js_scan_string(&bad, &b, &s, &n), RC_INVALID);
	bad = only("{\"a\":\"x\\\"\\u0000\"}");
	ATF_CHECK_EQ(js_scan_string(&bad, &b, &s, &n), RC_INVALID);
	ATF_CHECK_STREQ(buf_str(&b), "kept");
	m = only("{\"a\":\"\\\"\"}");
	ATF_CHECK_EQ(js_scan_string(&m, &b, &s, &n), RC_OK);
	ATF_CHECK(n == 1 && *s == '"' && strcmp(buf_str(&b), "kept\"") == 0);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(value__tree);
ATF_TC_BODY(value__tree, tc)
{
	struct js_member m = only("{\"a\":[1,{\"b\":2}]}");
	struct js *v = NULL;

	ATF_REQUIRE_EQ(js_scan_value(&m, &v, NULL), RC_OK);
	ATF_CHECK_EQ(js_int(js_get(js_at(v, 1), "b"), 0), 2);
	js_free(v);
	m = only("{\"a\":1x}");
	ATF_CHECK_EQ(js_scan_value(&m, &v, NULL), RC_INVALID);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, next__every_type);
	ATF_TP_ADD_TC(tp, next__broken);
	ATF_TP_ADD_TC(tp, string__escapes);
	ATF_TP_ADD_TC(tp, value__tree);
	return atf_no_error();
}
