/* SPDX-License-Identifier: ISC
 *
 * Which addresses are this machine's own, or those of the network it stands in, where what a rule asks for must not go.
 */
#ifndef NET_OWN_H
#define NET_OWN_H

#include <stdbool.h>

struct sockaddr;

/*
 * True for loopback, every address of an interface of this machine as it is now, what is reached without a router
 * alone (169.254/16, fe80::/10), where clouds keep the secrets of their machines, many at once, and each of them as an
 * IPv4 address inside of an IPv6 one; also for what nobody knows. Other machines, also of this network: false.
 */
bool own_address(const struct sockaddr *sa);

#endif
