/* SPDX-License-Identifier: ISC
 *
 * Maps against a plain array, and timers against sorting.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/map.h"
#include "shared/base/timer.h"

#define N 5000

static void
compare_with_array(struct map m)
{
	static char keys[N][16];
	bool in[N] = { false };
	size_t n = 0, i = 0, seen = 0;
	int round, k;

	srandom(1);
	for (k = 0; k < N; k++)
		snprintf(keys[k], sizeof(keys[k]), "topic/%d", k);
	ATF_CHECK(map_get(&m, "x") == NULL);
	for (round = 0; round < 100000; round++) {
		k = (int)(random() % N);
		if (random() % 2 == 0) {
			ATF_REQUIRE((map_put(&m, keys[k], keys[k]) != NULL) == in[k]);
			n += !in[k];
			in[k] = true;
		} else {
			ATF_REQUIRE((map_remove(&m, keys[k]) != NULL) == in[k]);
			n -= in[k];
			in[k] = false;
		}
	}
	ATF_CHECK_EQ(n, m.n);
	for (k = 0; k < N; k++)
		ATF_REQUIRE(map_get(&m, keys[k]) == (in[k] ? keys[k] : NULL));
	while (map_next(&m, &i) != NULL)
		seen++;
	ATF_CHECK_EQ(n, seen);
	map_free(&m);
}

ATF_TC_WITHOUT_HEAD(text__put_get_remove_against_array);
ATF_TC_BODY(text__put_get_remove_against_array, tc)
{
	(void)tc;
	compare_with_array((struct map){ 0 });
}

/* The keys are what the values point to, so none is kept beside them. */
ATF_TC_WITHOUT_HEAD(text__keys_inside_values);
ATF_TC_BODY(text__keys_inside_values, tc)
{
	struct thing {
		int	n;
		char	name[8];
	} a = { 1, "a" }, other = { 2, "a" }, b = { 3, "b" };
	struct map m = { .inside = MAP_INSIDE(struct thing, name) };

	(void)tc;
	compare_with_array((struct map){ .inside = 1 });
	ATF_CHECK(map_put(&m, a.name, &a) == NULL);
	ATF_CHECK(map_put(&m, b.name, &b) == NULL);
	ATF_CHECK(map_put(&m, "a", &other) == &a);
	ATF_CHECK(map_get(&m, "a") == &other);
	ATF_CHECK(map_remove(&m, "b") == &b && map_get(&m, "b") == NULL);
	map_free(&m);
	ATF_CHECK(map_put(&m, "b", &b) == NULL && map_getn(&m, "bx", 1) == &b);
	map_free(&m);
}

ATF_TC_WITHOUT_HEAD(text__prefix_is_another_key);
ATF_TC_BODY(text__prefix_is_another_key, tc)
{
	struct map m = { 0 };
	int a = 1, b = 2;

	(void)tc;
	map_put(&m, "light.kitchen", &a);
	map_put(&m, "light.kitchen_2", &b);
	ATF_CHECK(map_get(&m, "light.kitchen") == &a);
	ATF_CHECK(map_getn(&m, "light.kitchen_2/x", 15) == &b);
	ATF_CHECK(map_get(&m, "light.kitche") == NULL);
	ATF_CHECK(map_get(&m, "") == NULL);
	map_free(&m);
}

ATF_TC_WITHOUT_HEAD(int__any_value_is_a_key);
ATF_TC_BODY(int__any_value_is_a_key, tc)
{
	struct map m = { 0 };
	int a = 1;
	int64_t k;

	(void)tc;
	for (k = -2000; k < 2000; k++)
		ATF_REQUIRE(map_put_int(&m, k * 4096, &a) == NULL);
	for (k = -2000; k < 2000; k++)
		ATF_REQUIRE(map_get_int(&m, k * 4096) == &a);
	ATF_CHECK(map_get_int(&m, 1) == NULL);
	ATF_CHECK(map_remove_int(&m, 0) == &a);
	ATF_CHECK(map_get_int(&m, 0) == NULL);
	map_free(&m);
}

struct probe {
	struct timer	t;
	int64_t		*order;
	size_t		*n;
};

static void
fired(void *arg, int64_t now_ms)
{
	struct probe *p = arg;

	ATF_REQUIRE(now_ms >= p->t.due);
	p->order[(*p->n)++] = p->t.due;
}

ATF_TC_WITHOUT_HEAD(timer__fires_in_order_and_stopped_ones_do_not);
ATF_TC_BODY(timer__fires_in_order_and_stopped_ones_do_not, tc)
{
	static struct probe p[1000];
	static int64_t order[1000];
	struct timer_heap h = { 0 };
	size_t n = 0, i, stopped = 0;

	(void)tc;
	srandom(2);
	for (i = 0; i < 1000; i++) {
		p[i] = (struct probe){ { .fn = fired, .arg = &p[i] }, order, &n };
		timer_start(&h, &p[i].t, random() % 500);
	}
	for (i = 0; i < 1000; i += 3)
		timer_start(&h, &p[i].t, random() % 500);	/* moved */
	for (i = 0; i < 1000; i += 7, stopped++)
		timer_stop(&h, &p[i].t);
	timer_stop(&h, &p[0].t);				/* twice is legal */
	ATF_CHECK(timer_next(&h, 0) >= 0);
	timer_run(&h, 250);
	for (i = 0; i < n; i++)
		ATF_REQUIRE(order[i] <= 250);
	timer_run(&h, 500);
	ATF_CHECK_EQ(1000 - stopped, n);
	for (i = 1; i < n; i++)
		ATF_REQUIRE(order[i - 1] <= order[i]);
	ATF_CHECK_EQ(-1, timer_next(&h, 0));
	timer_heap_free(&h);
}

static void
again(void *arg, int64_t now_ms)
{
	struct probe *p = arg;

	(*p->n)++;
	if (*p->n < 3)
		timer_start((struct timer_heap *)p->order, &p->t, now_ms + 10);
}

ATF_TC_WITHOUT_HEAD(timer__may_start_itself_again);
ATF_TC_BODY(timer__may_start_itself_again, tc)
{
	struct timer_heap h = { 0 };
	size_t n = 0;
	struct probe p = { { .fn = again, .arg = &p }, (int64_t *)&h, &n };

	(void)tc;
	timer_start(&h, &p.t, 5);
	timer_run(&h, 5);
	ATF_CHECK_EQ(1, n);
	ATF_CHECK_EQ(10, timer_next(&h, 5));
	timer_run(&h, 15);
	timer_run(&h, 25);
	ATF_CHECK_EQ(3, n);
	timer_heap_free(&h);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, text__put_get_remove_against_array);
	ATF_TP_ADD_TC(tp, text__keys_inside_values);
	ATF_TP_ADD_TC(tp, text__prefix_is_another_key);
	ATF_TP_ADD_TC(tp, int__any_value_is_a_key);
	ATF_TP_ADD_TC(tp, timer__fires_in_order_and_stopped_ones_do_not);
	ATF_TP_ADD_TC(tp, timer__may_start_itself_again);
	return atf_no_error();
}
