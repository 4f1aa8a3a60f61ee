/* SPDX-License-Identifier: ISC
 *
 * Kept answers: the right one or none.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgi/kept.h"

ATF_TC_WITHOUT_HEAD(get__same_key_and_revision_only);
ATF_TC_BODY(get__same_key_and_revision_only, tc)
{
	struct kept *k = kept_new(8);
	struct buf b = { 0 };

	(void)tc;
	ATF_CHECK(!kept_get(k, "", 0, 1000, &b));
	kept_put(k, "", 7, 1000, "all", 3);
	kept_put(k, "area=x", 7, 1000, "some of them", 12);
	ATF_CHECK(kept_get(k, "", 7, 1000, &b));
	ATF_CHECK_STREQ("all", buf_str(&b));
	ATF_CHECK(!kept_get(k, "", 8, 1000, &b));
	ATF_CHECK(!kept_get(k, "area=y", 7, 1000, &b));
	kept_put(k, "", 8, 1000, "all of the new ones", 19);
	ATF_CHECK(!kept_get(k, "", 7, 1000, &b));
	ATF_CHECK(kept_get(k, "", 8, 1000 + KEPT_MS - 1, &b));
	ATF_CHECK(!kept_get(k, "", 8, 1000 + KEPT_MS, &b));
	ATF_CHECK(!kept_get(k, "", 8, 999, &b));	/* the clock was put back */
	buf_reset(&b);
	ATF_CHECK(kept_get(k, "", 8, 1000, &b));
	ATF_CHECK_STREQ("all of the new ones", buf_str(&b));
	buf_free(&b);
	kept_free(k);
}

ATF_TC_WITHOUT_HEAD(put__the_least_used_goes_and_the_large_is_not_kept);
ATF_TC_BODY(put__the_least_used_goes_and_the_large_is_not_kept, tc)
{
	struct kept *k = kept_new(8);
	struct buf b = { 0 };
	char key[300], *large = calloc(1, 200000);
	int i;

	(void)tc;
	for (i = 0; i < 20; i++) {
		snprintf(key, sizeof(key), "limit=%d", i);
		kept_put(k, key, 1, 1000, key, strlen(key));
		ATF_CHECK(kept_get(k, "limit=0", 1, 1000, &b));	/* used all the time: it stays */
	}
	ATF_CHECK(kept_get(k, "limit=19", 1, 1000, &b));
	ATF_CHECK(!kept_get(k, "limit=1", 1, 1000, &b));
	kept_put(k, "large", 1, 1000, large, 200000);
	ATF_CHECK(!kept_get(k, "large", 1, 1000, &b));
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	kept_put(k, key, 1, 1000, "x", 1);
	ATF_CHECK(!kept_get(k, key, 1, 1000, &b));
	free(large);
	buf_free(&b);
	kept_free(k);
}

ATF_TC_WITHOUT_HEAD(put__many_at_once);
ATF_TC_BODY(put__many_at_once, tc)
{
	struct kept *k = kept_new(256);
	struct buf b = { 0 };
	char key[32];
	int i, n = 0;

	(void)tc;
	for (i = 0; i < 10000; i++) {
		snprintf(key, sizeof(key), "device_%d", i);
		kept_put(k, key, 1, 1000, key, strlen(key));
	}
	for (i = 0; i < 10000; i++) {
		snprintf(key, sizeof(key), "device_%d", i);
		buf_reset(&b);
		if (!kept_get(k, key, 1, 1000, &b))
			continue;
		n++;
		ATF_CHECK_STREQ(key, buf_str(&b));
		ATF_CHECK(i > 5000);	/* the oldest have gone */
	}
	ATF_CHECK_EQ(n, 256);
	buf_free(&b);
	kept_free(k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, put__many_at_once);
	ATF_TP_ADD_TC(tp, get__same_key_and_revision_only);
	ATF_TP_ADD_TC(tp, put__the_least_used_goes_and_the_large_is_not_kept);
	return atf_no_error();
}
