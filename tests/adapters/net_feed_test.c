/* SPDX-License-Identifier: ISC
 *
 * Calendars: each tests/data/calendar/NAME.ics has the appointments of NAME.txt in a house in Berlin.
 */
#include <atf-c.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/adapters/net_feed.h"
#include "shared/base/clock.h"

#define FROM "2026-10-10T00:00:00Z"
#define TO "2027-04-01T00:00:00Z"

static int64_t
at(const char *s)
{
	int64_t ms = 0;

	ATF_REQUIRE_EQ(RC_OK, clock_parse(s, &ms));
	return ms;
}

static void
in_berlin(void)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
}

static void
slurp(const char *path, struct buf *b)
{
	char piece[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	ATF_REQUIRE_MSG(f != NULL, "%s cannot be read", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(b, piece, n);
	fclose(f);
}

static int
by_start(const void *x, const void *y)
{
	const struct calendar_event *a = x, *b = y;

	return a->start != b->start ? (a->start > b->start) - (a->start < b->start) : strcmp(a->uid, b->uid);
}

static void
print(struct buf *b, const struct calendar_event *e)
{
	char text[CLOCK_TEXT];
	size_t i;

	buf_printf(b, "%s ", clock_rfc3339(e->start, text));
	buf_printf(b, "%s ", clock_rfc3339(e->end, text));
	buf_printf(b, "%s %s", e->uid, e->summary);
	if (e->all_day)
		buf_puts(b, " all day");
	if (e->location != NULL)
		buf_printf(b, " @ %s", e->location);
	if (e->description != NULL)
		buf_printf(b, " (%s)", e->description);
	if (e->instance != e->start)
		buf_printf(b, " [%s]", clock_rfc3339(e->instance, text));
	for (i = 0; i < b->len; i++)
		b->p[i] = b->p[i] == '\n' ? '|' : b->p[i];
}

static void
check(const char *path)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct buf text = { 0 }, want = { 0 }, got = { 0 }, line = { 0 };
	struct calendar_event *list = NULL;
	struct fault f = { 0 };
	char *golden = mem_xprintf("%.*s.txt", (int)(strlen(path) - 4), path);
	size_t n = 0, i;

	slurp(path, &text);
	slurp(golden, &want);
	ATF_REQUIRE_EQ_MSG(RC_OK, feed_read(text.p, text.len, at(FROM), at(TO), a, &list, &n, &f), "%s: %s", path, f.msg);
	qsort(list, n, sizeof(*list), by_start);
	for (i = 0; i < n; i++) {
		buf_reset(&line);
		print(&line, &list[i]);
		buf_printf(&got, "%s\n", buf_str(&line));
	}
	ATF_CHECK_STREQ_MSG(buf_str(&want), buf_str(&got), "%s:\n%s", path, buf_str(&got));
	free(golden);
	buf_free(&text);
	buf_free(&want);
	buf_free(&got);
	buf_free(&line);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(feed__golden);
ATF_TC_BODY(feed__golden, tc)
{
	glob_t g;
	size_t i;

	in_berlin();
	ATF_REQUIRE_EQ(0, glob(SRC_DIR "/tests/data/calendar/*.ics", 0, NULL, &g));
	ATF_REQUIRE(g.gl_pathc >= 4);
	for (i = 0; i < g.gl_pathc; i++)
		check(g.gl_pathv[i]);
	globfree(&g);
}

/* What a text holds, or why it is not read. */
static enum rc
read_text(struct mem_arena *a, const char *text, size_t len, size_t *n, struct fault *f)
{
	struct calendar_event *list = NULL;

	*n = 0;
	return feed_read(text, len, at(FROM), at(TO), a, &list, n, f);
}

static void
put_event(struct buf *b, const char *lines)
{
	buf_printf(b, "BEGIN:VEVENT\r\nUID:x\r\nDTSTART:20261101T120000Z\r\n%s\r\nEND:VEVENT\r\n", lines);
}

static size_t
count(const char *lines, enum rc want)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct buf b = { 0 };
	struct fault f = { 0 };
	size_t n;

	buf_puts(&b, "BEGIN:VCALENDAR\r\n");
	put_event(&b, lines);
	buf_puts(&b, "END:VCALENDAR\r\n");
	ATF_CHECK_EQ_MSG(want, read_text(a, b.p, b.len, &n, &f), "%s: %s", lines, f.msg);
	buf_free(&b);
	mem_arena_free(a);
	return n;
}

ATF_TC_WITHOUT_HEAD(feed__recurrences_of_strangers);
ATF_TC_BODY(feed__recurrences_of_strangers, tc)
{
	in_berlin();
	ATF_CHECK_EQ(1, count("RRULE:FREQ=SECONDLY", RC_OK));
	ATF_CHECK_EQ(1, count("RRULE:FREQ=MINUTELY;INTERVAL=1", RC_OK));
	ATF_CHECK_EQ(1, count("RRULE:FREQ=YEARLY;BYSECOND=0,1,2,3", RC_OK));
	ATF_CHECK_EQ(1, count("RRULE:no rule", RC_OK));
	ATF_CHECK_EQ(151, count("RRULE:FREQ=DAILY", RC_OK));
	ATF_CHECK_EQ(1, count("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", RC_OK));
	ATF_CHECK_EQ(3, count("RRULE:FREQ=HOURLY;COUNT=3", RC_OK));
	count("RRULE:FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE="
	    "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30;"
	    "BYDAY=MO,TU,WE,TH,FR,SA,SU", RC_TOO_LARGE);
}

ATF_TC_WITHOUT_HEAD(feed__broken);
ATF_TC_BODY(feed__broken, tc)
{
	static const char *const texts[] = { "", "<html><body>Please log in</body></html>", "BEGIN:VCALENDAR",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:yesterday\nEND:VEVENT\nEND:VCALENDAR",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261101T120000Z\nEND:VTODO\nEND:VEVENT" };
	static const enum rc outcomes[] = { RC_INVALID, RC_INVALID, RC_OK, RC_OK, RC_OK };
	static const size_t counts[] = { 0, 0, 0, 0, 1 };
	struct mem_arena *a = mem_arena_new(4096);
	struct fault f;
	size_t i, n;

	in_berlin();
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		f = (struct fault){ 0 };
		ATF_CHECK_EQ_MSG(outcomes[i], read_text(a, texts[i], strlen(texts[i]), &n, &f), "%zu: %s", i, f.msg);
		ATF_CHECK_EQ(counts[i], n);
	}
	mem_arena_free(a);
}

