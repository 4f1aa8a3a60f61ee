/* SPDX-License-Identifier: ISC
 *
 * Where the key of the house comes from.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/vault.h"

#define FILE_BYTES 32

/* Made complete beside its place: two processes that make it at once agree on the one that was first. */
static enum rc
make(const char *path, struct fault *f)
{
	unsigned char bytes[FILE_BYTES];
	char part[PATH_MAX + 16];
	bool written;
	int fd;

	snprintf(part, sizeof(part), "%s.%ld", path, (long)getpid());
	if ((fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400)) == -1)
		return fault_set(f, errno == ENOSPC ? RC_FULL : RC_ERROR, NULL, "%.160s: %s", part,
		    strerror(errno));
	token_random(bytes, sizeof(bytes));
	written = write(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes) && fsync(fd) == 0;
	written = close(fd) == 0 && written && (link(part, path) == 0 || errno == EEXIST);
	token_wipe(bytes, sizeof(bytes));
	if (!written)
		fault_set(f, errno == ENOSPC ? RC_FULL : RC_ERROR, NULL, "%.160s: %s", path, strerror(errno));
	unlink(part);
	return written ? RC_OK : f->rc;
}

static enum rc
read_file(const char *path, unsigned char out[FILE_BYTES], struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return fault_set(f, errno == ENOENT ? RC_NOT_FOUND : RC_ERROR, NULL, "%.160s: %s", path,
		    strerror(errno));
	n = read(fd, out, FILE_BYTES);
	close(fd);
	return n == FILE_BYTES ? RC_OK : fault_set(f, RC_ERROR, NULL, "%.160s is no key of %d bytes", path,
	    FILE_BYTES);
}

enum rc
vault_key(const struct conf *c, const char *purpose, unsigned char out[TOKEN_KEY], struct fault *f)
{
	const char *secret = conf_text(c, CONF_SECRET_KEY);
	unsigned char bytes[FILE_BYTES];
	char path[PATH_MAX];
	enum rc rc;

	if (secret != NULL && *secret != '\0') {
		token_derive(secret, strlen(secret), purpose, out);
		return RC_OK;
	}
	if ((rc = conf_path(c, "secret.key", path, sizeof(path))) != RC_OK)
		return fault_set(f, rc, NULL, "the path of the data directory is too long");
	if ((rc = read_file(path, bytes, f)) == RC_NOT_FOUND && (rc = make(path, f)) == RC_OK)
		rc = read_file(path, bytes, f);
	if (rc == RC_OK)
		token_derive(bytes, sizeof(bytes), purpose, out);
	token_wipe(bytes, sizeof(bytes));
	return rc;
}
