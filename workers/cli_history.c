/* SPDX-License-Identifier: ISC
 *
 * consciousness history.
 */
#include <string.h>

#include "shared/domain/history.h"
#include "shared/domain/device.h"
#include "workers/cli_int.h"

#define DAY_MS 86400000LL

static enum rc
read_resolution(struct cli *c, enum history_resolution *out)
{
	const char *s = c->option[OPTION_RESOLUTION];
	int i;

	*out = HISTORY_AUTO;
	for (i = 0; s != NULL && i < HISTORY__MAX; i++) {
		if (strcmp(history_resolutions[i], s) == 0)
			break;
	}
	if (i == HISTORY__MAX)
		return fault_set(&c->f, RC_INVALID, "resolution",
		    "--resolution %s: choose auto, raw, 5m or 1h", s);
	*out = (enum history_resolution)i;
	return RC_OK;
}

static const char *
number(struct mem_arena *a, const struct history_point *p, double v)
{
	return p->number ? mem_printf(a, "%.6g", v) : "-";
}

static void
print_points(struct cli *c, const struct history *h)
{
	static const char *const buckets[] = { "FROM", "MIN", "MEAN", "MAX" };
	static const char *const states[] = { "TIME", "STATE" };
	struct cli_table t = cli_table_new(c->a, h->numbers ? 4 : 2, h->numbers ? buckets : states);
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct history_point *p = &h->points[i];
		const char *cells[] = { cli_time(c->a, p->time),
		    h->numbers ? number(c->a, p, p->min) :
		    p->state != NULL ? cli_text(c->a, p->state) : "unknown",
		    number(c->a, p, p->mean), number(c->a, p, p->max) };

		cli_table_row(&t, cells);
	}
	cli_table_print(&t, stdout);
}

enum rc
cli_history(struct cli *c)
{
	struct history_query q = { .now_ms = clock_now(&c->core->clock),
	    .raw_days = conf_int(c->core->conf, CONF_RAW_HISTORY_DAYS) };
	struct history h;
	struct entity_state e;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if ((rc = cli_moment(c, OPTION_TO, q.now_ms + 1, &q.to)) != RC_OK ||
	    (rc = cli_moment(c, OPTION_FROM, q.to - DAY_MS, &q.from)) != RC_OK ||
	    (rc = read_resolution(c, &q.resolution)) != RC_OK)
		return rc;
	rc = store_entity_get(c->core->db, c->argv[0], c->a, &e);
	if (rc != RC_OK)
		return fault_set(&c->f, rc, NULL, "there is no entity %s", c->argv[0]);
	q.entity = e.entity.row;
	if ((rc = history_read(c->core->db, &q, c->a, &h, &c->f)) != RC_OK)
		return rc;
	if (c->json) {
		history_write(&w, NULL, c->argv[0], &h);
		cli_print_json(&b);
	} else
		print_points(c, &h);
	buf_free(&b);
	return RC_OK;
}
