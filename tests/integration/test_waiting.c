/* test_waiting.c - many clients at once: small requests do not wait for large ones, work for
 * clients that have gone ends, and clients that do not read hold no memory. */
#include "tests/integration/suite.h"
#include "tests/sanitizer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct daemon d;
static struct reply r;

enum { HEAVY = 6, READERS = 40, TOKENS = 200000 };

/* A sanitizer keeps freed memory, so the size of the process shows nothing. */
enum { FREED_MEMORY_IS_KEPT = ANY_SANITIZER };

static const char *const flags[] = {"--request-workers", "2", "--http-threads", "2", NULL};

static void setup(void)
{
    char *csv = example("airpassengers.csv");

    daemon_init(&d);
    daemon_start(&d, flags);
    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
            "\"recipe\":\"tutorial-flights\",\"params\":{\"epochs\":1}}",
            "succeeded");
    get(&r, &d, "/v1/models/flights/forecast", 200); /* from now on it is kept */
    free(csv);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* ---- raw clients, which may leave or not read ---- */

static int connect_to(const struct daemon *daemon)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const char *port = strrchr(daemon->url, ':');
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_ptr_nonnull(port);
    a.sin_port = htons((uint16_t)strtol(port + 1, NULL, 10));
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

static void send_all(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t m = send(fd, data, n, MSG_NOSIGNAL);

        ck_assert_int_gt(m, 0);
        data += m;
        n -= (size_t)m;
    }
}

/* A body with so many series of 90 values, whose forecast takes long. malloc'ed. */
static char *many_series(int count, int horizon)
{
    size_t cap = (size_t)count * 500 + 100, n = 0;
    char *text = malloc(cap);

    ck_assert_ptr_nonnull(text);
    n = (size_t)snprintf(text, cap, "{\"horizon\":%d,\"series\":[", horizon);
    for (int i = 0; i < count; i++) {
        n += (size_t)snprintf(text + n, cap - n, "%s{\"id\":\"s%d\",\"values\":[", i ? "," : "", i);
        for (int k = 0; k < 90; k++)
            n += (size_t)snprintf(text + n, cap - n, "%s%d", k ? "," : "", 100 + (7 * k + i) % 50);
        n += (size_t)snprintf(text + n, cap - n, "]}");
    }
    snprintf(text + n, cap - n, "]}");
    return text;
}

static int send_post(const char *path, const char *body)
{
    char head[256];
    int fd = connect_to(&d);

    snprintf(head, sizeof(head),
             "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
             path, strlen(body));
    send_all(fd, head, strlen(head));
    send_all(fd, body, strlen(body));
    return fd;
}

static double metric(const char *name)
{
    const char *line = NULL;
    char begin[128];

    get(&r, &d, "/metrics", 200);
    snprintf(begin, sizeof(begin), "\n%s ", name);
    line = strstr(r.body, begin);
    ck_assert_msg(line, "no %s", name);
    return strtod(line + strlen(begin), NULL);
}

static void until_metric(const char *name, double value)
{
    for (int64_t by = now_ms() + 60000; metric(name) != value; usleep(10000))
        ck_assert_msg(now_ms() < by, "%s is not %g", name, value);
}

/* ---- tests ---- */

/* All workers are busy for longer than this test takes, so a request that is answered did not wait
 * for them. */
START_TEST(small_requests_are_answered_beside_large_ones)
{
    char *body = many_series(950, 800);
    int fd[HEAVY];

    for (int i = 0; i < HEAVY; i++)
        fd[i] = send_post("/v1/models/flights/forecast", body);
    until_metric("lstmd_http_requests_serving{lane=\"bulk\"}", 2);
    get(&r, &d, "/healthz", 200);
    get(&r, &d, "/readyz", 200);
    get(&r, &d, "/v1/models/flights/forecast", 200);
    get(&r, &d, "/v1/models/flights/forecast?horizon=7", 200);
    get(&r, &d, "/v1/datasets/flights", 200);
    get(&r, &d, "/v1/jobs", 200);
    get(&r, &d, "/v1/models", 200);
    post(&r, &d, "/v1/models/flights/forecast", "{\"values\":[1,2,3,4,5,6,7,8,9,8,7,6]}", 200);
    put(&r, &d, "/v1/datasets/small", "text/csv", "v\n1\n2\n3\n", 201);
    del(&r, &d, "/v1/datasets/small", 204);
    ck_assert_int_eq((int)metric("lstmd_http_requests_serving{lane=\"bulk\"}"), 2);
    for (int i = 0; i < HEAVY; i++)
        close(fd[i]);
    /* work for clients that have gone ends long before it would be done */
    until_metric("lstmd_http_requests_serving{lane=\"bulk\"}", 0);
    until_metric("lstmd_http_requests_waiting{lane=\"bulk\"}", 0);
    until_metric("lstmd_http_body_bytes", 0);
    free(body);
}
END_TEST

