/* test_parts.c - the front door's pure parts: routes, keys, counters, request ids, addresses. */
#include "server/http/conns.h"
#include "server/http/keys.h"
#include "server/http/listen.h"
#include "server/http/route.h"
#include "server/http/stats.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
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

/* ---- routes ---- */

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

/* ---- keys ---- */

static const struct {
    const char *full, *read, *sent;
    int row;
    enum key_verdict want;
} key_rows[] = {
    {NULL, NULL, NULL, 2, KEY_OK},
    {"", "", NULL, 2, KEY_OK},
    {"secret", NULL, NULL, 0, KEY_OK}, /* open */
    {"secret", NULL, "wrong", 0, KEY_OK},
    {"secret", NULL, NULL, 1, KEY_MISSING},
    {"secret", NULL, "", 1, KEY_MISSING},
    {"secret", NULL, "secret", 1, KEY_OK},
    {"secret", NULL, "secret", 2, KEY_OK},
    {"secret", NULL, "Secret", 2, KEY_WRONG},
    {"secret", NULL, "secre", 2, KEY_WRONG},
    {"secret", NULL, "secrets", 2, KEY_WRONG},
    {"secret", NULL, "secretsecret", 2, KEY_WRONG},
    {"secret", "", "x", 2, KEY_WRONG},
    {"secret", "look", "look", 1, KEY_OK},
    {"secret", "look", "look", 2, KEY_READ_ONLY},
    {"secret", "look", "look", 4, KEY_OK},        /* a POST that reads */
    {"secret", "look", "look", 5, KEY_READ_ONLY}, /* the same path, without the flag */
    {"secret", "look", "look", 6, KEY_READ_ONLY},
    {"secret", "look", "secret", 6, KEY_OK},
    {NULL, "look", NULL, 1, KEY_MISSING},
    {NULL, "look", "look", 1, KEY_OK},
    {NULL, "look", "look", 2, KEY_READ_ONLY},
};

START_TEST(keys_are_checked)
{
    const struct keys k = {key_rows[_i].full, key_rows[_i].read};

    ck_assert_int_eq(key_check(&k, key_rows[_i].sent, &routes[key_rows[_i].row]),
                     key_rows[_i].want);
}
END_TEST

START_TEST(keys_come_in_two_headers)
{
    ck_assert_ptr_null(key_sent(NULL, NULL));
    ck_assert_str_eq(key_sent("Bearer abc", NULL), "abc");
    ck_assert_str_eq(key_sent("bearer   abc", NULL), "abc");
    ck_assert_str_eq(key_sent("Bearer abc", "x"), "abc");
    ck_assert_str_eq(key_sent("Basic abc", "x"), "x");
    ck_assert_str_eq(key_sent(NULL, "x"), "x");
    ck_assert_ptr_null(key_sent("Basic abc", NULL));
}
END_TEST

/* ---- counters ---- */

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

/* ---- names and addresses ---- */

START_TEST(request_ids)
{
    char a[REQUEST_ID_MAX + 1], b[REQUEST_ID_MAX + 1], longest[REQUEST_ID_MAX + 2];

    ck_assert(request_id_ok("a"));
    ck_assert(request_id_ok("A-z_0.9"));
    ck_assert(!request_id_ok(""));
    ck_assert(!request_id_ok("a b"));
    ck_assert(!request_id_ok("a\n"));
    ck_assert(!request_id_ok("\xc3\xa9"));
    ck_assert(!request_id_ok("<script>"));
    memset(longest, 'a', sizeof(longest));
    longest[REQUEST_ID_MAX] = '\0';
    ck_assert(request_id_ok(longest));
    longest[REQUEST_ID_MAX] = 'a';
    longest[REQUEST_ID_MAX + 1] = '\0';
    ck_assert(!request_id_ok(longest));
    request_id_make(a);
    request_id_make(b);
    ck_assert(request_id_ok(a) && request_id_ok(b));
    ck_assert_int_lt(strcmp(a, b), 0);
}
END_TEST

static const struct {
    const char *text, *host, *port; /* host NULL: refused */
} addresses[] = {
    {"127.0.0.1:8080", "127.0.0.1", "8080"},
    {"0.0.0.0:0", "0.0.0.0", "0"},
    {"[::1]:8080", "::1", "8080"},
    {"[::]:65535", "::", "65535"},
    {":80", "", "80"},
    {"*:80", "", "80"},
    {"localhost:80", "localhost", "80"},
    {"127.0.0.1", NULL, NULL},
    {"127.0.0.1:", NULL, NULL},
    {"127.0.0.1:65536", NULL, NULL},
    {"127.0.0.1:-1", NULL, NULL},
    {"127.0.0.1:80x", NULL, NULL},
    {"127.0.0.1:999999", NULL, NULL},
    {"::1:80", NULL, NULL},
    {"", NULL, NULL},
    {":", NULL, NULL},
};

START_TEST(addresses_are_parsed)
{
    struct listen_address a;
    struct err e = {0};
    enum status st = listen_parse(&a, addresses[_i].text, &e);

    if (!addresses[_i].host) {
        ck_assert_msg(st == ST_INVALID, "'%s' was taken", addresses[_i].text);
        return;
    }
    ck_assert_msg(st == ST_OK, "%s", e.message);
    ck_assert_str_eq(a.host, addresses[_i].host);
    ck_assert_str_eq(a.port, addresses[_i].port);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *const *tests, size_t n)
{
    TCase *t = tcase_create(name);

    for (size_t i = 0; i < n; i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
}

int main(void)
{
    const TTest *const tests[] = {
        a_name_has_a_limit,       an_impossible_table_is_refused, allow_fits_its_buffer,
        keys_come_in_two_headers, requests_are_counted,           request_ids,
    };
    Suite *s = suite_create("http parts");
    TCase *t = tcase_create("tables");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, routes_are_found, 0, sizeof(finds) / sizeof(finds[0]));
    tcase_add_loop_test(t, keys_are_checked, 0, sizeof(key_rows) / sizeof(key_rows[0]));
    tcase_add_loop_test(t, addresses_are_parsed, 0, sizeof(addresses) / sizeof(addresses[0]));
    suite_add_tcase(s, t);
    add(s, "parts", tests, sizeof(tests) / sizeof(tests[0]));
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
