/* SPDX-License-Identifier: ISC
 *
 * Writing a batch: one function for each kind of record, run by the recorder's own thread inside one
 * transaction. Ids that become known here are left where later records and the reacting thread look.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/inspection.h"
#include "shared/domain/scenario.h"
#include "workers/engine_record.h"

static enum rc
write_event(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	enum rc rc;

	(void)w;
	(void)b;
	(void)f;
	rec->u.event.cause = late_id(rec->cause);
	if ((rc = store_event_append(tx, &rec->u.event, &rec->id)) == RC_OK && rec->self != NULL)
		atomic_store(&rec->self->id, rec->id);
	return rc;
}

static enum rc
write_state(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)f;
	if (rec->u.state.event > 0)
		rec->u.state.state.event = b->records[rec->u.state.event - 1].id;
	return store_state_put(tx, rec->u.state.entity, &rec->u.state.state);
}

static enum rc
write_device(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	const char *status = rec->u.device.online ? "online" : "offline";
	struct buf data = { 0 }, subject = { 0 };
	struct jsw j = jsw_to(&data);
	enum rc rc;

	(void)w;
	(void)b;
	(void)f;
	jsw_object(&j, NULL);
	jsw_string(&j, "device_id", rec->u.device.id);
	jsw_string(&j, "status", status);
	jsw_end(&j);
	buf_printf(&subject, "device.%s", rec->u.device.id);
	tx->actor = NULL;
	if (rec->u.device.quiet)
		rc = store_device_set_status(tx, rec->u.device.row, status);
	else if ((rc = store_device_set_status(tx, rec->u.device.row, status)) == RC_OK)
		rc = event_append(tx, EVENT_AVAILABILITY, 0, buf_str(&subject), buf_str(&data), NULL);
	buf_free(&data);
	buf_free(&subject);
	return rc;
}

static enum rc
write_command(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	struct command *c = &rec->u.command;
	enum rc rc;

	(void)w;
	(void)b;
	(void)f;
	c->id = late_id(rec->row);
	c->event = late_id(rec->self);
	tx->actor = c->actor;
	if (c->id == 0)
		tx->cause = c->cause = late_id(rec->cause);
	else
		tx->cause = c->event;
	if ((rc = command_record(tx, c)) != RC_OK)
		return rc;
	if (rec->row != NULL)
		atomic_store(&rec->row->id, c->id);
	if (rec->self != NULL)
		atomic_store(&rec->self->id, c->event);
	return RC_OK;
}

/* What was written before names all that the trace refers to. Valid until the next one. */
static void
seal(struct record_writer *w, const struct record *rec, struct store_trace *piece)
{
	buf_reset(&w->sealed);
	trace_seal(rec->trace, &w->sealed);
	piece->data = buf_str(&w->sealed);
	piece->len = w->sealed.len;
}

static enum rc
write_run(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	struct store_trace piece = { 0 };
	struct run *run = &rec->u.run;
	enum rc rc;

	(void)f;
	run->id = late_id(rec->row);
	run->event = late_id(rec->self);
	run->cause = late_id(rec->cause);
	seal(w, rec, &piece);
	if ((rc = run_put(tx, run, &piece)) == RC_OK && rec->row != NULL)
		atomic_store(&rec->row->id, run->id);
	b->scenarios_end |= run->scenario && run->ended != 0;
	return rc;
}

static enum rc
write_trace(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	struct store_trace *piece = &rec->u.piece;

	(void)b;
	(void)f;
	piece->cause = late_id(rec->cause);
	seal(w, rec, piece);
	return store_trace_insert(tx, piece);
}

/* One that is so already gets no version of its own. */
static enum rc
write_turn(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	const char *id = rec->u.turn.automation_id;
	struct mem_arena *a = mem_arena_new(4096);
	struct js *members = js_new_object();
	struct automation r;
	enum rc rc;

	(void)w;
	(void)b;
	tx->actor = rec->u.turn.actor;
	js_set(members, "enabled", js_new_bool(rec->u.turn.on));
	rc = store_automation_get(tx->db, id, a, &r);
	if (rc == RC_OK && r.enabled != rec->u.turn.on)
		rc = automation_edit_change(tx, id, members, a, &r, f);
	js_free(members);
	mem_arena_free(a);
	return rc;
}

static enum rc
write_question(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	tx->actor = "engine";
	return question_ask(tx, &rec->u.question);
}

static enum rc
write_hold(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	rec->u.hold.cause = late_id(rec->cause);
	return store_hold_put(tx, &rec->u.hold);
}

static enum rc
write_unhold(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	const struct hold *h = &rec->u.hold;

	(void)w;
	(void)b;
	(void)f;
	return store_hold_delete(tx, h->automation, h->trigger, h->entity);
}

static enum rc
write_time(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return run_time_done(tx, rec->u.until);
}

static enum rc
write_inspection(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return inspection_answer(tx, rec->u.inspection.event, rec->u.inspection.answer);
}

