/* SPDX-License-Identifier: ISC
 *
 * Regular expressions by PCRE2, interpreted (no code is generated at run time), with limits on
 * steps, depth and memory of each match.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "shared/base/regex.h"

#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buf.h"
#include "shared/base/mem.h"

#define MATCH_STEPS 20000
#define MATCH_DEPTH 500
#define MATCH_HEAP_KIB 512
#define NEST_MAX 32

struct regex {
	pcre2_code		*code;
	pcre2_match_data	*data;
	pcre2_match_context	*limits;
	size_t			 groups;
};

/* Python writes the end of the text \Z, PCRE2 \z. */
static void
translate(struct buf *b, const char *pattern, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		buf_putc(b, pattern[i]);
		if (pattern[i] == '\\' && i + 1 < len) {
			i++;
			buf_putc(b, pattern[i] == 'Z' ? 'z' : pattern[i]);
		}
	}
}

static enum rc
compile_code(const char *pattern, size_t len, bool ignore_case, pcre2_code **out, struct fault *f)
{
	pcre2_compile_context *ctx = pcre2_compile_context_create(NULL);
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_ALT_BSUX | PCRE2_NEVER_BACKSLASH_C |
	    (ignore_case ? PCRE2_CASELESS : 0);
	PCRE2_UCHAR message[128];
	PCRE2_SIZE offset;
	int error;

	pcre2_set_parens_nest_limit(ctx, NEST_MAX);
	*out = pcre2_compile((PCRE2_SPTR)pattern, len, options, &error, &offset, ctx);
	pcre2_compile_context_free(ctx);
	if (*out != NULL)
		return RC_OK;
	pcre2_get_error_message(error, message, sizeof(message));
	return fault_set(f, RC_INVALID, NULL, "bad regular expression: %s", (const char *)message);
}

enum rc
regex_compile(const char *pattern, size_t len, bool ignore_case, struct regex **out, struct fault *f)
{
	struct buf b = {0};
	struct regex *re;
	pcre2_code *code = NULL;
	uint32_t captures = 0;
	enum rc rc;

	if (len > REGEX_PATTERN_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "a regular expression of more than %d bytes",
		    REGEX_PATTERN_MAX);
	translate(&b, pattern, len);
	rc = compile_code(buf_str(&b), b.len, ignore_case, &code, f);
	buf_free(&b);
	if (rc != RC_OK)
		return rc;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &captures);
	if (captures >= REGEX_GROUPS_MAX) {
		pcre2_code_free(code);
		return fault_set(f, RC_TOO_LARGE, NULL, "more than %d groups", REGEX_GROUPS_MAX - 1);
	}
	re = mem_xcalloc(1, sizeof(*re));
	re->code = code;
	re->groups = captures + 1;
	re->data = pcre2_match_data_create_from_pattern(code, NULL);
	re->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(re->limits, MATCH_STEPS);
	pcre2_set_depth_limit(re->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(re->limits, MATCH_HEAP_KIB);
	*out = re;
	return RC_OK;
}

void
regex_free(struct regex *re)
{
	if (re == NULL)
		return;
	pcre2_match_context_free(re->limits);
	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	free(re);
}

size_t
regex_groups(const struct regex *re)
{
	return re->groups;
}

size_t
regex_group(const struct regex *re, const char *name)
{
	int n = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);

	return n > 0 ? (size_t)n : 0;
}

enum rc
regex_search(const struct regex *re, const char *text, size_t len, size_t from, bool anchored,
    bool not_empty, struct regex_match *m)
{
	uint32_t options = (from > 0 ? PCRE2_NO_UTF_CHECK : 0) | (anchored ? PCRE2_ANCHORED : 0) |
	    (not_empty ? PCRE2_NOTEMPTY_ATSTART : 0);
	const PCRE2_SIZE *ovector;
	size_t i;
	int n;

	n = pcre2_match(re->code, (PCRE2_SPTR)text, len, from, options, re->data, re->limits);
	if (n == PCRE2_ERROR_NOMATCH)
		return RC_NOT_FOUND;
	if (n < 0)
		return n == PCRE2_ERROR_MATCHLIMIT || n == PCRE2_ERROR_DEPTHLIMIT ||
		    n == PCRE2_ERROR_HEAPLIMIT ? RC_LIMITED : RC_INVALID;
	ovector = pcre2_get_ovector_pointer(re->data);
	m->groups = re->groups;
	for (i = 0; i < re->groups; i++) {
		m->start[i] = ovector[2 * i] == PCRE2_UNSET ? SIZE_MAX : ovector[2 * i];
		m->end[i] = ovector[2 * i + 1] == PCRE2_UNSET ? SIZE_MAX : ovector[2 * i + 1];
	}
	return RC_OK;
}
