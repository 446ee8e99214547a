/* test_post.c - the POST of an attempt over a real connection, and where it may not go. */
#include "server/webhooks/post.h"

#include "server/client/outbound.h"
#include "tests/unit/server/client/web_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct web_server web;
static struct outbound_rules rules;
static atomic_bool stop;
static struct webhook_reply reply;
static struct err e;

static void respond(void *ctx, struct web_exchange *x)
{
    (void)ctx;
    if (strcmp(x->path, "/redirect") == 0)
        web_answer(x, "302 Found", "Location: http://169.254.169.254/\r\n", "");
    else if (strcmp(x->path, "/busy") == 0)
        web_answer(x, "503 Service Unavailable", "Retry-After: 7\r\n", "busy");
    else if (strcmp(x->path, "/garbage") == 0)
        buf_puts(&x->answer, "\x01\x02 no HTTP\r\n\r\n");
    else if (strcmp(x->path, "/long") == 0)
        for (int i = 0; i < 100000; i++)
            buf_puts(&x->answer, i ? "more and more\n" : "HTTP/1.1 200 OK\r\n\r\n");
    else if (strcmp(x->path, "/stall") == 0)
        x->stall = true;
    else
        web_answer(x, "202 Accepted", "", "thanks");
}

static void setup(void)
{
    web = (struct web_server){.respond = respond};
    rules = (struct outbound_rules){.http = true, .allow = "127.0.0.0/8"};
    reply = (struct webhook_reply){0};
    e = (struct err){0};
    atomic_store(&stop, false);
    ck_assert_int_eq(outbound_start(&e), ST_OK);
    web_server_start(&web, NULL);
}

static void teardown(void)
{
    web_server_stop(&web);
    outbound_stop();
}

static enum status post(const char *path, int64_t timeout_ms)
{
    static const char *const headers[] = {"webhook-id: msg_1", "Content-Type: application/json",
                                          NULL};
    char url[200];

    snprintf(url, sizeof(url), "%s%s", web.url, path);
    return post_send(&reply,
                     &(struct webhook_post){.url = url,
                                            .headers = headers,
                                            .body = "{\"a\":1}",
                                            .timeout_ms = timeout_ms,
                                            .stop = &stop},
                     &rules, &e);
}

START_TEST(the_receiver_gets_headers_and_body)
{
    ck_assert_msg(post("/hook?x=1", 10000) == ST_OK, "%s", e.message);
    ck_assert_int_eq(reply.status, 202);
    ck_assert(web_last_has(&web, "POST /hook?x=1 HTTP/1.1\r\n"));
    ck_assert(web_last_has(&web, "\r\nwebhook-id: msg_1\r\n"));
    ck_assert(web_last_has(&web, "\r\n\r\n{\"a\":1}"));
}
END_TEST

START_TEST(a_redirect_is_a_reply)
{
    ck_assert_int_eq(post("/redirect", 10000), ST_OK);
    ck_assert_int_eq(reply.status, 302);
    ck_assert_int_eq(web_requests(&web), 1);
}
END_TEST

START_TEST(retry_after_is_read)
{
    ck_assert_int_eq(post("/busy", 10000), ST_OK);
    ck_assert_int_eq(reply.status, 503);
    ck_assert_int_eq(reply.retry_after, 7);
}
END_TEST

START_TEST(a_long_reply_is_not_kept)
{
    ck_assert_msg(post("/long", 10000) == ST_OK, "%s", e.message);
    ck_assert_int_eq(reply.status, 200);
}
END_TEST

START_TEST(garbage_and_silence_are_errors)
{
    ck_assert_int_eq(post("/garbage", 10000), ST_IO);
    ck_assert_uint_gt(strlen(e.message), 0);
    ck_assert_int_eq(post("/stall", 300), ST_IO);
    atomic_store(&stop, true);
    ck_assert_int_eq(post("/stall", 60000), ST_CANCELLED);
}
END_TEST

START_TEST(private_addresses_are_not_reached)
{
    rules.allow = "";
    ck_assert_int_eq(post("/hook", 10000), ST_FORBIDDEN);
    ck_assert_int_eq(web_requests(&web), 0);
}
END_TEST

START_TEST(urls_are_checked)
{
    ck_assert_int_eq(post_check_url("https://example.com/hook", NULL, &e), ST_OK);
    ck_assert_int_eq(post_check_url("http://example.com/hook", &rules, &e), ST_OK);
    ck_assert_int_eq(post_check_url("http://example.com/hook", NULL, &e), ST_INVALID);
    ck_assert_int_eq(e.status, ST_INVALID);
    ck_assert_int_eq(post_check_url("ftp://example.com/", &rules, &e), ST_INVALID);
    ck_assert_int_eq(post_check_url("https://user:secret@example.com/", &rules, &e), ST_INVALID);
    ck_assert_int_eq(post_check_url("", &rules, &e), ST_INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("post");
    TCase *t = tcase_create("post");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_receiver_gets_headers_and_body);
    tcase_add_test(t, a_redirect_is_a_reply);
    tcase_add_test(t, retry_after_is_read);
    tcase_add_test(t, a_long_reply_is_not_kept);
    tcase_add_test(t, garbage_and_silence_are_errors);
    tcase_add_test(t, private_addresses_are_not_reached);
    tcase_add_test(t, urls_are_checked);
    suite_add_tcase(s, t);
    return suite_run(s);
}
