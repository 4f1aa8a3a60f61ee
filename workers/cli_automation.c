/* SPDX-License-Identifier: ISC
 *
 * consciousness explain automation, questions, answer.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/metric.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/evaluation_part.h"
#include "shared/domain/explain_automation.h"
#include "shared/domain/question.h"
#include "shared/domain/revision.h"
#include "workers/cli_int.h"

/* By the name that one had when it was removed. */
static enum rc
find_removed(struct cli *c, const char *name, struct automation *out)
{
	struct store_revision_filter all = { .kind = "automation" };
	struct revision *rows;
	size_t n, i;
	enum rc rc;

	if ((rc = store_revision_list(c->core->db, &all, c->a, &rows, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (strcmp(rows[i].change, "removed") == 0 && rows[i].name != NULL &&
		    strcasecmp(rows[i].name, name) == 0)
			return evaluation_rule(c->core->db, rows[i].subject, c->a, out);
	return fault_set(&c->f, RC_NOT_FOUND, NULL, "there is no automation %s", name);
}

/* By its id, else by its name; one that was removed as well. */
static enum rc
find(struct cli *c, const char *what, struct automation *out)
{
	enum rc rc = evaluation_rule(c->core->db, what, c->a, out);
	struct automation *rows;
	size_t n, i;

	if (rc != RC_NOT_FOUND)
		return rc;
	if ((rc = store_automation_list(c->core->db, NULL, 0, c->a, &rows, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (strcasecmp(rows[i].name, what) == 0) {
			*out = rows[i];
			return RC_OK;
		}
	return find_removed(c, what, out);
}

static int64_t
moment(const struct js *v, const char *key)
{
	const char *s = js_get_string(v, key);
	int64_t ms;

	return s != NULL && clock_parse(s, &ms) == RC_OK ? ms : 0;
}

/* "  no    nobody home: person.ada is home", each inner one further in. */
static void
print_conditions(struct cli *c, const struct js *list, int indent)
{
	const struct js *one;
	const char *saw;
	size_t i;

	for (i = 0; i < js_size(list); i++) {
		one = js_at(list, i);
		saw = js_get_string(one, "saw");
		printf("%*s%-5s %s%s%s\n", indent, "", js_bool(js_get(one, "holds"), false) ? "held" : "no",
		    cli_text(c->a, js_get_string(one, "name")), saw != NULL ? ": " : "",
		    saw != NULL ? cli_text(c->a, saw) : "");
		print_conditions(c, js_get(one, "conditions"), indent + 4);
	}
}

static void
print_steps(struct cli *c, const struct js *list)
{
	const struct js *one, *sent, *command;
	const char *reason, *words, *place;
	int64_t late;
	size_t i, k;

	for (i = 0; i < js_size(list); i++) {
		one = js_at(list, i);
		reason = js_get_string(one, "reason");
		late = js_int(js_get(one, "late"), 0);
		words = cli_text(c->a, evaluation_part_words(one, c->a));
		place = cli_text(c->a, js_get_string(one, "place"));
		printf("  %s  %-7s %s%s%s%s\n", cli_time(c->a, moment(one, "time")), js_get_string(one, "result"),
		    strcmp(words, place) == 0 ? place : mem_printf(c->a, "%s (%s)", words, place),
		    reason != NULL ? ": " : "", reason != NULL ? cli_text(c->a, reason) : "",
		    late > 0 ? mem_printf(c->a, ", %s late", evaluation_length(c->a, late)) : "");
		sent = js_get(one, "commands");
		for (k = 0; k < js_size(sent); k++) {
			command = js_at(sent, k);
			printf("    command %lld: %s %s, %s\n", (long long)js_int(js_get(command, "id"), 0),
			    cli_text(c->a, js_get_string(command, "entity_id")),
			    cli_text(c->a, js_get_string(command, "service")),
			    cli_text(c->a, js_get_string(command, "status")));
		}
		print_conditions(c, js_get(one, "conditions"), 4);
	}
}

static void
print_list(struct cli *c, const struct js *runs)
{
	static const char *const titles[] = { "ID", "TIME", "STATUS", "REASON" };
	struct cli_table t = cli_table_new(c->a, 4, titles);
	const struct js *one;
	size_t i;

	for (i = 0; i < js_size(runs); i++) {
		one = js_at(runs, i);
		const char *cells[] = { mem_printf(c->a, "%lld", (long long)js_int(js_get(one, "id"), 0)),
			cli_time(c->a, moment(one, "started")), js_get_string(one, "status"),
			cli_text(c->a, js_get_string(one, "reason")) };

		cli_table_row(&t, cells);
	}
	cli_table_print(&t, stdout);
}

static void
print_text(struct cli *c, const struct automation_explanation *x, const struct js *v)
{
	const struct js *run = js_get(v, "run");
	size_t i;

	printf("%s\n", cli_text(c->a, x->text));
	for (i = 0; i < x->n_notes; i++)
		printf("- %s\n", cli_text(c->a, x->notes[i]));
	if (x->main == NULL)
		return;
	printf("\n");
	print_conditions(c, js_get(run, "conditions"), 2);
	print_steps(c, js_get(run, "trace"));
	if (x->n > 1) {
		printf("\n");
		print_list(c, js_get(v, "runs"));
	}
}

enum rc
cli_explain_automation(struct cli *c)
{
	int64_t now = clock_now(&c->core->clock);
	struct explain_house house = { .now_ms = now,
		.alive_ms = (int64_t)(metric_get(METRIC_ENGINE_HEARTBEAT, "") * 1000),
		.kept = retention_of(c->core->db, c->core->conf, now), .place = sun_place(c->core->conf) };
	struct automation_explanation x;
	struct automation rule;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct js *v = NULL;
	struct period p;
	enum rc rc;

	if ((rc = find(c, c->argv[0], &rule)) != RC_OK ||
	    (rc = period_parse(c->option[OPTION_AT], now, &p, &c->f)) != RC_OK ||
	    (rc = explain_automation(c->core->db, &rule, &p, &house, c->a, &x)) != RC_OK)
		return rc;
	rc = explain_automation_write(&w, NULL, c->core->db, &rule, &p, &x, c->a);
	if (rc == RC_OK && c->json)
		cli_print_json(&b);
	else if (rc == RC_OK && (rc = js_parse(buf_str(&b), b.len, JS_STRICT, &v, &c->f)) == RC_OK)
		print_text(c, &x, v);
	js_free(v);
	buf_free(&b);
	return rc;
}

enum rc
cli_questions(struct cli *c)
{
	static const char *const titles[] = { "ID", "TIME", "AUTOMATION", "NAME" };
	struct question *rows;
	struct cli_list l;
	size_t n = 0, i;
	enum rc rc = store_question_list(c->core->db, c->a, &rows, &n);

	cli_list_begin(&l, c, "questions", 4, titles);
	for (i = 0; rc == RC_OK && i < n; i++) {
		const char *cells[] = { mem_printf(c->a, "%lld", (long long)rows[i].id), cli_time(c->a, rows[i].due),
			cli_text(c->a, rows[i].automation_id), cli_text(c->a, rows[i].name) };

		cli_table_row(&l.table, cells);
		question_write(&l.w, NULL, &rows[i]);
	}
	return cli_list_end(&l, rc);
}

struct answering {
	struct cli	*c;
	int64_t		 id, event;
	bool		 yes;
};

static enum rc
answer(struct tx *tx, void *arg, struct fault *f)
{
	struct answering *w = arg;

	return question_answer(tx, w->id, w->yes, w->c->a, &w->event, f);
}

enum rc
cli_answer(struct cli *c)
{
	struct answering w = { .c = c, .yes = strcmp(c->argv[1], "yes") == 0 };
	const char *error;

	w.id = strtonum(c->argv[0], 1, INT64_MAX, &error);
	if (error != NULL)
		return fault_set(&c->f, RC_INVALID, NULL, "%s is no id of a question", c->argv[0]);
	if (!w.yes && strcmp(c->argv[1], "no") != 0)
		return fault_set(&c->f, RC_INVALID, NULL, "say yes or no, not %s", c->argv[1]);
	return store_write(c->core->writer, "cli", answer, &w, &c->f);
}
