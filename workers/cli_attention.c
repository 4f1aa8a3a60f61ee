/* SPDX-License-Identifier: ISC
 *
 * consciousness attention.
 */
#include "shared/domain/attention.h"
#include "workers/cli_int.h"

static const char *const kinds[ATTENTION__MAX] = {
	[ATTENTION_FOUND] = "found", [ATTENTION_LATE] = "late", [ATTENTION_SILENT] = "silent",
	[ATTENTION_ORPHANED] = "orphaned", [ATTENTION_BATTERY] = "low battery",
};

/* What there is to say besides the name and the time. */
static const char *
detail(struct cli *c, enum attention_list list, const struct attention_row *r)
{
	if (r->every > 0)
		return mem_printf(c->a, "expected every %lld s", (long long)r->every);
	return list == ATTENTION_BATTERY ? cli_text(c->a, r->level) : "";
}

static void
add_refused(struct cli *c, struct cli_table *t, const struct attention *at)
{
	size_t i;

	for (i = 0; i < at->n_refused; i++) {
		const struct store_refusal *r = &at->refused[i];
		const char *cells[] = { "refused", r->source, cli_time(c->a, r->time), r->reason,
		    cli_text(c->a, r->device) };

		cli_table_row(t, cells);
	}
}

static void
print_text(struct cli *c, const struct attention *at)
{
	static const char *const titles[] = { "WHAT", "ID", "SINCE", "DETAIL", "NAME" };
	struct cli_table t = cli_table_new(c->a, 5, titles);
	size_t i, j;

	for (i = 0; i < ATTENTION__MAX; i++)
		for (j = 0; j < at->list[i].n; j++) {
			const struct attention_row *r = &at->list[i].rows[j];
			const char *cells[] = { kinds[i], r->entity_id != NULL ? r->entity_id : r->device_id,
			    cli_time(c->a, r->time), detail(c, (enum attention_list)i, r),
			    cli_text(c->a, r->name) };

			cli_table_row(&t, cells);
		}
	for (j = 0; j < at->n_lost; j++) {
		const char *cells[] = { "lost", cli_text(c->a, at->lost[j].subject),
		    cli_time(c->a, at->lost[j].time), cli_text(c->a, at->lost[j].data), "" };

		cli_table_row(&t, cells);
	}
	add_refused(c, &t, at);
	for (j = 0; j < at->n_broken; j++) {
		const struct broken *b = &at->broken[j];
		const char *cells[] = { b->kind, b->id, "", mem_printf(c->a, "%s: %s", b->place, b->message),
		    cli_text(c->a, b->name) };

		cli_table_row(&t, cells);
	}
	for (j = 0; j < at->n_questions; j++) {
		const char *cells[] = { "question", mem_printf(c->a, "%lld", (long long)at->questions[j].id),
		    cli_time(c->a, at->questions[j].due), "its time passed: run it now? (answer ID yes|no)",
		    cli_text(c->a, at->questions[j].name) };

		cli_table_row(&t, cells);
	}
	cli_table_print(&t, stdout);
}

enum rc
cli_attention(struct cli *c)
{
	struct attention at;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if ((rc = attention_read(c->core->db, clock_now(&c->core->clock), c->a, &at)) != RC_OK)
		return rc;
	if (c->json) {
		attention_write(&w, NULL, &at);
		cli_print_json(&b);
	} else
		print_text(c, &at);
	buf_free(&b);
	return RC_OK;
}
