/* SPDX-License-Identifier: ISC
 *
 * consciousness automation back-test.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/domain/automation_edit.h"
#include "shared/domain/backtest.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/rule_words.h"
#include "workers/cli_int.h"

#define DAY_MS 86400000LL
#define FILE_MAX (1 << 20)
#define RUNS_SHOWN 50

static bool
tell(void *arg, const struct backtest_progress *p)
{
	struct cli *c = arg;

	fprintf(stderr, "\r%3d %%  %.10s  %lld runs ", p->percent, cli_time(c->a, p->at), (long long)p->runs);
	return true;
}

static enum rc
read_file(struct cli *c, const char *path, struct js **out)
{
	struct buf text = { .max = FILE_MAX };
	struct js *given = NULL;
	FILE *f = fopen(path, "r");
	char piece[4096];
	size_t n;
	enum rc rc;

	if (f == NULL)
		return fault_set(&c->f, RC_NOT_FOUND, NULL, "there is no automation and no file %s", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(&text, piece, n);
	fclose(f);
	if ((rc = js_parse(buf_str(&text), text.len, JS_STRICT, &given, &c->f)) == RC_OK)
		*out = rule_words_own(given, false);
	js_free(given);
	buf_free(&text);
	return rc;
}

/* The automation of that id, else what the file holds. The caller owns *out. */
static enum rc
find_rule(struct cli *c, const char *name, const char **id, struct js **out)
{
	struct automation rule;
	enum rc rc = store_automation_get(c->core->db, name, c->a, &rule);

	if (rc == RC_NOT_FOUND)
		return read_file(c, name, out);
	if (rc != RC_OK)
		return rc;
	*id = rule.id;
	return js_parse(rule.config, strlen(rule.config), JS_STRICT, out, &c->f);
}

/* ---- for people ---- */

static const char *
count(struct cli *c, const struct js *of, const char *name)
{
	return mem_printf(c->a, "%lld", (long long)js_int(js_get(of, name), 0));
}

static void
print_days(struct cli *c, const struct js *days)
{
	static const char *const titles[] = { "DAY", "RUNS", "NO", "IGNORED", "COMMANDS" };
	struct cli_table t = cli_table_new(c->a, 5, titles);
	const struct js *day;
	size_t i;

	for (i = 0; i < js_size(days); i++) {
		day = js_at(days, i);
		cli_table_row(&t, (const char *[]){ js_get_string(day, "date"), count(c, day, "runs"),
		    count(c, day, "noes"), count(c, day, "ignored"), count(c, day, "commands") });
	}
	cli_table_print(&t, stdout);
}

static const char *
moment(struct cli *c, const struct js *of, const char *name)
{
	const char *s = js_get_string(of, name);
	int64_t ms = 0;

	return s == NULL || clock_parse(s, &ms) != RC_OK ? "-" : cli_time(c->a, ms);
}

/* "light.turn_on light.hall, ..." */
static const char *
commands_of(struct cli *c, const struct js *list)
{
	const char *text = NULL;
	const struct js *one;
	size_t i;

	for (i = 0; i < js_size(list); i++) {
		one = js_at(list, i);
		text = mem_printf(c->a, "%s%s%s %s%s", text != NULL ? text : "", text != NULL ? ", " : "",
		    js_get_string(one, "service"), js_get_string(one, "entity_id"),
		    js_bool(js_get(one, "sent"), false) ? "" : " (refused)");
	}
	return text != NULL ? text : "-";
}

static const char *
cause_of(struct cli *c, const struct js *trigger)
{
	const char *about = js_get_string(trigger, "entity_id"), *to = js_get_string(trigger, "to");

	/* the event of a webhook is made out of its secret address */
	if (about == NULL && strcmp(js_get_string(trigger, "kind"), "webhook") != 0)
		about = js_get_string(trigger, "event");
	if (about == NULL)
		return cli_text(c->a, js_get_string(trigger, js_get_string(trigger, "id") != NULL ? "id" : "kind"));
	return to == NULL ? cli_text(c->a, about) : cli_text(c->a, mem_printf(c->a, "%s: %s", about, to));
}

