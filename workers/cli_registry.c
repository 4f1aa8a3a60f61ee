/* SPDX-License-Identifier: ISC
 *
 * consciousness rename, move, enable, disable, hide, show, alias, used, replace, release, orphans, remove,
 * areas, floors: what people change about devices. A name with a dot is an entity, one without a device.
 */
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/device.h"
#include "shared/domain/floor.h"
#include "shared/domain/registry.h"
#include "shared/domain/replace.h"
#include "shared/domain/used.h"
#include "workers/cli_int.h"

static bool
is_entity(const char *id)
{
	return strchr(id, '.') != NULL;
}

/* ---- edits ---- */

struct edit {
	struct cli		*c;
	struct registry_edit	 e;
};

static enum rc
edit(struct tx *tx, void *arg, struct fault *f)
{
	struct edit *q = arg;
	const char *id = q->c->argv[0];

	return is_entity(id) ? registry_edit_entity(tx, id, &q->e, q->c->a, f) :
	    registry_edit_device(tx, id, &q->e, q->c->a, f);
}

static enum rc
run_edit(struct cli *c, const struct registry_edit *e)
{
	struct edit q = { c, *e };

	return store_write(c->core->writer, "cli", edit, &q, &c->f);
}

enum rc
cli_rename(struct cli *c)
{
	return run_edit(c, &(struct registry_edit){ .label = c->argc > 1 ? c->argv[1] : "" });
}

enum rc
cli_move(struct cli *c)
{
	return run_edit(c, &(struct registry_edit){ .area_id = c->argc > 1 ? c->argv[1] : "" });
}

enum rc
cli_enable(struct cli *c)
{
	return run_edit(c, &(struct registry_edit){ .enabled = &(bool){ true } });
}

enum rc
cli_disable(struct cli *c)
{
	return run_edit(c, &(struct registry_edit){ .enabled = &(bool){ false } });
}

static enum rc
need_entity(struct cli *c)
{
	return is_entity(c->argv[0]) ? RC_OK : fault_set(&c->f, RC_INVALID, NULL,
	    "%s is no entity: entities are called domain.name", c->argv[0]);
}

static enum rc
edit_entity(struct cli *c, const struct registry_edit *e)
{
	enum rc rc = need_entity(c);

	return rc == RC_OK ? run_edit(c, e) : rc;
}

enum rc
cli_hide(struct cli *c)
{
	return edit_entity(c, &(struct registry_edit){ .hidden = &(bool){ true } });
}

enum rc
cli_show(struct cli *c)
{
	return edit_entity(c, &(struct registry_edit){ .hidden = &(bool){ false } });
}

enum rc
cli_alias(struct cli *c)
{
	struct change_names names = { (const char *const *)c->argv + 1, (size_t)c->argc - 1 };

	return edit_entity(c, &(struct registry_edit){ .aliases = &names });
}

/* ---- where used ---- */

static void
print_table(struct cli *c, const struct used *list, size_t n)
{
	static const char *const titles[] = { "KIND", "ID", "NAME", "WHERE" };
	struct cli_table t = cli_table_new(c->a, 4, titles);
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < list[i].n; j++) {
			const char *cells[] = { list[i].user->name, list[i].id, cli_text(c->a, list[i].name),
			    cli_text(c->a, list[i].where[j]) };

			cli_table_row(&t, cells);
		}
	cli_table_print(&t, stdout);
}

void
cli_print_used(struct cli *c, const struct used *list, size_t n)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	if (c->json) {
		used_write(&w, NULL, list, n);
		cli_print_json(&b);
	} else
		print_table(c, list, n);
	buf_free(&b);
}

enum rc
cli_used(struct cli *c)
{
	const char *id = c->argv[0];
	struct used_query q = { .entities = &id, .n = 1 };
	struct used *list = NULL;
	size_t n = 0;
	enum rc rc;

	rc = is_entity(id) ? used_find(c->core->db, &q, c->a, &list, &n) :
	    used_device(c->core->db, id, c->a, &list, &n);
	if (rc != RC_OK)
		return fault_set(&c->f, rc, NULL, "there is no device %s", id);
	cli_print_used(c, list, n);
	return RC_OK;
}

/* ---- replacing ---- */

struct replacing {
	struct cli	*c;
	struct replace	 done;
	size_t		 n;
};

