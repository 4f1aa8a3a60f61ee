/* SPDX-License-Identifier: ISC
 *
 * consciousness calendars, calendar add, calendar remove, calendar fetch, calendar events.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/calendar.h"
#include "workers/cli_int.h"

#define DAY_MS INT64_C(86400000)

enum rc
cli_calendars(struct cli *c)
{
	static const char *const titles[] = { "ID", "NAME", "SOURCE", "APPOINTMENTS", "READ", "ERROR" };
	struct calendar *rows;
	struct cli_list l;
	size_t n, i;
	enum rc rc;

	if ((rc = store_calendar_list(c->core->db, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "calendars", 6, titles);
	for (i = 0; i < n; i++) {
		const char *cells[] = { rows[i].id, cli_text(c->a, rows[i].name),
		    rows[i].sealed != NULL ? "address" : "file",
		    mem_printf(c->a, "%lld", (long long)rows[i].events), cli_time(c->a, rows[i].fetched),
		    cli_text(c->a, rows[i].error) };

		calendar_write(&l.w, NULL, &rows[i]);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

struct adding {
	struct cli		*c;
	struct calendar_edit	 edit;
	struct calendar		 made;
};

static enum rc
add(struct tx *tx, void *arg, struct fault *f)
{
	struct adding *q = arg;

	return calendar_add(tx, q->c->program.conf, &q->edit, q->c->a, &q->made, f);
}

static enum rc
read_file(struct cli *c, const char *path, struct buf *text)
{
	FILE *f = fopen(path, "r");
	char piece[8192];
	bool failed;
	size_t n;

	if (f == NULL)
		return fault_set(&c->f, RC_NOT_FOUND, NULL, "%.100s is no address and no file that can be read", path);
	while (!text->over && (n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(text, piece, n);
	failed = ferror(f) != 0;
	fclose(f);
	if (failed)
		return fault_set(&c->f, RC_ERROR, NULL, "%.100s cannot be read", path);
	return text->over ? fault_set(&c->f, RC_TOO_LARGE, NULL, "%.100s is larger than %d MiB", path,
	    CALENDAR_SIZE_MAX >> 20) : RC_OK;
}

enum rc
cli_calendar_add(struct cli *c)
{
	struct adding q = { .c = c, .edit = { .name = c->argv[0] } };
	struct buf text = { .max = CALENDAR_SIZE_MAX }, b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc = RC_OK;

	if (strstr(c->argv[1], "://") != NULL)
		q.edit.address = c->argv[1];
	else if ((rc = read_file(c, c->argv[1], &text)) == RC_OK) {
		q.edit.text = buf_str(&text);
		q.edit.len = text.len;
	}
	if (rc == RC_OK)
		rc = store_write(c->core->writer, "cli", add, &q, &c->f);
	if (rc == RC_OK && c->json) {
		calendar_write(&w, NULL, &q.made);
		cli_print_json(&b);
	} else if (rc == RC_OK)
		printf("%s\n", q.made.id);
	buf_free(&text);
	buf_free(&b);
	return rc;
}

static enum rc
remove_one(struct tx *tx, void *arg, struct fault *f)
{
	struct cli *c = arg;

	return calendar_delete(tx, c->argv[0], c->a, f);
}

enum rc
cli_calendar_remove(struct cli *c)
{
	return store_write(c->core->writer, "cli", remove_one, c, &c->f);
}

static enum rc
ask(struct tx *tx, void *arg, struct fault *f)
{
	struct cli *c = arg;

	return calendar_ask(tx, c->argv[0], c->a, f);
}

enum rc
cli_calendar_fetch(struct cli *c)
{
	return store_write(c->core->writer, "cli", ask, c, &c->f);
}

enum rc
cli_calendar_events(struct cli *c)
{
	static const char *const titles[] = { "START", "END", "SUMMARY", "LOCATION" };
	int64_t now = clock_now(&c->core->clock), from, to;
	struct calendar_event *rows;
	struct calendar calendar;
	struct cli_list l;
	size_t n, i;
	enum rc rc;

	if ((rc = cli_moment(c, OPTION_FROM, now, &from)) != RC_OK ||
	    (rc = cli_moment(c, OPTION_TO, from + 30 * DAY_MS, &to)) != RC_OK)
		return rc;
	if ((rc = store_calendar_get(c->core->db, c->argv[0], c->a, &calendar)) != RC_OK)
		return fault_set(&c->f, rc, NULL, "there is no calendar %.60s", c->argv[0]);
	if ((rc = store_calendar_event_list(c->core->db, c->argv[0], from, to, 0, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "events", 4, titles);
	for (i = 0; i < n; i++) {
		const char *start = cli_time(c->a, rows[i].start), *end = cli_time(c->a, rows[i].end);
		const char *cells[] = { rows[i].all_day ? mem_printf(c->a, "%.10s", start) : start,
		    rows[i].all_day ? "all day" : end, cli_text(c->a, rows[i].summary),
		    cli_text(c->a, rows[i].location) };

		calendar_event_write(&l.w, NULL, &rows[i]);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}
