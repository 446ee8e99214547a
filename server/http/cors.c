/* cors.c - see cors.h. */
#include "server/http/cors.h"

#include "server/http/http.h"
#include "server/http/origin.h"

#include <string.h>

/* Header fields that a page may send and read, besides those that the Fetch standard always
 * allows. */
static const char request_fields[] =
    "Accept, Authorization, Content-Encoding, Content-Type, If-Match, If-None-Match, "
    "Last-Event-ID, X-Api-Key, X-Request-Id";
static const char response_fields[] =
    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";
/* How long a browser keeps the response to a preflight. Chromium allows at most two hours. */
static const char preflight_seconds[] = "600";

static bool is_everybody(const char *entry, size_t n)
{
    return n == 1 && *entry == '*';
}

bool cors_allowed(const char *origin, const char *list)
{
    const char *at = list ? list : "", *entry;
    struct origin from, listed;
    size_t n;
    bool readable = origin && origin_parse(&from, origin, strlen(origin));

    while (origin && (entry = list_next(&at, &n)))
        if (is_everybody(entry, n) ||
            (readable && origin_parse(&listed, entry, n) && from.port == listed.port &&
             from.secure == listed.secure && strcmp(from.host.name, listed.host.name) == 0))
            return true;
    return false;
}

bool http_origins_ok(const char *list)
{
    const char *at = list, *entry;
    struct origin o;
    size_t n;

    while ((entry = list_next(&at, &n)))
        if (!is_everybody(entry, n) && !origin_parse(&o, entry, n))
            return false;
    return true;
}

void cors_mark(struct http_res *rs, const char *origin, const char *list)
{
    if (!list || !list[0])
        return;
    http_res_vary(rs, "Origin");
    if (!cors_allowed(origin, list))
        return;
    http_res_header(rs, "Access-Control-Allow-Origin", origin);
    http_res_header(rs, "Access-Control-Expose-Headers", response_fields);
}

void cors_answer_preflight(struct http_res *rs, const char *methods, bool local)
{
    http_res_vary(rs, "Access-Control-Request-Method");
    http_res_header(rs, "Access-Control-Allow-Methods", methods);
    http_res_header(rs, "Access-Control-Allow-Headers", request_fields);
    http_res_header(rs, "Access-Control-Max-Age", preflight_seconds);
    if (local)
        http_res_header(rs, "Access-Control-Allow-Private-Network", "true");
}
