/* test_refusals.c - a refused request changes nothing. Every route of the table that writes gets
 * requests that it must refuse, and the rows of the database are compared. */
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1 << 20 };

static struct api_server server;
static char *answer, *checkpoint, job[64];
static size_t checkpoint_len;

static const char series[] = "month,y\n2020-01,1\n2020-02,2\n2020-03,3\n2020-04,5\n2020-05,8\n"
                             "2020-06,13\n2020-07,21\n2020-08,34\n2020-09,55\n2020-10,89\n";
static const char rows[] = "month,y\n2020-11,1\n2020-12,2\n";
static const char new_job[] = "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"n\"}";
static const char new_key[] = "{\"name\":\"k\",\"scopes\":[\"admin\"]}";
static const char new_webhook[] = "{\"url\":\"https://example.com/\"}";
static const char alias[] = "{\"version\":2}";
static const char csv[] = "Content-Type: text/csv\r\n",
                  json[] = "Content-Type: application/json\r\n";

/* The right request to each writing route. Other routes get an empty object. */
static const struct right {
    enum http_method method;
    const char *pattern, *head, *body;
    int status;
} rights[] = {
    {HTTP_PUT, "/v1/datasets/{name}", csv, series, 200},
    {HTTP_POST, "/v1/datasets/{name}", csv, series, 409}, /* it is there */
    {HTTP_POST, "/v1/datasets/{name}/rows", csv, rows, 200},
    {HTTP_DELETE, "/v1/datasets/{name}", "", "", 204},
    {HTTP_DELETE, "/v1/datasets/{name}/source", "", "", 404}, /* there is none */
    {HTTP_POST, "/v1/datasets/{name}/fetch", "", "", 404},
    {HTTP_POST, "/v1/jobs", json, new_job, 202},
    {HTTP_DELETE, "/v1/jobs/{id}", "", "", 204},
    {HTTP_POST, "/v1/jobs/{id}/cancel", "", "", 202},
    {HTTP_DELETE, "/v1/models/{name}", "", "", 204},
    {HTTP_DELETE, "/v1/models/{name}/versions/{n}", "", "", 204},
    {HTTP_PUT, "/v1/models/{name}/checkpoint", "", NULL, 201}, /* NULL: the checkpoint */
    {HTTP_PUT, "/v1/models/{name}/aliases/{alias}", json, alias, 200},
    {HTTP_DELETE, "/v1/models/{name}/aliases/{alias}", "", "", 204},
    {HTTP_PUT, "/v1/models/{name}/retrain", json, "{\"every\":\"7d\"}", 201},
    {HTTP_DELETE, "/v1/models/{name}/retrain", "", "", 404}, /* there is none */
    {HTTP_POST, "/v1/keys", json, new_key, 201},
    {HTTP_DELETE, "/v1/keys/{name}", "", "", 404}, /* there is none */
    {HTTP_POST, "/v1/webhooks", json, new_webhook, 201},
    {HTTP_DELETE, "/v1/webhooks/{id}", "", "", 204},
    {HTTP_POST, "/v1/webhooks/{id}/test", "", "", 202},
};
enum { NUM_RIGHTS = sizeof(rights) / sizeof(rights[0]) };

static const char *method_name(enum http_method m)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};

    return names[m];
}

static const struct right *right_of(const struct http_route *route)
{
    static struct right unknown;

    for (int i = 0; i < NUM_RIGHTS; i++)
        if (rights[i].method == route->method && strcmp(rights[i].pattern, route->pattern) == 0)
            return &rights[i];
    unknown = (struct right){route->method, route->pattern, json, "{}", 0};
    return &unknown;
}

/* ---- asking ---- */

/* "/v1/jobs/{id}" with the names of what is there. */
static void path_of(char *out, size_t cap, const char *pattern)
{
    const char *id = strncmp(pattern, "/v1/webhooks/", 13) == 0 ? "1" : job;
    size_t used = 0;

    while (*pattern && used + 64 < cap) {
        const char *name = strncmp(pattern, "{id}", 4) == 0      ? id
                           : strncmp(pattern, "{n}", 3) == 0     ? "1"
                           : strncmp(pattern, "{alias}", 7) == 0 ? "canary"
                           : strncmp(pattern, "{name}", 6) == 0  ? "d"
                                                                 : NULL;

        if (name) {
            used += (size_t)snprintf(out + used, cap - used, "%s", name);
            pattern += strcspn(pattern, "}") + 1;
        } else {
            out[used++] = *pattern++;
        }
    }
    out[used] = '\0';
}

static int ask(const struct right *r, const char *query, const char *head, const char *body)
{
    char target[512], lines[1024];
    struct api_question q = {method_name(r->method), target, lines, body, 0};

    path_of(target, sizeof(target), r->pattern);
    snprintf(target + strlen(target), sizeof(target) - strlen(target), "%s", query);
    snprintf(lines, sizeof(lines), "%s%s", strncmp(head, "Content-Type", 12) ? r->head : "", head);
    q.len = body ? strlen(body) : checkpoint_len;
    if (!body)
        q.body = checkpoint;
    return api_server_ask(&server, answer, ANSWER_MAX, &q);
}

