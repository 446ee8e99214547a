/* bench_connections.c - whether a client keeps its latency beside very many connections: 10,000
 * that are idle, then 2,000 more that send a request at one byte a second.
 *
 * usage: bench_connections [CSV]  (build/bench_connections.csv; LSTMD_BIN names the daemon)
 *
 * Two keep-alive connections ask every 2 ms, one for /healthz, one for a cached forecast. Each row
 * is compared with the same measurement without other connections. */
#include "tests/bench/load.h"
#include "tests/bench/probe.h"
#include "tests/bench/service.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IDLE = 10000,
    SLOW = 2000,
    MEASURE_SECONDS = 5,
    TAKEN_SECONDS = 120,
    OPENINGS = 101,
    FILES = IDLE + SLOW + 200,
    PAUSE_US = 1000000 / SLOW /* each slow connection gets a byte a second */
};

struct latency {
    double health, forecast, longest; /* p99, p99 and the longest, milliseconds */
    double opened;                    /* of a connection and its first answer: the median */
};

static struct service s;
static int idle[IDLE], slow[SLOW];
static atomic_bool stop;

/* ---- the others ---- */

/* Connections that stay open after a response, as in a client's pool. */
static void open_idle(void)
{
    static const char question[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    char answer[1024];

    for (int i = 0; i < IDLE; i++) {
        idle[i] = connect_to(s.port);
        if (send(idle[i], question, sizeof(question) - 1, MSG_NOSIGNAL) < 0 ||
            recv(idle[i], answer, sizeof(answer), 0) <= 0)
            give_up("connection %d of %d has no answer", i + 1, IDLE);
    }
}

/* Half of them in the header, half in the body. */
static void open_slow(void)
{
    static const char *const begins[] = {
        "GET /v1/datasets HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        "PUT /v1/datasets/slow HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
        "Content-Length: 100000\r\n\r\nv\n"};

    for (int i = 0; i < SLOW; i++) {
        slow[i] = connect_to(s.port);
        (void)!send(slow[i], begins[i % 2], strlen(begins[i % 2]), MSG_NOSIGNAL);
    }
}

static void *trickle(void *ctx)
{
    (void)ctx;
    for (int i = 0; !atomic_load(&stop); i = (i + 1) % SLOW) {
        (void)!send(slow[i], "1", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        usleep(PAUSE_US);
    }
    return NULL;
}

/* Returns how many connections are still open. */
static int still_open(const int *fd, int n)
{
    char byte;
    int open = 0;

    for (int i = 0; i < n; i++)
        open += recv(fd[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
    return open;
}

/* Waits until the daemon has taken so many connections, and returns how long that took. */
static double wait_until_taken(long n)
{
    static const char name[] = "\nlstmd_http_connections ";
    char *u = url_of(&s, "/metrics");
    double begun = now_seconds();
    long there = 0;

    while (there < n) {
        char *text = http_ask(NULL, u, NULL, NULL);
        const char *at = strstr(text, name);

        there = at ? strtol(at + sizeof(name) - 1, NULL, 10) : 0;
        free(text);
        if (now_seconds() - begun > TAKEN_SECONDS)
            give_up("%ld of %ld connections are taken after %d s", there, n, TAKEN_SECONDS);
        usleep(1000);
    }
    free(u);
    return now_seconds() - begun;
}

/* ---- the client ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Median of connections that are opened, asked and closed one after the other, in milliseconds. */
static double measure_opening(void)
{
    static const char question[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    double ms[OPENINGS];
    char answer[1024];

    for (int i = 0; i < OPENINGS; i++) {
        double begun = now_seconds();
        int fd = connect_to(s.port);

        if (send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL) < 0 ||
            recv(fd, answer, sizeof(answer), 0) <= 0)
            give_up("a new connection has no answer");
        ms[i] = (now_seconds() - begun) * 1000;
        close(fd);
    }
    qsort(ms, OPENINGS, sizeof(ms[0]), by_size);
    return ms[OPENINGS / 2];
}

static struct latency measure(void)
{
    struct probe probe[2] = {{.path = "/healthz"}, {.path = "/v1/models/flights/forecast"}};
    struct latency l;

    probes_start(probe, 2, s.port);
    usleep(MEASURE_SECONDS * 1000000);
    probes_stop(probe, 2);
    l = (struct latency){probe_quantile(&probe[0], 0.99), probe_quantile(&probe[1], 0.99),
                         probe_quantile(&probe[1], 1), 0};
    probes_free(probe, 2);
    l.opened = measure_opening();
    return l;
}

static void one_row(const char *what, const char *beside, double v, double alone)
{
    struct runs ours = {.count = 0}, peer = {.count = 0};
    char name[160];

    runs_add(&ours, v);
    runs_add(&peer, alone);
    snprintf(name, sizeof(name), "%s, %s", what, beside);
    table_row(name, &ours, &peer, -1, "ms");
}

static void rows(const char *beside, const struct latency *l, const struct latency *alone)
{
    one_row("p99 of /healthz", beside, l->health, alone->health);
    one_row("p99 of a cached forecast", beside, l->forecast, alone->forecast);
    one_row("longest of a cached forecast", beside, l->longest, alone->longest);
    one_row("a new connection and its answer, median", beside, l->opened, alone->opened);
}

/* ---- the run ---- */

static void allow_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_max < FILES)
        give_up("this needs %d open files; ulimit -Hn gives %llu", FILES,
                (unsigned long long)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit))
        give_up("cannot raise the limit of open files");
}

static void begin(void)
{
    char id[64];

    setenv("LSTMD_MAX_CONNECTIONS", "13000", 1);
    setenv("LSTMD_IDLE_TIMEOUT_SECONDS", "600", 1);
    setenv("LSTMD_REQUEST_DEADLINE_SECONDS", "600", 1);
    service_init(&s);
    service_start(&s);
    put_example(&s, "airpassengers.csv", "/v1/datasets/flights");
    submit(&s, id,
           "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
           "\"params\":{\"epochs\":5}}");
    wait_end(&s, id, "succeeded");
    free(http_ask(NULL, url_of(&s, "/v1/models/flights/forecast"), NULL, NULL));
}

int main(int argc, char **argv)
{
    struct latency alone, beside;
    pthread_t sender;
    long before;

    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        give_up("no libcurl");
    allow_files();
    begin();
    table_open(argc > 1 ? argv[1] : "build/bench_connections.csv");
    alone = measure();
    before = memory_kb(s.pid);
    open_idle();
    beside = measure();
    rows("10,000 idle connections", &beside, &alone);
    open_slow();
    printf("2,000 connections at once are taken within %.1f s\n", wait_until_taken(IDLE + SLOW));
    start_thread(&sender, trickle, NULL);
    beside = measure();
    rows("10,000 idle and 2,000 slow ones", &beside, &alone);
    printf("%d of %d idle and %d of %d slow connections are open; the daemon takes %.1f KiB more "
           "for each\n",
           still_open(idle, IDLE), IDLE, still_open(slow, SLOW), SLOW,
           (double)(memory_kb(s.pid) - before) / (IDLE + SLOW));
    atomic_store(&stop, true);
    pthread_join(sender, NULL);
    table_close();
    service_stop(&s);
    service_release(&s);
    return 0;
}
