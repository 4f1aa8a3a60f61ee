/* SPDX-License-Identifier: ISC
 *
 * Pictures as files.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/base64.h"
#include "shared/base/proc.h"
#include "shared/domain/picture.h"

#define DIRECTORY "pictures"

/* The bytes that a kind begins with; after `skip` others that are its own business. */
static const struct {
	const char	*type;
	const char	*head;
	size_t		 len, skip;
	const char	*more;		/* stands behind the skipped ones, or NULL */
} kinds[] = {
	{ "image/jpeg", "\xff\xd8\xff", 3, 0, NULL },
	{ "image/png", "\x89PNG\r\n\x1a\n", 8, 0, NULL },
	{ "image/gif", "GIF8", 4, 0, NULL },
	{ "image/webp", "RIFF", 4, 4, "WEBP" },
	{ "image/avif", "\0\0\0", 3, 1, "ftypavif" },
	{ "image/bmp", "BM", 2, 0, NULL },
};

const char *
picture_type(const void *p, size_t n)
{
	const char *bytes = p, *more;
	size_t i, at, len;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		more = kinds[i].more != NULL ? kinds[i].more : "";
		at = kinds[i].len + kinds[i].skip;
		len = strlen(more);
		if (n >= at + len && memcmp(bytes, kinds[i].head, kinds[i].len) == 0 &&
		    (len == 0 || memcmp(bytes + at, more, len) == 0))
			return kinds[i].type;
	}
	return NULL;
}

#define HEAD 32		/* characters of base64 that hold every head of a kind, a multiple of 4 */

const char *
picture_type_text(const char *p, size_t n)
{
	struct buf b = { 0 };
	char head[HEAD];
	const char *type;
	size_t i, k = 0;

	for (i = 0; i < n && k < HEAD; i++)
		if (strchr(" \t\r\n", p[i]) == NULL)
			head[k++] = p[i];
	type = base64_decode(head, k, &b) ? picture_type(buf_str(&b), b.len) : NULL;
	buf_free(&b);
	return type;
}

enum rc
picture_unwrap(const char *p, size_t n, struct buf *out, struct fault *f)
{
	out->max = PICTURE_MAX;
	if (!base64_decode(p, n, out))
		return fault_set(f, RC_INVALID, NULL, "the picture is no base64 text");
	return out->over ? fault_set(f, RC_TOO_LARGE, NULL, "the picture is too large") : RC_OK;
}

static enum rc
path_of(const struct conf *c, int64_t entity, const char *end, char path[PATH_MAX])
{
	char name[64];

	snprintf(name, sizeof(name), DIRECTORY "/%lld%s", (long long)entity, end);
	return conf_path(c, name, path, PATH_MAX);
}

static enum rc
failed(struct fault *f, const char *path)
{
	enum rc rc = errno == ENOSPC || errno == EDQUOT ? RC_FULL : RC_ERROR;

	return fault_set(f, rc, NULL, "cannot write %.160s: %s", path, strerror(errno));
}

/* Closes fd; errno says why in the first place. */
static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t put = 0;
	int error;

	while (n > 0 && ((put = write(fd, p, n)) >= 0 || errno == EINTR)) {
		p += put > 0 ? put : 0;
		n -= put > 0 ? (size_t)put : 0;
	}
	error = errno;
	if (close(fd) == -1 && n == 0)
		return false;
	errno = error;
	return n == 0;
}

enum rc
picture_put(const struct conf *c, int64_t entity, const void *p, size_t n, struct fault *f)
{
	char dir[PATH_MAX], path[PATH_MAX], temp[PATH_MAX];
	enum rc rc;
	int fd;

	if ((rc = conf_path(c, DIRECTORY, dir, sizeof(dir))) != RC_OK ||
	    (rc = path_of(c, entity, "", path)) != RC_OK ||
	    (rc = path_of(c, entity, ".new", temp)) != RC_OK || (rc = proc_mkdir(dir, f)) != RC_OK)
		return rc;
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd != -1 && write_all(fd, p, n) && rename(temp, path) == 0)
		return RC_OK;
	rc = failed(f, temp);
	if (fd != -1)
		unlink(temp);
	return rc;
}

void
picture_remove(const struct conf *c, int64_t entity)
{
	char path[PATH_MAX];

	if (path_of(c, entity, "", path) == RC_OK)
		unlink(path);
}

/* Room for the file is made before it is read: its size is known and capped. */
static bool
read_all(int fd, struct buf *out)
{
	struct stat st;
	char piece[16384];
	ssize_t got;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || st.st_size > PICTURE_MAX)
		return false;
	buf_reserve(out, (size_t)st.st_size);
	while ((got = read(fd, piece, sizeof(piece))) != 0 && out->len <= PICTURE_MAX) {
		if (got > 0)
			buf_put(out, piece, (size_t)got);
		else if (errno != EINTR)
			return false;
	}
	return out->len <= PICTURE_MAX;
}

enum rc
picture_get(const struct conf *c, int64_t entity, struct buf *out, const char **type,
    struct fault *f)
{
	char path[PATH_MAX];
	const char *kind = NULL;
	enum rc rc;
	int fd;

	if ((rc = path_of(c, entity, "", path)) != RC_OK)
		return rc;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1 && errno == ENOENT)
		return fault_set(f, RC_NOT_FOUND, NULL, "it has shown no picture yet");
	if (fd != -1 && read_all(fd, out))
		kind = picture_type(out->p, out->len);
	if (fd != -1)
		close(fd);
	if (kind == NULL)
		return fault_set(f, RC_ERROR, NULL, "the picture cannot be read");
	*type = kind;
	return RC_OK;
}

/* The row in a file's name, 0 when it is none of ours. */
static int64_t
row_of(const char *name)
{
	char *end;
	long long row = strtoll(name, &end, 10);

	return row > 0 && (*end == '\0' || strcmp(end, ".new") == 0) ? row : 0;
}

int
picture_sweep(const struct conf *c, bool (*exists)(void *arg, int64_t entity), void *arg)
{
	char dir[PATH_MAX];
	const struct dirent *entry;
	int64_t row;
	int n = 0;
	DIR *d;

	if (conf_path(c, DIRECTORY, dir, sizeof(dir)) != RC_OK || (d = opendir(dir)) == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL)
		if ((row = row_of(entry->d_name)) != 0 && !exists(arg, row))
			n += unlinkat(dirfd(d), entry->d_name, 0) == 0;
	closedir(d);
	return n;
}
