/* SPDX-License-Identifier: ISC
 *
 * The outbox in motion: commands are encoded and sent at once, sent again while nothing confirms them (as
 * far as repeating is harmless), and end as confirmed, failed or expired.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "workers/engine.h"

#define RETRY_MS 2000		/* doubled each time */
#define TWICE "an engine died before it had written down that it sent this: it may have gone out twice"
#define NOT_AGAIN "an engine died before it had written down that it sent this; it is not sent again, as twice " \
	"would be more than once"
#define NEWER_MAX 50		/* commands behind an open one that are looked at after a start */

struct pending {
	struct engine	*e;
	struct live	*live;
	struct command	 c;		/* its text is owned */
	struct js	*data;
	struct late	*id, *event;
	struct timer	 timer;		/* next try or the deadline */
	bool		 busy;		/* being sent: finish() must not free it */
	bool		 over;		/* finished meanwhile */
	bool		 overtaken;	/* by a newer one: repeating it would undo that */
	bool		 astray;	/* the broker went away since it was sent: it may not have arrived */
	const char	*said;		/* about its first sending, or NULL */
	int64_t		 cause;		/* event, 0: not known yet, or none */
	bool		 looked;	/* whether it was sent before */
	bool		 not_again;	/* it was, and is not to be sent again */
	int		 place;		/* of engine_sent_before, until that is recorded; 0: it was not */
	struct pending	*next;		/* of the same entity; NULL behind the newest */
	struct pending	*prev;		/* the one before; of the oldest: the newest */
};

static void
link_pending(struct pending *p)
{
	struct pending *first = p->live->pending;

	if (first == NULL) {
		p->live->pending = p->prev = p;
		return;
	}
	p->prev = first->prev;
	first->prev->next = p;
	first->prev = p;
}

static void
unlink_pending(struct pending *p)
{
	struct pending *first = p->live->pending;

	if (p->next != NULL)
		p->next->prev = p->prev;
	else
		first->prev = p->prev;
	if (p == first)
		p->live->pending = p->next;
	else
		p->prev->next = p->next;
}

static void
free_pending(struct pending *p)
{
	timer_stop(&p->e->timers, &p->timer);
	unlink_pending(p);
	js_free(p->data);
	late_free(p->id);
	late_free(p->event);
	free((char *)(uintptr_t)p->c.service);
	free((char *)(uintptr_t)p->c.data);
	free((char *)(uintptr_t)p->c.actor);
	free(p);
}

/* Its record says what came of it: what an engine before this one sent needs no more thought. */
static void
settle(struct pending *p)
{
	engine_sent_repeated(p->e, p->place);
	p->place = 0;
}

static void
set_status(struct pending *p, enum command_status status, const char *reason)
{
	p->c.status = status;
	p->c.reason = reason;
	if (status == COMMAND_SENT)
		p->c.sent = p->e->now_ms;
	else if (status != COMMAND_PENDING)
		p->c.done = p->e->now_ms;
	record_command(p->e->recorder, &p->c, p->id, p->event, NULL);
	settle(p);
}

static void
finish(struct pending *p, enum command_status status, const char *reason)
{
	set_status(p, status, reason);
	if (p->busy)
		p->over = true;
	else
		free_pending(p);
}

/* What p settles is not to be undone by repeating an older command. */
static void
overtake(const struct pending *p)
{
	struct pending *old;

	for (old = p->live->pending; old != p; old = old->next)
		if (command_overtakes(p->live->domain, p->c.service, old->c.service))
			old->overtaken = true;
}

/* Looks, once, whether an engine that died sent p already, and decides what that means. */
static void
look_back(struct pending *p, struct late *cause)
{
	struct command c = p->c;

	if (p->looked)
		return;
	p->looked = true;
	p->cause = late_id(cause);
	c.id = late_id(p->id);
	p->place = engine_sent_before(p->e, &c, p->cause);
	if (p->place == 0)
		return;
	p->not_again = !command_repeatable(p->live->domain, p->c.service);
	p->said = p->not_again ? NOT_AGAIN : TWICE;
	log_warn(p->live->entity_id, "%s: %s", p->c.service, p->said);
}