static enum rc
replace(struct tx *tx, void *arg, struct fault *f)
{
	struct replacing *r = arg;
	struct cli *c = r->c;

	return replace_device(tx, c->argv[0], c->argv[1], c->option[OPTION_DRY_RUN] != NULL, c->a,
	    &r->done, f);
}

static void
print_replace(const struct replace *r)
{
	size_t i;

	for (i = 0; i < r->n_pairs; i++)
		printf("%s  goes on as %s\n", r->pairs[i].was, r->pairs[i].entity_id);
	for (i = 0; i < r->n_added; i++)
		printf("%s  is new\n", r->added[i]);
	for (i = 0; i < r->n_missing; i++)
		printf("%s  is no more\n", r->missing[i]);
}

enum rc
cli_replace(struct cli *c)
{
	struct replacing r = { .c = c };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if ((rc = store_write(c->core->writer, "cli", replace, &r, &c->f)) != RC_OK)
		return rc;
	if (c->json) {
		replace_write(&w, NULL, &r.done);
		cli_print_json(&b);
	} else
		print_replace(&r.done);
	buf_free(&b);
	return RC_OK;
}

static enum rc
release(struct tx *tx, void *arg, struct fault *f)
{
	struct replacing *r = arg;

	return replace_release(tx, r->c->argv[0], r->c->a, &r->n, f);
}

/* {"KEY":n}, or a sentence */
static void
print_count(struct cli *c, const char *key, const char *sentence, size_t n)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	if (c->json) {
		jsw_object(&w, NULL);
		jsw_int(&w, key, (int64_t)n);
		jsw_end(&w);
		cli_print_json(&b);
	} else
		printf("%zu %s\n", n, sentence);
	buf_free(&b);
}

enum rc
cli_release(struct cli *c)
{
	struct replacing r = { .c = c };
	enum rc rc = store_write(c->core->writer, "cli", release, &r, &c->f);

	if (rc == RC_OK)
		print_count(c, "released", "announcements are read again", r.n);
	return rc;
}

/* ---- what is gone ---- */

static enum rc
clear(struct tx *tx, void *arg, struct fault *f)
{
	struct replacing *r = arg;

	return registry_clear_orphans(tx, r->c->a, &r->n, f);
}

enum rc
cli_orphans(struct cli *c)
{
	struct replacing r = { .c = c };
	enum rc rc;

	c->orphans = true;
	if (c->option[OPTION_CLEAR] == NULL)
		return cli_entities(c);
	rc = store_write(c->core->writer, "cli", clear, &r, &c->f);
	if (rc == RC_OK)
		print_count(c, "deleted", "orphans were removed", r.n);
	return rc;
}

static enum rc
remove_one(struct tx *tx, void *arg, struct fault *f)
{
	struct cli *c = arg;

	return is_entity(c->argv[0]) ? registry_delete_entity(tx, c->argv[0], c->a, f) :
	    registry_delete_device(tx, c->argv[0], c->a, f);
}

enum rc
cli_remove(struct cli *c)
{
	return store_write(c->core->writer, "cli", remove_one, c, &c->f);
}

/* ---- places ---- */

enum rc
cli_areas(struct cli *c)
{
	static const char *const titles[] = { "ID", "NAME", "FLOOR" };
	struct cli_list l;
	struct area *rows;
	size_t n, i;
	enum rc rc;

	if ((rc = store_area_list(c->core->db, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "areas", 3, titles);
	for (i = 0; i < n; i++) {
		const char *cells[] = { rows[i].id, cli_text(c->a, rows[i].name), rows[i].floor_id };

		area_write(&l.w, NULL, &rows[i]);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

enum rc
cli_floors(struct cli *c)
{
	static const char *const titles[] = { "ID", "NAME", "LEVEL", "AREAS" };
	struct cli_list l;
	struct floor_view *rows;
	size_t n, i;
	enum rc rc;

	if ((rc = floor_list(c->core->db, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "floors", 4, titles);
	for (i = 0; i < n; i++) {
		const struct floor *floor = &rows[i].floor;
		const char *cells[] = { floor->id, cli_text(c->a, floor->name), !floor->has_level ? NULL :
		    mem_printf(c->a, "%lld", (long long)floor->level), mem_printf(c->a, "%zu", rows[i].n) };

		floor_write(&l.w, NULL, &rows[i]);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}
