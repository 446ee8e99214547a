/* test_operation.c - the daemon as an operator meets it: signals, keys, limits, logs, commands. */
#include "tests/integration/suite.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static struct daemon d;
static struct reply r;

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void add_flights(void)
{
    char *text = example("airpassengers.csv");

    put(&r, &d, "/v1/datasets/flights", "text/csv", text, 201);
    free(text);
}

static const char long_job[] =
    "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"m\",\"recipe\":"
    "\"tutorial-flights\",\"params\":{\"epochs\":100000}}";

/* ---- SIGTERM ---- */

static void *wait_for_job(void *ctx)
{
    struct reply mine = {0};
    long *status = ctx;
    char path[128];
    struct request q = {.method = "GET", .path = path};

    snprintf(path, sizeof(path), "/v1/jobs/%s?wait=60", text_at(r.json, "id"));
    if (http_try(&mine, &d, &q))
        *status = mine.status;
    reply_release(&mine);
    return NULL;
}

static int connect_raw(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    a.sin_port = htons((uint16_t)atoi(strrchr(d.url, ':') + 1));
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

/* Reads until the daemon closes the connection, at most cap - 1 bytes; fails after deadline_ms. */
static size_t read_all(int fd, char *out, size_t cap, int deadline_ms)
{
    int64_t end = now_ms() + deadline_ms;
    size_t n = 0;

    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = end - now_ms();
        ssize_t got;

        ck_assert_msg(left > 0 && poll(&p, 1, (int)left) > 0, "the connection stays open");
        got = read(fd, out + n, cap - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    out[n] = '\0';
    return n;
}

START_TEST(sigterm_ends_waits_checkpoints_and_exits_0)
{
    pthread_t waiter;
    long status = 0;
    int64_t begin;

    daemon_start(&d, NULL);
    add_flights();
    post(&r, &d, "/v1/jobs", long_job, 202);
    ck_assert_int_eq(pthread_create(&waiter, NULL, wait_for_job, &status), 0);
    begin = now_ms();
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    ck_assert_int_lt((int)(now_ms() - begin), 10000);
    pthread_join(waiter, NULL);
    ck_assert_msg(status == 200 || status == 503 || status == 0, "waiting request: %ld", status);
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/jobs", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 1);
    ck_assert(strcmp(text_at(r.json, "items.0.state"), "queued") == 0 ||
              strcmp(text_at(r.json, "items.0.state"), "running") == 0);
}
END_TEST

/* An upload that is under way when the signal comes is finished; /readyz says 503 meanwhile. */
START_TEST(sigterm_finishes_the_request_in_flight)
{
    static const char head[] = "PUT /v1/datasets/slow HTTP/1.1\r\nHost: x\r\n"
                               "Content-Type: text/csv\r\nContent-Length: 18\r\n\r\ny\n1\n2\n";
    struct request ready = {.method = "GET", .path = "/readyz"};
    char answer[4096];
    int64_t deadline = now_ms() + 8000;
    int fd;

    daemon_start(&d, NULL);
    fd = connect_raw();
    ck_assert_int_gt((int)write(fd, head, sizeof(head) - 1), 0);
    get(&r, &d, "/readyz", 200);
    kill(d.pid, SIGTERM);
    do {
        ck_assert_msg(now_ms() < deadline, "/readyz never turned 503");
    } while (http_try(&r, &d, &ready) && r.status == 200);
    ck_assert_msg(r.status == 503 || r.status == 0, "/readyz: %ld", r.status);
    ck_assert_int_eq((int)write(fd, "3\n4\n5\n6\n7\n8\n", 12), 12);
    read_all(fd, answer, sizeof(answer), 8000);
    close(fd);
    ck_assert_msg(strncmp(answer, "HTTP/1.1 201", 12) == 0, "%s", answer);
    ck_assert_int_eq(daemon_wait(&d, 10), 0);
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/datasets/slow", 200);
}
END_TEST

/* ---- limits ---- */

START_TEST(slow_senders_are_cut_off)
{
    char answer[4096];
    int head, body;

    daemon_start(&d, (const char *const[]){"--request-deadline-seconds", "1", NULL});
    head = connect_raw();
    ck_assert_int_gt((int)write(head, "GET /healthz HTTP/1.1\r\nHost:", 28), 0);
    body = connect_raw();
    ck_assert_int_gt((int)write(body,
                                "PUT /v1/datasets/x HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                "text/csv\r\nContent-Length: 100\r\n\r\na",
                                87),
                     0);
    read_all(head, answer, sizeof(answer), 15000);
    read_all(body, answer, sizeof(answer), 15000);
    close(head);
    close(body);
    get(&r, &d, "/healthz", 200);
}
END_TEST

START_TEST(queue_is_bounded)
{
    char header[64];

    daemon_start(&d, (const char *const[]){"--workers", "1", "--max-queue", "2", NULL});
    add_flights();
    /* two jobs wait and one runs, or will soon: the queue has no place for a fifth */
    for (int i = 0; i < 5 && r.status != 503; i++)
        http_send(&r, &d,
                  &(struct request){.method = "POST",
                                    .path = "/v1/jobs",
                                    .type = "application/json",
                                    .body = long_job});
    expect_status(&r, 503, "more jobs than max_queue");
    ck_assert_int_ge(atoi(reply_header(header, sizeof(header), &r, "Retry-After")), 1);
    ck_assert_ptr_nonnull(strstr(r.body, "max_queue"));
}
END_TEST

/* A job can be cancelled while it waits, just after it was claimed, and while it runs, without
 * waiting for a checkpoint, which this test never reaches. */
START_TEST(cancel_is_heard_at_any_time)
{
    enum { JOBS = 40 };
    static struct {
        char text[64];
    } id[JOBS];
    char path[128];

    daemon_start(
        &d, (const char *const[]){"--workers", "2", "--checkpoint-interval-seconds", "3600", NULL});
    add_flights();
    for (int i = 0; i < JOBS; i++) {
        post(&r, &d, "/v1/jobs", long_job, 202);
        snprintf(id[i].text, sizeof(id[i].text), "%s", text_at(r.json, "id"));
        snprintf(path, sizeof(path), "/v1/jobs/%.60s/cancel", id[i].text);
        post(&r, &d, path, "", 202);
    }
    for (int i = 0; i < JOBS; i++) {
        snprintf(path, sizeof(path), "/v1/jobs/%.60s?wait=30", id[i].text);
        get(&r, &d, path, 200);
        ck_assert_str_eq(text_at(r.json, "state"), "cancelled");
    }
}
END_TEST

START_TEST(keys_are_asked_for)
{
    struct request q = {.method = "GET", .path = "/v1/datasets"};
    char header[64];

    daemon_start(&d, (const char *const[]){"--api-key", "secret", "--read-key", "looker", NULL});
    get(&r, &d, "/healthz", 200);
    http_send(&r, &d, &q);
    expect_status(&r, 401, "no key");
    ck_assert_int_gt((int)strlen(reply_header(header, sizeof(header), &r, "WWW-Authenticate")), 3);
    q.headers[0] = "Authorization: Bearer looker";
    http_send(&r, &d, &q);
    expect_status(&r, 200, "read key");
    q.headers[0] = "X-API-Key: looker";
    q.method = "PUT";
    q.path = "/v1/datasets/x";
    q.type = "application/json";
    q.body = "{\"values\":[1]}";
    http_send(&r, &d, &q);
    expect_status(&r, 403, "read key writes");
    q.headers[0] = "X-API-Key: secret";
    http_send(&r, &d, &q);
    expect_status(&r, 201, "full key");
    ck_assert(!daemon_log_has(&d, "secret"));
}
END_TEST

/* ---- logs ---- */

START_TEST(sighup_reopens_the_log)
{
    char file[128], old[128];
    int64_t deadline = now_ms() + 60000;
    struct stat st;

    snprintf(file, sizeof(file), "%s/access.log", d.dir);
    snprintf(old, sizeof(old), "%s/access.log.1", d.dir);
    /* stderr has the address only if the log goes there: so it is read from the log file */
    snprintf(d.log, sizeof(d.log), "%s/access.log", d.dir);
    daemon_start(&d, (const char *const[]){"--log-file", file, "--log-format", "json", NULL});
    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = "/healthz", .headers = {"X-Request-Id: before-1"}});
    while (!daemon_log_has(&d, "before-1"))
        ck_assert_msg(now_ms() < deadline, "no line for a request");
    ck_assert_int_eq(rename(file, old), 0);
    kill(d.pid, SIGHUP);
    while (stat(file, &st) != 0)
        ck_assert_msg(now_ms() < deadline, "the log is not reopened");
    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = "/healthz", .headers = {"X-Request-Id: after-1"}});
    while (!daemon_log_has(&d, "after-1"))
        ck_assert_msg(now_ms() < deadline, "no line in the new file");
}
END_TEST

