/* SPDX-License-Identifier: ISC
 *
 * Requests from strangers through the whole API, without a server before it. The input is lines of
 * NAME=value, an empty line, and the body; a valid token comes with it when it has TOKEN alone on a line.
 */
#include "tests/fuzz/api.h"

#define VARIABLES 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ask *a = api_house();
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
	api_check(a, ask_raw(a, envp, (const char *)data + head, size - head));
	buf_free(&authorization);
	free(copy);
	return 0;
}
