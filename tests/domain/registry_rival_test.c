/* SPDX-License-Identifier: ISC
 *
 * Two announcements of one unique id: who has the entity, and who gets it when the other goes.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/registry.h"
#include "shared/store/store_refusal.h"
#include "tests/lib/house.h"

#define NOW 1767225600000LL

struct bench {
	struct conf		*conf;
	struct db		*db;
	struct tx		 tx;
	struct mem_arena	*a;
};

static struct bench
open_bench(void)
{
	struct bench w = { .tx = { .now_ms = NOW, .actor = "mqtt" } };

	w.db = house_new(&w.conf);
	ATF_REQUIRE_EQ(db_begin_write(w.db), RC_OK);
	w.tx.db = w.db;
	w.a = mem_arena_new(65536);
	return w;
}

static void
close_bench(struct bench *w)
{
	ATF_REQUIRE_EQ(db_commit(w->db), RC_OK);
	mem_arena_free(w->a);
	db_close(w->db);
	conf_free(w->conf);
}

/* hardware NULL: it is withdrawn there. kept: the broker had it. */
static struct registry_change
announce(struct bench *w, const char *hardware, const char *topic, bool kept)
{
	struct device_identifier id = { "id", hardware };
	struct announced_device d = { .identifiers = &id, .n_identifiers = 1, .name = hardware };
	struct announced_entity e = { .component = "sensor", .domain = "sensor", .unique_id = "temp",
		.name = "Temp", .enabled = true, .source = topic, .config = "{}", .capabilities = "{}" };
	struct announcement an = { .adapter = "mqtt", .source = topic, .device = hardware != NULL ? &d : NULL,
		.entities = &e, .n = hardware != NULL, .removal = hardware == NULL, .kept = kept };
	struct registry_change change;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(registry_announce(&w->tx, &an, w->a, &change, &f), RC_OK, "%s", f.msg);
	return change;
}

/* Whose the entity is, and where it is announced; orphan: nowhere. */
static void
is_of(struct bench *w, const char *device, const char *topic, bool orphan)
{
	struct entity_state es;

	ATF_REQUIRE_EQ(store_entity_get(w->db, "sensor.first_temp", w->a, &es), RC_OK);
	ATF_CHECK_STREQ(es.entity.device_id, device);
	ATF_CHECK_STREQ(es.entity.source, topic);
	ATF_CHECK_EQ(es.entity.orphaned, orphan);
}

static bool
wants(const struct registry_change *c, const char *topic)
{
	size_t i;

	for (i = 0; i < c->n_wanted; i++)
		if (strcmp(c->wanted[i], topic) == 0)
			return true;
	return false;
}

static size_t
n_refused(struct bench *w)
{
	struct store_refusal *rows;
	size_t n = 0;

	ATF_REQUIRE_EQ(store_refusal_list(w->db, w->a, &rows, &n), RC_OK);
	return n;
}

