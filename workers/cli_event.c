/* SPDX-License-Identifier: ISC
 *
 * consciousness events, explain.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/net_bell.h"
#include "shared/base/proc.h"
#include "shared/domain/event.h"
#include "shared/domain/explain.h"
#include "workers/cli_int.h"

#define LIMIT 50
#define STEP 500

struct tail {
	struct cli	*c;
	int64_t		 entity;	/* row or 0 */
	int		 kind;
	int64_t		 cursor;
	int		 n;
	bool		 failed;	/* nobody reads any more */
};

/* What an event says, in one line. */
static const char *
gist(struct mem_arena *a, const struct store_event *e)
{
	if (e->kind == EVENT_STATE_CHANGED)
		return mem_printf(a, "%s -> %s", e->prior != NULL ? cli_text(a, e->prior) : "unknown",
		    e->state != NULL ? cli_text(a, e->state) : "unknown");
	return e->data != NULL ? cli_text(a, e->data) : "";
}

static void
print_event(struct cli *c, const struct store_event *e)
{
	struct mem_arena *a = mem_arena_new(2048);
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	if (c->json) {
		event_write(&w, NULL, e, true);
		cli_print_json(&b);
	} else
		printf("%lld  %s  %-18s  %s  %s%s%s\n", (long long)e->id, cli_time(a, e->time),
		    event_kind_name(e->kind), cli_text(a, e->subject != NULL ? e->subject : e->entity_id),
		    gist(a, e), e->actor != NULL ? "  by " : "",
		    e->actor != NULL ? cli_text(a, e->actor) : "");
	buf_free(&b);
	mem_arena_free(a);
}

static bool
on_event(const struct store_event *e, void *arg)
{
	struct tail *t = arg;

	t->n++;
	t->cursor = e->id;
	if ((t->entity == 0 || e->entity == t->entity) && (t->kind == 0 || e->kind == t->kind))
		print_event(t->c, e);
	t->failed = ferror(stdout) != 0;
	return !t->failed && !proc_stop;
}

static enum rc
follow(struct tail *t)
{
	struct cli *c = t->c;
	struct bell *bell = NULL;
	char path[PATH_MAX];
	enum rc rc;

	if ((rc = conf_path(c->core->conf, "run/bell", path, sizeof(path))) != RC_OK ||
	    (rc = bell_listen(path, "cli", &bell, &c->f)) != RC_OK)
		return rc;
	while (rc == RC_OK && !proc_stop && !t->failed) {
		t->n = 0;
		rc = store_event_each(c->core->db, t->cursor, STEP, on_event, t);
		if (fflush(stdout) == EOF)
			break;
		if (t->n < STEP && !proc_stop)
			bell_wait(bell, 1000);
	}
	bell_close(bell);
	return rc;
}

/* The newest ones, oldest of them first; or those after --since. */
static enum rc
list(struct tail *t, int64_t limit)
{
	struct cli *c = t->c;
	struct store_event_filter f = { .entity = t->entity, .kind = t->kind, .limit = (int)limit,
	    .since = t->cursor, .newest_first = c->option[OPTION_SINCE] == NULL };
	struct store_event *rows = NULL;
	size_t n = 0, i;
	enum rc rc;

	if ((rc = store_event_list(c->core->db, &f, c->a, &rows, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		print_event(c, &rows[f.newest_first ? n - 1 - i : i]);
	t->cursor = store_event_last(c->core->db);
	if (n > 0 && !f.newest_first)
		t->cursor = rows[n - 1].id;
	else if (n > 0 && rows[0].id > t->cursor)
		t->cursor = rows[0].id;
	return RC_OK;
}

static enum rc
read_filter(struct cli *c, struct tail *t)
{
	struct entity_state e;
	enum rc rc;

	if (c->option[OPTION_KIND] != NULL) {
		t->kind = event_kind_parse(c->option[OPTION_KIND]);
		if (t->kind == 0)
			return fault_set(&c->f, RC_INVALID, "kind", "no event is called %s",
			    c->option[OPTION_KIND]);
	}
	if (c->option[OPTION_ENTITY] != NULL) {
		rc = store_entity_get(c->core->db, c->option[OPTION_ENTITY], c->a, &e);
		if (rc != RC_OK)
			return fault_set(&c->f, rc, NULL, "there is no entity %s", c->option[OPTION_ENTITY]);
		t->entity = e.entity.row;
	}
	return RC_OK;
}

enum rc
cli_events(struct cli *c)
{
	struct tail t = { .c = c };
	int64_t limit, since;
	bool following = c->option[OPTION_FOLLOW] != NULL;
	enum rc rc;

	if ((rc = cli_number(c, OPTION_LIMIT, 0, 1000000, following ? 10 : LIMIT, &limit)) != RC_OK ||
	    (rc = cli_number(c, OPTION_SINCE, 0, INT64_MAX, 0, &since)) != RC_OK ||
	    (rc = read_filter(c, &t)) != RC_OK)
		return rc;
	t.cursor = since;
	if (!following || c->option[OPTION_SINCE] == NULL)
		rc = list(&t, limit);
	return rc == RC_OK && following ? follow(&t) : rc;
}

enum rc
cli_explain(struct cli *c)
{
	struct explanation x = { .n = 0 };
	struct entity_state e;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	size_t i;
	enum rc rc;

	rc = store_entity_get(c->core->db, c->argv[0], c->a, &e);
	if (rc != RC_OK)
		return fault_set(&c->f, rc, NULL, "there is no entity %s", c->argv[0]);
	if ((rc = explain_entity(c->core->db, &e, c->a, &x)) != RC_OK)
		return rc;
	if (c->json) {
		jsw_object(&w, NULL);
		jsw_string(&w, "text", x.text);
		jsw_array(&w, "chain");
		for (i = 0; i < x.n; i++)
			event_write(&w, NULL, &x.chain[i], true);
		jsw_end(&w);
		jsw_end(&w);
		cli_print_json(&b);
	} else
		printf("%s\n", x.text);
	buf_free(&b);
	return RC_OK;
}
