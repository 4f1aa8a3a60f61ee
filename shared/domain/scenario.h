/* SPDX-License-Identifier: ISC
 *
 * Scenarios: named sequences of the actions that automations have, run when somebody asks for them, with parameters
 * that their templates see. A run that fails takes back what it did. Some are shipped with the product
 * (scenarios/NAME.json): ordinary ones, which people may change and reset.
 *
 *	{"name": "Party mode", "parameters": {"guest_count": {"type": "integer", "default": 4, "min": 1}},
 *	 "actions": [...], "mode": "single", "rollback": true}
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "shared/base/js.h"
#include "shared/store/store_automation.h"

#define SCENARIO_PARAMETERS_MAX 20

/* A scenario as the product brings it. */
struct scenario_shipped {
	const char	*id;
	const char	*config;	/* JSON */
};
/* Made by the build out of shared/domain/scenarios/; ends with a NULL id. */
extern const struct scenario_shipped scenarios_shipped[];
const struct scenario_shipped *scenario_shipped_find(const char *id);	/* or NULL */

/* The declarations: {"NAME": {"type", "default", "min", "max", "options", "description"}}. RC_INVALID. */
enum rc scenario_check_parameters(const struct js *parameters, struct fault *f);
/*
 * What a run sees: each declared parameter as it is given, or by its default. given: object or NULL. RC_INVALID:
 * f->field is "parameters.NAME". The caller owns *out. db, when it is not NULL, is asked whether areas exist.
 */
enum rc scenario_arguments(struct db *db, const struct js *parameters, const struct js *given, struct js **out,
    struct fault *f);
/*
 * What scenario_arguments would say of what is given, as far as it is known: values for which later is true pass.
 */
enum rc scenario_check_arguments(struct db *db, const struct js *parameters, const struct js *given,
    bool (*later)(const struct js *v), struct fault *f);

/* "parameters": those of the declared ones that are among these variables. */
void scenario_write_parameters(struct jsw *w, const struct js *declared, const struct js *variables);

/* Adds those shipped ones that this house was never given. */
enum rc scenario_plant(struct tx *tx, struct mem_arena *a, struct fault *f);
/* The same in a transaction of its own, where there is something to add. db: for writing. */
enum rc scenario_plant_all(struct db *db, int64_t now_ms, struct fault *f);

/*
 * members: name, description, icon, parameters, variables, conditions, actions, mode, max, rollback, as an object; null
 * takes one away. id: NULL for the slug of the name with dashes, made unique. RC_INVALID names the place, RC_EXISTS.
 */
enum rc scenario_add(struct tx *tx, const char *id, const struct js *members, struct mem_arena *a,
    struct automation *out, struct fault *f);
enum rc scenario_change(struct tx *tx, const char *id, const struct js *members, struct mem_arena *a,
    struct automation *out, struct fault *f);
enum rc scenario_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/* A shipped one becomes again what the product brings, also when it was removed. RC_NOT_FOUND: it is none. */
enum rc scenario_reset(struct tx *tx, const char *id, struct mem_arena *a, struct automation *out, struct fault *f);
/* As its revision says it was (revision.h). */
enum rc scenario_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f);

/*
 * Asks the engine to run it now; *event is the cause of the run. RC_NOT_FOUND, RC_INVALID for parameters; RC_EXISTS: it
 * runs already, and its mode is single.
 */
enum rc scenario_run(struct tx *tx, const char *id, const struct js *given, struct mem_arena *a, int64_t *event,
    struct fault *f);
/* Asks the engine to end its runs; restore: what they did is taken back. RC_NOT_FOUND: none is under way. */
enum rc scenario_stop(struct tx *tx, const char *id, bool restore, struct mem_arena *a, struct fault *f);
/*
 * A run has ended: says so (scenario_complete), and takes back what it did, when it failed (or restore says so) and
 * the scenario wants that, all in the transaction that writes its end.
 */
enum rc scenario_ended(struct tx *tx, const struct run *run, bool restore);

/* {"id","name","description","icon","mode","max","parameters","variables","conditions","actions","rollback","shipped",
 * "changed","revision","created","updated"}; shipped: the product brings it; changed: it is not as it came. */
void scenario_write(struct jsw *w, const char *key, const struct automation *s, bool secrets);

#endif
