/* SPDX-License-Identifier: ISC
 *
 * The way of a request through the API, without a server before it.
 */
#include <atf-c.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/request.h"
#include "tests/cgi/ask.h"

static struct ask house;

static void
open_house(void)
{
	struct fault f = {0};

	ATF_REQUIRE_MSG(ask_open(&house, ".", &f), "%s %s", f.field, f.msg);
}

ATF_TC_WITHOUT_HEAD(head__length_without_body);
ATF_TC_BODY(head__length_without_body, tc)
{
	open_house();
	ATF_REQUIRE_EQ(ask(&house, "HEAD", "/api/v1/areas", NULL, NULL), 200);
	ATF_CHECK(ask_has(&house, "Content-Length: 12\r\n"));
	ATF_CHECK_STREQ("", ask_body(&house));
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas", NULL, NULL), 200);
	ATF_CHECK_STREQ("{\"areas\":[]}", ask_body(&house));
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(method__allow_is_said);
ATF_TC_BODY(method__allow_is_said, tc)
{
	open_house();
	ATF_REQUIRE_EQ(ask(&house, "DELETE", "/api/v1/areas", NULL, NULL), 405);
	ATF_CHECK(ask_has(&house, "\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"));
	ATF_CHECK(ask_has(&house, "\"code\":\"method_not_allowed\""));
	ATF_REQUIRE_EQ(ask(&house, "OPTIONS", "/api/v1/areas", NULL, NULL), 204);
	ATF_CHECK(ask_has(&house, "\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"));
	ATF_CHECK(!ask_has(&house, "Access-Control"));
	ask_close(&house);
}

#define PREFLIGHT(origin) "HTTP_ORIGIN=" origin "\nHTTP_ACCESS_CONTROL_REQUEST_METHOD=POST\n"

ATF_TC_WITHOUT_HEAD(origin__listed_may_call);
ATF_TC_BODY(origin__listed_may_call, tc)
{
	setenv("ALLOWED_ORIGINS", "https://a.example,https://b.example", 1);
	open_house();
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_ORIGIN=https://b.example\n"), 200);
	ATF_CHECK(ask_has(&house, "\r\nAccess-Control-Allow-Origin: https://b.example\r\n"));
	ATF_CHECK(ask_has(&house, "\r\nVary: Origin\r\n"));
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_ORIGIN=https://c.example\n"), 200);
	ATF_CHECK(!ask_has(&house, "Access-Control"));
	ATF_REQUIRE_EQ(ask(&house, "OPTIONS", "/api/v1/areas", NULL, PREFLIGHT("https://a.example")), 204);
	ATF_CHECK(ask_has(&house, "\r\nAccess-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"));
	ATF_CHECK_EQ(ask(&house, "OPTIONS", "/api/v1/areas", NULL, PREFLIGHT("https://c.example")), 403);
	/* the problems can be read by a page, too */
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/none", NULL, "HTTP_ORIGIN=https://a.example\n"), 404);
	ATF_CHECK(ask_has(&house, "\r\nAccess-Control-Allow-Origin: https://a.example\r\n"));
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(host__only_listed);
ATF_TC_BODY(host__only_listed, tc)
{
	setenv("ALLOWED_HOSTS", "house,[::1],home.example", 1);
	open_house();
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, NULL), 200);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_HOST=HOME.example:8080\n"), 200);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_HOST=[::1]:8080\n"), 200);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_HOST=evil.example\n"), 421);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_HOST=\n"), 421);
	ATF_CHECK_EQ(ask(&house, "GET", "/health", NULL, "HTTP_HOST=127.0.0.1\n"), 200);
	ask_close(&house);
}

#define HOOK "/api/v1/webhooks/"
#define OUTSIDE "REMOTE_ADDR=203.0.113.7\nHTTP_AUTHORIZATION=\n"

static void
add_hook(const char *trigger)
{
	char rule[600];

	snprintf(rule, sizeof(rule), "{\"name\":\"x\",\"triggers\":[%s],\"actions\":[{\"event\":\"e\"}]}", trigger);
	ATF_REQUIRE_EQ_MSG(ask(&house, "POST", "/api/v1/automations", rule, NULL), 201, "%s", ask_body(&house));
}

/* Answers to n calls from there: the last status. */
static int
call_hook(const char *path, const char *from, int n)
{
	char more[120];
	int status = 0;

	snprintf(more, sizeof(more), "REMOTE_ADDR=%s\nHTTP_AUTHORIZATION=\n", from);
	while (n-- > 0)
		status = ask(&house, "POST", path, "{}", more);
	return status;
}

