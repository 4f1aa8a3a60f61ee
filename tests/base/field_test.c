/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/field.h"

static const char *const modes[] = {"single", "restart", NULL};
static const struct field table[] = {
	{.name = "name", .type = FIELD_TEXT, .required = true, .min = 1, .max = 10, .help = "a name"},
	{.name = "level", .type = FIELD_INT, .max = 255, .help = "a level"},
	{.name = "offset", .type = FIELD_REAL, .min = -1.5, .help = "an offset"},
	{.name = "on", .type = FIELD_BOOL, .help = "whether"},
	{.name = "at", .type = FIELD_TIME, .help = "when"},
	{.name = "mode", .type = FIELD_CHOICE, .choices = modes, .help = "a mode"},
	{.name = "tags", .type = FIELD_LIST, .max = 3, .help = "some tags"},
	{.name = "data", .type = FIELD_OBJECT, .help = "an object"},
	{.name = "rows", .type = FIELD_ARRAY, .min = 1, .max = 2, .help = "an array"},
	{.name = "any", .type = FIELD_ANY, .help = "anything"},
	{.name = "limit", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1, .max = 500, .help = "a limit"},
	{.name = "from", .where = FIELD_QUERY, .type = FIELD_TIME, .help = "when"},
	{.name = "kinds", .where = FIELD_QUERY, .type = FIELD_LIST, .help = "some kinds"},
	{.name = "name", .where = FIELD_QUERY, .type = FIELD_TEXT, .help = "a name"},
	{.name = "deep", .where = FIELD_QUERY, .type = FIELD_BOOL, .help = "whether"},
	{.name = "real", .where = FIELD_QUERY, .type = FIELD_REAL, .help = "a number"},
	{.name = "mode", .where = FIELD_QUERY, .type = FIELD_CHOICE, .choices = modes, .help = "a mode"},
	{.name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1, .help = "an id"},
	{0}
};
enum {
	NAME, LEVEL, OFFSET, ON, AT, MODE, TAGS, DATA, ROWS, ANY, LIMIT, FROM, KINDS, QNAME, DEEP,
	REAL, QMODE, ID, COUNT
};

static struct field_value values[COUNT];
static struct fault fault;

static enum rc
body(const char *text, struct mem_arena *a, struct js **v)
{
	memset(&fault, 0, sizeof(fault));
	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, v, &fault), RC_OK, "%s", text);
	return field_read_body(table, *v, a, values, &fault);
}

