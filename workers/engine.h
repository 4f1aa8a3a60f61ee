/* SPDX-License-Identifier: ISC
 *
 * The engine's parts and what they share. One thread reacts (everything here but the recorder's thread):
 * message in, state, rules, command out; a second one records what was done. Nothing is kept that is not
 * in the database, the broker or a file.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <limits.h>

#include "shared/adapters/net_bell.h"
#include "shared/adapters/net_mqtt.h"
#include "shared/domain/automation.h"
#include "shared/domain/command.h"
#include "shared/domain/core.h"
#include "shared/domain/house.h"
#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"
#include "shared/domain/outbox.h"
#include "shared/domain/question.h"
#include "shared/domain/run.h"
#include "shared/domain/rhythm.h"
#include "shared/domain/trace.h"
#include "shared/domain/webhook.h"

struct engine;
struct recorder;
struct engine_rule;
struct poll_list;
struct sent_log;
struct route_table;
struct store_event;
struct courier;
struct watched;
struct measurer;

#define ENGINE_TOLD 256

/* The newest of the commands whose `about` has this place in the table; what is about the same may follow from it. */
struct told {
	uint64_t	 about;		/* row of an entity, or hash of a topic */
	struct late	*event;		/* of the command, NULL: none */
};

struct engine {
	struct core		 core;
	const char		*config_path;	/* as given, or NULL */
	struct house		 house;
	struct timer_heap	 timers;
	int64_t			 now_ms;	/* UTC, taken once per turn of the loop */
	int64_t			 since_ms;	/* UTC: when it became active */

	struct mqtt		*rx;		/* persistent session: what devices say */
	struct mqtt		*tx;		/* what we say; also asks for retained messages */
	bool			 held;		/* QoS 1 messages were read and are not committed yet */
	bool			 held_writing;	/* their batch is being written */
	bool			 hello;		/* the broker is new: greet the hubs once tx is there */
	bool			 missed;	/* nobody listened for a while: ask the devices then */
	int64_t			 arrived_us;	/* monotonic: when the present message was read */
	struct route_table	*routes;
	struct poll_list	*polls;		/* engine_poll.c, NULL: nobody was asked yet */
	struct mem_arena	*arena;		/* of the present message */
	const char		*topic;		/* of the present message, NULL outside of one */
	struct late		*answered;	/* what the message that is dealt with reacts to, owned, or NULL */
	struct late		*brought;	/* event that brought it, NULL: a broker */
	int64_t			 hello_ms;	/* when the hubs were greeted last */
	int64_t			 listening_ms;	/* UTC: since when the broker is heard without a gap, 0: it is not */
	struct listening	*listening;	/* engine_freshness.c */
	struct turns		*turns;		/* engine_turns.c, NULL until something turned */
	struct courier		*deliverer;	/* engine_courier.c, NULL until something was to be delivered */
	struct courier		*fetcher;	/* the same, until a calendar was to be read */
	struct watched		*calendars;	/* engine_calendar.c */
	struct measurer		*measurer;	/* engine_measure.c, NULL until history was to be measured */
	struct map		 low;		/* entities whose battery is low, by row */
	struct rule_context	 outlook;	/* in which templates of devices look at the house */
	struct template_env	 sees;		/* the same, as they know it */
	struct buf		 text;		/* scratch of whoever writes JSON, not kept over calls */

	struct recorder		*recorder;
	struct bell		*bell;
	int64_t			 followed;	/* event id up to which configuration was read */
	uint64_t		 own_kinds;	/* of events that it wrote itself since: STORE_KIND_BITs */
	int64_t			 commands;	/* command id up to which the outbox was read */

