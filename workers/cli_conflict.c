/* SPDX-License-Identifier: ISC
 *
 * consciousness conflicts: which automations loop or fight.
 */
#include "shared/domain/conflict.h"
#include "workers/cli_int.h"

enum rc
cli_conflicts(struct cli *c)
{
	static const char *const titles[] = { "KIND", "WHAT" };
	struct cli_list l;
	struct conflicts found;
	enum rc rc = conflict_all(c->core->db, c->a, &found, &c->f);
	size_t i;

	if (rc != RC_OK)
		return rc;
	if (c->json) {
		struct buf b = { 0 };
		struct jsw w = jsw_to(&b);

		jsw_object(&w, NULL);
		conflict_write(&w, "conflicts", &found);
		jsw_bool(&w, "more", found.more);
		jsw_end(&w);
		cli_print_json(&b);
		buf_free(&b);
		return RC_OK;
	}
	cli_list_begin(&l, c, "conflicts", 2, titles);
	for (i = 0; i < found.n; i++)
		cli_table_row(&l.table, (const char *const[]){ found.list[i].loop ? "loop" : "fight",
		    cli_text(c->a, found.list[i].message) });
	return cli_list_end(&l, rc);
}
