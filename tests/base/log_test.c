/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"

static char *
slurp(const char *path)
{
	char *s = calloc(1, 65536);
	FILE *fp = fopen(path, "r");

	ATF_REQUIRE(fp != NULL && s != NULL);
	s[fread(s, 1, 65535, fp)] = '\0';
	fclose(fp);
	return s;
}

/* The log holds exactly one line, which ends like this. */
static void
line_ends(const char *want)
{
	char *s = slurp("log");
	size_t n = strlen(s), w = strlen(want);

	ATF_CHECK_MSG(n > w + 1 && strchr(s, '\n') == s + n - 1 &&
	    memcmp(s + n - 1 - w, want, w) == 0, "got %s, want %s", s, want);
	free(s);
	ATF_REQUIRE_EQ(truncate("log", 0), 0);
}

ATF_TC_WITHOUT_HEAD(line__form);
ATF_TC_BODY(line__form, tc)
{
	char *s, want[128];

	log_open("engine", LOG_LEVEL_INFO, "log");
	log_error("light.kitchen", "unknown unit \"%s\"", "F");
	s = slurp("log");
	ATF_REQUIRE_EQ(s[4], '-');
	ATF_REQUIRE_EQ(s[23], 'Z');
	snprintf(want, sizeof(want), "Z level=error prog=engine pid=%ld subject=light.kitchen msg=",
	    (long)getpid());
	ATF_CHECK_MSG(strncmp(s + 23, want, strlen(want)) == 0, "%s", s);
	free(s);
	line_ends("msg=\"unknown unit \\\"F\\\"\"");
}

ATF_TC_WITHOUT_HEAD(line__escapes);
ATF_TC_BODY(line__escapes, tc)
{
	log_open("t", LOG_LEVEL_INFO, "log");
	log_info("x", "a\nb\tc\r\x1b[31m\x7f\\");
	line_ends("subject=x msg=\"a\\nb\\tc\\x0d\\x1b[31m\\x7f\\\\\"");
	log_info("two words", "Küche \xff\xc2\x9b");
	line_ends("subject=\"two words\" msg=\"Küche \\xff\\xc2\\x9b\"");
	log_info("a=b\nlevel=error", "%s", "");
	line_ends("subject=\"a=b\\nlevel=error\" msg=\"\"");
	log_info("", "m");
	line_ends("subject=\"\" msg=\"m\"");
	log_info(NULL, "m");
	line_ends("subject=- msg=\"m\"");
}

ATF_TC_WITHOUT_HEAD(line__too_long_is_cut);
ATF_TC_BODY(line__too_long_is_cut, tc)
{
	char big[10000], *s;

	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_open("t", LOG_LEVEL_INFO, "log");
	log_info("x", "%s", big);
	s = slurp("log");
	ATF_REQUIRE(strlen(s) > 3000 && strlen(s) <= 4096);
	free(s);
	line_ends("\\n\xe2\x80\xa6\"");
}

ATF_TC_WITHOUT_HEAD(level__filters_and_errno_stays);
ATF_TC_BODY(level__filters_and_errno_stays, tc)
{
	log_open("t", LOG_LEVEL_WARNING, "log");
	errno = EBUSY;
	log_info("x", "hidden");
	log_debug("x", "hidden");
	log_warn("x", "shown");
	ATF_REQUIRE_EQ(errno, EBUSY);
	line_ends("subject=x msg=\"shown\"");
}

ATF_TC_WITHOUT_HEAD(reopen__after_rotation);
ATF_TC_BODY(reopen__after_rotation, tc)
{
	log_open("t", LOG_LEVEL_INFO, "log");
	log_info("x", "one");
	ATF_REQUIRE_EQ(rename("log", "log.1"), 0);
	log_reopen();
	log_info("x", "two");
	line_ends("msg=\"two\"");
	ATF_REQUIRE_EQ(rename("log.1", "log"), 0);
	line_ends("msg=\"one\"");
}

ATF_TC_WITHOUT_HEAD(level__parse);
ATF_TC_BODY(level__parse, tc)
{
	enum log_level level = LOG_LEVEL_INFO;

	ATF_REQUIRE(log_level_parse("DEBUG", &level) && level == LOG_LEVEL_DEBUG);
	ATF_REQUIRE(log_level_parse("Warning", &level) && level == LOG_LEVEL_WARNING);
	ATF_REQUIRE(!log_level_parse("warn", &level));
	ATF_REQUIRE(!log_level_parse("", &level));
	ATF_REQUIRE_EQ(level, LOG_LEVEL_WARNING);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, line__form);
	ATF_TP_ADD_TC(tp, line__escapes);
	ATF_TP_ADD_TC(tp, line__too_long_is_cut);
	ATF_TP_ADD_TC(tp, level__filters_and_errno_stays);
	ATF_TP_ADD_TC(tp, reopen__after_rotation);
	ATF_TP_ADD_TC(tp, level__parse);
	return atf_no_error();
}
