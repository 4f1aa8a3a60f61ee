/* SPDX-License-Identifier: ISC
 *
 * What the house itself knows of new versions: which of two is the newer, and which one nobody wants to hear of.
 */
#ifndef UPDATE_H
#define UPDATE_H

#include "shared/domain/house.h"

/* Attribute of an update: the latest version, as long as it is passed over. */
#define UPDATE_SKIPPED "skipped_version"

/* Whether version b is newer than a: by the numbers in them, and one with a suffix ("-rc1", "b2") is older. */
bool update_newer(const char *a, const char *b);
/*
 * Makes the report of an update say what it is for this house: off while the latest version is passed over, which
 * ends as soon as there is another one or it is installed. Reports of other entities stay as they are.
 */
void update_judge(const struct live *l, struct report *r);

#endif
