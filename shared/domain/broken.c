/* SPDX-License-Identifier: ISC
 *
 * Asks of each document what saving it would say.
 */
#include "shared/domain/broken.h"

struct seeking {
	struct db		*db;
	const struct used_ops	*user;
	struct mem_arena	*a, *scratch;	/* for what is found; for one check */
	struct broken		*list;
	size_t			 n, most;
};

static void
ask(const struct used_document *d, void *arg)
{
	struct seeking *s = arg;
	struct fault f = { 0 };

	if (!d->enabled || s->n == s->most)
		return;
	if (s->user->check(s->db, d->config, s->scratch, &f) != RC_OK)
		s->list[s->n++] = (struct broken){ .kind = s->user->kind, .id = mem_strdup(s->a, d->id),
			.name = mem_strdup(s->a, d->name), .place = mem_strdup(s->a, f.field),
			.message = mem_strdup(s->a, f.msg) };
	mem_arena_reset(s->scratch);
}

enum rc
broken_find(struct db *db, size_t most, struct mem_arena *a, struct broken **out, size_t *n)
{
	struct seeking s = { .db = db, .a = a, .scratch = mem_arena_new(8192), .most = most };
	enum rc rc = RC_OK;
	int i;

	s.list = mem_zalloc(a, (most + 1) * sizeof(*s.list));
	for (i = 0; users[i] != NULL && rc == RC_OK; i++) {
		s.user = users[i];
		rc = users[i]->each(db, ask, &s);
	}
	mem_arena_free(s.scratch);
	if (rc != RC_OK)
		return rc;
	*out = s.list;
	*n = s.n;
	return RC_OK;
}

void
broken_write(struct jsw *w, const char *key, const struct broken *b)
{
	jsw_object(w, key);
	jsw_string(w, "kind", b->kind);
	jsw_string(w, "id", b->id);
	jsw_string(w, "name", b->name);
	jsw_string(w, "place", b->place);
	jsw_string(w, "message", b->message);
	jsw_end(w);
}
