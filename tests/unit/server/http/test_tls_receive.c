/* test_tls_receive.c - a real server with TLS: requests, bodies of every size, faults of framing,
 * slow senders, and a new certificate while others are served. */
#include "server/http/tls.h"
#include "tests/unit/server/http/certificate.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct toy toy;
static char answer[TOY_ANSWER_MAX], folder[64];
static struct certificate first, second;
static gnutls_certificate_credentials_t credentials;

static void setup(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/lstmd-tls-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    certificate_make(&first, folder, "first", 10, NULL);
    certificate_make(&second, folder, "second", 20, NULL);
    ck_assert_int_eq(gnutls_certificate_allocate_credentials(&credentials), 0);
    toy_init(&toy);
    toy.config.tls_certificate = first.certificate;
    toy.config.tls_key = first.key;
    toy.config.limits.max_body_bytes = 4 << 20;
    toy.config.limits.max_bodies_bytes = 64 << 20;
}

static void teardown(void)
{
    if (toy.http)
        toy_stop(&toy);
    gnutls_certificate_free_credentials(credentials);
    (void)unlink(first.certificate);
    (void)unlink(first.key);
    (void)unlink(second.certificate);
    (void)unlink(second.key);
    (void)rmdir(folder);
}

/* ---- a client ---- */

struct client {
    int fd;
    gnutls_session_t session;
};

static int open_with(struct client *c, const char *priorities)
{
    int r;

    c->fd = toy_connect(&toy, 20);
    ck_assert_int_eq(gnutls_init(&c->session, GNUTLS_CLIENT), 0);
    ck_assert_int_eq(gnutls_priority_set_direct(c->session, priorities, NULL), 0);
    ck_assert_int_eq(gnutls_credentials_set(c->session, GNUTLS_CRD_CERTIFICATE, credentials), 0);
    gnutls_transport_set_int(c->session, c->fd);
    do
        r = gnutls_handshake(c->session);
    while (r < 0 && !gnutls_error_is_fatal(r));
    return r;
}

static void client_open(struct client *c)
{
    int r = open_with(c, "NORMAL");

    ck_assert_msg(r == 0, "handshake: %s", gnutls_strerror(r));
}

static void client_close(struct client *c)
{
    gnutls_deinit(c->session);
    (void)close(c->fd);
}

/* The server may close while we send. */
static void client_send(struct client *c, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t sent = gnutls_record_send(c->session, data, n);

        if (sent == GNUTLS_E_INTERRUPTED)
            continue;
        if (sent <= 0)
            return;
        data += sent;
        n -= (size_t)sent;
    }
}

/* Reads until the text `until` has come (NULL: the end). */
static bool client_read(struct client *c, const char *until)
{
    size_t used = 0;

    answer[0] = '\0';
    while (used + 1 < sizeof answer) {
        ssize_t n = gnutls_record_recv(c->session, answer + used, sizeof answer - used - 1);

        if (n == GNUTLS_E_INTERRUPTED)
            continue;
        if (n == GNUTLS_E_AGAIN)
            return false;
        if (n <= 0)
            return !until;
        used += (size_t)n;
        answer[used] = '\0';
        if (until && strstr(answer, until))
            return true;
    }
    return false;
}

