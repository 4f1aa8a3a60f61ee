/* SPDX-License-Identifier: ISC
 *
 * Base64: what it stands for, and what is none.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/base/base64.h"

ATF_TC_WITHOUT_HEAD(decode__pieces_of_every_length);
ATF_TC_BODY(decode__pieces_of_every_length, tc)
{
	static const struct {
		const char	*text, *bytes;
		size_t		 n;
	} cases[] = {
		{ "", "", 0 }, { "Zg==", "f", 1 }, { "Zm8=", "fo", 2 }, { "Zm9v", "foo", 3 },
		{ "Zm9vYg==", "foob", 4 }, { "Zm9vYmE", "fooba", 5 }, { "Zm9v\r\nYmFy\n", "foobar", 6 },
		{ "AAH/", "\0\1\xff", 3 }, { "+/8=\n", "\xfb\xff", 2 },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_reset(&b);
		ATF_REQUIRE_MSG(base64_decode(cases[i].text, strlen(cases[i].text), &b), "%s",
		    cases[i].text);
		ATF_REQUIRE_EQ(b.len, cases[i].n);
		ATF_REQUIRE(b.len == 0 || memcmp(b.p, cases[i].bytes, b.len) == 0);
	}
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(encode__what_decode_reads);
ATF_TC_BODY(encode__what_decode_reads, tc)
{
	static const struct {
		const char	*text, *bytes;
		size_t		 n;
	} cases[] = {
		{ "", "", 0 }, { "Zg==", "f", 1 }, { "Zm8=", "fo", 2 }, { "Zm9v", "foo", 3 },
		{ "Zm9vYg==", "foob", 4 }, { "AAH/", "\0\1\xff", 3 }, { "+/8=", "\xfb\xff", 2 },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_reset(&b);
		base64_encode(cases[i].bytes, cases[i].n, &b);
		ATF_REQUIRE_STREQ(buf_str(&b), cases[i].text);
	}
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(decode__refuses_and_leaves_out_alone);
ATF_TC_BODY(decode__refuses_and_leaves_out_alone, tc)
{
	static const struct {
		const char	*text;
		size_t		 n;
	} cases[] = {
		{ "Z", 1 }, { "Zm9vY", 5 }, { "Zm9v-", 5 }, { "Zg==Zg==", 8 }, { "Zg===", 5 },
		{ "Zm9v\0Zm9v", 9 }, { "Zm9v\0", 5 }, { "\0", 1 }, { "Zm9v\xff", 5 },
	};
	struct buf b = { 0 };
	size_t i;

	buf_puts(&b, "kept");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ATF_REQUIRE_MSG(!base64_decode(cases[i].text, cases[i].n, &b), "case %zu", i);
		ATF_REQUIRE_EQ(b.len, 4);
	}
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(decode__stops_at_the_cap);
ATF_TC_BODY(decode__stops_at_the_cap, tc)
{
	struct buf b = { .max = 2 };

	ATF_REQUIRE(base64_decode("Zm9v", 4, &b));
	ATF_CHECK(b.over);
	buf_free(&b);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, decode__pieces_of_every_length);
	ATF_TP_ADD_TC(tp, encode__what_decode_reads);
	ATF_TP_ADD_TC(tp, decode__refuses_and_leaves_out_alone);
	ATF_TP_ADD_TC(tp, decode__stops_at_the_cap);
	return atf_no_error();
}
