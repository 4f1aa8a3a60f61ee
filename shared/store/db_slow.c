/* SPDX-License-Identifier: ISC
 *
 * Which statements were slow: the longest run of each that took a while, in the shared metrics, so that
 * every process of the house adds to one list.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/metric.h"
#include "shared/store/store_int.h"

#define SLOW_NS 5000000		/* shorter ones are not worth a name */

/* "entity.3" for a statement of the tables. */
static void
name_of(int table, int n, char *out, size_t outlen)
{
	snprintf(out, outlen, "%s.%d", stores[table]->name, n);
}

static void
note_one(const char *name, double seconds)
{
	if (metric_get(METRIC_SLOW_SECONDS, name) < seconds)
		metric_set_label(METRIC_SLOW_SECONDS, name, seconds);
}

void
db_slow_note(const char *sql, int64_t ns)
{
	char name[64];
	int i, j;

	if (ns < SLOW_NS || sql == NULL)
		return;
	for (i = 0; i < STORE__MAX; i++)
		for (j = 0; j < stores[i]->n; j++)
			if (strcmp(stores[i]->sql[j], sql) == 0) {
				name_of(i, j, name, sizeof(name));
				note_one(name, (double)ns / 1e9);
				return;
			}
	note_one(strcmp(sql, "COMMIT") == 0 ? "commit" : "other", (double)ns / 1e9);
}

static void
insert(struct db_slow list[DB_SLOW], const struct db_slow *one)
{
	int i, at = DB_SLOW;

	while (at > 0 && list[at - 1].seconds < one->seconds)
		at--;
	for (i = DB_SLOW - 1; i > at; i--)
		list[i] = list[i - 1];
	if (at < DB_SLOW)
		list[at] = *one;
}

static void
consider(struct db_slow list[DB_SLOW], const char *name, const char *sql)
{
	struct db_slow one = { .sql = sql, .seconds = metric_get(METRIC_SLOW_SECONDS, name) };

	strlcpy(one.name, name, sizeof(one.name));
	if (one.seconds > 0)
		insert(list, &one);
}

void
db_slowest(struct db_slow list[DB_SLOW])
{
	char name[64];
	int i, j;

	memset(list, 0, DB_SLOW * sizeof(*list));
	consider(list, "commit", "COMMIT");
	consider(list, "other", NULL);
	for (i = 0; i < STORE__MAX; i++)
		for (j = 0; j < stores[i]->n; j++) {
			name_of(i, j, name, sizeof(name));
			consider(list, name, stores[i]->sql[j]);
		}
}