/* ---- commands ---- */

static char out[65536];

START_TEST(commands_say_what_they_are)
{
    ck_assert_int_eq(daemon_run(out, sizeof(out), (const char *const[]){"version", NULL}), 0);
    ck_assert_ptr_nonnull(strstr(out, "lstmd"));
    ck_assert_int_eq(daemon_run(out, sizeof(out), (const char *const[]){"help", NULL}), 0);
    ck_assert_ptr_nonnull(strstr(out, "serve"));
    ck_assert_int_eq(daemon_run(out, sizeof(out), (const char *const[]){"serv", NULL}), 2);
    ck_assert_ptr_nonnull(strstr(out, "serve"));
    ck_assert_int_eq(
        daemon_run(out, sizeof(out), (const char *const[]){"serve", "--wrokers", "1", NULL}), 2);
    ck_assert_ptr_nonnull(strstr(out, "workers"));
}
END_TEST

START_TEST(configuration_flag_over_environment_over_file)
{
    char file[128];
    FILE *f;

    snprintf(file, sizeof(file), "%s/lstmd.conf", d.dir);
    f = fopen(file, "w");
    ck_assert_ptr_nonnull(f);
    fprintf(f, "workers = 3\nmax_queue = 7\nlog_level = warn\n");
    fclose(f);
    setenv("LSTMD_MAX_QUEUE", "8", 1);
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"serve", "--config", file, "--workers", "5",
                                                      "--print-config", NULL}),
                     0);
    unsetenv("LSTMD_MAX_QUEUE");
    ck_assert_ptr_nonnull(strstr(out, "workers = 5"));
    ck_assert_ptr_nonnull(strstr(out, "max_queue = 8"));
    ck_assert_ptr_nonnull(strstr(out, "log_level = warn"));
    ck_assert_int_eq(
        daemon_run(out, sizeof(out),
                   (const char *const[]){"serve", "--config", file, "--check-config", NULL}),
        0);
    f = fopen(file, "a");
    ck_assert_ptr_nonnull(f);
    fprintf(f, "worker = 3\n");
    fclose(f);
    ck_assert_int_eq(
        daemon_run(out, sizeof(out),
                   (const char *const[]){"serve", "--config", file, "--check-config", NULL}),
        2);
    ck_assert_ptr_nonnull(strstr(out, "workers"));
    ck_assert_ptr_nonnull(strstr(out, ":4"));
}
END_TEST

