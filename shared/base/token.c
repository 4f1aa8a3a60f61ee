/* SPDX-License-Identifier: ISC
 *
 * Secrets. The one file that knows libcrypto and libargon2.
 */
#include <argon2.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/sha.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "shared/base/token.h"

#define ARGON2_PASSES 2
#define ARGON2_KIB (19 * 1024)
#define ARGON2_LANES 1
#define ARGON2_SALT 16
#define ARGON2_DIGEST 32
#define PASSWORD_MAX 1024	/* bytes: longer ones only cost time */

void
token_random(void *p, size_t n)
{
	unsigned char *out = p;
	ssize_t got;

	while (n > 0) {
		got = getrandom(out, n, 0);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			log_error("token", "the kernel gives no random bytes: %s", strerror(errno));
			_exit(EX_OSERR);
		}
		out += got;
		n -= (size_t)got;
	}
}

/* n characters of an alphabet whose length, mask + 1, is a power of two: no bias. */
static void
random_text(char *out, size_t n, const char *alphabet, unsigned char mask)
{
	size_t i;

	token_random(out, n);
	for (i = 0; i < n; i++)
		out[i] = alphabet[(unsigned char)out[i] & mask];
	out[n] = '\0';
}

void
token_text(char *out, size_t n)
{
	random_text(out, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 63);
}

void
token_code(char *out, size_t n)
{
	random_text(out, n, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 31);
}

static void
put_hex(const unsigned char digest[SHA256_DIGEST_LENGTH], char out[TOKEN_HASH])
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[2 * i] = '\0';
}

/* Looked up once: OpenSSL 3 spends ten times longer on finding the algorithm than on a short text. */
static const EVP_MD *
sha256(void)
{
	static _Atomic(EVP_MD *) known;
	EVP_MD *md = atomic_load(&known), *none = NULL;

	if (md != NULL)
		return md;
	if ((md = EVP_MD_fetch(NULL, "SHA256", NULL)) == NULL)
		mem_exhausted();
	if (atomic_compare_exchange_strong(&known, &none, md))
		return md;
	EVP_MD_free(md);
	return none;
}

void
token_sha256(const void *p, size_t n, char out[TOKEN_HASH])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	if (EVP_Digest(p, n, digest, NULL, sha256(), NULL) != 1)
		mem_exhausted();
	put_hex(digest, out);
}

bool
token_digest(const char *algorithm, const void *p, size_t n, char out[TOKEN_DIGEST])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	const EVP_MD *md = EVP_get_digestbyname(algorithm);
	unsigned int len, i;

	if (md == NULL || EVP_Digest(p, n, digest, &len, md, NULL) != 1)
		return false;
	for (i = 0; i < len; i++)
		snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
	return true;
}

void
token_sha1_base64(const void *p, size_t n, char out[29])
{
	unsigned char digest[SHA_DIGEST_LENGTH];

	SHA1(p, n, digest);
	EVP_EncodeBlock((unsigned char *)out, digest, sizeof(digest));
}

void
token_hmac_sha256(const void *key, size_t keylen, const void *p, size_t n, char out[TOKEN_HASH])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	if (HMAC(EVP_sha256(), key, (int)keylen, p, n, digest, NULL) == NULL)
		mem_exhausted();
	put_hex(digest, out);
}

bool
token_equal(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	int differ = CRYPTO_memcmp(a, b, na < nb ? na : nb);

	return (differ == 0) & (na == nb);
}

void
token_wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}

#define NONCE 12
#define TAG 16

/* What libcrypto cannot do here it can do nowhere. */
static void
must(int rc)
{
	if (rc == 1)
		return;
	log_error("token", "libcrypto failed");
	_exit(EX_SOFTWARE);
}

void
token_derive(const void *secret, size_t n, const char *purpose, unsigned char out[TOKEN_KEY])
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
	size_t len = TOKEN_KEY;

	must(c != NULL && EVP_PKEY_derive_init(c) > 0);
	must(EVP_PKEY_CTX_set_hkdf_md(c, EVP_sha256()));
	must(EVP_PKEY_CTX_set1_hkdf_key(c, secret, (int)n));
	must(EVP_PKEY_CTX_add1_hkdf_info(c, (const unsigned char *)purpose, (int)strlen(purpose)));
	must(EVP_PKEY_derive(c, out, &len) > 0);
	EVP_PKEY_CTX_free(c);
}

void
token_seal(const unsigned char key[TOKEN_KEY], const void *p, size_t n, unsigned char *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len;

	token_random(out, NONCE);
	must(c != NULL && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, out));
	must(EVP_EncryptUpdate(c, out + NONCE, &len, p, (int)n));
	must(EVP_EncryptFinal_ex(c, out + NONCE + len, &len));
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + n));
	EVP_CIPHER_CTX_free(c);
}

bool
token_unseal(const unsigned char key[TOKEN_KEY], const unsigned char *p, size_t n, void *out)
{
	EVP_CIPHER_CTX *c;
	unsigned char tag[TAG];
	int len;
	bool sound;

	if (n < TOKEN_SEAL)
		return false;
	n -= TOKEN_SEAL;
	memcpy(tag, p + NONCE + n, TAG);
	c = EVP_CIPHER_CTX_new();
	must(c != NULL && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, p));
	must(EVP_DecryptUpdate(c, out, &len, p + NONCE, (int)n));
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag));
	sound = EVP_DecryptFinal_ex(c, (unsigned char *)out + len, &len) == 1;
	EVP_CIPHER_CTX_free(c);
	return sound;
}

enum rc
token_password_hash(const char *password, char out[TOKEN_PASSWORD])
{
	unsigned char salt[ARGON2_SALT];
	char encoded[TOKEN_PASSWORD];
	size_t n = strlen(password);
	int rc;

	if (n == 0)
		return RC_INVALID;
	if (n > PASSWORD_MAX)
		return RC_TOO_LARGE;
	token_random(salt, sizeof(salt));
	rc = argon2id_hash_encoded(ARGON2_PASSES, ARGON2_KIB, ARGON2_LANES, password, n, salt,
	    sizeof(salt), ARGON2_DIGEST, encoded, sizeof(encoded));
	if (rc != ARGON2_OK) {
		log_error("token", "cannot hash a password: %s", argon2_error_message(rc));
		return RC_ERROR;
	}
	strlcpy(out, encoded, TOKEN_PASSWORD);
	return RC_OK;
}

bool
token_password_verify(const char *password, const char *encoded)
{
	size_t n = strlen(password);

	return n != 0 && n <= PASSWORD_MAX && argon2id_verify(encoded, password, n) == ARGON2_OK;
}
