/* SPDX-License-Identifier: ISC
 *
 * For test programs: the database of a new house in the present folder. The environment is the
 * configuration.
 */
#ifndef TESTS_HOUSE_H
#define TESTS_HOUSE_H

#include <atf-c.h>

#include "shared/store/store.h"

static inline struct db *
house_new(struct conf **conf)
{
	struct fault f = { 0 };
	struct db *db;

	ATF_REQUIRE_EQ(conf_load(".", NULL, conf, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(store_open(*conf, DB_WRITE, &db, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(store_migrate(db, &f), RC_OK, "%s", f.msg);
	return db;
}

#endif
