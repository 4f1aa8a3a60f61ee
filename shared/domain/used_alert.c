/* SPDX-License-Identifier: ISC
 *
 * Alert rules as users of entities.
 */
#include <string.h>

#include "shared/domain/alert_edit.h"
#include "shared/domain/used.h"
#include "shared/store/store_alert.h"

struct showing {
	void	(*fn)(const struct used_document *d, void *arg);
	void	*arg;
};

static bool
show(const struct alert_row *r, void *arg)
{
	struct showing *s = arg;
	struct used_document d = { .id = r->id, .name = r->name, .enabled = r->enabled };
	struct js *config;

	if (js_parse(r->config, strlen(r->config), JS_STRICT, &config, NULL) != RC_OK)
		return true;
	d.config = config;
	s->fn(&d, s->arg);
	js_free(config);
	return true;
}

static enum rc
each(struct db *db, void (*fn)(const struct used_document *d, void *arg), void *arg)
{
	struct showing s = { fn, arg };

	return store_alert_rule_each(db, show, &s);
}

const struct used_ops used_alert = { "alerts", "alert_rule", each, alert_edit_check };
