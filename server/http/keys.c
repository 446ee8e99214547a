/* keys.c - see keys.h. */
#include "server/http/keys.h"

#include "server/http/http.h"

#include <string.h>
#include <strings.h>

const char *key_sent(const char *authorization, const char *x_api_key)
{
    if (authorization && strncasecmp(authorization, "Bearer ", 7) == 0)
        return authorization + 7 + strspn(authorization + 7, " ");
    return x_api_key;
}

static bool is_set(const char *key)
{
    return key && key[0];
}

/* Looks at every byte of what was sent, whatever differs first. */
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

enum key_verdict key_check(const struct keys *k, const char *sent, const struct http_route *route)
{
    bool full, read;

    if (route->open || (!is_set(k->full) && !is_set(k->read)))
        return KEY_OK;
    if (!is_set(sent))
        return KEY_MISSING;
    full = same(k->full, sent);
    read = same(k->read, sent);
    if (full || (read && !http_route_writes(route)))
        return KEY_OK;
    return read ? KEY_READ_ONLY : KEY_WRONG;
}
