/* SPDX-License-Identifier: ISC
 *
 * Addresses that are this machine's own, and those that are not.
 */
#include <arpa/inet.h>
#include <atf-c.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "shared/adapters/net_own.h"

static bool
is_own(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return own_address((struct sockaddr *)&in);
	ATF_REQUIRE_MSG(inet_pton(AF_INET6, text, &in6.sin6_addr) == 1, "%s", text);
	return own_address((struct sockaddr *)&in6);
}

ATF_TC_WITHOUT_HEAD(own__by_prefix);
ATF_TC_BODY(own__by_prefix, tc)
{
	static const char *const own[] = { "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "169.254.169.254",
		"169.254.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "100.100.100.200",
		"168.63.129.16", "192.0.0.192",
		"::", "::1", "fe80::1", "febf::1", "ff02::1", "ff05::2", "::127.0.0.1", "::169.254.169.254",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::ffff:224.0.0.1", "::ffff:0:127.0.0.1",
		"64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::0.0.0.0", "64:ff9b:1::", "64:ff9b:1::127.0.0.1",
		"64:ff9b:1:fffe::169.254.1.1", "64:ff9b:1:7f00:0:100::", "64:ff9b:1:a9fe:a9:fe00::",
		"64:ff9b:1:7f:0:1::", "64:ff9b:1:0:7f:0:100:0",
		"2002::1", "2002:7f00:1::1", "2002:c0a8:101::1", "2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
		"fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", NULL };
	static const char *const others[] = { "198.51.100.7", "203.0.113.9", "8.8.8.8", "1.1.1.1",
		"223.255.255.255", "128.0.0.1", "126.255.255.255", "169.253.1.1", "169.255.1.1", "100.64.0.1",
		"100.100.100.201", "192.0.0.193",
		"2001:db8::1", "2001:4860:4860::8888", "2001:1::1", "2003::1", "2606:4700::1111", "fd12:3456:789a::1",
		"fd00:ec3::254", "fd00:ec2:0:1::254", "fd20:ce::255", "fc00::1", "fec0::1", "::ffff:198.51.100.1",
		"::198.51.100.1", "64:ff9b::198.51.100.1", "64:ff9b:1::198.51.100.1", "64:ff9b:1:c633:64:100::", "65:ff9b::127.0.0.1",
		NULL };
	struct sockaddr_un_like { sa_family_t family; char rest[30]; } un = { .family = AF_UNIX };
	size_t i;

	for (i = 0; own[i] != NULL; i++)
		ATF_CHECK_MSG(is_own(own[i]), "%s may be reached", own[i]);
	for (i = 0; others[i] != NULL; i++)
		ATF_CHECK_MSG(!is_own(others[i]), "%s may not be reached", others[i]);
	ATF_CHECK(own_address((struct sockaddr *)&un));
}

static void
check_interface(const struct sockaddr_in *in)
{
	static const char *const ways[] = { "%s", "::ffff:%s", "::%s", "64:ff9b::%s", "64:ff9b:1::%s" };
	char four[INET_ADDRSTRLEN], text[64];
	size_t i;

	inet_ntop(AF_INET, &in->sin_addr, four, sizeof(four));
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		snprintf(text, sizeof(text), ways[i], four);
		ATF_CHECK_MSG(is_own(text), "%s may be reached", text);
	}
	/* the next machine of the same network */
	if (ntohl(in->sin_addr.s_addr) >> 24 != 127) {
		struct sockaddr_in next = *in;

		next.sin_addr.s_addr ^= htonl(3u << 4);
		inet_ntop(AF_INET, &next.sin_addr, four, sizeof(four));
		ATF_CHECK_MSG(!is_own(four), "%s may not be reached", four);
	}
}

ATF_TC_WITHOUT_HEAD(own__of_an_interface);
ATF_TC_BODY(own__of_an_interface, tc)
{
	struct ifaddrs *all, *one;
	int n = 0;

	ATF_REQUIRE_EQ(getifaddrs(&all), 0);
	for (one = all; one != NULL; one = one->ifa_next) {
		if (one->ifa_addr == NULL)
			continue;
		if (one->ifa_addr->sa_family == AF_INET) {
			check_interface((const struct sockaddr_in *)(const void *)one->ifa_addr);
			n++;
		} else if (one->ifa_addr->sa_family == AF_INET6) {
			ATF_CHECK(own_address(one->ifa_addr));
			n++;
		}
	}
	freeifaddrs(all);
	ATF_CHECK(n > 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, own__by_prefix);
	ATF_TP_ADD_TC(tp, own__of_an_interface);
	return atf_no_error();
}
