/* SPDX-License-Identifier: ISC
 *
 * consciousness status, jobs, config.
 */
#include <string.h>

#include "shared/domain/health.h"
#include "shared/domain/job_record.h"
#include "workers/cli_int.h"

/* The numbers of a component, "name value" after one another. */
static const char *
numbers(struct mem_arena *a, const struct js *component)
{
	struct buf b = { 0 };
	const char *text;
	void *it;

	for (it = js_iter(component); it != NULL; it = js_iter_next(component, it)) {
		if (strcmp(js_iter_key(it), "healthy") == 0 || strcmp(js_iter_key(it), "critical") == 0)
			continue;
		buf_printf(&b, "%s%s ", b.len > 0 ? ", " : "", js_iter_key(it));
		if (js_type(js_iter_value(it)) == JS_REAL)
			buf_printf(&b, "%.4g", js_real(js_iter_value(it), 0));
		else
			js_dump(js_iter_value(it), &b);
	}
	text = cli_text(a, buf_str(&b));
	buf_free(&b);
	return text;
}

static void
print_status(struct cli *c, const struct js *all)
{
	static const char *const titles[] = { "PART", "STATUS", "NUMBERS" };
	const struct js *parts = js_get(all, "components");
	struct cli_table t = cli_table_new(c->a, 3, titles);
	void *it;

	for (it = js_iter(parts); it != NULL; it = js_iter_next(parts, it)) {
		const struct js *p = js_iter_value(it);
		const char *cells[] = { js_iter_key(it), js_bool(js_get(p, "critical"), false) ? "critical" :
		    js_bool(js_get(p, "healthy"), true) ? "healthy" : "degraded", numbers(c->a, p) };

		cli_table_row(&t, cells);
	}
	printf("%s: %s\n\n", c->data, js_get_string(all, "status"));
	cli_table_print(&t, stdout);
}

enum rc
cli_status(struct cli *c)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct js *all = NULL;
	enum health_status s;
	enum rc rc = RC_OK;

	s = health_write(&w, c->core, c->core->db, c->a);
	if (c->json)
		cli_print_json(&b);
	else if ((rc = js_parse(b.p, b.len, JS_STRICT, &all, &c->f)) == RC_OK)
		print_status(c, all);
	js_free(all);
	buf_free(&b);
	if (rc == RC_OK && s == HEALTH_CRITICAL)
		return fault_set(&c->f, RC_DOWN, NULL, "the house is in a critical state");
	return rc;
}

enum rc
cli_jobs(struct cli *c)
{
	static const char *const titles[] = { "JOB", "STATUS", "STARTED", "LAST SUCCESS", "RUNS",
	    "FAILURES", "DETAIL" };
	struct job_row *rows = NULL;
	struct cli_list l;
	size_t n = 0, i;
	enum rc rc;

	if ((rc = job_record_list(c->core->db, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "jobs", 7, titles);
	for (i = 0; i < n; i++) {
		const struct job_row *j = &rows[i];
		const char *cells[] = { j->name, strcmp(j->status, "running") == 0 ?
		    mem_printf(c->a, "running %d%%", j->percent) : j->status, cli_time(c->a, j->started),
		    cli_time(c->a, j->last_success), mem_printf(c->a, "%lld", (long long)j->runs),
		    mem_printf(c->a, "%lld", (long long)j->failures), cli_text(c->a, j->detail) };

		job_record_write(&l.w, NULL, j);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

enum rc
cli_config_check(struct cli *c)
{
	static const char *const titles[] = { "KEY", "VALUE", "FROM" };
	struct buf value = { 0 };
	struct cli_list l;
	struct conf *conf;
	enum rc rc;
	int k;

	if ((rc = conf_load(c->data, c->option[OPTION_CONFIG], &conf, &c->f)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "keys", 3, titles);
	for (k = 0; k < CONF__MAX; k++) {
		const char *cells[] = { conf_name(k), "", conf_origin(conf, k) };

		buf_reset(&value);
		conf_show(conf, k, &value);
		cells[1] = cli_text(c->a, buf_str(&value));
		cli_table_row(&l.table, cells);
		jsw_object(&l.w, NULL);
		jsw_string(&l.w, "key", conf_name(k));
		jsw_string(&l.w, "value", buf_str(&value));
		jsw_string(&l.w, "origin", conf_origin(conf, k));
		jsw_string(&l.w, "help", conf_help(k));
		jsw_end(&l.w);
	}
	rc = cli_list_end(&l, RC_OK);
	buf_free(&value);
	conf_free(conf);
	return rc;
}