static enum rc
publish(struct pending *p, struct fault *f)
{
	struct outgoing out[OUTGOING_MAX];
	struct binding_state now = house_state(p->live);
	size_t n = 0, i;
	struct command c = p->c;
	enum rc rc;

	if (p->not_again)
		return RC_OK;
	if (command_keep(p->live->domain, p->c.service, NULL, NULL)) {
		overtake(p);
		return RC_OK;
	}
	if (p->live->binding == NULL)
		return fault_set(f, RC_UNSUPPORTED, NULL, "its announcement cannot be used");
	if (!mqtt_connected(p->e->tx))
		return fault_set(f, RC_DOWN, NULL, "the broker is not connected");
	c.id = late_id(p->id);
	if (p->c.tries == 0 && p->place == 0)
		engine_sent(p->e, &c, p->cause);
	rc = p->live->adapter->encode(p->live->binding, &p->c, p->data, &now, p->e->arena, out, &n, f);
	for (i = 0; rc == RC_OK && i < n; i++) {
		rc = mqtt_publish(p->e->tx, out[i].topic, out[i].payload, out[i].len, out[i].qos,
		    out[i].retain, NULL);
		if (rc != RC_OK)
			fault_set(f, rc, NULL, "%s: cannot be sent", out[i].topic);
		else
			metric_add(METRIC_MQTT_PUBLISHED, 1);
		if (p->e->hears_messages)
			engine_chain_tell(p->e, map_hash(out[i].topic, strlen(out[i].topic)), p->event);
	}
	if (rc == RC_OK)
		overtake(p);
	return rc;
}

/* An entity that reports nothing is what it was told to be, and any what the house itself makes of it. */
static void
assume_state(struct pending *p)
{
	struct binding_state now = house_state(p->live);
	struct binding_info info;
	struct report r = { 0 };

	if (command_keep(p->live->domain, p->c.service, now.attributes, &r)) {
		engine_report(p->e, p->live, &r, p->event);
		return;
	}
	p->live->adapter->info(p->live->binding, &info);
	if (!info.optimistic)
		return;
	if (p->live->adapter->assume(p->live->binding, &p->c, p->data, &now, p->e->arena, &r) == REPORT_OK)
		engine_report(p->e, p->live, &r, p->event);
}

/* False when that confirmed the command and p is gone. */
static bool
assume(struct pending *p)
{
	p->busy = true;
	assume_state(p);
	p->busy = false;
	if (!p->over)
		return true;
	free_pending(p);
	return false;
}

static void
wait_more(struct pending *p)
{
	int shift = p->c.tries < 1 ? 0 : p->c.tries > 10 ? 9 : p->c.tries - 1;
	int64_t again = p->e->now_ms + ((int64_t)RETRY_MS << shift);
	bool repeat = !p->overtaken && command_repeatable(p->live->domain, p->c.service);

	timer_start(&p->e->timers, &p->timer, repeat && again < p->c.deadline ? again : p->c.deadline);
}

/* The deadline is over: whose fault was it? */
static void
give_up(struct pending *p)
{
	char reason[120];

	if (p->c.tries == 0) {
		snprintf(reason, sizeof(reason), "%s%s before the deadline",
		    p->said != NULL ? "an engine that died may have sent it; then " : "",
		    p->c.deadline <= p->e->since_ms ? "no engine was running" : "the broker was not connected");
		finish(p, COMMAND_EXPIRED, reason);
		return;
	}
	if (p->astray) {
		finish(p, COMMAND_EXPIRED, "the connection to the broker was lost, and the device did not confirm it "
		    "before the deadline");
		return;
	}
	snprintf(reason, sizeof(reason), "the device did not confirm it within %lld s",
	    (long long)(p->c.deadline - p->c.created) / 1000);
	finish(p, COMMAND_FAILED, reason);
}

/* Sends p, unless it is too late, and decides what is waited for. May free p. */
static void
try_send(struct pending *p)
{
	struct fault f = { 0 };
	enum rc rc;

	look_back(p, NULL);
	if (p->e->now_ms >= p->c.deadline) {
		give_up(p);
		return;
	}
	rc = publish(p, &f);

	if (rc == RC_DOWN) {		/* engine_command_resend or the deadline comes next */
		timer_start(&p->e->timers, &p->timer, p->c.deadline);
		return;
	}
	if (rc != RC_OK) {
		finish(p, COMMAND_FAILED, f.msg);
		return;
	}
	p->astray = false;
	if (p->c.tries++ == 0) {
		set_status(p, COMMAND_SENT, p->said);
		p->c.reason = NULL;
		if (!assume(p))
			return;
	}
	if (!command_confirmable(p->live->domain, p->c.service)) {
		free_pending(p);	/* sent is all that can be known */
		return;
	}
	wait_more(p);
}

