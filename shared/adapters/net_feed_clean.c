/* SPDX-License-Identifier: ISC
 *
 * What goes to the library: a file in which only known things stand, where they may stand. So neither depth nor size
 * nor a recurrence of every second ever reaches it.
 */
#include <string.h>
#include <strings.h>

#include "shared/adapters/net_feed.h"

#define LINE_MAX_BYTES 16384	/* of a property; the rest is left out */
#define ZONE_RULE_MAX 160
#define COMPONENTS_MAX 50000
#define ZONES_MAX 500		/* STANDARD and DAYLIGHT together */
#define DEPTH 3

enum part { PART_NONE, PART_CALENDAR, PART_EVENT, PART_ZONE, PART_STANDARD, PART_DAYLIGHT, PART__MAX };

/* What stands in what. */
static const struct {
	const char	*name;
	unsigned int	 in;		/* bits of enum part */
} parts[PART__MAX] = {
	[PART_CALENDAR] = { "VCALENDAR", 1u << PART_NONE },
	[PART_EVENT] = { "VEVENT", 1u << PART_CALENDAR },
	[PART_ZONE] = { "VTIMEZONE", 1u << PART_CALENDAR },
	[PART_STANDARD] = { "STANDARD", 1u << PART_ZONE },
	[PART_DAYLIGHT] = { "DAYLIGHT", 1u << PART_ZONE },
};

#define EVENT (1u << PART_EVENT)
#define OBSERVANCE (1u << PART_STANDARD | 1u << PART_DAYLIGHT)

static const struct {
	const char	*name;
	unsigned int	 in;
} properties[] = {
	{ "UID", EVENT }, { "SUMMARY", EVENT }, { "DESCRIPTION", EVENT }, { "LOCATION", EVENT },
	{ "DTSTART", EVENT | OBSERVANCE }, { "DTEND", EVENT }, { "DURATION", EVENT }, { "EXDATE", EVENT },
	{ "RECURRENCE-ID", EVENT }, { "SEQUENCE", EVENT }, { "STATUS", EVENT },
	{ "RRULE", EVENT | OBSERVANCE }, { "RDATE", EVENT | OBSERVANCE },
	{ "TZID", 1u << PART_ZONE }, { "TZOFFSETFROM", OBSERVANCE }, { "TZOFFSETTO", OBSERVANCE },
};

struct clean {
	const char	*p, *end;
	struct buf	 line;		/* one property, unfolded */
	struct buf	*out;
	enum part	 open[DEPTH + 1];	/* open[0] is PART_NONE */
	int		 depth;
	int		 skipped;	/* depth inside of a part that is left out */
	int		 n, n_zones;
};

/* ---- lines ---- */

static bool
is_break(char c)
{
	return c == '\n' || c == '\r';
}

/* Behind a line break; true when the line goes on (RFC 5545, section 3.1). */
static bool
folded(struct clean *c)
{
	if (c->p < c->end && c->p[-1] == '\r' && *c->p == '\n')
		c->p++;
	if (c->p == c->end || (*c->p != ' ' && *c->p != '\t'))
		return false;
	c->p++;
	return true;
}

static bool
next_line(struct clean *c)
{
	char ch;

	buf_reset(&c->line);
	if (c->p == c->end)
		return false;
	while (c->p < c->end) {
		ch = *c->p++;
		if (is_break(ch)) {
			if (!folded(c))
				break;
		} else if (((unsigned char)ch >= ' ' && ch != 0x7f) || ch == '\t')
			buf_putc(&c->line, ch);
	}
	return true;
}

/* ---- properties ---- */

static bool
is_name(const char *s, size_t n, const char *name)
{
	return strlen(name) == n && strncasecmp(s, name, n) == 0;
}

/* Where the value begins, behind the first colon outside of quotes; NULL: there is none. */
static const char *
value_of(const char *s)
{
	bool quoted = false;

	for (; *s != '\0'; s++)
		if (*s == '"')
			quoted = !quoted;
		else if (*s == ':' && !quoted)
			return s + 1;
	return NULL;
}

