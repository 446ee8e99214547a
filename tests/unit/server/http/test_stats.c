/* test_stats.c - requests counted by route. */
#include "server/http/stats.h"
#include "tests/unit/suite.h"

static const struct http_route routes[] = {
    {HTTP_GET, "/", NULL, NULL, false, true},
    {HTTP_GET, "/v1/jobs", NULL, NULL, false, false},
    {HTTP_POST, "/v1/jobs", NULL, NULL, true, false},
};
enum { NUM_ROUTES = sizeof(routes) / sizeof(routes[0]) };

START_TEST(requests_are_counted)
{
    struct stats s;
    struct http_stats_row r;

    ck_assert_int_eq(stats_init(&s, routes, NUM_ROUTES, NULL), ST_OK);
    stats_count(&s, 1, 200, 500);      /* up to 1 ms */
    stats_count(&s, 1, 204, 1000);     /* on the bound: in it */
    stats_count(&s, 1, 404, 60000000); /* above all bounds */
    stats_count(&s, 1, 503, -5);
    stats_count(&s, -1, 404, 1);
    stats_count(&s, 99, 999, 1);
    ck_assert(stats_read(&s, 1, &r));
    ck_assert_str_eq(r.pattern, "/v1/jobs");
    ck_assert_int_eq(r.method, HTTP_GET);
    ck_assert_uint_eq(r.count[2], 2);
    ck_assert_uint_eq(r.count[4], 1);
    ck_assert_uint_eq(r.count[5], 1);
    ck_assert_uint_eq(r.bucket[0], 3);
    ck_assert_uint_eq(r.bucket[10], 3);
    ck_assert_uint_eq(r.bucket[11], 4);
    ck_assert_double_eq_tol(r.seconds, 60.0015, 1e-9);
    ck_assert(stats_read(&s, NUM_ROUTES, &r));
    ck_assert_str_eq(r.pattern, "");
    ck_assert_uint_eq(r.count[4], 1);
    ck_assert_uint_eq(r.count[0], 1);
    ck_assert(!stats_read(&s, NUM_ROUTES + 1, &r));
    ck_assert(!stats_read(&s, -1, &r));
    stats_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http stats");
    TCase *t = tcase_create("http stats");

    tcase_add_test(t, requests_are_counted);
    suite_add_tcase(s, t);
    return suite_run(s);
}
