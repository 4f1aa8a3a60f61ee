/* SPDX-License-Identifier: ISC
 *
 * Loads the configuration: the file, then the environment, then defaults that hang on the data
 * directory. Values never enter a message here: they may be secrets.
 */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/conf.h"
#include "shared/base/conf_type.h"
#include "shared/base/mem.h"

#define FILE_MAX (1024 * 1024)	/* bytes of a configuration file */

struct value {
	char	*text;		/* in its plain form; NULL: unset */
	char	*origin;	/* NULL: the default */
	int	 line;		/* where the file says it, 0 when it does not */
};

struct conf {
	char		*dir;
	struct value	 values[CONF__MAX];
};

static const struct {
	const char	*name;
	enum conf_type	 type;
	const char	*standard;
	const char	*help;
} keys[] = {
#define X(key, type, standard, help) {#key, CONF_TYPE_##type, standard, help},
#include "shared/base/conf.def"
#undef X
};
static_assert(sizeof(keys) / sizeof(keys[0]) == CONF__MAX, "every key has a row");

static bool
key_find(const char *name, size_t n, enum conf_key *key)
{
	size_t i;

	for (i = 0; i < CONF__MAX; i++) {
		if (strncmp(keys[i].name, name, n) == 0 && keys[i].name[n] == '\0') {
			*key = (enum conf_key)i;
			return true;
		}
	}
	return false;
}

/* Takes a value over; an empty one changes nothing, unless it is a list. */
static enum rc
set_value(struct conf *c, enum conf_key key, const char *text, const char *origin, struct fault *f)
{
	struct value *v = &c->values[key];
	struct buf plain = {0};
	const char *want;

	if (*text == '\0' && keys[key].type != CONF_TYPE_list)
		return RC_OK;
	if (!conf_type_read(keys[key].type, text, &plain, &want)) {
		buf_free(&plain);
		return fault_set(f, RC_INVALID, keys[key].name, "%s must be %s (%s)",
		    keys[key].name, want, origin);
	}
	free(v->text);
	free(v->origin);
	v->text = buf_steal(&plain);
	v->origin = mem_xstrdup(origin);
	return RC_OK;
}

static char *
trim(char *s, char *end)
{
	static const char blank[] = " \t\r\n";

	while (end > s && strchr(blank, end[-1]) != NULL)
		end--;
	*end = '\0';
	return s + strspn(s, blank);
}

static char *
unquote(char *s)
{
	size_t n = strlen(s);

	if (n < 2 || (*s != '"' && *s != '\'') || s[n - 1] != *s)
		return s;
	s[n - 1] = '\0';
	return s + 1;
}

/* "FILE:LINE"; of a long path only the end, so that the line is never cut off a message. */
static void
place(char *out, size_t outlen, const char *path, int line)
{
	size_t n = strlen(path);

	if (n > 120)
		snprintf(out, outlen, "...%s:%d", path + n - 117, line);
	else
		snprintf(out, outlen, "%s:%d", path, line);
}

static enum rc
read_line(struct conf *c, char *s, const char *path, int line, struct fault *f)
{
	char where[160], *eq, *name;
	enum conf_key key;

	place(where, sizeof(where), path, line);
	s = trim(s, s + strlen(s));
	if (*s == '\0' || *s == '#')
		return RC_OK;
	eq = strchr(s, '=');
	if (eq == NULL)
		return fault_set(f, RC_INVALID, NULL, "a line must read KEY=value (%s)", where);
	name = trim(s, eq);
	if (!key_find(name, strlen(name), &key))
		return fault_set(f, RC_INVALID, name, "unknown key %.60s (%s)", name, where);
	if (c->values[key].line != 0)
		return fault_set(f, RC_INVALID, name, "%s is already set in line %d (%s)", name,
		    c->values[key].line, where);
	c->values[key].line = line;
	eq++;
	return set_value(c, key, unquote(trim(eq, eq + strlen(eq))), where, f);
}

static enum rc
read_lines(struct conf *c, char *text, const char *path, struct fault *f)
{
	enum rc rc = RC_OK;
	int line = 1;
	char *end;

	for (; text != NULL && rc == RC_OK; text = end, line++) {
		end = strchr(text, '\n');
		if (end != NULL)
			*end++ = '\0';
		rc = read_line(c, text, path, line, f);
	}
	return rc;
}

