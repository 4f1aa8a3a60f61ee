/* SPDX-License-Identifier: ISC
 *
 * What differs between two values, step by step.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/base/js_diff.h"

static struct js *
parse(const char *text)
{
	struct js *v = NULL;

	if (text != NULL)
		ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return v;
}

/* want: a step a line, "op path from -> to". */
static void
check(const char *from, const char *to, const char *want)
{
	struct js *a = parse(from), *b = parse(to), *steps = js_diff(a, b);
	struct buf out = {0};
	size_t i;

	for (i = 0; i < js_size(steps); i++) {
		const struct js *step = js_at(steps, i);

		ATF_CHECK_EQ(js_size(step), 4);
		buf_printf(&out, "%s%s %s ", i > 0 ? "\n" : "", js_get_string(step, "op"),
		    js_get_string(step, "path"));
		js_dump(js_get(step, "from"), &out);
		buf_puts(&out, " -> ");
		js_dump(js_get(step, "to"), &out);
	}
	ATF_CHECK_STREQ_MSG(want, buf_str(&out), "%s to %s:\n%s", from != NULL ? from : "nothing",
	    to != NULL ? to : "nothing", buf_str(&out));
	buf_free(&out);
	js_free(steps);
	js_free(a);
	js_free(b);
}

ATF_TC_WITHOUT_HEAD(diff__equal);
ATF_TC_BODY(diff__equal, tc)
{
	check(NULL, NULL, "");
	check("1", "1", "");
	check("null", "null", "");
	check("{\"a\":[1,{\"b\":null}],\"c\":2.5}", "{\"c\":2.5,\"a\":[1,{\"b\":null}]}", "");
}

ATF_TC_WITHOUT_HEAD(diff__whole_values);
ATF_TC_BODY(diff__whole_values, tc)
{
	check(NULL, "{\"a\":1}", "add  null -> {\"a\":1}");
	check("[1]", NULL, "remove  [1] -> null");
	check("1", "\"1\"", "replace  1 -> \"1\"");
	check("{}", "[]", "replace  {} -> []");
	check("null", "false", "replace  null -> false");
}

ATF_TC_WITHOUT_HEAD(diff__members);
ATF_TC_BODY(diff__members, tc)
{
	check("{\"a\":1,\"b\":2}", "{\"b\":3,\"c\":null}",
	    "remove /a 1 -> null\nreplace /b 2 -> 3\nadd /c null -> null");
	check("{\"a\":null}", "{}", "remove /a null -> null");
	check("{\"a\":{\"b\":{\"c\":1}},\"z\":0}", "{\"a\":{\"b\":{\"c\":2,\"d\":[]}},\"z\":0}",
	    "replace /a/b/c 1 -> 2\nadd /a/b/d null -> []");
	check("{\"a/b~c\":{\"\":1}}", "{\"a/b~c\":{\"\":2}}", "replace /a~1b~0c/ 1 -> 2");
}

ATF_TC_WITHOUT_HEAD(diff__items);
ATF_TC_BODY(diff__items, tc)
{
	check("[1,2,3]", "[1,5,3]", "replace /1 2 -> 5");
	check("[1]", "[1,2,3]", "add /1 null -> 2\nadd /2 null -> 3");
	check("[1,2,3]", "[1]", "remove /2 3 -> null\nremove /1 2 -> null");
	check("[]", "[[]]", "add /0 null -> []");
	/* what both have at the end stays what it is */
	check("[\"a\",\"b\",\"c\"]", "[\"x\",\"a\",\"b\",\"c\"]", "add /0 null -> \"x\"");
	check("[\"a\",\"b\",\"c\"]", "[\"a\",\"c\"]", "remove /1 \"b\" -> null");
	check("[1,1]", "[1,1,1]", "add /2 null -> 1");
	check("[{\"a\":1,\"b\":1},2]", "[{\"a\":2,\"b\":1},2]", "replace /0/a 1 -> 2");
	check("[[1,2],[3]]", "[[1],[3,4]]", "remove /0/1 2 -> null\nadd /1/1 null -> 4");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, diff__equal);
	ATF_TP_ADD_TC(tp, diff__whole_values);
	ATF_TP_ADD_TC(tp, diff__members);
	ATF_TP_ADD_TC(tp, diff__items);
	return atf_no_error();
}
