/* SPDX-License-Identifier: ISC
 *
 * Inside the command line: what each command gets, and what they share.
 *
 *	cli.c			main, options, the table of commands
 *	cli_table.c		aligned columns for people
 *	cli_device.c		devices, entities, state
 *	cli_registry.c		rename, move, replace, orphans, ...: what people change about them
 *	cli_label.c		labels, label
 *	cli_calendar.c		calendars, calendar
 *	cli_scenario.c		scenario
 *	cli_command.c		command
 *	cli_undo.c		undo
 *	cli_conflict.c		conflicts
 *	cli_event.c		events, explain
 *	cli_automation.c	explain automation, questions, answer
 *	cli_history.c		history
 *	cli_backtest.c		automation back-test
 *	cli_revision.c		revisions, revision, restore
 *	cli_session.c		setup-code, user, token
 *	cli_house.c		status, jobs, config
 *	cli_attention.c		attention
 *	cli_alert.c		alerts
 *	cli_emotion.c		emotions
 *	cli_http.c		device add
 */
#ifndef CLI_INT_H
#define CLI_INT_H

#include <stdio.h>

#include "shared/adapters/program.h"
#include "shared/base/js.h"
#include "shared/base/mem.h"

/* Exit codes, beside 0 and EX_USAGE (64). */
#define CLI_FAILED 1
#define CLI_NOT_FOUND 3

enum cli_option {
	OPTION_DATA, OPTION_CONFIG, OPTION_JSON, OPTION_HELP, OPTION_VERSION, OPTION_WAIT, OPTION_FOLLOW,
	OPTION_NAME, OPTION_SCOPE, OPTION_EXPIRES, OPTION_FROM, OPTION_TO, OPTION_RESOLUTION,
	OPTION_LIMIT, OPTION_KIND, OPTION_SINCE, OPTION_DOMAIN, OPTION_AREA, OPTION_DEVICE,
	OPTION_STATUS, OPTION_ENTITY, OPTION_ORPHANED, OPTION_DISABLED, OPTION_DRY_RUN, OPTION_CLEAR,
	OPTION_REASON, OPTION_FORCE, OPTION_AT, OPTION_DAYS, OPTION_RESTORE,
	OPTION__MAX
};

struct cli {
	struct program	 program;
	struct core	*core;
	struct mem_arena *a;		/* of the whole run */
	const char	*data;		/* directory */
	bool		 json;
	bool		 orphans;	/* cli_entities lists these only */
	const char	*option[OPTION__MAX];	/* as given, "" for those without a value, else NULL */
	char		**argv;		/* behind the command's name */
	int		 argc;
	struct fault	 f;		/* why it failed, printed by main */
};

enum cli_needs { NEEDS_NOTHING, NEEDS_READ, NEEDS_WRITE };

struct cli_command {
	const char	*name;		/* one or two words */
	const char	*args;		/* for the usage line */
	int		 least, most;	/* arguments */
	uint32_t	 options;	/* bit per option, beside the general ones */
	enum cli_needs	 needs;
	enum rc		(*run)(struct cli *c);
	const char	*help;
};

#define CLI_OPTION(o) (1u << (o))

