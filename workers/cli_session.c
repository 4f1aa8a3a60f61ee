/* SPDX-License-Identifier: ISC
 *
 * consciousness setup-code, user, token. Passwords come from the terminal without an echo, or as one
 * line of standard input, never from the arguments, which everybody on the machine can read.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <readpassphrase.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/domain/session.h"
#include "workers/cli_int.h"

#define PASSWORD 1026		/* bytes: one more than allowed, and NUL */
#define PAGE 200

static void
print_one(struct cli *c, const char *key, const char *value)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	if (!c->json)
		printf("%s\n", value);
	else {
		jsw_object(&w, NULL);
		jsw_string(&w, key, value);
		jsw_end(&w);
		cli_print_json(&b);
	}
	buf_free(&b);
}

/* The code as it was left by an earlier call; "" when there is none. */
static void
read_code(const char *path, char code[SESSION_CODE])
{
	FILE *fp = fopen(path, "re");

	code[0] = '\0';
	if (fp == NULL)
		return;
	if (fgets(code, SESSION_CODE, fp) == NULL)
		code[0] = '\0';
	code[strcspn(code, "\n")] = '\0';
	fclose(fp);
}

/* The database has only a digest, so the code itself is kept where the owner alone can read. */
static enum rc
keep_code(const char *path, const char *code, struct fault *f)
{
	char *temp = mem_xprintf("%s.new", path);
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd != -1 && dprintf(fd, "%s\n", code) > 0;

	if (fd != -1 && close(fd) == -1)
		good = false;
	good = good && rename(temp, path) == 0;
	if (!good) {
		fault_set(f, errno == ENOSPC ? RC_FULL : RC_ERROR, NULL, "%s: %s", path, strerror(errno));
		unlink(temp);
	}
	free(temp);
	return good ? RC_OK : RC_ERROR;
}

static enum rc
new_code(struct tx *tx, void *arg, struct fault *f)
{
	return session_setup_code(tx, arg, f);
}

enum rc
cli_setup_code(struct cli *c)
{
	char path[PATH_MAX], code[SESSION_CODE];
	enum rc rc;

	if ((rc = conf_path(c->core->conf, "run/setup-code", path, sizeof(path))) != RC_OK)
		return rc;
	if (!session_setup_needed(c->core->db)) {
		unlink(path);
		return RC_OK;
	}
	read_code(path, code);
	if (code[0] == '\0' || session_setup_check(c->core->db, code, NULL) != RC_OK) {
		rc = store_write(c->core->writer, "cli", new_code, code, &c->f);
		if (rc == RC_OK)
			rc = keep_code(path, code, &c->f);
	}
	if (rc == RC_OK)
		print_one(c, "code", code);
	return rc;
}

static enum rc
ask_password(struct cli *c, char password[PASSWORD])
{
	char again[PASSWORD];
	bool same;

	if (!isatty(STDIN_FILENO)) {
		if (fgets(password, PASSWORD, stdin) == NULL)
			return fault_set(&c->f, RC_INVALID, "password", "no password on standard input");
		password[strcspn(password, "\r\n")] = '\0';
		return RC_OK;
	}
	if (readpassphrase("Password: ", password, PASSWORD, RPP_REQUIRE_TTY) == NULL ||
	    readpassphrase("Again: ", again, sizeof(again), RPP_REQUIRE_TTY) == NULL)
		return fault_set(&c->f, RC_ERROR, NULL, "cannot ask for a password");
	same = strcmp(password, again) == 0;
	token_wipe(again, sizeof(again));
	return same ? RC_OK : fault_set(&c->f, RC_INVALID, "password", "these are two passwords");
}

struct addition {
	const char	*name, *encoded;
	struct user	 user;
};

static enum rc
add_user(struct tx *tx, void *arg, struct fault *f)
{
	struct addition *a = arg;

	return session_user_add(tx, a->name, a->encoded, &a->user, f);
}

enum rc
cli_user_add(struct cli *c)
{
	char password[PASSWORD], encoded[TOKEN_PASSWORD];
	struct addition a = { .name = c->argv[0], .encoded = encoded };
	enum rc rc;

	if ((rc = ask_password(c, password)) == RC_OK)
		rc = session_user_check(a.name, password, &c->f);
	if (rc == RC_OK)
		rc = token_password_hash(password, encoded);
	token_wipe(password, sizeof(password));
	if (rc == RC_OK)
		rc = store_write(c->core->writer, "cli", add_user, &a, &c->f);
	if (rc == RC_OK && c->json)
		print_one(c, "name", a.name);
	return rc;
}

