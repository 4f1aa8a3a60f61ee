/* SPDX-License-Identifier: ISC
 *
 * Texts and compiled templates that the bindings of one adapter share: entities of a kind differ in
 * little but their topic.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

struct hass_text *
hass_pool_text(struct adapter *ad, const char *p, size_t len)
{
	struct hass_text *t = map_getn(&ad->texts, p, len);

	if (t == NULL) {
		t = mem_xcalloc(1, sizeof(*t) + len + 1);
		memcpy(t->p, p, len);
		t->len = (uint32_t)len & HASS_TEXT_LEN;
		map_put(&ad->texts, t->p, t);
	}
	t->refs++;
	return t;
}

enum rc
hass_pool_template(struct adapter *ad, const char *p, size_t len, struct hass_text **out,
    struct fault *f)
{
	struct hass_text *t = hass_pool_text(ad, p, len);
	enum rc rc;

	if (t->compiled == NULL) {
		if ((rc = template_compile(t->p, t->len, &t->compiled, f)) != RC_OK) {
			hass_pool_drop(ad, t);
			return rc;
		}
		t->json = template_uses(t->compiled, "value_json");
		t->self = template_uses(t->compiled, "this");
		t->name = template_uses(t->compiled, "name");
	}
	*out = t;
	return RC_OK;
}

void
hass_pool_drop(struct adapter *ad, struct hass_text *t)
{
	if (t == NULL || --t->refs > 0)
		return;
	map_remove(&ad->texts, t->p);
	template_free(t->compiled);
	free(t);
}
