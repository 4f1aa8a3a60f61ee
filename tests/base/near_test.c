/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <string.h>

#include "shared/base/near.h"

static const char *
said(struct near *n, const char *wanted)
{
	static const char *const names[] = { "light", "lock", "climate", "brightness", "a" };
	size_t i;

	*n = near_to(wanted);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		near_try(names[i], n);
	return near_say(n);
}

ATF_TC_WITHOUT_HEAD(near__the_fewest_edits);
ATF_TC_BODY(near__the_fewest_edits, tc)
{
	char longest[200];
	struct near n;

	ATF_CHECK_STREQ("; did you mean \"light\"?", said(&n, "ligth"));
	ATF_CHECK_STREQ("; did you mean \"brightness\"?", said(&n, "britness"));
	ATF_CHECK_STREQ("; did you mean \"lock\"?", said(&n, "loc"));
	ATF_CHECK_STREQ("", said(&n, "cover"));		/* nothing is near */
	ATF_CHECK_STREQ("", said(&n, "xy"));		/* of so short a name everything would be */
	ATF_CHECK_STREQ("", said(&n, "light"));		/* it is there: that is not what was wrong with it */
	ATF_CHECK_STREQ("; did you mean \"a\"?", said(&n, ""));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ATF_CHECK_STREQ("", said(&n, longest));
	n = near_to("light");
	near_try(longest, &n);
	ATF_CHECK_STREQ("", near_say(&n));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, near__the_fewest_edits);
	return atf_no_error();
}
