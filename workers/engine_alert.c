/* SPDX-License-Identifier: ISC
 *
 * Alert rules in motion. One is judged when an entity that its expression names changes (by the index that automations
 * have), and once a minute when it measures history; what was measured is kept until then, so that no change waits for
 * the database. Raised, repeated and cleared alerts are rows, as is one that waits for its `for:`, so that the next
 * engine goes on where this one is.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"
#include "shared/domain/event.h"
#include "workers/engine_rules_int.h"

#define LOOK_MS 60000
#define SPREAD_MS 50		/* between the looks of two rules */

struct measured {
	struct js	*value;		/* or NULL */
	int64_t		 then;		/* UTC ms, 0: never */
};

struct engine_alert {
	struct engine		*e;
	int64_t			 row;
	char			*id;
	char			*actor;		/* "alert:ID" */
	struct alert_rule	*rule;
	struct rule_link	*links;
	struct measured		*measured;	/* one per variable */
	struct js		**values;	/* the same, as alert_judge wants them */

	struct alert		 alert;		/* of the active one; its texts are not kept */
	bool			 active;
	struct late		*alert_id, *event;	/* of the active one */
	bool			 holds;		/* waits for its `for:` */
	struct late		*hold_cause;
	struct timer		 hold, repeat, look;
	bool			 failing;	/* it could not be judged: said once */
};

/* ---- what people are told ---- */

struct telling {
	struct engine_alert	*al;
	const char		*payload;
};

static void
put_delivery(const char *channel, void *arg)
{
	struct telling *t = arg;
	char key[OUTBOX_KEY];
	struct delivery d = outbox_delivery(channel, t->payload, t->al->e->now_ms, key);

	d.actor = t->al->actor;
	record_delivery(t->al->e->recorder, &d, t->al->alert_id, t->al->event);
}

static const char *
severity_of(const struct engine_alert *al)
{
	return severities[al->rule->severity];
}

/* The log of events; self gets the id of the event, or NULL. */
static void
tell_house(struct engine_alert *al, const char *status, const char *message, struct late *self, struct late *cause)
{
	struct buf subject = { 0 }, data = { 0 };

	alert_event(al->id, al->rule->name, severity_of(al), status, message, &subject, &data);
	record_event(al->e->recorder, &(struct recorded){ .kind = EVENT_ALERT, .subject = buf_str(&subject),
	    .actor = al->actor, .data = buf_str(&data), .cause = cause, .self = self });
	buf_free(&subject);
	buf_free(&data);
}

/* After the alert's row: what is delivered names it. */
static void
tell_people(struct engine_alert *al, const char *status, const char *message, const struct js *seen)
{
	struct notice n = { .status = status, .message = message, .severity = severity_of(al), .rule_id = al->id,
		.values = seen, .time = al->e->now_ms };
	struct buf payload = { 0 }, title = { 0 };
	struct telling t = { .al = al };

	buf_printf(&title, "%s%s", strcmp(status, "cleared") == 0 ? "Over: " : "", al->rule->name);
	n.title = buf_str(&title);
	outbox_notice(&n, &payload);
	t.payload = buf_str(&payload);
	channel_each(al->rule->channels, al->e->core.conf, put_delivery, &t);
	buf_free(&payload);
	buf_free(&title);
}

/* The alert's row as it is now; message NULL: with what people were told last. */
static void
record(struct engine_alert *al, const char *message, const struct js *seen)
{
	struct buf text = { 0 };

	if (message != NULL)
		js_dump(seen, &text);
	al->alert.rule = al->row;
	al->alert.message = message;
	al->alert.seen = message != NULL ? buf_str(&text) : NULL;
	record_alert(al->e->recorder, &al->alert, al->alert_id, al->event);
	buf_free(&text);
}

/* ---- the life of an alert ---- */

static void
start_repeat(struct engine_alert *al)
{
	if (al->rule->repeat_ms > 0)
		timer_start(&al->e->timers, &al->repeat, al->alert.told + al->rule->repeat_ms);
	else
		timer_stop(&al->e->timers, &al->repeat);
}

static void
forget_alert(struct engine_alert *al)
{
	al->active = false;
	timer_stop(&al->e->timers, &al->repeat);
	late_free(al->alert_id);
	late_free(al->event);
	al->alert_id = al->event = NULL;
}

/* written: its row goes too. */
static void
drop_hold(struct engine_alert *al, bool written)
{
	if (!al->holds)
		return;
	al->holds = false;
	timer_stop(&al->e->timers, &al->hold);
	late_free(al->hold_cause);
	al->hold_cause = NULL;
	if (written)
		record_alert_unhold(al->e->recorder, al->row);
}

/* In `out`. */
static const char *
message_of(struct engine_alert *al, const struct js *seen, struct buf *out)
{
	struct engine *e = al->e;
	struct rule_context x = { .house = &e->house, .now_ms = e->now_ms, .scratch = e->scratch };

	alert_message(al->rule, &x, seen, out);
	return buf_str(out);
}

