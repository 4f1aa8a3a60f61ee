/* SPDX-License-Identifier: ISC
 *
 * Who is asking and what they may do: the first set-up by one-time code, login, tokens. Tokens are random
 * and stored as SHA-256; passwords as Argon2id. What costs time (Argon2id) is apart from what runs
 * inside a transaction.
 */
#ifndef SESSION_H
#define SESSION_H

#include "shared/base/js.h"
#include "shared/store/store_session.h"

/* What a route or a tool asks for; each includes those before it. */
enum permission {
	PERMISSION_NONE,	/* anybody */
	PERMISSION_READ,
	PERMISSION_CONTROL,	/* also send commands and start automations */
	PERMISSION_MANAGE,	/* also change the house: names, areas, automations, tokens */
	PERMISSION__MAX
};
const char *session_permission_name(enum permission p);	/* "none", "read", "control", "manage" */

#define SESSION_TOKEN 48	/* bytes for a token, NUL included */
#define SESSION_CODE 12		/* bytes for a set-up code ("ABCD-EFGH"), NUL included */
#define SESSION_TEXT 128	/* bytes for an actor, NUL included */

struct identity {
	struct token	 token;		/* text in the arena of session_check */
	const char	*actor;		/* "user:anna" for a login, "token:ci" for a key */
	enum permission	 most;		/* the strongest thing it may do */
};

/*
 * Who holds this token. RC_UNAUTHORIZED: nobody, revoked or expired. Only reads; the caller touches
 * last_used afterwards when session_stale says so.
 */
enum rc session_check(struct db *db, const char *token, int64_t now_ms, struct mem_arena *a,
    struct identity *out, struct fault *f);
/*
 * Whether somebody whom session_check found earlier may still come in: RC_UNAUTHORIZED when the
 * token was revoked or has expired meanwhile. Brings expires and last_used up to date.
 */
enum rc session_holds(struct db *db, struct identity *who, int64_t now_ms, struct fault *f);
bool session_stale(const struct identity *id, int64_t now_ms);
enum rc session_touch(struct tx *tx, const struct identity *id);

/* True while nobody has set the house up. */
bool session_setup_needed(struct db *db);
/*
 * A new one-time code, the only valid one from now on; shown to a person once. RC_REFUSED when the
 * house is set up already.
 */
enum rc session_setup_code(struct tx *tx, char code[SESSION_CODE], struct fault *f);
/* RC_UNAUTHORIZED: a wrong code. RC_REFUSED: the house is set up already. */
enum rc session_setup_check(struct db *db, const char *code, struct fault *f);

/* name: 1 to 64 characters without blanks and control characters; password: 8 to 1024 bytes. */
enum rc session_user_check(const char *name, const char *password, struct fault *f);
/*
 * Adds a person with an encoded password hash (token_password_hash) and takes the set-up code away.
 * RC_EXISTS: the name is taken.
 */
enum rc session_user_add(struct tx *tx, const char *name, const char *encoded, struct user *out,
    struct fault *f);

struct session_grant {
	int64_t		 user;		/* row, or 0: a key of the house itself */
	const char	*user_name;	/* or NULL */
	const char	*name;		/* what the token is called: "login", "ci" */
	const char	*scope;		/* "all", "control", "read"; NULL: "all" */
	int64_t		 expires;	/* UTC ms, 0: never */
};
/*
 * A new token; its text goes to the person once and is stored nowhere. out->hash is NULL. RC_INVALID: a scope
 * nobody knows, an empty name, expired already.
 */
enum rc session_grant(struct tx *tx, const struct session_grant *g, char token[SESSION_TOKEN],
    struct token *out, struct fault *f);
/* Records the login and grants its token, for `minutes`. */
enum rc session_login(struct tx *tx, const struct user *user, int64_t minutes,
    char token[SESSION_TOKEN], struct token *out, struct fault *f);
/* Takes effect at once. RC_NOT_FOUND also when it belongs to somebody else. */
enum rc session_revoke(struct tx *tx, const struct identity *by, int64_t row, struct mem_arena *a,
    struct fault *f);

/* {"id","name","scope","user","created","expires","last_used"} */
void session_write_token(struct jsw *w, const char *key, const struct token *t);

#endif
