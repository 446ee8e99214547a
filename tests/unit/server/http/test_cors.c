/* test_cors.c - pages of other origins: allowed ones, preflights, and the headers of responses. */
#include "server/http/cors.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LIST     "https://app.example.com, http://localhost:3000 https://[2001:db8::1]:8443"

static const struct {
    const char *origin, *list;
    bool allowed;
} rows[] = {
    {"https://app.example.com", LIST, true},
    {"https://APP.example.com", LIST, true},
    {"https://app.example.com:443", LIST, true},
    {"http://localhost:3000", LIST, true},
    {"https://[2001:0db8::1]:8443", LIST, true},
    {"http://app.example.com", LIST, false},
    {"https://app.example.com:8443", LIST, false},
    {"https://app.example.com.evil.test", LIST, false},
    {"https://evil.test/https://app.example.com", LIST, false},
    {"https://x.app.example.com", LIST, false},
    {"http://localhost", LIST, false},
    {"https://localhost:3000", LIST, false},
    {"null", LIST, false},
    {"", LIST, false},
    {NULL, LIST, false},
    {"https://app.example.com", "", false},
    {"https://app.example.com", NULL, false},
    {"https://anybody.test", "*", true},
    {"null", "*", true},
    {NULL, "*", false},
};

START_TEST(origins_are_compared_whole)
{
    ck_assert_msg(cors_allowed(rows[_i].origin, rows[_i].list) == rows[_i].allowed, "%s",
                  rows[_i].origin ? rows[_i].origin : "(none)");
}
END_TEST

