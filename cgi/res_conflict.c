/* SPDX-License-Identifier: ISC
 *
 * /conflicts: rules that start each other without end, or fight over an entity. Told also in the answer when a
 * rule is saved or checked; nobody is kept from saving.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/conflict.h"

/* ---- what is saved ---- */

static bool
is_enabled(const struct js *rule)
{
	return js_bool(js_get(rule, "enabled"), true);
}

/* The answer so far with them. */
static void
write_again(struct request *r, const struct js *rule, const struct conflicts *found)
{
	struct jsw *w = request_reply_again(r);
	void *it;

	jsw_object(w, NULL);
	for (it = js_iter(rule); it != NULL; it = js_iter_next(rule, it))
		jsw_value(w, js_iter_key(it), js_iter_value(it));
	conflict_write(w, "conflicts", found);
	jsw_end(w);
}

enum rc
res_conflict_finish(struct request *r)
{
	struct conflicts found = { 0 };
	struct js *rule;
	enum rc rc;

	if (r->reply.status >= 400 || r->reply.body->len == 0)
		return RC_OK;
	if ((rc = js_parse(r->reply.body->p, r->reply.body->len, JS_STRICT, &rule, &r->fault)) != RC_OK)
		return rc;
	if (is_enabled(rule)) {
		if ((rc = request_begin(r)) == RC_OK)
			rc = conflict_check(r->db, rule, js_get_string(rule, "id"), r->arena, &found, &r->fault);
		request_end(r);
	}
	if (rc == RC_OK)
		write_again(r, rule, &found);
	js_free(rule);
	return rc;
}

/* ---- those that there are ---- */

static enum rc
list(struct request *r)
{
	struct conflicts found;
	enum rc rc = conflict_all(r->db, r->arena, &found, &r->fault);
	struct jsw *w;

	if (rc != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	conflict_write(w, "conflicts", &found);
	jsw_bool(w, "more", found.more);
	jsw_end(w);
	return RC_OK;
}

static const struct member warning_members[] = {
	{ .name = "kind", .type = MEMBER_TEXT, .help = "loop: they start each other without end; "
	    "fight: they run at the same moment and make different things of one entity" },
	{ .name = "perhaps", .type = MEMBER_BOOL,
	    .help = "a template, or something else that is not decidable, has a say" },
	{ .name = "automations", .type = MEMBER_TEXTS, .help = "ids; an empty one is the rule that is asked about" },
	{ .name = "names", .type = MEMBER_TEXTS, .help = "of the same; \"this rule\" is one that has none yet" },
	{ .name = "about", .type = MEMBER_TEXT, .help = "the entity, or event.TYPE" },
	{ .name = "message", .type = MEMBER_TEXT, .help = "for people: with the condition under which they meet" },
	{ .name = "parts", .type = MEMBER_LIST, .of = "ConflictPart", .help = "the message in pieces" },
	{ .name = NULL }
};

static const struct member part_members[] = {
	{ .name = "text", .type = MEMBER_TEXT },
	{ .name = "entity_id", .type = MEMBER_TEXT, .null = true, .help = "the text is the name of this entity" },
	{ .name = "automation", .type = MEMBER_TEXT, .null = true, .help = "or of this automation, as above" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "conflicts", .type = MEMBER_LIST, .of = "Conflict" },
	{ .name = "more", .type = MEMBER_BOOL, .help = "there was more than could be looked through or told" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Conflict", warning_members, NULL },
	{ "ConflictPart", part_members, NULL },
	{ "ConflictList", list_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/conflicts", .permission = PERMISSION_READ, .handle = list,
	    .summary = "List the automations that loop or fight", .reply = "ConflictList" },
	{ .method = NULL }
};

const struct resource res_conflict = {
	"conflicts", "Automations that start each other without end, or fight over an entity.", routes, schemas
};