/* ---- a database to write to ---- */

static int put(const char *method, const char *target, const char *head, const char *body,
               size_t len)
{
    return api_server_ask(&server, answer, ANSWER_MAX,
                          &(struct api_question){method, target, head, body, len});
}

static void seed(bool job_ended)
{
    const char *id;

    ck_assert_int_eq(put("PUT", "/v1/datasets/d", csv, series, strlen(series)), 201);
    ck_assert_int_eq(put("PUT", "/v1/models/d/checkpoint", "", checkpoint, checkpoint_len), 201);
    ck_assert_int_eq(put("PUT", "/v1/models/d/checkpoint", "", checkpoint, checkpoint_len), 201);
    ck_assert_int_eq(put("PUT", "/v1/models/d/aliases/canary", json, alias, strlen(alias)), 201);
    ck_assert_int_eq(put("POST", "/v1/webhooks", json, new_webhook, strlen(new_webhook)), 201);
    ck_assert_int_eq(put("POST", "/v1/jobs", json, new_job, strlen(new_job)), 202);
    id = strstr(answer, "\"id\":\"");
    ck_assert_ptr_nonnull(id);
    snprintf(job, sizeof(job), "%.*s", (int)strcspn(id + 6, "\""), id + 6);
    if (job_ended) { /* so that it, and the data set that it uses, may go */
        char target[128];

        snprintf(target, sizeof(target), "/v1/jobs/%s/cancel", job);
        ck_assert_int_eq(put("POST", target, "", "", 0), 202);
    }
}

static void setup(void)
{
    answer = malloc(ANSWER_MAX);
    checkpoint = api_file(&checkpoint_len, "tests/fuzz/corpus/safetensors/forecaster-fitted");
    api_server_start(&server, NULL, NULL);
}

static void teardown(void)
{
    api_server_stop(&server);
    free(checkpoint);
    free(answer);
}

/* Checks that a request is refused if it must be, and that a refused one has written nothing. An
 * accepted one may have written: then the next one gets a new database. */
static void expect_unchanged(const struct right *r, const char *query, const char *head,
                             const char *body, bool must)
{
    char *before = api_server_state(&server), *after;
    int status = ask(r, query, head, body);

    after = api_server_state(&server);
    ck_assert_msg(!must || (status >= 400 && status < 500) || status == 501,
                  "%s %s%s %s is answered %d", method_name(r->method), r->pattern, query, head,
                  status);
    ck_assert_msg(status < 400 || strcmp(before, after) == 0,
                  "%s %s%s %s is refused (%d) and has written", method_name(r->method), r->pattern,
                  query, head, status);
    free(before);
    free(after);
    if (status < 400) {
        api_server_stop(&server);
        api_server_start(&server, NULL, NULL);
        seed(r->method == HTTP_DELETE);
    }
}

/* ---- what is wrong with a request ---- */

static const struct http_parameter *declared(const char *name)
{
    int n = 0;
    const struct http_parameter *p = api_parameters(&n);

    for (int i = 0; i < n; i++)
        if (strcmp(p[i].name, name) == 0)
            return &p[i];
    return NULL;
}

static void wrong_value(const struct right *r, const char *name, const char *value)
{
    char query[300];

    snprintf(query, sizeof(query), "?%s=%s", name, value);
    expect_unchanged(r, query, "", r->body, true);
}

static void wrong_values(const struct right *r, const char *name)
{
    static const char *const of_number[] = {"abc", "", "1.5", "1e3", "0x10", "+1", "%201", "NaN"};
    const struct http_parameter *p = declared(name);
    char text[32], twice[300];

    ck_assert_msg(p != NULL, "?%s= is not declared", name);
    wrong_value(r, name, "%FF");
    wrong_value(r, name, "%00");
    wrong_value(r, name, "%4");
    snprintf(twice, sizeof(twice), "?%s=1&%s=1", name, name);
    expect_unchanged(r, twice, "", r->body, true);
    if (p->kind == HTTP_INTEGER) {
        for (size_t i = 0; i < sizeof(of_number) / sizeof(of_number[0]); i++)
            wrong_value(r, name, of_number[i]);
        snprintf(text, sizeof(text), "%lld", (long long)p->min - 1);
        wrong_value(r, name, text);
        snprintf(text, sizeof(text), "%lld", (long long)p->max + 1);
        wrong_value(r, name, text);
    } else if (p->kind == HTTP_FLAG || p->kind == HTTP_CHOICE) {
        wrong_value(r, name, "nonesuch");
    } else {
        snprintf(twice, sizeof(twice), "?%s=none%%20such", name);
        expect_unchanged(r, twice, "", r->body, p->kind == HTTP_CHECKED);
    }
}

