/* keys.c - see keys.h. */
#include "server/http/keys.h"

#include "server/http/problem.h"

#include "server/http/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *const http_key_failure_names[HTTP_KEY_FAILURES] = {
    [KEY_MISSING - 1] = "missing", [KEY_UNKNOWN - 1] = "unknown", [KEY_EXPIRED - 1] = "expired",
    [KEY_REVOKED - 1] = "revoked", [KEY_SCOPE - 1] = "scope",     [KEY_NAME - 1] = "name",
    [KEY_QUOTA - 1] = "quota"};

const char *key_sent(const char *authorization, const char *x_api_key)
{
    /* "Token" is what clients of InfluxDB send. */
    static const char *const schemes[] = {"Bearer ", "Token ", NULL};

    for (const char *const *s = schemes; authorization && *s; s++) {
        size_t n = strlen(*s);

        if (strncasecmp(authorization, *s, n) == 0)
            return authorization + n + strspn(authorization + n, " ");
    }
    return x_api_key;
}

static bool is_set(const char *key)
{
    return key && key[0];
}

/* Compares every byte of what was sent, so that the time does not show where they differ. */
static bool same(const char *key, const char *sent)
{
    size_t key_len, sent_len;
    volatile unsigned char differs;

    if (!is_set(key))
        return false;
    key_len = strlen(key);
    sent_len = strlen(sent);
    differs = key_len != sent_len;
    for (size_t i = 0; i < sent_len; i++)
        differs = (unsigned char)(differs | (unsigned char)(sent[i] ^ key[i % key_len]));
    return differs == 0;
}

/* Returns the scope that a route needs; 0: none. */
static unsigned scope_of(enum http_access access)
{
    switch (access) {
    case ACCESS_READ:
        return SCOPE_READ;
    case ACCESS_PREDICT:
        return SCOPE_PREDICT;
    case ACCESS_TRAIN:
        return SCOPE_TRAIN;
    case ACCESS_ADMIN:
        return SCOPE_ADMIN;
    default:
        return 0;
    }
}

const char *key_scope_needed(const struct http_route *route)
{
    const char *name = scope_name(scope_of(route->access));

    return name ? name : "";
}

static bool are_needed(const struct keys *k)
{
    return is_set(k->full) || is_set(k->read) || (k->keyring && k->keyring->needed(k->app));
}

static enum http_key_state find(struct access *who, const struct keys *k, const char *sent)
{
    bool full = same(k->full, sent), read = same(k->read, sent);

    if (!full && !read)
        return k->keyring ? k->keyring->find(k->app, sent, who) : HTTP_KEY_UNKNOWN;
    who->scopes = full ? SCOPE_ADMIN : SCOPE_READ | SCOPE_PREDICT;
    (void)snprintf(who->name, sizeof(who->name), "%s", full ? ACCESS_API_KEY : ACCESS_READ_KEY);
    return HTTP_KEY_VALID;
}

enum key_verdict key_judge(const struct access *who, const struct http_route *route,
                           const char *name)
{
    unsigned scope = scope_of(route->access);

    if (scope && !access_has(who, scope))
        return KEY_SCOPE;
    if (name && strstr(route->pattern, "/{name}") && !access_covers(who, name))
        return KEY_NAME;
    return KEY_OK;
}

enum key_verdict key_check(struct access *who, const struct keys *k, const char *sent,
                           const struct http_route *route, const char *name)
{
    *who = (struct access){0};
    if (route->access == ACCESS_OPEN || !are_needed(k))
        return KEY_OK;
    if (!is_set(sent))
        return KEY_MISSING;
    switch (find(who, k, sent)) {
    case HTTP_KEY_VALID:
        return key_judge(who, route, name);
    case HTTP_KEY_EXPIRED:
        return KEY_EXPIRED;
    case HTTP_KEY_REVOKED:
        return KEY_REVOKED;
    default:
        return KEY_UNKNOWN;
    }
}

int key_refusal(enum key_verdict verdict, const struct access *who, const struct http_route *route,
                const char *name, struct err *e)
{
    char scopes[SCOPE_TEXT_MAX];

    switch (verdict) {
    case KEY_MISSING:
        err_set(e, ST_INVALID, "send a key: 'Authorization: Bearer KEY' or 'X-API-Key: KEY'");
        return PROBLEM_UNAUTHORIZED;
    case KEY_EXPIRED:
        err_set(e, ST_INVALID, "the key '%s' has expired; ask for a new one", who->name);
        return PROBLEM_EXPIRED_KEY;
    case KEY_REVOKED:
        err_set(e, ST_INVALID, "the key '%s' was revoked; ask for a new one", who->name);
        return PROBLEM_REVOKED_KEY;
    case KEY_SCOPE:
        err_set(e, ST_INVALID, "this needs a key with the scope %s; the key '%s' has %s",
                key_scope_needed(route), who->name, scope_list(scopes, who->scopes));
        return PROBLEM_FORBIDDEN;
    case KEY_NAME:
        return (int)err_set(e, ST_FORBIDDEN,
                            "the key '%s' is for names that match '%s'; '%.80s' does not",
                            who->name, who->names, name);
    default:
        err_set(e, ST_INVALID, "the key that was sent is not one of this server's");
        return PROBLEM_UNKNOWN_KEY;
    }
}