	struct map		 rules;		/* struct engine_rule by row */
	struct map		 alerts;	/* struct engine_alert by row */
	uint32_t		 alert_versions;	/* how many rules of alerts were taken into use */
	struct map		 links;		/* struct rule_link lists by entity id */
	char			 webhook_key[WEBHOOK_KEY];
	bool			 hears_messages;	/* a rule listens to topics of the broker */
	bool			 hears_states;	/* something listens to all entities, or all of a domain */
	uint64_t		 messages;	/* that rules were asked about: the number of the newest */
	const char		**heard_filters;	/* subjects with wildcards, of links */
	size_t			 n_heard_filters;
	int			 judging;	/* walks along lists of links that are under way */
	struct rule_link	*gone_links;	/* that were unlinked meanwhile */
	struct template_scratch	*scratch;	/* of rules */
	struct sent_log		*sent;		/* engine_sent.c */
	struct map		 roots;		/* engine_chain.c: struct late by the id of an earlier event */
	bool			 roots_read;
	struct told		 told[ENGINE_TOLD];	/* engine_chain.c */
	int64_t			 time_from;	/* time triggers are done up to here, UTC ms */
	struct timer		 minute;	/* templates that ask for the time are asked */
};

/* ---- engine_standby.c: who is active, who waits ---- */

struct engine_locks {
	int	active;
	int	standby;
	char	active_path[PATH_MAX];
	char	standby_path[PATH_MAX];
};

/*
 * Takes one of the two locks; tries for two seconds, because an engine that was told to go on has both for a moment.
 * at_once: the active one. RC_BUSY: two engines are there already.
 */
enum rc engine_take_place(struct engine_locks *k, bool *at_once, struct fault *f);
/* Sleeps until the active engine lets go or dies. RC_TIMEOUT: told to stop meanwhile. */
enum rc engine_stand_by(struct engine *e, struct engine_locks *k, struct fault *f);
bool engine_standby_ready(const struct engine *e, const struct engine_locks *k);

/* How often the same heartbeat was seen. All zero at first. */
struct engine_watch {
	double	heartbeat;
	int	beats;
};
/* To be asked once a beat: true when the heartbeat is the same for `patience` beats (once). */
bool engine_watch_stuck(struct engine_watch *w, double heartbeat, int patience);

/* ---- engine_record.c: what was done, written in batches by a second thread ---- */

enum rc recorder_open(struct engine *e, struct recorder **out, struct fault *f);
/* Writes what is left and ends the thread. False: not everything could be written. NULL is legal. */
bool recorder_close(struct recorder *r);
int recorder_fd(const struct recorder *r);	/* readable when a batch was committed */
/* To be called when it is: hands results to engine_discovered(), frees the batch. */
bool recorder_done(struct recorder *r);		/* true when a batch was */
/* Hands over the present batch when the time has come. `urgent`: somebody waits for the commit. */
bool recorder_flush(struct recorder *r, bool urgent);	/* true when it did */
/* Milliseconds until recorder_flush has something to do, -1: nothing. */
int recorder_wait(const struct recorder *r);
bool recorder_empty(const struct recorder *r);		/* everything is committed */
bool recorder_full(const struct recorder *r);		/* stop reading: writing does not keep up */

/* All text is copied; references of struct late are taken, not taken over. */
struct recorded {
	int		 kind;		/* of event.def */
	int64_t		 entity;	/* row or 0 */
	const char	*subject, *actor, *state, *prior, *data;
	struct late	*cause;		/* or NULL */
	struct late	*self;		/* gets the event's id, or NULL */
};
/* Returns 1 + the place in the batch, for live.event. */
int record_event(struct recorder *r, const struct recorded *ev);
/* The same in two: the place, and before the reacting thread waits again what stands there. */
int record_place(struct recorder *r);
void record_event_at(struct recorder *r, int place, const struct recorded *ev);
void record_state(struct recorder *r, struct live *l);		/* its row goes with the present batch */
void recorder_forget(struct recorder *r, struct live *l);	/* l goes away: its row is not written */
/* quiet: its event is told by somebody else, or is none. */
void record_device(struct recorder *r, const struct live_device *d, bool quiet);
void record_freshness(struct recorder *r, const struct freshness *f);
/* A source of store_untold.h turned; its event comes later, with record_told. */
void record_untold(struct recorder *r, int64_t source, bool online);
void record_told(struct recorder *r, int64_t source);
void record_battery(struct recorder *r, int64_t entity, bool low);
/* c->id 0: a new row, whose id goes to `id` and whose event to `event`. */
void record_command(struct recorder *r, const struct command *c, struct late *id, struct late *event,
    struct late *cause);
