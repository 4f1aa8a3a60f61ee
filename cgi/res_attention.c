/* SPDX-License-Identifier: ISC
 *
 * /attention: which devices and rules want somebody to look after them.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/attention.h"

static enum rc
get(struct request *r)
{
	struct attention at;
	enum rc rc;

	if ((rc = attention_read(r->db, r->now_ms, r->arena, &at)) != RC_OK)
		return rc;
	attention_write(request_reply(r), NULL, &at);
	return RC_OK;
}

static const struct member found_members[] = {
	{ .name = "device_id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "first_seen", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member unheard_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "device_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "last_seen", .type = MEMBER_TIME, .null = true },
	{ .name = "expected_every", .type = MEMBER_INT, .help = "seconds between reports" },
	{ .name = NULL }
};

static const struct member orphan_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "device_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = NULL }
};

static const struct member battery_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "device_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "level", .type = MEMBER_REAL, .null = true, .help = "percent; null: it only says that it is low" },
	{ .name = "since", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member refused_members[] = {
	{ .name = "topic", .type = MEMBER_TEXT },
	{ .name = "part", .type = MEMBER_TEXT, .null = true, .help = "key of the component; null: all of it" },
	{ .name = "device", .type = MEMBER_TEXT, .null = true, .help = "the name that it gives itself, where known" },
	{ .name = "reason", .type = MEMBER_TEXT },
	{ .name = "time", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member broken_members[] = {
	{ .name = "kind", .type = MEMBER_TEXT, .help = "automation, scenario or alert_rule" },
	{ .name = "id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "place", .type = MEMBER_TEXT, .help = "such as actions[0].target.label_id" },
	{ .name = "message", .type = MEMBER_TEXT, .help = "what saving it would say" },
	{ .name = NULL }
};

static const struct member attention_members[] = {
	{ .name = "found", .type = MEMBER_LIST, .of = "FoundDevice", .help = "first seen within a week, newest first" },
	{ .name = "late", .type = MEMBER_LIST, .of = "UnheardEntity", .help = "twice as long unheard as expected" },
	{ .name = "silent", .type = MEMBER_LIST, .of = "UnheardEntity", .help = "four times as long" },
	{ .name = "orphaned", .type = MEMBER_LIST, .of = "OrphanedEntity", .help = "their announcement was withdrawn" },
	{ .name = "low_battery", .type = MEMBER_LIST, .of = "LowBattery" },
	{ .name = "lost", .type = MEMBER_LIST, .of = "Event",
	    .help = "of the last day: many devices lost or back at once, newest first" },
	{ .name = "refused", .type = MEMBER_LIST, .of = "RefusedAnnouncement",
	    .help = "announcements of devices that cannot be used, of the last 30 days, newest first" },
	{ .name = "rules", .type = MEMBER_LIST, .of = "BrokenRule",
	    .help = "enabled automations, scenarios and alert rules that refer to what is gone" },
	{ .name = "questions", .type = MEMBER_LIST, .of = "Question", .help = "what the house asks people" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Attention", attention_members, NULL },
	{ "FoundDevice", found_members, NULL },
	{ "UnheardEntity", unheard_members, NULL },
	{ "OrphanedEntity", orphan_members, NULL },
	{ "LowBattery", battery_members, NULL },
	{ "RefusedAnnouncement", refused_members, NULL },
	{ "BrokenRule", broken_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/attention", .permission = PERMISSION_READ, .handle = get,
	    .summary = "List what wants attention: new, late, silent, withdrawn, low on battery, lost, refused, broken",
	    .reply = "Attention" },
	{ .method = NULL }
};

const struct resource res_attention = {
	"attention", "Which devices and rules want somebody to look after them.", routes, schemas
};
