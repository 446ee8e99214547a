/* keys.h - whose key a request has, and whether it opens a route. Private to http/. */
#ifndef SERVER_HTTP_KEYS_H
#define SERVER_HTTP_KEYS_H

#include "server/http/http_types.h"

enum key_verdict {
    KEY_OK,
    KEY_MISSING, /* none was sent: 401 */
    KEY_UNKNOWN, /* one that is not known: 401 */
    KEY_EXPIRED, /* 401 */
    KEY_REVOKED, /* 401 */
    KEY_SCOPE,   /* the route needs a scope that it does not have: 403 */
    KEY_NAME     /* it is for data sets and models of other names: 403 */
};

/* Borrowed. */
struct keys {
    const char *full, *read;            /* of the configuration; NULL or "": not set */
    const struct http_keyring *keyring; /* all others; NULL: there are none */
    void *app;                          /* for its functions */
};

/* The key in "Bearer KEY", or x_api_key, or NULL. authorization and x_api_key may be NULL. */
const char *key_sent(const char *authorization, const char *x_api_key);
/* sent: what key_sent() returned. name: what {name} of the route's pattern matched, or NULL. Fills
 * *who, whose name stays "" where it is not known who asks. Compares in a time that does not depend
 * on how much of a key is right. */
enum key_verdict key_check(struct access *who, const struct keys *k, const char *sent,
                           const struct http_route *route, const char *name);
/* "train": what a route needs; "" for one that needs none. */
const char *key_scope_needed(const struct http_route *route);

#endif
