/* SPDX-License-Identifier: ISC
 *
 * consciousness alerts ...: what is wrong, the rules that say so, and how people are told.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/alert_edit.h"
#include "shared/domain/outbox.h"
#include "workers/cli_int.h"

#define LIMIT 50

static enum rc
read_which(struct cli *c, enum store_alert_which *out)
{
	const char *status = c->option[OPTION_STATUS];

	*out = STORE_ALERT_ACTIVE;
	if (status == NULL || strcmp(status, "active") == 0)
		return RC_OK;
	*out = strcmp(status, "past") == 0 ? STORE_ALERT_PAST : STORE_ALERT_ALL;
	if (*out == STORE_ALERT_PAST || strcmp(status, "all") == 0)
		return RC_OK;
	return fault_set(&c->f, RC_INVALID, NULL, "--status is all, active or past");
}

static const char *
number(struct cli *c, int64_t n)
{
	return mem_printf(c->a, "%lld", (long long)n);
}

enum rc
cli_alerts(struct cli *c)
{
	static const char *const titles[] = { "ID", "SEVERITY", "NAME", "RAISED", "OVER", "ACKNOWLEDGED", "MESSAGE" };
	enum store_alert_which which;
	struct alert *rows;
	struct cli_list l;
	int64_t limit;
	size_t n, i;
	enum rc rc;

	if ((rc = read_which(c, &which)) != RC_OK ||
	    (rc = cli_number(c, OPTION_LIMIT, 1, 100000, LIMIT, &limit)) != RC_OK ||
	    (rc = store_alert_list(c->core->db, which, 0, (int)limit, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "alerts", 7, titles);
	for (i = 0; i < n; i++) {
		const struct alert *al = &rows[i];
		const char *cells[] = { number(c, al->id), al->severity, cli_text(c->a, al->name),
		    cli_time(c->a, al->raised), cli_time(c->a, al->cleared),
		    cli_text(c->a, al->acknowledged_by), cli_text(c->a, al->message) };

		alert_write(&l.w, NULL, al);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

enum rc
cli_alert_rules(struct cli *c)
{
	static const char *const titles[] = { "ID", "SEVERITY", "NAME", "ENABLED", "EXPRESSION", "PROBLEM" };
	struct alert_row *rows;
	struct cli_list l;
	struct js *config;
	size_t n, i;
	enum rc rc = store_alert_rule_list(c->core->db, NULL, 0, c->a, &rows, &n);

	if (rc != RC_OK)
		return rc;
	cli_list_begin(&l, c, "rules", 6, titles);
	for (i = 0; i < n; i++) {
		config = NULL;
		js_parse(rows[i].config, strlen(rows[i].config), JS_STRICT, &config, NULL);
		const char *cells[] = { rows[i].id, rows[i].severity, cli_text(c->a, rows[i].name),
		    rows[i].enabled ? "yes" : "no", cli_text(c->a, js_get_string(config, "expression")),
		    cli_text(c->a, rows[i].enabled ? rows[i].problem : NULL) };

		alert_write_rule(&l.w, NULL, &rows[i]);
		cli_table_row(&l.table, cells);
		js_free(config);
	}
	return cli_list_end(&l, RC_OK);
}

struct acknowledging {
	struct cli	*c;
	int64_t		 id;
	struct alert	 alert;
};

static enum rc
acknowledge(struct tx *tx, void *arg, struct fault *f)
{
	struct acknowledging *q = arg;

	return alert_acknowledge(tx, q->id, q->c->a, &q->alert, f);
}

enum rc
cli_alert_acknowledge(struct cli *c)
{
	struct acknowledging q = { .c = c };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	const char *error;
	enum rc rc;

	q.id = strtonum(c->argv[0], 1, INT64_MAX, &error);
	if (error != NULL)
		return fault_set(&c->f, RC_INVALID, NULL, "%s is no id of an alert: %s", c->argv[0], error);
	rc = store_write(c->core->writer, "cli", acknowledge, &q, &c->f);
	if (rc == RC_OK && c->json) {
		alert_write(&w, NULL, &q.alert);
		cli_print_json(&b);
	} else if (rc == RC_OK) {
		printf("%s: acknowledged\n", cli_text(c->a, q.alert.name));
	}
	buf_free(&b);
	return rc;
}

enum rc
cli_alert_channels(struct cli *c)
{
	static const char *const titles[] = { "NAME", "READY", "WHAT" };
	const char *missing;
	struct cli_list l;
	int i;

	cli_list_begin(&l, c, "channels", 3, titles);
	for (i = 0; i < CHANNEL__MAX; i++) {
		bool ready = channel_ready((enum channel)i, c->core->conf, &missing);
		const char *cells[] = { channel_name((enum channel)i),
		    ready ? "yes" : mem_printf(c->a, "no: no %s", missing), channel_help((enum channel)i) };

		outbox_write_channel(&l.w, NULL, (enum channel)i, c->core->conf);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}

struct testing {
	enum channel	 channel;
	struct delivery	 d;
	char		 key[OUTBOX_KEY];
};

static enum rc
test(struct tx *tx, void *arg, struct fault *f)
{
	struct testing *q = arg;

	return outbox_test(tx, q->channel, &q->d, q->key, f);
}

enum rc
cli_alert_test(struct cli *c)
{
	struct testing q = { .channel = channel_parse(c->argv[0]) };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	if (q.channel >= CHANNEL__MAX)
		return fault_set(&c->f, RC_NOT_FOUND, NULL, "there is no channel %s; see consciousness alerts channels",
		    c->argv[0]);
	rc = store_write(c->core->writer, "cli", test, &q, &c->f);
	if (rc == RC_OK && c->json) {
		outbox_write(&w, NULL, &q.d);
		cli_print_json(&b);
	} else if (rc == RC_OK) {
		printf("delivery %lld; consciousness alerts deliveries tells what comes of it\n", (long long)q.d.id);
	}
	buf_free(&b);
	return rc;
}

enum rc
cli_alert_deliveries(struct cli *c)
{
	static const char *const titles[] = { "ID", "CHANNEL", "STATUS", "ATTEMPTS", "CREATED", "DONE", "REASON" };
	struct delivery *rows;
	struct cli_list l;
	int64_t limit;
	size_t n, i;
	enum rc rc;

	if ((rc = cli_number(c, OPTION_LIMIT, 1, 100000, LIMIT, &limit)) != RC_OK ||
	    (rc = store_outbox_list(c->core->db, 0, (int)limit, c->a, &rows, &n)) != RC_OK)
		return rc;
	cli_list_begin(&l, c, "deliveries", 7, titles);
	for (i = 0; i < n; i++) {
		const struct delivery *d = &rows[i];
		const char *cells[] = { number(c, d->id), d->channel, d->status, number(c, d->attempts),
		    cli_time(c->a, d->created), cli_time(c->a, d->done), cli_text(c->a, d->reason) };

		outbox_write(&l.w, NULL, d);
		cli_table_row(&l.table, cells);
	}
	return cli_list_end(&l, RC_OK);
}
