/* SPDX-License-Identifier: ISC
 *
 * Renders templates for the differential test: reads lines {"template", "vars", "kind"?}, writes one
 * line {"status": "ok"|"undefined"|"error"|"limit"|"syntax", "out" or "error"} for each. A text
 * `value` that is JSON also becomes value_json, unless kind is "command". --now MS sets now();
 * --repeat N evaluates each template N times and writes the mean time to standard error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/mem.h"
#include "shared/base/template.h"

#define VARS_MAX 32

struct cli {
	struct template_scratch *scratch;
	int64_t			 now_ms;
	long			 repeat;
	int64_t			 spent_us, evaluations;
};

static struct template_var
var_of(const char *name, const struct js *v)
{
	size_t len;
	const char *s;

	switch (js_type(v)) {
	case JS_STRING:
		s = js_string(v, &len);
		return template_var_string(name, s, len);
	case JS_INT:
		return template_var_int(name, js_int(v, 0));
	case JS_REAL:
		return template_var_real(name, js_real(v, 0));
	case JS_TRUE:
	case JS_FALSE:
		return template_var_bool(name, js_bool(v, false));
	case JS_NULL:
		return template_var_none(name);
	default:
		return template_var_json(name, v);
	}
}

/* Fills vars from the line; *payload owns the parsed value_json. */
static size_t
collect(const struct js *line, struct template_var vars[VARS_MAX], struct js **payload)
{
	const struct js *object = js_get(line, "vars"), *value = js_get(object, "value");
	const char *kind = js_get_string(line, "kind"), *text;
	size_t n = 0, len;
	void *it;

	for (it = js_iter(object); it != NULL && n + 1 < VARS_MAX; it = js_iter_next(object, it))
		vars[n++] = var_of(js_iter_key(it), js_iter_value(it));
	text = js_string(value, &len);
	if ((kind == NULL || strcmp(kind, "value") == 0) && text != NULL &&
	    js_get(object, "value_json") == NULL &&
	    js_parse(text, len, JS_LAX_KEYS, payload, NULL) == RC_OK)
		vars[n++] = template_var_json("value_json", *payload);
	return n;
}

static void
write_result(const char *status, const char *key, const char *text, size_t len)
{
	struct buf b = {0};
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "status", status);
	jsw_stringn(&w, key, text, len);
	jsw_end(&w);
	puts(buf_str(&b));
	buf_free(&b);
}

static enum template_result
evaluate(struct cli *cli, const struct template *t, const struct template_env *env, struct buf *out,
    struct fault *f)
{
	int64_t start = clock_mono_us();
	enum template_result r = TEMPLATE_OK;
	long i;

	for (i = 0; i < cli->repeat; i++) {
		buf_reset(out);
		r = template_eval(t, cli->scratch, env, out, f);
	}
	cli->spent_us += clock_mono_us() - start;
	cli->evaluations += cli->repeat;
	return r;
}

static void
render(struct cli *cli, const struct js *line)
{
	struct template_var vars[VARS_MAX];
	struct template_env env = {.vars = vars, .now_ms = cli->now_ms};
	const char *source = js_get_string(line, "template");
	struct template *t = NULL;
	struct js *payload = NULL;
	struct fault f = {0};
	struct buf out = {0};
	enum template_result r;

	if (source == NULL || template_compile(source, strlen(source), &t, &f) != RC_OK) {
		write_result("syntax", "error", f.msg, strlen(f.msg));
		return;
	}
	env.nvars = collect(line, vars, &payload);
	r = evaluate(cli, t, &env, &out, &f);
	if (r == TEMPLATE_OK)
		write_result("ok", "out", buf_str(&out), out.len);
	else
		write_result(template_result_name(r), "error", f.msg, strlen(f.msg));
	buf_free(&out);
	js_free(payload);
	template_free(t);
}

int
main(int argc, char **argv)
{
	struct cli cli = {.now_ms = INT64_C(1767268800000), .repeat = 1};
	struct js *line;
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--now") == 0)
			cli.now_ms = strtoll(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--repeat") == 0)
			cli.repeat = strtol(argv[i + 1], NULL, 10);
	}
	cli.scratch = template_scratch_new();
	while ((n = getline(&text, &cap, stdin)) > 0) {
		if (js_parse(text, (size_t)n, JS_LAX_KEYS, &line, NULL) == RC_OK) {
			render(&cli, line);
			js_free(line);
		} else {
			write_result("unreadable", "error", text, (size_t)n);
		}
	}
	fprintf(stderr, "%.3f us per evaluation\n",
	    cli.evaluations == 0 ? 0.0 : (double)cli.spent_us / (double)cli.evaluations);
	template_scratch_free(cli.scratch);
	free(text);
	return 0;
}
