/* test_exchange.c - requests, against a socket that answers what the test says. */
#include "server/client/exchange.h"

#include "tests/unit/suite.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Accepts one connection, reads until the request holds `until`, sends the answer and closes. */
struct peer {
    int listener;
    char url[64];
    const char *until, *answer;
    char request[65536];
    pthread_t thread;
};

static void *answer_once(void *peer)
{
    struct peer *p = peer;
    int fd = accept(p->listener, NULL, NULL);
    size_t n = 0;

    while (fd >= 0 && !strstr(p->request, p->until) && n + 1 < sizeof p->request) {
        ssize_t got = read(fd, p->request + n, sizeof p->request - 1 - n);

        if (got <= 0)
            break;
        n += (size_t)got;
    }
    if (fd >= 0 && write(fd, p->answer, strlen(p->answer)) < 0)
        p->answer = "";
    close(fd);
    return NULL;
}

static struct peer p;
static struct client *client;
static struct answer a;
static struct err e;

static void begin(const char *until, const char *answer)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;

    signal(SIGPIPE, SIG_IGN);
    p = (struct peer){.until = until, .answer = answer};
    p.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(p.listener, 0);
    ck_assert_int_eq(bind(p.listener, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(p.listener, 1), 0);
    ck_assert_int_eq(getsockname(p.listener, (struct sockaddr *)&at, &len), 0);
    snprintf(p.url, sizeof p.url, "http://127.0.0.1:%d/base/", ntohs(at.sin_port));
    ck_assert_int_eq(client_open(&client, &(struct client_options){.url = p.url, .key = "k3y"}, &e),
                     ST_OK);
    ck_assert_int_eq(pthread_create(&p.thread, NULL, answer_once, &p), 0);
}

static void end(void)
{
    pthread_join(p.thread, NULL);
    close(p.listener);
    answer_release(&a);
    client_close(client);
    client = NULL;
}

static void has(const char *what)
{
    ck_assert_msg(strstr(p.request, what) != NULL, "no %s in %s", what, p.request);
}

START_TEST(a_request_has_its_parts)
{
    const struct exchange x = {.method = "POST",
                               .path = "/v1/x?a=b",
                               .type = "application/json",
                               .coding = "gzip",
                               .accept = "application/json",
                               .once = "o1",
                               .body = "[1]",
                               .len = 3};

    begin("[1]", "HTTP/1.1 201 Created\r\nContent-Type: application/json; charset=utf-8\r\n"
                 "Content-Length: 2\r\n\r\n{}");
    ck_assert_int_eq(client_send(&a, client, &x, &e), ST_OK);
    ck_assert_int_eq((int)a.status, 201);
    ck_assert_str_eq(a.type, "application/json");
    ck_assert_str_eq(a.body.data, "{}");
    has("POST /base/v1/x?a=b HTTP/1.1\r\n");
    has("Authorization: Bearer k3y\r\n");
    has("Content-Type: application/json\r\n");
    has("Content-Encoding: gzip\r\n");
    has("Accept: application/json\r\n");
    has("Idempotency-Key: o1\r\n");
    ck_assert_ptr_null(strstr(p.request, "Expect"));
    end();
}
END_TEST

START_TEST(a_file_is_sent_in_chunks_and_one_is_written)
{
    FILE *from = fmemopen((void *)(uintptr_t) "a,b\n", 4, "r"), *to;
    char *text = NULL;
    size_t len = 0;

    to = open_memstream(&text, &len);
    begin("0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
    ck_assert_int_eq(
        client_send(&a, client,
                    &(struct exchange){.method = "PUT", .path = "/", .from = from, .to = to}, &e),
        ST_OK);
    fclose(to);
    fclose(from);
    ck_assert_str_eq(text, "done");
    ck_assert_uint_eq(a.body.len, 0);
    has("4\r\na,b\n\r\n");
    ck_assert_ptr_null(strstr(p.request, "Content-Type"));
    free(text);
    end();
}
END_TEST

START_TEST(a_refusal_is_not_written_to_the_file)
{
    FILE *to = fopen("/dev/full", "w");

    begin("\r\n\r\n", "HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone");
    ck_assert_int_eq(
        client_send(&a, client, &(struct exchange){.method = "GET", .path = "/", .to = to}, &e),
        ST_OK);
    ck_assert_int_eq((int)a.status, 404);
    ck_assert_str_eq(a.body.data, "none");
    fclose(to);
    end();
}
END_TEST

START_TEST(an_output_that_fails_is_told)
{
    FILE *to = fopen("/dev/full", "w");

    setvbuf(to, NULL, _IONBF, 0);
    begin("\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome");
    ck_assert_int_eq(
        client_send(&a, client, &(struct exchange){.method = "GET", .path = "/", .to = to}, &e),
        ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "the output cannot be written: No space left"));
    fclose(to);
    end();
}
END_TEST

START_TEST(an_input_that_fails_is_told)
{
    FILE *from = fopen("/tmp", "r"); /* a folder: opens, but cannot be read */

    begin("0\r\n\r\n", "");
    ck_assert_int_eq(
        client_send(&a, client, &(struct exchange){.method = "PUT", .path = "/", .from = from}, &e),
        ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "the input cannot be read: Is a directory"));
    fclose(from);
    end();
}
END_TEST

static bool always(void)
{
    return true;
}

START_TEST(a_request_is_given_up)
{
    begin("never", "");
    client_close(client);
    ck_assert_int_eq(
        client_open(&client, &(struct client_options){.url = p.url, .give_up = always}, &e), ST_OK);
    ck_assert_int_eq(client_send(&a, client, &(struct exchange){.method = "GET", .path = "/"}, &e),
                     ST_CANCELLED);
    shutdown(p.listener, SHUT_RDWR); /* in case it never connected */
    client_close(client);
    client = NULL;
    end();
}
END_TEST

static const char *const broken[] = {"", "this is no HTTP\r\n\r\n",
                                     "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"};

START_TEST(broken_answers_are_io)
{
    begin("\r\n\r\n", broken[_i]);
    ck_assert_int_eq(client_send(&a, client, &(struct exchange){.method = "GET", .path = "/"}, &e),
                     ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "does not answer"));
    end();
}
END_TEST

static const char *const no_urls[] = {"",        "host:80", "ftp://host", "file:///etc/passwd",
                                      "http://", "unix:"};

START_TEST(other_addresses_are_refused)
{
    ck_assert_int_eq(client_open(&client, &(struct client_options){.url = no_urls[_i]}, &e),
                     ST_INVALID);
}
END_TEST

START_TEST(text_is_encoded)
{
    struct buf b;

    buf_init(&b, 100);
    client_put_encoded(&b, "a-b_c.d~/?&=% \xc3\xa9");
    ck_assert_str_eq(b.data, "a-b_c.d~%2F%3F%26%3D%25%20%C3%A9");
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exchange");
    TCase *t = tcase_create("exchange");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_request_has_its_parts);
    tcase_add_test(t, a_file_is_sent_in_chunks_and_one_is_written);
    tcase_add_test(t, a_refusal_is_not_written_to_the_file);
    tcase_add_test(t, an_output_that_fails_is_told);
    tcase_add_test(t, an_input_that_fails_is_told);
    tcase_add_test(t, a_request_is_given_up);
    tcase_add_loop_test(t, broken_answers_are_io, 0, 3);
    tcase_add_loop_test(t, other_addresses_are_refused, 0, 6);
    tcase_add_test(t, text_is_encoded);
    suite_add_tcase(s, t);
    return suite_run(s);
}