ATF_TC_WITHOUT_HEAD(webhook__how_often);
ATF_TC_BODY(webhook__how_often, tc)
{
	open_house();
	add_hook("{\"trigger\":\"webhook\",\"webhook_id\":\"0123456789abcdef\",\"local_only\":false}");
	add_hook("{\"trigger\":\"webhook\",\"webhook_id\":\"0123456789abcdeg\",\"local_only\":false}");
	add_hook("{\"trigger\":\"webhook\",\"webhook_id\":\"0123456789abcdeh\",\"local_only\":false}");
	/* what is refused for another reason takes no place */
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "0123456789abcdef", "{", NULL), 422);
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdef", "203.0.113.7", 100), 202);
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdef", "203.0.113.8", 20), 202);
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdef", "203.0.113.9", 1), 429);
	ATF_CHECK(ask_has(&house, "\r\nRetry-After: "));
	/* the others are not full, until one who calls has had enough */
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdeg", "203.0.113.7", 120), 202);
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdeh", "203.0.113.7", 80), 202);
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdeh", "203.0.113.7", 1), 429);
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdeh", "203.0.113.8", 1), 202);
	ATF_CHECK_EQ(call_hook(HOOK "0123456789abcdef", "203.0.113.8", 1), 429);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(webhook__who_may_call);
ATF_TC_BODY(webhook__who_may_call, tc)
{
	open_house();
	add_hook("{\"trigger\":\"webhook\",\"webhook_id\":\"near\"}");
	add_hook("{\"trigger\":\"webhook\",\"webhook_id\":\"0123456789abcdef\",\"local_only\":false}");
	ATF_CHECK_EQ_MSG(ask(&house, "POST", HOOK "near", "{\"x\":1}", "HTTP_AUTHORIZATION=\n"), 202, "%s",
	    ask_body(&house));
	ATF_CHECK_EQ(ask(&house, "PUT", HOOK "near?a=1&b=%20", "a=b", "REMOTE_ADDR=192.168.7.9\n"
	    "CONTENT_TYPE=application/x-www-form-urlencoded\n"), 202);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "near", "", "REMOTE_ADDR=fd00::1\n"), 202);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "near", "{}", OUTSIDE), 404);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "0123456789abcdef", "{}", OUTSIDE), 202);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "0123456789abcdeg", "{}", OUTSIDE), 404);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "near", "{", NULL), 422);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "near", "\xff", "CONTENT_TYPE=text/plain\n"), 422);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "near", "a=%f", "CONTENT_TYPE=application/x-www-form-urlencoded\n"),
	    422);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "near?a=%zz", "", NULL), 422);
	ATF_CHECK_EQ(ask(&house, "PATCH", "/api/v1/automations/x", "{\"enabled\":false}", NULL), 200);
	ATF_CHECK_EQ(ask(&house, "POST", HOOK "near", "{}", NULL), 404);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(metrics__trusted_networks_only);
ATF_TC_BODY(metrics__trusted_networks_only, tc)
{
	setenv("TRUSTED_NETWORKS", "10.0.0.0/8", 1);
	open_house();
	ATF_CHECK_EQ(ask(&house, "GET", "/metrics", NULL, "REMOTE_ADDR=10.1.2.3\n"), 200);
	ATF_CHECK(ask_has(&house, "Content-Type: text/plain; version=0.0.4"));
	ATF_CHECK_EQ(ask(&house, "GET", "/metrics", NULL, "REMOTE_ADDR=11.1.2.3\n"), 403);
	ATF_CHECK_EQ(ask(&house, "GET", "/metrics", NULL, "REMOTE_ADDR=\n"), 403);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(token__checked_each_time);
ATF_TC_BODY(token__checked_each_time, tc)
{
	open_house();
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_AUTHORIZATION=\n"), 401);
	ATF_CHECK(ask_has(&house, "\r\nWWW-Authenticate: Bearer"));
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_AUTHORIZATION=Bearer x\n"), 401);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas?bad=1", NULL, "HTTP_AUTHORIZATION=\n"), 401);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{", "HTTP_AUTHORIZATION=\n"), 401);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"Hall\"}", NULL), 201);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/auth/logout", NULL, NULL), 204);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, NULL), 401);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"Attic\"}", NULL), 401);
	ATF_CHECK(ask_has(&house, "log in again"));
	/* whatever else is wrong with it */
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{", NULL), 401);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{}", "CONTENT_TYPE=text/plain\n"), 401);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas?bad=1", "{\"name\":\"Attic\"}", NULL), 401);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"Attic\"}",
	    "HTTP_IDEMPOTENCY_KEY=\x01\n"), 401);
	ask_close(&house);
}

