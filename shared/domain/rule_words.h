/* SPDX-License-Identifier: ISC
 *
 * Rules as people bring them, in Home Assistant's words of whatever year: here they become those in which the house
 * keeps and shows a rule. Whoever takes one from outside asks this first; nobody else knows another word.
 */
#ifndef RULE_WORDS_H
#define RULE_WORDS_H

#include "shared/base/js.h"
#include "shared/base/rc.h"

/*
 * A rule, or members of one, in the house's own words: alias is its name, the older trigger, condition and action are
 * its lists, what stands alone is a list of one, service is action. So do values: ids with commas between them are a
 * list, a limit as text is a number, whom a service is for stands in its target and not in its data. What people may
 * call as they like stays as it is, so does what nobody knows and a word whose place is taken. scenario: it is one.
 * The caller owns it.
 */
struct js *rule_words_own(const struct js *given, bool scenario);
/* The same of one trigger. */
struct js *rule_words_own_trigger(const struct js *given);
/* RC_INVALID: Home Assistant knows this member of a rule and the house has nothing like it; with what to do. */
enum rc rule_words_refused(const struct js *given, struct fault *f);
/* Each member of a rule that rule_words_own leaves away, and why. */
void rule_words_idle(const struct js *given, void (*fn)(const char *member, const char *why, void *arg), void *arg);
/* The other words of a rule itself, NULL-terminated, for its schema. */
extern const char *const rule_words_of_rule[];
/* The same of an action. */
extern const char *const rule_words_of_action[];
/* What the data of a service may hold that belongs elsewhere. */
extern const char *const rule_words_of_data[];

#endif
