/* SPDX-License-Identifier: ISC
 *
 * What people see: columns as wide as their widest text, times in the house's zone.
 */
#include <string.h>
#include <time.h>

#include "workers/cli_int.h"

struct cli_table
cli_table_new(struct mem_arena *a, int columns, const char *const *titles)
{
	struct cli_table t = { .a = a, .columns = columns };

	cli_table_row(&t, titles);
	return t;
}

void
cli_table_row(struct cli_table *t, const char *const *cells)
{
	size_t columns = (size_t)t->columns, cap, i;

	if (t->n + columns > t->cap) {
		cap = t->cap == 0 ? columns * 16 : t->cap * 2;
		t->cells = mem_grow(t->a, t->cells, t->cap, cap, sizeof(*t->cells));
		t->cap = cap;
	}
	for (i = 0; i < columns; i++)
		t->cells[t->n++] = cells[i] != NULL && cells[i][0] != '\0' ? cells[i] : "-";
}

/* Characters, not bytes. */
static size_t
width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
cli_table_print(const struct cli_table *t, FILE *to)
{
	size_t columns = (size_t)t->columns, i, n;
	size_t *widths = mem_zalloc(t->a, columns * sizeof(*widths));

	for (i = 0; i < t->n; i++) {
		n = width(t->cells[i]);
		if (n > widths[i % columns])
			widths[i % columns] = n;
	}
	for (i = 0; i < t->n; i++) {
		fputs(t->cells[i], to);
		if (i % columns == columns - 1)
			fputc('\n', to);
		else
			fprintf(to, "%*s", (int)(widths[i % columns] - width(t->cells[i]) + 2), "");
	}
}

const char *
cli_time(struct mem_arena *a, int64_t utc_ms)
{
	time_t t = (time_t)(utc_ms / 1000);
	struct tm tm;
	char text[32];

	if (utc_ms == 0 || localtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return "-";
	return mem_strdup(a, text);
}

const char *
cli_text(struct mem_arena *a, const char *s)
{
	char *copy, *p;

	if (s == NULL)
		return "-";
	copy = mem_strdup(a, s);
	for (p = copy; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	return copy;
}

void
cli_print_json(struct buf *b)
{
	buf_putc(b, '\n');
	fwrite(b->p, 1, b->len, stdout);
	buf_reset(b);
}

void
cli_list_begin(struct cli_list *l, struct cli *c, const char *name, int columns,
    const char *const *titles)
{
	*l = (struct cli_list){ .c = c, .table = cli_table_new(c->a, columns, titles) };
	l->w = jsw_to(&l->json);
	jsw_object(&l->w, NULL);
	jsw_array(&l->w, name);
}

enum rc
cli_list_end(struct cli_list *l, enum rc rc)
{
	jsw_end(&l->w);
	jsw_end(&l->w);
	if (rc == RC_OK && l->c->json)
		cli_print_json(&l->json);
	else if (rc == RC_OK)
		cli_table_print(&l->table, stdout);
	buf_free(&l->json);
	return rc;
}
