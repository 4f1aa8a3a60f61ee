/* SPDX-License-Identifier: ISC
 *
 * The database port and the writer: migrations, group commit, parts that fail alone, a full disk.
 */
#include <atf-c.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/conf.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_event.h"

struct fixture {
	struct conf		*conf;
	struct clock		 clock;
	struct db		*db;
	struct store_writer	*w;
	int			 rings;
};

static void
rang(void *arg)
{
	struct fixture *x = arg;

	__atomic_add_fetch(&x->rings, 1, __ATOMIC_SEQ_CST);
}

static void
set_up(struct fixture *x)
{
	struct fault f = { 0 };

	memset(x, 0, sizeof(*x));
	ATF_REQUIRE_EQ_MSG(RC_OK, conf_load(".", NULL, &x->conf, &f), "%s", f.msg);
	x->clock = clock_open();
	ATF_REQUIRE_EQ_MSG(RC_OK, store_open(x->conf, DB_WRITE, &x->db, &f), "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(RC_OK, store_migrate(x->db, &f), "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(RC_OK, db_prepare_all(x->db, &f), "%s", f.msg);
	ATF_REQUIRE_EQ(RC_OK, store_writer_open(x->conf, &x->clock, rang, x, &x->w, &f));
}

static void
tear_down(struct fixture *x)
{
	store_writer_close(x->w);
	db_close(x->db);
	conf_free(x->conf);
}

static enum rc
append(struct tx *tx, void *arg, struct fault *f)
{
	struct store_event e = { .kind = 16, .subject = arg };
	int64_t id;

	(void)f;
	return store_event_append(tx, &e, &id);
}

static enum rc
append_and_fail(struct tx *tx, void *arg, struct fault *f)
{
	append(tx, arg, f);
	return fault_set(f, RC_INVALID, "x", "on purpose");
}

struct load {
	struct fixture	*x;
	int		 failures;
};

static void *
hammer(void *arg)
{
	struct load *l = arg;
	struct fault f;
	int i;

	for (i = 0; i < 200; i++) {
		f = (struct fault){ 0 };
		if (i % 5 == 4) {
			if (store_write(l->x->w, "t", append_and_fail, (void *)(uintptr_t)"bad", &f) !=
			    RC_INVALID || strcmp(f.field, "x") != 0)
				l->failures++;
		} else if (store_write(l->x->w, "t", append, (void *)(uintptr_t)"good", &f) != RC_OK)
			l->failures++;
	}
	return NULL;
}

static bool
count(const struct store_event *e, void *arg)
{
	int *n = arg;

	n[strcmp(e->subject, "bad") == 0]++;
	return true;
}

ATF_TC_WITHOUT_HEAD(writer__threads_share_commits_and_failures_stay_alone);
ATF_TC_BODY(writer__threads_share_commits_and_failures_stay_alone, tc)
{
	struct fixture x;
	struct load load[8];
	pthread_t t[8];
	int i, n[2] = { 0, 0 };

	(void)tc;
	set_up(&x);
	for (i = 0; i < 8; i++) {
		load[i] = (struct load){ &x, 0 };
		ATF_REQUIRE(pthread_create(&t[i], NULL, hammer, &load[i]) == 0);
	}
	for (i = 0; i < 8; i++) {
		pthread_join(t[i], NULL);
		ATF_CHECK_EQ(0, load[i].failures);
	}
	ATF_REQUIRE_EQ(RC_OK, store_event_each(x.db, 0, 100000, count, n));
	ATF_CHECK_EQ(8 * 160, n[0]);
	ATF_CHECK_EQ(0, n[1]);
	ATF_CHECK_MSG(x.rings > 0 && x.rings <= 8 * 160, "%d", x.rings);
	tear_down(&x);
}

ATF_TC_WITHOUT_HEAD(migrate__twice_changes_nothing_and_newer_is_refused);
ATF_TC_BODY(migrate__twice_changes_nothing_and_newer_is_refused, tc)
{
	struct fixture x;
	struct fault f = { 0 };

	(void)tc;
	set_up(&x);
	ATF_CHECK_EQ(store_schema_newest(), db_schema_version(x.db));
	ATF_CHECK_EQ(RC_OK, store_migrate(x.db, &f));
	ATF_REQUIRE_EQ(RC_OK, db_script(x.db, "PRAGMA user_version = 999", &f));
	ATF_CHECK_EQ(RC_UNSUPPORTED, store_migrate(x.db, &f));
	tear_down(&x);
}

ATF_TC_WITHOUT_HEAD(read_handle__cannot_write);
ATF_TC_BODY(read_handle__cannot_write, tc)
{
	struct fixture x;
	struct fault f = { 0 };
	struct db *ro;

	(void)tc;
	set_up(&x);
	ATF_REQUIRE_EQ(RC_OK, store_open(x.conf, DB_READ, &ro, &f));
	ATF_CHECK(db_script(ro, "DELETE FROM area", &f) != RC_OK);
	db_close(ro);
	tear_down(&x);
}

ATF_TC_WITHOUT_HEAD(full_disk__says_so_and_recovers);
ATF_TC_BODY(full_disk__says_so_and_recovers, tc)
{
	struct fixture x;
	struct fault f = { 0 };
	static char big[100000];

	(void)tc;
	set_up(&x);
	memset(big, 'x', sizeof(big) - 1);
	ATF_REQUIRE_EQ(RC_OK, db_script(store_writer_db(x.w), "PRAGMA max_page_count = 70", &f));
	ATF_CHECK_EQ(RC_FULL, ({ enum rc rc = RC_OK; int i;
		for (i = 0; i < 20 && rc == RC_OK; i++)
			rc = store_write(x.w, "t", append, big, &f);
		rc; }));
	ATF_REQUIRE_EQ(RC_OK, db_script(store_writer_db(x.w), "PRAGMA max_page_count = 100000", &f));
	ATF_CHECK_EQ(RC_OK, store_write(x.w, "t", append, big, &f));
	tear_down(&x);
}

static enum rc
put_cursor(struct tx *tx, void *arg, struct fault *f)
{
	(void)f;
	return store_cursor_put(tx, "here", *(int64_t *)arg);
}

ATF_TC_WITHOUT_HEAD(cursor__is_zero_then_what_was_put);
ATF_TC_BODY(cursor__is_zero_then_what_was_put, tc)
{
	struct fixture x;
	int64_t v = 42;

	(void)tc;
	set_up(&x);
	ATF_CHECK_EQ(0, store_cursor_get(x.db, "here"));
	ATF_CHECK_EQ(RC_OK, store_write(x.w, "t", put_cursor, &v, NULL));
	v = 43;
	ATF_CHECK_EQ(RC_OK, store_write(x.w, "t", put_cursor, &v, NULL));
	ATF_CHECK_EQ(43, store_cursor_get(x.db, "here"));
	ATF_CHECK_EQ(0, x.rings);
	tear_down(&x);
}

/* One of several that share a transaction: its fn, its answer, whether it waits in the queue. */
struct sharer {
	struct fixture	*x;
	store_fn	 fn;
	atomic_int	 tid;		/* 0: not in store_write yet */
	int		 runs;
	enum rc		 rc;
	pthread_t	 thread;
};

static void *
share(void *arg)
{
	struct sharer *s = arg;
	struct fault f = { 0 };

	atomic_store(&s->tid, gettid());
	s->rc = store_write(s->x->w, "t", s->fn, s, &f);
	return NULL;
}

static bool
sleeps(int tid)
{
	char path[64], state = ' ';
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	if ((fp = fopen(path, "r")) == NULL)
		return false;
	if (fscanf(fp, "%*d (%*[^)]) %c", &state) != 1)
		state = ' ';
	fclose(fp);
	return state == 'S';
}

static atomic_bool go;

/* Leads while the others queue up. */
static enum rc
hold_up(struct tx *tx, void *arg, struct fault *f)
{
	(void)tx;
	(void)arg;
	(void)f;
	while (!atomic_load(&go))
		usleep(1000);
	return RC_OK;
}

static enum rc
append_full_the_second_time(struct tx *tx, void *arg, struct fault *f)
{
	struct sharer *s = arg;

	append(tx, (void *)(uintptr_t)"first", f);
	return ++s->runs == 1 ? RC_OK : fault_set(f, RC_FULL, NULL, "on purpose");
}

static enum rc
refuse_beside_first(struct tx *tx, void *arg, struct fault *f)
{
	(void)arg;
	return store_event_last(tx->db) > 0 ? fault_set(f, RC_EXISTS, NULL, "first is there") : RC_OK;
}

static enum rc
append_and_fail_last(struct tx *tx, void *arg, struct fault *f)
{
	(void)arg;
	return append_and_fail(tx, (void *)(uintptr_t)"last", f);
}

/* The disk is full when all run again: nobody is told what was true only before that. */
ATF_TC_WITHOUT_HEAD(writer__no_verdict_of_what_was_taken_back);
ATF_TC_BODY(writer__no_verdict_of_what_was_taken_back, tc)
{
	static const store_fn fns[] = { hold_up, append_full_the_second_time, refuse_beside_first,
		append_and_fail_last };
	struct sharer s[4];
	struct fixture x;
	int i, n[2] = { 0, 0 };

	(void)tc;
	set_up(&x);
	for (i = 0; i < 4; i++) {
		s[i] = (struct sharer){ .x = &x, .fn = fns[i] };
		ATF_REQUIRE(pthread_create(&s[i].thread, NULL, share, &s[i]) == 0);
		while (atomic_load(&s[i].tid) == 0 || !sleeps(atomic_load(&s[i].tid)))
			usleep(1000);
	}
	atomic_store(&go, true);
	for (i = 0; i < 4; i++)
		pthread_join(s[i].thread, NULL);
	ATF_CHECK_EQ(RC_OK, s[0].rc);
	ATF_CHECK_EQ(2, s[1].runs);
	ATF_CHECK_EQ(RC_FULL, s[1].rc);
	ATF_CHECK_EQ(RC_FULL, s[2].rc);
	ATF_CHECK_EQ(RC_FULL, s[3].rc);
	ATF_REQUIRE_EQ(RC_OK, store_event_each(x.db, 0, 100, count, n));
	ATF_CHECK_EQ(0, n[0] + n[1]);
	tear_down(&x);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, writer__no_verdict_of_what_was_taken_back);
	ATF_TP_ADD_TC(tp, writer__threads_share_commits_and_failures_stay_alone);
	ATF_TP_ADD_TC(tp, migrate__twice_changes_nothing_and_newer_is_refused);
	ATF_TP_ADD_TC(tp, read_handle__cannot_write);
	ATF_TP_ADD_TC(tp, full_disk__says_so_and_recovers);
	ATF_TP_ADD_TC(tp, cursor__is_zero_then_what_was_put);
	return atf_no_error();
}
