/* SPDX-License-Identifier: ISC
 *
 * A time_pattern in words. Called where rules are explained; parses nothing that was not taken already.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/cron_words.h"

/* A field: any value, every so many, or one. */
struct part {
	bool	any;
	int	every;		/* 0: not so */
	int	one;
};

static struct part
part_of(const char *text, const char *otherwise)
{
	struct part p = { .any = false };

	if (text == NULL)
		text = otherwise;
	if (strcmp(text, "*") == 0 || strcmp(text, "/1") == 0)
		p.any = true;
	else if (*text == '/')
		p.every = (int)strtol(text + 1, NULL, 10);
	else
		p.one = (int)strtol(text, NULL, 10);
	return p;
}

static bool
is_one(const struct part *p)
{
	return !p->any && p->every == 0;
}

static void
say_ordinal(struct buf *b, int n)
{
	static const char *const ends[] = { "th", "st", "nd", "rd" };
	bool teen = n % 100 >= 11 && n % 100 <= 13;

	buf_printf(b, "%d%s", n, !teen && n % 10 < 4 ? ends[n % 10] : "th");
}

/* Of what comes more often than once an hour, when. */
static void
say_within_hours(struct buf *b, const struct part *h)
{
	if (h->any)
		return;
	if (h->every != 0) {
		buf_puts(b, ", in every ");
		say_ordinal(b, h->every);
		buf_puts(b, " hour");
	} else
		buf_printf(b, ", between %02d:00 and %02d:00", h->one, (h->one + 1) % 24);
}

/* Of what comes more often than once a minute, when. */
static void
say_within_minutes(struct buf *b, const struct part *h, const struct part *m)
{
	if (m->any) {
		say_within_hours(b, h);
	} else if (m->every != 0) {
		buf_puts(b, ", in every ");
		say_ordinal(b, m->every);
		buf_puts(b, " minute");
		say_within_hours(b, h);
	} else if (is_one(h)) {
		buf_printf(b, ", from %02d:%02d on for a minute", h->one, m->one);
	} else {
		buf_printf(b, ", in minute %d of every ", m->one);
		if (h->every != 0) {
			say_ordinal(b, h->every);
			buf_putc(b, ' ');
		}
		buf_puts(b, "hour");
	}
}

/* Every minute, or every so many. */
static void
say_minutes(struct buf *b, const struct part *h, const struct part *m, int second)
{
	if (m->any)
		buf_puts(b, "every minute");
	else
		buf_printf(b, "every %d minutes", m->every);
	if (second > 0)
		buf_printf(b, " at second %d", second);
	say_within_hours(b, h);
}

/* Once in each hour that is meant. */
static void
say_hours(struct buf *b, const struct part *h, int minute, int second)
{
	if (is_one(h)) {
		buf_printf(b, "every day at %02d:%02d", h->one, minute);
		if (second > 0)
			buf_printf(b, ":%02d", second);
		return;
	}
	if (h->every != 0)
		buf_printf(b, "every %d hours ", h->every);
	buf_printf(b, "at minute %d", minute);
	if (second > 0)
		buf_printf(b, ", second %d", second);
	if (h->any)
		buf_puts(b, " of every hour");
}

void
cron_words_pattern(struct buf *b, const char *hours, const char *minutes, const char *seconds)
{
	struct part h = part_of(hours, "*"), s = part_of(seconds, "0");
	struct part m = part_of(minutes, hours != NULL && seconds == NULL ? "0" : "*");

	if (is_one(&s) && is_one(&m)) {
		say_hours(b, &h, m.one, s.one);
	} else if (is_one(&s)) {
		say_minutes(b, &h, &m, s.one);
	} else {
		if (s.any)
			buf_puts(b, "every second");
		else
			buf_printf(b, "every %d seconds", s.every);
		say_within_minutes(b, &h, &m);
	}
}
