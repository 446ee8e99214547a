/* test_adapter.c - connections come and go: clients that leave anywhere, and one that stays. */
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static void setup(void)
{
    toy_init(&toy);
    toy_start(&toy);
}

static void teardown(void)
{
    toy_stop(&toy);
}

#define END "Host: x\r\nConnection: close\r\n\r\n"

START_TEST(clients_that_go_away)
{
    static const char *const parts[] = {
        "",
        "G",
        "GET /hello HTTP/1.1\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\n",
        "PUT /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
        "PUT /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
        "GET /big HTTP/1.1\r\nHost: x\r\n\r\n"};

    for (int i = 0; i < 70; i++) {
        const char *part = parts[i % 7];
        int fd = toy_connect(&toy, 10);
        const struct linger reset = {.l_onoff = 1, .l_linger = 0};

        toy_send(fd, part, strlen(part));
        if (i % 2)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        close(fd);
    }
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /hello HTTP/1.1\r\n" END), 200);
}
END_TEST

static size_t collect(char *data, size_t size, size_t n, void *ctx)
{
    buf_add(ctx, data, size * n);
    return size * n;
}

START_TEST(curl_reuses_its_connection)
{
    CURL *c = curl_easy_init();
    char url[128];
    long connects = 0, status = 0;
    int total = 0;
    struct buf b;

    ck_assert_ptr_nonnull(c);
    buf_init(&b, 1 << 16);
    for (int i = 0; i < 20; i++) {
        snprintf(url, sizeof(url), "%s/%s", http_url(toy.http), i % 3 ? "hello" : "nothing");
        curl_easy_setopt(c, CURLOPT_URL, url);
        curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
        curl_easy_setopt(c, CURLOPT_WRITEDATA, &b);
        ck_assert_int_eq(curl_easy_perform(c), CURLE_OK);
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
        ck_assert_int_eq(status, i % 3 ? 200 : 404);
        curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &connects);
        total += (int)connects;
    }
    ck_assert_int_eq(total, 1);
    ck_assert_uint_eq(http_connections(toy.http), 1);
    curl_easy_cleanup(c);
    buf_release(&b);
}
END_TEST

/* Escapes are decoded once, by the router. */
START_TEST(an_escaped_escape_stays)
{
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), "GET /echo/%2541 HTTP/1.1\r\n" END),
                     200);
    ck_assert_ptr_nonnull(strstr(answer, "name %41\n"));
}
END_TEST

START_TEST(connections_that_end_are_forgotten)
{
    for (int i = 0; i < 10; i++)
        close(toy_connect(&toy, 10));
    for (int i = 0; i < 2000 && http_connections(toy.http) > 0; i++)
        usleep(5000);
    ck_assert_uint_eq(http_connections(toy.http), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http adapter");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, clients_that_go_away);
    tcase_add_test(t, curl_reuses_its_connection);
    tcase_add_test(t, an_escaped_escape_stays);
    tcase_add_test(t, connections_that_end_are_forgotten);
    suite_add_tcase(s, t);
    return suite_run(s);
}