enum rc cli_devices(struct cli *c);
enum rc cli_entities(struct cli *c);
enum rc cli_state(struct cli *c);
enum rc cli_rename(struct cli *c);
enum rc cli_move(struct cli *c);
enum rc cli_enable(struct cli *c);
enum rc cli_disable(struct cli *c);
enum rc cli_hide(struct cli *c);
enum rc cli_show(struct cli *c);
enum rc cli_alias(struct cli *c);
enum rc cli_used(struct cli *c);
enum rc cli_replace(struct cli *c);
enum rc cli_release(struct cli *c);
enum rc cli_orphans(struct cli *c);
enum rc cli_remove(struct cli *c);
enum rc cli_areas(struct cli *c);
enum rc cli_floors(struct cli *c);
enum rc cli_scenario_list(struct cli *c);
enum rc cli_scenario_show(struct cli *c);
enum rc cli_scenario_run(struct cli *c);
enum rc cli_scenario_stop(struct cli *c);
enum rc cli_scenario_reset(struct cli *c);
enum rc cli_labels(struct cli *c);
enum rc cli_label_add(struct cli *c);
enum rc cli_label_remove(struct cli *c);
enum rc cli_label_set(struct cli *c);
enum rc cli_label_used(struct cli *c);
enum rc cli_calendars(struct cli *c);
enum rc cli_calendar_add(struct cli *c);
enum rc cli_calendar_remove(struct cli *c);
enum rc cli_calendar_fetch(struct cli *c);
enum rc cli_calendar_events(struct cli *c);
enum rc cli_send(struct cli *c);
enum rc cli_conflicts(struct cli *c);
enum rc cli_undo(struct cli *c);
enum rc cli_events(struct cli *c);
enum rc cli_explain(struct cli *c);
enum rc cli_explain_automation(struct cli *c);
enum rc cli_questions(struct cli *c);
enum rc cli_answer(struct cli *c);
enum rc cli_history(struct cli *c);
enum rc cli_back_test(struct cli *c);
enum rc cli_revisions(struct cli *c);
enum rc cli_revision(struct cli *c);
enum rc cli_restore(struct cli *c);
enum rc cli_setup_code(struct cli *c);
enum rc cli_user_add(struct cli *c);
enum rc cli_token_create(struct cli *c);
enum rc cli_token_list(struct cli *c);
enum rc cli_token_revoke(struct cli *c);
enum rc cli_status(struct cli *c);
enum rc cli_jobs(struct cli *c);
enum rc cli_attention(struct cli *c);
enum rc cli_emotions(struct cli *c);
enum rc cli_alerts(struct cli *c);
enum rc cli_alert_rules(struct cli *c);
enum rc cli_alert_acknowledge(struct cli *c);
enum rc cli_alert_channels(struct cli *c);
enum rc cli_alert_test(struct cli *c);
enum rc cli_alert_deliveries(struct cli *c);
enum rc cli_device_add(struct cli *c);
enum rc cli_config_check(struct cli *c);

struct used;
/* "key=value" into data: what is JSON is that, all else is text. RC_INVALID. */
enum rc cli_pair(struct cli *c, const char *pair, struct js *data);
/* What used_find found, as JSON or as a table. */
void cli_print_used(struct cli *c, const struct used *list, size_t n);
/* A whole number from an option, `otherwise` when it was not given. RC_INVALID names the option. */
enum rc cli_number(struct cli *c, enum cli_option o, int64_t least, int64_t most, int64_t otherwise,
    int64_t *out);
/* A moment: RFC 3339, UTC ms, or a duration like 24h, which is that long ago. */
enum rc cli_moment(struct cli *c, enum cli_option o, int64_t otherwise, int64_t *out);
const char *cli_option_name(enum cli_option o);
/* Prints one line of JSON and empties b. */
void cli_print_json(struct buf *b);
/* "2026-11-20 10:15:00" in the house's time zone, "-" for 0. */
const char *cli_time(struct mem_arena *a, int64_t utc_ms);
/* What is printed for a person: control characters as '?', NULL as "-". */
const char *cli_text(struct mem_arena *a, const char *s);

/* Aligned columns. The texts are borrowed until cli_table_print. */
struct cli_table {
	struct mem_arena *a;
	int		  columns;
	const char	**cells;
	size_t		  n, cap;
};
struct cli_table cli_table_new(struct mem_arena *a, int columns, const char *const *titles);
void cli_table_row(struct cli_table *t, const char *const *cells);
void cli_table_print(const struct cli_table *t, FILE *to);

/* What is listed, for people and as {NAME: [...]}: each item is a row of the table and one written to w. */
struct cli_list {
	struct cli	*c;
	struct cli_table table;
	struct buf	 json;
	struct jsw	 w;
};
void cli_list_begin(struct cli_list *l, struct cli *c, const char *name, int columns,
    const char *const *titles);
/* Prints it, one way or the other, unless rc is a failure. Returns rc. */
enum rc cli_list_end(struct cli_list *l, enum rc rc);

#endif
