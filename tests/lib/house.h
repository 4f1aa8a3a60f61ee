/* SPDX-License-Identifier: ISC
 *
 * For test programs: the database of a new house in the present folder. The environment is the
 * configuration.
 */
#ifndef TESTS_HOUSE_H
#define TESTS_HOUSE_H

#include <atf-c.h>

#include <string.h>

#include "shared/store/store.h"
#include "shared/store/store_entity.h"

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

/* An entity that nobody announced, for rules to name. */
static inline void
house_entity(struct tx *tx, const char *id, const char *capabilities)
{
	char domain[64];
	struct entity e = { .entity_id = id, .adapter = "mqtt", .component = domain, .domain = domain,
		.unique_id = id, .name = id, .enabled = true, .source = id, .config = "{}",
		.capabilities = capabilities };

	strlcpy(domain, id, sizeof(domain));
	domain[strcspn(domain, ".")] = '\0';
	ATF_REQUIRE_EQ(store_entity_insert(tx, &e), RC_OK);
}

#endif
