/* SPDX-License-Identifier: ISC
 *
 * Rows of people, their tokens, the one-time set-up code, and answers kept for repeated requests.
 * Secrets are here as digests only.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "shared/base/mem.h"
#include "shared/base/token.h"
#include "shared/store/store.h"

struct user {
	int64_t		 row;
	const char	*name;		/* as given; compared without regard to case */
	const char	*password;	/* encoded Argon2id hash */
	const char	*role;		/* "owner" */
	int64_t		 created;	/* UTC ms */
};

enum rc store_user_get(struct db *db, const char *name, struct mem_arena *a, struct user *out);
enum rc store_user_count(struct db *db, int64_t *n);
enum rc store_user_insert(struct tx *tx, struct user *user);	/* sets row; RC_EXISTS */

struct token {
	int64_t		 row;
	const char	*hash;		/* SHA-256 of the token, hex; NULL in lists */
	int64_t		 user;		/* row, or 0: a key of the house itself */
	const char	*user_name;	/* read only, or NULL */
	const char	*role;		/* the user's; read only, or NULL */
	const char	*name;
	const char	*scope;		/* "all", "control", "read" */
	int64_t		 created;	/* UTC ms */
	int64_t		 expires;	/* UTC ms, 0: never */
	int64_t		 last_used;	/* UTC ms, 0: never; about a minute exact */
};

enum rc store_token_by_hash(struct db *db, const char *hash, struct mem_arena *a,
    struct token *out);
/* expires and last_used of the token with t's row and hash, into t. */
enum rc store_token_refresh(struct db *db, struct token *t);
/* In order of row, those with row > after. user 0: only the keys of the house itself. */
enum rc store_token_list(struct db *db, int64_t user, int64_t after, int limit,
    struct mem_arena *a, struct token **rows, size_t *n);
enum rc store_token_get(struct db *db, int64_t row, struct mem_arena *a, struct token *out);
enum rc store_token_insert(struct tx *tx, struct token *token);	/* sets row */
enum rc store_token_delete(struct tx *tx, int64_t row);
/* last_used becomes tx->now_ms, unless it is within the last minute already. */
enum rc store_token_touch(struct tx *tx, int64_t row);
/* Those that expired before `before`. */
enum rc store_token_prune(struct tx *tx, int64_t before);
/* Tokens of people that have not expired. */
enum rc store_token_count(struct db *db, int64_t now_ms, int64_t *n);

/* There is at most one set-up code at a time. */
enum rc store_setup_code_put(struct tx *tx, const char *hash);
bool store_setup_code_holds(struct db *db, const char *hash);
enum rc store_setup_code_clear(struct tx *tx);

/* An answer that is given again when the same request comes with the same key. */
struct kept_reply {
	const char	*actor;
	const char	*key;
	const char	*request;	/* SHA-256 of what was asked, hex */
	int		 status;
	const char	*body;		/* "" for none */
	int64_t		 created;	/* UTC ms */
};

enum rc store_reply_get(struct db *db, const char *actor, const char *key, struct mem_arena *a,
    struct kept_reply *out);
enum rc store_reply_put(struct tx *tx, const struct kept_reply *r);	/* RC_EXISTS */
enum rc store_reply_prune(struct tx *tx, int64_t before);

#endif
