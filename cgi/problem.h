/* SPDX-License-Identifier: ISC
 *
 * Failures as RFC 9457 problem documents. The one place where an rc becomes an HTTP status.
 */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "cgi/request.h"

/* Makes the answer a problem out of rc and r->fault. */
void problem_reply(struct request *r, enum rc rc);
/* One that only HTTP knows (405, 415, ...). field may be NULL. */
void problem_http(struct request *r, int status, const char *code, const char *field,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int problem_status(enum rc rc);
/* The phrase of a status: "Not Found". */
const char *problem_phrase(int status);
/* Members of one problem inside another document: "code", "detail", "field". */
void problem_write(struct jsw *w, enum rc rc, const struct fault *f);
/* JSON Schema of the document. */
extern const char problem_schema[];

#endif
