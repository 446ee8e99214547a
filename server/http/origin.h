/* origin.h - which web pages may use this server through a browser. Private to http/.
 *
 * A browser sends requests of any page to any address, even 127.0.0.1. Two checks keep foreign
 * pages out; no other client notices them. Host: a page can read only what has its own name, but a
 * name can be made to point at 127.0.0.1 (DNS rebinding), so names that are not ours are refused.
 * Origin and Sec-Fetch-Site name the page that sends a request: a page of another origin must not
 * change anything here. Sources: RFC 6454 (Origin), W3C Fetch Metadata (Sec-Fetch-Site), RFC 9110
 * section 7.2 (Host). */
#ifndef SERVER_HTTP_ORIGIN_H
#define SERVER_HTTP_ORIGIN_H

#include "server/http/http_types.h"

enum { AUTHORITY_NAME_MAX = 255 };

/* host[:port], as in the Host header. */
struct authority {
    char name[AUTHORITY_NAME_MAX + 1]; /* lower case, without the final dot; addresses canonical */
    bool is_address;                   /* IPv4 in four parts, or IPv6 */
    int port;                          /* -1: none was given */
};

/* Reads the n bytes at text. Returns false unless they are a host with an optional port: not empty,
 * without user information or characters that no host name has, an IPv6 address in brackets. */
bool authority_parse(struct authority *a, const char *text, size_t n);

/* Returns the next entry of a list that is separated by commas or blanks, as all lists of the
 * configuration are. *n: its length; *at moves after it. NULL at the end. */
const char *list_next(const char **at, size_t *n);

/* scheme://host[:port] of a page, http or https. */
struct origin {
    struct authority host; /* port -1 when none was written */
    int port;              /* the default of the scheme when none was written */
    bool secure;           /* https */
};
/* Reads the n bytes at text. Returns false for other schemes, for "null", and when there is a
 * path. */
bool origin_parse(struct origin *o, const char *text, size_t n);

/* Header fields that tell where a request was sent to and which page sent it. NULL: missing.
 * Borrowed. */
struct sender {
    const char *host;   /* Host, or the authority of a target in absolute form */
    const char *origin; /* Origin */
    const char *site;   /* Sec-Fetch-Site */
};

/* Whether host is a name of a server on loopback: an IP address, localhost, or a name in allowed
 * (allowed_hosts of the configuration; NULL or "": none). A listed name without a port fits every
 * port, one with a port only that port. http_hosts_ok() checks the list. */
bool host_is_ours(const char *host, const char *allowed);

/* Whether a request that may change something comes from a page of this server, or from no page.
 * That is so when Sec-Fetch-Site is same-origin or none; when it is not cross-site, and Origin is
 * that of Host or of a name in allowed; or when both headers are missing. same-site without such an
 * Origin is foreign, because another port of this machine is another program. */
bool sender_is_ours(const struct sender *s, const char *allowed);

#endif
