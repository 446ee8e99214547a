/* proxy.h - what proxies in front report about a request: its client, and the path under which they
 * serve this server. Private to http/.
 *
 * Anybody can send such header fields, so they count only on connections from an address in
 * trusted_proxies. Sources: RFC 7239 (Forwarded); X-Forwarded-For and X-Forwarded-Prefix as nginx,
 * Caddy, HAProxy and Traefik write them. */
#ifndef SERVER_HTTP_PROXY_H
#define SERVER_HTTP_PROXY_H

#include "server/http/http_types.h"

enum { PROXY_ADDRESS_MAX = 46, PROXY_ADDRESS_BYTES = 16, PROXY_PREFIX_MAX = 200 };

/* Reads an address as IPv6; IPv4 is mapped (RFC 4291, 2.5.5.2). Returns false for any other
 * text. */
bool proxy_parse(unsigned char out[PROXY_ADDRESS_BYTES], const char *text);
/* Whether it is an IPv4 address. */
bool proxy_is_mapped(const unsigned char address[PROXY_ADDRESS_BYTES]);

/* Whether address (canonical text; "" is a socket of this machine) is in list: addresses, networks
 * such as 10.0.0.0/8, and unix, separated by commas or blanks. */
bool proxy_trusted(const char *address, const char *list);
/* Finds the client of a request that came from peer. list: trusted_proxies. Reads X-Forwarded-For,
 * or with rfc7239 Forwarded. Each proxy appends the address that its own request came from, to the
 * last line of the header or in a new line. Read from the end, the first address that is not
 * trusted is the client. Text that is not an address, such as "unknown", ends the search. */
void proxy_client(char out[PROXY_ADDRESS_MAX], const char *peer, const struct http_fields *fields,
                  bool rfc7239, const char *list);

#endif