ATF_TC_WITHOUT_HEAD(rival__the_first_stays);
ATF_TC_BODY(rival__the_first_stays, tc)
{
	struct bench w = open_bench();
	struct registry_change c;
	struct store_refusal *rows;
	struct device d;
	size_t n = 0;
	int i;

	(void)tc;
	announce(&w, "first", "t/1", true);
	c = announce(&w, "second", "t/2", true);
	is_of(&w, "first", "t/1", false);
	ATF_CHECK_EQ(c.n_changed, 0);
	ATF_REQUIRE_EQ(c.n_refused, 1);
	ATF_CHECK_STREQ(c.refused[0].reason,
	    "unique_id: \"temp\" is that of sensor.first_temp, which t/1 announces");
	ATF_CHECK_EQ(store_device_get(w.db, "second", w.a, &d), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(store_refusal_list(w.db, w.a, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_STREQ(rows[0].source, "t/2");
	ATF_CHECK_STREQ(rows[0].device, "second");
	ATF_CHECK_EQ(rows[0].time, NOW);
	/* the broker is asked whether the first is still there, and gives both */
	ATF_CHECK(wants(&c, "t/1") && wants(&c, "t/2"));
	for (i = 0; i < 3; i++) {
		w.tx.now_ms += 60000;
		c = announce(&w, "first", "t/1", true);
		ATF_CHECK_EQ(c.n_changed, 0);
		c = announce(&w, "second", "t/2", true);
		is_of(&w, "first", "t/1", false);
		ATF_CHECK_EQ_MSG(c.n_wanted, 0, "asked again and again");
	}
	/* the second goes: it was none of the first's business */
	c = announce(&w, NULL, "t/2", false);
	ATF_CHECK_EQ(c.n_gone, 0);
	is_of(&w, "first", "t/1", false);
	ATF_CHECK_EQ(n_refused(&w), 0);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(rival__gets_it_when_the_first_goes);
ATF_TC_BODY(rival__gets_it_when_the_first_goes, tc)
{
	struct bench w = open_bench();
	struct registry_change c;

	(void)tc;
	announce(&w, "first", "t/1", true);
	announce(&w, "second", "t/2", true);
	announce(&w, "first", "t/1", true);
	c = announce(&w, NULL, "t/1", false);
	ATF_CHECK_EQ(c.n_gone, 1);
	is_of(&w, "first", "t/1", true);
	ATF_CHECK(wants(&c, "t/2"));
	announce(&w, "second", "t/2", true);
	is_of(&w, "second", "t/2", false);
	ATF_CHECK_EQ(n_refused(&w), 0);
	close_bench(&w);
}

/* The first was withdrawn while nobody listened: the broker has only the second. */
ATF_TC_WITHOUT_HEAD(rival__gets_it_when_the_first_is_silent);
ATF_TC_BODY(rival__gets_it_when_the_first_is_silent, tc)
{
	struct bench w = open_bench();

	(void)tc;
	announce(&w, "first", "t/1", false);
	announce(&w, "second", "t/2", false);
	announce(&w, "second", "t/2", false);	/* said twice, before the broker could answer */
	is_of(&w, "first", "t/1", false);
	announce(&w, "second", "t/2", true);
	is_of(&w, "second", "t/2", false);
	ATF_CHECK_EQ(n_refused(&w), 0);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(move__to_another_topic_and_back);
ATF_TC_BODY(move__to_another_topic_and_back, tc)
{
	struct bench w = open_bench();
	struct registry_change c;

	(void)tc;
	announce(&w, "first", "t/1", true);
	c = announce(&w, "first", "t/2", true);
	ATF_CHECK_EQ(c.n_refused, 0);
	is_of(&w, "first", "t/2", false);
	ATF_CHECK_EQ_MSG(n_refused(&w), 0, "to move is no mistake");
	/* the topic that it left goes */
	c = announce(&w, NULL, "t/1", false);
	ATF_CHECK_EQ(c.n_gone, 0);
	is_of(&w, "first", "t/2", false);
	/* or stays, and is what remains */
	announce(&w, "first", "t/3", true);
	c = announce(&w, NULL, "t/3", false);
	ATF_CHECK_EQ(c.n_gone, 1);
	ATF_CHECK(wants(&c, "t/2") && !wants(&c, "t/1"));
	announce(&w, "first", "t/2", true);
	is_of(&w, "first", "t/2", false);
	close_bench(&w);
}

ATF_TC_WITHOUT_HEAD(refused__are_bounded);
ATF_TC_BODY(refused__are_bounded, tc)
{
	struct bench w = open_bench();
	struct store_refusal *rows;
	char topic[32];
	size_t n = 0;
	int i;

	(void)tc;
	announce(&w, "first", "t/1", true);
	for (i = 0; i < STORE_REFUSED_MAX + 50; i++) {
		w.tx.now_ms++;
		snprintf(topic, sizeof(topic), "other/%d", i);
		announce(&w, "second", topic, true);
	}
	ATF_REQUIRE_EQ(store_refusal_list(w.db, w.a, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, STORE_REFUSED_MAX);
	ATF_CHECK_STREQ(rows[0].source, topic);
	ATF_CHECK_STREQ(rows[n - 1].source, "other/50");
	close_bench(&w);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, rival__the_first_stays);
	ATF_TP_ADD_TC(tp, rival__gets_it_when_the_first_goes);
	ATF_TP_ADD_TC(tp, rival__gets_it_when_the_first_is_silent);
	ATF_TP_ADD_TC(tp, move__to_another_topic_and_back);
	ATF_TP_ADD_TC(tp, refused__are_bounded);
	return atf_no_error();
}
