/* test_protocols.c - which routes a configuration has. */
#include "server/protocols/protocols.h"

#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static int count_of(const struct config *c, const char *pattern)
{
    struct http_route *routes = NULL;
    struct err e = {0};
    int n = 0, found = 0;

    ck_assert_int_eq(protocols_routes(&routes, &n, c, &e), ST_OK);
    for (int i = 0; i < n; i++)
        found += !pattern || strcmp(routes[i].pattern, pattern) == 0;
    free(routes);
    return found;
}

START_TEST(what_is_off_has_no_route)
{
    const struct config off = {.ui = true};
    int api = 0;

    (void)api_routes(&api);
    ck_assert_int_eq(count_of(&off, NULL), api);
    ck_assert_int_eq(count_of(&off, "/mcp"), 0);
}
END_TEST

/* Each key switches on its own routes and no others. */
START_TEST(each_key_brings_its_routes)
{
    int n = 0, api = 0, all = 0;
    const struct protocol_route *rows = protocols_all(&n);

    (void)api_routes(&api);
    for (int i = 0; i < n; i++) {
        struct config c = {.ui = false};
        int mine = 0;

        for (int k = 0; k < n; k++)
            mine += rows[k].key == rows[i].key;
        memset((char *)&c + rows[i].key, true, sizeof(bool));
        ck_assert_int_eq(count_of(&c, NULL), api + mine);
        ck_assert_int_ge(count_of(&c, rows[i].route.pattern), 1);
        all += mine;
    }
    ck_assert_int_ge(all, n);
}
END_TEST

/* A protocol's own route is not audited, because the API audits the inner requests. */
START_TEST(no_route_of_a_protocol_writes)
{
    int n = 0;
    const struct protocol_route *rows = protocols_all(&n);

    for (int i = 0; i < n; i++)
        ck_assert_msg(!http_route_writes(&rows[i].route), "%s", rows[i].route.pattern);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("protocols");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, what_is_off_has_no_route);
    tcase_add_test(tc, each_key_brings_its_routes);
    tcase_add_test(tc, no_route_of_a_protocol_writes);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
