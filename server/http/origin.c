/* origin.c - see origin.h. */
#include "server/http/origin.h"

#include "server/http/http.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { PORT_NONE = -1, PORT_HTTP = 80, PORT_HTTPS = 443 };

static const char separators[] = ", \t";

/* ---- host and port ---- */

/* Reads a port from 0 to 65535. Without any digit, the port counts as missing (RFC 3986, 3.2.3). */
static bool parse_port(int *port, const char *text, size_t n)
{
    int v = 0;

    if (n > 5)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        v = 10 * v + (text[i] - '0');
    }
    *port = n > 0 ? v : PORT_NONE;
    return v <= 65535;
}

/* Writes an address in canonical form, so that two spellings of it compare equal. */
static bool parse_address(struct authority *a, int family)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    if (inet_pton(family, a->name, bytes) != 1)
        return false;
    return inet_ntop(family, bytes, a->name, sizeof(a->name)) != NULL;
}

/* Converts a name to lower case, without the dot of the root. */
static bool parse_name(struct authority *a)
{
    size_t n = strlen(a->name);

    if (n > 1 && a->name[n - 1] == '.')
        a->name[--n] = '\0';
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)a->name[i];

        if (!isalnum(c) && c != '-' && c != '_' && (c != '.' || i == 0 || a->name[i - 1] == '.'))
            return false;
        a->name[i] = (char)tolower(c);
    }
    return n > 0;
}

bool authority_parse(struct authority *a, const char *text, size_t n)
{
    bool six = n > 0 && text[0] == '[';
    const char *end = six ? memchr(text, ']', n) : memchr(text, ':', n);
    size_t length = end ? (size_t)(end - text) : n; /* of the host, without a closing bracket */
    size_t behind = length + six;

    if ((six && !end) || length - six > AUTHORITY_NAME_MAX)
        return false;
    memcpy(a->name, text + six, length - six);
    a->name[length - six] = '\0';
    if (strlen(a->name) != length - six)
        return false;
    a->port = PORT_NONE;
    if (behind < n &&
        (text[behind] != ':' || !parse_port(&a->port, text + behind + 1, n - behind - 1)))
        return false;
    a->is_address = parse_address(a, six ? AF_INET6 : AF_INET);
    return a->is_address || (!six && parse_name(a));
}

/* ---- lists ---- */

const char *list_next(const char **at, size_t *n)
{
    const char *entry = *at + strspn(*at, separators);

    *n = strcspn(entry, separators);
    *at = entry + *n;
    return *n > 0 ? entry : NULL;
}

bool http_hosts_ok(const char *list)
{
    const char *at = list, *entry;
    struct authority a;
    size_t n;

    while ((entry = list_next(&at, &n)))
        if (!authority_parse(&a, entry, n))
            return false;
    return true;
}

/* A missing port means the default port of http or of https. */
static bool same_port(int listed_port, int port)
{
    if (port == PORT_NONE)
        return listed_port == PORT_HTTP || listed_port == PORT_HTTPS;
    return listed_port == port;
}

/* any_port: an entry without a port fits every port; otherwise only a missing port. */
static bool listed(const struct authority *a, const char *allowed, bool any_port)
{
    const char *at = allowed ? allowed : "", *entry;
    struct authority b;
    size_t n;

    while ((entry = list_next(&at, &n))) {
        if (!authority_parse(&b, entry, n) || strcmp(a->name, b.name) != 0)
            continue;
        if (b.port == PORT_NONE ? any_port || a->port == PORT_NONE : same_port(b.port, a->port))
            return true;
    }
    return false;
}

/* ---- the two checks ---- */

bool host_is_ours(const char *host, const char *allowed)
{
    struct authority a;

    if (!authority_parse(&a, host, strlen(host)))
        return false;
    return a.is_address || strcmp(a.name, "localhost") == 0 || listed(&a, allowed, true);
}

bool origin_parse(struct origin *o, const char *text, size_t n)
{
    static const char http[] = "http://", https[] = "https://";
    size_t skip = sizeof(http) - 1;

    o->secure = n >= sizeof(https) - 1 && strncasecmp(text, https, sizeof(https) - 1) == 0;
    if (o->secure)
        skip = sizeof(https) - 1;
    else if (n < skip || strncasecmp(text, http, skip) != 0)
        return false;
    if (!authority_parse(&o->host, text + skip, n - skip))
        return false;
    o->port = o->secure ? PORT_HTTPS : PORT_HTTP;
    if (o->host.port != PORT_NONE)
        o->port = o->host.port;
    return true;
}

/* A proxy may speak https with the client and http with us. So Host without a port has the default
 * port of the origin's scheme. */
static bool origin_is_ours(const char *origin, const char *host, const char *allowed)
{
    struct authority h;
    struct origin o;
    int scheme_port;

    if (!origin_parse(&o, origin, strlen(origin)))
        return false;
    scheme_port = o.secure ? PORT_HTTPS : PORT_HTTP;
    if (o.host.port == scheme_port)
        o.host.port = PORT_NONE;
    if (listed(&o.host, allowed, false))
        return true;
    if (!host || !authority_parse(&h, host, strlen(host)))
        return false;
    if (h.port == scheme_port)
        h.port = PORT_NONE;
    return o.host.port == h.port && strcmp(o.host.name, h.name) == 0;
}

bool sender_is_ours(const struct sender *s, const char *allowed)
{
    if (s->site && (strcasecmp(s->site, "same-origin") == 0 || strcasecmp(s->site, "none") == 0))
        return true;
    if (s->site && strcasecmp(s->site, "cross-site") == 0)
        return false;
    if (s->origin)
        return origin_is_ours(s->origin, s->host, allowed);
    return !s->site || strcasecmp(s->site, "same-site") != 0;
}
