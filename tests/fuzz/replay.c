/* SPDX-License-Identifier: ISC
 *
 * The main of a fuzz target built without a fuzzer: runs every file of the folders in the arguments
 * through it. The name is printed first, so that after a crash the last line is the culprit.
 */
#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
replay(const char *dir, const char *name)
{
	struct buf path = {0}, text = {0};
	char chunk[4096];
	FILE *fp;
	size_t n;

	buf_printf(&path, "%s/%s", dir, name);
	puts(buf_str(&path));
	fflush(stdout);
	fp = fopen(buf_str(&path), "r");
	if (fp == NULL)
		err(1, "%s", buf_str(&path));
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_put(&text, chunk, n);
	fclose(fp);
	LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&text), text.len);
	buf_free(&text);
	buf_free(&path);
}

int
main(int argc, char **argv)
{
	struct dirent *e;
	int i, n = 0;
	DIR *d;

	for (i = 1; i < argc; i++) {
		d = opendir(argv[i]);
		if (d == NULL)
			err(1, "%s", argv[i]);
		while ((e = readdir(d)) != NULL) {
			if (e->d_name[0] == '.')
				continue;
			replay(argv[i], e->d_name);
			n++;
		}
		closedir(d);
	}
	if (n == 0)
		errx(1, "no samples");
	return 0;
}
