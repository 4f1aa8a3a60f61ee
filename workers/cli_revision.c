/* SPDX-License-Identifier: ISC
 *
 * consciousness revisions, revision, restore: what people changed, and going back.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/revision.h"
#include "workers/cli_int.h"

#define LISTED 50	/* when nobody says how many */

/* ["a","b"] as "a, b" */
static const char *
names_of(struct cli *c, const char *json)
{
	struct js *list = NULL;
	struct buf b = { 0 };
	const char *text;
	size_t i;

	js_parse(json, strlen(json), JS_STRICT, &list, NULL);
	for (i = 0; i < js_size(list); i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", js_string(js_at(list, i), NULL));
	text = cli_text(c->a, buf_str(&b));
	buf_free(&b);
	js_free(list);
	return text;
}

static enum rc
read_filter(struct cli *c, struct store_revision_filter *out)
{
	int64_t limit;
	enum rc rc = cli_number(c, OPTION_LIMIT, 1, 100000, LISTED, &limit);
	int i;

	if (rc != RC_OK)
		return rc;
	*out = (struct store_revision_filter){ .kind = c->argc > 0 ? c->argv[0] : NULL,
		.subject = c->argc > 1 ? c->argv[1] : NULL, .limit = (int)limit };
	for (i = 0; out->kind != NULL && i < REVISION__MAX; i++)
		if (strcmp(revision_kinds[i], out->kind) == 0)
			return RC_OK;
	return out->kind == NULL ? RC_OK : fault_set(&c->f, RC_INVALID, NULL,
	    "%s is none of automation, area, floor, entity, device", out->kind);
}

enum rc
cli_revisions(struct cli *c)
{
	static const char *const titles[] = { "ID", "TIME", "KIND", "THING", "CHANGE", "AUTHOR", "CHANGED",
	    "REASON" };
	struct store_revision_filter filter;
	struct revision *rows;
	struct cli_list l;
	size_t n, i;
	enum rc rc;

	if ((rc = read_filter(c, &filter)) != RC_OK ||
	    (rc = store_revision_list(c->core->db, &filter, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "revisions", 8, titles);
	for (i = 0; i < n; i++) {
		const struct revision *r = &rows[i];
		const char *cells[] = { mem_printf(c->a, "%lld", (long long)r->id), cli_time(c->a, r->time),
		    r->kind, cli_text(c->a, r->subject), r->change, cli_text(c->a, r->author),
		    names_of(c, r->members), cli_text(c->a, r->reason) };

		revision_write(&l.w, NULL, r);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

static const char *
value_of(struct cli *c, const struct js *v)
{
	struct buf b = { 0 };
	const char *text;

	if (js_is_null(v))
		return NULL;
	js_dump(v, &b);
	text = cli_text(c->a, buf_str(&b));
	buf_free(&b);
	return text;
}

static void
print_steps(struct cli *c, const struct js *steps)
{
	static const char *const titles[] = { "STEP", "WHERE", "FROM", "TO" };
	struct cli_table t = cli_table_new(c->a, 4, titles);
	size_t i;

	for (i = 0; i < js_size(steps); i++) {
		const struct js *step = js_at(steps, i);
		const char *cells[] = { js_get_string(step, "op"), cli_text(c->a, js_get_string(step, "path")),
		    value_of(c, js_get(step, "from")), value_of(c, js_get(step, "to")) };

		cli_table_row(&t, cells);
	}
	cli_table_print(&t, stdout);
}

static void
print_text(struct cli *c, const struct revision *r, const struct js *steps)
{
	printf("%s %s, number %lld: %s by %s at %s\n", r->kind, cli_text(c->a, r->subject),
	    (long long)r->number, r->change, r->author != NULL ? cli_text(c->a, r->author) : "nobody",
	    cli_time(c->a, r->time));
	if (r->reason != NULL)
		printf("because: %s\n", cli_text(c->a, r->reason));
	printf("it was then: %s\n", cli_text(c->a, r->snapshot));
	if (js_size(steps) > 0)
		print_steps(c, steps);
}

static enum rc
show(struct cli *c, struct db *db, const struct revision *r)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct js *steps;
	enum rc rc = revision_diff_before(db, r, c->a, &steps, &c->f);

	if (rc != RC_OK)
		return rc;
	if (c->json) {
		revision_write_full(&w, NULL, r, steps);
		cli_print_json(&b);
	} else
		print_text(c, r, steps);
	js_free(steps);
	buf_free(&b);
	return RC_OK;
}

static enum rc
read_id(struct cli *c, int64_t *id)
{
	const char *error;

	*id = strtonum(c->argv[0], 1, INT64_MAX, &error);
	return error == NULL ? RC_OK : fault_set(&c->f, RC_INVALID, NULL, "%s is no id of a revision: %s",
	    c->argv[0], error);
}

enum rc
cli_revision(struct cli *c)
{
	struct revision r;
	int64_t id;
	enum rc rc;

	if ((rc = read_id(c, &id)) != RC_OK)
		return rc;
	rc = store_revision_get(c->core->db, id, c->a, &r);
	if (rc == RC_NOT_FOUND)
		return fault_set(&c->f, rc, NULL, "there is no such revision");
	return rc == RC_OK ? show(c, c->core->db, &r) : rc;
}

struct restoring {
	struct cli	*c;
	int64_t		 id;
	struct revision	 made;
};

static enum rc
restore(struct tx *tx, void *arg, struct fault *f)
{
	struct restoring *q = arg;

	tx->reason = q->c->option[OPTION_REASON];
	return revision_restore(tx, q->id, q->c->a, &q->made, f);
}

enum rc
cli_restore(struct cli *c)
{
	struct restoring q = { .c = c };
	enum rc rc;

	if ((rc = read_id(c, &q.id)) != RC_OK ||
	    (rc = store_write(c->core->writer, "cli", restore, &q, &c->f)) != RC_OK)
		return rc;
	return show(c, store_writer_db(c->core->writer), &q.made);
}
