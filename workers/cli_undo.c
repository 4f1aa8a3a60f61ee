/* SPDX-License-Identifier: ISC
 *
 * consciousness undo: takes back what the house, a run, a command or the command line told devices.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/undo.h"
#include "workers/cli_int.h"

struct undoing {
	struct cli	*c;
	struct undo_how	 how;
	struct undone	 made;
};

static enum rc
read_id(struct cli *c, int64_t *out)
{
	const char *error;

	*out = strtonum(c->argv[1], 1, INT64_MAX, &error);
	return error == NULL ? RC_OK : fault_set(&c->f, RC_INVALID, NULL, "%s is no number of a %s: it is %s",
	    c->argv[1], c->argv[0], error);
}

static enum rc
undo_one_run(struct tx *tx, int64_t id, struct undoing *q, struct fault *f)
{
	struct run run;
	enum rc rc = store_run_get(tx->db, id, q->c->a, &run);

	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "there is no run %lld (any more)", (long long)id);
	return undo_run(tx, &run, &q->how, q->c->a, &q->made, f);
}

static enum rc
undo(struct tx *tx, void *arg, struct fault *f)
{
	struct undoing *q = arg;
	struct cli *c = q->c;
	const char *what = c->argc == 0 ? "house" : c->argv[0];
	int64_t id = 0;
	enum rc rc;

	if (strcmp(what, "house") == 0 && c->argc < 2)
		return undo_last(tx, NULL, &q->how, c->a, &q->made, f);
	if (strcmp(what, "me") == 0 && c->argc < 2)
		return undo_last(tx, tx->actor, &q->how, c->a, &q->made, f);
	if (c->argc != 2)
		return fault_set(f, RC_INVALID, NULL, "say what: house, me, run ID, command ID or event ID");
	if ((rc = read_id(c, &id)) != RC_OK)
		return rc;
	if (strcmp(what, "run") == 0)
		return undo_one_run(tx, id, q, f);
	if (strcmp(what, "command") == 0)
		return undo_command(tx, id, &q->how, c->a, &q->made, f);
	if (strcmp(what, "event") == 0)
		return undo_event(tx, id, &q->how, c->a, &q->made, f);
	return fault_set(f, RC_INVALID, NULL, "%.40s cannot be undone: say house, me, run ID, command ID or event ID",
	    what);
}

static void
show_table(struct cli *c, const struct undone *u)
{
	static const char *const titles[] = { "ENTITY", "RESULT", "COMMAND", "REASON" };
	struct cli_table t = cli_table_new(c->a, 4, titles);
	const struct undo_item *i;

	for (i = u->items; i < u->items + u->n; i++)
		cli_table_row(&t, (const char *const[]){ i->entity_id, undo_results[i->result],
		    i->command.id == 0 ? "-" : mem_printf(c->a, "%lld %s %s", (long long)i->command.id,
		    i->command.service, i->command.data), cli_text(c->a, i->reason) });
	cli_table_print(&t, stdout);
}

static enum rc
show(struct cli *c, const struct undone *u)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	size_t i, left = 0, insist = 0;

	if (c->json) {
		undo_write(&w, NULL, u);
		cli_print_json(&b);
	} else
		show_table(c, u);
	buf_free(&b);
	for (i = 0; i < u->n; i++) {
		left += u->items[i].result > UNDO_ALREADY;
		insist += u->items[i].result == UNDO_CHANGED || u->items[i].result == UNDO_ASK;
	}
	if (u->cut)
		fprintf(stderr, "more followed from it than is looked at; that stays as it is\n");
	if (left > 0)
		return fault_set(&c->f, RC_ERROR, NULL, "%zu of it stays as it is%s", left,
		    insist > 0 ? "; --force brings back also what changed since or is not safe by itself" : "");
	return RC_OK;
}

enum rc
cli_undo(struct cli *c)
{
	struct undoing q = { .c = c, .how = { .force = c->option[OPTION_FORCE] != NULL,
	    .timeout_ms = conf_int(c->core->conf, CONF_COMMAND_TIMEOUT_SECONDS) * 1000 } };
	enum rc rc = store_write(c->core->writer, "cli", undo, &q, &c->f);

	return rc == RC_OK ? show(c, &q.made) : rc;
}
