/* test_inner.c - requests that a handler makes for its client: they are refused, wait, move, are
 * audited and limited like the client's own. */
#include "server/http/inner.h"

#include "server/base/clock.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];
static atomic_int began, put_done, refused, made;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char
    noted[200]; /* under lock: the last event of the audit, as the server's threads note it */

/* ---- the routes that are asked ---- */

static void get_thing(void *app, const struct http_req *rq, struct http_res *rs)
{
    char text[700];
    const char *wanted = http_header(rq, "Accept"), *limit = http_query(rq, "limit");

    (void)app;
    snprintf(text, sizeof(text), "%s %s lane %d accept %s limit %s body %s type %s cookie %s",
             rq->path, rq->param[0], (int)rq->lane, wanted ? wanted : "-", limit ? limit : "-",
             rq->body, rq->content_type, http_header(rq, "Cookie") ? "yes" : "no");
    http_res_copy(rs, 200, "text/plain", text, strlen(text));
}

static void put_thing(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    atomic_fetch_add(&made, 1);
    http_res_copy(rs, 201, "text/plain", rq->body, rq->body_len);
    http_res_header(rs, "Location", rq->path);
}

static void get_patience(void *app, const struct http_req *rq, struct http_res *rs)
{
    char text[64];

    (void)app;
    if (!rq->waited) {
        http_res_wait(rs, "patience", clock_monotonic_ms() + 20);
        return;
    }
    snprintf(text, sizeof(text), "waited, over %d", rq->wait_over);
    http_res_copy(rs, 200, "text/plain", text, strlen(text));
}

static void get_patience_twice(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    (void)rq;
    http_res_wait(rs, "patience", clock_monotonic_ms() + 20);
}

static void get_heavy(void *app, const struct http_req *rq, struct http_res *rs)
{
    char text[32];

    (void)app;
    if (http_move(rs, rq, HTTP_BULK))
        return;
    snprintf(text, sizeof(text), "lane %d", (int)rq->lane);
    http_res_copy(rs, 200, "text/plain", text, strlen(text));
}

/* Responds with as many bytes as the name in the path says. */
static void get_long(void *app, const struct http_req *rq, struct http_res *rs)
{
    long n = strtol(rq->param[0], NULL, 10);
    struct buf b;

    (void)app;
    http_res_open(rs, &b, 64 << 20);
    for (long i = 0; i < n; i++)
        buf_puts(&b, i == 0 ? "<" : i == n - 1 ? ">" : "x");
    http_res_buf(rs, 200, "text/plain", &b);
}

static const struct http_route asked[] = {
    {HTTP_GET, "/things/{name}", get_thing, "limit", false, ACCESS_READ, HTTP_READ},
    {HTTP_PUT, "/things/{name}", put_thing, "dry_run", true, ACCESS_TRAIN, HTTP_WRITE},
    {HTTP_GET, "/patience", get_patience, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_GET, "/patience/twice", get_patience_twice, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_GET, "/heavy", get_heavy, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_GET, "/long/{name}", get_long, NULL, false, ACCESS_READ, HTTP_READ},
};
enum { ASKED = sizeof(asked) / sizeof(asked[0]) };

/* ---- the route that asks ---- */

/* /outer/NUMBER/NAME?limit=&counts=; the name "lines" stands for one that no path may have. */
static void outer(void *app, const struct http_req *rq, struct http_res *rs)
{
    const char *limit = http_query(rq, "limit");
    bool lines = strcmp(rq->param[1], "lines") == 0;
    const struct http_pair query = {"limit", limit};
    const struct http_inner in = {.route = &asked[strtol(rq->param[0], NULL, 10)],
                                  .param = {lines ? "a\nb" : rq->param[1]},
                                  .query = &query,
                                  .num_query = limit ? 1 : 0,
                                  .body = "inside",
                                  .body_len = 6,
                                  .content_type = "text/inner",
                                  .accept = "text/plain",
                                  .counts = http_query(rq, "counts") != NULL};
    struct http_reply a = {0};
    const char *place;
    char text[1200];

    if (!http_inner_ask(&a, app, rq, rs, &in))
        return;
    place = http_reply_header(&a, "Location");
    snprintf(text, sizeof(text), "%d %s %s %zu: %.3s...%.700s", a.status, a.type,
             place ? place : "-", a.len, a.data, a.len > 700 ? a.data + a.len - 1 : a.data);
    ck_assert_int_eq(a.data[a.len], '\0');
    http_reply_release(&a);
    http_res_copy(rs, 200, "text/plain", text, strlen(text));
}

