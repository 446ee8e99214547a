/* test_log_sinks.c - a daemon whose standard error cannot be written still answers and ends. */
#include "tests/integration/suite.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 5000, WAIT_MS = 120000 };

static struct daemon d;
static struct reply r;
static int sink = -1; /* the end of the pipe that the daemon's standard error is read from */
static char text[4 << 20];
static size_t len;

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
    if (sink >= 0)
        close(sink);
    sink = -1;
}

/* Reads the pipe into text until it contains `what`; fails when that does not come. */
static const char *read_until(const char *what)
{
    int64_t deadline = now_ms() + WAIT_MS;
    const char *at;

    while (!(at = strstr(text, what)) || !strchr(at, '\n')) {
        struct pollfd p = {.fd = sink, .events = POLLIN};
        ssize_t got;

        ck_assert_msg(now_ms() < deadline && len + 1 < sizeof(text), "no %s in %.2000s", what,
                      text);
        if (poll(&p, 1, 100) <= 0)
            continue;
        got = read(sink, text + len, sizeof(text) - 1 - len);
        ck_assert_msg(got > 0, "the daemon ended: %.2000s", text);
        len += (size_t)got;
        text[len] = '\0';
    }
    return at;
}

/* Starts a daemon with a pipe as standard error, which is read until it listens, and no further. */
static void start(void)
{
    const char *binary = getenv("LSTMD_BIN"), *at;
    int fd[2];

    len = 0;
    text[0] = '\0';
    ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
    d.pid = fork();
    ck_assert_int_ge(d.pid, 0);
    if (d.pid == 0) {
        dup2(fd[1], STDERR_FILENO);
        execl(binary ? binary : "build/lstmd", "lstmd", "serve", "--listen", "127.0.0.1:0",
              "--database", d.db, "--allowed-hosts", "x", (char *)NULL);
        _exit(127);
    }
    close(fd[1]);
    sink = fd[0];
    at = strstr(read_until("\"event\":\"listening\""), "http://");
    ck_assert_ptr_nonnull(at);
    snprintf(d.url, sizeof(d.url), "%.*s", (int)strcspn(at, "\""), at);
}

static void ask_many(int n)
{
    for (int i = 0; i < n; i++)
        get(&r, &d, "/healthz", 200);
}

static int64_t metric(const char *name)
{
    const char *at;

    get(&r, &d, "/metrics", 200);
    for (at = r.body; (at = strstr(at, name)) != NULL; at++)
        if ((at == r.body || at[-1] == '\n') && at[strlen(name)] == ' ')
            return (int64_t)strtod(at + strlen(name), NULL);
    ck_abort_msg("no %s in the metrics", name);
    return 0;
}

START_TEST(a_pipe_that_nobody_reads_stops_no_answer)
{
    const char *told;
    int lines = 0;

    start();
    ask_many(MANY);
    ck_assert_int_gt((int)metric("lstmd_log_dropped_total"), 0);
    told = read_until("\"event\":\"log_dropped\"");
    ck_assert_int_gt((int)strtol(strstr(told, "\"lines\":") + 8, NULL, 10), 0);
    for (const char *l = text; (l = strstr(l, "\"event\":\"request\"")) != NULL; l++)
        lines++;
    ck_assert_int_gt(lines, 100); /* lines that had room are complete */
    get(&r, &d, "/healthz?no", 400);
    read_until("\"status\":400");
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
}
END_TEST

START_TEST(sigterm_ends_it_though_nobody_reads)
{
    start();
    ask_many(MANY);
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
}
END_TEST

START_TEST(a_second_sigterm_ends_it_though_nobody_reads)
{
    static const char head[] = "PUT /v1/datasets/slow HTTP/1.1\r\nHost: x\r\n"
                               "Content-Type: text/csv\r\nContent-Length: 18\r\n\r\ny\n1\n2\n";
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct request ready = {.method = "GET", .path = "/readyz"};
    int64_t deadline = now_ms() + WAIT_MS;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    start();
    ask_many(MANY);
    a.sin_port = htons((uint16_t)strtol(strrchr(d.url, ':') + 1, NULL, 10));
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq((int)write(fd, head, sizeof(head) - 1), (int)sizeof(head) - 1);
    kill(d.pid, SIGTERM);
    while (http_try(&r, &d, &ready) && r.status == 200)
        ck_assert_msg(now_ms() < deadline, "/readyz stays 200");
    kill(d.pid, SIGTERM);
    ck_assert_int_eq(daemon_wait(&d, 60), 1);
    close(fd);
}
END_TEST

START_TEST(a_pipe_that_is_closed_stops_no_answer)
{
    start();
    close(sink);
    sink = -1;
    ask_many(100);
    ck_assert_int_gt((int)metric("lstmd_log_dropped_total"), 0);
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
}
END_TEST

/* ---- a terminal ---- */

START_TEST(a_person_can_read_along_on_a_terminal)
{
    const char *binary = getenv("LSTMD_BIN"), *at;
    char name[64];

    sink = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ck_assert_int_ge(sink, 0);
    ck_assert_int_eq(grantpt(sink), 0);
    ck_assert_int_eq(unlockpt(sink), 0);
    ck_assert_int_eq(ptsname_r(sink, name, sizeof(name)), 0);
    len = 0;
    text[0] = '\0';
    d.pid = fork();
    ck_assert_int_ge(d.pid, 0);
    if (d.pid == 0) {
        int fd = open(name, O_RDWR | O_NOCTTY);

        dup2(fd, STDERR_FILENO);
        setenv("NO_COLOR", "1", 1);
        execl(binary ? binary : "build/lstmd", "lstmd", "serve", "--listen", "127.0.0.1:0",
              "--database", d.db, (char *)NULL);
        _exit(127);
    }
    at = strstr(read_until(" INFO  listening url="), "http://");
    ck_assert_ptr_nonnull(at);
    snprintf(d.url, sizeof(d.url), "%.*s", (int)strcspn(at, " "), at);
    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = "/v1/%1b%5b2J", .headers = {"X-Request-Id: evil"}});
    ck_assert_int_eq(r.status, 400);
    read_until(" status=400");
    ck_assert_ptr_null(strchr(text, '\x1b'));
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log sinks");
    TCase *t = tcase_create("log sinks");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, a_pipe_that_nobody_reads_stops_no_answer);
    tcase_add_test(t, sigterm_ends_it_though_nobody_reads);
    tcase_add_test(t, a_second_sigterm_ends_it_though_nobody_reads);
    tcase_add_test(t, a_pipe_that_is_closed_stops_no_answer);
    tcase_add_test(t, a_person_can_read_along_on_a_terminal);
    suite_add_tcase(s, t);
    return suite_run(s);
}