START_TEST(lists_are_checked)
{
    static const char *const good[] = {"", "*", LIST, "http://a", " http://a , http://b:1 "};
    static const char *const bad[] = {"a",           "a.example.com", "https://",    "https://a/",
                                      "ftp://a",     "null",          "https://a b", "https://a:x",
                                      "https://*.a", "http://u@a"};

    for (size_t i = 0; i < COUNT(good); i++)
        ck_assert_msg(http_origins_ok(good[i]), "%s", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        ck_assert_msg(!http_origins_ok(bad[i]), "%s", bad[i]);
}
END_TEST

/* ---- from a server ---- */

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static void setup(void)
{
    toy_init(&toy);
    toy.config.api_key = "secret";
    toy.config.cors_origins = LIST;
}

static void teardown(void)
{
    toy_stop(&toy);
}

#define HOST    "Host: x\r\n"
#define END     "Connection: close\r\n\r\n"
#define KEY     "Authorization: Bearer secret\r\n"
#define APP     "Origin: https://app.example.com\r\n"
#define EVIL    "Origin: https://evil.test\r\n"
#define ASK     "Access-Control-Request-Method: PUT\r\n"
#define OPTIONS "OPTIONS /echo/a HTTP/1.1\r\n" HOST

static void ask(const char *request, int status)
{
    int got = toy_ask(&toy, answer, sizeof(answer), request);

    ck_assert_msg(got == status, "%d: %.500s", got, answer);
}

static bool has(const char *text)
{
    return strstr(answer, text) != NULL;
}

START_TEST(a_preflight_needs_no_key)
{
    toy_start(&toy);
    ask(OPTIONS APP ASK "Access-Control-Request-Headers: authorization,if-match\r\n" END, 204);
    ck_assert(has("\r\nAccess-Control-Allow-Origin: https://app.example.com\r\n"));
    ck_assert(has("\r\nAccess-Control-Allow-Methods: GET, HEAD, PUT, OPTIONS\r\n"));
    ck_assert(has("Authorization,") && has("If-Match,") && has("X-Api-Key,"));
    ck_assert(has("\r\nVary: "));
    ck_assert(has("Access-Control-Max-Age: 600"));
    ck_assert(!has("Access-Control-Allow-Private-Network"));
    ask(OPTIONS APP ASK "Access-Control-Request-Private-Network: true\r\n" END, 204);
    ck_assert(has("\r\nAccess-Control-Allow-Private-Network: true\r\n"));
}
END_TEST

START_TEST(strangers_are_allowed_nothing)
{
    toy_start(&toy);
    ask(OPTIONS EVIL ASK END, 204);
    ck_assert(!has("Access-Control-"));
    ask("GET /hello HTTP/1.1\r\n" HOST KEY EVIL END, 200);
    ck_assert(!has("Access-Control-"));
    ck_assert(has("\r\nVary: Origin\r\n")); /* a cache must not hand it to the one who may */
    ask("PUT /echo/a HTTP/1.1\r\n" HOST KEY EVIL "Content-Length: 1\r\n" END "x", 403);
    ck_assert(has("cors_origins"));
    ck_assert_int_eq(atomic_load(&toy.handled), 1);
}
END_TEST

/* A page has to see errors as well. */
START_TEST(allowed_pages_read_and_change)
{
    toy_start(&toy);
    ask("GET /hello HTTP/1.1\r\n" HOST KEY APP END, 200);
    ck_assert(has("\r\nAccess-Control-Allow-Origin: https://app.example.com\r\n"));
    ck_assert(has("\r\nAccess-Control-Expose-Headers: ETag,"));
    ask("PUT /echo/a HTTP/1.1\r\n" HOST KEY APP
        "Sec-Fetch-Site: cross-site\r\nContent-Length: 1\r\n" END "x",
        200);
    ask("GET /read HTTP/1.1\r\n" HOST APP END, 401);
    ck_assert(has("\r\nAccess-Control-Allow-Origin: https://app.example.com\r\n"));
    ask("GET /nowhere HTTP/1.1\r\n" HOST KEY APP END, 404);
    ck_assert(has("\r\nAccess-Control-Allow-Origin: https://app.example.com\r\n"));
    ask("GET /hello HTTP/1.1\r\n" HOST KEY APP "If-None-Match: \"v1\"\r\n" END, 304);
    ck_assert(has("\r\nAccess-Control-Allow-Origin: https://app.example.com\r\n"));
}
END_TEST

/* On one connection, as a proxy would send them, of an answer that is shared. */
START_TEST(an_answer_is_not_kept_for_another_page)
{
    static const char request[] =
        "GET /shared/a HTTP/1.1\r\n" HOST KEY APP "\r\n"
        "GET /shared/a HTTP/1.1\r\n" HOST KEY "Origin: http://localhost:3000\r\n\r\n"
        "GET /shared/a HTTP/1.1\r\n" HOST KEY EVIL END;

    toy_start(&toy);
    ask(request, 200);
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 200"), 3);
    ck_assert_int_eq(toy_count(answer, "Access-Control-Allow-Origin: "), 2);
    ck_assert_int_eq(toy_count(answer, "Allow-Origin: http://localhost:3000\r\n"), 1);
}
END_TEST

START_TEST(without_a_list_nothing_is_sent)
{
    toy.config.cors_origins = "";
    toy_start(&toy);
    ask(OPTIONS APP ASK END, 204);
    ck_assert(!has("Access-Control-") && !has("Vary"));
    ask("PUT /echo/a HTTP/1.1\r\n" HOST KEY APP "Content-Length: 1\r\n" END "x", 403);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http cors");
    TCase *t = tcase_create("http cors"), *real = tcase_create("http cors server");

    tcase_add_loop_test(t, origins_are_compared_whole, 0, (int)COUNT(rows));
    tcase_add_test(t, lists_are_checked);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(real, setup, teardown);
    tcase_add_test(real, a_preflight_needs_no_key);
    tcase_add_test(real, strangers_are_allowed_nothing);
    tcase_add_test(real, allowed_pages_read_and_change);
    tcase_add_test(real, an_answer_is_not_kept_for_another_page);
    tcase_add_test(real, without_a_list_nothing_is_sent);
    suite_add_tcase(s, real);
    return suite_run(s);
}
