/* SPDX-License-Identifier: ISC
 *
 * Pictures as files: kinds, replacing, removing, what is never served.
 */
#include <sys/stat.h>

#include <atf-c.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/domain/picture.h"

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
#define JPEG "\xff\xd8\xff\xe0\0\x10JFIF\0"

ATF_TC_WITHOUT_HEAD(type__by_the_first_bytes);
ATF_TC_BODY(type__by_the_first_bytes, tc)
{
	static const struct {
		const char	*bytes;
		size_t		 n;
		const char	*want;
	} cases[] = {
		{ JPEG, sizeof(JPEG), "image/jpeg" }, { PNG, sizeof(PNG), "image/png" },
		{ "GIF89a", 6, "image/gif" }, { "RIFF\1\2\3\4WEBPVP8 ", 16, "image/webp" },
		{ "\0\0\0\x1c" "ftypavif", 12, "image/avif" }, { "BM\1\2", 4, "image/bmp" },
		{ "RIFF\1\2\3\4WAVE", 12, NULL }, { "\0\0\0\x1c" "ftypmp42", 12, NULL }, { "", 0, NULL },
		{ "\xff\xd8", 2, NULL }, { "<svg onload=alert(1)>", 21, NULL }, { "<html>", 6, NULL },
	};
	const char *have;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		have = picture_type(cases[i].bytes, cases[i].n);
		ATF_CHECK_STREQ_MSG(cases[i].want != NULL ? cases[i].want : "none",
		    have != NULL ? have : "none", "case %zu", i);
	}
}

ATF_TC_WITHOUT_HEAD(text__first_look_and_whole);
ATF_TC_BODY(text__first_look_and_whole, tc)
{
	static const struct {
		const char	*text;
		const char	*type;
		enum rc		 rc;
	} cases[] = {
		{ "/9j/4AAQSkZJRgA=", "image/jpeg", RC_OK }, { " /9\nj/\r\n4AAQ SkZJRgA", "image/jpeg", RC_OK },
		{ "iVBORw0KGgoAAAANSUhEUg==", "image/png", RC_OK }, { "UklGRgECAwRXRUJQVlA4IA==", "image/webp", RC_OK },
		/* the first look says yes, the whole is wrong */
		{ "/9j/4AAQSkZJRgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!", "image/jpeg", RC_INVALID },
		{ "/9j", NULL, RC_OK }, { "PHN2Zz4=", NULL, RC_OK }, { "<svg>", NULL, RC_INVALID }, { "", NULL, RC_OK },
	};
	struct fault f = { 0 };
	struct buf b = { 0 };
	const char *type;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		type = picture_type_text(cases[i].text, strlen(cases[i].text));
		ATF_CHECK_STREQ_MSG(cases[i].type != NULL ? cases[i].type : "none", type != NULL ? type : "none",
		    "%s", cases[i].text);
		buf_reset(&b);
		ATF_CHECK_EQ_MSG(picture_unwrap(cases[i].text, strlen(cases[i].text), &b, &f), cases[i].rc, "%s",
		    cases[i].text);
	}
	ATF_REQUIRE_EQ(picture_unwrap("/9j/4AAQSkZJRgA=", 16, (buf_reset(&b), &b), &f), RC_OK);
	ATF_CHECK_EQ(b.len, sizeof(JPEG) - 1);
	ATF_CHECK(memcmp(b.p, JPEG, b.len) == 0);
	buf_free(&b);
}

static bool
only_one(void *arg, int64_t entity)
{
	(void)arg;
	return entity == 1;
}

static void
put_file(const char *name, const char *bytes, size_t n)
{
	FILE *f = fopen(name, "w");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE_EQ(fwrite(bytes, 1, n, f), n);
	ATF_REQUIRE_EQ(fclose(f), 0);
}