static void
on_timer(void *arg, int64_t now_ms)
{
	struct pending *p = arg;

	if (now_ms < p->c.deadline && p->overtaken) {
		wait_more(p);
		return;
	}
	try_send(p);
}

static struct pending *
new_pending(struct engine *e, struct live *l, const struct command *c, const struct js *data)
{
	struct pending *p = mem_xcalloc(1, sizeof(*p));

	p->e = e;
	p->live = l;
	p->c = *c;
	p->c.entity = l->row;
	p->c.entity_id = l->entity_id;
	p->c.service = mem_xstrdup(c->service);
	p->c.data = mem_xstrdup(c->data);
	p->c.actor = mem_xstrdup(c->actor);
	p->c.reason = NULL;
	p->c.before = NULL;
	p->data = js_ref(data);
	p->id = late_new(c->id);
	p->event = late_new(c->event);
	p->timer.fn = on_timer;
	p->timer.arg = p;
	link_pending(p);
	return p;
}

/* The row must be in the batch before anything that names it as its cause. */
static void
first_send(struct pending *p, struct late *cause, struct trace *t)
{
	struct fault f = { 0 };
	enum rc rc;

	late_follow(p->event, cause, p->e->now_ms);
	engine_chain_tell(p->e, (uint64_t)p->live->row, p->event);
	look_back(p, cause);
	rc = publish(p, &f);

	metric_observe_us(METRIC_REACTION_SECONDS, clock_mono_us() - p->e->arrived_us);
	if (rc == RC_OK) {
		p->c.tries = 1;
		p->c.status = COMMAND_SENT;
		p->c.sent = p->e->now_ms;
		p->c.reason = p->said;
	} else if (rc != RC_DOWN) {
		p->c.status = COMMAND_FAILED;
		p->c.done = p->e->now_ms;
		p->c.reason = f.msg;
	}
	p->c.before = command_before(p->live->domain, p->live->state, p->live->available, house_attributes(p->live),
	    p->e->arena);
	record_command(p->e->recorder, &p->c, p->id, p->event, cause);
	if (p->c.status != COMMAND_PENDING)
		settle(p);
	trace_ref(t, p->id);
	if (p->said != NULL)
		t->note = p->said;
	p->c.reason = NULL;
	p->c.before = NULL;
	if (p->c.status == COMMAND_SENT && !assume(p))
		return;
	if (p->c.status == COMMAND_FAILED || (p->c.status == COMMAND_SENT &&
	    !command_confirmable(p->live->domain, p->c.service)))
		free_pending(p);
	else if (p->c.status == COMMAND_SENT)
		wait_more(p);
	else
		timer_start(&p->e->timers, &p->timer, p->c.deadline);
}

enum rc
engine_command(struct engine *e, struct live *l, const char *service, const struct js *data,
    const char *actor, struct late *cause, struct trace *t, struct fault *f)
{
	struct js *admitted = NULL;
	struct entity_state es;
	struct command c;
	struct command_request r = {
		.entity = &es, .service = service, .data = data, .caps = house_capabilities(l), .actor = actor,
		.now_ms = e->now_ms,
		.timeout_ms = conf_int(e->core.conf, CONF_COMMAND_TIMEOUT_SECONDS) * 1000,
	};
	enum rc rc;

	house_entity_state(l, e->arena, &es);
	rc = command_admit(&r, e->arena, &c, &admitted, f);
	if (rc == RC_REFUSED) {
		c.status = COMMAND_REFUSED;
		c.reason = f->msg;
		c.done = e->now_ms;
		record_command(e->recorder, &c, NULL, NULL, cause);
	}
	if (rc != RC_OK)
		return rc;
	first_send(new_pending(e, l, &c, admitted), cause, t);
	js_free(admitted);
	return RC_OK;
}

struct follow {
	struct engine	*e;
	bool		 first;
	int64_t		 until;		/* event, 0: all */
};

/* An entity that is disabled, withdrawn or was never understood. */
static void
refuse_unknown(struct engine *e, const struct command *c)
{
	struct late *id = late_new(c->id), *event = late_new(c->event);
	struct command copy = *c;
	struct entity_state es;

	if (store_entity_by_row(e->core.db, c->entity, e->arena, &es) == RC_OK)
		copy.entity_id = es.entity.entity_id;
	copy.status = COMMAND_FAILED;
	copy.reason = "the entity is not in use: disabled, or no longer announced";
	copy.done = e->now_ms;
	record_command(e->recorder, &copy, id, event, NULL);
	late_free(id);
	late_free(event);
}

