/* SPDX-License-Identifier: ISC
 *
 * Waiting for commands: woken by the doorbell, and looking now and then in case a ring was lost.
 */
#include <poll.h>
#include <string.h>

#include "cgi/wait.h"
#include "shared/adapters/net_bell.h"
#include "shared/base/proc.h"

#define LOOK_MS 250	/* longest sleep without a look */
#define POLL_MS 20	/* sleep without a doorbell */

struct waiting {
	struct request	*r;
	const struct js	*reply;		/* the answer that was made */
	struct command	*rows;		/* as last read, one per item; id 0: none */
	size_t		 n;
};

/* The item that names a command: the answer itself, or one of its results. */
static const struct js *
item(const struct waiting *w, size_t i)
{
	const struct js *results = js_get(w->reply, "results");

	return results != NULL ? js_at(results, i) : w->reply;
}

static bool
final(const struct command *c)
{
	const char *dot;
	char domain[64];

	if (c->id == 0 || (c->status != COMMAND_PENDING && c->status != COMMAND_SENT))
		return true;
	if (c->status == COMMAND_PENDING || (dot = strchr(c->entity_id, '.')) == NULL)
		return false;
	strlcpy(domain, c->entity_id, sizeof(domain));
	domain[strcspn(domain, ".")] = '\0';
	return !command_confirmable(domain, c->service);
}

/* Reads all commands; *done when every one is final. */
static enum rc
look(void *arg, bool *done)
{
	struct waiting *w = arg;
	struct request *r = w->r;
	enum rc rc;
	size_t i;

	*done = true;
	if ((rc = request_begin(r)) != RC_OK)
		return rc;
	for (i = 0; i < w->n && rc == RC_OK; i++) {
		if (w->rows[i].id != 0)
			rc = store_command_get(r->db, w->rows[i].id, r->arena, &w->rows[i]);
		*done = *done && final(&w->rows[i]);
	}
	request_end(r);
	return rc;
}

static void
sleep_until_rung(struct bell *bell, int64_t left_ms)
{
	int ms = left_ms < LOOK_MS ? (int)left_ms : LOOK_MS;

	if (bell != NULL)
		bell_wait(bell, ms);
	else
		poll(NULL, 0, ms < POLL_MS ? ms : POLL_MS);
}

enum rc
wait_until(struct request *r, int64_t us, enum rc (*looks)(void *arg, bool *done), void *arg)
{
	int64_t deadline = clock_mono_us() + us, left_ms;
	struct bell *bell = NULL;
	bool done = false;
	char dir[4096];
	enum rc rc;

	if (conf_path(r->api->conf, "run/bell", dir, sizeof(dir)) != RC_OK ||
	    bell_listen(dir, "api", &bell, NULL) != RC_OK)
		bell = NULL;
	while ((rc = looks(arg, &done)) == RC_OK && !done) {
		left_ms = (deadline - clock_mono_us()) / 1000;
		if (left_ms <= 0 || proc_stop)
			break;
		sleep_until_rung(bell, left_ms);
	}
	bell_close(bell);
	return rc;
}

static void
write_result(struct jsw *w, const struct js *was, const struct command *c)
{
	void *it;

	jsw_object(w, NULL);
	for (it = js_iter(was); it != NULL; it = js_iter_next(was, it))
		if (c->id != 0 && strcmp(js_iter_key(it), "status") == 0)
			jsw_string(w, "status", command_status_name(c->status));
		else if (c->id != 0 && strcmp(js_iter_key(it), "detail") == 0)
			jsw_string(w, "detail", c->reason);
		else
			jsw_value(w, js_iter_key(it), js_iter_value(it));
	jsw_end(w);
}

static void
write_results(struct jsw *out, const struct waiting *w)
{
	size_t i;

	jsw_array(out, "results");
	for (i = 0; i < w->n; i++)
		write_result(out, item(w, i), &w->rows[i]);
	jsw_end(out);
}

static void
write_again(struct waiting *w)
{
	struct jsw *out;
	void *it;

	request_reset(w->r);
	out = request_reply(w->r);
	w->r->reply.status = 200;
	if (js_get(w->reply, "results") == NULL) {
		command_write(out, NULL, &w->rows[0]);
		return;
	}
	jsw_object(out, NULL);
	for (it = js_iter(w->reply); it != NULL; it = js_iter_next(w->reply, it))
		if (strcmp(js_iter_key(it), "results") == 0)
			write_results(out, w);
		else
			jsw_value(out, js_iter_key(it), js_iter_value(it));
	jsw_end(out);
}

/* Microseconds to wait, 0 when nobody asked for it. */
static int64_t
patience(const struct request *r)
{
	const struct field *row;

	for (row = r->route->inputs; row->name != NULL; row++)
		if (strcmp(row->name, "wait") == 0)
			return (int64_t)(r->in[row - r->route->inputs].r * 1e6);
	return 0;
}

static void
collect(struct waiting *w)
{
	const struct js *results = js_get(w->reply, "results");
	size_t i;

	w->n = results != NULL ? js_size(results) : 1;
	w->rows = mem_zalloc(w->r->arena, w->n * sizeof(*w->rows));
	for (i = 0; i < w->n; i++)
		w->rows[i].id = js_int(js_get(item(w, i), "id"), 0);
}

enum rc
wait_finish(struct request *r)
{
	struct waiting w = { .r = r };
	struct js *reply;
	enum rc rc;

	if (patience(r) == 0 || r->reply.status >= 400 || r->reply.body->len == 0)
		return RC_OK;
	rc = js_parse(r->reply.body->p, r->reply.body->len, JS_STRICT, &reply, &r->fault);
	if (rc != RC_OK)
		return rc;
	w.reply = reply;
	collect(&w);
	rc = wait_until(r, patience(r), look, &w);
	if (rc == RC_OK)
		write_again(&w);
	js_free(reply);
	return rc;
}
