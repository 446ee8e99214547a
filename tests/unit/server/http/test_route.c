/* test_route.c - finding the row of the route table for a path and a method. */
#include "server/http/route.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static void nothing(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    (void)rq;
    (void)rs;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/", nothing, NULL, false, true},
    {HTTP_GET, "/v1/jobs", nothing, NULL, false, false},
    {HTTP_POST, "/v1/jobs", nothing, NULL, true, false},
    {HTTP_GET, "/v1/jobs/{id}", nothing, NULL, false, false},
    {HTTP_POST, "/v1/models/{name}/forecast", nothing, NULL, true, false, .reads = true},
    {HTTP_POST, "/v1/models/{name}/forecast", nothing, NULL, true, false},
    {HTTP_DELETE, "/v1/models/{name}/versions/{n}", nothing, NULL, false, false},
};
enum { NUM_ROUTES = sizeof(routes) / sizeof(routes[0]) };

static const struct {
    enum http_method method;
    const char *path; /* segments, separated by '/' */
    enum route_verdict verdict;
    int row;
    const char *allow;
} finds[] = {
    {HTTP_GET, "", ROUTE_FOUND, 0, "GET, HEAD, OPTIONS"},
    {HTTP_HEAD, "", ROUTE_FOUND, 0, "GET, HEAD, OPTIONS"},
    {HTTP_GET, "v1/jobs", ROUTE_FOUND, 1, "GET, HEAD, POST, OPTIONS"},
    {HTTP_POST, "v1/jobs", ROUTE_FOUND, 2, "GET, HEAD, POST, OPTIONS"},
    {HTTP_PUT, "v1/jobs", ROUTE_NO_METHOD, 0, "GET, HEAD, POST, OPTIONS"},
    {HTTP_OPTIONS, "v1/jobs", ROUTE_NO_METHOD, 0, "GET, HEAD, POST, OPTIONS"},
    {HTTP_OTHER, "v1/jobs", ROUTE_NO_METHOD, 0, "GET, HEAD, POST, OPTIONS"},
    {HTTP_GET, "v1/jobs/x", ROUTE_FOUND, 3, "GET, HEAD, OPTIONS"},
    {HTTP_GET, "v1/jobs/", ROUTE_NO_PATH, 0, ""},
    {HTTP_GET, "v1/jobs/x/", ROUTE_NO_PATH, 0, ""},
    {HTTP_GET, "v1", ROUTE_NO_PATH, 0, ""},
    {HTTP_GET, "V1/jobs", ROUTE_NO_PATH, 0, ""},
    {HTTP_DELETE, "v1/models/m/versions/3", ROUTE_FOUND, 6, "DELETE, OPTIONS"},
    {HTTP_HEAD, "v1/models/m/versions/3", ROUTE_NO_METHOD, 0, "DELETE, OPTIONS"},
    {HTTP_GET, "nothing", ROUTE_NO_PATH, 0, ""},
};

static int split(char **segment, char *path)
{
    int n = 0;

    for (char *p = path; p; n++) {
        char *slash = strchr(p, '/');

        if (slash)
            *slash = '\0';
        segment[n] = p;
        p = slash ? slash + 1 : NULL;
    }
    return n;
}

START_TEST(routes_are_found)
{
    struct route_table t;
    struct route_match m;
    struct err e = {0};
    char path[64], *segment[16], allow[64];
    int n;

    ck_assert_int_eq(route_table_init(&t, routes, NUM_ROUTES, &e), ST_OK);
    snprintf(path, sizeof(path), "%s", finds[_i].path);
    n = split(segment, path);
    ck_assert_int_eq(route_find(&m, &t, finds[_i].method, segment, n), finds[_i].verdict);
    if (finds[_i].verdict == ROUTE_FOUND)
        ck_assert_int_eq(m.row, finds[_i].row);
    route_allow(allow, sizeof(allow), m.allowed);
    ck_assert_str_eq(allow, finds[_i].allow);
    if (finds[_i].row == 6) {
        ck_assert_str_eq(m.param[0], "m");
        ck_assert_str_eq(m.param[1], "3");
        ck_assert_ptr_null(m.param[2]);
    }
    route_table_release(&t);
}
END_TEST

START_TEST(a_name_has_a_limit)
{
    struct route_table t;
    struct route_match m;
    char name[ROUTE_PARAM_BYTES_MAX + 2], v1[] = "v1", jobs[] = "jobs";
    char *segment[] = {v1, jobs, name};

    ck_assert_int_eq(route_table_init(&t, routes, NUM_ROUTES, NULL), ST_OK);
    memset(name, 'a', sizeof(name));
    name[ROUTE_PARAM_BYTES_MAX] = '\0';
    ck_assert_int_eq(route_find(&m, &t, HTTP_GET, segment, 3), ROUTE_FOUND);
    name[ROUTE_PARAM_BYTES_MAX] = 'a';
    name[ROUTE_PARAM_BYTES_MAX + 1] = '\0';
    ck_assert_int_eq(route_find(&m, &t, HTTP_GET, segment, 3), ROUTE_NO_PATH);
    route_table_release(&t);
}
END_TEST

START_TEST(an_impossible_table_is_refused)
{
    static const char *const wrong[] = {"", "v1", "/{a}/{b}/{c}/{d}", "/1/2/3/4/5/6/7/8/9"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const struct http_route r = {HTTP_GET, wrong[i], nothing, NULL, false, false};
        struct route_table t;
        struct err e = {0};

        ck_assert_msg(route_table_init(&t, &r, 1, &e) == ST_INVALID, "'%s'", wrong[i]);
    }
}
END_TEST

START_TEST(allow_fits_its_buffer)
{
    char allow[64], small[12];

    route_allow(allow, sizeof(allow), ~0U);
    ck_assert_str_eq(allow, "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    route_allow(small, sizeof(small), ~0U);
    ck_assert_str_eq(small, "GET, HEAD");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http route");
    TCase *t = tcase_create("http route");

    tcase_add_loop_test(t, routes_are_found, 0, sizeof(finds) / sizeof(finds[0]));
    tcase_add_test(t, a_name_has_a_limit);
    tcase_add_test(t, an_impossible_table_is_refused);
    tcase_add_test(t, allow_fits_its_buffer);
    suite_add_tcase(s, t);
    return suite_run(s);
}
