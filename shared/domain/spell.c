/* SPDX-License-Identifier: ISC
 *
 * See spell.h.
 */
#include <string.h>

#include "shared/base/js.h"
#include "shared/domain/spell.h"

#define REVISIONS 50		/* of a rule that are looked at */

bool
spell_switches(const struct revision *r)
{
	return strstr(r->members, "\"enabled\"") != NULL;
}

int
spell_enabled(struct db *db, const struct revision *listed, struct mem_arena *a)
{
	struct revision r;
	struct js *v = NULL;
	int enabled = -1;

	if (store_revision_get(db, listed->id, a, &r) == RC_OK && r.snapshot != NULL &&
	    js_parse(r.snapshot, strlen(r.snapshot), JS_LAX_KEYS, &v, NULL) == RC_OK)
		enabled = js_bool(js_get(v, "enabled"), true);
	js_free(v);
	return enabled;
}

/* What the rule was behind a revision, when before it was `being`. */
static enum spell_kind
kind_after(struct db *db, const struct revision *r, enum spell_kind being, struct mem_arena *a)
{
	int enabled;

	if (strcmp(r->change, "removed") == 0)
		return SPELL_GONE;
	if (strcmp(r->change, "changed") == 0 && !spell_switches(r) && being != SPELL_UNKNOWN)
		return being;
	enabled = spell_enabled(db, r, a);
	return enabled == 1 ? SPELL_READY : enabled == 0 ? SPELL_DISABLED : SPELL_UNKNOWN;
}

static void
find_all(struct db *db, struct mem_arena *a, struct spells *s)
{
	size_t i = s->n_revisions;
	enum spell_kind now, being = i > 0 && strcmp(s->revisions[i - 1].change, "added") == 0 ? SPELL_NOT_YET :
	    SPELL_UNKNOWN;

	s->list = mem_alloc(a, (i + 1) * sizeof(*s->list));
	s->list[s->n++] = (struct spell){ being, NULL };
	for (; i-- > 0; being = now)
		if ((now = kind_after(db, &s->revisions[i], being, a)) != being)
			s->list[s->n++] = (struct spell){ now, &s->revisions[i] };
}

static void
judge(const struct period *p, struct spells *s)
{
	int64_t from = p->at != 0 ? p->at : p->from, to = p->at != 0 ? p->at + 1 : p->to;
	bool could = false, could_not = false, can;
	size_t i;

	for (i = 0; i < s->n && (s->list[i].by == NULL || s->list[i].by->time < to); i++) {
		if (i + 1 < s->n && s->list[i + 1].by->time <= from)
			continue;
		s->last = &s->list[i];
		can = s->last->being == SPELL_READY || s->last->being == SPELL_UNKNOWN;
		could |= can;
		could_not |= !can;
	}
	s->off = !could;
	s->partly = could && could_not;
}

enum rc
spell_find(struct db *db, const char *automation, const struct period *p, struct mem_arena *a, struct spells *out)
{
	struct store_revision_filter filter = { .kind = "automation", .subject = automation, .limit = REVISIONS };
	enum rc rc;

	*out = (struct spells){ 0 };
	if ((rc = store_revision_list(db, &filter, a, &out->revisions, &out->n_revisions)) != RC_OK)
		return rc;
	find_all(db, a, out);
	judge(p, out);
	return RC_OK;
}