struct creation {
	struct session_grant	 grant;
	char			*text;
	struct token		 token;
};

static enum rc
create(struct tx *tx, void *arg, struct fault *f)
{
	struct creation *n = arg;

	return session_grant(tx, &n->grant, n->text, &n->token, f);
}

enum rc
cli_token_create(struct cli *c)
{
	char text[SESSION_TOKEN];
	struct creation n = { .text = text, .grant = { .name = c->option[OPTION_NAME],
	    .scope = c->option[OPTION_SCOPE] } };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	int64_t ms;
	enum rc rc;

	if (n.grant.name == NULL)
		return fault_set(&c->f, RC_INVALID, "name", "say what the token is for: --name NAME");
	if (c->option[OPTION_EXPIRES] != NULL) {
		if (clock_parse_duration(c->option[OPTION_EXPIRES], &ms) != RC_OK || ms <= 0)
			return fault_set(&c->f, RC_INVALID, "expires",
			    "--expires %s: not a duration like 90d", c->option[OPTION_EXPIRES]);
		n.grant.expires = clock_now(&c->core->clock) + ms;
	}
	if ((rc = store_write(c->core->writer, "cli", create, &n, &c->f)) != RC_OK)
		return rc;
	if (c->json) {
		jsw_object(&w, NULL);
		jsw_string(&w, "token", text);
		jsw_int(&w, "id", n.token.row);
		jsw_string(&w, "name", n.grant.name);
		jsw_time(&w, "expires", n.grant.expires);
		jsw_end(&w);
		cli_print_json(&b);
	} else
		printf("%s\n", text);
	buf_free(&b);
	token_wipe(text, sizeof(text));
	return RC_OK;
}

/* Calls fn for each token of the house until it says stop. */
static enum rc
each_token(struct cli *c, bool (*fn)(const struct token *t, void *arg), void *arg)
{
	struct token *rows = NULL;
	int64_t after = 0;
	size_t n = 0, i;
	enum rc rc;

	do {
		if ((rc = store_token_list(c->core->db, 0, after, PAGE, c->a, &rows, &n)) != RC_OK)
			return rc;
		for (i = 0; i < n; i++) {
			after = rows[i].row;
			if (!fn(&rows[i], arg))
				return RC_OK;
		}
	} while (n == PAGE);
	return RC_OK;
}

static bool
list_token(const struct token *t, void *arg)
{
	struct cli_list *l = arg;
	struct mem_arena *a = l->c->a;
	const char *cells[] = { mem_printf(a, "%lld", (long long)t->row), cli_text(a, t->name), t->scope,
	    cli_time(a, t->created), cli_time(a, t->expires), cli_time(a, t->last_used) };

	session_write_token(&l->w, NULL, t);
	cli_table_row(&l->table, cells);
	return true;
}

enum rc
cli_token_list(struct cli *c)
{
	static const char *const titles[] = { "ID", "NAME", "SCOPE", "CREATED", "EXPIRES", "LAST USED" };
	struct cli_list l;

	cli_list_begin(&l, c, "tokens", 6, titles);
	return cli_list_end(&l, each_token(c, list_token, &l));
}

struct search {
	const char	*what;		/* id or name */
	int64_t		 row;
	int		 found;
};

static bool
match_token(const struct token *t, void *arg)
{
	struct search *s = arg;
	char id[24];

	snprintf(id, sizeof(id), "%lld", (long long)t->row);
	if (strcmp(id, s->what) == 0) {
		s->row = t->row;
		s->found = 1;
		return false;
	}
	if (strcmp(t->name, s->what) == 0) {
		s->row = t->row;
		s->found++;
	}
	return true;
}

struct revocation {
	struct cli	*c;
	int64_t		 row;
};

static enum rc
revoke_token(struct tx *tx, void *arg, struct fault *f)
{
	struct revocation *r = arg;
	struct identity house = { .actor = "cli" };	/* the house itself: no user */

	return session_revoke(tx, &house, r->row, r->c->a, f);
}

enum rc
cli_token_revoke(struct cli *c)
{
	struct search s = { .what = c->argv[0] };
	struct revocation r = { .c = c };
	enum rc rc;

	if ((rc = each_token(c, match_token, &s)) != RC_OK)
		return rc;
	if (s.found == 0)
		return fault_set(&c->f, RC_NOT_FOUND, NULL, "there is no token %s", s.what);
	if (s.found > 1)
		return fault_set(&c->f, RC_INVALID, NULL, "%d tokens are called %s: use the id", s.found,
		    s.what);
	r.row = s.row;
	return store_write(c->core->writer, "cli", revoke_token, &r, &c->f);
}
