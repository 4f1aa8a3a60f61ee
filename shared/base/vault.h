/* SPDX-License-Identifier: ISC
 *
 * The key that stored secrets are sealed with: derived from SECRET_KEY of the configuration, else from a file
 * `secret.key` of the data directory (mode 0400) that is made when it is first needed.
 */
#ifndef VAULT_H
#define VAULT_H

#include "shared/base/conf.h"
#include "shared/base/token.h"

/* purpose: what the key is for; each has its own. RC_ERROR, RC_FULL when the file cannot be read or made. */
enum rc vault_key(const struct conf *c, const char *purpose, unsigned char out[TOKEN_KEY], struct fault *f);

#endif
