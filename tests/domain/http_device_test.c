/* SPDX-License-Identifier: ISC
 *
 * What is told of refused readings: of a device, and of strangers.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/base/metric.h"
#include "shared/domain/event.h"
#include "shared/domain/http_device.h"
#include "shared/domain/registry.h"
#include "shared/store/store_event.h"
#include "tests/lib/house.h"

#define NOW 1767225600000LL

static struct conf *conf;
static struct tx tx;
static struct mem_arena *a;

static void
set_up(void)
{
	tx = (struct tx){ .db = house_new(&conf), .now_ms = NOW, .actor = "anonymous" };
	ATF_REQUIRE_EQ(db_begin_write(tx.db), RC_OK);
	a = mem_arena_new(4096);
}

static void
tear_down(void)
{
	ATF_REQUIRE_EQ(db_commit(tx.db), RC_OK);
	mem_arena_free(a);
	db_close(tx.db);
	conf_free(conf);
}

static void
refuse(const char *id, const struct device *d, int times)
{
	struct http_signed s = { .device_id = id };

	for (; times > 0; times--) {
		metric_add_label(METRIC_ERRORS, HTTP_DEVICE_REFUSALS, 1);
		ATF_REQUIRE_EQ(http_device_refused(&tx, &s, d, "192.0.2.1", "on purpose", a), RC_OK);
	}
}

static struct store_event *
told(size_t want)
{
	struct store_event_filter f = { .kind = EVENT_SECURITY, .limit = 100 };
	struct store_event *rows;
	size_t n;

	ATF_REQUIRE_EQ(store_event_list(tx.db, &f, a, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, want);
	return rows;
}

ATF_TC_WITHOUT_HEAD(refused__strangers_together);
ATF_TC_BODY(refused__strangers_together, tc)
{
	struct store_event *rows;

	set_up();
	refuse("a", NULL, 5);
	rows = told(1);
	ATF_CHECK_STREQ(rows[0].subject, "devices");
	ATF_CHECK_STREQ(rows[0].data, "{\"what\":\"a reading was refused\",\"reason\":\"on purpose\","
	    "\"peer\":\"192.0.2.1\",\"device_id\":\"a\",\"count\":1}");
	tx.now_ms += 9999;
	ATF_CHECK(!http_device_tells(tx.db, NULL, tx.now_ms, a));
	refuse("b\"\n", NULL, 1);
	told(1);
	tx.now_ms++;
	refuse("c", NULL, 2);
	rows = told(2);
	ATF_CHECK(strstr(rows[1].data, "\"device_id\":\"c\",\"count\":6}") != NULL);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(refused__each_device_for_itself);
ATF_TC_BODY(refused__each_device_for_itself, tc)
{
	char key[HTTP_DEVICE_KEY];
	struct fault f = { 0 };
	struct device d;

	set_up();
	ATF_REQUIRE_EQ_MSG(http_device_add(&tx, conf, "Gauge", NULL, a, &d, key, &f), RC_OK, "%s", f.msg);
	refuse("a", NULL, 1);
	refuse(d.id, &d, 3);
	ATF_CHECK_STREQ(told(2)[1].subject, "device.gauge");
	tear_down();
}

/* The device reports; the fault of a refusal is in f, and "accepted N[, ignored KEY]..." in the result. */
static const char *
report(const struct device *d, const char *readings, struct fault *f)
{
	static int nonce;
	struct http_device_answer answer;
	const char *out = "refused";
	struct js *list;
	size_t i;

	memset(f, 0, sizeof(*f));
	ATF_REQUIRE_EQ(js_parse(readings, strlen(readings), JS_STRICT, &list, NULL), RC_OK);
	if (http_device_take(&tx, conf, d, mem_printf(a, "nonce-%d", nonce++), list, a, &answer, f) == RC_OK) {
		out = mem_printf(a, "accepted %zu", js_size(answer.taken));
		for (i = 0; i < answer.n_ignored; i++)
			out = mem_printf(a, "%s, ignored %s", out, answer.ignored[i]);
	}
	js_free(answer.taken);
	js_free(list);
	return out;
}

static struct device
make_gauge(void)
{
	char key[HTTP_DEVICE_KEY];
	struct fault f = { 0 };
	struct device d;

	ATF_REQUIRE_EQ_MSG(http_device_add(&tx, conf, "Gauge", NULL, a, &d, key, &f), RC_OK, "%s", f.msg);
	return d;
}

/* n times c as the value of "txt", after a good reading. */
static const char *
long_text(const char *c, int n)
{
	struct buf b = { 0 };
	int i;

	buf_puts(&b, "[{\"key\":\"a\",\"value\":1},{\"key\":\"txt\",\"value\":\"");
	for (i = 0; i < n; i++)
		buf_puts(&b, c);
	buf_puts(&b, "\"}]");
	return buf_keep(&b, a);
}

ATF_TC_WITHOUT_HEAD(readings__that_no_state_holds);
ATF_TC_BODY(readings__that_no_state_holds, tc)
{
	struct fault f;
	struct device d;

	set_up();
	d = make_gauge();
	ATF_CHECK_STREQ_MSG(report(&d, long_text("\xc3\xbc", 255), &f), "accepted 2", "%s", f.msg);
	ATF_CHECK_STREQ(report(&d, long_text("\xc3\xbc", 256), &f), "refused");
	ATF_CHECK_STREQ(f.field, "readings[1].value");
	ATF_CHECK_STREQ(f.msg, "txt: a text has at most 255 characters");
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"list\",\"value\":[]}]", &f), "refused");
	ATF_CHECK_STREQ(f.msg, "list: a value is a number, a text, true, false or null");
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"wind\",\"value\":\"wet\",\"unit\":\"m/s\"}]", &f), "refused");
	ATF_CHECK_STREQ(f.msg, "wind: what has a unit is a number");
	tear_down();
}

