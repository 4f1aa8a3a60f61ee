/* SPDX-License-Identifier: ISC
 *
 * Query strings, path values and percent-encoding: typed values keep the ranges of their rows, text
 * that comes out is clean, and what buf_url encodes decodes to itself.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/field.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const modes[] = {"single", "restart", NULL};
static const struct field table[] = {
	{.name = "limit", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1, .max = 500, .help = "a limit"},
	{.name = "from", .where = FIELD_QUERY, .type = FIELD_TIME, .help = "when"},
	{.name = "kinds", .where = FIELD_QUERY, .type = FIELD_LIST, .max = 8, .help = "some kinds"},
	{.name = "name", .where = FIELD_QUERY, .type = FIELD_TEXT, .min = 1, .max = 32, .help = "a name"},
	{.name = "deep", .where = FIELD_QUERY, .type = FIELD_BOOL, .help = "whether"},
	{.name = "level", .where = FIELD_QUERY, .type = FIELD_REAL, .min = -1, .max = 1, .help = "a number"},
	{.name = "mode", .where = FIELD_QUERY, .type = FIELD_CHOICE, .choices = modes, .help = "a mode"},
	{.name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1, .help = "an id"},
	{0}
};
enum { LIMIT, FROM, KINDS, NAME, DEEP, LEVEL, MODE, ID, COUNT };

static void
check_query(const char *text, struct mem_arena *a)
{
	struct field_value v[COUNT] = {0};
	struct fault f = {0};
	size_t i;

	if (field_read_query(table, text, a, v, &f) != RC_OK) {
		must(f.rc == RC_INVALID && f.msg[0] != '\0');
		return;
	}
	must(!v[LIMIT].set || (v[LIMIT].i >= 1 && v[LIMIT].i <= 500));
	must(!v[LEVEL].set || (v[LEVEL].r >= -1 && v[LEVEL].r <= 1));
	must(!v[DEEP].set || v[DEEP].i == 0 || v[DEEP].i == 1);
	must(!v[MODE].set || strcmp(v[MODE].s, modes[v[MODE].i]) == 0);
	must(!v[NAME].set || (v[NAME].n >= 1 && v[NAME].n <= 32 &&
	    strlen(v[NAME].s) == v[NAME].n && field_utf8(v[NAME].s, v[NAME].n)));
	must(v[KINDS].n <= 8);
	for (i = 0; i < v[KINDS].n; i++)
		must(v[KINDS].list[i][0] != '\0');
}

static void
check_time(int64_t ms)
{
	char text[CLOCK_TEXT];
	int64_t back;

	if (ms < INT64_C(-62167219200000))	/* before the year 0: no RFC 3339 */
		return;
	must(clock_parse(clock_rfc3339(ms, text), &back) == RC_OK && back == ms);
}

static void
check_text(const char *text, size_t size)
{
	char *out = malloc(size + 1), slug[64];
	struct buf b = {0};
	size_t n;
	int64_t ms;
	int s;

	must(out != NULL);
	if (field_url_decode(text, size, true, out, &n))
		must(n <= size);
	buf_url(&b, text);
	must(b.len == 0 || (field_url_decode(b.p, b.len, false, b.p, &n) && n == strlen(text) &&
	    memcmp(b.p, text, n) == 0));
	if (field_slug(text, slug, sizeof(slug)) == RC_OK) {
		must(strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(slug));
		must(slug[0] != '\0' && slug[0] != '_' && slug[strlen(slug) - 1] != '_');
		must(strstr(slug, "__") == NULL);
	}
	if (clock_parse(text, &ms) == RC_OK)
		check_time(ms);
	if (clock_parse_duration(text, &ms) == RC_OK)
		must(ms >= 0);
	if (clock_parse_time_of_day(text, &s) == RC_OK)
		must(s >= 0 && s < 86400);
	(void)field_entity_id(text);
	buf_free(&b);
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct field_value v[COUNT] = {0};
	char *text = mem_xstrndup((const char *)data, size);

	check_query(text, a);
	check_text(text, strlen(text));
	if (field_read_path(table, "id", text, a, v, NULL) == RC_OK)
		must(v[ID].set && v[ID].i >= 1);
	(void)field_utf8((const char *)data, size);
	free(text);
	mem_arena_free(a);
	return 0;
}
