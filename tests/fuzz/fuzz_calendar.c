/* SPDX-License-Identifier: ISC
 *
 * Calendars from strangers: reading one ends in appointments of the time that was asked for, or in a reason.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/adapters/net_feed.h"
#include "tests/fuzz/must.h"

#define FROM INT64_C(1790000000000)
#define TO (FROM + INT64_C(34560000000))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool zoned;
	struct mem_arena *a = mem_arena_new(4096);
	struct calendar_event *list = NULL;
	struct fault f = { 0 };
	size_t n = 0, i;
	enum rc rc;

	if (!zoned) {
		setenv("TZ", "Europe/Berlin", 1);
		tzset();
		zoned = true;
	}
	rc = feed_read((const char *)data, size, FROM, TO, a, &list, &n, &f);
	must(rc == RC_OK || ((rc == RC_INVALID || rc == RC_TOO_LARGE) && f.msg[0] != '\0'));
	must(n <= CALENDAR_EVENTS_MAX);
	for (i = 0; i < n; i++) {
		must(list[i].end >= list[i].start && list[i].start < TO && list[i].end >= FROM);
		must(list[i].uid != NULL && strlen(list[i].uid) <= CALENDAR_NAME_MAX);
		must(list[i].summary == NULL || strlen(list[i].summary) <= CALENDAR_NAME_MAX);
	}
	mem_arena_free(a);
	return 0;
}