static void
begin(struct engine_alert *al, const struct js *seen, struct late *cause)
{
	struct buf text = { 0 };
	const char *message = message_of(al, seen, &text);

	al->active = true;
	al->alert = (struct alert){ .raised = al->e->now_ms, .told = al->e->now_ms };
	al->alert_id = late_new(0);
	al->event = late_new(0);
	tell_house(al, "raised", message, al->event, cause);
	record(al, message, seen);
	tell_people(al, "raised", message, seen);
	start_repeat(al);
	metric_add_label(METRIC_ALERTS, severity_of(al), 1);
	buf_free(&text);
}

static void
end(struct engine_alert *al, const struct js *seen)
{
	struct buf text = { 0 };
	const char *message = message_of(al, seen, &text);

	al->alert.cleared = al->e->now_ms;
	tell_house(al, "cleared", message, NULL, al->event);
	record(al, NULL, NULL);
	tell_people(al, "cleared", message, seen);
	forget_alert(al);
	buf_free(&text);
}

static void
start_hold(struct engine_alert *al, int64_t due, struct late *cause)
{
	al->holds = true;
	al->hold_cause = late_ref(cause);
	timer_start(&al->e->timers, &al->hold, due);
}

/* ---- judging ---- */

static enum alert_verdict
judge(struct engine_alert *al, struct js **seen)
{
	struct engine *e = al->e;
	struct rule_context x = { .house = &e->house, .now_ms = e->now_ms, .scratch = e->scratch };
	struct fault why = { 0 };
	enum alert_verdict v = alert_judge(al->rule, &x, al->values, al->active, seen, &why);

	if (v == ALERT_UNKNOWN && !al->failing)
		log_info(al->id, "the alert rule cannot be judged: %s%s%s", why.field, *why.field ? ": " : "", why.msg);
	al->failing = v == ALERT_UNKNOWN;
	return v;
}

/* What follows when it holds, or not, because of `cause`; lasted: it did so for as long as it has to. */
static void
decide(struct engine_alert *al, struct late *cause, bool lasted)
{
	struct js *seen = NULL;
	enum alert_verdict v = judge(al, &seen);

	if (v == ALERT_NO)
		drop_hold(al, true);
	if (v == ALERT_NO && al->active)
		end(al, seen);
	else if (v == ALERT_YES && !al->active && (lasted || al->rule->for_ms == 0))
		begin(al, seen, cause);
	else if (v == ALERT_YES && !al->active && !al->holds) {
		start_hold(al, al->e->now_ms + al->rule->for_ms, cause);
		record_alert_hold(al->e->recorder, &(struct alert_hold){ al->row, al->hold.due, 0 }, cause);
	}
	js_free(seen);
}

void
engine_alert_hear(struct engine_alert *al, struct late *cause)
{
	decide(al, cause, false);
}

static void
held_long_enough(void *arg, int64_t now_ms)
{
	struct engine_alert *al = arg;
	struct late *cause = late_ref(al->hold_cause);

	(void)now_ms;
	mem_arena_reset(al->e->arena);
	drop_hold(al, true);
	decide(al, cause, true);
	late_free(cause);
}

/* Nobody has acknowledged it; whoever does says so in its row. */
static bool
is_wanted(struct engine_alert *al)
{
	struct alert now = { 0 };

	return store_alert_get(al->e->core.db, late_id(al->alert_id), al->e->arena, &now) != RC_OK ||
	    now.acknowledged == 0;
}

static void
tell_again(void *arg, int64_t now_ms)
{
	struct engine_alert *al = arg;
	struct buf message = { 0 };
	struct js *seen = NULL;

	mem_arena_reset(al->e->arena);
	if (!is_wanted(al))
		return;
	judge(al, &seen);
	message_of(al, seen, &message);
	al->alert.told = now_ms;
	al->alert.repeats++;
	tell_house(al, "repeated", buf_str(&message), NULL, al->event);
	record(al, buf_str(&message), seen);
	tell_people(al, "repeated", buf_str(&message), seen);
	start_repeat(al);
	buf_free(&message);
	js_free(seen);
}

/* ---- measuring ---- */

static void
measure(struct engine_alert *al, size_t i)
{
	const struct alert_variable *v = &al->rule->variables[i];
	struct measured *m = &al->measured[i];
	const struct live *l;
	struct js *value = NULL;

	if (v->kind != ALERT_AGGREGATE && v->kind != ALERT_BASELINE)
		return;
	if (m->then != 0 && !alert_measure_old(v, m->then, al->e->now_ms))
		return;
	l = house_find_id(&al->e->house, v->entity_id);
	if (l != NULL && alert_measure(v, al->e->core.db, l->row, al->e->now_ms,
	    conf_int(al->e->core.conf, CONF_RAW_HISTORY_DAYS), &value) != RC_OK)
		log_warn(al->id, "the history of %s cannot be read", v->entity_id);
	js_free(m->value);
	al->values[i] = m->value = value;
	m->then = l != NULL ? al->e->now_ms : 0;
}

