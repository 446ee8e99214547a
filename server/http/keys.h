/* keys.h - finds the owner of a request's key, and decides whether it may use a route. Private to
 * http/. */
#ifndef SERVER_HTTP_KEYS_H
#define SERVER_HTTP_KEYS_H

#include "server/http/http_types.h"

enum key_verdict {
    KEY_OK,
    KEY_MISSING, /* no key was sent: 401 */
    KEY_UNKNOWN, /* an unknown key: 401 */
    KEY_EXPIRED, /* 401 */
    KEY_REVOKED, /* 401 */
    KEY_SCOPE,   /* the key lacks the scope of the route: 403 */
    KEY_NAME,    /* the key is for data sets and models of other names: 403 */
    KEY_QUOTA    /* it has sent all the requests that it may: 429; not of key_check() */
};

/* Borrowed. */
struct keys {
    const char *full, *read;            /* of the configuration; NULL or "": not set */
    const struct http_keyring *keyring; /* all other keys; NULL: there are none */
    void *app;                          /* argument of its functions */
};

/* The key in "Bearer KEY" or "Token KEY", or x_api_key, or NULL. authorization and x_api_key may be
 * NULL. */
const char *key_sent(const char *authorization, const char *x_api_key);
/* sent: the result of key_sent(). name: the value of {name} in the route's pattern, or NULL. Fills
 * *who, whose name is "" when the client is unknown. The time of comparing does not depend on how
 * much of a key is right. */
enum key_verdict key_check(struct access *who, const struct keys *k, const char *sent,
                           const struct http_route *route, const char *name);
/* Whether the holder of a valid key may use the route, with name as above. */
enum key_verdict key_judge(const struct access *who, const struct http_route *route,
                           const char *name);
/* Describes a refusal to a client that knows its key but not the server. Returns its kind, an enum
 * status or enum problem. verdict is neither KEY_OK nor KEY_QUOTA. */
int key_refusal(enum key_verdict verdict, const struct access *who, const struct http_route *route,
                const char *name, struct err *e);
/* The scope that a route needs, such as "train"; "" when it needs none. */
const char *key_scope_needed(const struct http_route *route);

#endif