static int status_of(const char *text)
{
    return strncmp(text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(text + 9, NULL, 10) : 0;
}

/* Sends n bytes, `step` at a time, and reads to the end. */
static int ask_bytes(const char *bytes, size_t n, size_t step)
{
    struct client c;

    client_open(&c);
    for (size_t i = 0; i < n; i += step)
        client_send(&c, bytes + i, n - i < step ? n - i : step);
    ck_assert_msg(client_read(&c, NULL), "the connection stays open: %.300s", answer);
    client_close(&c);
    return status_of(answer);
}

#define HOST  "Host: x\r\n"
#define END   "Connection: close\r\n\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST

/* ---- tests ---- */

START_TEST(a_request_is_answered)
{
    const char request[] = HELLO END;

    toy_start(&toy);
    ck_assert_ptr_nonnull(strstr(http_url(toy.http), "https://127.0.0.1:"));
    ck_assert_int_gt(http_certificate_expires(toy.http), 0);
    ck_assert_int_eq(ask_bytes(request, strlen(request), sizeof request), 200);
    ck_assert_ptr_nonnull(strstr(answer, "\r\n\r\nhello\n"));
    ck_assert_int_eq(ask_bytes(request, strlen(request), 1), 200);
}
END_TEST

/* The rest of a record that GnuTLS keeps must be read: bodies around the size of a record and of
 * libmicrohttpd's buffer, in records of several sizes. */
START_TEST(bodies_come_whole)
{
    static const size_t sizes[] = {0, 1, 8191, 16383, 16384, 16385, 24575, 32769, 70001, 3000000};
    static const size_t steps[] = {1000, 16384, 100000, SIZE_MAX};
    size_t n = sizes[_i], head;
    char *request = malloc(n + 200), expected[64];

    ck_assert_ptr_nonnull(request);
    toy_start(&toy);
    head =
        (size_t)sprintf(request, "PUT /length HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n" END, n);
    memset(request + head, 'a', n);
    (void)snprintf(expected, sizeof expected, "length %zu lane", n);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        ck_assert_int_eq(ask_bytes(request, head + n, steps[i]), 200);
        ck_assert_msg(strstr(answer, expected) != NULL, "%zu: %.500s", n, answer);
    }
    free(request);
}
END_TEST

static const struct {
    const char *bytes;
    int status;
    const char *has;
} faults[] = {
    {"PUT /echo/x HTTP/1.1\r\n" HOST "Content-Length : 3\r\n\r\nabc", 400, "followed by a blank"},
    {HELLO "X-Thing: a\r\n b\r\n\r\n", 400, "folded"},
    {"PUT /echo/x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "chunk"},
    {"nonsense here and there\r\n\r\n", 400, "400"},
    {HELLO "\r\n" HELLO "X-Thing: a\r\n b\r\n\r\n", 200, "folded"},
};

START_TEST(faults_of_framing_are_answered)
{
    toy_start(&toy);
    ck_assert_int_eq(ask_bytes(faults[_i].bytes, strlen(faults[_i].bytes), SIZE_MAX),
                     faults[_i].status);
    ck_assert_msg(strstr(answer, faults[_i].has) != NULL, "%.600s", answer);
}
END_TEST

START_TEST(old_versions_are_refused)
{
    static const struct {
        const char *priorities;
        bool taken;
    } rows[] = {
        {"NORMAL:-VERS-ALL:+VERS-TLS1.3", true},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.2", true},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.1:%VERIFY_ALLOW_SIGN_WITH_SHA1", false},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.0:%VERIFY_ALLOW_SIGN_WITH_SHA1", false},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC", false},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA", false},
    };

    toy_start(&toy);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct client c;
        int r = open_with(&c, rows[i].priorities);

        ck_assert_msg((r == 0) == rows[i].taken, "%s: %s", rows[i].priorities, gnutls_strerror(r));
        client_close(&c);
    }
}
END_TEST

/* The port sends nothing that is not encrypted, whatever it receives. */
START_TEST(plain_http_gets_no_plain_answer)
{
    static const char *const requests[] = {HELLO END, "\r\n\r\n", "x"};
    const char request[] = HELLO END;

    toy.config.limits.request_deadline_seconds = 1;
    toy_start(&toy);
    for (size_t i = 0; i < 3; i++) {
        int fd = toy_connect(&toy, 20);

        toy_send(fd, requests[i], strlen(requests[i]));
        ck_assert(toy_read(fd, answer, sizeof answer, NULL));
        ck_assert_msg(!strstr(answer, "HTTP/1.1"), "%.200s", answer);
        (void)close(fd);
    }
    ck_assert_int_eq(ask_bytes(request, strlen(request), sizeof request), 200);
}
END_TEST

