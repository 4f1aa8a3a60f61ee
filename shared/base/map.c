/* SPDX-License-Identifier: ISC
 *
 * Hash tables with linear probing.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/map.h"
#include "shared/base/mem.h"
#include "shared/base/token.h"

static const char gone;	/* its address is the value of a slot whose entry was removed */

static uint64_t
mix(uint64_t h)
{
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ULL;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ULL;
	return h ^ (h >> 32);
}

/* Eight bytes at a time. */
static uint64_t
hash_bytes(uint64_t seed, const char *s, size_t n)
{
	uint64_t h = seed ^ (n * 0x9e3779b97f4a7c15ULL), word;

	for (; n >= 8; s += 8, n -= 8) {
		memcpy(&word, s, 8);
		h = mix(h ^ word);
	}
	word = 0;
	memcpy(&word, s, n);
	return mix(h ^ word);
}

/* Seeded, so that nobody outside can choose keys that collide. */
static uint64_t
hash_text(const struct map *m, const char *s, size_t n)
{
	return hash_bytes(m->seed, s, n);
}

uint64_t
map_hash(const void *p, size_t n)
{
	return hash_bytes(0, p, n);
}

static size_t
home(const struct map *m, bool text, uint64_t hash)
{
	return (size_t)(text ? hash : mix(hash ^ m->seed)) & (m->cap - 1);
}

static struct map_slot *
slot(const struct map *m, size_t i)
{
	return (struct map_slot *)((char *)m->slots + i * m->size);
}

static bool
same(const struct map *m, const struct map_slot *s, const char *key, size_t n, uint64_t hash)
{
	const char *has;

	if (s->hash != hash || s->value == &gone)
		return false;
	if (key == NULL)
		return true;
	has = m->inside != 0 ? (const char *)s->value + m->inside - 1 : s->key;
	return strncmp(has, key, n) == 0 && has[n] == '\0';
}

static struct map_slot *
find(const struct map *m, const char *key, size_t n, uint64_t hash)
{
	struct map_slot *s;
	size_t i;

	if (m->cap == 0)
		return NULL;
	for (i = home(m, key != NULL, hash); (s = slot(m, i))->value != NULL; i = (i + 1) & (m->cap - 1))
		if (same(m, s, key, n, hash))
			return s;
	return NULL;
}

static void
set_key(const struct map *m, struct map_slot *s, const char *key)
{
	if (m->size == sizeof(*s))
		s->key = key;
}

static void
insert(struct map *m, bool text, const char *key, uint64_t hash, void *value)
{
	size_t i = home(m, text, hash);
	struct map_slot *s;

	while ((s = slot(m, i))->value != NULL)
		i = (i + 1) & (m->cap - 1);
	s->hash = hash;
	s->value = value;
	set_key(m, s, key);
	m->used++;
}

/* text: of texts, not of integers. */
static void
make_room(struct map *m, bool text)
{
	char *old = m->slots;
	const struct map_slot *s;
	size_t cap = m->cap, i;

	if ((m->used + 1) * 4 <= m->cap * 3)
		return;
	while (m->seed == 0)
		token_random(&m->seed, sizeof(m->seed));
	m->size = text && m->inside == 0 ? sizeof(*s) : offsetof(struct map_slot, key);
	m->cap = m->n * 2 >= cap ? (cap == 0 ? 16 : cap * 2) : cap;
	m->slots = mem_xcalloc(m->cap, m->size);
	m->used = 0;
	for (i = 0; i < cap; i++) {
		s = (const struct map_slot *)(old + i * m->size);
		if (s->value != NULL && s->value != &gone)
			insert(m, text, m->size == sizeof(*s) ? s->key : NULL, s->hash, s->value);
	}
	free(old);
}

static void *
put(struct map *m, const char *key, size_t n, uint64_t hash, void *value)
{
	struct map_slot *s = find(m, key, n, hash);
	void *was;

	if (s != NULL) {
		was = s->value;
		set_key(m, s, key);
		s->value = value;
		return was;
	}
	insert(m, key != NULL, key, hash, value);
	m->n++;
	return NULL;
}

static void *
take(struct map *m, struct map_slot *s)
{
	void *was;

	if (s == NULL)
		return NULL;
	was = s->value;
	s->value = (void *)(uintptr_t)&gone;
	set_key(m, s, "");
	m->n--;
	return was;
}

void
map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map){ .inside = m->inside };
}

void *
map_getn(const struct map *m, const char *key, size_t n)
{
	struct map_slot *s = find(m, key, n, hash_text(m, key, n));

	return s == NULL ? NULL : s->value;
}

void *
map_get(const struct map *m, const char *key)
{
	return map_getn(m, key, strlen(key));
}

void *
map_put(struct map *m, const char *key, void *value)
{
	size_t n = strlen(key);

	make_room(m, true);
	return put(m, key, n, hash_text(m, key, n), value);
}

void *
map_remove(struct map *m, const char *key)
{
	size_t n = strlen(key);

	return take(m, find(m, key, n, hash_text(m, key, n)));
}

void *
map_get_int(const struct map *m, int64_t key)
{
	struct map_slot *s = find(m, NULL, 0, (uint64_t)key);

	return s == NULL ? NULL : s->value;
}

void *
map_put_int(struct map *m, int64_t key, void *value)
{
	make_room(m, false);
	return put(m, NULL, 0, (uint64_t)key, value);
}

void *
map_remove_int(struct map *m, int64_t key)
{
	return take(m, find(m, NULL, 0, (uint64_t)key));
}

void *
map_next(const struct map *m, size_t *i)
{
	while (*i < m->cap) {
		void *v = slot(m, (*i)++)->value;

		if (v != NULL && v != &gone)
			return v;
	}
	return NULL;
}
