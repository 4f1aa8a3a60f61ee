/* SPDX-License-Identifier: ISC
 *
 * What every program does about itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/proc.h"

#define DEADLINE_STATUS 124	/* as timeout(1) */
#define NUDGE SIGRTMIN		/* ends a blocking flock(2) to look at proc_stop */
#define NUDGE_MS 500

volatile sig_atomic_t proc_stop;
volatile sig_atomic_t proc_hangup;

static void
on_stop(int sig)
{
	(void)sig;
	proc_stop = 1;
}

static void
on_hangup(int sig)
{
	(void)sig;
	proc_hangup = 1;
}

static void
on_alarm(int sig)
{
	(void)sig;
	_exit(DEADLINE_STATUS);
}

static void
on_nudge(int sig)
{
	(void)sig;
}

static void
handle(int sig, void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler};

	sigemptyset(&sa.sa_mask);
	if (sigaction(sig, &sa, NULL) == -1) {
		log_error("proc", "cannot handle signal %d: %s", sig, strerror(errno));
		_exit(EX_OSERR);
	}
}

void
proc_start(void)
{
	/* A limit of 1 also keeps a core_pattern pipe from getting the dump; 0 does not. */
	const struct rlimit no_core = {.rlim_cur = 1, .rlim_max = 1};
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd == -1)
		_exit(EX_OSERR);
	close(fd);
	umask(027);
	if (setrlimit(RLIMIT_CORE, &no_core) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		log_warn("proc", "cannot restrict the process: %s", strerror(errno));
	handle(SIGPIPE, SIG_IGN);
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

static void
mask_stop(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(how, &set, NULL);
}

void
proc_signals(void)
{
	handle(SIGTERM, on_stop);
	handle(SIGINT, on_stop);
	handle(SIGHUP, on_hangup);
	mask_stop(SIG_UNBLOCK);
}

/* A signal that comes from here on waits for the proc_signals of the next life; a hang-up would end it before. */
void
proc_again(char **argv)
{
	mask_stop(SIG_BLOCK);
	handle(SIGHUP, SIG_IGN);
	if (!proc_stop) {
		execvp(argv[0], argv);
		log_warn("proc", "cannot begin anew: %s: %s", argv[0], strerror(errno));
	}
}

void
proc_deadline(unsigned int seconds)
{
	sigset_t set;

	handle(SIGALRM, on_alarm);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	alarm(seconds);
}

/*
 * A stop signal may arrive just before flock(2) blocks, or in another thread: a timer that
 * interrupts this thread now and then makes sure that it is seen.
 */
static bool
nudge_start(timer_t *timer)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = NUDGE};
	const struct itimerspec every = {
		.it_interval = {.tv_nsec = NUDGE_MS * 1000000L},
		.it_value = {.tv_nsec = NUDGE_MS * 1000000L},
	};

	ev._sigev_un._tid = gettid();
	handle(NUDGE, on_nudge);
	if (timer_create(CLOCK_MONOTONIC, &ev, timer) == -1)
		return false;
	timer_settime(*timer, 0, &every, NULL);
	return true;
}

/* flopen until it works, the process is to stop, or it fails for good. */
static int
lock_waiting(const char *path)
{
	timer_t timer;
	bool nudged = nudge_start(&timer);
	int fd, error;

	do {
		fd = proc_stop ? -1 : flopen(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
		error = proc_stop ? EINTR : errno;
	} while (fd == -1 && error == EINTR && !proc_stop);
	if (nudged)
		timer_delete(timer);
	errno = error;
	return fd;
}

/* The process id that the holder left in the lock file, 0 when there is none. */
static long
holder(const char *path)
{
	char text[24] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	return (long)strtonum(text, 1, INT_MAX, NULL);
}

enum rc
proc_lock(const char *path, bool wait, int *fd, struct fault *f)
{
	int got = wait ? lock_waiting(path) :
	    flopen(path, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0640);

	if (got == -1 && errno == EWOULDBLOCK)
		return fault_set(f, RC_BUSY, NULL, "%.160s is held by process %ld", path,
		    holder(path));
	if (got == -1 && errno == EINTR)
		return fault_set(f, RC_TIMEOUT, NULL, "told to stop while waiting for %.160s", path);
	if (got == -1)
		return fault_set(f, errno == ENOSPC ? RC_FULL : RC_ERROR, NULL,
		    "cannot lock %.160s: %s", path, strerror(errno));
	/* Without space for the process id the lock still holds. */
	if (ftruncate(got, 0) == -1 || dprintf(got, "%ld\n", (long)getpid()) < 0)
		log_debug(path, "cannot write the process id: %s", strerror(errno));
	*fd = got;
	return RC_OK;
}

bool
proc_locked(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool held = fd != -1 && flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK;

	if (fd != -1)
		close(fd);
	return held;
}

/* The file that a process runs, as it was named when it started; false when that cannot be read. */
static bool
program_of(const char *link, char out[PATH_MAX])
{
	static const char replaced[] = " (deleted)";
	ssize_t n = readlink(link, out, PATH_MAX - 1);
	size_t len = n > 0 ? (size_t)n : 0, tail = sizeof(replaced) - 1;

	if (len > tail && memcmp(out + len - tail, replaced, tail) == 0)
		len -= tail;
	out[len] = '\0';
	return len > 0;
}

static bool
same_program(long pid)
{
	char link[64], mine[PATH_MAX], theirs[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/%ld/exe", pid);
	return program_of("/proc/self/exe", mine) && program_of(link, theirs) && strcmp(mine, theirs) == 0;
}

enum rc
proc_kill_holder(const char *path, int signal, struct fault *f)
{
	long pid = holder(path);

	if (pid == 0 || pid == getpid() || !same_program(pid))
		return fault_set(f, RC_NOT_FOUND, NULL, "no process of this program holds %.160s", path);
	if (kill((pid_t)pid, signal) == -1)
		return fault_set(f, RC_ERROR, NULL, "process %ld cannot be ended: %s", pid, strerror(errno));
	return RC_OK;
}

static enum rc
mkdir_one(const char *dir, struct fault *f)
{
	struct stat st;
	int error;

	if (mkdir(dir, 0750) == 0)
		return RC_OK;
	error = errno;
	if (stat(dir, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return RC_OK;
		error = ENOTDIR;
	}
	return fault_set(f, error == ENOSPC || error == EDQUOT ? RC_FULL : RC_ERROR, NULL,
	    "cannot make the directory %.160s: %s", dir, strerror(error));
}

enum rc
proc_spawn(const char *const *argv, pid_t *pid, struct fault *f)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t child;
	int error;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	error = posix_spawn(&child, argv[0], &files, &attr, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	if (error != 0)
		return fault_set(f, RC_ERROR, NULL, "%s cannot be started: %s", argv[0], strerror(error));
	*pid = child;
	return RC_OK;
}

enum rc
proc_mkdir(const char *dir, struct fault *f)
{
	char path[PATH_MAX], *p = path;
	enum rc rc;

	if (strlcpy(path, dir, sizeof(path)) >= sizeof(path) || *dir == '\0')
		return fault_set(f, RC_INVALID, NULL, "the directory has no usable name");
	for (;;) {
		p += strspn(p, "/");
		p += strcspn(p, "/");
		if (p[strspn(p, "/")] == '\0')
			return mkdir_one(path, f);
		*p = '\0';
		rc = mkdir_one(path, f);
		if (rc != RC_OK)
			return rc;
		*p++ = '/';
	}
}
