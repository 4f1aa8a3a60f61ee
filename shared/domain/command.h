/* SPDX-License-Identifier: ISC
 *
 * The one door for commands. Whoever wants to change a device comes here: the service and its data are
 * checked against what the entity can do, the rules of the house are asked, and an outbox row is
 * written that the engine sends, retries and confirms.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "shared/base/js.h"
#include "shared/store/store_command.h"
#include "shared/store/store_entity.h"

struct report;	/* adapter.h */

struct command_request {
	const struct entity_state *entity;
	const char	*service;	/* "turn_on" or "light.turn_on" */
	const struct js	*caps;		/* what the entity can, read before; NULL: it is read from its text */
	const struct js	*data;		/* object or NULL */
	const char	*actor;
	int64_t		 cause;
	int64_t		 now_ms;
	int64_t		 timeout_ms;	/* until the deadline */
};

/*
 * Decides only (no I/O): normalises `toggle` by the current state, validates service and data against
 * the service table and the capabilities, applies the constraints. RC_OK: *out is ready to be
 * recorded as pending (text in the arena), and *data (data may be NULL) what its data says, which the caller owns.
 * RC_INVALID, RC_UNSUPPORTED, RC_REFUSED with *f filled.
 */
enum rc command_admit(const struct command_request *r, struct mem_arena *a, struct command *out,
    struct js **data, struct fault *f);
/*
 * command_admit, then the outbox row and its event. A refusal by a rule of the house is recorded too (and so
 * is no failure of the transaction): RC_OK with out->status COMMAND_REFUSED, out->reason, and *f filled with
 * RC_REFUSED. Whatever else command_admit finds is returned and leaves nothing behind.
 */
enum rc command_enqueue(struct tx *tx, const struct command_request *r, struct mem_arena *a,
    struct command *out, struct fault *f);
/*
 * Records c's present status with its event. c->id 0: a new row; sets c->id and c->event, and the event's
 * cause is c->cause. Else the event's cause is the command's first event.
 */
enum rc command_record(struct tx *tx, struct command *c);

/*
 * command.before for an entity with this state; attributes: an object or NULL. NULL when it cannot be brought back to
 * it. In the arena. command_enqueue does it by itself; who records what command_admit made does it.
 */
const char *command_before(const char *domain, const char *state, bool available, const struct js *attributes,
    struct mem_arena *a);

/* It reached the device, as far as anybody knows, or is about to. */
bool command_was_sent(const struct command *c);
/* The services a domain offers, NULL-terminated, in the arena. */
const char *const *command_services(const char *domain, struct mem_arena *a);
/* True when sending it twice does what sending it once does. */
bool command_repeatable(const char *domain, const char *service);
/*
 * True when `newer`, a later command for the same entity, settles what `older` was to settle: whoever repeats
 * `older` after it undoes it.
 */
bool command_overtakes(const char *domain, const char *newer, const char *older);
/*
 * Whether a report of `state` (NULL: unknown) with `attributes` (an object) shows that the service was carried out,
 * told these data (an object), by an entity with these capabilities (an object or NULL). False for services that leave
 * no trace in the state.
 */
bool command_confirmed_by(const char *domain, const char *service, const struct js *data, const struct js *caps,
    const char *state, const struct js *attributes);
/*
 * True when the house keeps the service to itself, which no device is told; then r (NULL, or zeroed by the caller)
 * becomes what an entity with these attributes is from then on.
 */
bool command_keep(const char *domain, const char *service, const struct js *attributes, struct report *r);
/* False when no report can ever show it: the command is final once it was sent. */
bool command_confirmable(const char *domain, const char *service);

void command_write(struct jsw *w, const char *key, const struct command *c);

#endif
