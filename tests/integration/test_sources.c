/* test_sources.c - data sets that the daemon fetches itself, from a server of the test: the
 * schedule, what is kept, what a server can do wrong, and a restart in the middle. */
#include "tests/integration/suite.h"
#include "tests/unit/server/client/web_server.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { DEADLINE_MS = 60000 };

static struct daemon d;
static struct web_server web;
static struct reply r;
static char body[4096];

/* What the server serves now; guarded by its lock. */
static struct {
    const char *status, *fields, *content;
    bool stall, drip;
} serves;

static void respond(void *ctx, struct web_exchange *x)
{
    (void)ctx;
    if (strcmp(x->path, "/to-private") == 0) {
        web_answer(x, "302 Found", "Location: http://10.0.0.1/x.csv\r\n", "");
    } else if (strcmp(x->path, "/to-file") == 0) {
        web_answer(x, "302 Found", "Location: file:///etc/passwd\r\n", "");
    } else if (strstr(x->request, "If-None-Match: \"v1\"") && strstr(serves.fields, "\"v1\"")) {
        web_answer(x, "304 Not Modified", serves.fields, "");
    } else {
        x->stall = serves.stall;
        if (!serves.stall)
            web_answer(x, serves.status, serves.fields, serves.content);
    }
}

static void serve(const char *status, const char *fields, const char *content)
{
    pthread_mutex_lock(&web.lock);
    serves.status = status;
    serves.fields = fields;
    serves.content = content;
    serves.stall = false;
    pthread_mutex_unlock(&web.lock);
}

static void stall(void)
{
    pthread_mutex_lock(&web.lock);
    serves.stall = true;
    pthread_mutex_unlock(&web.lock);
}

static void start(void)
{
    const char *args[] = {"--fetch-http", "--fetch-allow", "127.0.0.1", NULL};

    daemon_start(&d, args);
}

static void setup(void)
{
    web = (struct web_server){.respond = respond};
    web_server_start(&web, NULL);
    daemon_init(&d);
    start();
    serve("200 OK", "Content-Type: text/csv\r\nETag: \"v1\"\r\n",
          "month,value\n2020-01,1\n2020-02,2\n2020-03,3\n");
}

static void teardown(void)
{
    reply_release(&r);
    web_server_stop(&web);
    daemon_free(&d);
}

static const char *source_of(const char *path, const char *every)
{
    (void)snprintf(body, sizeof body, "{\"source\":{\"url\":\"%s%s\",\"every\":\"%s\"}}", web.url,
                   path, every);
    return body;
}

static void put_source(const char *target, const char *path, long expect)
{
    put(&r, &d, target, "application/json", source_of(path, "1h"), expect);
}

static void says(const char *text)
{
    ck_assert_msg(r.body && strstr(r.body, text) != NULL, "no '%s' in %s", text, r.body);
}

/* Asks until the text is in the answer. */
static void wait_for(const char *path, const char *text)
{
    int64_t until = now_ms() + DEADLINE_MS;

    do {
        get(&r, &d, path, 200);
        if (strstr(r.body, text))
            return;
        poll(NULL, 0, 20);
    } while (now_ms() < until);
    ck_abort_msg("no '%s' in %s", text, r.body);
}

START_TEST(a_source_is_fetched_at_once)
{
    put_source("/v1/datasets/a?fill=previous", "/a.csv", 201);
    ck_assert_str_eq(text_at(r.json, "source.etag"), "\"v1\"");
    ck_assert_str_eq(text_at(r.json, "source.every"), "1h");
    ck_assert_str_eq(text_at(r.json, "source.parameters.fill"), "previous");
    ck_assert_str_eq(text_at(r.json, "fill"), "previous");
    ck_assert(cJSON_IsNull(at(r.json, "source.last_error")));
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 3);
    get(&r, &d, "/v1/datasets/a", 200);
    ck_assert_str_gt(text_at(r.json, "source.next_fetch"), text_at(r.json, "source.last_fetch"));
    get(&r, &d, "/v1/datasets/a/source", 200);
    get(&r, &d, "/v1/datasets", 200);
    says("\"every\":\"1h\"");
    get(&r, &d, "/metrics", 200);
    says("lstmd_fetches_total{result=\"changed\"} 1\n");
    ck_assert(web_last_has(&web, "GET /a.csv HTTP/1.1"));
}
END_TEST

