/* test_near.c - the near path of a 404. */
#include "server/http/near.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void nothing(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    (void)rq;
    (void)rs;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/", nothing},
    {HTTP_GET, "/healthz", nothing},
    {HTTP_GET, "/readyz", nothing},
    {HTTP_GET, "/metrics", nothing},
    {HTTP_GET, "/openapi.json", nothing},
    {HTTP_GET, "/v1/datasets", nothing},
    {HTTP_GET, "/v1/datasets/{name}", nothing},
    {HTTP_PUT, "/v1/datasets/{name}", nothing},
    {HTTP_POST, "/v1/datasets/{name}/rows", nothing},
    {HTTP_GET, "/v1/jobs", nothing},
    {HTTP_GET, "/v1/jobs/{id}", nothing},
    {HTTP_GET, "/v1/jobs/{id}/events", nothing},
    {HTTP_POST, "/v1/jobs/{id}/cancel", nothing},
    {HTTP_GET, "/v1/models/{name}/forecast", nothing},
    {HTTP_GET, "/v1/models/{name}/versions/{n}", nothing},
};
enum { NUM_ROUTES = sizeof(routes) / sizeof(routes[0]) };

static const struct {
    const char *path, *want;
} rows[] = {
    {"/v1/datasets/", "; did you mean /v1/datasets?"},
    {"//v1/datasets", "; did you mean /v1/datasets?"},
    {"/v1//datasets//", "; did you mean /v1/datasets?"},
    {"/v1/datasets/air/", "; did you mean /v1/datasets/air?"},
    {"/v1/jobs//01ABC/events", "; did you mean /v1/jobs/01ABC/events?"},
    {"/healthz/", "; did you mean /healthz?"},
    {"/health", "; did you mean /healthz?"},
    {"/ready", "; did you mean /readyz?"},
    {"/metric", "; did you mean /metrics?"},
    {"/HEALTHZ", "; did you mean /healthz?"},
    {"/openapi.yaml", "; did you mean /openapi.json?"},
    {"/V1/Datasets", "; did you mean /v1/datasets?"},
    {"/v1/dataset", "; did you mean /v1/datasets?"},
    {"/v1/dataset/air/row", "; did you mean /v1/datasets/air/rows?"},
    {"/V1/Jobs/01ABC/Event", "; did you mean /v1/jobs/01ABC/events?"},
    {"/v1/models/air/forecasts", "; did you mean /v1/models/air/forecast?"},
    {"/datasets", "; did you mean /v1/datasets?"},
    {"/jobs/01ABC", "; did you mean /v1/jobs/01ABC?"},
    {"/dataset", "; did you mean /v1/datasets?"},
    {"/api/v1/datasets", "; did you mean /v1/datasets?"},
    {"/v2/datasets", "; did you mean /v1/datasets?"},
    {"/v1", "; below /v1 are: datasets, jobs, models"},
    {"/v1/", "; below /v1 are: datasets, jobs, models"},
    {"/v1/weather", "; below /v1 are: datasets, jobs, models"},
    {"/v1/jobs/01ABC/weather", "; below /v1/jobs/01ABC are: events, cancel"},
    {"/weather", ""},
    {"//", ""},
    {"/a/b/c/d/e/f/g/h/i/j/k", ""},
};

static void find(char *out, size_t cap, const char *path)
{
    char copy[1024], *segment[40], *p = copy + 1;
    struct route_table t;
    int n = 0;

    memcpy(copy, path, strlen(path) + 1);
    while (p) {
        segment[n++] = p;
        p = strchr(p, '/');
        if (p)
            *p++ = '\0';
    }
    ck_assert_int_eq(route_table_init(&t, routes, NUM_ROUTES, NULL), ST_OK);
    near_path(out, cap, &t, segment, n);
    route_table_release(&t);
}

START_TEST(the_near_path_is_named)
{
    char near[320];

    find(near, sizeof(near), rows[_i].path);
    ck_assert_msg(strcmp(near, rows[_i].want) == 0, "%s: '%s', expected '%s'", rows[_i].path, near,
                  rows[_i].want);
}
END_TEST

START_TEST(a_long_path_has_none)
{
    char path[900], near[320];

    memset(path, 'x', sizeof(path));
    memcpy(path, "/v1/datasets/", 13);
    path[sizeof(path) - 2] = '/';
    path[sizeof(path) - 1] = '\0';
    find(near, sizeof(near), path);
    ck_assert_int_lt((int)strlen(near), 320);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("near paths");
    TCase *t = tcase_create("near");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, the_near_path_is_named, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, a_long_path_has_none);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
