/* SPDX-License-Identifier: ISC
 *
 * consciousness command: through the one door for commands, and, with --wait, until it is final.
 */
#include <limits.h>
#include <string.h>

#include "shared/adapters/net_bell.h"
#include "shared/base/proc.h"
#include "shared/domain/command.h"
#include "workers/cli_int.h"

#define WAIT_MAX 3600		/* seconds */

struct request {
	struct cli		*c;
	struct command_request	 r;
	struct command		 out;
};

enum rc
cli_pair(struct cli *c, const char *pair, struct js *data)
{
	const char *equal = strchr(pair, '=');
	struct js *value = NULL;

	if (equal == NULL || equal == pair)
		return fault_set(&c->f, RC_INVALID, NULL, "%.64s: write it as key=value", pair);
	if (js_parse(equal + 1, strlen(equal + 1), JS_STRICT, &value, NULL) != RC_OK)
		value = js_new_string(equal + 1);
	js_set(data, mem_strndup(c->a, pair, (size_t)(equal - pair)), value);
	return RC_OK;
}

static enum rc
enqueue(struct tx *tx, void *arg, struct fault *f)
{
	struct request *q = arg;

	q->r.now_ms = tx->now_ms;
	return command_enqueue(tx, &q->r, q->c->a, &q->out, f);
}

static bool
final(const struct command *o, const char *domain)
{
	return o->status > COMMAND_SENT ||
	    (o->status == COMMAND_SENT && !command_confirmable(domain, o->service));
}

static enum rc
wait_for(struct cli *c, struct bell *bell, const char *domain, int64_t seconds, struct command *o)
{
	int64_t end = clock_mono_us() + seconds * 1000000, left;
	enum rc rc = RC_OK;

	while (rc == RC_OK && !final(o, domain) && !proc_stop) {
		left = (end - clock_mono_us()) / 1000;
		if (left <= 0)
			break;
		bell_wait(bell, left < 1000 ? (int)left : 1000);
		rc = store_command_get(c->core->db, o->id, c->a, o);
	}
	return rc;
}

static enum rc
show(struct cli *c, const struct command *o)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	if (c->json) {
		command_write(&w, NULL, o);
		cli_print_json(&b);
	} else
		printf("%lld %s%s%s\n", (long long)o->id, command_status_name(o->status),
		    o->reason != NULL ? ": " : "", o->reason != NULL ? cli_text(c->a, o->reason) : "");
	buf_free(&b);
	if (o->status > COMMAND_CONFIRMED)
		return fault_set(&c->f, RC_ERROR, NULL, "the command %s",
		    o->status == COMMAND_FAILED ? "failed" : command_status_name(o->status));
	return RC_OK;
}

enum rc
cli_send(struct cli *c)
{
	struct request q = { .c = c, .r = { .service = c->argv[1], .actor = "cli" } };
	struct js *data = js_new_object();
	struct entity_state e;
	struct bell *bell = NULL;
	char path[PATH_MAX];
	int64_t seconds = 0;
	enum rc rc;
	int i;

	rc = cli_number(c, OPTION_WAIT, 0, WAIT_MAX, 0, &seconds);
	for (i = 2; i < c->argc && rc == RC_OK; i++)
		rc = cli_pair(c, c->argv[i], data);
	if (rc == RC_OK && (rc = store_entity_get(c->core->db, c->argv[0], c->a, &e)) != RC_OK)
		fault_set(&c->f, rc, NULL, "there is no entity %s", c->argv[0]);
	if (rc == RC_OK && seconds > 0 &&
	    (rc = conf_path(c->core->conf, "run/bell", path, sizeof(path))) == RC_OK)
		rc = bell_listen(path, "cli", &bell, &c->f);
	if (rc != RC_OK)
		goto out;
	q.r.entity = &e;
	q.r.data = data;
	q.r.timeout_ms = conf_int(c->core->conf, CONF_COMMAND_TIMEOUT_SECONDS) * 1000;
	rc = store_write(c->core->writer, "cli", enqueue, &q, &c->f);
	if (rc == RC_OK && seconds > 0)
		rc = wait_for(c, bell, e.entity.domain, seconds, &q.out);
	if (rc == RC_OK)
		rc = show(c, &q.out);
	if (rc == RC_OK && seconds > 0 && q.out.status == COMMAND_PENDING)
		rc = fault_set(&c->f, RC_ERROR, NULL, "it is not sent yet: is an engine running?");
out:
	bell_close(bell);
	js_free(data);
	return rc;
}