START_TEST(an_unchanged_content_writes_nothing)
{
    char updated[64], changed[64];

    put_source("/v1/datasets/a", "/a.csv", 201);
    (void)snprintf(updated, sizeof updated, "%s", text_at(r.json, "updated_at"));
    (void)snprintf(changed, sizeof changed, "%s", text_at(r.json, "source.last_change"));
    post(&r, &d, "/v1/datasets/a/fetch", "", 200);
    ck_assert(web_last_has(&web, "If-None-Match: \"v1\""));
    serve("200 OK", "Content-Type: text/csv\r\n", "month,value\n2020-01,1\n2020-02,2\n2020-03,3\n");
    post(&r, &d, "/v1/datasets/a/fetch", "", 200);
    ck_assert_str_eq(text_at(r.json, "updated_at"), updated);
    ck_assert_str_eq(text_at(r.json, "source.last_change"), changed);
    get(&r, &d, "/metrics", 200);
    says("lstmd_fetches_total{result=\"unchanged\"} 2\n");
    /* Rows that a client appended go when the content is fetched again. */
    put(&r, &d, "/v1/datasets/b", "text/csv", "x", 422);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/a/rows",
                                .type = "text/csv",
                                .body = "month,value\n2020-04,9\n"});
    expect_status(&r, 200, "rows");
    post(&r, &d, "/v1/datasets/a/fetch", "", 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 3);
}
END_TEST