static struct http_route routes[ASKED + 1] = {{HTTP_POST, "/outer/{number}/{thing}", outer,
                                               "limit counts", true, ACCESS_KEY, HTTP_INLINE,
                                               .reads = true}};

static const struct http_parameter parameters[] = {
    {"limit", HTTP_INTEGER, 1, 9}, {"counts", HTTP_FLAG}, {"dry_run", HTTP_FLAG}};

/* ---- keys and the audit ---- */

static bool needed(void *app)
{
    (void)app;
    return true;
}

/* The key r reads things of the name a*, three times a minute; w may do everything but administer
 * keys. */
static enum http_key_state find(void *app, const char *sent, struct access *out)
{
    (void)app;
    *out = (struct access){.id = sent[0], .scopes = SCOPE_READ};
    snprintf(out->name, sizeof(out->name), "%.1s", sent);
    if (sent[0] == 'r') {
        snprintf(out->names, sizeof(out->names), "a*");
        out->limit[LIMIT_REQUESTS] = 3;
    } else {
        out->scopes |= SCOPE_TRAIN;
    }
    return HTTP_KEY_VALID;
}

static enum status begin(void *app, const struct http_req *rq, struct err *e)
{
    (void)app;
    atomic_fetch_add(&began, 1);
    return strcmp(rq->path, "/things/full") == 0 ? err_set(e, ST_QUOTA, "all used up") : ST_OK;
}

static void note(const struct http_event *event)
{
    pthread_mutex_lock(&lock);
    snprintf(noted, sizeof(noted), "%s %s %d", event->route->pattern, event->resource,
             event->status);
    pthread_mutex_unlock(&lock);
}

static void expect_noted(const char *text)
{
    pthread_mutex_lock(&lock);
    ck_assert_str_eq(noted, text);
    pthread_mutex_unlock(&lock);
}

static void done(void *app, const struct http_event *event)
{
    (void)app;
    atomic_fetch_add(&put_done, 1);
    note(event);
}

static void tell_refused(void *app, const struct http_event *event)
{
    (void)app;
    atomic_fetch_add(&refused, 1);
    note(event);
}

static const struct http_keyring keyring = {needed, find};
static const struct http_audit audit = {begin, done, tell_refused};

static void setup(void)
{
    toy_init(&toy);
    memcpy(routes + 1, asked, sizeof(asked));
    toy.config.routes = routes;
    toy.config.num_routes = ASKED + 1;
    toy.config.parameters = parameters;
    toy.config.num_parameters = 3;
    toy.config.keyring = &keyring;
    toy.config.audit = &audit;
    noted[0] = '\0'; /* no other thread is there yet */
    toy_start(&toy);
    atomic_store(&began, 0);
    atomic_store(&put_done, 0);
    atomic_store(&refused, 0);
    atomic_store(&made, 0);
}

static void teardown(void)
{
    toy_stop(&toy);
}

/* Posts to /outer/TARGET with the key. */
static void expect_of(const char *key, const char *target, const char *text)
{
    char request[900];

    snprintf(request, sizeof(request),
             "POST /outer/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: %s\r\n"
             "Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
             target, key);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), request), 200);
    ck_assert_msg(strstr(answer, text) != NULL, "'%s' is not in %s", text, answer);
}

