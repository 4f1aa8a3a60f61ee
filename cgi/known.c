/* SPDX-License-Identifier: ISC
 *
 * A table of slots, each of which a token's hash can only be in: the newer takes the place of the older.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cgi/known.h"
#include "shared/base/mem.h"
#include "shared/base/token.h"

#define SLOTS 64

struct slot {
	char			 hash[TOKEN_HASH];	/* empty: nobody */
	int64_t			 came;			/* UTC ms */
	struct mem_arena	*arena;			/* of the texts of who */
	struct identity		 who;
};

struct known {
	pthread_mutex_t	 lock;
	struct slot	 slots[SLOTS];
};

struct known *
known_new(void)
{
	struct known *k = mem_xcalloc(1, sizeof(*k));

	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void
known_free(struct known *k)
{
	int i;

	if (k == NULL)
		return;
	for (i = 0; i < SLOTS; i++)
		mem_arena_free(k->slots[i].arena);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* Two hexadecimal digits tell enough: the hash is spread already. */
static struct slot *
slot_of(struct known *k, const char *hash)
{
	return &k->slots[((unsigned char)hash[0] * 16 + (unsigned char)hash[1]) % SLOTS];
}

static void
copy(struct mem_arena *a, const struct identity *from, struct identity *to)
{
	*to = *from;
	to->token.hash = mem_strdup(a, from->token.hash);
	to->token.user_name = mem_strdup(a, from->token.user_name);
	to->token.role = mem_strdup(a, from->token.role);
	to->token.name = mem_strdup(a, from->token.name);
	to->token.scope = mem_strdup(a, from->token.scope);
	to->actor = mem_strdup(a, from->actor);
}

bool
known_get(struct known *k, const char *hash, int64_t now_ms, struct mem_arena *a, struct identity *out)
{
	struct slot *s = slot_of(k, hash);
	bool found;

	pthread_mutex_lock(&k->lock);
	found = strcmp(s->hash, hash) == 0 && now_ms >= s->came && now_ms - s->came < KNOWN_MS;
	if (found)
		copy(a, &s->who, out);
	pthread_mutex_unlock(&k->lock);
	return found;
}

void
known_put(struct known *k, const char *hash, int64_t now_ms, const struct identity *who)
{
	struct slot *s = slot_of(k, hash);

	pthread_mutex_lock(&k->lock);
	if (s->arena == NULL)
		s->arena = mem_arena_new(512);
	mem_arena_reset(s->arena);
	copy(s->arena, who, &s->who);
	strlcpy(s->hash, hash, sizeof(s->hash));
	s->came = now_ms;
	pthread_mutex_unlock(&k->lock);
}
