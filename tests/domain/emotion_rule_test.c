/* SPDX-License-Identifier: ISC
 *
 * The trigger and the condition "emotion".
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/emotion_record.h"
#include "shared/domain/event.h"

static struct mem_arena *arena;

static void
drop(void *v)
{
	js_free(v);
}

static struct js *
parse(const char *text)
{
	struct js *v = NULL;

	ATF_REQUIRE_EQ_MSG(RC_OK, js_parse(text, strlen(text), JS_STRICT, &v, NULL), "%s", text);
	mem_arena_defer(arena, drop, v);
	return v;
}

/* {"trigger":"emotion", MEMBERS}: "" or "field: what is wrong with it". */
static const char *
compile(const char *members, struct trigger *t)
{
	static char wrong[600];
	struct fault f = { 0 };
	char text[400];

	snprintf(text, sizeof(text), "{\"trigger\":\"emotion\"%s%s}", *members != '\0' ? "," : "", members);
	*wrong = '\0';
	if (rule_trigger(parse(text), arena, t, &f) != RC_OK)
		snprintf(wrong, sizeof(wrong), "%s: %s", f.field, f.msg);
	return wrong;
}

/* From worry and excitement `was` to those `now`; happiness and boredom are low. */
static const struct js *
event(double worry_was, double excitement_was, double worry, double excitement)
{
	char text[400];

	snprintf(text, sizeof(text), "{\"happiness\":0.6,\"worry\":%g,\"boredom\":0.3,\"excitement\":%g,"
	    "\"primary\":\"x\",\"intensity\":0,\"was\":{\"happiness\":0.6,\"worry\":%g,\"boredom\":0.3,"
	    "\"excitement\":%g,\"primary\":\"x\"}}", worry, excitement, worry_was, excitement_was);
	return parse(text);
}

static char
judged(const struct trigger *t, const struct js *data)
{
	struct house_change c = { .now_ms = 5000, .event = EVENT_EMOTION, .subject = EMOTION_SUBJECT, .data = data };

	return "nyo"[t->ops->judge(t, &c, NULL)];
}

static char
worry(const char *members, double was, double now)
{
	struct trigger t;

	ATF_REQUIRE_STREQ(compile(members, &t), "");
	return judged(&t, event(was, .4, now, .4));
}

ATF_TC_WITHOUT_HEAD(trigger__crosses_a_limit);
ATF_TC_BODY(trigger__crosses_a_limit, tc)
{
	struct trigger t;

	arena = mem_arena_new(4096);
	ATF_CHECK_EQ(worry("\"emotion\":\"worry\",\"above\":0.5", .4, .6), 'y');
	ATF_CHECK_EQ(worry("\"emotion\":\"worry\",\"above\":0.5", .6, .7), 'n');
	ATF_CHECK_EQ(worry("\"emotion\":\"worry\",\"above\":0.5", .6, .5), 'o');
	ATF_CHECK_EQ(worry("\"emotion\":\"worry\",\"above\":0.5", .4, .5), 'o');
	ATF_CHECK_EQ(worry("\"emotion\":\"worry\",\"below\":0.1", .2, .05), 'y');
	ATF_CHECK_EQ(worry("\"emotion\":\"worry\",\"above\":0.3,\"below\":0.5", .6, .4), 'y');
	ATF_CHECK_EQ(worry("\"emotion\":\"worry\",\"above\":0.3,\"below\":0.5", .4, .6), 'o');
	ATF_CHECK_EQ(worry("\"emotion\":\"excitement\",\"above\":0.5", .1, .9), 'o');
	ATF_REQUIRE_STREQ(compile("\"emotion\":\"worry\",\"above\":0.5,\"for\":\"00:10:00\"", &t), "");
	ATF_CHECK_EQ(t.hold_ms, 600000);
	ATF_CHECK_EQ(t.entities.n, 1);
	ATF_CHECK_STREQ(t.entities.ids[0], EMOTION_SUBJECT);
	/* what is no such event starts nothing */
	ATF_CHECK_EQ(judged(&t, parse("{\"worry\":1}")), 'n');
	ATF_CHECK_EQ(judged(&t, NULL), 'n');
	mem_arena_free(arena);
}