START_TEST(an_inner_request_sees_only_what_it_was_given)
{
    expect_of("w", "0/apple?limit=3",
              "200 text/plain - 90: /th.../things/apple apple lane 3 accept text/plain limit 3 "
              "body inside type text/inner cookie no");
}
END_TEST

START_TEST(its_name_and_its_query_are_checked)
{
    char target[700];

    expect_of("w", "0/apple?limit=9", "limit 9");
    expect_of("w", "1/apple?limit=3", "unknown query parameter 'limit'");
    expect_of("w", "0/lines", "400 application/problem+json");
    expect_of("w", "1/apple?limit=3", "unknown query parameter 'limit'");
    snprintf(target, sizeof(target), "0/%0512d", 7);
    expect_of("w", target, "200 text/plain");
    ck_assert_int_eq(atomic_load(&made), 0);
    ck_assert_int_eq(atomic_load(&put_done), 0);
}
END_TEST

START_TEST(the_key_must_have_the_scope_and_the_name)
{
    expect_of("r", "0/apple", "200 text/plain");
    expect_of("r", "0/pear", "403 application/problem+json");
    ck_assert_int_eq(toy_count(answer, "is for names that match 'a*'; 'pear' does not"), 1);
    expect_noted("/things/{name} /things/pear 403");
    expect_of("r", "1/apple", "403 application/problem+json");
    ck_assert_int_eq(toy_count(answer, "this needs a key with the scope train"), 1);
    expect_noted("/things/{name} /things/apple 403");
    ck_assert_int_eq(atomic_load(&refused), 2);
    ck_assert_int_eq(atomic_load(&made), 0);
    ck_assert_int_eq(atomic_load(&began), 0);
}
END_TEST

START_TEST(a_change_is_in_the_audit)
{
    expect_of("w", "1/apple", "201 text/plain /things/apple 6: ins...inside");
    ck_assert_int_eq(atomic_load(&began), 1);
    ck_assert_int_eq(atomic_load(&put_done), 1);
    expect_noted("/things/{name} /things/apple 201");
    expect_of("w", "1/full", "429 application/problem+json");
    ck_assert_int_eq(atomic_load(&made), 1);
    expect_of("w", "0/apple", "200");
    ck_assert_int_eq(atomic_load(&put_done), 1);
}
END_TEST

START_TEST(it_waits_and_moves_like_the_clients_own)
{
    expect_of("w", "2/x", "waited, over 1");
    expect_of("w", "3/x", "503 application/problem+json");
    expect_of("w", "4/x", "lane 0");
}
END_TEST

START_TEST(a_long_response_is_whole_or_refused)
{
    expect_of("w", "5/700", "200 text/plain - 700: <xx...<xx");
    expect_of("w", "5/3000000", "200 text/plain - 3000000: <xx...>");
    expect_of("w", "5/8388608", "200 text/plain - 8388608: <xx...>");
    expect_of("w", "5/8388609", "413 application/problem+json");
}
END_TEST

/* Of the three requests in a minute, each from outside is one, and so is an inner one with
 * counts=1. */
START_TEST(an_inner_request_can_take_from_the_limit)
{
    expect_of("r", "0/apple?counts=1", "200 text/plain");
    expect_of("r", "0/apple?counts=1", "429 application/problem+json");
    ck_assert_int_eq(toy_count(answer, "the key 'r' may send 3 requests a minute"), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("inner");
    TCase *tc = tcase_create("server");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, an_inner_request_sees_only_what_it_was_given);
    tcase_add_test(tc, its_name_and_its_query_are_checked);
    tcase_add_test(tc, the_key_must_have_the_scope_and_the_name);
    tcase_add_test(tc, a_change_is_in_the_audit);
    tcase_add_test(tc, it_waits_and_moves_like_the_clients_own);
    tcase_add_test(tc, a_long_response_is_whole_or_refused);
    tcase_add_test(tc, an_inner_request_can_take_from_the_limit);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