static enum rc
read_file(struct conf *c, const char *path, struct fault *f)
{
	struct buf text = {.max = FILE_MAX};
	char chunk[4096];
	enum rc rc;
	FILE *fp;
	size_t n;

	fp = fopen(path, "re");
	if (fp == NULL)
		return fault_set(f, errno == ENOENT ? RC_NOT_FOUND : RC_ERROR, NULL,
		    "cannot open %.160s: %s", path, strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_put(&text, chunk, n);
	if (ferror(fp))
		rc = fault_set(f, RC_ERROR, NULL, "cannot read %.160s: %s", path, strerror(errno));
	else if (text.over)
		rc = fault_set(f, RC_TOO_LARGE, NULL, "%.160s is larger than 1 MiB", path);
	else if (strlen(buf_str(&text)) != text.len)
		rc = fault_set(f, RC_INVALID, NULL, "%.160s contains a NUL byte", path);
	else
		rc = text.len != 0 ? read_lines(c, text.p, path, f) : RC_OK;
	fclose(fp);
	if (text.p != NULL)
		explicit_bzero(text.p, text.len);
	buf_free(&text);
	return rc;
}

static enum rc
read_environment(struct conf *c, struct fault *f)
{
	enum rc rc = RC_OK;
	const char *s;
	size_t i;

	for (i = 0; i < CONF__MAX && rc == RC_OK; i++)
		if ((s = getenv(keys[i].name)) != NULL)
			rc = set_value(c, (enum conf_key)i, s, "environment", f);
	return rc;
}

static void
default_value(struct conf *c, enum conf_key key, const char *fmt)
{
	if (c->values[key].text == NULL)
		c->values[key].text = mem_xprintf(fmt, c->dir);
}

static enum rc
defaults(struct conf *c, struct fault *f)
{
	struct buf plain = {0};
	const char *want;
	size_t i;

	for (i = 0; i < CONF__MAX; i++) {
		if (c->values[i].text != NULL || keys[i].standard == NULL)
			continue;
		if (!conf_type_read(keys[i].type, keys[i].standard, &plain, &want)) {
			buf_free(&plain);
			return fault_set(f, RC_ERROR, keys[i].name, "the default must be %s", want);
		}
		c->values[i].text = buf_steal(&plain);
	}
	default_value(c, CONF_DATABASE_URL, "sqlite:///%s/consciousness.db");
	default_value(c, CONF_API_SOCKET, "%s/run/api.sock");
	default_value(c, CONF_BRIDGE_LISTEN, "%s/run/bridge.sock");
	return RC_OK;
}

/* The directory as an absolute path without a slash at its end; it need not exist. */
static char *
absolute(const char *dir)
{
	char cwd[PATH_MAX], real[PATH_MAX], *s;
	size_t n;

	if (realpath(dir, real) != NULL)
		return mem_xstrdup(real);
	while (strncmp(dir, "./", 2) == 0)
		dir += 2 + strspn(dir + 2, "/");
	if (*dir == '/')
		s = mem_xstrdup(dir);
	else if (getcwd(cwd, sizeof(cwd)) != NULL)
		s = mem_xprintf("%s/%s", strcmp(cwd, "/") != 0 ? cwd : "", dir);
	else
		return NULL;
	for (n = strlen(s); n > 1 && s[n - 1] == '/'; n--)
		s[n - 1] = '\0';
	return s;
}

static enum rc
load(struct conf *c, const char *path, struct fault *f)
{
	char standard[PATH_MAX];
	enum rc rc;

	rc = conf_path(c, "consciousness.conf", standard, sizeof(standard));
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the path of the data directory is too long");
	if (path != NULL)
		rc = read_file(c, path, f);
	else if (access(standard, F_OK) == 0)
		rc = read_file(c, standard, f);
	if (rc == RC_OK)
		rc = read_environment(c, f);
	if (rc == RC_OK)
		rc = defaults(c, f);
	if (rc != RC_OK)
		return rc;
	clock_set_zone(conf_text(c, CONF_TZ));
	return RC_OK;
}

enum rc
conf_load(const char *data_dir, const char *path, struct conf **out, struct fault *f)
{
	struct conf *c = mem_xcalloc(1, sizeof(*c));
	enum rc rc;

	c->dir = data_dir != NULL && *data_dir != '\0' ? absolute(data_dir) : NULL;
	if (c->dir == NULL)
		rc = fault_set(f, RC_INVALID, NULL, "there is no data directory");
	else
		rc = load(c, path, f);
	if (rc == RC_OK)
		*out = c;
	else
		conf_free(c);
	return rc;
}

void
conf_free(struct conf *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < CONF__MAX; i++) {
		if (c->values[i].text != NULL)
			explicit_bzero(c->values[i].text, strlen(c->values[i].text));
		free(c->values[i].text);
		free(c->values[i].origin);
	}
	free(c->dir);
	free(c);
}

const char *
conf_text(const struct conf *c, enum conf_key key)
{
	return c->values[key].text;
}

int64_t
conf_int(const struct conf *c, enum conf_key key)
{
	const char *s = c->values[key].text;

	return s != NULL ? strtonum(s, INT64_MIN, INT64_MAX, NULL) : 0;
}

bool
conf_bool(const struct conf *c, enum conf_key key)
{
	const char *s = c->values[key].text;

	return s != NULL && strcmp(s, "true") == 0;
}

const char *
conf_name(enum conf_key key)
{
	return keys[key].name;
}

const char *
conf_origin(const struct conf *c, enum conf_key key)
{
	return c->values[key].origin != NULL ? c->values[key].origin : "default";
}

const char *
conf_help(enum conf_key key)
{
	return keys[key].help;
}

bool
conf_is_secret(enum conf_key key)
{
	return keys[key].type == CONF_TYPE_secret;
}

/* "scheme://user:***@host" */
static void
show_url(const char *s, struct buf *b)
{
	const char *authority = strstr(s, "://") + 3;
	const char *end = authority + strcspn(authority, "/?#");
	const char *at = memrchr(authority, '@', (size_t)(end - authority));
	const char *colon = at != NULL ? memchr(authority, ':', (size_t)(at - authority)) : NULL;

	if (colon == NULL) {
		buf_puts(b, s);
		return;
	}
	buf_put(b, s, (size_t)(colon + 1 - s));
	buf_puts(b, "***");
	buf_puts(b, at);
}

void
conf_show(const struct conf *c, enum conf_key key, struct buf *b)
{
	const char *s = c->values[key].text;

	if (s == NULL)
		return;
	if (conf_is_secret(key))
		buf_puts(b, "***");
	else if (keys[key].type == CONF_TYPE_url)
		show_url(s, b);
	else
		buf_puts(b, s);
}

const char *
conf_data_dir(const struct conf *c)
{
	return c->dir;
}

enum rc
conf_path(const struct conf *c, const char *name, char *out, unsigned long outlen)
{
	int n = snprintf(out, outlen, "%s/%s", c->dir, name);

	return n >= 0 && (unsigned long)n < outlen ? RC_OK : RC_TOO_LARGE;
}
