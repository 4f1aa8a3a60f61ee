/* SPDX-License-Identifier: ISC
 *
 * Rendered answers, kept until the registry changes.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cgi/kept.h"
#include "shared/base/mem.h"

#define WAYS 8			/* slots that may hold a key */
#define KEY_MAX 200		/* bytes, NUL included */
#define BODY_MAX 131072

struct slot {
	char		 key[KEY_MAX];
	int64_t		 revision;
	int64_t		 came;		/* UTC ms */
	char		*body;		/* NULL: empty slot */
	size_t		 len;
	uint64_t	 used;		/* turn of its last use */
};

struct kept {
	pthread_mutex_t	 lock;
	uint64_t	 turn;
	size_t		 sets;
	struct slot	*slots;		/* sets * WAYS */
};

struct kept *
kept_new(size_t answers)
{
	struct kept *k = mem_xcalloc(1, sizeof(*k));

	k->sets = answers > WAYS ? answers / WAYS : 1;
	k->slots = mem_xcalloc(k->sets * WAYS, sizeof(*k->slots));
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void
kept_free(struct kept *k)
{
	size_t i;

	if (k == NULL)
		return;
	for (i = 0; i < k->sets * WAYS; i++)
		free(k->slots[i].body);
	free(k->slots);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* The first of the slots that may hold the key, by FNV-1a. */
static struct slot *
set_of(struct kept *k, const char *key)
{
	uint64_t h = UINT64_C(14695981039346656037);

	if (k->sets == 1)
		return k->slots;
	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return k->slots + h % k->sets * WAYS;
}

bool
kept_get(struct kept *k, const char *key, int64_t revision, int64_t now_ms, struct buf *out)
{
	struct slot *first = set_of(k, key), *s, *found = NULL;

	pthread_mutex_lock(&k->lock);
	for (s = first; s < first + WAYS && found == NULL; s++)
		if (s->body != NULL && s->revision == revision && now_ms - s->came < KEPT_MS &&
		    now_ms >= s->came && strcmp(s->key, key) == 0)
			found = s;
	if (found != NULL) {
		found->used = ++k->turn;
		buf_put(out, found->body, found->len);
	}
	pthread_mutex_unlock(&k->lock);
	return found != NULL;
}

/* The slot of the same key, else an empty one, else the one that was used least lately. */
static struct slot *
place(struct kept *k, const char *key)
{
	struct slot *first = set_of(k, key), *best = first, *s;

	for (s = first; s < first + WAYS; s++) {
		if (s->body != NULL && strcmp(s->key, key) == 0)
			return s;
		if (s->used < best->used)
			best = s;
	}
	return best;
}

void
kept_put(struct kept *k, const char *key, int64_t revision, int64_t now_ms, const char *body,
    size_t len)
{
	struct slot *s;

	if (len > BODY_MAX || strlen(key) >= KEY_MAX)
		return;
	pthread_mutex_lock(&k->lock);
	s = place(k, key);
	s->body = mem_xrealloc(s->body, len + 1, 1);
	memcpy(s->body, body, len);
	s->len = len;
	strlcpy(s->key, key, sizeof(s->key));
	s->revision = revision;
	s->came = now_ms;
	s->used = ++k->turn;
	pthread_mutex_unlock(&k->lock);
}