static void
print_runs(struct cli *c, const struct js *runs)
{
	static const char *const titles[] = { "TIME", "TRIGGER", "ENDS", "COMMANDS" };
	struct cli_table t = cli_table_new(c->a, 4, titles);
	const struct js *run;
	size_t i;

	for (i = 0; i < js_size(runs) && i < RUNS_SHOWN; i++) {
		run = js_at(runs, i);
		cli_table_row(&t, (const char *[]){ moment(c, run, "time"), cause_of(c, js_get(run, "trigger")),
		    js_get_string(run, "outcome"), commands_of(c, js_get(run, "commands")) });
	}
	cli_table_print(&t, stdout);
	if (js_size(runs) > RUNS_SHOWN)
		printf("and %zu more: --json shows all\n", js_size(runs) - RUNS_SHOWN);
}

/* "3 h 20 min", "9.5 days" */
static const char *
length_of(struct cli *c, const struct js *r)
{
	int64_t begins = 0, until = 0;
	double days = js_real(js_get(r, "history_days"), 0);

	if (days >= 1 || clock_parse(js_get_string(r, "history_from"), &begins) != RC_OK ||
	    clock_parse(js_get_string(r, "until"), &until) != RC_OK || until <= begins)
		return mem_printf(c->a, "%.1f days", days);
	return evaluation_length(c->a, until - begins);
}

static void
print_history(struct cli *c, const struct js *r)
{
	const char *from = js_get_string(r, "from"), *begins = js_get_string(r, "history_from");

	if (begins == NULL)
		printf("the house remembers nothing yet\n");
	else if (strcmp(from, begins) > 0)
		printf("the house remembers %s\n", length_of(c, r));
	else
		printf("the house remembers %s: what lies before %s does not count\n", length_of(c, r),
		    moment(c, r, "history_from"));
}

static void
print_result(struct cli *c, const struct js *r)
{
	const struct js *totals = js_get(r, "totals"), *limits = js_get(r, "limits");
	const struct js *energy = js_get(js_get(r, "energy"), "difference_wh");
	size_t i;

	printf("%s to %s: %s runs, %s times no, %s ignored, %s commands, %s messages and calls\n", moment(c, r, "from"),
	    moment(c, r, "until"), count(c, totals, "runs"), count(c, totals, "noes"), count(c, totals, "ignored"),
	    count(c, totals, "commands"), count(c, totals, "deliveries"));
	print_history(c, r);
	if (js_is_number(energy))
		printf("energy: %+.2f kWh\n", js_real(energy, 0) / 1000);
	if (js_get_string(r, "stopped") != NULL)
		printf("stopped at %s: %s\n", moment(c, r, "reached"), js_get_string(r, "stopped"));
	for (i = 0; i < js_size(limits); i++)
		printf("note: %s\n", cli_text(c->a, js_string(js_at(limits, i), NULL)));
	printf("\n");
	print_days(c, js_get(r, "days"));
	if (js_size(js_get(r, "runs")) > 0) {
		printf("\n");
		print_runs(c, js_get(r, "runs"));
	}
}

/* ---- */

static enum rc
run(struct cli *c, const struct backtest_request *q)
{
	struct buf out = { 0 };
	struct js *result;
	enum rc rc;

	if ((rc = db_begin_read(c->core->db)) != RC_OK)
		return rc;
	rc = backtest_run(c->core->db, q, &out, &c->f);
	db_end_read(c->core->db);
	if (q->progress != NULL)
		fprintf(stderr, "\r%40s\r", "");
	if (rc == RC_OK && c->json)
		cli_print_json(&out);
	else if (rc == RC_OK && (rc = js_parse(buf_str(&out), out.len, JS_STRICT, &result, &c->f)) == RC_OK) {
		print_result(c, result);
		js_free(result);
	}
	buf_free(&out);
	return rc;
}

enum rc
cli_back_test(struct cli *c)
{
	struct backtest_request q = { .now_ms = clock_now(&c->core->clock), .place = sun_place(c->core->conf),
		.progress = isatty(STDERR_FILENO) ? tell : NULL, .arg = c };
	struct js *config = NULL;
	int64_t days;
	enum rc rc;

	if ((rc = cli_number(c, OPTION_DAYS, 1, 366, 30, &days)) != RC_OK ||
	    (rc = cli_moment(c, OPTION_TO, q.now_ms, &q.to)) != RC_OK ||
	    (rc = cli_moment(c, OPTION_FROM, q.to - days * DAY_MS, &q.from)) != RC_OK ||
	    (rc = find_rule(c, c->argv[0], &q.id, &config)) != RC_OK)
		return rc;
	q.config = config;
	rc = run(c, &q);
	js_free(config);
	return rc;
}
