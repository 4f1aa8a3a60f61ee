/* SPDX-License-Identifier: ISC
 *
 * Why an automation did not run when nothing was evaluated: it could not, nothing triggered it, or nobody knows.
 */
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/explain_automation_int.h"

/* When the next of its times comes, of the clock or of the sun; 0: it has none. Of calendars nothing is known here. */
static int64_t
next_time(const struct telling *t)
{
	struct house house = { .place = t->house->place };
	int64_t next = INT64_MAX, at;
	struct js *config = NULL;
	struct rule *rule = NULL;
	size_t i;

	if (t->rule->config == NULL || !t->rule->enabled || t->rule->gone != 0 ||
	    js_parse(t->rule->config, strlen(t->rule->config), JS_LAX_KEYS, &config, NULL) != RC_OK)
		return 0;
	if (automation_compile(config, &rule, NULL) == RC_OK)
		for (i = 0; i < rule->n_triggers; i++) {
			const struct trigger *by = &rule->triggers[i];

			at = by->ops->next == NULL || by->ops->happens != NULL ? INT64_MAX :
			    by->ops->next(by, &house, t->house->now_ms);
			if (at < next)
				next = at;
		}
	automation_free(rule);
	js_free(config);
	return next == INT64_MAX ? 0 : next;
}

static enum rc
say_last(struct telling *t)
{
	int64_t next = next_time(t);

	struct store_evaluation_filter before = { .automation = t->rule->row, .to = t->p->from, .runs = true,
		.others = true, .limit = 1 };
	struct evaluation *rows;
	size_t n;
	enum rc rc = store_evaluation_list(t->db, &before, t->arena, &rows, &n);

	if (rc == RC_OK && n > 0)
		buf_printf(&t->text, "; the last time before was at %s", explain_automation_moment(t, rows[0].started));
	if (next != 0)
		buf_printf(&t->text, "; its time is next at %s", explain_automation_moment(t, next));
	return rc;
}

static void
say_disabled(struct telling *t)
{
	const struct revision *by = t->was.last->by;
	bool still = t->was.last == &t->was.list[t->was.n - 1];

	buf_printf(&t->text, "it %s disabled", still ? "is" : "was");
	if (by == NULL || strcmp(by->change, "found") == 0)
		return;
	buf_puts(&t->text, "; ");
	explain_automation_actor(t, by->author);
	buf_printf(&t->text, " %s at %s", strcmp(by->change, "added") == 0 ? "added it so" :
	    strcmp(by->change, "restored") == 0 ? "restored it so" : "disabled it",
	    explain_automation_moment(t, by->time));
	if (!still)
		buf_printf(&t->text, ", until %s", explain_automation_moment(t, t->was.last[1].by->time));
}

static void
say_gone(struct telling *t)
{
	explain_automation_actor(t, t->was.last->by->author);
	buf_printf(&t->text, " had removed it at %s",
	    explain_automation_moment(t, t->was.last->by->time));
	if (t->was.last + 1 < t->was.list + t->was.n)
		buf_printf(&t->text, ", and it is back since %s",
		    explain_automation_moment(t, t->was.last[1].by->time));
}

/* Why it could not run in all that time. */
static void
say_off(struct telling *t)
{
	if (t->was.last->being == SPELL_NOT_YET)
		buf_printf(&t->text, "it was added later, at %s",
		    explain_automation_moment(t, t->was.list[1].by->time));
	else if (t->was.last->being == SPELL_GONE)
		say_gone(t);
	else
		say_disabled(t);
}

/* It was there, but its row is younger: an earlier version removed what it had done. False: it is not so. */
static bool
say_lost(struct telling *t)
{
	const struct spell *s = t->was.last;

	if (t->rule->created < t->p->to || t->was.last->being != SPELL_READY)
		return false;
	while (s < t->was.list + t->was.n && s->being != SPELL_GONE)
		s++;
	if (s == t->was.list + t->was.n)
		return false;
	buf_puts(&t->text, "What it did then is not known: it was removed by ");
	explain_automation_actor(t, s->by->author);
	buf_printf(&t->text, " at %s, and its runs went with it", explain_automation_moment(t, s->by->time));
	return true;
}

/*
 * What was before a retention's time is not known. True: of none of the period; else what is known of some of it is
 * yet to be said, since *since (0: of all).
 */
static bool
say_forgotten(struct telling *t, int64_t *since)
{
	const struct retention *kept = &t->house->kept;
	int64_t first = explain_automation_first(t);

	*since = 0;
	if (first < t->rule->created)
		first = t->rule->created;
	if (explain_automation_last(t) < kept->runs) {
		buf_printf(&t->text, "What it did then is not known: runs are kept since %s",
		    explain_automation_moment(t, kept->runs));
		return true;
	}
	if (explain_automation_last(t) < kept->traces) {
		buf_puts(&t->text, "It did not run");
		if (first < kept->runs)
			buf_printf(&t->text, " since %s", explain_automation_moment(t, kept->runs));
		buf_printf(&t->text, ", and whether something triggered it is not known: traces of that time are no "
		    "longer kept, they are since %s", explain_automation_moment(t, kept->traces));
		return true;
	}
	if (first < kept->traces)
		*since = kept->traces;
	return false;
}

/* It was there and could run, the house was there: nothing triggered it, as far as one knows. */
static enum rc
say_untriggered(struct telling *t)
{
	int64_t since;

	if (say_forgotten(t, &since))
		return RC_OK;
	buf_printf(&t->text, "It did not run: nothing triggered it%s",
	    t->was.partly ? " while it was there and enabled" : "");
	if (since != 0) {
		buf_printf(&t->text, " since %s; traces of before are no longer kept",
		    explain_automation_moment(t, since));
		return RC_OK;
	}
	return say_last(t);
}

/* The rule is gone, though no revision says so. */
static bool
was_gone(const struct telling *t)
{
	return t->rule->gone != 0 && t->rule->gone <= explain_automation_first(t);
}

enum rc
explain_automation_none(struct telling *t, bool down)
{
	const char *why = "It did not run: ";

	if (say_lost(t))
		return RC_OK;
	if (t->was.off) {
		buf_puts(&t->text, why);
		say_off(t);
	} else if (was_gone(t))
		buf_printf(&t->text, "%sit had been removed at %s", why, explain_automation_moment(t, t->rule->gone));
	else if (t->rule->created >= t->p->to)
		buf_printf(&t->text, "%sit was added later, at %s", why,
		    explain_automation_moment(t, t->rule->created));
	else if (!t->rule->enabled && t->rule->gone == 0 && t->rule->updated < t->p->from)
		buf_printf(&t->text, "%sit is disabled", why);
	else if (down)
		buf_printf(&t->text, "%sthe house was not running then", why);
	else
		return say_untriggered(t);
	return RC_OK;
}
