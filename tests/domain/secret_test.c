/* SPDX-License-Identifier: ISC
 *
 * Which names are those of secrets, and what is left of a rule without them.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/secret.h"

ATF_TC_WITHOUT_HEAD(name__of_a_secret);
ATF_TC_BODY(name__of_a_secret, tc)
{
	static const char *const secret[] = { "token", "accessToken", "API-Key", "x_api_key", "apikey", "Authorization",
		"mqtt_password", "PASSWD", "alarm_code", "doorCode", "CODE", "pin", "PIN2", "slack_webhook_url",
		"client secret", "auth", "X-Auth", "private.key", NULL };
	static const char *const open[] = { "", "room", "brightness", "spinning", "pink", "author", "barcode", "decode",
		"zip_codes", "key", "authors", "opinion", "message", "title", "conditions", "entity_id", "r\xc3\xa4ume", NULL };
	char longest[200];
	size_t i;

	for (i = 0; secret[i] != NULL; i++)
		ATF_CHECK_MSG(secret_name(secret[i]), "%s is shown", secret[i]);
	for (i = 0; open[i] != NULL; i++)
		ATF_CHECK_MSG(!secret_name(open[i]), "%s is not shown", open[i]);
	/* one that cannot be looked at whole */
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ATF_CHECK(secret_name(longest));
}

static const struct {
	const char	*given, *shown;
} samples[] = {
	{ "null", "null" },
	{ "[1,\"a\",[true]]", "[1,\"a\",[true]]" },
	{ "{\"token\":null,\"pin\":0,\"room\":{\"code\":[1]}}", "{\"token\":null,\"pin\":\"***\",\"room\":{\"code\":\"***\"}}" },
	{ "{\"webhook\":\"https://a.example:8/s?t\",\"headers\":{\"A\":\"b\"},\"body\":{\"c\":1},\"method\":\"PUT\"}",
	    "{\"webhook\":\"https://a.example:8/***\",\"headers\":{\"A\":\"***\"},\"body\":\"***\",\"method\":\"PUT\"}" },
	{ "{\"webhook\":\"{{ url }}\",\"headers\":\"{{ all }}\"}", "{\"webhook\":\"***\",\"headers\":\"***\"}" },
	{ "{\"webhook\":7}", "{\"webhook\":\"***\"}" },
	{ "{\"body\":1,\"headers\":{\"a\":1}}", "{\"body\":1,\"headers\":{\"a\":1}}" },
	{ "{\"trigger\":\"webhook\",\"webhook_id\":\"x\"}", "{\"trigger\":\"webhook\",\"webhook_id\":\"***\"}" },
	{ "{\"action\":\"lock.unlock\",\"data\":{\"code\":\"1\",\"x\":2}}",
	    "{\"action\":\"lock.unlock\",\"data\":{\"code\":\"***\",\"x\":2}}" },
	{ "{\"parameters\":{\"pin\":{\"type\":\"text\",\"default\":\"1\",\"options\":[\"1\"]},\"n\":{\"type\":\"text\",\"default\":2}}}",
	    "{\"parameters\":{\"pin\":{\"type\":\"text\",\"default\":\"***\",\"options\":[]},\"n\":{\"type\":\"text\",\"default\":2}}}" },
	{ "{\"parameters\":{\"pin\":\"1\",\"n\":2}}", "{\"parameters\":{\"pin\":\"***\",\"n\":2}}" },
	{ "{\"token\":{\"type\":\"Bearer\",\"value\":\"x\"}}", "{\"token\":\"***\"}" },
	{ "{\"action\":\"lock.{{ 'unlock' }}\",\"data\":{\"code\":\"1234\",\"n\":1}}",
	    "{\"action\":\"lock.{{ 'unlock' }}\",\"data\":{\"code\":\"***\",\"n\":1}}" },
	{ "{\"action\":\"lock.unlock\",\"data\":\"{{ {'code': 1234} }}\"}", "{\"action\":\"lock.unlock\",\"data\":\"***\"}" },
};

ATF_TC_WITHOUT_HEAD(shown__without_secrets);
ATF_TC_BODY(shown__without_secrets, tc)
{
	struct js *given, *want, *shown;
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		ATF_REQUIRE_EQ(js_parse(samples[i].given, strlen(samples[i].given), JS_STRICT, &given, NULL), RC_OK);
		ATF_REQUIRE_EQ(js_parse(samples[i].shown, strlen(samples[i].shown), JS_STRICT, &want, NULL), RC_OK);
		shown = secret_shown(given);
		ATF_CHECK_MSG(js_equal(shown, want), "%s", samples[i].given);
		js_free(shown);
		js_free(want);
		js_free(given);
	}
}

ATF_TC_WITHOUT_HEAD(within__what_may_be_one);
ATF_TC_BODY(within__what_may_be_one, tc)
{
	static const struct {
		const char	*rule;
		bool		 is;
	} rules[] = {
		{ "{\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"to\":\"mqtt\"}],\"variables\":{\"n\":1}}", false },
		{ "{\"actions\":[{\"repeat\":{\"sequence\":[{\"variables\":{\"deep\":[{\"apiKey\":1}]}}]}}]}", true },
		{ "{\"triggers\":[{\"trigger\":\"mqtt\",\"topic\":\"t\"}]}", true },
		{ "{\"actions\":[{\"wait_for_trigger\":{\"trigger\":\"event\",\"event_type\":\"x\"}}]}", true },
		{ "{\"triggers\":[{\"trigger\":\"webhook\"}]}", true },
	};
	struct js *v;
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		ATF_REQUIRE_EQ(js_parse(rules[i].rule, strlen(rules[i].rule), JS_STRICT, &v, NULL), RC_OK);
		ATF_CHECK_EQ_MSG(secret_within(v), rules[i].is, "%s", rules[i].rule);
		js_free(v);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, name__of_a_secret);
	ATF_TP_ADD_TC(tp, shown__without_secrets);
	ATF_TP_ADD_TC(tp, within__what_may_be_one);
	return atf_no_error();
}
