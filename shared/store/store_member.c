/* SPDX-License-Identifier: ISC
 *
 * Statements of members.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_member.h"

#define MEMBERS(rows) "SELECT e.entity_id FROM entity e WHERE e.row IN (" rows ") AND " IS_MAIN
#define IS_MAIN "e.enabled = 1 AND e.orphaned = 0 AND e.hidden = 0 AND e.category IS NULL " \
	STORE_SHOWN "ORDER BY e.entity_id"
#define IN_AREAS(which) "SELECT n.row FROM area a JOIN entity n ON n.area = a.row WHERE " which " UNION ALL " \
	"SELECT n.row FROM area a JOIN device d ON d.area = a.row " \
	"JOIN entity n ON n.device = d.row AND +n.area IS NULL WHERE " which
#define HAS_LABEL(labels) labels " <> '[]' AND instr(" labels ", '\"' || ?1 || '\"') > 0 "

static const char *const sql[STORE_MEMBER__MAX] = {
	[STORE_MEMBER_DEVICE] = MEMBERS("SELECT n.row FROM device d JOIN entity n ON n.device = d.row WHERE d.id = ?1"),
	[STORE_MEMBER_AREA] = MEMBERS(IN_AREAS("a.id = ?1")),
	[STORE_MEMBER_FLOOR] = MEMBERS(IN_AREAS("a.floor = (SELECT f.row FROM floor f WHERE f.id = ?1)")),
	[STORE_MEMBER_LABEL] = MEMBERS(
	    "SELECT n.row FROM entity n WHERE " HAS_LABEL("n.labels") "UNION ALL "
	    "SELECT n.row FROM device d JOIN entity n ON n.device = d.row WHERE " HAS_LABEL("d.labels") "UNION ALL "
	    IN_AREAS(HAS_LABEL("a.labels"))),
	[STORE_MEMBER_DOMAIN] = "SELECT e.entity_id FROM entity e WHERE e.domain = ?1 AND " IS_MAIN,
};

const struct db_table store_member_table = { STORE_MEMBER, "member", sql, STORE_MEMBER__MAX };

enum rc
store_member_list(struct db *db, enum store_member_of of, const char *id, struct mem_arena *a,
    const char ***ids, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_member_table, (int)of);

	db_bind_text(s, 1, id);
	return store_texts(s, a, ids, n);
}