static void
body_bad(const char *text, const char *field)
{
	struct mem_arena *a = mem_arena_new(1024);
	struct js *v = NULL;

	ATF_CHECK_EQ_MSG(body(text, a, &v), RC_INVALID, "%s", text);
	ATF_CHECK_STREQ_MSG(fault.field, field, "%s: %s", text, fault.field);
	ATF_CHECK(fault.msg[0] != '\0');
	js_free(v);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(body__every_type);
ATF_TC_BODY(body__every_type, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	struct js *v = NULL;

	ATF_REQUIRE_EQ(field_count(table), COUNT);
	ATF_REQUIRE_EQ_MSG(body("{\"name\":\"Küche\",\"level\":255,\"offset\":-1,\"on\":true,"
	    "\"at\":\"1970-01-01T00:00:01Z\",\"mode\":\"restart\",\"tags\":[\"a\",\"b\"],"
	    "\"data\":{\"x\":1},\"rows\":[1],\"any\":null}", a, &v), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ(values[NAME].s, "Küche");
	ATF_CHECK_EQ(values[NAME].n, 6);
	ATF_CHECK(values[LEVEL].i == 255 && values[LEVEL].r == 255);
	ATF_CHECK_EQ(values[OFFSET].r, -1);
	ATF_CHECK(values[ON].set && values[ON].i == 1);
	ATF_CHECK_EQ(values[AT].i, 1000);
	ATF_CHECK(values[MODE].i == 1 && strcmp(values[MODE].s, "restart") == 0);
	ATF_CHECK(values[TAGS].n == 2 && strcmp(values[TAGS].list[1], "b") == 0);
	ATF_CHECK_EQ(js_int(js_get(values[DATA].js, "x"), 0), 1);
	ATF_CHECK_EQ(values[ROWS].n, 1);
	ATF_CHECK(values[ANY].set && js_is_null(values[ANY].js));
	ATF_CHECK(!values[LIMIT].set);
	js_free(v);
	ATF_REQUIRE_EQ(body("{\"name\":\"x\",\"at\":5,\"level\":7.0,\"on\":null,\"tags\":[]}", a, &v),
	    RC_OK);
	ATF_CHECK_EQ(values[AT].i, 5);
	ATF_CHECK_EQ(values[LEVEL].i, 7);
	ATF_CHECK(!values[ON].set && !values[MODE].set);
	ATF_CHECK(values[TAGS].set && values[TAGS].n == 0);
	js_free(v);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(body__names_the_offender);
ATF_TC_BODY(body__names_the_offender, tc)
{
	body_bad("{}", "name");
	body_bad("{\"name\":null}", "name");
	body_bad("[]", "");
	body_bad("\"x\"", "");
	body_bad("{\"name\":\"x\",\"color\":1}", "color");
	body_bad("{\"name\":\"x\",\"limit\":1}", "limit");
	body_bad("{\"name\":\"\"}", "name");
	body_bad("{\"name\":\"12345678901\"}", "name");
	body_bad("{\"name\":5}", "name");
	body_bad("{\"name\":\"x\",\"level\":256}", "level");
	body_bad("{\"name\":\"x\",\"level\":-1}", "level");
	body_bad("{\"name\":\"x\",\"level\":1.5}", "level");
	body_bad("{\"name\":\"x\",\"level\":\"5\"}", "level");
	body_bad("{\"name\":\"x\",\"level\":1e300}", "level");
	body_bad("{\"name\":\"x\",\"offset\":0.001}", "offset");
	body_bad("{\"name\":\"x\",\"on\":1}", "on");
	body_bad("{\"name\":\"x\",\"at\":\"soon\"}", "at");
	body_bad("{\"name\":\"x\",\"at\":9223372036854775807}", "at");
	body_bad("{\"name\":\"x\",\"mode\":\"Single\"}", "mode");
	body_bad("{\"name\":\"x\",\"mode\":0}", "mode");
	body_bad("{\"name\":\"x\",\"tags\":\"a\"}", "tags");
	body_bad("{\"name\":\"x\",\"tags\":[1]}", "tags");
	body_bad("{\"name\":\"x\",\"tags\":[\"1\",\"2\",\"3\",\"4\"]}", "tags");
	body_bad("{\"name\":\"x\",\"data\":[]}", "data");
	body_bad("{\"name\":\"x\",\"rows\":[]}", "rows");
	body_bad("{\"name\":\"x\",\"rows\":[1,2,3]}", "rows");
	body_bad("{\"name\":\"x\",\"rows\":{}}", "rows");
}

static enum rc
query(const char *text, struct mem_arena *a)
{
	memset(&fault, 0, sizeof(fault));
	return field_read_query(table, text, a, values, &fault);
}

ATF_TC_WITHOUT_HEAD(query__every_type);
ATF_TC_BODY(query__every_type, tc)
{
	struct mem_arena *a = mem_arena_new(1024);

	ATF_REQUIRE_EQ_MSG(query("limit=%31%30&&from=2026-11-20T10%3A15%3A00%2B01:00&kinds=a,b%20c"
	    "&name=K%C3%BCche+Licht%2B&deep=1&real=-1.5e3&mode=single", a), RC_OK, "%s",
	    fault.msg);
	ATF_CHECK_EQ(values[LIMIT].i, 10);
	ATF_CHECK_EQ(values[FROM].i, 1795166100000);
	ATF_CHECK(values[KINDS].n == 2 && strcmp(values[KINDS].list[1], "b c") == 0);
	ATF_CHECK_STREQ(values[QNAME].s, "Küche Licht+");
	ATF_CHECK_EQ(values[DEEP].i, 1);
	ATF_CHECK_EQ(values[REAL].r, -1500);
	ATF_CHECK_EQ(values[QMODE].i, 0);
	ATF_REQUIRE_EQ(query("kinds=&name&deep=false&", a), RC_OK);
	ATF_CHECK(values[KINDS].set && values[KINDS].n == 0);
	ATF_CHECK(values[QNAME].set && values[QNAME].s[0] == '\0');
	ATF_CHECK(values[DEEP].set && values[DEEP].i == 0);
	ATF_CHECK(!values[LIMIT].set);
	ATF_REQUIRE_EQ(query("", a), RC_OK);
	ATF_REQUIRE_EQ(query(NULL, a), RC_OK);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(query__names_the_offender);
ATF_TC_BODY(query__names_the_offender, tc)
{
	static const struct {
		const char	*text, *field;
	} bad[] = {{"color=1", "color"}, {"limit=0", "limit"}, {"limit=501", "limit"},
	    {"limit=", "limit"}, {"limit=1&limit=2", "limit"}, {"limit=0x10", "limit"},
	    {"limit=1.5", "limit"}, {"limit=+", "limit"}, {"limit=1%00", "limit"},
	    {"real=inf", "real"}, {"real=nan", "real"}, {"real=1e999", "real"}, {"real=1e", "real"},
	    {"real= 1", "real"}, {"name=%", "name"}, {"name=%2", "name"}, {"name=%zz", "name"},
	    {"name=%ff", "name"}, {"name=%C0%AF", "name"}, {"name=%ED%A0%80", "name"},
	    {"%ff=1", ""}, {"=1", ""}, {"deep=yes", "deep"}, {"from=now", "from"},
	    {"kinds=a,,b", "kinds"}, {"kinds=,", "kinds"}, {"mode=x", "mode"}, {"id=1", "id"}};
	struct mem_arena *a = mem_arena_new(1024);
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ATF_CHECK_EQ_MSG(query(bad[i].text, a), RC_INVALID, "%s", bad[i].text);
		ATF_CHECK_STREQ_MSG(fault.field, bad[i].field, "%s: %s", bad[i].text, fault.field);
	}
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(path__value);
ATF_TC_BODY(path__value, tc)
{
	struct mem_arena *a = mem_arena_new(1024);

	ATF_CHECK_EQ(field_read_path(table, "id", "9007199254740991", a, values, &fault), RC_OK);
	ATF_CHECK_EQ(values[ID].i, 9007199254740991);
	ATF_CHECK_EQ(field_read_path(table, "id", "9007199254740993", a, values, &fault), RC_INVALID);
	ATF_CHECK_EQ(field_read_path(table, "id", "0", a, values, &fault), RC_INVALID);
	ATF_CHECK_EQ(field_read_path(table, "id", "\xff", a, values, &fault), RC_INVALID);
	ATF_CHECK_EQ(field_read_path(table, "name", "x", a, values, &fault), RC_ERROR);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(url_decode__forms);
ATF_TC_BODY(url_decode__forms, tc)
{
	char s[] = "a%2Fb%2fc+d", out[32];
	size_t n;

	ATF_REQUIRE(field_url_decode(s, strlen(s), false, out, &n));
	ATF_REQUIRE(n == 7 && memcmp(out, "a/b/c+d", 7) == 0);
	ATF_REQUIRE(field_url_decode(s, strlen(s), true, s, &n));	/* in place */
	ATF_REQUIRE(n == 7 && memcmp(s, "a/b/c d", 7) == 0);
	ATF_REQUIRE(!field_url_decode("%00", 3, false, out, &n));
	ATF_REQUIRE(!field_url_decode("a%4", 3, false, out, &n));
	ATF_REQUIRE(!field_url_decode("%", 1, false, out, &n));
	ATF_REQUIRE(!field_url_decode("%4g", 3, false, out, &n));
	ATF_REQUIRE(field_url_decode("", 0, false, out, &n) && n == 0);
}

ATF_TC_WITHOUT_HEAD(utf8__well_formed);
ATF_TC_BODY(utf8__well_formed, tc)
{
	static const char *const bad[] = {"\x80", "\xc3", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
	    "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82",
	    "\xf0\x9f\x92", "\xe2(\xa1", "\xfe", "\xff"};
	size_t i;

	ATF_CHECK(field_utf8("", 0));
	ATF_CHECK(field_utf8("\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80"
	    "\xf4\x8f\xbf\xbf", 21));
	ATF_CHECK(!field_utf8("a\0b", 3));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_MSG(!field_utf8(bad[i], strlen(bad[i])), "sample %zu", i);
}

ATF_TC_WITHOUT_HEAD(entity_id__rule);
ATF_TC_BODY(entity_id__rule, tc)
{
	char big[300];

	ATF_CHECK(field_entity_id("light.kitchen_2"));
	ATF_CHECK(!field_entity_id(""));
	ATF_CHECK(!field_entity_id("light"));
	ATF_CHECK(!field_entity_id("light."));
	ATF_CHECK(!field_entity_id(".kitchen"));
	ATF_CHECK(!field_entity_id("light.a.b"));
	ATF_CHECK(!field_entity_id("Light.a"));
	ATF_CHECK(!field_entity_id("light.a b"));
	ATF_CHECK(!field_entity_id("light.k\xc3\xbc"));
	memset(big, 'a', sizeof(big));
	big[5] = '.';
	big[255] = '\0';
	ATF_CHECK(field_entity_id(big));
	big[255] = 'a';
	big[256] = '\0';
	ATF_CHECK(!field_entity_id(big));
}

static void
slug_is(const char *in, const char *want)
{
	char out[64];

	ATF_CHECK_EQ(field_slug(in, out, sizeof(out)), RC_OK);
	ATF_CHECK_STREQ_MSG(out, want, "%s: %s, want %s", in, out, want);
}

ATF_TC_WITHOUT_HEAD(slug__as_home_assistant);
ATF_TC_BODY(slug__as_home_assistant, tc)
{
	slug_is("Kitchen Light", "kitchen_light");
	slug_is("  --Kitchen__Light!!  ", "kitchen_light");
	slug_is("Wohnzimmer Großlämpchen", "wohnzimmer_grosslampchen");
	slug_is("Ærø Ñandú Łódź", "aero_nandu_lodz");
	slug_is("Кухня свет", "kukhnia_svet");
	slug_is("Φως κουζίνας", "phos_kouzinas");
	slug_is("21 °C m²", "21_degc_m2");
	slug_is("Anna's lamp", "anna_s_lamp");
	slug_is("Anna\xe2\x80\x99s lamp", "annas_lamp");
	slug_is("1,000 W", "1000_w");
	slug_is("a,b", "a_b");
	slug_is("Lamp \xf0\x9f\x92\xa1", "lamp");
	slug_is("u\xcc\x88" "ber", "uber");
	slug_is("", "unknown");
	slug_is("!!!", "unknown");
	slug_is("日本", "unknown");
	slug_is("a\xff" "b", "a_b");
}

ATF_TC_WITHOUT_HEAD(slug__does_not_fit);
ATF_TC_BODY(slug__does_not_fit, tc)
{
	char out[8];

	ATF_CHECK_EQ(field_slug("abcdefg", out, sizeof(out)), RC_OK);
	ATF_CHECK_STREQ(out, "abcdefg");
	ATF_CHECK_EQ(field_slug("abcdefgh", out, sizeof(out)), RC_TOO_LARGE);
	ATF_CHECK_EQ(field_slug("abcdefg ", out, sizeof(out)), RC_OK);
	ATF_CHECK_EQ(field_slug("", out, sizeof(out)), RC_OK);
	ATF_CHECK_EQ(field_slug("", out, 7), RC_TOO_LARGE);
	ATF_CHECK_EQ(field_slug("a", out, 1), RC_TOO_LARGE);
	ATF_CHECK_EQ(field_slug("a", out, 0), RC_TOO_LARGE);
}

ATF_TC_WITHOUT_HEAD(query__says_which_numbers_may_be);
ATF_TC_BODY(query__says_which_numbers_may_be, tc)
{
	static const struct field numbers[] = {
		{ .name = "since", .where = FIELD_QUERY, .type = FIELD_INT, .max = 9007199254740991.0 },
		{ .name = "limit", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1, .max = 1000000 },
		{ .name = NULL }
	};
	struct mem_arena *a = mem_arena_new(1024);
	struct field_value v[2] = { 0 };
	struct fault f = { 0 };

	(void)tc;
	ATF_CHECK_EQ(field_read_query(numbers, "since=-1", a, v, &f), RC_INVALID);
	ATF_CHECK_STREQ(f.msg, "since must be at least 0");
	ATF_CHECK_EQ(field_read_query(numbers, "limit=2000000", a, v, &f), RC_INVALID);
	ATF_CHECK_STREQ(f.msg, "limit must lie between 1 and 1000000");
	mem_arena_free(a);
}

static enum rc
read_even(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	out->i = js_int(v, 1);
	out->s = mem_printf(a, "%d", (int)out->i);
	return out->i % 2 == 0 ? RC_OK : fault_set(f, RC_INVALID, NULL, "must be even");
}

static const struct field point[] = { { .name = "x", .type = FIELD_INT }, { .name = NULL } };
static const struct field_shape even = { .name = "even", .read = read_even };
static const struct field_shape evens = { .name = "evens", .of = &even, .least = 1, .most = 3 };
static const struct field_shape place = { .name = "place", .fields = point };
static const struct field shaped[] = {
	{ .name = "one", .type = FIELD_SHAPE, .shape = &even, .one_of = true },
	{ .name = "many", .type = FIELD_SHAPE, .shape = &evens, .one_of = true },
	{ .name = "at", .type = FIELD_SHAPE, .shape = &place, .some_of = true },
	{ .name = "to", .type = FIELD_SHAPE, .shape = &place, .some_of = true },
	{ .name = NULL }
};

/* The place of the fault, "" when there is none. */
static const char *
read_shaped(const char *text, struct mem_arena *a, struct field_value *v)
{
	static struct js *js;	/* values borrow from it until the next one is read */
	struct fault f = {0};

	js_free(js);
	js = NULL;
	ATF_REQUIRE_EQ(js_parse(text, strlen(text), JS_STRICT, &js, NULL), RC_OK);
	field_read_body(shaped, js, a, v, &f);
	return mem_strdup(a, f.rc == RC_OK ? "" : *f.field == '\0' ? "?" : f.field);
}

ATF_TC_WITHOUT_HEAD(body__shapes);
ATF_TC_BODY(body__shapes, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	struct field_value v[4] = {0};

	(void)tc;
	ATF_CHECK_STREQ(read_shaped("{\"one\":4,\"at\":{}}", a, v), "");
	ATF_CHECK_EQ(v[0].i, 4);
	ATF_CHECK(v[2].set && js_type(v[2].js) == JS_OBJECT && !v[3].set);
	ATF_CHECK_STREQ(read_shaped("{\"many\":[2,8],\"at\":{}}", a, v), "");
	ATF_CHECK_EQ(v[1].n, 2);
	ATF_CHECK_STREQ(v[1].list[1], "8");
	ATF_CHECK_STREQ(read_shaped("{\"many\":6,\"one\":null,\"to\":{}}", a, v), "");
	ATF_CHECK(v[1].n == 1 && !v[0].set);
	ATF_CHECK_STREQ(read_shaped("{\"one\":5,\"at\":{}}", a, v), "one");
	ATF_CHECK_STREQ(read_shaped("{\"many\":[2,3],\"at\":{}}", a, v), "many[1]");
	ATF_CHECK_STREQ(read_shaped("{\"many\":[],\"at\":{}}", a, v), "many");
	ATF_CHECK_STREQ(read_shaped("{\"many\":[2,2,2,2],\"at\":{}}", a, v), "many");
	ATF_CHECK_STREQ(read_shaped("{\"one\":4,\"at\":[]}", a, v), "at");
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(body__groups);
ATF_TC_BODY(body__groups, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	struct field_value v[4] = {0};

	(void)tc;
	ATF_CHECK_STREQ(read_shaped("{\"one\":4,\"at\":{},\"to\":{}}", a, v), "");
	ATF_CHECK_STREQ(read_shaped("{\"at\":{}}", a, v), "one");
	ATF_CHECK_STREQ(read_shaped("{\"one\":4,\"many\":4,\"at\":{}}", a, v), "one");
	ATF_CHECK_STREQ(read_shaped("{\"one\":4}", a, v), "at");
	ATF_CHECK_STREQ(read_shaped("{\"one\":4,\"at\":null}", a, v), "at");
	mem_arena_free(a);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, body__shapes);
	ATF_TP_ADD_TC(tp, body__groups);
	ATF_TP_ADD_TC(tp, query__says_which_numbers_may_be);
	ATF_TP_ADD_TC(tp, body__every_type);
	ATF_TP_ADD_TC(tp, body__names_the_offender);
	ATF_TP_ADD_TC(tp, query__every_type);
	ATF_TP_ADD_TC(tp, query__names_the_offender);
	ATF_TP_ADD_TC(tp, path__value);
	ATF_TP_ADD_TC(tp, url_decode__forms);
	ATF_TP_ADD_TC(tp, utf8__well_formed);
	ATF_TP_ADD_TC(tp, entity_id__rule);
	ATF_TP_ADD_TC(tp, slug__as_home_assistant);
	ATF_TP_ADD_TC(tp, slug__does_not_fit);
	return atf_no_error();
}