/* run->id 0: a new row, whose id goes to `id`; event: the run's own. t: what it did, emptied. */
void record_run(struct recorder *r, const struct run *run, struct late *id, struct late *event,
    struct late *cause, struct trace *t);
/* An evaluation that led to no run; t is emptied. */
void record_trace(struct recorder *r, int64_t automation, enum trace_kind kind, struct late *cause,
    struct trace *t);
void record_hold(struct recorder *r, const struct hold *h, struct late *cause);
void record_unhold(struct recorder *r, const struct hold *h);
void record_question(struct recorder *r, const struct question *q);
/* A rule is on or off from now on, because of another one. */
void record_turn(struct recorder *r, const char *automation_id, bool on, const char *actor, struct late *cause);
void record_time_triggers(struct recorder *r, int64_t until_ms);
/* The newest picture of an entity, for its file, as bytes or as base64 text; p NULL: the entity is gone, its file
 * goes too. */
void record_picture(struct recorder *r, int64_t entity, const char *p, size_t n, bool text);
/* What is to be delivered; alert: the row that it is about, or NULL. */
void record_delivery(struct recorder *r, const struct delivery *d, struct late *alert, struct late *cause);
/* al->id is in `id`: 0 is a new row, whose id goes there; event: what it names. */
void record_alert(struct recorder *r, const struct alert *al, struct late *id, struct late *event);
void record_alert_hold(struct recorder *r, const struct alert_hold *h, struct late *cause);
void record_alert_unhold(struct recorder *r, int64_t rule);
/* Why a rule cannot be judged; NULL: it can again. */
void record_alert_problem(struct recorder *r, int64_t rule, const char *problem);
void record_served(struct recorder *r, int64_t event);	/* after what it asked for was recorded */
void record_inspection(struct recorder *r, int64_t event, const char *answer);
void record_announcement(struct recorder *r, const struct adapter_ops *family,
    const struct mqtt_message *m);

/* ---- engine_mqtt.c: the broker ---- */

void engine_routes_open(struct engine *e);	/* before anything is routed */
enum rc engine_mqtt_open(struct engine *e, struct fault *f);
/* committed: what was read may be acknowledged now; else the broker keeps it for the next engine. */
void engine_mqtt_close(struct engine *e, bool committed);
/* A message that came another way than by a broker: the event that brought it is the cause of what follows. */
void engine_mqtt_inject(struct engine *e, const char *topic, const char *payload, size_t len, int64_t event);
/* Greets the hubs: they report every state again. */
void engine_hello(struct engine *e);
/* Asks again for the retained availability of what is not available. */
void engine_ask(struct engine *e);

/* Asks the broker, as soon as it is there, for what it has kept there: it comes in as any other message. */
void engine_ask_kept(struct engine *e, const char *topic);

/* ---- engine_subscribe.c: what the broker's session is subscribed to ---- */

/* Subscribes to what is configured, unless a session that was kept has just that: true. */
bool engine_subscribe(struct engine *e, bool session_present);
/* The broker has granted it, or not all of it. */
void engine_subscribed(struct engine *e, bool granted);

/* ---- engine_route.c: topics to entities ---- */

void engine_route(struct engine *e, struct live *l);	/* listens to the topics of l from now on */
/* Takes in what was heard of the topics of l before; where that is nothing, the broker is asked. */
void engine_route_hear(struct engine *e, struct live *l);
/*
 * The same for what was announced or enabled since then (UTC ms) and has reported nothing yet: the engine before may
 * not have got there. Not for what has reported: what the broker keeps of it may be older.
 */
