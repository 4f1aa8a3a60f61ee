/* SPDX-License-Identifier: ISC
 *
 * Pictures of cameras and images. The newest one of an entity is a file of its own beside the
 * database, DATA/pictures/ROW, replaced as a whole; what kind it is is read from its first bytes, never
 * from what somebody says about it.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/conf.h"

#define PICTURE_MAX (8 << 20)	/* bytes */

/* The media type of n bytes: JPEG, PNG, GIF, WebP, AVIF or BMP; NULL for anything else. */
const char *picture_type(const void *p, size_t n);

/* The same of a picture that is written in base64, from its first characters alone. */
const char *picture_type_text(const char *p, size_t n);
/* The bytes of such a picture; takes many milliseconds. RC_INVALID: it is no base64; RC_TOO_LARGE. */
enum rc picture_unwrap(const char *p, size_t n, struct buf *out, struct fault *f);

/* Makes p the picture of the entity with this row. RC_FULL, RC_ERROR: the old one stays. */
enum rc picture_put(const struct conf *c, int64_t entity, const void *p, size_t n, struct fault *f);
/* Legal when there is none. */
void picture_remove(const struct conf *c, int64_t entity);
/* Appends the bytes to out. RC_NOT_FOUND: there is none. */
enum rc picture_get(const struct conf *c, int64_t entity, struct buf *out, const char **type,
    struct fault *f);
/* Removes the files of entities that do not exist. Returns how many. */
int picture_sweep(const struct conf *c, bool (*exists)(void *arg, int64_t entity), void *arg);

#endif
