/* SPDX-License-Identifier: ISC
 *
 * Automations and scenarios as users of entities.
 */
#include <string.h>

#include "shared/domain/automation_fault.h"
#include "shared/domain/used.h"
#include "shared/store/store_automation.h"

struct showing {
	bool	scenarios;
	void	(*fn)(const struct used_document *d, void *arg);
	void	*arg;
};

static bool
show(const struct automation *r, void *arg)
{
	struct showing *s = arg;
	struct used_document d = { .id = r->id, .name = r->name, .enabled = r->enabled };
	struct js *config;

	if (r->scenario != s->scenarios ||
	    js_parse(r->config, strlen(r->config), JS_STRICT, &config, NULL) != RC_OK)
		return true;
	d.config = config;
	s->fn(&d, s->arg);
	js_free(config);
	return true;
}

static enum rc
each(struct db *db, void (*fn)(const struct used_document *d, void *arg), void *arg)
{
	struct showing s = { false, fn, arg };

	return store_automation_each(db, show, &s);
}

static enum rc
each_scenario(struct db *db, void (*fn)(const struct used_document *d, void *arg), void *arg)
{
	struct showing s = { true, fn, arg };

	return store_automation_each(db, show, &s);
}

static enum rc
check(struct db *db, const struct js *config, struct mem_arena *a, struct fault *f)
{
	return automation_fault(db, config, false, a, f);
}

static enum rc
check_scenario(struct db *db, const struct js *config, struct mem_arena *a, struct fault *f)
{
	return automation_fault(db, config, true, a, f);
}

const struct used_ops used_scenario = { "scenarios", "scenario", each_scenario, check_scenario };
const struct used_ops used_automation = { "automations", "automation", each, check };