/* A predecessor of this engine may have sent the newer command, which need not be open any more. */
static bool
was_overtaken(struct engine *e, const struct live *l, const struct command *c)
{
	struct store_command_filter newest = { .entity = c->entity, .limit = NEWER_MAX };
	struct command *rows;
	size_t n, i;

	if (store_command_list(e->core.db, &newest, e->arena, &rows, &n) != RC_OK)
		return true;
	for (i = 0; i < n && rows[i].id > c->id; i++)
		if (rows[i].sent != 0 && command_overtakes(l->domain, rows[i].service, c->service))
			return true;
	return n == NEWER_MAX && i == n;
}

static bool
follow_one(const struct command *c, void *arg)
{
	const struct follow *f = arg;
	struct engine *e = f->e;
	struct js *data = NULL;
	struct pending *p;
	struct live *l;

	if (f->until != 0 && c->event > f->until)
		return false;
	if (c->id > e->commands)
		e->commands = c->id;
	if (!f->first && (strncmp(c->actor, "automation:", 11) == 0 || strncmp(c->actor, "scenario:", 9) == 0))
		return true;		/* our own */
	if ((l = engine_follow_entity(e, c->entity)) == NULL) {
		refuse_unknown(e, c);
		return true;
	}
	if (c->status == COMMAND_SENT && !command_confirmable(l->domain, c->service))
		return true;		/* that is all that can be known */
	if (js_parse(c->data, strlen(c->data), JS_LAX_KEYS, &data, NULL) != RC_OK)
		data = js_new_object();
	p = new_pending(e, l, c, data);
	js_free(data);
	if (f->first) {
		late_free(p->event);
		p->event = engine_recall(e, c->event);
	}
	if (c->status == COMMAND_SENT) {
		p->overtaken = f->first && was_overtaken(e, l, c);
		wait_more(p);
	} else {
		try_send(p);
	}
	return true;
}

void
engine_command_follow(struct engine *e, bool first)
{
	struct follow f = { .e = e, .first = first };

	store_command_each_open(e->core.db, e->commands, follow_one, &f);
}

void
engine_command_follow_until(struct engine *e, int64_t event)
{
	struct follow f = { .e = e, .until = event };

	store_command_each_open(e->core.db, e->commands, follow_one, &f);
}

static bool
confirmed(const struct pending *p)
{
	const struct live *l = p->live;

	return p->c.tries > 0 && command_confirmed_by(l->domain, p->c.service, p->data, house_capabilities(l),
	    l->state, house_attributes(l));
}

struct late *
engine_command_cause(const struct live *l)
{
	struct pending *p;

	for (p = l->pending; p != NULL; p = p->next)
		if (confirmed(p))
			return late_ref(p->event);
	return NULL;
}

void
engine_command_confirm(struct live *l)
{
	struct pending *p, *next;

	for (p = l->pending; p != NULL; p = next) {
		next = p->next;
		if (confirmed(p))
			finish(p, COMMAND_CONFIRMED, NULL);
	}
}

/* Never sent, or sent into a connection that broke and harmless to repeat. */
static bool
wants_sending(const struct pending *p)
{
	return p->c.tries == 0 || (p->astray && !p->overtaken &&
	    command_repeatable(p->live->domain, p->c.service));
}

void
engine_command_resend(struct engine *e)
{
	struct pending *p, *next;
	struct live *l;
	size_t i = 0;

	while ((l = map_next(&e->house.by_row, &i)) != NULL)
		for (p = l->pending; p != NULL; p = next) {
			next = p->next;
			if (wants_sending(p))
				try_send(p);
		}
}

void
engine_command_astray(struct engine *e)
{
	struct pending *p;
	struct live *l;
	size_t i = 0;

	while ((l = map_next(&e->house.by_row, &i)) != NULL)
		for (p = l->pending; p != NULL; p = p->next)
			p->astray = p->c.tries > 0;
}

void
engine_command_fail(struct live *l, const char *reason)
{
	struct pending *p, *next;

	for (p = l->pending; p != NULL; p = next) {
		next = p->next;
		finish(p, COMMAND_FAILED, reason);
	}
}

void
engine_command_forget(struct live *l)
{
	while (l->pending != NULL)
		free_pending(l->pending);
}
