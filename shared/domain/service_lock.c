/* SPDX-License-Identifier: ISC
 *
 * lock: lock, unlock, open; with a code where it wants one. What opens a door is sent once: a repetition
 * would open it again after somebody closed it.
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

static const struct service_field code[] = {
	{ TEXT("code", 64), .secret = true, .pattern = "code_format" },
	{ 0 },
};

const struct service service_lock[] = {
	{ .domain = "lock", .name = "lock", .fields = code, .expect = { "locked" } },
	{ .domain = "lock", .name = "unlock", .fields = code, .once = true,
	    .expect = { "unlocked", "open" } },
	{ .domain = "lock", .name = "open", .fields = code, .feature = FEATURE_LOCK_OPEN, .once = true,
	    .expect = { "open", "opening", "unlocked" } },
	{ 0 },
};

const struct reversal reversal_lock[] = {
	{ .states = { "locked", "locking" }, .service = "lock", .code = "code_format" },
	{ .states = { "unlocked", "unlocking", "open", "opening" }, .service = "unlock", .code = "code_format",
	    .why = "unlocking lets people in" },
	{ .why = "whether it was locked is not known" },
	{ 0 },
};