START_TEST(backup_while_the_daemon_runs)
{
    char copy[128];

    snprintf(copy, sizeof(copy), "%s/copy.db", d.dir);
    daemon_start(&d, NULL);
    add_flights();
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"backup", copy, "--database", d.db, NULL}),
                     0);
    ck_assert_int_ne(daemon_run(out, sizeof(out),
                                (const char *const[]){"backup", copy, "--database", d.db, NULL}),
                     0);
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    snprintf(d.db, sizeof(d.db), "%s/copy.db", d.dir);
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/datasets/flights", 200);
}
END_TEST

START_TEST(a_backup_is_checked_and_restored)
{
    char copy[128], kept[160];
    FILE *file;

    snprintf(copy, sizeof(copy), "%s/copy.db", d.dir);
    snprintf(kept, sizeof(kept), "%s.before-restore", d.db);
    daemon_start(&d, NULL);
    add_flights();
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"backup", copy, "--database", d.db, NULL}),
                     0);
    ck_assert_int_eq(
        daemon_run(out, sizeof(out), (const char *const[]){"check", "--database", d.db, NULL}), 0);
    ck_assert_ptr_nonnull(strstr(out, "1 data sets and 0 model versions are whole"));
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"restore", copy, "--database", d.db, NULL}),
                     1);
    ck_assert_ptr_nonnull(strstr(out, "another lstmd is using"));
    del(&r, &d, "/v1/datasets/flights", 204);
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"restore", copy, "--database", d.db, NULL}),
                     0);
    ck_assert_ptr_nonnull(strstr(out, kept));
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/datasets/flights", 200);
    file = fopen(copy, "r+");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 5000, SEEK_SET), 0);
    for (int i = 0; i < 20000; i++)
        fputc('x', file);
    fclose(file);
    ck_assert_int_eq(daemon_run(out, sizeof(out), (const char *const[]){"check", copy, NULL}), 1);
    ck_assert_int_eq(daemon_run(out, sizeof(out), (const char *const[]){"restore", NULL}), 2);
}
END_TEST

