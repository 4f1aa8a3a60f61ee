/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/proc.h"

/* A child that takes the lock, says so, and keeps it until it is killed. */
static pid_t
holder(const char *path)
{
	int said[2], fd;
	char c;
	pid_t pid;

	ATF_REQUIRE_EQ(pipe(said), 0);
	pid = fork();
	ATF_REQUIRE(pid >= 0);
	if (pid == 0) {
		if (proc_lock(path, false, &fd, NULL) == RC_OK && write(said[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	ATF_REQUIRE_EQ(read(said[0], &c, 1), 1);
	close(said[0]);
	close(said[1]);
	return pid;
}

/* Waits until the process sleeps in flock(2). */
static void
wait_blocked(pid_t pid)
{
	char path[64], text[128];
	int i, fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/wchan", (int)pid);
	for (i = 0; i < 500; i++) {
		fd = open(path, O_RDONLY);
		n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;
		close(fd);
		text[n > 0 ? n : 0] = '\0';
		if (strstr(text, "lock") != NULL)
			return;
		usleep(1000);
	}
	/* The kernel does not tell: by now it has had half a second. */
}

ATF_TC_WITHOUT_HEAD(lock__busy_names_the_holder);
ATF_TC_BODY(lock__busy_names_the_holder, tc)
{
	struct fault f = {0};
	char pid[32];
	pid_t child = holder("lock");
	int fd = -1, status;

	ATF_CHECK_EQ(proc_lock("lock", false, &fd, &f), RC_BUSY);
	ATF_CHECK_EQ(fd, -1);
	snprintf(pid, sizeof(pid), "process %d", (int)child);
	ATF_CHECK_MSG(strstr(f.msg, pid) != NULL, "%s", f.msg);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ATF_CHECK_EQ(proc_lock("lock", false, &fd, &f), RC_OK);
	ATF_CHECK(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
	close(fd);
	ATF_CHECK_EQ(proc_lock("lock", true, &fd, &f), RC_OK);
	close(fd);
}

ATF_TC_WITHOUT_HEAD(lock__death_wakes_the_waiting);
ATF_TC_BODY(lock__death_wakes_the_waiting, tc)
{
	pid_t child = holder("lock"), waiting;
	int fd, status, woke[2];
	int64_t killed, when;

	ATF_REQUIRE_EQ(pipe(woke), 0);
	waiting = fork();
	if (waiting == 0) {
		if (proc_lock("lock", true, &fd, NULL) != RC_OK)
			_exit(1);
		when = clock_mono_us();
		_exit(write(woke[1], &when, sizeof(when)) != sizeof(when));
	}
	wait_blocked(waiting);
	ATF_REQUIRE_EQ(waitpid(waiting, &status, WNOHANG), 0);
	killed = clock_mono_us();
	kill(child, SIGKILL);
	ATF_REQUIRE_EQ(waitpid(waiting, &status, 0), waiting);
	ATF_REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ATF_REQUIRE_EQ(read(woke[0], &when, sizeof(when)), sizeof(when));
	ATF_CHECK_MSG(when - killed < 100000, "woke after %lld us", (long long)(when - killed));
	waitpid(child, &status, 0);
}

/* SIGTERM ends the waiting, also when it came before the lock call could block. */
static int
stopped_while_waiting(bool early)
{
	pid_t child = holder("lock"), waiting = fork();
	int fd, status, ignored;

	if (waiting == 0) {
		proc_signals();
		if (early)
			raise(SIGTERM);
		_exit(proc_lock("lock", true, &fd, NULL) == RC_TIMEOUT ? 0 : 1);
	}
	if (!early) {
		wait_blocked(waiting);
		kill(waiting, SIGTERM);
	}
	ATF_REQUIRE_EQ(waitpid(waiting, &status, 0), waiting);
	kill(child, SIGKILL);
	waitpid(child, &ignored, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

ATF_TC_WITHOUT_HEAD(lock__stop_ends_the_waiting);
ATF_TC_BODY(lock__stop_ends_the_waiting, tc)
{
	ATF_CHECK_EQ(stopped_while_waiting(false), 0);
	ATF_CHECK_EQ(stopped_while_waiting(true), 0);
}

ATF_TC_WITHOUT_HEAD(lock__removed_file_is_made_again);
ATF_TC_BODY(lock__removed_file_is_made_again, tc)
{
	struct fault f = {0};
	int a, b;

	ATF_REQUIRE_EQ(proc_lock("lock", false, &a, &f), RC_OK);
	ATF_REQUIRE_EQ(unlink("lock"), 0);
	ATF_REQUIRE_EQ(proc_lock("lock", false, &b, &f), RC_OK);
	ATF_REQUIRE_EQ(access("lock", F_OK), 0);
	ATF_REQUIRE_EQ(proc_lock("no/such/lock", false, &b, &f), RC_ERROR);
	ATF_CHECK(strstr(f.msg, "no/such/lock") != NULL);
}

ATF_TC_WITHOUT_HEAD(mkdir__parents_and_modes);
ATF_TC_BODY(mkdir__parents_and_modes, tc)
{
	struct fault f = {0};
	struct stat st;
	FILE *fp;

	umask(0);
	ATF_CHECK_EQ(proc_mkdir("a/b//c/", &f), RC_OK);
	ATF_CHECK_EQ(proc_mkdir("a/b/c", &f), RC_OK);
	ATF_REQUIRE_EQ(stat("a/b/c", &st), 0);
	ATF_CHECK_EQ(st.st_mode & 07777, 0750);
	ATF_CHECK_EQ(proc_mkdir("/", &f), RC_OK);
	ATF_CHECK_EQ(proc_mkdir("", &f), RC_INVALID);
	fp = fopen("a/file", "w");
	ATF_REQUIRE(fp != NULL);
	fclose(fp);
	ATF_CHECK_EQ(proc_mkdir("a/file", &f), RC_ERROR);
	ATF_CHECK_EQ(proc_mkdir("a/file/x", &f), RC_ERROR);
}

ATF_TC_WITHOUT_HEAD(deadline__ends_with_124);
ATF_TC_BODY(deadline__ends_with_124, tc)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		proc_deadline(1);
		proc_deadline(0);
		proc_deadline(1);
		for (;;)
			pause();
	}
	ATF_REQUIRE_EQ(waitpid(pid, &status, 0), pid);
	ATF_REQUIRE(WIFEXITED(status));
	ATF_CHECK_EQ(WEXITSTATUS(status), 124);
}

ATF_TC_WITHOUT_HEAD(signals__set_flags);
ATF_TC_BODY(signals__set_flags, tc)
{
	proc_signals();
	ATF_CHECK(!proc_stop && !proc_hangup);
	raise(SIGHUP);
	ATF_CHECK(!proc_stop && proc_hangup);
	raise(SIGINT);
	ATF_CHECK(proc_stop);
	proc_stop = 0;
	raise(SIGTERM);
	ATF_CHECK(proc_stop);
}

/* How a child ends that begins anew as that shell script, after a signal or (0) none. */
static int
again(const char *script, int signal)
{
	char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)script, NULL };
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		proc_signals();
		if (signal != 0)
			raise(signal);
		proc_again(argv);
		_exit(42);
	}
	ATF_REQUIRE_EQ(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

ATF_TC_WITHOUT_HEAD(again__unless_it_was_told_to_stop);
ATF_TC_BODY(again__unless_it_was_told_to_stop, tc)
{
	(void)tc;
	ATF_CHECK_EQ(again("exit 7", 0), 7);
	ATF_CHECK_EQ(again("exit 7", SIGTERM), 42);
	/* what comes before the new life handles signals is kept for it */
	ATF_CHECK_EQ(again("kill -TERM $$; kill -INT $$; kill -HUP $$; exit 7", 0), 7);
}

ATF_TC_WITHOUT_HEAD(start__restricts);
ATF_TC_BODY(start__restricts, tc)
{
	struct rlimit core;
	int status, fds[2];
	pid_t pid = fork();

	if (pid == 0) {
		close(STDIN_FILENO);
		close(STDERR_FILENO);
		proc_start();
		if (fcntl(STDIN_FILENO, F_GETFD) == -1 || fcntl(STDERR_FILENO, F_GETFD) == -1)
			_exit(1);
		if (umask(0) != 027 || getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max > 1)
			_exit(2);
		if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
			_exit(3);
		if (pipe(fds) != 0 || close(fds[0]) != 0)
			_exit(4);
		_exit(write(fds[1], "x", 1) == -1 && errno == EPIPE ? 0 : 5);
	}
	ATF_REQUIRE_EQ(waitpid(pid, &status, 0), pid);
	ATF_CHECK(WIFEXITED(status));
	ATF_CHECK_EQ(WEXITSTATUS(status), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, lock__busy_names_the_holder);
	ATF_TP_ADD_TC(tp, lock__death_wakes_the_waiting);
	ATF_TP_ADD_TC(tp, lock__stop_ends_the_waiting);
	ATF_TP_ADD_TC(tp, lock__removed_file_is_made_again);
	ATF_TP_ADD_TC(tp, mkdir__parents_and_modes);
	ATF_TP_ADD_TC(tp, deadline__ends_with_124);
	ATF_TP_ADD_TC(tp, signals__set_flags);
	ATF_TP_ADD_TC(tp, again__unless_it_was_told_to_stop);
	ATF_TP_ADD_TC(tp, start__restricts);
	return atf_no_error();
}
