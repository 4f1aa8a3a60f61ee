/* SPDX-License-Identifier: ISC
 *
 * Templates from strangers: the input is a template, a NUL, and the payload (JSON or not). Compiling
 * ends in a template or a reason; evaluating it twice gives the same outcome and text, within limits.
 * What it names can be told.
 */
#include <string.h>

#include "shared/base/mem.h"
#include "shared/base/template.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
evaluate(const struct template *t, const char *value, size_t len)
{
	static struct template_scratch *s;	/* as a thread keeps it, over all inputs */
	struct template_var vars[2] = {template_var_string("value", value, len)};
	struct template_env env = {.vars = vars, .nvars = 1, .now_ms = INT64_C(1767268800000)};
	struct buf out[2] = {{0}, {0}};
	enum template_result r[2];
	struct js *json = NULL;
	struct fault f;
	int i;

	if (s == NULL)
		s = template_scratch_new();
	if (js_parse(value, len, JS_LAX_KEYS, &json, NULL) == RC_OK)
		vars[env.nvars++] = template_var_json("value_json", json);
	for (i = 0; i < 2; i++) {
		memset(&f, 0, sizeof(f));
		r[i] = template_eval(t, s, &env, &out[i], &f);
		must(r[i] == TEMPLATE_OK ? out[i].len <= TEMPLATE_OUTPUT_MAX :
		    out[i].len == 0 && f.msg[0] != '\0');
	}
	must(r[0] == r[1]);
	for (i = 0; i < 2; i++)
		buf_free(&out[i]);
	js_free(json);
}

static void
on_unknown(void *arg, const char *name, bool called)
{
	size_t *n = arg;

	(void)called;
	*n += strlen(name) + 1;
}

static void
on_id(void *arg, const char *kind, const char *id)
{
	size_t *n = arg;

	must(strlen(kind) > 3 && strlen(id) < TEMPLATE_ID_MAX);
	*n += strlen(id) + 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t named = 0;
	struct template_names names = { on_unknown, on_id, &named };
	const char *text = (const char *)data, *end;
	struct template *t = NULL;
	struct fault f = {0};
	size_t len;
	enum rc rc;

	if (size == 0)
		return 0;
	end = memchr(text, '\0', size);
	len = end == NULL ? size : (size_t)(end - text);
	rc = template_compile(text, len, &t, &f);
	must(rc == RC_OK ? t != NULL : (rc == RC_INVALID || rc == RC_TOO_LARGE) && f.msg[0] != '\0');
	if (rc == RC_OK)
		template_names(t, &names);
	if (rc == RC_OK)
		evaluate(t, end == NULL ? "" : end + 1, end == NULL ? 0 : size - len - 1);
	template_free(t);
	return 0;
}