void engine_hear_missed(struct engine *e, int64_t since_ms);
void engine_unroute(struct engine *e, struct live *l);
/*
 * The last message on a topic that somebody listens to; now_ms is when it came. Borrowed until the next one. Of a
 * large one fewer bytes are *kept than its len.
 */
bool engine_route_last(const struct engine *e, const char *topic, struct message *out, size_t *kept);
/*
 * The same for all topics, also those that nobody listens to yet; route_kept(m->len) bytes of each are there. told:
 * somebody listened when it came.
 */
void engine_route_each_last(const struct engine *e, void (*fn)(const struct message *m, bool told, void *arg),
    void *arg);
/* Remembers m, unless something newer was heard; m->now_ms: when it came. route_kept(m->len) bytes are read. */
void engine_route_keep(struct engine *e, const struct message *m, bool told);

/* ---- engine_poll.c: asking devices ---- */

/* Has the device report l's state, a moment later, when its family can ask for that. */
void engine_poll(struct engine *e, struct live *l);
/* Sends a question at once, if there is a connection. */
void engine_poll_send(struct engine *e, const struct outgoing *o);
void engine_poll_all(struct engine *e);		/* of all that are available */
void engine_poll_close(struct engine *e);

/* ---- engine_inspect.c: the last messages, for people and for the next engine ---- */

void engine_inspect(struct engine *e, const char *device_id, int64_t event);
/* The leaving engine writes what it remembers to a file, the next one takes it over. */
void engine_inspect_save(const struct engine *e);
void engine_inspect_load(struct engine *e);

/* ---- engine_apply.c: a report becomes state, events, reactions ---- */

/* cause: what led to the report, or NULL: the device itself (or a command that it confirms). */
void engine_report(struct engine *e, struct live *l, struct report *r, struct late *cause);
void engine_rebind(struct engine *e, struct live *l);	/* timers follow the binding */
void engine_untime(struct engine *e, struct live *l);	/* l has none any more */
void engine_times_save(struct engine *e);	/* what the next engine's timers count from is written */

/* ---- engine_freshness.c: who is still heard ---- */

void engine_freshness_open(struct engine *e);		/* behind the entities */
void engine_freshness_catch_up(struct engine *e);	/* what the engine before learned; before devices are counted */
void engine_freshness_start(struct engine *e);		/* active now */
void engine_freshness_save(const struct engine *e);
void engine_freshness_close(struct engine *e);
/* l's device said something of now; news: something that it had not said before. */
void engine_heard(struct engine *e, struct live *l, bool news);

/* ---- engine_turns.c: who comes and goes ---- */

/* The availability of l (or NULL), or whether d is lost, is another now. d: of l, or NULL. */
void engine_turned(struct engine *e, const struct live *l, struct live_device *d);
/* Active now: what the engine before had still to tell. */
void engine_turns_resume(struct engine *e);
void engine_turns_close(struct engine *e);		/* tells what is still to be told */

/* ---- engine_battery.c ---- */

void engine_battery_load(struct engine *e);
void engine_battery(struct engine *e, struct live *l);	/* l has a new state */

/* ---- engine_command.c: the outbox ---- */

/* A command of a rule: admitted, sent, recorded; t gets its id. */
enum rc engine_command(struct engine *e, struct live *l, const char *service, const struct js *data,
    const char *actor, struct late *cause, struct trace *t, struct fault *f);