/* Deep, many, long: what a stranger sends ends soon and takes nothing down. */
ATF_TC_WITHOUT_HEAD(feed__hostile);
ATF_TC_BODY(feed__hostile, tc)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct buf b = { 0 };
	struct fault f = { 0 };
	size_t i, n;

	in_berlin();
	for (i = 0; i < 200000; i++)
		buf_puts(&b, "BEGIN:VCALENDAR\nBEG\n IN:VEVENT\n");
	ATF_CHECK_EQ(RC_OK, read_text(a, b.p, b.len, &n, &f));
	buf_reset(&b);
	buf_puts(&b, "BEGIN:VCALENDAR\n");
	for (i = 0; i < 12000; i++)
		buf_printf(&b, "BEGIN:VEVENT\nUID:%zu\nDTSTART:20261101T120000Z\nEND:VEVENT\n", i);
	ATF_CHECK_EQ(RC_TOO_LARGE, read_text(a, b.p, b.len, &n, &f));
	ATF_CHECK(strstr(f.msg, "more than 10000") != NULL);
	buf_reset(&b);
	buf_puts(&b, "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Z\n");
	for (i = 0; i < 2000; i++)
		buf_puts(&b, "BEGIN:STANDARD\nDTSTART:19000101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
		    "RRULE:FREQ=SECONDLY\nEND:STANDARD\n");
	buf_puts(&b, "END:VTIMEZONE\n");
	buf_puts(&b, "BEGIN:VEVENT\nUID:z\nDTSTART;TZID=Z:20261101T120000\nSUMMARY:");
	for (i = 0; i < 100000; i++)
		buf_puts(&b, "long ");
	buf_puts(&b, "\nEND:VEVENT\nEND:VCALENDAR\n");
	ATF_CHECK_EQ(RC_OK, read_text(a, b.p, b.len, &n, &f));
	ATF_CHECK_EQ(1, n);
	buf_free(&b);
	mem_arena_free(a);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, feed__golden);
	ATF_TP_ADD_TC(tp, feed__recurrences_of_strangers);
	ATF_TP_ADD_TC(tp, feed__broken);
	ATF_TP_ADD_TC(tp, feed__hostile);
	return atf_no_error();
}