/* The value of a header of the last answer. */
static const char *
header(const char *name, char *out, size_t outlen)
{
	const char *p = strstr(buf_str(&house.answer), name);

	ATF_REQUIRE_MSG(p != NULL, "%s in %s", name, buf_str(&house.answer));
	p += strlen(name) + 2;
	snprintf(out, outlen, "%.*s", (int)strcspn(p, "\r"), p);
	return out;
}

ATF_TC_WITHOUT_HEAD(etag__lists);
ATF_TC_BODY(etag__lists, tc)
{
	ATF_CHECK(request_etag_listed("\"a\", W/\"b\" ,,\"c\"", "\"b\""));
	ATF_CHECK(request_etag_listed("\"a\",*", "\"b\""));
	ATF_CHECK(!request_etag_listed("\"a\", W/", "\"b\""));
	/* what stands behind the end is not part of the list */
	ATF_CHECK(!request_etag_listed("W/\0,\"b\"", "\"b\""));
}

ATF_TC_WITHOUT_HEAD(etag__same_document);
ATF_TC_BODY(etag__same_document, tc)
{
	char etag[64], more[128];

	open_house();
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas", NULL, NULL), 200);
	header("ETag", etag, sizeof(etag));
	snprintf(more, sizeof(more), "HTTP_IF_NONE_MATCH=\"x\", W/%s\n", etag);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, more), 304);
	ATF_CHECK_STREQ("", ask_body(&house));
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_IF_NONE_MATCH=\"0\"\n"), 200);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, "HTTP_IF_NONE_MATCH=*\n"), 304);
	ATF_REQUIRE_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"A\"}", NULL), 201);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, more), 200);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(if_match__guards_changes);
ATF_TC_BODY(if_match__guards_changes, tc)
{
	char etag[64], more[128];

	open_house();
	ATF_REQUIRE_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"A\"}", NULL), 201);
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas/a", NULL, NULL), 200);
	snprintf(more, sizeof(more), "HTTP_IF_MATCH=%s\n", header("ETag", etag, sizeof(etag)));
	ATF_CHECK_EQ(ask(&house, "PATCH", "/api/v1/areas/a", "{\"name\":\"B\"}", more), 200);
	ATF_CHECK_EQ(ask(&house, "PATCH", "/api/v1/areas/a", "{\"name\":\"C\"}", more), 412);
	ATF_CHECK_EQ(ask(&house, "DELETE", "/api/v1/areas/a", NULL, more), 412);
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas/a", NULL, NULL), 200);
	ATF_CHECK(ask_has(&house, "\"name\":\"B\""));
	ATF_CHECK_EQ(ask(&house, "PATCH", "/api/v1/areas/none", "{\"name\":\"C\"}", more), 404);
	ATF_CHECK_EQ(ask(&house, "DELETE", "/api/v1/areas/a", NULL, "HTTP_IF_MATCH=*\n"), 204);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(key__done_once);
ATF_TC_BODY(key__done_once, tc)
{
	static const char key[] = "HTTP_IDEMPOTENCY_KEY=k1\n";
	char *first;

	open_house();
	ATF_REQUIRE_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"A\"}", key), 201);
	first = mem_xstrdup(ask_body(&house));
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"A\"}", key), 201);
	ATF_CHECK_STREQ(first, ask_body(&house));
	ATF_CHECK(ask_has(&house, "\r\nIdempotency-Replayed: true\r\n"));
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"B\"}", key), 409);
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas", NULL, NULL), 200);
	ATF_CHECK_STREQ("{\"areas\":[{\"id\":\"a\",\"name\":\"A\",\"floor_id\":null,\"floor\":null,\"icon\":null,"
	    "\"aliases\":[],\"labels\":[]}]}", ask_body(&house));
	/* what failed was not done, so the key is still free */
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{}", "HTTP_IDEMPOTENCY_KEY=k2\n"), 422);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"C\"}",
	    "HTTP_IDEMPOTENCY_KEY=k2\n"), 201);
	free(first);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(body__form_and_meaning);
