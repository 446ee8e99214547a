/* api_route.c - see api_route.h. */
#include "server/protocols/api_route.h"

#include "server/api/api.h"

#include <string.h>

const struct http_route *api_route(enum http_method method, const char *pattern)
{
    int n = 0;
    const struct http_route *routes = api_routes(&n);

    for (int i = 0; i < n; i++)
        if (routes[i].method == method && strcmp(routes[i].pattern, pattern) == 0)
            return &routes[i];
    return NULL;
}