static long resident_kb(void)
{
    char path[64], line[256];
    long kb = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)d.pid);
    f = fopen(path, "re");
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof(line), f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    fclose(f);
    return kb;
}

static char *large_csv(int rows)
{
    size_t cap = (size_t)rows * 24 + 16, n = 2;
    char *csv = malloc(cap);

    ck_assert_ptr_nonnull(csv);
    memcpy(csv, "v\n", 3);
    for (int i = 0; i < rows; i++)
        n += (size_t)snprintf(csv + n, cap - n, "%d.%06d\n", i, i % 1000000);
    return csv;
}

/* Each would hold 7 MB. */
START_TEST(clients_that_do_not_read_hold_no_memory)
{
    static const char ask[] = "GET /v1/datasets/large/data?format=csv HTTP/1.1\r\n"
                              "Host: localhost\r\nConnection: close\r\n\r\n";
    char *csv = large_csv(500000);
    size_t len;
    long before;
    int fd[READERS];

    put(&r, &d, "/v1/datasets/large", "text/csv", csv, 201);
    get(&r, &d, "/v1/datasets/large/data?format=csv", 200);
    len = r.len;
    ck_assert_uint_gt(len, 6000000);
    ck_assert_int_eq(strncmp(r.body, "v\n0", 3), 0);
    before = resident_kb();
    for (int i = 0; i < READERS; i++) {
        fd[i] = connect_to(&d);
        send_all(fd[i], ask, sizeof(ask) - 1);
    }
    until_metric("lstmd_http_unsent_bytes", (double)len * READERS);
    if (!FREED_MEMORY_IS_KEPT)
        ck_assert_msg(resident_kb() - before < 60 * 1024, "%ld kB more for %d readers",
                      resident_kb() - before, READERS);
    for (int i = 0; i < READERS; i++)
        close(fd[i]);
    until_metric("lstmd_http_unsent_bytes", 0);
    free(csv);
}
END_TEST

/* So many tokens, all different, in sentences of 25. */
static char *many_tokens(int count)
{
    size_t cap = (size_t)count * 48 + 16, n = 0;
    char *text = malloc(cap);

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, cap - n, "%d\tw%d\t_\tNN\t_\t_\t_\t_\t_\t_\n%s", i % 25 + 1,
                              i, i % 25 == 24 ? "\n" : "");
    return text;
}

/* A tagger, and a data set whose evaluation takes far longer than these tests. */
static void train_large_tagger(void)
{
    char *small = example("tutorial.json"), *large;

    large = many_tokens(THREAD_SANITIZER ? TOKENS / 5 : TOKENS);
    put(&r, &d, "/v1/datasets/small-tagged", "application/json", small, 201);
    put(&r, &d, "/v1/datasets/large-tagged", "text/x-conllu", large, 201);
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"small-tagged\",\"model\":\"tagger\",\"recipe\":"
            "\"tutorial-tagger\",\"params\":{\"epochs\":1,\"hidden_size\":512,\"num_layers\":2}}",
            "succeeded");
    free(small);
    free(large);
}

#define EVALUATE "{\"dataset\":\"large-tagged\"}"

START_TEST(a_large_evaluation_ends_with_its_client)
{
    int64_t left;
    int fd;

    train_large_tagger();
    fd = send_post("/v1/models/tagger/evaluate", EVALUATE);
    until_metric("lstmd_http_requests_serving{lane=\"bulk\"}", 1);
    close(fd);
    left = now_ms();
    until_metric("lstmd_http_requests_serving{lane=\"bulk\"}", 0);
    ck_assert_msg(now_ms() - left < 10000, "it went on for %lld ms", (long long)(now_ms() - left));
}
END_TEST

