/* SPDX-License-Identifier: ISC
 *
 * What the steps of an evaluation were: found in the rule as it was when it ran.
 */
#include "tests/lib/house.h"

#include "shared/domain/automation_edit.h"
#include "shared/domain/evaluation_part.h"

#define NOW INT64_C(1767225600000)

static const char rule_text[] = "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"e\"}],\"actions\":["
    "{\"alias\":\"First\",\"delay\":\"00:00:05\"},"
    "{\"choose\":[{\"alias\":\"dark\",\"conditions\":[\"{{ true }}\"],\"sequence\":[{\"event\":\"a\"},{\"stop\":\"x\"}]}],"
    "\"default\":{\"event\":\"d\"}},"
    "{\"repeat\":{\"count\":3,\"sequence\":[{\"event\":\"b\",\"event_data\":{\"pin\":\"1234\"}}]}},"
    "{\"parallel\":[[{\"event\":\"p\"}],{\"sequence\":[{\"event\":\"q\"}]},{\"event\":\"r\"}]}]}";

static struct js *
parse(const char *text)
{
	struct js *v = NULL;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return v;
}

static void
check(const struct js *rule, const char *place, const char *want)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	evaluation_part_write(&w, evaluation_part(rule, place));
	jsw_end(&w);
	ATF_CHECK_STREQ_MSG(want, buf_str(&b), "%s", place);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(part__where_it_stands);
ATF_TC_BODY(part__where_it_stands, tc)
{
	struct js *rule = parse(rule_text), *large;
	char text[EVALUATION_PART_MAX + 1];

	(void)tc;
	check(rule, "actions[0]", "{\"alias\":\"First\",\"action\":{\"alias\":\"First\",\"delay\":\"00:00:05\"}}");
	check(rule, "actions[1].choose[0]", "{\"alias\":\"dark\",\"action\":{\"alias\":\"dark\",\"conditions\":[\"{{ true }}\"],"
	    "\"sequence\":[]}}");
	check(rule, "actions[1].choose[0].sequence[1]", "{\"alias\":null,\"action\":{\"stop\":\"x\"}}");
	check(rule, "actions[1].default[0]", "{\"alias\":null,\"action\":{\"event\":\"d\"}}");
	check(rule, "actions[2]", "{\"alias\":null,\"action\":{\"repeat\":{\"count\":3}}}");
	check(rule, "actions[2].repeat", "{\"alias\":null,\"action\":{\"repeat\":{\"count\":3}}}");
	check(rule, "actions[2].repeat.sequence[0]", "{\"alias\":null,\"action\":{\"event\":\"b\",\"event_data\":"
	    "{\"pin\":\"***\"}}}");
	check(rule, "actions[3].parallel[0].sequence[0]", "{\"alias\":null,\"action\":{\"event\":\"p\"}}");
	check(rule, "actions[3].parallel[1].sequence[0]", "{\"alias\":null,\"action\":{\"event\":\"q\"}}");
	check(rule, "actions[3].parallel[2].sequence[0]", "{\"alias\":null,\"action\":{\"event\":\"r\"}}");
	check(rule, "actions[9]", "{\"alias\":null,\"action\":null}");
	check(rule, "actions[0", "{\"alias\":null,\"action\":null}");
	check(rule, "nothing[0].like.that", "{\"alias\":null,\"action\":null}");
	check(NULL, "actions[0]", "{\"alias\":null,\"action\":null}");
	js_free(rule);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	rule = js_new_object();
	large = js_new_object();
	js_set(large, "alias", js_new_string("Long"));
	js_set(large, "notify", js_new_string(text));
	js_set(rule, "actions", large);
	check(rule, "actions[0]", "{\"alias\":\"Long\",\"action\":null}");
	js_free(rule);
}

static const char *
first_of(struct db *db, struct mem_arena *a, int64_t time)
{
	struct js *rule = evaluation_rule_then(db, "automation", "x", time, a);
	const char *alias = mem_strdup(a, js_get_string(evaluation_part(rule, "actions[0]"), "alias"));

	js_free(rule);
	return alias;
}

ATF_TC_WITHOUT_HEAD(rule__as_it_was_when_it_ran);
ATF_TC_BODY(rule__as_it_was_when_it_ran, tc)
{
	struct js *rule = parse(rule_text), *other = parse("{\"actions\":[{\"alias\":\"Second\",\"delay\":1}]}");
	struct mem_arena *a = mem_arena_new(4096);
	struct fault f = { 0 };
	struct automation row;
	struct conf *conf;
	struct db *db = house_new(&conf);
	struct tx tx = { .db = db, .now_ms = NOW, .actor = "user:anna" };

	(void)tc;
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_REQUIRE_EQ_MSG(automation_edit_add(&tx, rule, a, &row, &f), RC_OK, "%s", f.msg);
	tx.now_ms += 1000;
	ATF_REQUIRE_EQ_MSG(automation_edit_change(&tx, "x", other, a, &row, &f), RC_OK, "%s", f.msg);
	tx.now_ms += 1000;
	ATF_REQUIRE_EQ_MSG(automation_edit_delete(&tx, "x", a, &f), RC_OK, "%s", f.msg);
	ATF_CHECK(evaluation_rule_then(db, "automation", "x", NOW - 1, a) == NULL);
	ATF_CHECK_STREQ("First", first_of(db, a, NOW));
	ATF_CHECK_STREQ("First", first_of(db, a, NOW + 999));
	ATF_CHECK_STREQ("Second", first_of(db, a, NOW + 1000));
	ATF_CHECK_STREQ("Second", first_of(db, a, NOW + 5000));
	ATF_CHECK(evaluation_rule_then(db, "scenario", "x", NOW, a) == NULL);
	js_free(rule);
	js_free(other);
	mem_arena_free(a);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, part__where_it_stands);
	ATF_TP_ADD_TC(tp, rule__as_it_was_when_it_ran);
	return atf_no_error();
}
