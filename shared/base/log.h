/* SPDX-License-Identifier: ISC
 *
 * One line per event: UTC time, level, program, pid, subject, text; control characters escaped,
 * errno kept. An error is logged once, where it is found.
 *
 *	2026-11-20T10:15:00.123Z level=error prog=engine pid=7 subject=light.kitchen msg="unknown unit \"F\""
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/*
 * prog: the program's short name, kept by reference. path: a file to append to, reopened by
 * log_reopen (rotation), or NULL for standard error. Called once by main.
 */
void log_open(const char *prog, enum log_level level, const char *path);
void log_reopen(void);
/* "error", "warning", "info", "debug" in any case; false for anything else. */
bool log_level_parse(const char *s, enum log_level *level);

void log_error(const char *subject, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_warn(const char *subject, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *subject, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_debug(const char *subject, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