START_TEST(a_large_evaluation_keeps_its_time)
{
    static const char *const short_work[] = {"--request-work-seconds", "1", NULL};
    int64_t begun;

    train_large_tagger();
    ck_assert_int_eq(daemon_stop(&d, 15), 0);
    daemon_start(&d, short_work);
    begun = now_ms();
    post(&r, &d, "/v1/models/tagger/evaluate", EVALUATE, 503);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "request_work_seconds"));
    ck_assert_msg(now_ms() - begun < 10000, "it took %lld ms", (long long)(now_ms() - begun));
    post(&r, &d, "/v1/models/tagger/evaluate", "{\"dataset\":\"small-tagged\"}", 200);
}
END_TEST

START_TEST(a_large_answer_is_the_same_in_pieces_and_whole)
{
    char *csv = large_csv(60000), *copy;

    put(&r, &d, "/v1/datasets/pieces", "text/csv", csv, 201);
    get(&r, &d, "/v1/datasets/pieces/data?format=csv", 200);
    ck_assert_uint_gt(r.len, 256 * 1024);
    copy = strdup(r.body);
    put(&r, &d, "/v1/datasets/again", "text/csv", copy, 201);
    get(&r, &d, "/v1/datasets/again/data?format=json", 200);
    ck_assert_uint_gt(r.len, 256 * 1024);
    ck_assert_double_eq(number_at(r.json, "series.0.values.59999"), 59999.059999);
    ck_assert_ptr_nonnull(strstr(r.headers, "ETag: "));
    free(copy);
    free(csv);
}
END_TEST

/* Reads to the end an answer whose body, in the end, has as many bytes as its header states. */
static void expect_whole(int fd)
{
    static char text[16 << 20];
    const struct timeval tv = {.tv_sec = 60};
    const char *status, *body, *length;
    size_t used = 0;
    ssize_t n;

    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
    while ((n = recv(fd, text + used, sizeof(text) - 1 - used, 0)) > 0)
        used += (size_t)n;
    text[used] = '\0';
    ck_assert_msg(n == 0, "%zu bytes, and no end", used);
    status = strstr(text, "HTTP/1.1 200 ");
    ck_assert_msg(status, "%.300s", text);
    length = strstr(status, "Content-Length: ");
    body = strstr(status, "\r\n\r\n");
    ck_assert(length && body && length < body);
    ck_assert_uint_eq(strlen(body + 4), strtoul(length + 16, NULL, 10));
    close(fd);
}

/* Closes the sending direction, as nc -N does. */
START_TEST(clients_that_end_their_side_get_whole_answers)
{
    static const char data[] = "GET /v1/datasets/halves/data?format=csv HTTP/1.1\r\n"
                               "Host: localhost\r\nConnection: close\r\n\r\n";
    char *csv = large_csv(60000), *forecasts = many_series(800, 12);
    int fd;

    ck_assert_uint_gt(strlen(forecasts), 300000);
    put(&r, &d, "/v1/datasets/halves", "text/csv", csv, 201);
    fd = connect_to(&d);
    send_all(fd, data, strlen(data));
    shutdown(fd, SHUT_WR);
    expect_whole(fd);
    fd = send_post("/v1/models/flights/forecast", forecasts);
    shutdown(fd, SHUT_WR);
    expect_whole(fd);
    free(csv);
    free(forecasts);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("waiting");
    TCase *t = tcase_create("waiting");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, small_requests_are_answered_beside_large_ones);
    tcase_add_test(t, clients_that_do_not_read_hold_no_memory);
    tcase_add_test(t, a_large_answer_is_the_same_in_pieces_and_whole);
    tcase_add_test(t, clients_that_end_their_side_get_whole_answers);
    suite_add_tcase(s, t);
    t = tcase_create("evaluations");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_large_evaluation_ends_with_its_client);
    tcase_add_test(t, a_large_evaluation_keeps_its_time);
    suite_add_tcase(s, t);
    return suite_run(s);
}