START_TEST(migrate_and_second_daemon_and_garbage)
{
    char file[128];
    FILE *f;

    ck_assert_int_eq(
        daemon_run(out, sizeof(out), (const char *const[]){"migrate", "--database", d.db, NULL}),
        0);
    daemon_start(&d, NULL);
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"serve", "--listen", "127.0.0.1:0",
                                                      "--database", d.db, NULL}),
                     1);
    snprintf(file, sizeof(file), "%s/garbage.db", d.dir);
    f = fopen(file, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < 1000; i++)
        fprintf(f, "this is no database ");
    fclose(f);
    ck_assert_int_eq(daemon_run(out, sizeof(out),
                                (const char *const[]){"serve", "--listen", "127.0.0.1:0",
                                                      "--database", file, NULL}),
                     1);
    ck_assert_ptr_nonnull(strstr(out, "garbage.db"));
}
END_TEST

START_TEST(healthcheck_follows_the_daemon)
{
    char url[64];

    daemon_start(&d, NULL);
    snprintf(url, sizeof(url), "%.50s", d.url + strlen("http://"));
    ck_assert_int_eq(
        daemon_run(out, sizeof(out), (const char *const[]){"healthcheck", "--listen", url, NULL}),
        0);
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    ck_assert_int_eq(
        daemon_run(out, sizeof(out), (const char *const[]){"healthcheck", "--listen", url, NULL}),
        1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("operation");
    TCase *t = tcase_create("operation");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, sigterm_ends_waits_checkpoints_and_exits_0);
    tcase_add_test(t, sigterm_finishes_the_request_in_flight);
    tcase_add_test(t, slow_senders_are_cut_off);
    tcase_add_test(t, queue_is_bounded);
    tcase_add_test(t, cancel_is_heard_at_any_time);
    tcase_add_test(t, keys_are_asked_for);
    tcase_add_test(t, sighup_reopens_the_log);
    tcase_add_test(t, commands_say_what_they_are);
    tcase_add_test(t, configuration_flag_over_environment_over_file);
    tcase_add_test(t, backup_while_the_daemon_runs);
    tcase_add_test(t, a_backup_is_checked_and_restored);
    tcase_add_test(t, migrate_and_second_daemon_and_garbage);
    tcase_add_test(t, healthcheck_follows_the_daemon);
    suite_add_tcase(s, t);
    return suite_run(s);
}
