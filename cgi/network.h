/* SPDX-License-Identifier: ISC
 *
 * Lists of addresses ("127.0.0.0/8,::1") and of names, as the configuration has them.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

#include "shared/base/mem.h"
#include "shared/base/rc.h"

struct network;		/* a parsed list */

/* list: comma-separated addresses with or without a prefix length; NULL is the empty list. RC_INVALID. */
enum rc network_parse(const char *list, struct network **out, struct fault *f);
void network_free(struct network *n);	/* NULL is legal */
/* A Unix socket's peer ("unix:") is on this machine and counts as 127.0.0.1. IPv4 in IPv6 is IPv4. */
bool network_holds(const struct network *n, const char *address);

/*
 * Whose address it is, as text in the arena: an IPv4 address itself, of IPv6 the first 64 bits, for whoever has a
 * network there has all of its addresses.
 */
const char *network_source(const char *address, struct mem_arena *a);

/* True when `item` is one of the comma-separated items of `list`, without regard to case. */
bool network_listed(const char *list, const char *item, unsigned long len);

#endif
