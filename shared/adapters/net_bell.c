/* SPDX-License-Identifier: ISC
 *
 * See net_bell.h. The ringer keeps one connected socket per listener and reads the directory again
 * only when its time of change moved, so that a ring costs one stat and one send for each listener.
 * Socket names carry a random suffix: a name is never used twice, hence a refused one can be removed
 * without a race.
 */
#include "shared/adapters/net_bell.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/mem.h"
#include "shared/base/proc.h"
#include "shared/base/token.h"

/* The kernel stamps directories with a coarse clock: a listing this young may miss a newcomer. */
#define SETTLE_NS (50 * 1000000LL)

struct listener {
	char	name[NAME_MAX + 1];
	int	fd;		/* connected to it */
	bool	seen;		/* in the listing being made */
};

struct ringer {
	struct bus		 bus;		/* first: ops get this address */
	pthread_mutex_t		 lock;
	char			*dir;
	struct listener		*list;
	size_t			 n, cap;
	ino_t			 ino;		/* of dir when it was listed */
	struct timespec		 mtime;
	bool			 settled;	/* the listing is safe to keep while mtime stays */
};

struct bell {
	char		*path;
	const char	*name;		/* the end of path */
	int		 fd;
};

static int64_t
coarse_ns(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/*
 * The address of dir/name. A path too long for sun_path goes through an open directory: *dirfd stays
 * open until the address was used, -1 when it was not needed.
 */
static enum rc
address(const char *dir, const char *name, struct sockaddr_un *sun, int *dirfd)
{
	int n;

	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	*dirfd = -1;
	n = snprintf(sun->sun_path, sizeof(sun->sun_path), "%s/%s", dir, name);
	if (n > 0 && (size_t)n < sizeof(sun->sun_path))
		return RC_OK;
	*dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dirfd == -1)
		return RC_ERROR;
	n = snprintf(sun->sun_path, sizeof(sun->sun_path), "/proc/self/fd/%d/%s", *dirfd, name);
	if (n > 0 && (size_t)n < sizeof(sun->sun_path))
		return RC_OK;
	close(*dirfd);
	*dirfd = -1;
	return RC_TOO_LARGE;
}

/* A socket connected to dir/name, or -1 with errno. */
static int
connect_to(const char *dir, const char *name)
{
	struct sockaddr_un sun;
	int dirfd, fd, error;

	if (address(dir, name, &sun, &dirfd) != RC_OK)
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd != -1 && connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1) {
		error = errno;
		close(fd);
		fd = -1;
		errno = error;
	}
	error = errno;
	if (dirfd != -1)
		close(dirfd);
	errno = error;
	return fd;
}

static void
remove_socket(const struct ringer *r, const char *name)
{
	char path[PATH_MAX];
	int n;

	n = snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	if (n > 0 && (size_t)n < sizeof(path))
		unlink(path);
}

static void
drop(struct ringer *r, size_t i)
{
	close(r->list[i].fd);
	r->list[i] = r->list[--r->n];
}

/* Connects to a socket of the directory unless that was done before. */
static void
meet(struct ringer *r, const char *name)
{
	struct listener *l;
	size_t i;
	int fd;

	for (i = 0; i < r->n; i++) {
		if (strcmp(r->list[i].name, name) == 0) {
			r->list[i].seen = true;
			return;
		}
	}
	fd = connect_to(r->dir, name);
	if (fd == -1) {
		if (errno == ECONNREFUSED)
			remove_socket(r, name);
		return;
	}
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 8 : r->cap * 2;
		r->list = mem_xrealloc(r->list, r->cap, sizeof(*r->list));
	}
	l = &r->list[r->n++];
	strlcpy(l->name, name, sizeof(l->name));
	l->fd = fd;
	l->seen = true;
}

