/* SPDX-License-Identifier: ISC
 *
 * The ways by which people are told: which there are, and what the configuration has to say for them. How each is
 * used is the business of shared/adapters/channels.c.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "shared/base/conf.h"
#include "shared/base/js.h"

enum channel {
#define X(id, ...) CHANNEL_##id,
#include "shared/domain/channel.def"
#undef X
	CHANNEL__MAX,
	CHANNEL_REQUEST = CHANNEL__MAX,	/* what a rule's webhook asks for; nobody chooses it */
	CHANNEL__ALL
};

#define CHANNELS_MAX 8		/* that a rule may name */

/* How much something matters; NULL-terminated. */
extern const char *const severities[];
enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY__MAX };

const char *channel_name(enum channel c);
const char *channel_help(enum channel c);
/* CHANNEL__ALL: no such channel. */
enum channel channel_parse(const char *name);
/* Whether the configuration says all that it needs; else *missing is the name of a key that it does not have. */
bool channel_ready(enum channel c, const struct conf *conf, const char **missing);

/* A list of names, or none (NULL). RC_INVALID: f->field is "channels[1]". */
enum rc channel_check(const struct js *list, struct fault *f);
/*
 * Calls fn for each that is listed; no list (NULL): for all that are set up. One that tells each person apart is called
 * with the target of each: "sms +491701234567"; target is NULL for others.
 */
void channel_each(const struct js *list, const struct conf *conf,
    void (*fn)(const char *channel, const char *target, void *arg), void *arg);
/* The next of a list with commas, without the blanks around it, NULL behind the last; *list is cut up and moved. */
char *channel_next(char **list);
/* Whom a target names, NULL when it names nobody apart. */
const char *channel_person(const char *target);

#endif
