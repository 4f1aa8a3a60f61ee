/* SPDX-License-Identifier: ISC
 *
 * Whether what somebody writes refers to what there is: ids, and the names in templates. What does not is said with
 * what may have been meant.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "shared/base/js.h"
#include "shared/base/rc.h"
#include "shared/store/db.h"
#include "shared/store/store_id.h"

/* RC_INVALID with f->field `place`: there is no such entity, device, ... */
enum rc reference_check(struct db *db, enum store_id_kind kind, const char *id, const char *place, struct fault *f);
/* The same for a kind by its key: "label_id". Keys of other kinds are no business of this. */
enum rc reference_check_kind(struct db *db, const char *key, const char *id, const char *place, struct fault *f);
/*
 * As reference_check, for the ids in a template, and for its variables and functions. known: an object that has the
 * variables that it will see as its members. A template that cannot be compiled is no business of this.
 */
enum rc reference_check_template(struct db *db, const char *source, const struct js *known, const char *place,
    struct fault *f);

#endif