/* The data of the readings that the engine is told of. */
static const char *
heard(size_t want)
{
	struct store_event_filter f = { .kind = EVENT_READING, .limit = 100 };
	struct store_event *rows;
	size_t n;

	ATF_REQUIRE_EQ(store_event_list(tx.db, &f, a, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, want);
	return n == 0 ? NULL : rows[n - 1].data;
}

static void
enable(const char *entity_id, bool enabled)
{
	struct registry_edit e = { .enabled = &enabled };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(registry_edit_entity(&tx, entity_id, &e, a, &f), RC_OK, "%s", f.msg);
}

static void
enable_device(struct device *d, bool enabled)
{
	struct registry_edit e = { .enabled = &enabled };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(registry_edit_device(&tx, d->id, &e, a, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(store_device_get(tx.db, d->id, a, d), RC_OK);
}

/* They are named, and nobody hears of them, now or later. */
ATF_TC_WITHOUT_HEAD(readings__of_what_is_disabled);
ATF_TC_BODY(readings__of_what_is_disabled, tc)
{
	const char *both = "[{\"key\":\"rain\",\"value\":1},{\"key\":\"wind\",\"value\":2}]";
	struct fault f;
	struct device d;

	set_up();
	d = make_gauge();
	ATF_CHECK_STREQ(report(&d, both, &f), "accepted 2");
	enable("sensor.gauge_rain", false);
	ATF_CHECK_STREQ(report(&d, both, &f), "accepted 1, ignored rain");
	ATF_CHECK_STREQ(heard(2), "{\"readings\":[{\"key\":\"wind\",\"value\":2}]}");
	enable("sensor.gauge_rain", true);
	enable_device(&d, false);
	ATF_CHECK_STREQ(report(&d, both, &f), "accepted 0, ignored rain, ignored wind");
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"new\",\"value\":1}]", &f), "accepted 0, ignored new");
	heard(2);
	enable_device(&d, true);
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"new\",\"value\":1}]", &f), "accepted 1");
	tear_down();
}

/* Of a key, in both kinds: "sensor", "binary_sensor", with "-" where it was orphaned. */
static const char *
kinds_of(const char *key)
{
	const char *const domains[] = { "sensor", "binary_sensor" }, *out = "";
	struct entity_state e;
	size_t i;

	for (i = 0; i < 2; i++)
		if (store_entity_get(tx.db, mem_printf(a, "%s.gauge_%s", domains[i], key), a, &e) == RC_OK)
			out = mem_printf(a, "%s%s%s ", out, e.entity.orphaned ? "-" : "", domains[i]);
	return out;
}

ATF_TC_WITHOUT_HEAD(readings__keep_their_kind);
ATF_TC_BODY(readings__keep_their_kind, tc)
{
	struct fault f;
	struct device d;

	set_up();
	d = make_gauge();
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"rain\",\"value\":1},{\"key\":\"wet\",\"value\":true}]", &f),
	    "accepted 2");
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"rain\",\"value\":true}]", &f), "refused");
	ATF_CHECK_STREQ(f.field, "readings[0].value");
	ATF_CHECK_STREQ(f.msg, "rain is a number or a text since its first reading (sensor.gauge_rain): what is true or "
	    "false needs another key");
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"wet\",\"value\":1}]", &f), "refused");
	ATF_CHECK_STREQ(f.msg, "wet is true or false since its first reading (binary_sensor.gauge_wet): what is a number "
	    "or a text needs another key");
	ATF_CHECK_STREQ(kinds_of("rain"), "sensor ");
	ATF_CHECK_STREQ(kinds_of("wet"), "binary_sensor ");
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"rain\",\"value\":\"much\"},{\"key\":\"rain\",\"value\":null},"
	    "{\"key\":\"wet\",\"value\":null}]", &f), "accepted 3");
	tear_down();
}

/* Null does not say what it is of. */
ATF_TC_WITHOUT_HEAD(readings__null_at_first);
ATF_TC_BODY(readings__null_at_first, tc)
{
	struct fault f;
	struct device d;

	set_up();
	d = make_gauge();
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"wet\",\"value\":null},{\"key\":\"rain\",\"value\":null,"
	    "\"unit\":\"mm\"}]", &f), "accepted 1, ignored wet");
	ATF_CHECK_STREQ(kinds_of("wet"), "");
	ATF_CHECK_STREQ(kinds_of("rain"), "sensor ");
	ATF_CHECK_STREQ(report(&d, "[{\"key\":\"wet\",\"value\":false}]", &f), "accepted 1");
	ATF_CHECK_STREQ(kinds_of("wet"), "binary_sensor ");
	tear_down();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, readings__keep_their_kind);
	ATF_TP_ADD_TC(tp, readings__null_at_first);
	ATF_TP_ADD_TC(tp, readings__of_what_is_disabled);
	ATF_TP_ADD_TC(tp, readings__that_no_state_holds);
	ATF_TP_ADD_TC(tp, refused__each_device_for_itself);
	ATF_TP_ADD_TC(tp, refused__strangers_together);
	return atf_no_error();
}
