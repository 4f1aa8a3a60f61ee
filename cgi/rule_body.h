/* SPDX-License-Identifier: ISC
 *
 * A rule as requests bring it: its members as declared inputs, which saving and trying it share; and what routes that
 * only look at a rule take, {"rule": {...}}, {"id": ...} or the members themselves.
 */
#ifndef RULE_BODY_H
#define RULE_BODY_H

#include "cgi/request.h"
#include "shared/domain/automation.h"

/* Inputs of a table, in this order. */
enum {
	RULE_BODY_ID, RULE_BODY_NAME, RULE_BODY_DESCRIPTION, RULE_BODY_MODE, RULE_BODY_ENABLED, RULE_BODY_TRIGGERS,
	RULE_BODY_CONDITIONS, RULE_BODY_ACTIONS, RULE_BODY_MAX, RULE_BODY_VARIABLES, RULE_BODY_MISSED,
	RULE_BODY_MISSED_WITHIN, RULE_BODY_REASON, RULE_BODY_RULE = RULE_BODY_REASON, RULE_BODY_MORE
};

#define RULE_BODY_PARTS_MAX 100

/* must: a name, triggers and actions. */
#define RULE_BODY_MEMBERS(must) \
	[RULE_BODY_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = must, \
	    .min = 1, .max = 128, .help = "as people call it" }, \
	[RULE_BODY_DESCRIPTION] = { .name = "description", .where = FIELD_BODY, .type = FIELD_TEXT, \
	    .max = 1024, .help = "what it is for; null or empty takes it away" }, \
	[RULE_BODY_MODE] = { .name = "mode", .where = FIELD_BODY, .type = FIELD_CHOICE, \
	    .choices = automation_modes, .help = "what a trigger does while it runs: nothing, end it " \
	    "and begin again, wait for its turn, begin beside it" }, \
	[RULE_BODY_ENABLED] = { .name = "enabled", .where = FIELD_BODY, .type = FIELD_BOOL, \
	    .help = "false: it waits" }, \
	[RULE_BODY_TRIGGERS] = { .name = "triggers", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .required = must, .max = RULE_BODY_PARTS_MAX, .shape = &rule_shape_trigger, .help = "what starts it" }, \
	[RULE_BODY_CONDITIONS] = { .name = "conditions", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .max = RULE_BODY_PARTS_MAX, .shape = &rule_shape_condition, .help = "what must hold then" }, \
	[RULE_BODY_ACTIONS] = { .name = "actions", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .required = must, .max = RULE_BODY_PARTS_MAX, .shape = &rule_shape_action, \
	    .help = "what is done, in order" }, \
	[RULE_BODY_MAX] = { .name = "max", .where = FIELD_BODY, .type = FIELD_INT, .min = 1, \
	    .max = AUTOMATION_MAX_MOST, .help = "runs at the same time when it is queued or parallel" }, \
	[RULE_BODY_VARIABLES] = { .name = "variables", .where = FIELD_BODY, .type = FIELD_OBJECT, \
	    .help = "what conditions and actions see; templates too" }, \
	[RULE_BODY_MISSED] = { .name = "missed", .where = FIELD_BODY, .type = FIELD_CHOICE, \
	    .choices = automation_missed, .help = "a time that passed while the house was not running: " \
	    "make up for it, leave it, or ask people" }, \
	[RULE_BODY_MISSED_WITHIN] = { .name = "missed_within", .where = FIELD_BODY, .type = FIELD_ANY, \
	    .help = "how long ago it may have passed: seconds, HH:MM:SS; 10 minutes for run, a day for ask" }

/* Of routes that only look at it. */
#define RULE_BODY_FIELDS \
	[RULE_BODY_ID] = { .name = "id", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1, .max = 255, \
	    .help = "of a saved automation; with a rule: which one that would become" }, \
	RULE_BODY_MEMBERS(false), \
	[RULE_BODY_RULE] = { .name = "rule", .where = FIELD_BODY, .type = FIELD_OBJECT, \
	    .help = "an automation as it would be saved; its members may stand in the body itself instead" }

/* Of route->reword: the rule in the house's words, also that of "rule"; "id" stays. */
struct js *rule_body_words(const struct js *body);
/* In handle: RC_INVALID when no rule is given, or two. */
enum rc rule_body_check(struct request *r);
/*
 * The rule that is meant, as automation_compile takes it; the caller owns *out. Inside a read transaction.
 * RC_NOT_FOUND: there is none of that id.
 */
enum rc rule_body_read(struct request *r, struct js **out);

#endif
