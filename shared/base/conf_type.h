/* SPDX-License-Identifier: ISC
 *
 * The types of configuration values: what conf.def may say about a key. Used by conf.c alone.
 */
#ifndef CONF_TYPE_H
#define CONF_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/base/buf.h"

enum conf_type {
	CONF_TYPE_text,
	CONF_TYPE_secret,
	CONF_TYPE_integer,
	CONF_TYPE_count,
	CONF_TYPE_commit_ms,
	CONF_TYPE_boolean,
	CONF_TYPE_size,
	CONF_TYPE_url,
	CONF_TYPE_list,
	CONF_TYPE_environment,
	CONF_TYPE_level,
	CONF_TYPE_durability,
	CONF_TYPE_zone,
	CONF_TYPE_latitude,
	CONF_TYPE_longitude,
	CONF_TYPE__MAX
};

/*
 * Appends the value in its one plain form to *out. False when it is none of this type; *want then
 * says what is ("a whole number of 1 or more").
 */
bool conf_type_read(enum conf_type type, const char *value, struct buf *out, const char **want);

#endif
