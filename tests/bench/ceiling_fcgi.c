/* SPDX-License-Identifier: ISC
 *
 * What libfcgi can do at most: the same bytes for every request, nothing computed. Started like the
 * API, with as many accepting threads.
 *
 *	spawn-fcgi ... -- multiwatch -f 2 -- ceiling_fcgi [FILE]	FILE: the body to send
 */
#include <err.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 16

struct answer {
	char	*text;	/* headers and body */
	size_t	 len;
};

static struct answer
read_answer(const char *path)
{
	static const char head[] = "Content-Type: application/json\r\n\r\n";
	static const char hello[] = "{\"hello\":\"world\"}";
	struct answer a = {malloc(sizeof(head) + (1 << 20)), sizeof(head) - 1};
	FILE *f;

	if (a.text == NULL)
		err(1, NULL);
	memcpy(a.text, head, a.len);
	if (path == NULL) {
		memcpy(a.text + a.len, hello, sizeof(hello) - 1);
		a.len += sizeof(hello) - 1;
		return a;
	}
	if ((f = fopen(path, "rb")) == NULL)
		err(1, "%s", path);
	a.len += fread(a.text + a.len, 1, 1 << 20, f);
	fclose(f);
	return a;
}

static void *
serve(void *arg)
{
	const struct answer *a = arg;
	FCGX_Request request;

	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutStr(a->text, (int)a->len, request.out);
		FCGX_Finish_r(&request);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	struct answer a = read_answer(argc > 1 ? argv[1] : NULL);
	pthread_t threads[THREADS];

	FCGX_Init();
	for (int i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, serve, &a) != 0)
			errx(1, "no thread");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	free(a.text);
	return 0;
}
