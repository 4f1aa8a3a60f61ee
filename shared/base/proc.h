/* SPDX-License-Identifier: ISC
 *
 * What every program does about itself: start order, locks, signals, deadlines.
 */
#ifndef PROC_H
#define PROC_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "shared/base/rc.h"

/* Set by SIGTERM and SIGINT, by SIGHUP, after proc_signals(). */
extern volatile sig_atomic_t proc_stop;
extern volatile sig_atomic_t proc_hangup;

/*
 * First thing in main: fds 0..2 exist, umask 027, no core dumps with secrets, no_new_privs, SIGPIPE
 * ignored, malloc kept small (few arenas).
 */
void proc_start(void);
/* SIGTERM, SIGINT set proc_stop, SIGHUP proc_hangup; system calls are not restarted. */
void proc_signals(void);
/*
 * Begins anew as what is now at argv[0], with the same process id and the first three files; does nothing once a signal
 * has said stop. Returns only then or when it cannot. For a process of one thread.
 */
void proc_again(char **argv);
/* SIGALRM ends the process with status 124 after `seconds`; 0 takes it back. */
void proc_deadline(unsigned int seconds);

/*
 * Takes the lock file at path (flopen; the file holds the pid). wait false: RC_BUSY at once when it
 * is held. wait true: until it is free, RC_TIMEOUT when a signal set proc_stop. *fd keeps it: close
 * releases it, and so does any death.
 */
enum rc proc_lock(const char *path, bool wait, int *fd, struct fault *f);
/* Whether somebody holds the lock file; one who takes it just then may find it held. */
bool proc_locked(const char *path);
/*
 * Sends a signal to the process that holds the lock file, when it runs the same program as the caller (a
 * process id may have been given to another). RC_NOT_FOUND: nobody holds it, or somebody else; RC_ERROR.
 */
enum rc proc_kill_holder(const char *path, int signal, struct fault *f);
/*
 * Starts a program beside this one: argv[0] is its path, the list ends with NULL. It has a session and signals of its
 * own and, of the open files, the first three. The caller waits for *pid some day. RC_ERROR.
 */
enum rc proc_spawn(const char *const *argv, pid_t *pid, struct fault *f);
/* Makes dir and its parents, mode 0750. */
enum rc proc_mkdir(const char *dir, struct fault *f);

#endif
