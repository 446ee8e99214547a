/* proxy.h - what proxies in front report of a request: who sent it, and under which path they serve
 * us. Private to http/.
 *
 * Anybody may send such header fields, so that they count only when the connection comes from an
 * address in trusted_proxies. Sources: RFC 7239 (Forwarded); X-Forwarded-For and
 * X-Forwarded-Prefix as nginx, Caddy, HAProxy and Traefik write them. */
#ifndef SERVER_HTTP_PROXY_H
#define SERVER_HTTP_PROXY_H

#include "server/http/http_types.h"

enum { PROXY_ADDRESS_MAX = 46, PROXY_ADDRESS_BYTES = 16, PROXY_PREFIX_MAX = 200 };

/* Any address as one of IPv6; IPv4 is mapped (RFC 4291, 2.5.5.2). False: text is none. */
bool proxy_parse(unsigned char out[PROXY_ADDRESS_BYTES], const char *text);
/* Whether it is one of IPv4. */
bool proxy_is_mapped(const unsigned char address[PROXY_ADDRESS_BYTES]);

/* Whether address (canonical text; "" is a socket of this machine) is in list: addresses, networks
 * such as 10.0.0.0/8, and unix, separated by commas or blanks. */
bool proxy_trusted(const char *address, const char *list);
/* The client of a request that came from peer. list: trusted_proxies. Looks at X-Forwarded-For, or
 * with rfc7239 at Forwarded. Each proxy appends the address that its own request came from, to the
 * last line of the header or in a line of its own. Read from the end, the first that is not trusted
 * is the client. What is no address, such as "unknown", ends the search. */
void proxy_client(char out[PROXY_ADDRESS_MAX], const char *peer, const struct http_fields *fields,
                  bool rfc7239, const char *list);

#endif
