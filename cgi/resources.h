/* SPDX-License-Identifier: ISC
 *
 * The resources, and what several of them do alike.
 */
#ifndef RESOURCES_H
#define RESOURCES_H

#include "cgi/request.h"
#include "shared/domain/command.h"

extern const struct resource res_alert, res_area, res_attention, res_auth, res_automation, res_back_test,
    res_calendar, res_command, res_conflict, res_consciousness, res_device, res_entity, res_event, res_floor,
    res_health, res_history, res_http_device, res_inspection, res_job, res_label, res_meta, res_orphan, res_question,
    res_replace, res_revision, res_rule, res_run, res_scenario, res_template, res_token, res_undo, res_used,
    res_webhook;

/* Through the one door for commands, on behalf of the caller. As command_enqueue. */
enum rc res_command_enqueue(struct request *r, const struct entity_state *e, const char *service,
    const struct js *data, struct command *out, struct fault *f);
/*
 * Answers with the command that res_command_enqueue made with outcome rc: 202, or the problem. A refusal that
 * was recorded stays recorded.
 */
enum rc res_command_reply(struct request *r, enum rc rc, const struct command *c);

/* Finish of a route that answers with a rule that it saved: adds "conflicts". */
enum rc res_conflict_finish(struct request *r);

/* The standard members of a page: its list, then "next". */
#define RES_NEXT \
	{ .name = "next", .type = MEMBER_TEXT, .null = true, .help = "after= of the next page" }

#endif