START_TEST(a_changed_content_replaces_the_data)
{
    put_source("/v1/datasets/a", "/a.csv", 201);
    serve("200 OK", "Content-Type: application/octet-stream\r\nETag: \"v2\"\r\n",
          "month,value\n2021-01,5\n2021-02,6\n");
    post(&r, &d, "/v1/datasets/a/fetch", "", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.end"), "2021-02");
    ck_assert_str_eq(text_at(r.json, "source.etag"), "\"v2\"");
    serve("200 OK", "Content-Type: text/csv\r\n", "month;value\n2021-01;1,5\n2021-02;2,5\n");
    post(&r, &d, "/v1/datasets/a/fetch", "", 200);
    says("\"notes\":[{\"code\":");
    get(&r, &d, "/v1/datasets/a/source", 200);
    says("\"notes\":[{\"code\":");
    serve("200 OK", "Content-Type: application/json\r\n",
          "{\"values\":[1,2,3,4],\"start\":\"2022-01\",\"frequency\":\"M\"}");
    post(&r, &d, "/v1/datasets/a/fetch", "", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.end"), "2022-04");
}
END_TEST

START_TEST(a_first_fetch_that_fails_changes_nothing)
{
    serve("404 Not Found", "", "no");
    put_source("/v1/datasets/a", "/none.csv", 422);
    says("status 404");
    says("/source/url");
    get(&r, &d, "/v1/datasets/a/source", 404);
    put_source("/v1/datasets/a", "/to-private", 422);
    says("10.0.0.1");
    put_source("/v1/datasets/a", "/to-file", 422);
    says("file://");
    serve("200 OK", "Content-Type: text/html\r\n", "<p>Log in</p>");
    put_source("/v1/datasets/a", "/page", 415);
    serve("200 OK", "Content-Type: text/csv\r\n", "month,value\n2020-01,1\n2020-01,2\n");
    put_source("/v1/datasets/a", "/twice.csv", 422);
    says("\"line\":3");
    get(&r, &d, "/v1/datasets/a", 404);
    /* The source before stays. */
    serve("200 OK", "Content-Type: text/csv\r\n", "month,value\n2020-01,1\n2020-02,2\n");
    put_source("/v1/datasets/a", "/a.csv", 201);
    serve("500 Oops", "", "");
    put_source("/v1/datasets/a", "/b.csv", 422);
    get(&r, &d, "/v1/datasets/a/source", 200);
    says("/a.csv");
}
END_TEST

START_TEST(a_later_failure_is_shown_and_the_data_stay)
{
    put_source("/v1/datasets/a", "/a.csv", 201);
    serve("503 Busy", "Retry-After: 7200\r\n", "");
    post(&r, &d, "/v1/datasets/a/fetch", "", 422);
    says("status 503");
    get(&r, &d, "/v1/datasets/a", 200);
    ck_assert_int_eq((int)number_at(r.json, "source.failures"), 1);
    ck_assert_int_eq((int)number_at(r.json, "source.last_error.status"), 422);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 3);
    get(&r, &d, "/metrics", 200);
    says("lstmd_sources_failing 1\n");
}
END_TEST

static const struct {
    const char *source, *place;
    long status;
} wrong[] = {
    {"{\"url\":\"ftp://x.test/a\",\"every\":\"1h\"}", "/source/url", 422},
    {"{\"url\":\"https://x.test/a\"}", "every", 422},
    {"{\"url\":\"https://x.test/a\",\"every\":\"1s\"}", "/source/every", 422},
    {"{\"url\":\"https://x.test/a\",\"every\":\"1 hour\"}", "/source/every", 422},
    {"{\"url\":\"https://x.test/a\",\"every\":3600}", "/source/every", 422},
    {"{\"url\":\"https://x.test/a\",\"every\":\"1h\",\"evry\":1}", "evry", 422},
    {"{\"url\":\"https://u:p@x.test/a\",\"every\":\"1h\"}", "/source/url", 422},
    {"{\"prometheus\":\"https://x.test/\",\"every\":\"1h\"}", "query", 422},
    {"{\"prometheus\":\"https://x.test/\",\"query\":\"up\",\"every\":\"1h\"}", "step", 422},
    {"{\"prometheus\":\"https://x.test/?a\",\"query\":\"up\",\"step\":\"1m\",\"every\":\"1h\"}",
     "/source/prometheus", 422},
    {"[]", "/source", 422},
    {"null", "/source", 422},
};

START_TEST(a_wrong_source_is_refused_at_the_edge)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)snprintf(body, sizeof body, "{\"source\":%s}", wrong[i].source);
        put(&r, &d, "/v1/datasets/a", "application/json", body, wrong[i].status);
        says(wrong[i].place);
    }
    put(&r, &d, "/v1/datasets/a", "application/json", "{\"source\":{},\"values\":[1]}", 422);
    put(&r, &d, "/v1/datasets/a?dry_run=1", "application/json", source_of("/a.csv", "1h"), 400);
    put(&r, &d, "/v1/datasets/a?wait=3", "text/csv", "value\n1\n2\n", 400);
    post(&r, &d, "/v1/datasets/a/fetch", "", 404);
    ck_assert_int_eq(web_requests(&web), 0);
}
END_TEST

START_TEST(content_of_a_client_ends_the_source)
{
    put_source("/v1/datasets/a", "/a.csv", 201);
    put(&r, &d, "/v1/datasets/a", "text/csv", "value\n1\n2\n", 200);
    ck_assert(cJSON_IsNull(at(r.json, "source")));
    get(&r, &d, "/v1/datasets/a/source", 404);
    put_source("/v1/datasets/a", "/a.csv", 200);
    del(&r, &d, "/v1/datasets/a/source", 204);
    get(&r, &d, "/v1/datasets/a", 200);
    put_source("/v1/datasets/a", "/a.csv", 200);
    del(&r, &d, "/v1/datasets/a", 204);
    get(&r, &d, "/v1/datasets/a/source", 404);
    stall();
    put(&r, &d, "/v1/datasets/b?wait=0", "application/json", source_of("/b.csv", "1h"), 202);
    get(&r, &d, "/v1/datasets/b", 404);
    says("not fetched yet");
    del(&r, &d, "/v1/datasets/b", 204);
    get(&r, &d, "/v1/datasets/b/source", 404);
}
END_TEST

