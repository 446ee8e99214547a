/* every_route.c - see every_route.h. */
#include "tests/unit/server/protocols/every_route.h"

#include "server/protocols/protocols.h"

#include <check.h>
#include <string.h>

const struct http_route *every_route(int *count)
{
    static struct http_route *routes;
    static int num_routes;
    struct config c = {.ui = false};
    struct err e = {0};
    int n = 0;
    const struct protocol_route *rows = protocols_all(&n);

    for (int i = 0; i < n; i++)
        memset((char *)&c + rows[i].key, true, sizeof(bool));
    if (!routes)
        ck_assert_int_eq(protocols_routes(&routes, &num_routes, &c, &e), ST_OK);
    *count = num_routes;
    return routes;
}
