/* test_healthcheck.c - the health check against a socket whose responses the test chooses. */
#include "server/client/healthcheck.h"
#include "tests/unit/suite.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* Accepts one connection, reads the request, sends the answer (NULL: nothing) and closes. */
struct peer {
    int listener, port;
    const char *answer;
    char request[1024];
    pthread_t thread;
};

static void *answer_once(void *peer)
{
    struct peer *p = peer;
    int fd = accept(p->listener, NULL, NULL);
    ssize_t n;

    if (fd < 0)
        return NULL;
    n = read(fd, p->request, sizeof p->request - 1);
    p->request[n > 0 ? n : 0] = '\0';
    if (p->answer)
        n = write(fd, p->answer, strlen(p->answer));
    else
        n = read(fd, p->request + n, 1); /* until the client gives up */
    close(fd);
    return NULL;
}

static void peer_start(struct peer *p, const char *answer)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof a;

    *p = (struct peer){.answer = answer};
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(p->listener, 0);
    ck_assert_int_eq(bind(p->listener, (struct sockaddr *)&a, sizeof a), 0);
    ck_assert_int_eq(listen(p->listener, 1), 0);
    ck_assert_int_eq(getsockname(p->listener, (struct sockaddr *)&a, &len), 0);
    p->port = ntohs(a.sin_port);
    ck_assert_int_eq(pthread_create(&p->thread, NULL, answer_once, p), 0);
}

static void peer_stop(struct peer *p)
{
    pthread_join(p->thread, NULL);
    close(p->listener);
}

static const struct {
    const char *answer;
    enum status st;
    const char *message;
} cases[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ST_OK, ""},
    {"HTTP/1.1 503 Busy\r\nContent-Length: 8\r\n\r\ndraining", ST_BUSY, "answers 503: draining"},
    {"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", ST_BUSY, "answers 404"},
    {"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\na\x1b\nb", ST_BUSY, "answers 503: a  b"},
    {"this is no HTTP\r\n\r\n", ST_IO, "does not answer"},
    {"", ST_IO, "does not answer"},
    {NULL, ST_IO, "does not answer"}, /* never answers: the timeout ends it */
};

START_TEST(status_follows_the_answer)
{
    struct err e = {0};
    struct peer p;
    char url[64];

    signal(SIGPIPE, SIG_IGN);
    peer_start(&p, cases[_i].answer);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/", p.port);
    ck_assert_int_eq(client_health(url, false, cases[_i].answer ? 10000 : 100, &e), cases[_i].st);
    ck_assert_msg(strstr(e.message, cases[_i].message) != NULL, "%s", e.message);
    peer_stop(&p);
    ck_assert_int_eq(strncmp(p.request, "GET /readyz HTTP/1.1\r\n", 22), 0);
}
END_TEST

START_TEST(nobody_there_is_io)
{
    struct err e = {0};

    /* Port 1 of the loopback: reserved, and nothing listens. */
    ck_assert_int_eq(client_health("http://127.0.0.1:1", false, 10000, &e), ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "http://127.0.0.1:1/readyz does not answer"));
    ck_assert_int_eq(client_health("file:///etc", true, 10000, &e), ST_IO);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("healthcheck");
    TCase *t = tcase_create("healthcheck");

    tcase_add_loop_test(t, status_follows_the_answer, 0, COUNT(cases));
    tcase_add_test(t, nobody_there_is_io);
    suite_add_tcase(s, t);
    return suite_run(s);
}
