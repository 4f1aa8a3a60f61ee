/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <string.h>

#include "shared/base/token.h"

ATF_TC_WITHOUT_HEAD(digest__known_vectors);
ATF_TC_BODY(digest__known_vectors, tc)
{
	char out[TOKEN_HASH];

	token_sha256("abc", 3, out);	/* FIPS 180-2, B.1 */
	ATF_REQUIRE_STREQ(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	token_sha256("", 0, out);
	ATF_REQUIRE_STREQ(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	/* RFC 4231, test case 2 */
	token_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
	ATF_REQUIRE_STREQ(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

ATF_TC_WITHOUT_HEAD(text__alphabet_and_length);
ATF_TC_BODY(text__alphabet_and_length, tc)
{
	static const char url[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const char readable[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	char a[4097], b[4097];
	size_t i;

	token_text(a, 4096);
	token_text(b, 4096);
	ATF_REQUIRE_EQ(strlen(a), 4096);
	ATF_REQUIRE_EQ(strspn(a, url), 4096);
	ATF_REQUIRE(strcmp(a, b) != 0);
	/* of 4096 characters none of 64 is missing: the chance is 64 * (63/64)^4096 < 1e-26 */
	for (i = 0; i < 64; i++)
		ATF_REQUIRE(strchr(a, url[i]) != NULL);
	token_code(a, 4096);
	ATF_REQUIRE_EQ(strspn(a, readable), 4096);
	for (i = 0; i < 32; i++)
		ATF_REQUIRE(strchr(a, readable[i]) != NULL);
	token_text(a, 0);
	ATF_REQUIRE_STREQ(a, "");
}

ATF_TC_WITHOUT_HEAD(equal__content_and_length);
ATF_TC_BODY(equal__content_and_length, tc)
{
	ATF_REQUIRE(token_equal("", ""));
	ATF_REQUIRE(token_equal("secret", "secret"));
	ATF_REQUIRE(!token_equal("secret", "secreT"));
	ATF_REQUIRE(!token_equal("secret", "secret2"));
	ATF_REQUIRE(!token_equal("", "s"));
}

ATF_TC_WITHOUT_HEAD(wipe__zeroes);
ATF_TC_BODY(wipe__zeroes, tc)
{
	char s[8] = "secret", zero[8] = {0};

	token_wipe(s, sizeof(s));
	ATF_REQUIRE_EQ(memcmp(s, zero, sizeof(s)), 0);
}

ATF_TC_WITHOUT_HEAD(password__hash_and_verify);
ATF_TC_BODY(password__hash_and_verify, tc)
{
	char a[TOKEN_PASSWORD], b[TOKEN_PASSWORD];

	ATF_REQUIRE_EQ(token_password_hash("correct horse", a), RC_OK);
	ATF_REQUIRE_EQ(token_password_hash("correct horse", b), RC_OK);
	ATF_REQUIRE_EQ(strncmp(a, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
	ATF_REQUIRE(strcmp(a, b) != 0);
	ATF_REQUIRE(token_password_verify("correct horse", a));
	ATF_REQUIRE(!token_password_verify("correct horse ", a));
	ATF_REQUIRE(!token_password_verify("", a));
}

ATF_TC_WITHOUT_HEAD(password__refuses);
ATF_TC_BODY(password__refuses, tc)
{
	char out[TOKEN_PASSWORD] = "untouched", big[1026];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ATF_REQUIRE_EQ(token_password_hash("", out), RC_INVALID);
	ATF_REQUIRE_EQ(token_password_hash(big, out), RC_TOO_LARGE);
	ATF_REQUIRE_STREQ(out, "untouched");
	ATF_REQUIRE(!token_password_verify("x", ""));
	ATF_REQUIRE(!token_password_verify("x", "x"));
	ATF_REQUIRE(!token_password_verify("x", "$argon2id$v=19$m=19456,t=2,p=1$"));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, digest__known_vectors);
	ATF_TP_ADD_TC(tp, text__alphabet_and_length);
	ATF_TP_ADD_TC(tp, equal__content_and_length);
	ATF_TP_ADD_TC(tp, wipe__zeroes);
	ATF_TP_ADD_TC(tp, password__hash_and_verify);
	ATF_TP_ADD_TC(tp, password__refuses);
	return atf_no_error();
}
