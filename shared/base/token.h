/* SPDX-License-Identifier: ISC
 *
 * Secrets: randomness, digests, comparison in constant time (owns libcrypto), and password hashes
 * (owns libargon2).
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/rc.h"

#define TOKEN_DIGEST 129	/* bytes for the longest digest in hex, NUL included */
#define TOKEN_HASH 65		/* bytes for a SHA-256 in hex, NUL included */
#define TOKEN_PASSWORD 128	/* bytes for an encoded Argon2id hash, NUL included */

/* Random bytes from the kernel. Ends the process when there are none. */
void token_random(void *p, size_t n);
/* Random text of n characters (URL-safe base64 alphabet, 6 bits each) plus NUL into out[n + 1]. */
void token_text(char *out, size_t n);
/* n random characters a person can read and type (no 0 O 1 I l), plus NUL. */
void token_code(char *out, size_t n);
void token_sha256(const void *p, size_t n, char out[TOKEN_HASH]);
void token_hmac_sha256(const void *key, size_t keylen, const void *p, size_t n, char out[TOKEN_HASH]);
/* MD5, SHA1, SHA256 or SHA512, in hex; false: libcrypto was built without it. No secret is made of it. */
bool token_digest(const char *algorithm, const void *p, size_t n, char out[TOKEN_DIGEST]);
/* The handshake of RFC 6455 wants it; no secret is made of it. */
void token_sha1_base64(const void *p, size_t n, char out[29]);
/* Constant time in the length of the shorter one. */
bool token_equal(const char *a, const char *b);
void token_wipe(void *p, size_t n);

#define TOKEN_KEY 32		/* bytes of a key that secrets are sealed with */
#define TOKEN_SEAL 28		/* bytes that sealing adds: nonce and tag */
/* A key for one purpose out of a secret of any length: HKDF-SHA256 (RFC 5869) without salt. */
void token_derive(const void *secret, size_t n, const char *purpose, unsigned char out[TOKEN_KEY]);
/* AES-256-GCM with a random nonce: n + TOKEN_SEAL bytes into out. */
void token_seal(const unsigned char key[TOKEN_KEY], const void *p, size_t n, unsigned char *out);
/* n bytes as token_seal made them into n - TOKEN_SEAL bytes; false when they or the key are others. */
bool token_unseal(const unsigned char key[TOKEN_KEY], const unsigned char *p, size_t n, void *out);

/* Argon2id, RFC 9106 second recommended option scaled to 19 MiB, 2 passes, 1 lane (OWASP minimum). */
/* RC_INVALID for an empty password, RC_TOO_LARGE over 1024 bytes, RC_ERROR when memory is short. */
enum rc token_password_hash(const char *password, char out[TOKEN_PASSWORD]);
bool token_password_verify(const char *password, const char *encoded);

#endif
