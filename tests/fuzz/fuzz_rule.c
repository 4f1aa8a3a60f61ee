/* SPDX-License-Identifier: ISC
 *
 * Rules from strangers: the input is a rule as JSON. Compiling ends in a rule or a reason with a place; a run of it,
 * through all its pauses and what it waits for, ends, and can be written and read again at each of them.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/script.h"
#include "shared/domain/rule_words.h"
#include "tests/fuzz/must.h"

#define PAUSES 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct house house;
static struct template_scratch *scratch;

static enum rc
command(void *arg, struct live *l, const char *service, const struct js *data, struct fault *f)
{
	(void)arg;
	must(l != NULL && service != NULL);
	return js_size(data) % 2 == 0 ? RC_OK : fault_set(f, RC_REFUSED, NULL, "not now");
}

static enum rc
tell(void *arg, const char *type, const struct js *data, struct fault *f)
{
	(void)arg;
	must(type != NULL && data != NULL);
	return js_size(data) % 2 == 0 ? RC_OK : fault_set(f, RC_LIMITED, NULL, "too much");
}

static enum rc
deliver(void *arg, const struct js *channels, const char *payload, struct fault *f)
{
	(void)arg;
	(void)channels;
	(void)payload;
	(void)f;
	return RC_OK;
}

static void
members(void *arg, const char *kind, const char *id, void (*fn)(const char *entity_id, void *fn_arg), void *fn_arg)
{
	(void)arg;
	must(kind != NULL && id != NULL);
	fn("switch.a", fn_arg);
	fn("light.gone", fn_arg);
}

static void
put(int64_t row, const char *id, const char *domain)
{
	struct entity_state es = {
		.entity = { .row = row, .entity_id = id, .domain = domain, .adapter = "none", .enabled = true },
		.state = { .state = "on", .attributes = "{\"n\":1}", .available = true },
	};

	house_put(&house, &es);
}

static void
open_house(void)
{
	if (scratch != NULL)
		return;
	scratch = template_scratch_new();
	put(1, "switch.a", "switch");
	put(2, "sensor.a", "sensor");
}

/* The run as the next engine finds it. */
static struct script *
again(struct script *s, const struct program *p)
{
	struct buf text = { 0 };
	struct jsw w = jsw_to(&text);
	struct script *out = NULL;
	struct js *v = NULL;

	script_write(&w, NULL, s);
	must(js_parse(buf_str(&text), text.len, JS_STRICT, &v, NULL) == RC_OK);
	must(script_read(v, p, &out) == RC_OK);
	js_free(v);
	buf_free(&text);
	script_free(s);
	return out;
}

static void
run(const struct rule *r)
{
	struct action_context x = { .rule = { .house = &house, .now_ms = 1767268800000, .scratch = scratch },
		.program = &r->program, .command = command, .event = tell, .deliver = deliver,
		.members = members };
	struct house_change c = { .live = house_find(&house, 2), .state = true, .prior = NULL };
	struct script *s = script_new(NULL);
	int i;

	for (i = 0; i < PAUSES && script_go(s, &x) == SCRIPT_WAITS; i++) {
		s = again(s, &r->program);
		must(script_wake(s) == 0 || script_wake(s) > x.rule.now_ms);
		if (!script_hear(s, &c, &x) && script_wake(s) == 0)
			break;
		if (script_wake(s) != 0)
			x.rule.now_ms = script_wake(s);
	}
	script_free(s);
}

/* What starts it and whether it may run, without an engine. */
static void
judge(const struct rule *r)
{
	struct rule_context x = { .house = &house, .now_ms = 1767268800000, .scratch = scratch };
	struct house_change c = { .live = house_find(&house, 2), .state = true };
	struct buf why = { .max = 200 };
	const struct trigger *t;
	size_t i;

	for (i = 0; i < r->n_triggers; i++) {
		t = &r->triggers[i];
		if (t->ops->judge != NULL)
			t->ops->judge(t, &c, &x);
		if (t->ops->next != NULL)
			must(t->ops->next(t, &house, x.now_ms) > x.now_ms);
		js_free(rule_trigger_variable(t, (int)i, &c, 1000));
	}
	must(rule_hold(&r->conditions, &x, &why) || why.len > 0);
	buf_free(&why);
}

/* As saving sees it: in the house's words, which are words of the house. */
static struct js *
in_own_words(const struct js *v)
{
	struct js *own = rule_words_own(v, false), *again = rule_words_own(own, false);
	struct js *scenario = rule_words_own(v, true);

	must(js_equal(own, again));
	js_free(again);
	js_free(scenario);
	return own;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = { 0 };
	struct rule *r = NULL;
	struct js *given, *v;

	if (js_parse((const char *)data, size, JS_STRICT, &given, NULL) != RC_OK)
		return 0;
	open_house();
	v = in_own_words(given);
	js_free(given);
	if (automation_compile(v, &r, &f) == RC_OK) {
		judge(r);
		run(r);
	} else
		must(*f.msg != '\0');
	js_free(v);
	automation_free(r);
	return 0;
}