ATF_TC_WITHOUT_HEAD(trigger__another_is_primary);
ATF_TC_BODY(trigger__another_is_primary, tc)
{
	const struct js *worried, *excited, *calm;
	struct trigger to, from, both;

	arena = mem_arena_new(4096);
	ATF_REQUIRE_STREQ(compile("\"to\":\"worry\"", &to), "");
	ATF_REQUIRE_STREQ(compile("\"from\":\"worry\"", &from), "");
	ATF_REQUIRE_STREQ(compile("\"from\":\"excitement\",\"to\":\"worry\"", &both), "");
	worried = event(.2, .4, .6, .4);
	ATF_CHECK_EQ(judged(&to, worried), 'y');
	ATF_CHECK_EQ(judged(&from, worried), 'o');
	ATF_CHECK_EQ(judged(&both, worried), 'n');	/* it was happiness */
	excited = event(.2, .9, .6, .9);
	ATF_CHECK_EQ(judged(&to, excited), 'y');
	ATF_CHECK_EQ(judged(&both, excited), 'y');
	ATF_CHECK_EQ(judged(&to, event(.6, .4, .7, .4)), 'n');	/* it is already */
	calm = event(.6, .4, .2, .4);
	ATF_CHECK_EQ(judged(&to, calm), 'o');
	ATF_CHECK_EQ(judged(&from, calm), 'y');
	ATF_CHECK_EQ(judged(&from, event(.2, .4, .2, .9)), 'n');
	mem_arena_free(arena);
}

ATF_TC_WITHOUT_HEAD(trigger__says_what_changed);
ATF_TC_BODY(trigger__says_what_changed, tc)
{
	struct house_change c = { .now_ms = 5000, .event = EVENT_EMOTION, .subject = EMOTION_SUBJECT };
	struct trigger value, primary;
	struct js *v;

	arena = mem_arena_new(4096);
	ATF_REQUIRE_STREQ(compile("\"emotion\":\"worry\",\"above\":0.5", &value), "");
	ATF_REQUIRE_STREQ(compile("\"to\":\"worry\"", &primary), "");
	c.data = event(.25, .9, .75, .4);
	v = rule_trigger_variable(&value, 0, &c, 1000);
	ATF_CHECK_STREQ(js_get_string(v, "emotion"), "worry");
	ATF_CHECK_EQ(js_real(js_get(v, "from"), 0), .25);
	ATF_CHECK_EQ(js_real(js_get(v, "to"), 0), .75);
	ATF_CHECK_EQ(js_real(js_get(v, "excitement"), 0), .4);
	js_free(v);
	v = rule_trigger_variable(&primary, 0, &c, 1000);
	ATF_CHECK_STREQ(js_get_string(v, "emotion"), "worry");
	ATF_CHECK_STREQ(js_get_string(v, "from"), "excitement");
	ATF_CHECK_STREQ(js_get_string(v, "to"), "worry");
	js_free(v);
	v = rule_trigger_variable(&value, 0, NULL, 1000);	/* by hand */
	ATF_CHECK_STREQ(js_get_string(v, "emotion"), "worry");
	ATF_CHECK(js_get(v, "to") == NULL);
	js_free(v);
	v = rule_trigger_variable(&primary, 0, &(struct house_change){ .now_ms = 1 }, 1000);	/* held long enough */
	ATF_CHECK(js_get(v, "emotion") == NULL);
	js_free(v);
	mem_arena_free(arena);
}

