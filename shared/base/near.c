/* SPDX-License-Identifier: ISC
 *
 * See near.h.
 */
#include "shared/base/near.h"

#include <stdio.h>
#include <string.h>

/* Edits between two texts (Levenshtein; Wagner and Fischer's table, a row at a time); most + 1 when there are more. */
static unsigned int
distance(const char *a, const char *b, unsigned int most)
{
	unsigned int n = (unsigned int)strlen(a), m = (unsigned int)strlen(b), i, k, left, cost, best;
	unsigned int row[NEAR_MAX + 1];

	if (n > NEAR_MAX || m > NEAR_MAX || n > m + most || m > n + most)
		return most + 1;
	for (k = 0; k <= m; k++)
		row[k] = k;
	for (i = 1; i <= n; i++) {
		left = row[0];
		row[0] = best = i;
		for (k = 1; k <= m; k++) {
			cost = left + (a[i - 1] != b[k - 1]);
			left = row[k];
			if (row[k] + 1 < cost)
				cost = row[k] + 1;
			if (row[k - 1] + 1 < cost)
				cost = row[k - 1] + 1;
			row[k] = cost;
			best = cost < best ? cost : best;
		}
		if (best > most)
			return most + 1;
	}
	return row[m];
}

struct near
near_to(const char *wanted)
{
	size_t n = strlen(wanted);

	/* of a short name little may differ, or everything is near everything */
	return (struct near){ .wanted = wanted, .most = n < 4 ? 1 : n < 8 ? 2 : 3 };
}

void
near_try(const char *name, void *arg)
{
	struct near *n = arg;
	unsigned int d = distance(n->wanted, name, n->most);

	if (n->most == 0 || d == 0 || d > n->most)
		return;
	strlcpy(n->found, name, sizeof(n->found));
	n->most = d - 1;
}

const char *
near_say(struct near *n)
{
	if (*n->found == '\0')
		return "";
	snprintf(n->said, sizeof(n->said), "; did you mean \"%s\"?", n->found);
	return n->said;
}