START_TEST(a_slow_sender_is_cut_off)
{
    static const char begin[] = "GET /hello HTTP/1.1\r\nHost";
    struct client c;

    toy.config.limits.request_deadline_seconds = 1;
    toy_start(&toy);
    client_open(&c);
    client_send(&c, begin, strlen(begin));
    ck_assert(client_read(&c, NULL));
    ck_assert_str_eq(answer, "");
    client_close(&c);
}
END_TEST

/* ---- a new certificate under load ---- */

enum { CLIENTS = 4, RELOADS = 30 };
static atomic_bool done;
static atomic_int asked;

/* Own buffers: four of these run at once. Returns NULL when every request was answered. */
static void *keep_asking(void *ctx)
{
    static const char request[] = HELLO END;
    char got[4096];

    (void)ctx;
    while (!atomic_load(&done)) {
        struct client c;
        size_t used = 0;
        ssize_t n;

        if (open_with(&c, "NORMAL") != 0)
            return "no handshake";
        client_send(&c, request, strlen(request));
        while (used < sizeof got - 1 &&
               (n = gnutls_record_recv(c.session, got + used, sizeof got - 1 - used)) > 0)
            used += (size_t)n;
        got[used] = '\0';
        client_close(&c);
        if (status_of(got) != 200)
            return "no answer";
        (void)atomic_fetch_add(&asked, 1);
    }
    return NULL;
}

static void replace(const struct certificate *by)
{
    char text[16384];
    size_t n = certificate_read(text, sizeof text, by->certificate);
    struct err e = {0};

    certificate_write(first.certificate, text, n);
    n = certificate_read(text, sizeof text, by->key);
    certificate_write(first.key, text, n);
    ck_assert_msg(http_reload_certificate(toy.http, &e) == ST_OK, "%s", e.message);
}

START_TEST(a_new_certificate_fails_no_request)
{
    struct certificate kept;
    pthread_t threads[CLIENTS];
    struct err e = {0};
    int64_t before;
    int seen;

    certificate_make(&kept, folder, "kept", 40, NULL);
    toy_start(&toy);
    before = http_certificate_expires(toy.http);
    for (int i = 0; i < CLIENTS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, keep_asking, NULL), 0);
    for (int i = 0; i < RELOADS; i++) {
        seen = atomic_load(&asked);
        replace(i % 2 ? &kept : &second);
        while (atomic_load(&asked) < seen + CLIENTS)
            (void)usleep(1000);
    }
    certificate_write(first.key, "", 0);
    ck_assert_int_eq(http_reload_certificate(toy.http, &e), ST_INVALID);
    seen = atomic_load(&asked);
    while (atomic_load(&asked) < seen + CLIENTS)
        (void)usleep(1000);
    atomic_store(&done, true);
    for (int i = 0; i < CLIENTS; i++) {
        void *trouble = NULL;

        ck_assert_int_eq(pthread_join(threads[i], &trouble), 0);
        ck_assert_msg(!trouble, "%s", (char *)trouble);
    }
    ck_assert_int_gt(http_certificate_expires(toy.http), before);
    (void)unlink(kept.certificate);
    (void)unlink(kept.key);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http tls_receive");
    TCase *t = tcase_create("http tls_receive");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_request_is_answered);
    tcase_add_loop_test(t, bodies_come_whole, 0, 10);
    tcase_add_loop_test(t, faults_of_framing_are_answered, 0, sizeof faults / sizeof faults[0]);
    tcase_add_test(t, old_versions_are_refused);
    tcase_add_test(t, plain_http_gets_no_plain_answer);
    tcase_add_test(t, a_slow_sender_is_cut_off);
    tcase_add_test(t, a_new_certificate_fails_no_request);
    suite_add_tcase(s, t);
    return suite_run(s);
}