static enum rc
write_freshness(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return store_freshness_put(tx, &rec->u.freshness);
}

static enum rc
write_untold(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return store_untold_put(tx, &rec->u.untold);
}

static enum rc
write_told(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return store_untold_delete(tx, rec->u.untold.source);
}

static enum rc
write_battery(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return rec->u.battery.low ? store_battery_put(tx, rec->u.battery.entity, rec->time) :
	    store_battery_delete(tx, rec->u.battery.entity);
}

static enum rc
write_delivery(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	struct delivery *d = &rec->u.delivery;

	(void)w;
	(void)b;
	(void)f;
	d->alert = late_id(rec->row);
	d->cause = late_id(rec->cause);
	return outbox_put(tx, d);
}

/* Nothing to do for an alert that somebody ended meanwhile, by what he did with its rule. */
static enum rc
write_alert(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	struct alert *al = &rec->u.alert;
	enum rc rc;

	(void)w;
	(void)b;
	(void)f;
	al->id = late_id(rec->row);
	al->event = late_id(rec->cause);
	if (al->id != 0 || al->cleared != 0 || al->repeats != 0)
		rc = store_alert_update(tx, al);
	else if ((rc = store_alert_insert(tx, al)) == RC_OK)
		atomic_store(&rec->row->id, al->id);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
write_alert_hold(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	rec->u.alert_hold.cause = late_id(rec->cause);
	return store_alert_hold_put(tx, &rec->u.alert_hold);
}

static enum rc
write_alert_unhold(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return store_alert_hold_delete(tx, rec->u.alert_hold.rule);
}

static enum rc
write_alert_problem(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	enum rc rc = store_alert_rule_problem(tx, rec->u.alert_problem.rule, rec->u.alert_problem.text);

	(void)w;
	(void)b;
	(void)f;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
write_served(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)w;
	(void)b;
	(void)f;
	return event_served(tx, rec->u.served);
}

static enum rc (*const writers[R__MAX])(struct record_writer *, struct batch *, struct record *, struct tx *,
    struct fault *) = {
	[R_EVENT] = write_event, [R_STATE] = write_state, [R_DEVICE] = write_device,
	[R_COMMAND] = write_command, [R_RUN] = write_run, [R_HOLD] = write_hold,
	[R_UNHOLD] = write_unhold, [R_TRACE] = write_trace,
	[R_QUESTION] = write_question, [R_TURN] = write_turn,
	[R_TIME] = write_time, [R_ANNOUNCE] = record_write_announce,
	[R_INSPECTION] = write_inspection, [R_SERVED] = write_served,
	[R_FRESHNESS] = write_freshness, [R_BATTERY] = write_battery,
	[R_UNTOLD] = write_untold, [R_TOLD] = write_told, [R_DELIVERY] = write_delivery,
	[R_ALERT] = write_alert, [R_ALERT_HOLD] = write_alert_hold, [R_ALERT_UNHOLD] = write_alert_unhold,
	[R_ALERT_PROBLEM] = write_alert_problem,
};

/* What scenarios that failed did is taken back, now that all is written that they and their entities did. */
static enum rc
end_scenarios(struct batch *b, struct tx *tx)
{
	struct run *run;
	enum rc rc;
	size_t i;

	for (i = 0; i < b->n; i++) {
		run = &b->records[i].u.run;
		if (b->records[i].kind != R_RUN || !run->scenario || run->ended == 0)
			continue;
		tx->now_ms = b->records[i].time;
		if (rc_is_common(rc = scenario_ended(tx, run, run->restore)))
			return rc;
		if (rc != RC_OK)
			log_error("engine", "the end of a scenario's run is not told: %s", rc_name(rc));
	}
	return RC_OK;
}

enum rc
record_write(struct record_writer *w, struct batch *b, struct tx *tx)
{
	struct fault f;
	size_t i;
	enum rc rc;

	for (i = 0; i < b->n; i++) {
		f = (struct fault){ 0 };
		tx->now_ms = b->records[i].time;
		tx->actor = NULL;
		tx->cause = late_id(b->records[i].cause);
		b->records[i].named_self = late_id(b->records[i].self) == 0;
		b->records[i].named_row = late_id(b->records[i].row) == 0;
		rc = writers[b->records[i].kind](w, b, &b->records[i], tx, &f);
		if (rc_is_common(rc))
			return rc;
		if (rc != RC_OK) {
			log_warn("engine", "a record of kind %d was left out: %s", b->records[i].kind, rc_name(rc));
			metric_add_label(METRIC_ERRORS, "recorder", 1);
		}
	}
	return b->scenarios_end ? end_scenarios(b, tx) : RC_OK;
}

static void
unname(struct late *l, bool *named)
{
	if (*named && l != NULL)
		atomic_store(&l->id, 0);
	*named = false;
}

void
record_undo(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		unname(b->records[i].self, &b->records[i].named_self);
		unname(b->records[i].row, &b->records[i].named_row);
	}
	b->n_changed = b->n_wanted = b->n_asks = 0;
}
