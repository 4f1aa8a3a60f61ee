/* SPDX-License-Identifier: ISC
 *
 * A few entries in a ring. Tokens are compared in constant time, so that nobody can guess one bit by bit.
 */
#include <stdlib.h>
#include <string.h>

#include "cgi/known.h"
#include "shared/base/mem.h"
#include "shared/base/token.h"

#define ENTRIES 4

struct entry {
	char			 token[SESSION_TOKEN];	/* empty: nobody */
	int64_t			 came;			/* UTC ms */
	struct mem_arena	*arena;			/* of the texts of who */
	struct identity		 who;
};

struct known {
	struct entry	 entries[ENTRIES];
	unsigned int	 next;
};

struct known *
known_new(void)
{
	return mem_xcalloc(1, sizeof(struct known));
}

void
known_free(struct known *k)
{
	int i;

	if (k == NULL)
		return;
	for (i = 0; i < ENTRIES; i++) {
		token_wipe(k->entries[i].token, SESSION_TOKEN);
		mem_arena_free(k->entries[i].arena);
	}
	free(k);
}

struct identity *
known_get(struct known *k, const char *token, int64_t now_ms)
{
	struct identity *found = NULL;
	struct entry *e;

	for (e = k->entries; e < k->entries + ENTRIES; e++) {
		if (now_ms < e->came || now_ms - e->came >= KNOWN_MS)
			token_wipe(e->token, sizeof(e->token));
		else if (token_equal(e->token, token))
			found = &e->who;
	}
	return *token != '\0' ? found : NULL;
}

/* The one that holds this token, however old, or the next in turn. */
static struct entry *
entry_for(struct known *k, const char *token)
{
	struct entry *e;

	for (e = k->entries; e < k->entries + ENTRIES; e++)
		if (token_equal(e->token, token))
			return e;
	return &k->entries[k->next++ % ENTRIES];
}

struct identity *
known_put(struct known *k, const char *token, int64_t now_ms, const struct identity *who)
{
	struct mem_arena *a;
	struct entry *e;

	if (strlen(token) >= SESSION_TOKEN)
		return NULL;
	e = entry_for(k, token);
	if (e->arena == NULL)
		e->arena = mem_arena_new(512);
	a = e->arena;
	mem_arena_reset(a);
	strlcpy(e->token, token, sizeof(e->token));
	e->came = now_ms;
	e->who = *who;
	e->who.token.hash = mem_strdup(a, who->token.hash);
	e->who.token.user_name = mem_strdup(a, who->token.user_name);
	e->who.token.role = mem_strdup(a, who->token.role);
	e->who.token.name = mem_strdup(a, who->token.name);
	e->who.token.scope = mem_strdup(a, who->token.scope);
	e->who.actor = mem_strdup(a, who->actor);
	return &e->who;
}
