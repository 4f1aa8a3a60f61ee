/* SPDX-License-Identifier: ISC
 *
 * consciousness scenario list, show, run, stop, reset.
 */
#include "shared/domain/scenario.h"
#include "workers/cli_int.h"

enum rc
cli_scenario_list(struct cli *c)
{
	static const char *const titles[] = { "ID", "NAME", "MODE", "SHIPPED", "NOW" };
	struct automation *rows;
	struct cli_list l;
	size_t n, i;
	enum rc rc;

	if ((rc = store_automation_list_scenarios(c->core->db, NULL, 0, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "scenarios", 5, titles);
	for (i = 0; i < n; i++) {
		const char *cells[] = { rows[i].id, cli_text(c->a, rows[i].name), rows[i].mode,
		    scenario_shipped_find(rows[i].id) != NULL ? "yes" : "no",
		    store_run_is_open(c->core->db, rows[i].row) ? "runs" : NULL };

		scenario_write(&l.w, NULL, &rows[i], true);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

enum rc
cli_scenario_show(struct cli *c)
{
	struct automation s;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc = store_automation_get_scenario(c->core->db, c->argv[0], c->a, &s);

	if (rc != RC_OK)
		return fault_set(&c->f, rc, NULL, "there is no scenario %s", c->argv[0]);
	scenario_write(&w, NULL, &s, true);
	cli_print_json(&b);
	buf_free(&b);
	return RC_OK;
}

struct running {
	struct cli	*c;
	struct js	*given;
	int64_t		 event;
};

static enum rc
run(struct tx *tx, void *arg, struct fault *f)
{
	struct running *q = arg;

	return scenario_run(tx, q->c->argv[0], q->given, q->c->a, &q->event, f);
}

enum rc
cli_scenario_run(struct cli *c)
{
	struct running q = { .c = c, .given = js_new_object() };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc = RC_OK;
	int i;

	for (i = 1; i < c->argc && rc == RC_OK; i++)
		rc = cli_pair(c, c->argv[i], q.given);
	if (rc == RC_OK)
		rc = store_write(c->core->writer, "cli", run, &q, &c->f);
	js_free(q.given);
	if (rc != RC_OK)
		return rc;
	if (c->json) {
		jsw_object(&w, NULL);
		jsw_string(&w, "scenario", c->argv[0]);
		jsw_int(&w, "event", q.event);
		jsw_end(&w);
		cli_print_json(&b);
	} else
		printf("%lld\n", (long long)q.event);
	buf_free(&b);
	return RC_OK;
}

static enum rc
stop(struct tx *tx, void *arg, struct fault *f)
{
	struct cli *c = arg;

	return scenario_stop(tx, c->argv[0], c->option[OPTION_RESTORE] != NULL, c->a, f);
}

enum rc
cli_scenario_stop(struct cli *c)
{
	return store_write(c->core->writer, "cli", stop, c, &c->f);
}

static enum rc
reset(struct tx *tx, void *arg, struct fault *f)
{
	struct cli *c = arg;
	struct automation out;

	tx->reason = c->option[OPTION_REASON];
	return scenario_reset(tx, c->argv[0], c->a, &out, f);
}

enum rc
cli_scenario_reset(struct cli *c)
{
	return store_write(c->core->writer, "cli", reset, c, &c->f);
}
