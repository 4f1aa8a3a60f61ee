/* SPDX-License-Identifier: ISC
 *
 * See reference.h.
 */
#include "shared/domain/reference.h"

#include <string.h>

#include "shared/base/field.h"
#include "shared/base/near.h"
#include "shared/base/template.h"
#include "shared/domain/registry_fact.h"

static const char *const kinds[STORE_ID__MAX] = { [STORE_ID_ENTITY] = "entity", [STORE_ID_DEVICE] = "device",
	[STORE_ID_AREA] = "area", [STORE_ID_FLOOR] = "floor", [STORE_ID_LABEL] = "label",
	[STORE_ID_SCENARIO] = "scenario" };

enum rc
reference_check(struct db *db, enum store_id_kind kind, const char *id, const char *place, struct fault *f)
{
	struct near n = near_to(id);

	if (store_id_exists(db, kind, id))
		return RC_OK;
	store_id_each(db, kind, near_try, &n);
	return fault_set(f, RC_INVALID, place, "no such %s \"%.80s\"%s", kinds[kind], id, near_say(&n));
}

enum rc
reference_check_kind(struct db *db, const char *key, const char *id, const char *place, struct fault *f)
{
	size_t i, n;

	for (i = 0; i < STORE_ID__MAX; i++) {
		n = strlen(kinds[i]);
		if (strncmp(kinds[i], key, n) == 0 && strcmp(key + n, "_id") == 0)
			return reference_check(db, (enum store_id_kind)i, id, place, f);
	}
	return RC_OK;
}

/* ---- templates ---- */

struct reading {
	struct db	*db;
	const struct js	*known;
	const char	*place;
	struct fault	*f;
	enum rc		 rc;	/* the first fault's */
};

/* name: "states.light.kitchen.stat" */
static enum rc
unknown_member(const struct reading *r, const char *name)
{
	static const char *const members[] = { "attributes", "domain", "entity_id", "last_changed", "last_updated",
		"name", "object_id", "state" };
	const char *member = strrchr(name, '.') + 1;
	struct near n = near_to(member);
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		near_try(members[i], &n);
	return fault_set(r->f, RC_INVALID, r->place, "the template asks for \"%.60s\" of %.*s, which no entity has%s",
	    member, (int)(member - 1 - (name + 7)), name + 7, near_say(&n));
}

/* name: "this.stat", "this.attributes.last" */
static enum rc
unknown_of_this(const struct reading *r, const char *name)
{
	static const char *const members[] = { "attributes", "attributes.current", "attributes.friendly_name",
		"attributes.id", "attributes.last_triggered", "attributes.max", "attributes.mode", "entity_id", "id",
		"last_changed", "last_updated", "name", "state" };
	struct near n = near_to(name + 5);
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		near_try(members[i], &n);
	return fault_set(r->f, RC_INVALID, r->place, "the template asks for \"%.80s\" of this rule, which has none%s",
	    name + 5, near_say(&n));
}

static void
on_unknown(void *arg, const char *name, bool called)
{
	struct reading *r = arg;
	struct near n = near_to(name);
	void *it;

	if (r->rc != RC_OK || js_get(r->known, name) != NULL)
		return;
	template_functions(near_try, &n);
	for (it = called ? NULL : js_iter(r->known); it != NULL; it = js_iter_next(r->known, it))
		near_try(js_iter_key(it), &n);
	if (strncmp(name, "states.", 7) == 0)
		r->rc = unknown_member(r, name);
	else if (strncmp(name, "this.", 5) == 0)
		r->rc = unknown_of_this(r, name);
	else if (strchr(name, '.') != NULL)
		r->rc = fault_set(r->f, RC_INVALID, r->place, "the template asks for %.60s: a function has no members",
		    name);
	else
		r->rc = fault_set(r->f, RC_INVALID, r->place, called ?
		    "the template calls %.60s, which is no function%s" :
		    "the template uses %.60s, which nothing sets%s", name, near_say(&n));
}

/* What a function takes that wants to know about any of them. */
static enum rc
unknown_thing(struct reading *r, const char *id)
{
	static const enum store_id_kind others[] = { STORE_ID_AREA, STORE_ID_DEVICE, STORE_ID_FLOOR, STORE_ID_LABEL };
	struct near n = near_to(id);
	size_t i;

	if (field_entity_id(id))
		return reference_check(r->db, STORE_ID_ENTITY, id, r->place, r->f);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		store_id_each(r->db, others[i], near_try, &n);
	return fault_set(r->f, RC_INVALID, r->place, "nothing is called \"%.80s\", no area, device, floor or "
	    "label%s", id, near_say(&n));
}

/* Of areas, floors and labels templates may say the name. */
static bool
is_named(struct db *db, const char *kind, const char *name)
{
	struct mem_arena *a = mem_arena_new(4096);
	bool is = registry_meant(db, kind, name, a) != NULL;

	mem_arena_free(a);
	return is;
}

/* kind: "entity_id" and the like. */
static void
on_id(void *arg, const char *kind, const char *id)
{
	struct reading *r = arg;

	if (r->rc != RC_OK)
		return;
	if (strcmp(kind, "lookup_value") == 0) {
		if (!registry_known(r->db, id))
			r->rc = unknown_thing(r, id);
		return;
	}
	if (strcmp(kind, "entity_id") != 0 && strcmp(kind, "device_id") != 0 && is_named(r->db, kind, id))
		return;
	r->rc = reference_check_kind(r->db, kind, id, r->place, r->f);
}

enum rc
reference_check_template(struct db *db, const char *source, const struct js *known, const char *place, struct fault *f)
{
	struct reading r = { db, known, place, f, RC_OK };
	struct template_names names = { .unknown = on_unknown, .id = on_id, .arg = &r };
	struct template *t = NULL;

	if (template_compile(source, strlen(source), &t, NULL) != RC_OK)
		return RC_OK;
	template_names(t, &names);
	template_free(t);
	return r.rc;
}
