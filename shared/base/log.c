/* SPDX-License-Identifier: ISC
 *
 * The log. A line is made on the stack and leaves in one write(2), so that lines of several
 * processes and threads do not mix, and logging works when memory is short.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "shared/base/base_int.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"

#define LINE_MAX_BYTES 4096
#define ELLIPSIS "\xe2\x80\xa6"

struct line {
	size_t	len;
	char	text[LINE_MAX_BYTES];
};

static const char *const level_names[] = {"error", "warning", "info", "debug"};

/* The logger's destination. */
static struct {
	const char	*prog;
	const char	*path;
	enum log_level	 level;
	int		 fd;
} dest = {.prog = "-", .level = LOG_LEVEL_INFO, .fd = STDERR_FILENO};

void
log_open(const char *prog, enum log_level level, const char *path)
{
	dest.prog = prog;
	dest.level = level;
	dest.path = path;
	log_reopen();
}

void
log_reopen(void)
{
	int fd, old = dest.fd;

	if (dest.path == NULL) {
		dest.fd = STDERR_FILENO;
	} else {
		fd = open(dest.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
		if (fd == -1) {
			log_error(dest.path, "cannot open the log file: %s", strerror(errno));
			return;
		}
		dest.fd = fd;
	}
	if (old != STDERR_FILENO && old != dest.fd)
		close(old);
}

bool
log_level_parse(const char *s, enum log_level *level)
{
	size_t i;

	for (i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (strcasecmp(s, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

/* Room is left for an ellipsis, the closing quote and the newline. */
static bool
line_put(struct line *l, const char *p, size_t n)
{
	if (n > sizeof(l->text) - sizeof(ELLIPSIS) - 2 - l->len)
		return false;
	memcpy(l->text + l->len, p, n);
	l->len += n;
	return true;
}

static bool
line_puts(struct line *l, const char *s)
{
	return line_put(l, s, strlen(s));
}

/* One character or byte of s, escaped unless it is harmless; *used: how many bytes it was. */
static bool
line_char(struct line *l, const unsigned char *p, const unsigned char *end, size_t *used)
{
	static const char hex[] = "0123456789abcdef";
	char code[] = {'\\', 'x', hex[*p >> 4], hex[*p & 15]};
	size_t n;

	*used = 1;
	if (*p == '\n')
		return line_put(l, "\\n", 2);
	if (*p == '\t')
		return line_put(l, "\\t", 2);
	if (*p == '"' || *p == '\\')
		return line_put(l, (const char[]){'\\', (char)*p}, 2);
	if (*p >= 0x20 && *p < 0x7f)
		return line_put(l, (const char *)p, 1);
	n = *p >= 0x80 ? base_utf8(p, end) : 0;
	if (n < 2 || (*p == 0xc2 && p[1] < 0xa0))	/* C1 controls steer terminals too */
		return line_put(l, code, sizeof(code));
	*used = n;
	return line_put(l, (const char *)p, n);
}

static void
line_escaped(struct line *l, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;
	size_t used;

	for (; p < end; p += used)
		if (!line_char(l, p, end, &used))
			break;
	if (p < end) {
		memcpy(l->text + l->len, ELLIPSIS, sizeof(ELLIPSIS) - 1);
		l->len += sizeof(ELLIPSIS) - 1;
	}
}

/* A subject stands bare while it is one plain word. */
static void
line_subject(struct line *l, const char *s)
{
	size_t n = strnlen(s, 256), i;
	bool bare = n != 0;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 0x7f ||
		    strchr("\"\\=", s[i]) != NULL)
			bare = false;
	if (bare) {
		line_put(l, s, n);
		return;
	}
	line_puts(l, "\"");
	line_escaped(l, s, n);
	line_puts(l, "\"");
}

static void __attribute__((format(printf, 3, 0)))
log_line(enum log_level level, const char *subject, const char *fmt, va_list ap)
{
	struct clock clock = clock_open();
	char when[CLOCK_TEXT], pid[32], msg[LINE_MAX_BYTES];
	struct line l;
	ssize_t done;
	int n;

	l.len = 0;
	line_puts(&l, clock_rfc3339(clock_now(&clock), when));
	line_puts(&l, " level=");
	line_puts(&l, level_names[level]);
	line_puts(&l, " prog=");
	line_puts(&l, dest.prog);
	snprintf(pid, sizeof(pid), " pid=%ld subject=", (long)getpid());
	line_puts(&l, pid);
	line_subject(&l, subject != NULL ? subject : "-");
	line_puts(&l, " msg=\"");
	n = vsnprintf(msg, sizeof(msg), fmt, ap);
	line_escaped(&l, msg, n < 0 ? 0 : strnlen(msg, sizeof(msg)));
	memcpy(l.text + l.len, "\"\n", 2);
	l.len += 2;
	done = write(dest.fd, l.text, l.len);
	(void)done;	/* there is nowhere left to complain */
}

#define LOG_AT(at)								\
	do {								\
		int saved = errno;					\
		va_list ap;						\
									\
		if ((at) > dest.level)					\
			return;						\
		va_start(ap, fmt);					\
		log_line((at), subject, fmt, ap);			\
		va_end(ap);						\
		errno = saved;						\
	} while (0)

void
log_error(const char *subject, const char *fmt, ...)
{
	LOG_AT(LOG_LEVEL_ERROR);
}

void
log_warn(const char *subject, const char *fmt, ...)
{
	LOG_AT(LOG_LEVEL_WARNING);
}

void
log_info(const char *subject, const char *fmt, ...)
{
	LOG_AT(LOG_LEVEL_INFO);
}

void
log_debug(const char *subject, const char *fmt, ...)
{
	LOG_AT(LOG_LEVEL_DEBUG);
}
