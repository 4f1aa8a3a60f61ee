/* SPDX-License-Identifier: ISC
 *
 * Addresses against prefixes, all as 128 bits (IPv4 mapped into IPv6).
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cgi/network.h"
#include "shared/base/mem.h"

#define PREFIXES 64

struct prefix {
	unsigned char	 bytes[16];
	int		 bits;
};

struct network {
	struct prefix	 list[PREFIXES];
	int		 n;
};

/* The number of bits that do not belong to the address itself: 96 for IPv4, 0 for IPv6, -1 for neither. */
static int
parse(const char *s, unsigned char out[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (strncmp(s, "unix:", 5) == 0)
		s = "127.0.0.1";
	if (inet_pton(AF_INET6, s, out) == 1)
		return 0;
	memcpy(out, mapped, sizeof(mapped));
	return inet_pton(AF_INET, s, out + sizeof(mapped)) == 1 ? 96 : -1;
}

static enum rc
add(struct network *n, char *item, struct fault *f)
{
	struct prefix *p = &n->list[n->n];
	char *slash = strchr(item, '/');
	const char *error = NULL;
	int skip;

	if (n->n == PREFIXES)
		return fault_set(f, RC_INVALID, "TRUSTED_NETWORKS", "more than %d networks", PREFIXES);
	if (slash != NULL)
		*slash++ = '\0';
	skip = parse(item, p->bytes);
	if (skip == -1)
		return fault_set(f, RC_INVALID, "TRUSTED_NETWORKS", "%.64s is no address", item);
	p->bits = 128;
	if (slash != NULL)
		p->bits = skip + (int)strtonum(slash, 0, 128 - skip, &error);
	if (error != NULL)
		return fault_set(f, RC_INVALID, "TRUSTED_NETWORKS", "/%.64s is no prefix length", slash);
	n->n++;
	return RC_OK;
}

enum rc
network_parse(const char *list, struct network **out, struct fault *f)
{
	struct network *n = mem_xcalloc(1, sizeof(*n));
	char *copy = mem_xstrdup(list != NULL ? list : ""), *rest = copy, *item;
	enum rc rc = RC_OK;

	while (rc == RC_OK && (item = strsep(&rest, ", \t")) != NULL)
		if (*item != '\0')
			rc = add(n, item, f);
	free(copy);
	if (rc != RC_OK) {
		network_free(n);
		return rc;
	}
	*out = n;
	return RC_OK;
}

void
network_free(struct network *n)
{
	free(n);
}

static bool
matches(const struct prefix *p, const unsigned char address[16])
{
	int whole = p->bits / 8, rest = p->bits % 8;

	if (memcmp(p->bytes, address, (size_t)whole) != 0)
		return false;
	return rest == 0 || ((p->bytes[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

bool
network_holds(const struct network *n, const char *address)
{
	unsigned char bytes[16];
	int i;

	if (parse(address, bytes) == -1)
		return false;
	for (i = 0; i < n->n; i++)
		if (matches(&n->list[i], bytes))
			return true;
	return false;
}

const char *
network_source(const char *address, struct mem_arena *a)
{
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN];

	if (parse(address, bytes) != 0 || IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)bytes))
		return address;
	memset(bytes + 8, 0, 8);
	return mem_strdup(a, inet_ntop(AF_INET6, bytes, text, sizeof(text)));
}

bool
network_listed(const char *list, const char *item, unsigned long len)
{
	size_t n;

	while (list != NULL && *list != '\0') {
		list += strspn(list, ", \t");
		n = strcspn(list, ", \t");
		if (n == len && n != 0 && strncasecmp(list, item, n) == 0)
			return true;
		list += n;
	}
	return false;
}