ATF_TC_WITHOUT_HEAD(trigger__what_cannot_be);
ATF_TC_BODY(trigger__what_cannot_be, tc)
{
	struct trigger t;

	arena = mem_arena_new(4096);
	ATF_CHECK(*compile("", &t) != '\0');
	ATF_CHECK_MATCH("^emotion: is required", compile("\"above\":0.5", &t));
	ATF_CHECK(*compile("\"emotion\":\"worry\"", &t) != '\0');
	ATF_CHECK_MATCH("^emotion: belongs to", compile("\"emotion\":\"worry\",\"to\":\"worry\"", &t));
	ATF_CHECK_MATCH("^to: is about the primary", compile("\"emotion\":\"worry\",\"above\":0.5,\"to\":\"worry\"", &t));
	ATF_CHECK_MATCH("^to: must be another", compile("\"from\":\"worry\",\"to\":\"worry\"", &t));
	ATF_CHECK_MATCH("^emotion:", compile("\"emotion\":\"love\",\"above\":0.5", &t));
	ATF_CHECK_MATCH("^above:", compile("\"emotion\":\"worry\",\"above\":1.5", &t));
	ATF_CHECK_MATCH("^above: must be smaller", compile("\"emotion\":\"worry\",\"above\":0.5,\"below\":0.5", &t));
	mem_arena_free(arena);
}

/* "+" and what it saw when {"condition":"emotion", MEMBERS} holds, "-" and why not, or what is wrong with it. */
static const char *
holds(const struct house *h, const char *members)
{
	static char said[600];
	struct rule_context x = { .house = h, .now_ms = 5000 };
	struct buf why = { 0 };
	struct fault f = { 0 };
	struct condition c;
	char text[400];
	bool yes;

	snprintf(text, sizeof(text), "{\"condition\":\"emotion\",%s}", members);
	if (rule_condition(parse(text), arena, &c, &f) != RC_OK) {
		snprintf(said, sizeof(said), "%s: %s", f.field, f.msg);
		return said;
	}
	yes = c.ops->holds(&c, &x, &why);
	snprintf(said, sizeof(said), "%c%s", yes ? '+' : '-', buf_str(&why));
	buf_free(&why);
	return said;
}

ATF_TC_WITHOUT_HEAD(condition__of_a_value_and_of_the_primary_one);
ATF_TC_BODY(condition__of_a_value_and_of_the_primary_one, tc)
{
	struct house h = { 0 };

	arena = mem_arena_new(4096);
	/* never computed: at the baselines */
	ATF_CHECK_STREQ(holds(&h, "\"emotion\":\"worry\",\"above\":0.1"), "+worry is 0.2");
	ATF_CHECK_STREQ(holds(&h, "\"primary\":\"happiness\""), "+the primary emotion is happiness");
	h.emotions = (struct emotions){ true, { .1, .6251, .3, .4 } };
	ATF_CHECK_STREQ(holds(&h, "\"emotion\":\"worry\",\"above\":0.5"), "+worry is 0.625");
	ATF_CHECK_STREQ(holds(&h, "\"emotion\":\"worry\",\"below\":0.5"), "-worry is 0.625, not below 0.5");
	ATF_CHECK_STREQ(holds(&h, "\"emotion\":\"boredom\",\"above\":0.3,\"below\":0.5"),
	    "-boredom is 0.3, not above 0.3 and below 0.5");
	ATF_CHECK_STREQ(holds(&h, "\"primary\":\"happiness\""), "-the primary emotion is worry, not happiness");
	ATF_CHECK_STREQ(holds(&h, "\"primary\":\"worry\""), "+the primary emotion is worry");
	ATF_CHECK_MATCH("^primary: stands alone", holds(&h, "\"primary\":\"worry\",\"emotion\":\"worry\",\"above\":0"));
	ATF_CHECK_MATCH("^emotion: is required", holds(&h, "\"below\":0.5"));
	ATF_CHECK_MATCH("^emotion: belongs to", holds(&h, "\"primary\":\"worry\",\"emotion\":\"worry\""));
	ATF_CHECK_MATCH("^primary:", holds(&h, "\"primary\":\"love\""));
	ATF_CHECK_MATCH("^above: must be", holds(&h, "\"emotion\":\"worry\",\"above\":0.5,\"below\":0.4"));
	mem_arena_free(arena);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, trigger__crosses_a_limit);
	ATF_TP_ADD_TC(tp, trigger__another_is_primary);
	ATF_TP_ADD_TC(tp, trigger__says_what_changed);
	ATF_TP_ADD_TC(tp, trigger__what_cannot_be);
	ATF_TP_ADD_TC(tp, condition__of_a_value_and_of_the_primary_one);
	return atf_no_error();
}
