/* SPDX-License-Identifier: ISC
 *
 * Templates from strangers: the input is a template, a NUL, and the payload (JSON or not). Compiling
 * ends in a template or a reason; evaluating it twice gives the same outcome and text, within limits.
 * What it names can be told. It is evaluated as one of a device, and as one of a rule in a house.
 */
#include <string.h>

#include "shared/base/mem.h"
#include "shared/base/template.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A house in which each entity is what its id says. */
static bool
on_state(void *arg, const char *entity_id, struct template_state *out)
{
	(void)arg;
	*out = (struct template_state){.state = strchr(entity_id, '.'), .unit = "W", .last_changed = 1};
	return *entity_id != '_';
}

static void
on_ids(void *arg, const char *kind, const char *id, void (*fn)(const char *text, void *fn_arg), void *fn_arg)
{
	(void)arg;
	must(strlen(kind) > 3 && strlen(id) < TEMPLATE_ID_MAX);
	fn("light.a", fn_arg);
	fn("group.b", fn_arg);
}

static void
evaluate(const struct template *t, const char *value, size_t len, bool entities)
{
	static struct template_scratch *s;	/* as a thread keeps it, over all inputs */
	struct template_var vars[2] = {template_var_string("value", value, len)};
	struct template_env env = {.vars = vars, .nvars = 1, .now_ms = INT64_C(1767268800000)};
	struct buf out[2] = {{0}, {0}};
	struct template_var trigger = template_var_trigger("value_json", NULL);
	enum template_result r[2];
	struct js *json = NULL, *made = NULL;
	struct fault f;
	int i;

	if (s == NULL)
		s = template_scratch_new();
	if (js_parse(value, len, JS_LAX_KEYS, &json, NULL) == RC_OK)
		vars[env.nvars++] = template_var_json("value_json", json);
	if (entities) {
		env.state = on_state;
		env.members = env.facts = on_ids;
		trigger.u.json = json;
		vars[1] = trigger;
	}
	for (i = 0; i < 2; i++) {
		memset(&f, 0, sizeof(f));
		r[i] = template_eval(t, s, &env, &out[i], &f);
		must(r[i] == TEMPLATE_OK ? out[i].len <= TEMPLATE_OUTPUT_MAX :
		    out[i].len == 0 && f.msg[0] != '\0');
	}
	must(r[0] == r[1]);
	r[1] = template_eval_value(t, s, &env, &made, NULL);
	must((r[1] == TEMPLATE_OK) == (made != NULL) && (r[0] != TEMPLATE_OK || r[1] == TEMPLATE_OK));
	js_free(made);
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

static void
on_states(void *arg, const char *domain)
{
	size_t *n = arg;

	must(domain == NULL || (*domain != '\0' && strlen(domain) < TEMPLATE_ID_MAX));
	*n += 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t named = 0;
	struct template_names names = {.unknown = on_unknown, .id = on_id, .states = on_states, .arg = &named};
	const char *text = (const char *)data, *end;
	struct template *t = NULL;
	struct fault f = {0};
	size_t len;
	enum rc rc;
	int i;

	if (size == 0)
		return 0;
	end = memchr(text, '\0', size);
	len = end == NULL ? size : (size_t)(end - text);
	rc = template_compile(text, len, &t, &f);
	must(rc == RC_OK ? t != NULL : (rc == RC_INVALID || rc == RC_TOO_LARGE) && f.msg[0] != '\0');
	if (rc == RC_OK)
		template_names(t, &names);
	if (rc == RC_OK)
		named += template_asks_time(t);
	for (i = 0; rc == RC_OK && i < 2; i++)
		evaluate(t, end == NULL ? "" : end + 1, end == NULL ? 0 : size - len - 1, i == 1);
	template_free(t);
	return 0;
}
