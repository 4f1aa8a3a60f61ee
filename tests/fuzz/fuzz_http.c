/* SPDX-License-Identifier: ISC
 *
 * Requests from strangers through the whole API, without a server before it. The input is lines of
 * NAME=value, an empty line, and the body; a valid token comes with it when it has TOKEN alone on a line.
 * No request may be answered with 5xx, and every answer must be whole.
 */
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "shared/base/log.h"
#include "tests/cgi/ask.h"

#define VARIABLES 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static int
forget_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void
forget(void)
{
	nftw("fuzz-house", forget_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* One house for all inputs; what they do to it is part of the game. */
static struct ask *
the_house(void)
{
	static struct ask house;
	struct fault f = {0};

	if (house.api != NULL)
		return &house;
	forget();
	log_open("fuzz", LOG_LEVEL_ERROR, "/dev/null");
	must(mkdir("fuzz-house", 0700) == 0 && ask_open(&house, "fuzz-house", &f));
	atexit(forget);
	return &house;
}

/* Cuts the head into variables; NUL ends one early, as it does in an environment. */
static void
variables(char *head, struct ask *a, struct buf *authorization, char **envp)
{
	char *line;
	int n = 0;

	while (n < VARIABLES - 1 && (line = strsep(&head, "\n")) != NULL) {
		if (strcmp(line, "TOKEN") == 0) {
			buf_reset(authorization);
			buf_printf(authorization, "HTTP_AUTHORIZATION=Bearer %s", a->token);
			line = authorization->p;
		}
		envp[n++] = line;
	}
	envp[n] = NULL;
}

static void
check(const struct ask *a, int status)
{
	const char *length = strstr(buf_str(&a->answer), "\r\nContent-Length: ");

	must(status >= 200 && status < 500);
	must(strstr(buf_str(&a->answer), "\r\n\r\n") != NULL);
	if (length != NULL && strlen(ask_body(a)) != 0)
		must((size_t)strtol(length + 18, NULL, 10) == strlen(ask_body(a)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ask *a = the_house();
	char *copy = mem_xstrndup((const char *)data, size), *body;
	char *envp[VARIABLES];
	struct buf authorization = {0};
	size_t head;

	head = strlen(copy);
	body = strstr(copy, "\n\n");
	if (body != NULL) {
		head = (size_t)(body - copy) + 2;
		*body = '\0';
	}
	variables(copy, a, &authorization, envp);
	check(a, ask_raw(a, envp, (const char *)data + head, size - head));
	buf_free(&authorization);
	free(copy);
	return 0;
}
