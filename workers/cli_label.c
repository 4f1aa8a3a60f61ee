/* SPDX-License-Identifier: ISC
 *
 * consciousness labels, label add, label remove, label set, label used.
 */
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/label.h"
#include "shared/domain/registry.h"
#include "shared/domain/used.h"
#include "workers/cli_int.h"

enum rc
cli_labels(struct cli *c)
{
	static const char *const titles[] = { "ID", "NAME", "AREAS", "DEVICES", "ENTITIES" };
	struct cli_list l;
	struct label_view *rows;
	size_t n, i;
	enum rc rc;

	if ((rc = label_list(c->core->db, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "labels", 5, titles);
	for (i = 0; i < n; i++) {
		const char *cells[] = { rows[i].label.id, cli_text(c->a, rows[i].label.name),
		    mem_printf(c->a, "%zu", rows[i].n[STORE_LABELLED_AREA]),
		    mem_printf(c->a, "%zu", rows[i].n[STORE_LABELLED_DEVICE]),
		    mem_printf(c->a, "%zu", rows[i].n[STORE_LABELLED_ENTITY]) };

		label_write(&l.w, NULL, &rows[i]);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

struct adding {
	struct cli		*c;
	struct label_view	 made;
};

static enum rc
add(struct tx *tx, void *arg, struct fault *f)
{
	struct adding *q = arg;

	return label_add(tx, &(struct label_edit){ .name = q->c->argv[0] }, q->c->a, &q->made.label, f);
}

enum rc
cli_label_add(struct cli *c)
{
	struct adding q = { .c = c };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if ((rc = store_write(c->core->writer, "cli", add, &q, &c->f)) != RC_OK)
		return rc;
	if (c->json) {
		label_write(&w, NULL, &q.made);
		cli_print_json(&b);
	} else
		printf("%s\n", q.made.label.id);
	buf_free(&b);
	return RC_OK;
}

static enum rc
remove_one(struct tx *tx, void *arg, struct fault *f)
{
	struct cli *c = arg;

	return label_delete(tx, c->argv[0], c->a, f);
}

enum rc
cli_label_remove(struct cli *c)
{
	return store_write(c->core->writer, "cli", remove_one, c, &c->f);
}

static enum rc
set(struct tx *tx, void *arg, struct fault *f)
{
	struct cli *c = arg;
	const char *area_id = c->option[OPTION_AREA];
	int skip = area_id != NULL ? 0 : 1;
	struct change_names names = { (const char *const *)c->argv + skip, (size_t)(c->argc - skip) };
	struct registry_edit e = { .labels = &names };
	struct area area;

	if (area_id != NULL)
		return area_change(tx, area_id, &(struct area_edit){ .labels = &names }, c->a, &area, f);
	return strchr(c->argv[0], '.') != NULL ? registry_edit_entity(tx, c->argv[0], &e, c->a, f) :
	    registry_edit_device(tx, c->argv[0], &e, c->a, f);
}

enum rc
cli_label_set(struct cli *c)
{
	if (c->argc == 0 && c->option[OPTION_AREA] == NULL)
		return fault_set(&c->f, RC_INVALID, NULL, "name a device, an entity or --area ID");
	return store_write(c->core->writer, "cli", set, c, &c->f);
}

enum rc
cli_label_used(struct cli *c)
{
	struct used_query q = { .key = "label_id", .value = c->argv[0] };
	struct used *list = NULL;
	size_t n = 0;
	enum rc rc = used_find(c->core->db, &q, c->a, &list, &n);

	if (rc == RC_OK)
		cli_print_used(c, list, n);
	return rc;
}
