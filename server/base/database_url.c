/* database_url.c - see database_url.h. */
#include "server/base/database_url.h"

#include <stdio.h>
#include <string.h>

bool database_is_url(const char *database)
{
    return strncmp(database, "postgresql://", 13) == 0 || strncmp(database, "postgres://", 11) == 0;
}

static void add(char *out, size_t cap, const char *text, size_t n)
{
    size_t used = strlen(out);

    (void)snprintf(out + used, cap - used, "%.*s", (int)n, text);
}

/* A parameter that may be a password: of such a name, or of one that is written by codes. */
static bool is_secret(const char *parameter, size_t n)
{
    const char *equals = memchr(parameter, '=', n);
    size_t len = equals ? (size_t)(equals - parameter) : n;

    return (len >= 8 && strncmp(parameter + len - 8, "password", 8) == 0) ||
           memchr(parameter, '%', len) != NULL;
}

static void add_parameters(char *out, size_t cap, const char *p)
{
    char mark = '?';

    while (*p) {
        size_t n = strcspn(p, "&");

        if (n && !is_secret(p, n)) {
            add(out, cap, &mark, 1);
            add(out, cap, p, n);
            mark = '&';
        }
        p += n + (p[n] == '&');
    }
}

void database_shown(char *out, size_t cap, const char *database)
{
    const char *host, *end, *at = NULL, *colon;

    out[0] = '\0';
    if (!database_is_url(database)) {
        add(out, cap, database, strlen(database));
        return;
    }
    host = strstr(database, "://") + 3;
    add(out, cap, database, (size_t)(host - database));
    end = strchr(host, '?');
    end = end ? end : host + strlen(host);
    for (const char *p = host; p < end; p++) /* a password may hold '/' and '@' by mistake */
        at = *p == '@' ? p : at;
    if (at) {
        colon = memchr(host, ':', (size_t)(at - host));
        add(out, cap, host, (size_t)((colon ? colon : at) - host));
        host = at;
    }
    add(out, cap, host, (size_t)(end - host));
    if (*end == '?')
        add_parameters(out, cap, end + 1);
}