static void wrong_queries(const struct right *r, const char *names)
{
    while (names && *names) {
        size_t n = strcspn(names, " ");
        char name[80];

        snprintf(name, sizeof(name), "%.*s", (int)n, names);
        if (n)
            wrong_values(r, name);
        names += n + (names[n] == ' ');
    }
    expect_unchanged(r, "?nonesuch=1", "", r->body, true);
}

static void wrong_headers(const struct right *r)
{
    static const struct {
        const char *head;
        bool must; /* be refused by every route */
    } heads[] = {
        {"If-Match: garbage\r\n", true},
        {"If-Match: \"no such tag\"\r\n", true},
        {"If-Match: \"open\r\n", true},
        {"If-Match:\r\n", true},
        {"If-Match: W/\"weak\"\r\n", true},
        {"If-Match: *, \"a\"\r\n", true},
        {"If-None-Match: garbage\r\n", true},
        {"If-None-Match: *\r\n", true},
        {"If-None-Match: \"a\" \"b\"\r\n", true},
        {"If-None-Match: \"a\"\r\nIf-None-Match: \"b\"\r\n", true},
        {"Content-Encoding: br\r\n", true},
        {"Transfer-Encoding: gzip\r\n", true},
        {"Accept: image/png\r\n", false},
        {"Accept: ;;;\r\n", false},
        {"Idempotency-Key:\r\n", false},
        {"Content-Type: image/png\r\n", false},
        {"Content-Type: text/csv; charset=no-such-charset\r\n", false},
    };

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        expect_unchanged(r, "", heads[i].head, r->body, heads[i].must);
}

static void wrong_bodies(const struct right *r, bool takes)
{
    static const char *const bodies[] = {"{",
                                         "[]",
                                         "{\"nonesuch\":1}",
                                         "\xFF\xFE",
                                         "month,y\n2020-11,1\n2020-11,2\n",
                                         "month,y\n2020-11,1\n2020-12,x\n",
                                         "{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[]}]}"};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        expect_unchanged(r, "", "", bodies[i], true);
    if (takes && r->status && (!r->body || r->body[0]))
        expect_unchanged(r, "", "", "", true);
}

static int nth_writing_route(const struct http_route **out, int n)
{
    int count = 0, writing = 0;
    const struct http_route *routes = api_routes(&count);

    for (int i = 0; i < count; i++)
        if (http_route_writes(&routes[i]) && writing++ == n)
            *out = &routes[i];
    return writing;
}

START_TEST(what_is_refused_has_not_written)
{
    const struct http_route *route = NULL;
    const struct right *r;

    nth_writing_route(&route, _i);
    r = right_of(route);
    seed(r->method == HTTP_DELETE);
    wrong_queries(r, route->query);
    wrong_headers(r);
    wrong_bodies(r, route->body);
    if (r->status) { /* and it was not refused for another reason */
        char *before = api_server_state(&server), *after;

        ck_assert_int_eq(ask(r, "", "", r->body), r->status);
        after = api_server_state(&server);
        ck_assert_msg(strcmp(before, after) != 0 || strstr(r->pattern, "{name}"),
                      "%s writes nothing", r->pattern);
        free(before);
        free(after);
    }
}
END_TEST

/* Two faults that have occurred, with the responses that a client gets. */
START_TEST(the_query_of_an_upload_is_read_before_its_body)
{
    char *before;

    ck_assert_int_eq(put("PUT", "/v1/datasets/new?series_limit=abc", csv, series, strlen(series)),
                     400);
    ck_assert_ptr_nonnull(strstr(answer, "series_limit is 'abc'"));
    ck_assert_int_eq(put("GET", "/v1/datasets/new", "", "", 0), 404);
    seed(false);
    before = api_server_state(&server);
    for (int i = 0; i < 2; i++) {
        char *after;

        ck_assert_int_eq(put("POST", "/v1/datasets/d/rows?series_limit=0", csv, rows, strlen(rows)),
                         400);
        after = api_server_state(&server);
        ck_assert_str_eq(before, after);
        free(after);
    }
    free(before);
}
END_TEST

START_TEST(a_table_that_is_not_complete_does_not_start)
{
    static const struct http_route route[] = {
        {HTTP_GET, "/a", NULL, "limit nonesuch", false, false}};
    struct toy t;
    struct err e = {0};

    toy_init(&t);
    t.config.routes = route;
    t.config.num_routes = 1;
    t.config.parameters = api_parameters(&t.config.num_parameters);
    ck_assert_int_eq(http_start(&t.http, &t.config, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "'nonesuch'"));
}
END_TEST

int main(void)
{
    const struct http_route *ignored = NULL;
    Suite *s = suite_create("refusals");
    TCase *t = tcase_create("refusals");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, what_is_refused_has_not_written, 0, nth_writing_route(&ignored, -1));
    tcase_add_test(t, the_query_of_an_upload_is_read_before_its_body);
    tcase_add_test(t, a_table_that_is_not_complete_does_not_start);
    suite_add_tcase(s, t);
    return suite_run(s);
}