START_TEST(it_is_fetched_again_when_it_is_due)
{
    int64_t until = now_ms() + DEADLINE_MS;

    put(&r, &d, "/v1/datasets/a", "application/json", source_of("/a.csv", "5s"), 201);
    serve("200 OK", "Content-Type: text/csv\r\n", "month,value\n2030-01,1\n2030-02,2\n");
    while (web_requests(&web) < 2 && now_ms() < until)
        poll(NULL, 0, 20);
    wait_for("/v1/datasets/a", "\"end\":\"2030-02\"");
}
END_TEST

START_TEST(a_silent_server_holds_up_neither_requests_nor_the_end)
{
    int64_t began;

    stall();
    put(&r, &d, "/v1/datasets/a?wait=0", "application/json", source_of("/a.csv", "1h"), 202);
    put(&r, &d, "/v1/datasets/b?wait=0", "application/json", source_of("/b.csv", "1h"), 202);
    put(&r, &d, "/v1/datasets/c?wait=1", "application/json", source_of("/c.csv", "1h"), 202);
    ck_assert(cJSON_IsNull(at(r.json, "last_fetch")));
    put(&r, &d, "/v1/datasets/d", "text/csv", "value\n1\n2\n", 201);
    began = now_ms();
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    ck_assert_int_lt(now_ms() - began, 8000);
    serve("200 OK", "Content-Type: text/csv\r\n", "month,value\n2020-01,1\n2020-02,2\n");
    start();
    wait_for("/v1/datasets/a/source", "\"last_error\":null,\"etag\":null");
    wait_for("/v1/datasets/c/source", "\"failures\":0");
}
END_TEST

START_TEST(a_fetch_that_was_cut_off_is_done_after_the_restart)
{
    int64_t until = now_ms() + DEADLINE_MS;

    stall();
    put(&r, &d, "/v1/datasets/a?wait=0", "application/json", source_of("/a.csv", "1h"), 202);
    while (web_requests(&web) < 1 && now_ms() < until)
        poll(NULL, 0, 10);
    daemon_kill(&d);
    serve("200 OK", "Content-Type: text/csv\r\n", "month,value\n2020-01,1\n2020-02,2\n");
    start();
    wait_for("/v1/datasets", "\"name\":\"a\"");
    get(&r, &d, "/v1/datasets/a", 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 2);
}
END_TEST

START_TEST(without_permission_nothing_private_is_fetched)
{
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    daemon_start(&d, (const char *[]){"--fetch-http", NULL});
    put_source("/v1/datasets/a", "/a.csv", 422);
    says("127.0.0.1");
    says("fetch_allow");
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    daemon_start(&d, NULL);
    put_source("/v1/datasets/a", "/a.csv", 403);
    says("fetch_http");
    ck_assert_int_eq(web_requests(&web), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sources");
    TCase *t = tcase_create("sources");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_source_is_fetched_at_once);
    tcase_add_test(t, an_unchanged_content_writes_nothing);
    tcase_add_test(t, a_changed_content_replaces_the_data);
    tcase_add_test(t, a_first_fetch_that_fails_changes_nothing);
    tcase_add_test(t, a_later_failure_is_shown_and_the_data_stay);
    tcase_add_test(t, a_wrong_source_is_refused_at_the_edge);
    tcase_add_test(t, content_of_a_client_ends_the_source);
    tcase_add_test(t, it_is_fetched_again_when_it_is_due);
    tcase_add_test(t, a_silent_server_holds_up_neither_requests_nor_the_end);
    tcase_add_test(t, a_fetch_that_was_cut_off_is_done_after_the_restart);
    tcase_add_test(t, without_permission_nothing_private_is_fetched);
    suite_add_tcase(s, t);
    return suite_run(s);
}
