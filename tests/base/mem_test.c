/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "shared/base/mem.h"

ATF_TC_WITHOUT_HEAD(arena__aligned_and_apart);
ATF_TC_BODY(arena__aligned_and_apart, tc)
{
	struct mem_arena *a = mem_arena_new(256);
	char *p[200];
	size_t i, k, n;

	for (i = 0; i < 200; i++) {
		n = i * 7 % 300;
		p[i] = mem_alloc(a, n);
		ATF_REQUIRE_EQ((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		memset(p[i], (int)i, n);
	}
	for (i = 0; i < 200; i++)
		for (k = 0; k < i * 7 % 300; k++)
			ATF_REQUIRE_EQ((unsigned char)p[i][k], i);
	mem_arena_free(a);
	mem_arena_free(NULL);
}

ATF_TC_WITHOUT_HEAD(arena__reset_keeps_first_block);
ATF_TC_BODY(arena__reset_keeps_first_block, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	void *first = mem_alloc(a, 10);

	ATF_REQUIRE_EQ(mem_arena_used(a), 10);
	mem_alloc(a, 100000);
	ATF_REQUIRE_EQ(mem_arena_used(a), 100010);
	mem_arena_reset(a);
	ATF_REQUIRE_EQ(mem_arena_used(a), 0);
	ATF_REQUIRE_EQ(mem_alloc(a, 10), first);
	mem_arena_free(a);
}

/* A first piece of any size is given back too: only an ordinary block is kept. */
ATF_TC_WITHOUT_HEAD(arena__big_first_piece_is_not_kept);
ATF_TC_BODY(arena__big_first_piece_is_not_kept, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	size_t before, after;

	before = mallinfo2().uordblks;
	memset(mem_alloc(a, 100000), 1, 100000);
	mem_arena_reset(a);
	after = mallinfo2().uordblks;
	ATF_CHECK_MSG(after - before < 2000, "%zu bytes kept", after - before);
	mem_arena_free(a);
}

/* A big piece must not make the arena forget the room left in the current block. */
ATF_TC_WITHOUT_HEAD(arena__big_piece_between_small_ones);
ATF_TC_BODY(arena__big_piece_between_small_ones, tc)
{
	struct mem_arena *a = mem_arena_new(1024);
	char *small = mem_alloc(a, 16);

	mem_alloc(a, 5000);
	ATF_REQUIRE_EQ((char *)mem_alloc(a, 16), small + 16);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(arena__text_and_growth);
ATF_TC_BODY(arena__text_and_growth, tc)
{
	struct mem_arena *a = mem_arena_new(64);
	int *v = NULL, i;
	char *z;

	ATF_REQUIRE_EQ(mem_strdup(a, NULL), NULL);
	ATF_REQUIRE_STREQ(mem_strdup(a, "light"), "light");
	ATF_REQUIRE_STREQ(mem_strndup(a, "light.kitchen", 5), "light");
	ATF_REQUIRE_STREQ(mem_strndup(a, "ab", 50), "ab");
	ATF_REQUIRE_STREQ(mem_printf(a, "%s.%0200d", "x", 7) + 199, "007");
	for (i = 0; i < 100; i++) {
		v = mem_grow(a, v, (size_t)i, (size_t)i + 1, sizeof(*v));
		v[i] = i;
	}
	for (i = 0; i < 100; i++)
		ATF_REQUIRE_EQ(v[i], i);
	z = mem_zalloc(a, 3000);
	for (i = 0; i < 3000; i++)
		ATF_REQUIRE_EQ(z[i], 0);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(xalloc__nothing_is_something);
ATF_TC_BODY(xalloc__nothing_is_something, tc)
{
	void *p = mem_xmalloc(0), *q = mem_xcalloc(0, 8), *r = mem_xrealloc(NULL, 8, 0);
	char *s = mem_xstrndup("abc", 2), *t = mem_xprintf("%d-%s", 1, "x");

	ATF_REQUIRE(p != NULL && q != NULL && r != NULL);
	ATF_REQUIRE_STREQ(s, "ab");
	ATF_REQUIRE_STREQ(t, "1-x");
	r = mem_xrealloc(r, 0, 8);
	ATF_REQUIRE(r != NULL);
	free(p);
	free(q);
	free(r);
	free(s);
	free(t);
}

static int
status_of(void (*die)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		die();
		_exit(0);
	}
	ATF_REQUIRE_EQ(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
overflow_realloc(void)
{
	free(mem_xrealloc(NULL, SIZE_MAX / 2, 3));
}

static void
overflow_grow(void)
{
	struct mem_arena *a = mem_arena_new(64);

	mem_grow(a, NULL, 0, SIZE_MAX / 2, 3);
}

static void
overflow_alloc(void)
{
	struct mem_arena *a = mem_arena_new(64);

	mem_alloc(a, SIZE_MAX - 4);
}

ATF_TC_WITHOUT_HEAD(overflow__ends_the_process);
ATF_TC_BODY(overflow__ends_the_process, tc)
{
	ATF_REQUIRE_EQ(status_of(overflow_realloc), EX_OSERR);
	ATF_REQUIRE_EQ(status_of(overflow_grow), EX_OSERR);
	ATF_REQUIRE_EQ(status_of(overflow_alloc), EX_OSERR);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, arena__aligned_and_apart);
	ATF_TP_ADD_TC(tp, arena__reset_keeps_first_block);
	ATF_TP_ADD_TC(tp, arena__big_first_piece_is_not_kept);
	ATF_TP_ADD_TC(tp, arena__big_piece_between_small_ones);
	ATF_TP_ADD_TC(tp, arena__text_and_growth);
	ATF_TP_ADD_TC(tp, xalloc__nothing_is_something);
	ATF_TP_ADD_TC(tp, overflow__ends_the_process);
	return atf_no_error();
}