/* Makes the list agree with the directory. */
static void
relist(struct ringer *r, const struct stat *st)
{
	struct timespec now;
	struct dirent *e;
	size_t i;
	DIR *d;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	d = opendir(r->dir);
	if (d == NULL)
		return;
	for (i = 0; i < r->n; i++)
		r->list[i].seen = false;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] != '.')
			meet(r, e->d_name);
	}
	closedir(d);
	for (i = r->n; i-- > 0;) {
		if (!r->list[i].seen)
			drop(r, i);
	}
	r->ino = st->st_ino;
	r->mtime = st->st_mtim;
	r->settled = coarse_ns(&now) - coarse_ns(&st->st_mtim) > SETTLE_NS;
}

void
bell_ring_others(struct bus *b, const struct bell *own)
{
	struct ringer *r = (struct ringer *)b;
	struct stat st;
	size_t i;

	pthread_mutex_lock(&r->lock);
	if (stat(r->dir, &st) == 0 && (!r->settled || st.st_ino != r->ino ||
	    coarse_ns(&st.st_mtim) != coarse_ns(&r->mtime)))
		relist(r, &st);
	for (i = r->n; i-- > 0;) {
		if (own != NULL && strcmp(r->list[i].name, own->name) == 0)
			continue;
		if (send(r->list[i].fd, "!", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == -1 &&
		    (errno == ECONNREFUSED || errno == ENOTCONN || errno == ECONNRESET)) {
			remove_socket(r, r->list[i].name);
			drop(r, i);
		}
	}
	pthread_mutex_unlock(&r->lock);
}

static void
ringer_ring(struct bus *b)
{
	bell_ring_others(b, NULL);
}

static void
ringer_close(struct bus *b)
{
	struct ringer *r = (struct ringer *)b;

	while (r->n > 0)
		drop(r, r->n - 1);
	free(r->list);
	free(r->dir);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static const struct bus_ops ringer_ops = { .ring = ringer_ring, .close = ringer_close };

enum rc
bell_open_ringer(const char *dir, struct bus **out, struct fault *f)
{
	struct ringer *r;
	enum rc rc;

	rc = proc_mkdir(dir, f);
	if (rc != RC_OK)
		return rc;
	r = mem_xcalloc(1, sizeof(*r));
	r->bus.ops = &ringer_ops;
	r->dir = mem_xstrdup(dir);
	pthread_mutex_init(&r->lock, NULL);
	*out = &r->bus;
	return RC_OK;
}

enum rc
bell_listen(const char *dir, const char *name, struct bell **out, struct fault *f)
{
	struct sockaddr_un sun;
	struct bell *b;
	char file[64];
	uint64_t suffix;
	int dirfd, fd = -1;
	enum rc rc;

	rc = proc_mkdir(dir, f);
	if (rc != RC_OK)
		return rc;
	token_random(&suffix, sizeof(suffix));
	snprintf(file, sizeof(file), "%.40s.%016jx", name, (uintmax_t)suffix);
	rc = address(dir, file, &sun, &dirfd);
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "%s: cannot listen for the doorbell", dir);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1) {
		rc = fault_set(f, errno == ENOSPC ? RC_FULL : RC_ERROR, NULL,
		    "%s/%s: cannot listen for the doorbell: %s", dir, file, strerror(errno));
		goto out;
	}
	b = mem_xcalloc(1, sizeof(*b));
	b->path = mem_xprintf("%s/%s", dir, file);
	b->name = b->path + strlen(dir) + 1;
	b->fd = fd;
	fd = -1;
	*out = b;
out:
	if (fd != -1)
		close(fd);
	if (dirfd != -1)
		close(dirfd);
	return rc;
}

int
bell_fd(const struct bell *b)
{
	return b->fd;
}

bool
bell_drain(struct bell *b)
{
	bool rung = false;
	char byte[8];

	while (recv(b->fd, byte, sizeof(byte), MSG_DONTWAIT) > 0)
		rung = true;
	return rung;
}

void
bell_wait(struct bell *b, int ms)
{
	struct pollfd pfd = { .fd = b->fd, .events = POLLIN };

	if (poll(&pfd, 1, ms) > 0)
		bell_drain(b);
}

void
bell_close(struct bell *b)
{
	if (b == NULL)
		return;
	unlink(b->path);
	close(b->fd);
	free(b->path);
	free(b);
}
