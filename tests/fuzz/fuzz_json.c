/* SPDX-License-Identifier: ISC
 *
 * JSON from strangers: what is accepted must be written and read back as the same tree, and the lax
 * parser must accept whatever the strict one does.
 */

#include "shared/base/field.h"
#include "shared/base/js.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
round_trip(const struct js *v)
{
	struct js *again = NULL;
	struct buf b = {0};

	js_dump(v, &b);
	must(field_utf8(b.p, b.len));
	must(js_parse(b.p, b.len, JS_STRICT, &again, NULL) == RC_OK);
	must(js_equal(v, again));
	js_free(again);
	again = js_copy(v);
	must(js_equal(v, again));
	js_free(again);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct js *strict = NULL, *lax = NULL;
	struct fault f = {0};
	enum rc rc = js_parse(text, size, JS_STRICT, &strict, &f);
	enum rc lax_rc = js_parse(text, size, JS_LAX_KEYS, &lax, NULL);

	must(rc == RC_OK || ((rc == RC_INVALID || rc == RC_TOO_LARGE) && f.rc == rc && f.msg[0]));
	if (rc == RC_OK) {
		must(lax_rc == RC_OK && js_equal(strict, lax));
		round_trip(strict);
	}
	if (lax_rc == RC_OK)
		round_trip(lax);
	js_free(strict);
	js_free(lax);
	return 0;
}
