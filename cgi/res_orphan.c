/* SPDX-License-Identifier: ISC
 *
 * /orphans: entities that nobody announces any more, and clearing them.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/device.h"
#include "shared/domain/registry.h"

enum { LIST_LIMIT, LIST_AFTER };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_FIELD,
	{ .name = NULL }
};

static enum rc
list(struct request *r)
{
	int limit = request_limit(r, LIST_LIMIT);
	struct entity_state *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	rc = store_entity_orphans(r->db, request_text(r, LIST_AFTER), limit, r->arena, &rows, &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "entities");
	for (i = 0; i < n; i++)
		device_write_entity(w, NULL, &rows[i], r->arena);
	request_page_end(r, n, limit, n > 0 ? rows[n - 1].entity.entity_id : NULL);
	return RC_OK;
}

enum { CLEAR_ENTITY };

static const struct field clear_inputs[] = {
	[CLEAR_ENTITY] = { .name = "entity_id", .where = FIELD_QUERY, .type = FIELD_TEXT, .min = 3,
	    .max = 255, .help = "only this one; all when it is not given" },
	{ .name = NULL }
};

static enum rc
clear(struct request *r)
{
	const char *entity_id = request_text(r, CLEAR_ENTITY);
	size_t n = 1;
	struct jsw *w;
	enum rc rc;

	rc = entity_id != NULL ? registry_delete_entity(r->tx, entity_id, r->arena, &r->fault) :
	    registry_clear_orphans(r->tx, r->arena, &n, &r->fault);
	if (rc != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_int(w, "deleted", (int64_t)n);
	jsw_end(w);
	return RC_OK;
}

static const struct member cleared_members[] = {
	{ .name = "deleted", .type = MEMBER_INT, .help = "how many there were" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "OrphansCleared", cleared_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/orphans", .permission = PERMISSION_READ,
	    .inputs = list_inputs, .handle = list,
	    .summary = "List entities that nobody announces any more", .reply = "EntityList" },
	{ .method = "DELETE", .path = "/api/v1/orphans", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = clear_inputs, .handle = clear,
	    .summary = "Remove one of them or all, with devices of which nothing is left",
	    .reply = "OrphansCleared" },
	{ .method = NULL }
};

const struct resource res_orphan = {
	"orphans", "Entities whose announcement was withdrawn.", routes, schemas
};
