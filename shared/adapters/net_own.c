/* SPDX-License-Identifier: ISC
 *
 * Own addresses: a list of prefixes, a list of the places where IPv6 holds an IPv4 address, and the interfaces.
 */
#include <sys/types.h>

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "shared/adapters/net_own.h"

struct prefix {
	unsigned char	bytes[16];
	unsigned int	bits;
};

static const struct prefix four[] = {
	{ { 0 }, 8 },				/* "this network": Linux takes it for itself */
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },			/* link-local; 169.254.169.254 of most clouds */
	{ { 224 }, 3 },				/* multicast, reserved, broadcast */
	{ { 100, 100, 100, 200 }, 32 },		/* metadata of Alibaba */
	{ { 168, 63, 129, 16 }, 32 },		/* of Azure */
	{ { 192, 0, 0, 192 }, 32 },		/* of Oracle */
};

static const struct prefix six[] = {
	{ { 0 }, 128 },
	{ { [15] = 1 }, 128 },
	{ { 0, 0x64, 0xff, 0x9b, 0, 1 }, 128 },
	{ { 0xfe, 0x80 }, 10 },
	{ { 0xff }, 8 },
	{ { 0x20, 0x02 }, 16 },			/* 6to4 (RFC 7526: no longer used) */
	{ { 0x20, 0x01, 0, 0 }, 32 },		/* Teredo (RFC 4380): two addresses inside */
	{ { 0xfd, 0x00, 0x0e, 0xc2 }, 112 },	/* metadata of Amazon, fd00:ec2::254 */
	{ { 0xfd, 0x20, 0x00, 0xce, [14] = 0x02, [15] = 0x54 }, 128 },	/* of Google */
};

/* Where the IPv4 address stands; behind a prefix shorter than 96 bits byte 8 holds none of it (RFC 6052). */
static const struct inner {
	struct prefix	prefix;
	unsigned char	at[4];
} inside[] = {
	{ { { [10] = 0xff, [11] = 0xff }, 96 }, { 12, 13, 14, 15 } },			/* mapped */
	{ { { 0 }, 96 }, { 12, 13, 14, 15 } },						/* compatible */
	{ { { [8] = 0xff, [9] = 0xff }, 96 }, { 12, 13, 14, 15 } },			/* translated (RFC 2765) */
	{ { { 0, 0x64, 0xff, 0x9b }, 96 }, { 12, 13, 14, 15 } },			/* NAT64 (RFC 6052) */
	{ { { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48 }, { 12, 13, 14, 15 } },			/* (RFC 8215) */
	{ { { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48 }, { 6, 7, 9, 10 } },
	{ { { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48 }, { 7, 9, 10, 11 } },
	{ { { 0, 0x64, 0xff, 0x9b, 0, 1 }, 48 }, { 9, 10, 11, 12 } },
};

#define N(list) (sizeof(list) / sizeof((list)[0]))

static bool
begins(const unsigned char *p, const struct prefix *with)
{
	unsigned int whole = with->bits / 8, rest = with->bits % 8;

	return memcmp(p, with->bytes, whole) == 0 &&
	    (rest == 0 || ((p[whole] ^ with->bytes[whole]) >> (8 - rest)) == 0);
}

static bool
listed(const unsigned char *p, const struct prefix *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (begins(p, &list[i]))
			return true;
	return false;
}

/* Whether an interface has it; nobody can say: true. */
static bool
has_interface(int family, const unsigned char *p, size_t len)
{
	struct ifaddrs *all, *one;
	const void *theirs;
	bool found = false;

	if (getifaddrs(&all) == -1)
		return true;
	for (one = all; one != NULL && !found; one = one->ifa_next) {
		if (one->ifa_addr == NULL || one->ifa_addr->sa_family != family)
			continue;
		theirs = family == AF_INET ?
		    (const void *)&((const struct sockaddr_in *)(const void *)one->ifa_addr)->sin_addr :
		    (const void *)&((const struct sockaddr_in6 *)(const void *)one->ifa_addr)->sin6_addr;
		found = memcmp(theirs, p, len) == 0;
	}
	freeifaddrs(all);
	return found;
}

static bool
own_four(const unsigned char p[4])
{
	return listed(p, four, N(four)) || has_interface(AF_INET, p, 4);
}

/* Which of several lengths a prefix has nobody can tell: where it begins with 0 there is no address. */
static bool
own_inside(const unsigned char p[16], const struct inner *in)
{
	unsigned char inner[4];
	size_t i;

	if (!begins(p, &in->prefix))
		return false;
	for (i = 0; i < 4; i++)
		inner[i] = p[in->at[i]];
	return (in->prefix.bits == 96 || inner[0] != 0) && own_four(inner);
}

static bool
own_six(const unsigned char p[16])
{
	size_t i;

	for (i = 0; i < N(inside); i++)
		if (own_inside(p, &inside[i]))
			return true;
	return listed(p, six, N(six)) || has_interface(AF_INET6, p, 16);
}

bool
own_address(const struct sockaddr *sa)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&in, sa, sizeof(in));
		return own_four((const unsigned char *)&in.sin_addr);
	case AF_INET6:
		memcpy(&in6, sa, sizeof(in6));
		return own_six((const unsigned char *)&in6.sin6_addr);
	default:
		return true;
	}
}
