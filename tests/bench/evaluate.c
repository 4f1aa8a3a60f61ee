/* SPDX-License-Identifier: ISC
 *
 * What it costs to look at a rule: a change is shown to its trigger, which fires, and its conditions are asked.
 * No engine, no database: the part that each rule that listens adds to a reaction.
 *
 *	evaluate SECONDS	nanoseconds of each kind, as JSON
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/trace.h"
#include "tests/bench/sample.h"

#define BLOCK 1000	/* between two looks at the clock */

static const struct kind {
	const char	*name, *asked;
} kinds[] = {
	{"trigger", "[]"},
	{"simple", "[{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"on\"},"
	    "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"below\":30}]"},
	{"no", "[{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"off\"}]"},
	{"time", "[{\"condition\":\"time\",\"after\":\"00:00:00\",\"weekday\":[\"mon\",\"tue\",\"wed\",\"thu\","
	    "\"fri\",\"sat\",\"sun\"]}]"},
	{"template", "[\"{{ states('sensor.a') | float > 20 and is_state('switch.a', 'on') }}\"]"},
};

static struct live *
entity(struct house *h, int64_t row, const char *id, const char *state)
{
	char domain[32];
	struct entity_state es = {
		.entity = { .row = row, .entity_id = id, .domain = domain, .adapter = "none", .enabled = true },
		.state = { .state = state, .attributes = "{}", .available = true, .last_changed = 1000,
		    .last_updated = 1000 },
	};

	snprintf(domain, sizeof(domain), "%.*s", (int)strcspn(id, "."), id);
	return house_view(h, &es);
}

static struct rule *
compile(const char *asked)
{
	char text[2048];
	struct fault f = {0};
	struct rule *r;
	struct js *v;

	snprintf(text, sizeof(text), "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":"
	    "\"binary_sensor.a\",\"to\":\"on\"}],\"conditions\":%s,\"actions\":[{\"delay\":1}]}", asked);
	if (js_parse(text, strlen(text), JS_STRICT, &v, &f) != RC_OK || automation_compile(v, &r, &f) != RC_OK)
		errx(1, "%s: %s", f.field, f.msg);
	js_free(v);
	return r;
}

/* Nanoseconds of one evaluation with its trace. */
static double
measure(const struct rule *r, const struct house_change *c, struct rule_context *x, double seconds)
{
	int64_t start = sample_now_us(), now = start;
	const struct trigger *t = &r->triggers[0];
	long long n = 0, held = 0;
	struct buf why = {0};
	struct trace trace = {0};

	x->trace = &trace;
	for (; now - start < (int64_t)(seconds * 1e6); now = sample_now_us())
		for (int i = 0; i < BLOCK; i++, n++) {
			buf_reset(&why);
			if (t->ops->judge(t, c, x) != TRIGGER_YES)
				continue;
			trace_trigger(&trace, 1, 0, t, c);
			held += rule_hold(&r->conditions, x, &why);
			trace_free(&trace);
		}
	buf_free(&why);
	if (held != 0 && held != n)
		errx(1, "it holds only sometimes");
	return (double)(now - start) * 1000 / (double)n;
}

int
main(int argc, char **argv)
{
	double seconds = argc == 2 ? (double)sample_number(argv[1], 1, 600) : 1;
	struct house h = {0};
	struct live *motion = entity(&h, 1, "binary_sensor.a", "on");
	char off[] = "off";
	struct house_change c = {.live = motion, .state = true, .prior = off, .now_ms = 2000};
	struct rule_context x = {.house = &h, .now_ms = 1700000000000, .scratch = template_scratch_new()};
	size_t n = sizeof(kinds) / sizeof(kinds[0]);

	entity(&h, 2, "switch.a", "on");
	entity(&h, 3, "sensor.a", "21.5");
	printf("{");
	for (size_t i = 0; i < n; i++) {
		struct rule *r = compile(kinds[i].asked);

		printf("%s\"%s\":%.1f", i > 0 ? "," : "", kinds[i].name, measure(r, &c, &x, seconds / (double)n));
		automation_free(r);
	}
	printf("}\n");
	template_scratch_free(x.scratch);
	house_free(&h);
	return 0;
}
