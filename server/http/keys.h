/* keys.h - who may do what: the full key and the read key. Private to http/. */
#ifndef SERVER_HTTP_KEYS_H
#define SERVER_HTTP_KEYS_H

#include "server/http/http_types.h"

enum key_verdict {
    KEY_OK,
    KEY_MISSING,  /* none was sent: 401 */
    KEY_WRONG,    /* one that is not known: 401 */
    KEY_READ_ONLY /* the read key for what it may not do: 403 */
};

struct keys {
    const char *full, *read; /* borrowed; NULL or "": not set */
};

/* The key in "Bearer KEY", or x_api_key, or NULL. authorization and x_api_key may be NULL. */
const char *key_sent(const char *authorization, const char *x_api_key);
/* sent: what key_sent() gave. Takes the same time for every wrong key of a length. */
enum key_verdict key_check(const struct keys *k, const char *sent, const struct http_route *route);

#endif