/* At the start, and each minute when there is something to measure. */
static void
look(void *arg, int64_t now_ms)
{
	struct engine_alert *al = arg;
	size_t i;

	mem_arena_reset(al->e->arena);
	for (i = 0; i < al->rule->n_variables; i++)
		measure(al, i);
	if (al->rule->measures)
		timer_start(&al->e->timers, &al->look,
		    now_ms - now_ms % LOOK_MS + LOOK_MS + al->row * SPREAD_MS % LOOK_MS);
	decide(al, NULL, false);
}

/* ---- loading ---- */

static void
use_rule(struct engine_alert *al, struct alert_rule *rule)
{
	size_t i;

	al->rule = rule;
	al->measured = mem_xcalloc(rule->n_variables + 1, sizeof(*al->measured));
	al->values = mem_xcalloc(rule->n_variables + 1, sizeof(struct js *));
	for (i = 0; i < rule->entities.n; i++)
		engine_rules_listen_alert(al->e, al, rule->entities.ids[i], &al->links);
	al->failing = false;
	timer_start(&al->e->timers, &al->look, al->e->now_ms);
}

static void
leave_rule(struct engine_alert *al)
{
	size_t i;

	engine_rules_deafen_alert(al->e, &al->links);
	timer_stop(&al->e->timers, &al->look);
	for (i = 0; i < al->rule->n_variables; i++)
		js_free(al->measured[i].value);
	free(al->measured);
	free(al->values);
	alert_free(al->rule);
}

static struct alert_rule *
compile(const struct alert_row *row)
{
	struct alert_rule *rule = NULL;
	struct js *config = NULL;
	struct fault f = { 0 };

	if (js_parse(row->config, strlen(row->config), JS_STRICT, &config, &f) != RC_OK ||
	    alert_compile(config, &rule, &f) != RC_OK)
		log_error(row->id, "the alert rule cannot be used: %s: %s", f.field, f.msg);
	js_free(config);
	return rule;
}

/* What an earlier engine knew. */
static void
resume(struct engine_alert *al)
{
	struct alert_hold h;
	struct late *cause;

	if (store_alert_active_of(al->e->core.db, al->row, al->e->arena, &al->alert) == RC_OK) {
		al->active = true;
		al->alert_id = late_new(al->alert.id);
		al->event = late_new(al->alert.event);
		start_repeat(al);
	} else if (store_alert_hold_get(al->e->core.db, al->row, &h) == RC_OK) {
		cause = late_new(h.cause);
		start_hold(al, h.due, cause);
		late_free(cause);
	}
}

static void
add_rule(struct engine *e, const struct alert_row *row, struct alert_rule *rule)
{
	struct engine_alert *al = mem_xcalloc(1, sizeof(*al));

	al->e = e;
	al->row = row->row;
	al->id = mem_xstrdup(row->id);
	al->actor = mem_xprintf("alert:%s", row->id);
	al->hold.fn = held_long_enough;
	al->repeat.fn = tell_again;
	al->look.fn = look;
	al->hold.arg = al->repeat.arg = al->look.arg = al;
	map_put_int(&e->alerts, al->row, al);
	use_rule(al, rule);
	resume(al);
}

/* written: what it waits for is given up for good, else the next engine goes on. */
static void
remove_rule(struct engine_alert *al, bool written)
{
	drop_hold(al, written);
	forget_alert(al);
	leave_rule(al);
	map_remove_int(&al->e->alerts, al->row);
	free(al->id);
	free(al->actor);
	free(al);
}

static bool
load_rule(const struct alert_row *row, void *arg)
{
	struct alert_rule *rule = row->enabled ? compile(row) : NULL;

	if (rule != NULL)
		add_rule(arg, row, rule);
	return true;
}

enum rc
engine_alerts_load(struct engine *e)
{
	return store_alert_rule_each(e->core.db, load_rule, e);
}

static struct engine_alert *
find_rule(struct engine *e, const char *id)
{
	struct engine_alert *al;
	size_t i = 0;

	while ((al = map_next(&e->alerts, &i)) != NULL)
		if (strcmp(al->id, id) == 0)
			return al;
	return NULL;
}

/* One that was changed keeps its alert, but what it waited for begins anew. */
void
engine_alert_reload(struct engine *e, const char *id)
{
	struct engine_alert *al = find_rule(e, id);
	struct mem_arena *a = mem_arena_new(4096);
	struct alert_rule *rule = NULL;
	struct alert_row row;

	if (store_alert_rule_get(e->core.db, id, a, &row) == RC_OK && row.enabled)
		rule = compile(&row);
	if (al != NULL && (rule == NULL || row.row != al->row)) {
		remove_rule(al, true);
		al = NULL;
	}
	if (al != NULL) {
		drop_hold(al, true);
		leave_rule(al);
		use_rule(al, rule);
		if (al->active)
			start_repeat(al);
	} else if (rule != NULL)
		add_rule(e, &row, rule);
	mem_arena_free(a);
}

void
engine_alerts_free(struct engine *e)
{
	struct engine_alert *al;
	size_t i;

	for (i = 0; (al = map_next(&e->alerts, &i)) != NULL; i = 0)
		remove_rule(al, false);
	map_free(&e->alerts);
}
