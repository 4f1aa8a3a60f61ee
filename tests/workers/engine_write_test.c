/* SPDX-License-Identifier: ISC
 *
 * A batch that is tried again, because the disk is full or one of it failed late, has the effect of one that
 * succeeds at once.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/adapters/adapter_hass.h"
#include "shared/adapters/adapter_shelly.h"
#include "shared/base/buf.h"
#include "shared/base/metric.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_refusal.h"
#include "tests/lib/house.h"
#include "workers/engine_record.h"

#define RECORDS 8

static struct conf *conf;
static struct db *db;
static struct record_writer w;
static struct batch b;
static struct record records[RECORDS];

static void
add(const struct adapter_ops *family, const char *topic, const char *payload)
{
	struct record *rec = &records[b.n++];
	struct message *m = &rec->u.announce.m;

	ATF_REQUIRE(b.n <= RECORDS);
	*rec = (struct record){ .kind = R_ANNOUNCE, .time = INT64_C(1767225600000) };
	rec->u.announce.family = family;
	m->topic = mem_strdup(b.arena, topic);
	m->payload = mem_strdup(b.arena, payload);
	m->len = strlen(payload);
	m->now_ms = rec->time;
}

/* The messages first to last of a device that shows up and answers what it is asked, of its golden file. */
static void
add_shelly(size_t first, size_t last)
{
	struct buf text = { 0 }, payload = { 0 };
	const struct js *step;
	struct js *all;
	FILE *f = fopen(SRC_DIR "/tests/data/shelly/plus1pm.json", "r");
	size_t i;
	int c;

	ATF_REQUIRE(f != NULL);
	while ((c = getc(f)) != EOF)
		buf_putc(&text, (char)c);
	fclose(f);
	ATF_REQUIRE_EQ(js_parse(buf_str(&text), text.len, JS_STRICT, &all, NULL), RC_OK);
	for (i = first; i <= last; i++) {
		step = js_get(js_at(js_get(all, "steps"), i), "announce");
		buf_reset(&payload);
		if (js_type(js_get(step, "payload")) == JS_STRING)
			buf_puts(&payload, js_get_string(step, "payload"));
		else
			js_dump(js_get(step, "payload"), &payload);
		add(&adapter_shelly, js_get_string(step, "topic"), buf_str(&payload));
	}
	js_free(all);
	buf_free(&payload);
	buf_free(&text);
}

static void
set_up(void)
{
	db = house_new(&conf);
	memset(&b, 0, sizeof(b));
	b.arena = mem_arena_new(4096);
	b.records = records;
	w = (struct record_writer){ .scratch = mem_arena_new(4096), .prefix = "homeassistant" };
}

static void
forget(void)
{
	size_t i;

	for (i = 0; i < b.n; i++)
		js_free(records[i].u.announce.m.json);
	b.n = b.n_changed = b.n_wanted = b.n_asks = 0;
}

static void
tear_down(void)
{
	forget();
	free(b.changed);
	free(b.wanted);
	free(b.asks);
	mem_arena_free(b.arena);
	mem_arena_free(w.scratch);
	adapter_close_all(w.families);
	db_close(db);
	conf_free(conf);
}

/* Writes the batch; the transaction stays open. */
static enum rc
try(void)
{
	struct tx tx = { .db = db };

	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	return record_write(&w, &b, &tx);
}

static void
take_back(void)
{
	db_rollback(db);
	record_undo(&b);
}