ATF_TC_WITHOUT_HEAD(put__replaces_as_a_whole);
ATF_TC_BODY(put__replaces_as_a_whole, tc)
{
	struct conf *c;
	struct fault f = { 0 };
	struct buf b = { 0 };
	const char *type;

	ATF_REQUIRE_EQ(conf_load(".", NULL, &c, &f), RC_OK);
	ATF_CHECK_EQ(picture_get(c, 1, &b, &type, &f), RC_NOT_FOUND);
	picture_remove(c, 1);
	ATF_CHECK_EQ(picture_sweep(c, only_one, NULL), 0);
	ATF_REQUIRE_EQ_MSG(picture_put(c, 1, JPEG, sizeof(JPEG), &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(picture_put(c, 1, PNG, sizeof(PNG), &f), RC_OK);
	ATF_REQUIRE_EQ(picture_get(c, 1, &b, &type, &f), RC_OK);
	ATF_CHECK_STREQ(type, "image/png");
	ATF_CHECK(b.len == sizeof(PNG) && memcmp(b.p, PNG, b.len) == 0);
	picture_remove(c, 1);
	buf_reset(&b);
	ATF_CHECK_EQ(picture_get(c, 1, &b, &type, &f), RC_NOT_FOUND);
	buf_free(&b);
	conf_free(c);
}

/* What somebody else put there is served only when it is a picture of sane size. */
ATF_TC_WITHOUT_HEAD(get__refuses_what_is_no_picture);
ATF_TC_BODY(get__refuses_what_is_no_picture, tc)
{
	struct conf *c;
	struct fault f = { 0 };
	struct buf b = { 0 };
	const char *type;

	ATF_REQUIRE_EQ(conf_load(".", NULL, &c, &f), RC_OK);
	ATF_REQUIRE_EQ(mkdir("pictures", 0700), 0);
	put_file("pictures/1", "<html>", 6);
	ATF_CHECK_EQ(picture_get(c, 1, &b, &type, &f), RC_ERROR);
	put_file("pictures/2", JPEG, sizeof(JPEG));
	ATF_REQUIRE_EQ(truncate("pictures/2", PICTURE_MAX + 1), 0);
	buf_reset(&b);
	ATF_CHECK_EQ(picture_get(c, 2, &b, &type, &f), RC_ERROR);
	ATF_REQUIRE_EQ(symlink("2", "pictures/3"), 0);
	buf_reset(&b);
	ATF_CHECK_EQ(picture_get(c, 3, &b, &type, &f), RC_ERROR);
	buf_free(&b);
	conf_free(c);
}

ATF_TC_WITHOUT_HEAD(sweep__removes_what_has_no_entity);
ATF_TC_BODY(sweep__removes_what_has_no_entity, tc)
{
	struct conf *c;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(conf_load(".", NULL, &c, &f), RC_OK);
	ATF_REQUIRE_EQ(picture_put(c, 1, PNG, sizeof(PNG), &f), RC_OK);
	ATF_REQUIRE_EQ(picture_put(c, 12, PNG, sizeof(PNG), &f), RC_OK);
	put_file("pictures/13.new", PNG, 3);
	put_file("pictures/readme", "x", 1);
	ATF_CHECK_EQ(picture_sweep(c, only_one, NULL), 2);
	ATF_CHECK_EQ(access("pictures/1", F_OK), 0);
	ATF_CHECK_EQ(access("pictures/readme", F_OK), 0);
	ATF_CHECK_EQ(access("pictures/12", F_OK), -1);
	ATF_CHECK_EQ(access("pictures/13.new", F_OK), -1);
	conf_free(c);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, type__by_the_first_bytes);
	ATF_TP_ADD_TC(tp, text__first_look_and_whole);
	ATF_TP_ADD_TC(tp, put__replaces_as_a_whole);
	ATF_TP_ADD_TC(tp, get__refuses_what_is_no_picture);
	ATF_TP_ADD_TC(tp, sweep__removes_what_has_no_entity);
	return atf_no_error();
}
