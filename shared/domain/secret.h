/* SPDX-License-Identifier: ISC
 *
 * What is secret in rules and in what events hold: shown to those who may change rules, and to nobody else. By the
 * names of members: those of the rule language that let somebody in, and those that say so themselves (api_key).
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>

#include "shared/base/js.h"

#define SECRET_SHOWN "***"	/* what is seen instead */

/* Whether what has this name is secret: "apiToken", "X-Api-Key", "pin", "mqtt_password". */
bool secret_name(const char *name);

/*
 * A rule, a scenario, a part of one or the data of an event, without what is secret in it, however deep it stands; a
 * new reference. Of a webhook's address the server stays, of its headers the names.
 */
struct js *secret_shown(const struct js *v);

/*
 * Whether what a rule makes of what it knows may hold a secret, under whatever name: something in it is one by its
 * name, or it hears messages, calls or events, in which anything may stand.
 */
bool secret_within(const struct js *rule);

#endif