ATF_TC_BODY(body__form_and_meaning, tc)
{
	setenv("MAX_REQUEST_SIZE", "100", 1);
	open_house();
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{", NULL), 400);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "[]", NULL), 422);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":1}", NULL), 422);
	ATF_CHECK(ask_has(&house, "\"field\":\"name\""));
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", NULL, NULL), 422);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"A\"}", "CONTENT_TYPE=text/x\n"), 415);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{}", "CONTENT_LENGTH=101\n"), 413);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{}", "CONTENT_LENGTH=99\n"), 400);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{}", "CONTENT_LENGTH=2x\n"), 400);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{}",
	    "CONTENT_LENGTH=99999999999999999999\n"), 413);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"A\"}",
	    "CONTENT_TYPE=Application/JSON; charset=utf-8\n"), 201);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/auth/logout", "{\"x\":1}", NULL), 400);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(request_id__given_or_made);
ATF_TC_BODY(request_id__given_or_made, tc)
{
	char one[80], two[80];

	open_house();
	ask(&house, "GET", "/health", NULL, "HTTP_X_REQUEST_ID=abc.DEF-1_2\n");
	ATF_CHECK_STREQ("abc.DEF-1_2", header("X-Request-Id", one, sizeof(one)));
	ask(&house, "GET", "/health", NULL, "HTTP_X_REQUEST_ID=a b\n");
	header("X-Request-Id", one, sizeof(one));
	ask(&house, "GET", "/health", NULL, NULL);
	header("X-Request-Id", two, sizeof(two));
	ATF_CHECK(strcmp(one, "a b") != 0 && strcmp(one, two) != 0);
	ATF_CHECK_EQ(strlen(one), 16);
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(database__replaced_behind_it);
ATF_TC_BODY(database__replaced_behind_it, tc)
{
	struct ask other;
	struct fault f = {0};

	open_house();
	ATF_REQUIRE_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"Here\"}", NULL), 201);
	ATF_REQUIRE(mkdir("other", 0700) == 0 && ask_open(&other, "other", &f));
	ATF_REQUIRE_EQ(ask(&other, "POST", "/api/v1/areas", "{\"name\":\"There\"}", NULL), 201);
	memcpy(house.token, other.token, sizeof(house.token));
	ask_close(&other);
	ATF_REQUIRE(unlink("consciousness.db-wal") == 0 && unlink("consciousness.db-shm") == 0);
	ATF_REQUIRE(rename("other/consciousness.db", "consciousness.db") == 0);
	/* a write looks each time */
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"Now\"}", NULL), 201);
	ATF_REQUIRE_EQ(ask(&house, "GET", "/api/v1/areas", NULL, NULL), 200);
	ATF_CHECK(ask_has(&house, "There") && ask_has(&house, "Now") && !ask_has(&house, "Here"));
	ask_close(&house);
}

ATF_TC_WITHOUT_HEAD(database__never_made);
ATF_TC_BODY(database__never_made, tc)
{
	open_house();
	ATF_REQUIRE(rename("consciousness.db", "away") == 0);
	ATF_CHECK_EQ(ask(&house, "POST", "/api/v1/areas", "{\"name\":\"A\"}", NULL), 503);
	ATF_CHECK_EQ(ask(&house, "GET", "/api/v1/areas", NULL, NULL), 503);
	ATF_CHECK(ask_has(&house, "\r\nRetry-After: 1\r\n"));
	ATF_CHECK_EQ(ask(&house, "GET", "/health", NULL, NULL), 503);
	ATF_CHECK(access("consciousness.db", F_OK) == -1);
	ATF_REQUIRE(rename("away", "consciousness.db") == 0);
	usleep(250000);		/* opening is tried again after 200 ms */
	ATF_CHECK_EQ(ask(&house, "GET", "/health", NULL, NULL), 200);
	ask_close(&house);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, head__length_without_body);
	ATF_TP_ADD_TC(tp, method__allow_is_said);
	ATF_TP_ADD_TC(tp, origin__listed_may_call);
	ATF_TP_ADD_TC(tp, host__only_listed);
	ATF_TP_ADD_TC(tp, webhook__how_often);
	ATF_TP_ADD_TC(tp, webhook__who_may_call);
	ATF_TP_ADD_TC(tp, metrics__trusted_networks_only);
	ATF_TP_ADD_TC(tp, token__checked_each_time);
	ATF_TP_ADD_TC(tp, etag__lists);
	ATF_TP_ADD_TC(tp, etag__same_document);
	ATF_TP_ADD_TC(tp, if_match__guards_changes);
	ATF_TP_ADD_TC(tp, key__done_once);
	ATF_TP_ADD_TC(tp, body__form_and_meaning);
	ATF_TP_ADD_TC(tp, request_id__given_or_made);
	ATF_TP_ADD_TC(tp, database__replaced_behind_it);
	ATF_TP_ADD_TC(tp, database__never_made);
	return atf_no_error();
}
