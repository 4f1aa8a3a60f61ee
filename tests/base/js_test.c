/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/js.h"

static struct js *
good(const char *text)
{
	struct fault f = {0};
	struct js *v = NULL;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, &f), RC_OK, "%s: %s", text,
	    f.msg);
	return v;
}

static void
bad(const char *text, size_t len, enum rc want)
{
	struct js *v = NULL;
	struct fault f = {0};

	ATF_CHECK_EQ_MSG(js_parse(text, len, JS_STRICT, &v, &f), want, "%.40s", text);
	ATF_CHECK_EQ(f.rc, want);
	ATF_CHECK(f.msg[0] != '\0');
	ATF_CHECK_EQ(v, NULL);
	ATF_CHECK_EQ(js_parse(text, len, JS_STRICT, &v, NULL), want);
}

static void
dump_is(const struct js *v, const char *want)
{
	struct buf b = {0};

	js_dump(v, &b);
	ATF_CHECK_STREQ(buf_str(&b), want);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(parse__every_type);
ATF_TC_BODY(parse__every_type, tc)
{
	struct js *v = good(" {\"n\":null,\"f\":false,\"t\":true,\"i\":-9223372036854775808,"
	    "\"r\":21.5,\"s\":\"K\\u00fcche\",\"a\":[1,2],\"o\":{}} ");
	size_t n;

	ATF_CHECK_EQ(js_size(v), 8);
	ATF_CHECK_EQ(js_type(js_get(v, "n")), JS_NULL);
	ATF_CHECK_EQ(js_bool(js_get(v, "f"), true), false);
	ATF_CHECK_EQ(js_bool(js_get(v, "t"), false), true);
	ATF_CHECK_EQ(js_int(js_get(v, "i"), 0), INT64_MIN);
	ATF_CHECK_EQ(js_real(js_get(v, "r"), 0), 21.5);
	ATF_CHECK_STREQ(js_string(js_get(v, "s"), &n), "Küche");
	ATF_CHECK_EQ(n, 6);
	ATF_CHECK_EQ(js_int(js_at(js_get(v, "a"), 1), 0), 2);
	ATF_CHECK_EQ(js_type(js_get(v, "o")), JS_OBJECT);
	ATF_CHECK_EQ(js_int(js_getn(v, "ixyz", 1), 0), INT64_MIN);
	js_free(v);
}

ATF_TC_WITHOUT_HEAD(read__absent_and_mistyped);
ATF_TC_BODY(read__absent_and_mistyped, tc)
{
	struct js *v = good("{\"s\":\"1\",\"r\":1.5,\"i\":3}");

	ATF_CHECK(js_is_null(NULL) && js_is_null(js_get(v, "x")));
	ATF_CHECK_EQ(js_get(js_get(v, "s"), "x"), NULL);
	ATF_CHECK_EQ(js_get(NULL, "x"), NULL);
	ATF_CHECK_EQ(js_at(v, 0), NULL);
	ATF_CHECK_EQ(js_size(NULL), 0);
	ATF_CHECK_EQ(js_size(js_get(v, "s")), 0);
	ATF_CHECK_EQ(js_string(js_get(v, "i"), NULL), NULL);
	ATF_CHECK_EQ(js_get_string(v, "i"), NULL);
	ATF_CHECK_EQ(js_int(js_get(v, "r"), 7), 7);
	ATF_CHECK_EQ(js_int(js_get(v, "s"), 7), 7);
	ATF_CHECK_EQ(js_real(js_get(v, "i"), 7), 3);
	ATF_CHECK_EQ(js_real(NULL, 7), 7);
	ATF_CHECK_EQ(js_bool(js_get(v, "i"), true), true);
	ATF_CHECK(!js_is_number(js_get(v, "s")) && js_is_number(js_get(v, "r")));
	ATF_CHECK_EQ(js_iter(NULL), NULL);
	ATF_CHECK_EQ(js_ref(NULL), NULL);
	js_free(NULL);
	js_free(v);
}

ATF_TC_WITHOUT_HEAD(parse__scalars_at_the_top);
ATF_TC_BODY(parse__scalars_at_the_top, tc)
{
	struct js *v = good("21.5");

	ATF_CHECK_EQ(js_real(v, 0), 21.5);
	js_free(v);
	v = good("\"ON\"");
	ATF_CHECK_STREQ(js_string(v, NULL), "ON");
	js_free(v);
	v = good("null");
	ATF_CHECK(v != NULL && js_is_null(v));
	js_free(v);
}

#define BAD(text, rc) bad(text, sizeof(text) - 1, rc)

ATF_TC_WITHOUT_HEAD(parse__refuses);
ATF_TC_BODY(parse__refuses, tc)
{
	BAD("", RC_INVALID);
	BAD(" ", RC_INVALID);
	BAD("ON", RC_INVALID);
	BAD("{\"a\":1", RC_INVALID);
	BAD("{\"a\":1}x", RC_INVALID);
	BAD("1 2", RC_INVALID);
	BAD("{\"a\":1,}", RC_INVALID);
	BAD("{'a':1}", RC_INVALID);
	BAD("[01]", RC_INVALID);
	BAD("[NaN]", RC_INVALID);
	BAD("[1e999]", RC_INVALID);
	BAD("[9223372036854775808]", RC_INVALID);
	BAD("\"a\0b\"", RC_INVALID);
	BAD("1\0", RC_INVALID);
	BAD("[1\0]", RC_INVALID);
	BAD("{}\0", RC_INVALID);
	BAD("\"a\\u0000b\"", RC_INVALID);
	BAD("{\"a\\u0000b\":1}", RC_INVALID);
	BAD("\"\\ud800\"", RC_INVALID);
	BAD("\"\\udc00\\ud800\"", RC_INVALID);
	BAD("\"\xff\"", RC_INVALID);
	BAD("\"\xc0\xaf\"", RC_INVALID);
	BAD("\"\xed\xa0\x80\"", RC_INVALID);
	BAD("\"\n\"", RC_INVALID);
	BAD("\xef\xbb\xbf{}", RC_INVALID);
}

ATF_TC_WITHOUT_HEAD(parse__duplicate_keys);
ATF_TC_BODY(parse__duplicate_keys, tc)
{
	static const char text[] = "{\"a\":1,\"b\":2,\"a\":3}";
	struct js *v = NULL;

	BAD("{\"a\":1,\"b\":2,\"a\":3}", RC_INVALID);
	BAD("{\"o\":[{\"a\":1,\"\\u0061\":3}]}", RC_INVALID);
	ATF_REQUIRE_EQ(js_parse(text, strlen(text), JS_LAX_KEYS, &v, NULL), RC_OK);
	ATF_CHECK_EQ(js_int(js_get(v, "a"), 0), 3);
	ATF_CHECK_EQ(js_size(v), 2);
	js_free(v);
}

/* depth levels of "[" or {"a": */
static void
nest(struct buf *b, const char *open, const char *inner, const char *shut, int depth)
{
	int i;

	buf_reset(b);
	for (i = 0; i < depth; i++)
		buf_puts(b, open);
	buf_puts(b, inner);
	for (i = 0; i < depth; i++)
		buf_puts(b, shut);
}

ATF_TC_WITHOUT_HEAD(parse__depth);
ATF_TC_BODY(parse__depth, tc)
{
	struct buf b = {0};
	int i;

	nest(&b, "[", "", "]", JS_DEPTH_MAX);
	js_free(good(buf_str(&b)));
	nest(&b, "{\"a\":", "1", "}", JS_DEPTH_MAX);
	js_free(good(buf_str(&b)));
	nest(&b, "[", "", "]", JS_DEPTH_MAX + 1);
	bad(b.p, b.len, RC_TOO_LARGE);
	nest(&b, "{\"a\":[", "1", "]}", JS_DEPTH_MAX / 2 + 1);
	bad(b.p, b.len, RC_TOO_LARGE);
	nest(&b, "[", "", "", 1000000);
	bad(b.p, b.len, RC_TOO_LARGE);
	/* brackets inside strings are no nesting, nor are many side by side */
	js_free(good("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""));
	buf_reset(&b);
	buf_puts(&b, "[[]");
	for (i = 0; i < 500; i++)
		buf_puts(&b, ",[]");
	buf_puts(&b, "]");
	js_free(good(buf_str(&b)));
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(iter__insertion_order);
ATF_TC_BODY(iter__insertion_order, tc)
{
	struct js *v = good("{\"z\":1,\"a\":2,\"m\":3}");
	char keys[8] = "";
	void *it;

	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it)) {
		strlcat(keys, js_iter_key(it), sizeof(keys));
		ATF_CHECK_EQ(js_iter_value(it), js_get(v, js_iter_key(it)));
	}
	ATF_CHECK_STREQ(keys, "zam");
	js_free(v);
}

ATF_TC_WITHOUT_HEAD(build__tree);
ATF_TC_BODY(build__tree, tc)
{
	struct js *o = js_new_object(), *a = js_new_array(), *c;

	js_append(a, js_new_int(1));
	js_append(a, js_new_real(2));
	js_append(a, js_new_real(NAN));
	js_append(a, NULL);
	js_set(o, "a", a);
	js_set(o, "b", js_new_bool(true));
	js_set(o, "s", js_new_string("x\xff"));
	js_set(o, "n", js_new_string(NULL));
	js_set(o, "z", js_new_stringn("a\0b", 3));
	js_set(o, "k\xff", js_new_int(1));
	js_set(o, "gone", js_new_null());
	js_unset(o, "gone");
	js_unset(o, "never");
	dump_is(o, "{\"a\":[1,2.0,null,null],\"b\":true,\"s\":\"x\xef\xbf\xbd\",\"n\":null,"
	    "\"z\":\"a\xef\xbf\xbd" "b\",\"k\xef\xbf\xbd\":1}");
	c = js_copy(o);
	ATF_CHECK(js_equal(o, c));
	js_set(c, "b", js_new_bool(false));
	ATF_CHECK(!js_equal(o, c));
	ATF_CHECK_EQ(js_bool(js_get(o, "b"), false), true);
	ATF_CHECK(js_equal(NULL, js_get(o, "n")) && !js_equal(NULL, o));
	js_free(o);
	js_free(c);
}

ATF_TC_WITHOUT_HEAD(reference__keeps_alive);
ATF_TC_BODY(reference__keeps_alive, tc)
{
	struct js *v = good("{\"a\":\"text\"}"), *kept = js_ref(js_get(v, "a"));

	js_free(v);
	ATF_CHECK_STREQ(js_string(kept, NULL), "text");
	js_free(kept);
}

ATF_TC_WITHOUT_HEAD(dump__reads_back_equal);
ATF_TC_BODY(dump__reads_back_equal, tc)
{
	static const char *const texts[] = {"{\"a\":[1,1.0,-0.0,1e300,0.1,5e-324],\"b\":{\"c\":[]}}",
	    "\"\\u0001\\\"\\\\\\n\\u20ac\\ud83d\\udca1\"", "[[[]],{},\"\",null,true,false]", "1e22",
	    "-9223372036854775808", "9223372036854775807", "123456789012345680.0"};
	struct js *v, *again;
	struct buf b = {0};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		v = good(texts[i]);
		buf_reset(&b);
		js_dump(v, &b);
		again = good(buf_str(&b));
		ATF_CHECK_MSG(js_equal(v, again), "%s became %s", texts[i], buf_str(&b));
		js_free(v);
		js_free(again);
	}
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(writer__commas_and_nesting);
ATF_TC_BODY(writer__commas_and_nesting, tc)
{
	struct js *v = good("[1]");
	struct buf b = {0};
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "id", "light.\"x\"");
	jsw_string(&w, "none", NULL);
	jsw_array(&w, "list");
	jsw_int(&w, NULL, -1);
	jsw_real(&w, NULL, 0.5);
	jsw_object(&w, NULL);
	jsw_end(&w);
	jsw_array(&w, NULL);
	jsw_end(&w);
	jsw_null(&w, NULL);
	jsw_end(&w);
	jsw_bool(&w, "t", true);
	jsw_raw(&w, "raw", "{}");
	jsw_value(&w, "v", v);
	jsw_value(&w, "absent", NULL);
	jsw_time(&w, "at", 1795169700123);
	jsw_time(&w, "never", 0);
	jsw_stringn(&w, "k\"", "abc", 2);
	jsw_real(&w, "nan", NAN);
	jsw_end(&w);
	ATF_CHECK_EQ(w.depth, 0);
	ATF_CHECK_STREQ(buf_str(&b), "{\"id\":\"light.\\\"x\\\"\",\"none\":null,\"list\":[-1,0.5,{},"
	    "[],null],\"t\":true,\"raw\":{},\"v\":[1],\"absent\":null,"
	    "\"at\":\"2026-11-20T10:15:00.123Z\",\"never\":null,\"k\\\"\":\"ab\",\"nan\":null}");
	js_free(v);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(writer__deepest);
ATF_TC_BODY(writer__deepest, tc)
{
	struct buf b = {0};
	struct jsw w = jsw_to(&b);
	int i;

	for (i = 0; i < 63; i++) {
		if (i % 2 == 0)
			jsw_array(&w, i != 0 ? "k" : NULL);
		else
			jsw_object(&w, NULL);
	}
	while (w.depth > 0)
		jsw_end(&w);
	ATF_CHECK_EQ(b.p[0], '[');
	ATF_CHECK_EQ(b.p[b.len - 1], ']');
	ATF_CHECK_EQ(b.p[b.len - 2], '}');
	buf_free(&b);
}

/* A sample whose name starts with "ok-" is legal JSON, all others are refused. */
static void
replay(const char *dir, const char *name)
{
	struct js *v = NULL, *again = NULL;
	struct buf b = {0};
	char path[1024], chunk[4096];
	enum rc rc;
	FILE *fp;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fp = fopen(path, "r");
	ATF_REQUIRE_MSG(fp != NULL, "%s", path);
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_put(&b, chunk, n);
	fclose(fp);
	rc = js_parse(buf_str(&b), b.len, JS_STRICT, &v, NULL);
	if (strncmp(name, "ok-", 3) != 0) {
		ATF_CHECK_MSG(rc == RC_INVALID || rc == RC_TOO_LARGE, "%s: %s", name, rc_name(rc));
	} else {
		ATF_REQUIRE_EQ_MSG(rc, RC_OK, "%s", name);
		buf_reset(&b);
		js_dump(v, &b);
		ATF_REQUIRE_EQ(js_parse(buf_str(&b), b.len, JS_STRICT, &again, NULL), RC_OK);
		ATF_CHECK_MSG(js_equal(v, again), "%s", name);
	}
	js_free(v);
	js_free(again);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(parse__hostile_samples);
ATF_TC_BODY(parse__hostile_samples, tc)
{
	static const char dir[] = SRC_DIR "/tests/data/hostile/json";
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	ATF_REQUIRE(d != NULL);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		replay(dir, e->d_name);
		n++;
	}
	closedir(d);
	ATF_REQUIRE_MSG(n >= 40, "only %d samples", n);
}

ATF_TC_WITHOUT_HEAD(parse__says_what_is_wrong);
ATF_TC_BODY(parse__says_what_is_wrong, tc)
{
	static const char text[] = "{\"action\":\"turn\\u0000_on\"}";
	struct fault f = { 0 };
	struct js *v;

	(void)tc;
	ATF_CHECK_EQ(js_parse(text, sizeof(text) - 1, JS_STRICT, &v, &f), RC_INVALID);
	ATF_CHECK_STREQ(f.msg, "line 1 column 25: a text must not hold \\u0000");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, parse__says_what_is_wrong);
	ATF_TP_ADD_TC(tp, parse__every_type);
	ATF_TP_ADD_TC(tp, read__absent_and_mistyped);
	ATF_TP_ADD_TC(tp, parse__scalars_at_the_top);
	ATF_TP_ADD_TC(tp, parse__refuses);
	ATF_TP_ADD_TC(tp, parse__duplicate_keys);
	ATF_TP_ADD_TC(tp, parse__depth);
	ATF_TP_ADD_TC(tp, iter__insertion_order);
	ATF_TP_ADD_TC(tp, build__tree);
	ATF_TP_ADD_TC(tp, reference__keeps_alive);
	ATF_TP_ADD_TC(tp, dump__reads_back_equal);
	ATF_TP_ADD_TC(tp, writer__commas_and_nesting);
	ATF_TP_ADD_TC(tp, writer__deepest);
	ATF_TP_ADD_TC(tp, parse__hostile_samples);
	return atf_no_error();
}
