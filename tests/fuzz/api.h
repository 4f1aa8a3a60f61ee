/* SPDX-License-Identifier: ISC
 *
 * For the fuzz targets of the API: one house for all inputs; what they do to it is part of the game.
 */
#ifndef API_FUZZ_H
#define API_FUZZ_H

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "shared/base/log.h"
#include "tests/cgi/ask.h"
#include "tests/fuzz/must.h"

static int
api_forget_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void
api_forget(void)
{
	nftw("fuzz-house", api_forget_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct ask *
api_house(void)
{
	static struct ask house;
	struct fault f = {0};

	if (house.api != NULL)
		return &house;
	api_forget();
	log_open("fuzz", LOG_LEVEL_ERROR, "/dev/null");
	must(mkdir("fuzz-house", 0700) == 0 && ask_open(&house, "fuzz-house", &f));
	atexit(api_forget);
	return &house;
}

/* No request may be answered with 5xx, and every answer must be whole. */
static void
api_check(const struct ask *a, int status)
{
	const char *length = strstr(buf_str(&a->answer), "\r\nContent-Length: ");

	must(status >= 200 && status < 500);
	must(strstr(buf_str(&a->answer), "\r\n\r\n") != NULL);
	if (length != NULL && strlen(ask_body(a)) != 0)
		must((size_t)strtol(length + 18, NULL, 10) == strlen(ask_body(a)));
}

#endif
