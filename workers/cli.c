/* SPDX-License-Identifier: ISC
 *
 * consciousness: the house on the command line. Works on the data directory itself, so it needs no
 * running API; what it writes rings the doorbell like everything else.
 *
 * Exit codes: 0 done, 1 failed, 3 no such thing, 64 wrong usage.
 */
#include <sys/stat.h>

#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/proc.h"
#include "workers/cli_int.h"

#define INSTALLED "/var/lib/consciousness"
#define O(name) CLI_OPTION(OPTION_##name)

static const struct cli_command commands[] = {
	{ "status", "", 0, 0, 0, NEEDS_WRITE, cli_status, "how the house is, part by part" },
	{ "devices", "", 0, 0, O(AREA) | O(STATUS), NEEDS_READ, cli_devices,
	    "the devices [--area ID] [--status online|offline|unknown]" },
	{ "entities", "", 0, 0, O(DOMAIN) | O(AREA) | O(DEVICE) | O(ORPHANED) | O(DISABLED), NEEDS_READ,
	    cli_entities, "the entities and their states [--domain D] [--area ID] [--device ID] "
	    "[--disabled] [--orphaned]" },
	{ "attention", "", 0, 0, 0, NEEDS_READ, cli_attention,
	    "which devices want somebody to look after them" },
	{ "emotions", "", 0, 0, 0, NEEDS_READ, cli_emotions, "what the house feels, and why" },
	{ "alerts rules", "", 0, 0, 0, NEEDS_READ, cli_alert_rules, "the rules that say so" },
	{ "alerts acknowledge", "ID", 1, 1, 0, NEEDS_WRITE, cli_alert_acknowledge,
	    "say that an alert was seen: it is not repeated" },
	{ "alerts channels", "", 0, 0, 0, NEEDS_READ, cli_alert_channels, "how people are told" },
	{ "alerts test", "CHANNEL", 1, 1, 0, NEEDS_WRITE, cli_alert_test, "send a test" },
	{ "alerts deliveries", "", 0, 0, O(LIMIT), NEEDS_READ, cli_alert_deliveries,
	    "what was or is to be delivered [--limit N]" },
	{ "alerts", "", 0, 0, O(STATUS) | O(LIMIT), NEEDS_READ, cli_alerts,
	    "what is wrong now [--status all|active|past] [--limit N]" },
	{ "state", "ENTITY", 1, 1, 0, NEEDS_READ, cli_state, "one entity's state with its attributes" },
	{ "command", "ENTITY SERVICE [KEY=VALUE...]", 2, 64, O(WAIT), NEEDS_WRITE, cli_send,
	    "change a device [--wait SECONDS]" },
	{ "undo", "[house|me|run ID|command ID|event ID]", 0, 2, O(FORCE), NEEDS_WRITE, cli_undo,
	    "take back what the house told devices last, or this [--force]" },
	{ "device add", "NAME", 1, 1, O(AREA), NEEDS_WRITE, cli_device_add,
	    "make a device that reports over HTTP; prints its id and its key [--area ID]" },
	{ "rename", "DEVICE|ENTITY [NAME]", 1, 2, 0, NEEDS_WRITE, cli_rename,
	    "what people call it; without NAME as it was announced" },
	{ "move", "DEVICE|ENTITY [AREA]", 1, 2, 0, NEEDS_WRITE, cli_move,
	    "the area it is in, by its id; without AREA none" },
	{ "enable", "DEVICE|ENTITY", 1, 1, 0, NEEDS_WRITE, cli_enable, "heed it again" },
	{ "disable", "DEVICE|ENTITY", 1, 1, 0, NEEDS_WRITE, cli_disable,
	    "ignore it, a device with all of its entities" },
	{ "hide", "ENTITY", 1, 1, 0, NEEDS_WRITE, cli_hide, "let it work without being shown by itself" },
	{ "show", "ENTITY", 1, 1, 0, NEEDS_WRITE, cli_show, "show it again" },
	{ "alias", "ENTITY [NAME...]", 1, 64, 0, NEEDS_WRITE, cli_alias, "all of its other names" },
	{ "used", "DEVICE|ENTITY", 1, 1, 0, NEEDS_READ, cli_used, "what uses it, and where" },
	{ "replace", "DEVICE BY", 2, 2, O(DRY_RUN), NEEDS_WRITE, cli_replace,
	    "let the device BY take its place: ids, names, rules and history stay [--dry-run]" },
	{ "release", "DEVICE", 1, 1, 0, NEEDS_WRITE, cli_release,
	    "let hardware that it replaced be a device of its own" },
	{ "orphans", "", 0, 0, O(CLEAR), NEEDS_WRITE, cli_orphans,
	    "entities that nobody announces any more; with --clear they are removed" },
	{ "remove", "DEVICE|ENTITY", 1, 1, 0, NEEDS_WRITE, cli_remove,
	    "remove what nobody announces any more" },
	{ "areas", "", 0, 0, 0, NEEDS_READ, cli_areas, "the areas" },
	{ "floors", "", 0, 0, 0, NEEDS_READ, cli_floors, "the floors" },
	{ "labels", "", 0, 0, 0, NEEDS_READ, cli_labels, "the labels, and how much carries each" },
	{ "label add", "NAME", 1, 1, 0, NEEDS_WRITE, cli_label_add, "make a label; prints its id" },
	{ "label remove", "LABEL", 1, 1, 0, NEEDS_WRITE, cli_label_remove, "take it off everything and away" },
	{ "label set", "DEVICE|ENTITY|--area ID [LABEL...]", 0, 64, O(AREA), NEEDS_WRITE, cli_label_set,
	    "all of the labels that it carries, by their ids" },
	{ "label used", "LABEL", 1, 1, 0, NEEDS_READ, cli_label_used, "what uses it, and where" },
	{ "calendars", "", 0, 0, 0, NEEDS_READ, cli_calendars, "the calendars, and how reading them went" },
	{ "calendar add", "NAME ADDRESS|FILE", 2, 2, 0, NEEDS_WRITE, cli_calendar_add,
	    "subscribe to an address of iCalendar, or take a file; prints its id" },
	{ "calendar remove", "CALENDAR", 1, 1, 0, NEEDS_WRITE, cli_calendar_remove,
	    "take it away with its appointments" },
	{ "calendar fetch", "CALENDAR", 1, 1, 0, NEEDS_WRITE, cli_calendar_fetch, "have it read now" },
	{ "calendar events", "CALENDAR", 1, 1, O(FROM) | O(TO), NEEDS_READ, cli_calendar_events,
	    "its appointments [--from T] [--to T]" },
	{ "scenario list", "", 0, 0, 0, NEEDS_READ, cli_scenario_list, "the scenarios, and what they do at present" },
	{ "scenario show", "SCENARIO", 1, 1, 0, NEEDS_READ, cli_scenario_show, "one of them, as JSON" },
	{ "scenario run", "SCENARIO [PARAMETER=VALUE...]", 1, 64, 0, NEEDS_WRITE, cli_scenario_run,
	    "run it now; prints the event that causes the run" },
	{ "scenario stop", "SCENARIO", 1, 1, O(RESTORE), NEEDS_WRITE, cli_scenario_stop,
	    "end its runs; with --restore what they did is taken back" },
	{ "scenario reset", "SCENARIO", 1, 1, O(REASON), NEEDS_WRITE, cli_scenario_reset,
	    "make it again what the product brings [--reason TEXT]" },
	{ "history", "ENTITY", 1, 1, O(FROM) | O(TO) | O(RESOLUTION), NEEDS_READ, cli_history,
	    "its past [--from T] [--to T] [--resolution auto|raw|5m|1h]" },
	{ "events", "", 0, 0, O(FOLLOW) | O(LIMIT) | O(KIND) | O(SINCE) | O(ENTITY), NEEDS_READ,
	    cli_events, "the log [--follow] [--kind K] [--entity E] [--since ID] [--limit N]" },
	{ "explain automation", "ID|NAME", 1, 1, O(AT), NEEDS_READ, cli_explain_automation,
	    "why it ran, or did not [--at \"last night\"|\"yesterday 22:00\"|\"10 minutes ago\"|TIME|3h|now]" },
	{ "questions", "", 0, 0, 0, NEEDS_READ, cli_questions,
	    "automations whose time passed while the house was not running, and which ask whether to run" },
	{ "answer", "QUESTION yes|no", 2, 2, 0, NEEDS_WRITE, cli_answer, "run it now, or not" },
	{ "explain", "ENTITY", 1, 1, 0, NEEDS_READ, cli_explain, "why it is as it is" },
	{ "automation back-test", "ID|FILE", 1, 1, O(DAYS) | O(FROM) | O(TO), NEEDS_READ, cli_back_test,
	    "what it would have done in the past, without acting [--days N] [--from T] [--to T]" },
	{ "conflicts", "", 0, 0, 0, NEEDS_READ, cli_conflicts,
	    "automations that start each other without end, or fight over an entity" },
	{ "revisions", "[KIND [ID]]", 0, 2, O(LIMIT), NEEDS_READ, cli_revisions,
	    "what people changed; KIND: automation, scenario, alert_rule, area, floor, label, calendar, entity, "
	    "device "
	    "[--limit N]" },
	{ "revision", "ID", 1, 1, 0, NEEDS_READ, cli_revision, "one of them, with what differs from before" },
	{ "restore", "ID", 1, 1, O(REASON), NEEDS_WRITE, cli_restore,
	    "make the thing again what it was then [--reason TEXT]" },
	{ "setup-code", "", 0, 0, 0, NEEDS_WRITE, cli_setup_code,
	    "the one-time code, while nobody has set the house up" },
	{ "user add", "NAME", 1, 1, 0, NEEDS_WRITE, cli_user_add,
	    "add a person; the password is asked for, or read from standard input" },
	{ "token create", "--name NAME", 0, 0, O(NAME) | O(SCOPE) | O(EXPIRES), NEEDS_WRITE,
	    cli_token_create, "print a new token [--scope all|control|read] [--expires 90d]" },
	{ "token list", "", 0, 0, 0, NEEDS_READ, cli_token_list, "the house's own tokens" },
	{ "token revoke", "ID|NAME", 1, 1, 0, NEEDS_WRITE, cli_token_revoke, "take a token away" },
	{ "config check", "", 0, 0, 0, NEEDS_NOTHING, cli_config_check,
	    "every setting, its value and where it comes from" },
	{ "jobs", "", 0, 0, 0, NEEDS_READ, cli_jobs, "what the jobs did last" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct option options[] = {
	[OPTION_DATA] = { "data", required_argument, NULL, OPTION_DATA },
	[OPTION_CONFIG] = { "config", required_argument, NULL, OPTION_CONFIG },
	[OPTION_JSON] = { "json", no_argument, NULL, OPTION_JSON },
	[OPTION_HELP] = { "help", no_argument, NULL, OPTION_HELP },
	[OPTION_VERSION] = { "version", no_argument, NULL, OPTION_VERSION },
	[OPTION_WAIT] = { "wait", required_argument, NULL, OPTION_WAIT },
	[OPTION_FOLLOW] = { "follow", no_argument, NULL, OPTION_FOLLOW },
	[OPTION_NAME] = { "name", required_argument, NULL, OPTION_NAME },
	[OPTION_SCOPE] = { "scope", required_argument, NULL, OPTION_SCOPE },
	[OPTION_EXPIRES] = { "expires", required_argument, NULL, OPTION_EXPIRES },
	[OPTION_FROM] = { "from", required_argument, NULL, OPTION_FROM },
	[OPTION_TO] = { "to", required_argument, NULL, OPTION_TO },
	[OPTION_RESOLUTION] = { "resolution", required_argument, NULL, OPTION_RESOLUTION },
	[OPTION_LIMIT] = { "limit", required_argument, NULL, OPTION_LIMIT },
	[OPTION_KIND] = { "kind", required_argument, NULL, OPTION_KIND },
	[OPTION_SINCE] = { "since", required_argument, NULL, OPTION_SINCE },
	[OPTION_DOMAIN] = { "domain", required_argument, NULL, OPTION_DOMAIN },
	[OPTION_AREA] = { "area", required_argument, NULL, OPTION_AREA },
	[OPTION_DEVICE] = { "device", required_argument, NULL, OPTION_DEVICE },
	[OPTION_STATUS] = { "status", required_argument, NULL, OPTION_STATUS },
	[OPTION_ENTITY] = { "entity", required_argument, NULL, OPTION_ENTITY },
	[OPTION_ORPHANED] = { "orphaned", no_argument, NULL, OPTION_ORPHANED },
	[OPTION_DISABLED] = { "disabled", no_argument, NULL, OPTION_DISABLED },
	[OPTION_DRY_RUN] = { "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	[OPTION_CLEAR] = { "clear", no_argument, NULL, OPTION_CLEAR },
	[OPTION_RESTORE] = { "restore", no_argument, NULL, OPTION_RESTORE },
	[OPTION_REASON] = { "reason", required_argument, NULL, OPTION_REASON },
	[OPTION_FORCE] = { "force", no_argument, NULL, OPTION_FORCE },
	[OPTION_AT] = { "at", required_argument, NULL, OPTION_AT },
	[OPTION_DAYS] = { "days", required_argument, NULL, OPTION_DAYS },
	[OPTION__MAX] = { NULL, 0, NULL, 0 },
};

const char *
cli_option_name(enum cli_option o)
{
	return options[o].name;
}

static void
print_help(FILE *to)
{
	size_t i;

	fprintf(to, "usage: consciousness [--data DIR] [--config FILE] [--json] COMMAND [...]\n\n");
	for (i = 0; i < COMMANDS; i++)
		fprintf(to, "  %s%s%s\n        %s\n", commands[i].name, *commands[i].args != '\0' ? " " : "",
		    commands[i].args, commands[i].help);
	fprintf(to, "\nThe house is in --data, in the directory of --config, in CONSCIOUSNESS_DATA, in ./var\n"
	    "or in " INSTALLED ", whichever comes first. Times are RFC 3339, UTC\n"
	    "milliseconds, or durations like 24h for that long ago.\n");
}

static int
wrong_usage(const struct cli_command *cmd, const char *msg, const char *what)
{
	if (msg != NULL)
		fprintf(stderr, "consciousness: %s%s\n", what, msg);
	if (cmd != NULL)
		fprintf(stderr, "usage: consciousness %s %s\n", cmd->name, cmd->args);
	else
		fprintf(stderr, "Try: consciousness --help\n");
	return EX_USAGE;
}

/* The command whose words argv begins with; *words: how many. */
static const struct cli_command *
find_command(char *const *argv, int argc, int *words)
{
	size_t i, first;
	const char *space;

	for (i = 0; argc > 0 && i < COMMANDS; i++) {
		space = strchr(commands[i].name, ' ');
		first = space != NULL ? (size_t)(space - commands[i].name) : strlen(commands[i].name);
		if (strlen(argv[0]) != first || strncmp(argv[0], commands[i].name, first) != 0)
			continue;
		*words = space != NULL ? 2 : 1;
		if (space == NULL || (argc > 1 && strcmp(argv[1], space + 1) == 0))
			return &commands[i];
	}
	return NULL;
}

static const char *
choose_data(const struct cli *c)
{
	const char *env = getenv("CONSCIOUSNESS_DATA");

	if (c->option[OPTION_DATA] != NULL)
		return c->option[OPTION_DATA];
	if (c->option[OPTION_CONFIG] != NULL)
		return dirname(mem_strdup(c->a, c->option[OPTION_CONFIG]));
	if (env != NULL && *env != '\0')
		return env;
	return access("var/consciousness.db", F_OK) == 0 ? "var" : INSTALLED;
}

/* What root makes in somebody else's house must not be root's: become the owner of the directory. */
static enum rc
become_owner(const char *data, struct fault *f)
{
	struct stat st;

	if (geteuid() != 0 || stat(data, &st) == -1 || st.st_uid == 0)
		return RC_OK;
	if (setgroups(0, NULL) == -1 || setgid(st.st_gid) == -1 || setuid(st.st_uid) == -1)
		return fault_set(f, RC_FORBIDDEN, NULL, "%s: cannot become its owner: %s", data,
		    strerror(errno));
	return RC_OK;
}

static enum rc
run(struct cli *c, const struct cli_command *cmd)
{
	struct program_options o = { .name = "consciousness", .config = c->option[OPTION_CONFIG],
	    .quiet = true, .read = cmd->needs != NEEDS_NOTHING, .write = cmd->needs == NEEDS_WRITE };
	enum rc rc;

	c->data = choose_data(c);
	o.data_dir = c->data;
	if ((rc = become_owner(c->data, &c->f)) != RC_OK)
		return rc;
	if (cmd->needs == NEEDS_NOTHING)
		return cmd->run(c);
	if ((rc = program_open(&c->program, &o, &c->f)) != RC_OK)
		return rc;
	c->core = &c->program.core;
	rc = cmd->run(c);
	program_close(&c->program);
	return rc;
}

static int
exit_code(const struct cli *c, enum rc rc)
{
	int o;

	for (o = 0; rc == RC_INVALID && o < OPTION__MAX; o++) {
		if (strcmp(c->f.field, options[o].name) == 0)
			return EX_USAGE;
	}
	return rc == RC_NOT_FOUND ? CLI_NOT_FOUND : CLI_FAILED;
}

static int
report(const struct cli *c, enum rc rc)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	const char *field;

	if (fflush(stdout) == EOF && rc == RC_OK) {
		perror("consciousness");
		return CLI_FAILED;
	}
	if (rc == RC_OK)
		return 0;
	if (c->json) {
		jsw_object(&w, NULL);
		jsw_string(&w, "code", rc_name(rc));
		jsw_string(&w, "message", c->f.msg);
		if (c->f.field[0] != '\0')
			jsw_string(&w, "field", c->f.field);
		jsw_end(&w);
		fprintf(stderr, "%s\n", buf_str(&b));
		buf_free(&b);
	} else {
		field = strstr(c->f.msg, c->f.field) == NULL ? c->f.field : "";
		fprintf(stderr, "consciousness: %s%s%s\n", field, *field != '\0' ? ": " : "",
		    c->f.msg[0] != '\0' ? c->f.msg : rc_name(rc));
	}
	return exit_code(c, rc);
}

static int
dispatch(struct cli *c, char **argv, int argc)
{
	const struct cli_command *cmd;
	int words = 0, o;

	if (argc == 0)
		return wrong_usage(NULL, "a command is missing", "");
	if ((cmd = find_command(argv, argc, &words)) == NULL)
		return wrong_usage(NULL, words == 2 ? ": one more word is needed" : ": no such command",
		    argv[0]);
	c->argv = argv + words;
	c->argc = argc - words;
	if (c->argc < cmd->least || c->argc > cmd->most)
		return wrong_usage(cmd, c->argc < cmd->least ? ": something is missing" :
		    ": too many arguments", cmd->name);
	for (o = OPTION_VERSION + 1; o < OPTION__MAX; o++) {
		if (c->option[o] != NULL && (cmd->options & CLI_OPTION(o)) == 0)
			return wrong_usage(cmd, ": not an option of this command", cli_option_name(o));
	}
	return report(c, run(c, cmd));
}

int
main(int argc, char **argv)
{
	struct cli c = { .json = false };
	int o, status;

	proc_start();
	proc_signals();
	signal(SIGPIPE, SIG_DFL);	/* as any tool whose reader has seen enough */
	log_open("consciousness", LOG_LEVEL_WARNING, NULL);
	while ((o = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (o == '?')
			return wrong_usage(NULL, NULL, NULL);
		c.option[o == 'h' ? OPTION_HELP : o] = optarg != NULL ? optarg : "";
	}
	if (c.option[OPTION_HELP] != NULL) {
		print_help(stdout);
		return 0;
	}
	if (c.option[OPTION_VERSION] != NULL) {
		printf("House Consciousness, database schema %d\n", store_schema_newest());
		return 0;
	}
	c.json = c.option[OPTION_JSON] != NULL;
	c.a = mem_arena_new(65536);
	status = dispatch(&c, argv + optind, argc - optind);
	mem_arena_free(c.a);
	return status;
}

enum rc
cli_number(struct cli *c, enum cli_option o, int64_t least, int64_t most, int64_t otherwise,
    int64_t *out)
{
	const char *error;

	*out = otherwise;
	if (c->option[o] == NULL)
		return RC_OK;
	*out = strtonum(c->option[o], least, most, &error);
	if (error != NULL)
		return fault_set(&c->f, RC_INVALID, cli_option_name(o), "--%s %s: %s", cli_option_name(o),
		    c->option[o], error);
	return RC_OK;
}

enum rc
cli_moment(struct cli *c, enum cli_option o, int64_t otherwise, int64_t *out)
{
	const char *s = c->option[o];
	int64_t ms;
	size_t n;

	*out = otherwise;
	if (s == NULL)
		return RC_OK;
	n = strlen(s);
	if (n > 1 && strchr("smhd", s[n - 1]) != NULL && clock_parse_duration(s, &ms) == RC_OK)
		*out = clock_now(&c->core->clock) - ms;
	else if (clock_parse(s, out) != RC_OK)
		return fault_set(&c->f, RC_INVALID, cli_option_name(o),
		    "--%s %s: neither a time nor a duration like 24h", cli_option_name(o), s);
	return RC_OK;
}
