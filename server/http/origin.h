/* origin.h - which web pages may use this server through a browser. Private to http/.
 *
 * A browser sends requests of any page to any address, 127.0.0.1 included. Two checks keep foreign
 * pages out; no other client notices them. Host: a page can be read only under its own name, and a
 * name can be made to point at 127.0.0.1 (DNS rebinding), so that names are refused that are not
 * ours. Origin and Sec-Fetch-Site: they name the page that a request comes from; a page of another
 * origin may change nothing here.
 * Sources: RFC 6454 (Origin), W3C Fetch Metadata (Sec-Fetch-Site), RFC 9110 section 7.2 (Host). */
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

/* Reads the n bytes at text. False when they are no host with an optional port: empty, with user
 * information, with anything that no host name has, an IPv6 address without brackets. */
bool authority_parse(struct authority *a, const char *text, size_t n);

/* The next entry of a list whose entries are separated by commas or blanks, as all lists of the
 * configuration are: its bytes in *n, *at behind it. NULL at the end. */
const char *list_next(const char **at, size_t *n);

/* scheme://host[:port] of a page, http or https. */
struct origin {
    struct authority host; /* its port: -1 where none was written */
    int port;              /* that of the scheme where none was written */
    bool secure;           /* https */
};
/* Reads the n bytes at text. False for other schemes, "null", and what has a path. */
bool origin_parse(struct origin *o, const char *text, size_t n);

/* What a request says of where it was sent and of the page that it comes from. NULL: no such
 * header. Borrowed. */
struct sender {
    const char *host;   /* Host, or the authority of a target in absolute form */
    const char *origin; /* Origin */
    const char *site;   /* Sec-Fetch-Site */
};

/* Whether host is a name of a server on loopback: an IP address, localhost, or a name in allowed
 * (allowed_hosts of the configuration; NULL or "": none). A name that is listed without a port goes
 * with every port, one with a port goes with that port alone. http_hosts_ok() checks the list. */
bool host_is_ours(const char *host, const char *allowed);

/* Whether a request that may change something comes from a page of this server, or from no page:
 * Sec-Fetch-Site is same-origin or none; or it is not cross-site, and Origin is that of Host or of
 * a name in allowed; or neither header is there. same-site without such an Origin is foreign:
 * another port of this machine is another program. */
bool sender_is_ours(const struct sender *s, const char *allowed);

#endif
