/* SPDX-License-Identifier: ISC
 *
 * Configuration: KEY=value lines of one file, environment variables win over it. conf.def is the
 * list of keys; an unknown key or a bad value is an error that names key, file and line. Blank lines
 * and lines that start with '#' say nothing; a value may stand in '...' or "...". An empty value is
 * as good as none, but for a list: there it is the empty list.
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/rc.h"

enum conf_key {
#define X(key, type, standard, help) CONF_##key,
#include "shared/base/conf.def"
#undef X
	CONF__MAX
};

struct conf;

/*
 * Reads `path`, then the environment. path NULL: DIR/consciousness.conf when it exists, else
 * nothing. data_dir: the house's data directory, made absolute; created by whoever needs it. A TZ is
 * put into the environment, so that the process keeps the house's time. RC_INVALID with f->field
 * naming the key, RC_NOT_FOUND for a missing path.
 */
enum rc conf_load(const char *data_dir, const char *path, struct conf **out, struct fault *f);
void conf_free(struct conf *c);

/*
 * Valid as long as c. NULL only where the default is unset. DATABASE_URL, API_SOCKET and BRIDGE_LISTEN
 * are never NULL: their defaults lie in the data directory ("sqlite:///" + absolute path). A size or
 * boolean in another notation ("10M", "yes") reads as plain "10485760", "true".
 */
const char *conf_text(const struct conf *c, enum conf_key key);
int64_t conf_int(const struct conf *c, enum conf_key key);
bool conf_bool(const struct conf *c, enum conf_key key);
/* "KEY", and where its value came from: "default", "environment" or "FILE:LINE". */
const char *conf_name(enum conf_key key);
const char *conf_origin(const struct conf *c, enum conf_key key);
const char *conf_help(enum conf_key key);
bool conf_is_secret(enum conf_key key);
/* The value for a person's eyes: secrets and the passwords of URLs as "***", unset as nothing. */
void conf_show(const struct conf *c, enum conf_key key, struct buf *b);

/* The data directory, absolute. */
const char *conf_data_dir(const struct conf *c);
/* Writes DIR/name into out; RC_TOO_LARGE when it does not fit. */
enum rc conf_path(const struct conf *c, const char *name, char *out, unsigned long outlen);

#endif
