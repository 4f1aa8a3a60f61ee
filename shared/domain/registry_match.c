/* SPDX-License-Identifier: ISC
 *
 * Which entity of new hardware goes on with which of the old: the one of the same kind and name, else the only
 * one of its kind on both sides. A pure function of the two lists.
 */
#include <string.h>
#include <strings.h>

#include "shared/domain/registry_int.h"

#define NAME_POINTS 1000
#define CLASS_POINTS 100
#define SUFFIX_MAX 99		/* points for the common end of the unique ids: it decides between equals */

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcasecmp(a, b) == 0;
}

/* Triggers have no names: what they tell is what they are. */
static bool
same_domain(const struct entity *a, const struct entity *b)
{
	return strcmp(a->domain, b->domain) == 0 &&
	    (strcmp(a->domain, "device_automation") != 0 || same(a->capabilities, b->capabilities));
}

static bool
same_kind(const struct entity *a, const struct entity *b)
{
	return same_domain(a, b) && same(a->device_class, b->device_class) &&
	    same(a->category, b->category);
}

static int
common_end(const char *a, const char *b)
{
	size_t i = strlen(a), j = strlen(b);
	int n = 0;

	while (i > 0 && j > 0 && n < SUFFIX_MAX && a[--i] == b[--j])
		n++;
	return n;
}

/* 0: not by its name. */
static int
points(const struct entity *a, const struct entity *b)
{
	bool class = same(a->device_class, b->device_class);

	if (!same_domain(a, b) || !same(a->name, b->name) || (!class && !same(a->unit, b->unit)))
		return 0;
	return NAME_POINTS + (class ? CLASS_POINTS : 0) + common_end(a->unique_id, b->unique_id);
}

static void
match_name(struct registry_matching *m, size_t i)
{
	int best = 0, p;
	size_t j;

	for (j = 0; j < m->n_new; j++) {
		p = m->taken[j] ? 0 : points(&m->old[i].entity, &m->new[j].entity);
		if (p > best) {
			best = p;
			m->partner[i] = &m->new[j];
		}
	}
	if (best > 0)
		m->taken[m->partner[i] - m->new] = true;
}

/* A reading without class and unit says nothing of what it measures. */
static bool
tells(const struct entity *e)
{
	bool reading = strcmp(e->domain, "sensor") == 0 || strcmp(e->domain, "binary_sensor") == 0;

	return !reading || e->device_class != NULL || e->unit != NULL;
}

static void
match_only(struct registry_matching *m, size_t i)
{
	const struct entity *e = &m->old[i].entity;
	size_t j, left = 0, there = 0, at = 0;

	if (!tells(e))
		return;
	for (j = 0; j < m->n_old; j++)
		left += m->partner[j] == NULL && same_kind(e, &m->old[j].entity);
	for (j = 0; j < m->n_new; j++)
		if (!m->taken[j] && same_kind(e, &m->new[j].entity)) {
			there++;
			at = j;
		}
	if (left != 1 || there != 1)
		return;
	m->partner[i] = &m->new[at];
	m->taken[at] = true;
}

void
registry_match(struct registry_matching *m, struct mem_arena *a)
{
	size_t i;

	m->partner = mem_zalloc(a, (m->n_old + 1) * sizeof(*m->partner));
	m->taken = mem_zalloc(a, (m->n_new + 1) * sizeof(*m->taken));
	for (i = 0; i < m->n_old; i++)
		match_name(m, i);
	for (i = 0; i < m->n_old; i++)
		if (m->partner[i] == NULL)
			match_only(m, i);
}
