/* SPDX-License-Identifier: ISC
 *
 * consciousness devices, entities, state; orphans lists as entities does.
 */
#include <string.h>

#include "shared/domain/device.h"
#include "shared/domain/registry.h"
#include "workers/cli_int.h"

#define PAGE 200

enum rc
cli_devices(struct cli *c)
{
	static const char *const titles[] = { "ID", "NAME", "STATUS", "AREA", "MODEL", "ENTITIES" };
	struct store_device_filter filter = { .area = c->option[OPTION_AREA],
	    .status = c->option[OPTION_STATUS], .limit = PAGE };
	struct device_view *rows;
	struct cli_list l;
	size_t n, i;
	enum rc rc;

	cli_list_begin(&l, c, "devices", 6, titles);
	do {
		if ((rc = device_list(c->core->db, &filter, c->a, &rows, &n)) != RC_OK)
			break;
		for (i = 0; i < n; i++) {
			const struct device *d = &rows[i].device;
			const char *cells[] = { d->id, cli_text(c->a, d->label != NULL ? d->label : d->name),
			    d->status, d->area_id, cli_text(c->a, d->model),
			    mem_printf(c->a, "%zu", rows[i].n) };

			device_write(&l.w, NULL, &rows[i]);
			cli_table_row(&l.table, cells);
			filter.after = d->id;
		}
	} while (n == PAGE);
	return cli_list_end(&l, rc);
}

/* "21.5 °C", "on", "unavailable" */
static const char *
shown(struct mem_arena *a, const struct entity_state *e)
{
	if (e->entity.orphaned)
		return "orphaned";
	if (e->state.last_updated != 0 && !e->state.available)
		return "unavailable";
	if (e->state.state == NULL)
		return "unknown";
	if (e->entity.unit == NULL)
		return cli_text(a, e->state.state);
	return mem_printf(a, "%s %s", cli_text(a, e->state.state), cli_text(a, e->entity.unit));
}

/* One page: of the orphans, when they are asked for. */
static enum rc
read_page(struct cli *c, bool orphans, const struct store_entity_filter *f, struct entity_state **rows,
    size_t *n)
{
	return orphans ? store_entity_orphans(c->core->db, f->after, f->limit, c->a, rows, n) :
	    store_entity_list(c->core->db, f, c->a, rows, n);
}

/* Orphans are few: they are chosen here. */
static bool
fits(const struct entity *e, const struct store_entity_filter *f)
{
	return (f->domain == NULL || strcmp(e->domain, f->domain) == 0) &&
	    (f->area == NULL || (e->area_id != NULL && strcmp(e->area_id, f->area) == 0)) &&
	    (f->device == NULL || (e->device_id != NULL && strcmp(e->device_id, f->device) == 0));
}

enum rc
cli_entities(struct cli *c)
{
	bool orphans = c->option[OPTION_ORPHANED] != NULL || c->orphans;
	static const char *const titles[] = { "ENTITY", "STATE", "CHANGED", "AREA", "NAME" };
	struct store_entity_filter filter = { .domain = c->option[OPTION_DOMAIN],
	    .area = c->option[OPTION_AREA], .device = c->option[OPTION_DEVICE],
	    .disabled_too = c->option[OPTION_DISABLED] != NULL, .limit = PAGE };
	struct entity_state *rows;
	struct cli_list l;
	size_t n, i;
	enum rc rc;

	cli_list_begin(&l, c, "entities", 5, titles);
	do {
		if ((rc = read_page(c, orphans, &filter, &rows, &n)) != RC_OK)
			break;
		for (i = 0; i < n; i++) {
			const struct entity_state *e = &rows[i];
			const char *cells[] = { e->entity.entity_id, shown(c->a, e),
			    cli_time(c->a, e->state.last_changed), e->entity.area_id,
			    cli_text(c->a, registry_entity_name(&e->entity, c->a)) };

			filter.after = e->entity.entity_id;
			if (!fits(&e->entity, &filter))
				continue;
			device_write_entity(&l.w, NULL, e, c->a);
			cli_table_row(&l.table, cells);
		}
	} while (n == PAGE);
	return cli_list_end(&l, rc);
}

static void
print_state(struct cli *c, const struct entity_state *e)
{
	struct js *attributes = NULL;
	struct buf b = { 0 };
	void *it;

	printf("%s  %s\n", e->entity.entity_id, shown(c->a, e));
	printf("  name          %s\n", cli_text(c->a, registry_entity_name(&e->entity, c->a)));
	printf("  last changed  %s\n", cli_time(c->a, e->state.last_changed));
	printf("  last updated  %s\n", cli_time(c->a, e->state.last_updated));
	if (e->state.attributes == NULL || js_parse(e->state.attributes, strlen(e->state.attributes),
	    JS_LAX_KEYS, &attributes, NULL) != RC_OK)
		return;
	for (it = js_iter(attributes); it != NULL; it = js_iter_next(attributes, it)) {
		buf_reset(&b);
		js_dump(js_iter_value(it), &b);
		printf("  %-12s  %s\n", cli_text(c->a, js_iter_key(it)), cli_text(c->a, buf_str(&b)));
	}
	buf_free(&b);
	js_free(attributes);
}

enum rc
cli_state(struct cli *c)
{
	struct entity_state e;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	rc = store_entity_get(c->core->db, c->argv[0], c->a, &e);
	if (rc != RC_OK)
		return fault_set(&c->f, rc, NULL, "there is no entity %s", c->argv[0]);
	if (c->json) {
		device_write_entity(&w, NULL, &e, c->a);
		cli_print_json(&b);
	} else
		print_state(c, &e);
	buf_free(&b);
	return RC_OK;
}
