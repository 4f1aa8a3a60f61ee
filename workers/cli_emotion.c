/* SPDX-License-Identifier: ISC
 *
 * consciousness emotions.
 */
#include <string.h>

#include "shared/domain/emotion_record.h"
#include "workers/cli_int.h"

static void
print_reasons(struct cli *c, const struct emotion_row *row)
{
	struct js *reasons = NULL;
	size_t i;

	if (js_parse(row->reasons, strlen(row->reasons), JS_LAX_KEYS, &reasons, NULL) != RC_OK)
		return;
	for (i = 0; i < js_size(reasons); i++)
		printf("  %s\n", cli_text(c->a, js_string(js_at(reasons, i), NULL)));
	js_free(reasons);
}

static void
print_text(struct cli *c, const struct emotion_row *row)
{
	static const char *const titles[] = { "EMOTION", "NOW", "BASELINE", "" };
	struct cli_table t = cli_table_new(c->a, 4, titles);
	struct emotions s = { 0 };
	int k;

	if (row != NULL)
		emotion_record_take(row, &s);
	for (k = 0; k < EMOTION__MAX; k++) {
		const char *cells[] = { emotion_names[k], mem_printf(c->a, "%.2f", emotion_value(&s, (enum emotion)k)),
		    mem_printf(c->a, "%.2f", emotion_baselines[k]),
		    emotion_primary(&s, NULL) == (enum emotion)k ? "primary" : "" };

		cli_table_row(&t, cells);
	}
	cli_table_print(&t, stdout);
	if (row == NULL)
		printf("nothing was computed yet: all are at their baselines\n");
	else {
		printf("computed %s:\n", cli_time(c->a, row->time));
		print_reasons(c, row);
	}
}

enum rc
cli_emotions(struct cli *c)
{
	struct emotion_row row;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc = store_emotion_last(c->core->db, c->a, &row);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (c->json) {
		jsw_object(&w, NULL);
		emotion_record_write(&w, rc == RC_OK ? &row : NULL);
		jsw_end(&w);
		cli_print_json(&b);
	} else
		print_text(c, rc == RC_OK ? &row : NULL);
	buf_free(&b);
	return RC_OK;
}