/* It shows up in a batch before: what it says last makes the difference. */
static void
begin_shelly(void)
{
	add_shelly(0, 2);
	ATF_REQUIRE_EQ(try(), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_CHECK(b.n_asks > 0);
	forget();
	add_shelly(3, 3);
}

static bool
there(const char *entity_id)
{
	return store_entity_id_taken(db, entity_id);
}

ATF_TC_WITHOUT_HEAD(retry__what_was_remembered_counts_once);
ATF_TC_BODY(retry__what_was_remembered_counts_once, tc)
{
	size_t changed;
	double refused;

	(void)tc;
	set_up();
	begin_shelly();
	add(&adapter_hass, "homeassistant/sensor/x/config", "no JSON");
	refused = metric_get(METRIC_MQTT_DROPPED, "announcement");
	ATF_REQUIRE_EQ(try(), RC_OK);
	ATF_CHECK(there("switch.boiler"));
	changed = b.n_changed;
	ATF_CHECK(changed > 0);
	take_back();
	ATF_CHECK(!there("switch.boiler"));
	ATF_CHECK_EQ(b.n_changed, 0);
	ATF_REQUIRE_EQ(try(), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_CHECK(there("switch.boiler"));
	ATF_CHECK_EQ(b.n_changed, changed);
	ATF_CHECK_EQ(metric_get(METRIC_MQTT_DROPPED, "announcement"), refused + 1);
	tear_down();
}

/* Refused ones leave their reason, also in a batch that is tried again, until a good one comes. */
ATF_TC_WITHOUT_HEAD(refused__is_written_down);
ATF_TC_BODY(refused__is_written_down, tc)
{
	struct store_refusal *rows;
	size_t n = 0;

	(void)tc;
	set_up();
	add(&adapter_hass, "homeassistant/sensor/big/config", "");
	records[0].u.announce.m.len = ANNOUNCEMENT_MAX + 1;
	add(&adapter_shelly, "shelly/rpc/online", "");
	records[1].u.announce.m.len = ANNOUNCEMENT_MAX + 1;
	add(&adapter_hass, "homeassistant/sensor/x/config", "{\"p\":\"x\"}");
	ATF_REQUIRE_EQ(try(), RC_OK);
	take_back();
	ATF_REQUIRE_EQ(try(), RC_OK);
	ATF_REQUIRE_EQ(store_refusal_list(db, b.arena, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 3);
	ATF_CHECK_STREQ(rows[0].reason, "more than 1048576 bytes");
	ATF_CHECK_STREQ(rows[2].reason, "more than 1048576 bytes");
	ATF_CHECK_STREQ(rows[1].source, "homeassistant/sensor/x/config");
	ATF_CHECK_EQ(rows[1].time, INT64_C(1767225600000));
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	forget();
	add(&adapter_hass, "homeassistant/sensor/x/config", "{\"state_topic\":\"x\"}");
	add(&adapter_hass, "homeassistant/sensor/big/config", "");
	ATF_REQUIRE_EQ(try(), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_REQUIRE_EQ(store_refusal_list(db, b.arena, &rows, &n), RC_OK);
	ATF_CHECK_EQ(n, 1);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(retry__one_that_fails_late_leaves_the_others);
ATF_TC_BODY(retry__one_that_fails_late_leaves_the_others, tc)
{
	static const char evil[] = "{\"name\":\"Evil\",\"unique_id\":\"evil\",\"state_topic\":\"t\","
	    "\"device\":{\"identifiers\":[\"of evil\"],\"name\":\"Owner\"}}";
	struct fault f = { 0 };

	(void)tc;
	set_up();
	/* refused by the database after its device was written */
	ATF_REQUIRE_EQ(db_script(db, "CREATE TRIGGER refuse BEFORE INSERT ON entity "
	    "WHEN new.unique_id = 'evil' BEGIN SELECT RAISE(ABORT, 'refused'); END", &f), RC_OK);
	begin_shelly();
	add(&adapter_hass, "homeassistant/sensor/evil/config", evil);
	ATF_REQUIRE_EQ(try(), RC_BUSY);
	ATF_CHECK(b.apart);
	take_back();
	ATF_REQUIRE_EQ(try(), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_CHECK(there("switch.boiler"));
	ATF_CHECK(!there("sensor.owner_evil"));
	tear_down();
}

ATF_TC_WITHOUT_HEAD(retry__questions_are_asked);
ATF_TC_BODY(retry__questions_are_asked, tc)
{
	size_t asks;

	(void)tc;
	set_up();
	add_shelly(0, 0);
	ATF_REQUIRE_EQ(try(), RC_OK);
	asks = b.n_asks;
	ATF_CHECK(asks > 0);
	take_back();
	ATF_CHECK_EQ(b.n_asks, 0);
	ATF_REQUIRE_EQ(try(), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_CHECK_EQ(b.n_asks, asks);
	tear_down();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, refused__is_written_down);
	ATF_TP_ADD_TC(tp, retry__questions_are_asked);
	ATF_TP_ADD_TC(tp, retry__what_was_remembered_counts_once);
	ATF_TP_ADD_TC(tp, retry__one_that_fails_late_leaves_the_others);
	return atf_no_error();
}
