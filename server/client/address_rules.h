/* address_rules.h - which hosts the daemon's own requests may reach.
 *
 * A URL comes from a client of ours, who must not reach through us what only this machine reaches
 * (server-side request forgery). So an address counts after name resolution, when the socket is
 * made: only addresses that the whole Internet can reach are allowed, and those that the operator
 * lists. Sources: the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890,
 * with their later rows), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 5214 (ISATAP). */
#ifndef SERVER_CLIENT_ADDRESS_RULES_H
#define SERVER_CLIENT_ADDRESS_RULES_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether the whole Internet can reach the address. False for private, shared (CGNAT), loopback,
 * link-local, multicast, reserved and documentation addresses, also when an IPv6 address carries
 * such an IPv4 address, and for families other than IPv4 and IPv6. */
bool address_is_public(const struct sockaddr *address);

/* Whether allow has only entries of its kinds: networks ("10.0.0.0/8"), addresses ("fd00::1") and
 * host names ("prometheus.internal"), separated by commas or blanks. "" is such a list. */
bool address_list_ok(const char *allow);
/* Whether an address or a network of allow contains the address, or the IPv4 address in it. */
bool address_is_listed(const struct sockaddr *address, const char *allow);
/* Whether a name of allow is that of the host; case and a dot at the end do not count. */
bool host_is_listed(const char *host, const char *allow);

#endif