/* ";NAME=text" of the parameters between s and end, appended when it is there. */
static void
keep_parameter(const char *s, const char *end, const char *name, struct buf *out)
{
	const char *from;
	bool quoted = false;

	while (s < end && *s == ';') {
		from = s++;
		while (s < end && (*s != ';' || quoted)) {
			if (*s == '"')
				quoted = !quoted;
			s++;
		}
		if ((size_t)(s - from) > strlen(name) + 2 && strncasecmp(from + 1, name, strlen(name)) == 0 &&
		    from[strlen(name) + 1] == '=') {
			buf_put(out, from, (size_t)(s - from));
			return;
		}
	}
}

static bool
has(const char *rule, const char *what)
{
	return strcasestr(rule, what) != NULL;
}

/* A change of the clock comes once a year; appointments do not come every minute. */
static bool
is_sane(const char *rule, bool zone)
{
	if (!zone)
		return !has(rule, "SECONDLY") && !has(rule, "MINUTELY") && !has(rule, "BYSECOND") &&
		    !has(rule, "RSCALE");
	return strlen(rule) < ZONE_RULE_MAX && has(rule, "FREQ=YEARLY") && !has(rule, "BYHOUR") &&
	    !has(rule, "BYMINUTE") && !has(rule, "BYSECOND") && !has(rule, "BYWEEKNO") && !has(rule, "BYYEARDAY") &&
	    !has(rule, "BYSETPOS") && !has(rule, "RSCALE") && has(rule, "BYMONTH=");
}

static void
keep(struct clean *c, size_t name_len, const char *value)
{
	const char *s = buf_str(&c->line), *name;
	unsigned int in = 1u << c->open[c->depth];
	size_t i;

	for (i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
		name = properties[i].name;
		if (!(properties[i].in & in) || !is_name(s, name_len, name))
			continue;
		if (strcmp(name, "RRULE") == 0 && !is_sane(value, in != EVENT))
			return;
		buf_puts(c->out, name);
		keep_parameter(s + name_len, value - 1, "TZID", c->out);
		keep_parameter(s + name_len, value - 1, "VALUE", c->out);
		buf_putc(c->out, ':');
		buf_puts(c->out, value);
		buf_puts(c->out, "\r\n");
		return;
	}
}

/* ---- parts ---- */

static enum part
part_of(const char *value)
{
	size_t n = strcspn(value, " \t");
	int i;

	for (i = PART_CALENDAR; i < PART__MAX; i++)
		if (is_name(value, n, parts[i].name))
			return (enum part)i;
	return PART_NONE;
}

static void
begin(struct clean *c, const char *value)
{
	enum part p = part_of(value);
	bool zone = p == PART_STANDARD || p == PART_DAYLIGHT;

	if (c->skipped > 0 || p == PART_NONE || !(parts[p].in & 1u << c->open[c->depth]) ||
	    c->n == COMPONENTS_MAX || (zone && c->n_zones == ZONES_MAX)) {
		c->skipped++;
		return;
	}
	c->open[++c->depth] = p;
	c->n++;
	c->n_zones += zone;
	buf_printf(c->out, "BEGIN:%s\r\n", parts[p].name);
}

static void
end(struct clean *c, const char *value)
{
	if (c->skipped > 0) {
		c->skipped--;
		return;
	}
	if (c->depth == 0 || part_of(value) != c->open[c->depth])
		return;
	buf_printf(c->out, "END:%s\r\n", parts[c->open[c->depth--]].name);
}

void
feed_clean(const char *text, size_t n, struct buf *out)
{
	struct clean c = { .p = text, .end = text + n, .line = { .max = LINE_MAX_BYTES }, .out = out };
	const char *s, *value;
	size_t name;

	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		c.p += 3;
	while (next_line(&c)) {
		s = buf_str(&c.line);
		name = strcspn(s, ":;");
		if ((value = value_of(s + name)) == NULL)
			continue;
		if (is_name(s, name, "BEGIN"))
			begin(&c, value);
		else if (is_name(s, name, "END"))
			end(&c, value);
		else if (c.skipped == 0)
			keep(&c, name, value);
	}
	while (c.depth > 0)
		buf_printf(out, "END:%s\r\n", parts[c.open[c.depth--]].name);
	buf_free(&c.line);
}