/* Reads what others put into the outbox. first: also what earlier engines sent. */
void engine_command_follow(struct engine *e, bool first);
void engine_command_follow_until(struct engine *e, int64_t event);	/* those that were given before that event */
/* The pending command that the present state of l carries out, as cause of the change; or NULL. */
struct late *engine_command_cause(const struct live *l);
/* Looks whether the present state of l confirms commands. */
void engine_command_confirm(struct live *l);
void engine_command_resend(struct engine *e);		/* the broker is there again */
void engine_command_astray(struct engine *e);		/* it went away: what was sent may not have arrived */
void engine_command_forget(struct live *l);
/* They end as failed: l is not commanded any more. */
void engine_command_fail(struct live *l, const char *reason);

/* ---- engine_alert.c: alert rules ---- */

enum rc engine_alerts_load(struct engine *e);		/* rules, then active alerts and holds; after the other rules */
void engine_alerts_free(struct engine *e);
/* Reads one rule again (or drops it when it is gone or disabled). */
void engine_alert_reload(struct engine *e, const char *id);
struct measuring;
/* What was asked of history for one of them is known; m stays the caller's. */
void engine_alert_measured(struct engine *e, struct measuring *m);

/* ---- engine_measure.c: history, read by a thread of its own ---- */

struct measure_ask {
	size_t			 variable;	/* index in its rule */
	struct alert_variable	 what;		/* without texts, which may be gone by then */
	int64_t			 entity;	/* row */
	struct js		*value;		/* what history says, or NULL */
	bool			 failed;	/* it could not be read */
};

/* What one rule asks at a time. */
struct measuring {
	int64_t			 rule;		/* row */
	uint32_t		 version;	/* of the rule: it may be another one by then */
	int64_t			 now_ms;	/* UTC: when it was asked */
	struct measure_ask	*asks;
	size_t			 n;
	struct measuring	*next;
};

/* Takes m over; the answer comes to engine_alert_measured. False: it cannot be measured, which the log says. */
bool engine_measure(struct engine *e, struct measuring *m);
int engine_measure_fd(const struct engine *e);	/* readable when something is measured; -1: nothing ever was */
void engine_measured(struct engine *e);		/* to be called when it is */
void engine_measure_close(struct engine *e);
void measuring_free(struct measuring *m);

/* ---- engine_courier.c: jobs that are started now instead of at cron's next minute ---- */

/* There is something in the outbox: have it delivered now. */
void engine_courier_deliver(struct engine *e);
/* A calendar is to be read now. */
void engine_courier_fetch(struct engine *e);
void engine_courier_close(struct engine *e);

/* ---- engine_calendar.c: calendars ---- */

void engine_calendars_start(struct engine *e);	/* active now, after the broker and the rules */
void engine_calendars_close(struct engine *e);
/* ev: somebody changed one, or it was read. */
void engine_calendar_changed(struct engine *e, const struct store_event *ev);

/* ---- engine_sent.c: what was sent and is not written down yet ---- */

void engine_sent_open(struct engine *e);	/* active now: before anything is sent */
void engine_sent_close(struct engine *e);
/*
 * An engine that died before it could write it down sent c already, as far as can be known; not 0, once for each time.
 * cause: id of its event, 0: not known yet. Whoever asks records c, and what this means for it, in the end.
 */
int engine_sent_before(struct engine *e, const struct command *c, int64_t cause);
void engine_sent_repeated(struct engine *e, int place);	/* with the batch that is being filled; place: of _before */
/* c is about to be sent for the first time, and is written down with the batch that is being filled. */
void engine_sent(struct engine *e, const struct command *c, int64_t cause);
void engine_sent_handed(struct engine *e);	/* the batch was handed over, the next one begins */
void engine_sent_written(struct engine *e);	/* all batches that were handed over are committed */

/* ---- engine_rules.c: automations ---- */

enum rc engine_rules_load(struct engine *e);		/* rules, then open runs and holds */
void engine_rules_free(struct engine *e);
/* Reads one rule again (or drops it when it is gone or disabled). */
void engine_rule_reload(struct engine *e, const char *id);
void engine_rules_link(struct engine *e, struct live *l);	/* triggers that listen to a new entity */
bool engine_rules_listened(const struct engine *e, const struct live *l);	/* something listens to its changes */
/* Whether a trigger listens to events about this subject. */
bool engine_rules_hear(struct engine *e, const char *subject);
/* Shows a change, or what happened, to the triggers. cause: its event. */
void engine_rules_judge(struct engine *e, const struct house_change *c, struct late *cause);
/* Whether a trigger that listens to c's subject fires; runs that wait do not count. */
bool engine_rules_would(struct engine *e, const struct house_change *c);
/* The house listens again after nobody had since since_ms (UTC, 0: not known), which is an event. */
void engine_rules_started(struct engine *e, int64_t since_ms);
#define ENGINE_DEPTH_MAX 16	/* reactions to reactions before it is called a loop */
#define ENGINE_RETURNS_MAX 500	/* reactions in all that one cause brings about in rules that reacted to it before */
#define ENGINE_EFFECTS_MAX 30000	/* what reactions to reactions do in all, of one cause */
/* An event without an id yet that follows from cause (or NULL), one reaction further; the caller owns it. */
struct late *engine_follows(struct engine *e, struct late *cause);
/* Something like `about` (a row, or the hash of a topic) was told by this event, of a command. */
void engine_chain_tell(struct engine *e, uint64_t about, struct late *event);
/* What may follow from that, as far as loops are concerned: the device says more than that it did it. Or NULL. */
struct late *engine_chain_told(struct engine *e, uint64_t about);
/* An event of the log, which may be of an earlier engine, with its place in a chain; the caller owns it. */
struct late *engine_recall(struct engine *e, int64_t event);
/* By hand: triggers and conditions are not asked. */
void engine_rule_trigger(struct engine *e, const char *id, int64_t event);
/* The same for a scenario, with its parameters as scenario_arguments made them. */
void engine_scenario_run(struct engine *e, const char *id, const struct js *parameters, int64_t event);
/* A rule starts one. RC_NOT_FOUND, RC_INVALID; RC_BUSY: it runs already. */
enum rc engine_scenario_start(struct engine *e, const char *id, const struct js *parameters, struct late *cause,
    struct fault *f);
/* Ends its runs; restore: what they did is taken back. */
void engine_scenario_stop(struct engine *e, const char *id, bool restore);

/* ---- engine_message.c: messages and calls that rules hear ---- */

/* To be asked when e->hears_messages, inside of a message. */
void engine_message(struct engine *e, const struct mqtt_message *m);
/*
 * The message that is dealt with reports of l: because of `cause`, or (NULL) of what the entity was told before. So
 * rules that hear the message itself are a link of the same chain.
 */
void engine_message_reports(struct engine *e, const struct live *l, struct late *cause);
/* ev: somebody called a webhook. */
void engine_message_called(struct engine *e, const struct store_event *ev);

/* ---- engine_hold.c: triggers that must hold for a while ---- */

/* Nothing waits any more for the state of an entity to last. */
void engine_hold_forget(struct engine *e, int64_t entity);

/* ---- engine_follow.c: what other processes changed ---- */

enum rc engine_load(struct engine *e, struct fault *f);		/* everything, at start */
enum rc engine_catch_up(struct engine *e);			/* what changed while it was standby */
void engine_follow_missed(struct engine *e);	/* what was asked for while no engine looked */
void engine_follow(struct engine *e);				/* somebody rang */
void engine_follow_rung(struct engine *e);			/* the same, if somebody did since the last time */
/*
 * The entity of this row, which may have been written a moment ago without this engine having heard of it yet; NULL
 * when it is disabled, withdrawn or not there.
 */
struct live *engine_follow_entity(struct engine *e, int64_t row);
bool engine_follows_own(const struct engine *e);	/* what it wrote itself is among what is followed */
/* Entities that the recorder added, changed or orphaned for an announcement. */
void engine_discovered(struct engine *e, const int64_t *rows, size_t n);

#endif
