/* bench_waiting.c - waiting times: p99 of a probe and of a cached forecast beside heavy loads.
 *
 * usage: bench_waiting [CSV]  (build/bench_waiting.csv; LSTMD_BIN names the daemon)
 *
 * Two keep-alive connections ask every 2 ms, one for /healthz, one for a cached forecast, while the
 * load lasts. Nothing is pinned: client and server share the cores. Each row is compared with the
 * same measurement without a load. Goals on two cores: 50 ms for the probe, three times the idle
 * value for the forecast. */
#include "tests/bench/load.h"
#include "tests/bench/probe.h"
#include "tests/bench/service.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LOAD_MAX = 8,
    LOAD_NICE = 19,
    WORKER_NICE = 4, /* of the daemon's request workers */
    BUSY_MAX = 2,
    IDLE_SECONDS = 5,
    GIANT_US = 3000000,
    SLOW_SENDERS = 2000,
    BODY_MAX = 1 << 28,
    UPLOAD_SERIES = 700,
    UPLOAD_ROWS = 10000
};

struct load_request {
    const char *path, *type, *body; /* body NULL: GET */
    bool put;                       /* not POST */
    pthread_t thread;
};

static struct service s;
static atomic_bool stop; /* the busy threads */

/* ---- loads ---- */

static void *send_load(void *ctx)
{
    const struct load_request *l = ctx;
    char *u = url_of(&s, l->path);
    long status = 0;

    /* Stands for a program on another machine, which takes no core from daemon or probes. */
    if (setpriority(PRIO_PROCESS, (id_t)gettid(), LOAD_NICE))
        give_up("cannot lower a load's priority");
    if (l->put)
        free(http_put(&status, u, l->type, l->body));
    else
        free(http_ask(&status, u, l->type, l->body));
    if (status >= 400)
        printf("%s: %ld\n", l->path, status);
    free(u);
    return NULL;
}

struct idle {
    double health, forecast; /* p99, milliseconds; 0 until they are known */
};

static void rows(const char *what, double health, double forecast, const struct idle *idle)
{
    struct runs h = {.count = 0}, f = {.count = 0}, ih = {.count = 0}, in = {.count = 0};
    char name[128];

    runs_add(&h, health);
    runs_add(&f, forecast);
    runs_add(&ih, idle->health);
    runs_add(&in, idle->forecast);
    snprintf(name, sizeof(name), "p99 of /healthz, %s", what);
    table_row(name, &h, idle->health > 0 ? &ih : NULL, -1, "ms");
    snprintf(name, sizeof(name), "p99 of a cached forecast, %s", what);
    table_row(name, &f, idle->health > 0 ? &in : NULL, -1, "ms");
}

/* Sends n requests at once, or with n = 0 only waits; both probes run meanwhile. */
static struct idle beside(const char *what, struct load_request *l, int n, const struct idle *idle)
{
    struct probe probe[2] = {{.path = "/healthz"}, {.path = "/v1/models/flights/forecast"}};
    struct idle found;

    probes_start(probe, 2, s.port);
    for (int i = 0; i < n; i++)
        start_thread(&l[i].thread, send_load, &l[i]);
    for (int i = 0; i < n; i++)
        pthread_join(l[i].thread, NULL);
    if (n == 0)
        usleep(IDLE_SECONDS * 1000000);
    probes_stop(probe, 2);
    found = (struct idle){probe_quantile(&probe[0], 0.99), probe_quantile(&probe[1], 0.99)};
    rows(what, found.health, found.forecast, idle);
    probes_free(probe, 2);
    return found;
}

/* ---- bodies ---- */

/* Series of that many values each. */
static char *series_body(const char *begin, int count, int values)
{
    struct buf b;

    buf_init(&b, BODY_MAX);
    buf_printf(&b, "{%s\"series\":[", begin);
    for (int i = 0; i < count; i++) {
        buf_printf(&b, "%s{\"id\":\"s%d\",\"values\":[", i ? "," : "", i);
        for (int k = 0; k < values; k++)
            buf_printf(&b, "%s%d", k ? "," : "", 100 + (7 * k + i) % 900);
        buf_puts(&b, "]}");
    }
    buf_puts(&b, "]}");
    return taken(&b);
}

/* A panel of about 65 MB. */
static char *csv_body(void)
{
    struct buf b;

    buf_init(&b, BODY_MAX);
    buf_puts(&b, "unique_id,v\n");
    for (int i = 0; i < UPLOAD_SERIES; i++)
        for (int k = 0; k < UPLOAD_ROWS; k++)
            buf_printf(&b, "s%d,%d\n", i, 100 + (7 * k + i) % 900);
    return taken(&b);
}

static char *tokens_body(int n)
{
    static const char *const words[] = {"the", "dog", "ate", "apple", "everybody", "read"};
    struct buf b;

    buf_init(&b, BODY_MAX);
    buf_puts(&b, "{\"sentences\":[[");
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%s\"%s\"", i == 0 ? "" : (i % 20 ? "," : "],["), words[i * 5 % 6]);
    buf_puts(&b, "]]}");
    return taken(&b);
}

/* ---- the rows ---- */

static void forecasts(const struct idle *idle)
{
    struct load_request l[6];
    char *body = series_body("\"horizon\":800,", 800, 70);

    for (int i = 0; i < 6; i++)
        l[i] = (struct load_request){
            .path = "/v1/models/flights/forecast", .type = "application/json", .body = body};
    beside("six forecasts of 800 series, 800 steps", l, 6, idle);
    free(body);
}

static void taggings(const struct idle *idle)
{
    struct load_request l[4];
    char *body = tokens_body(99000);

    for (int i = 0; i < 4; i++)
        l[i] = (struct load_request){
            .path = "/v1/models/tagger/tag", .type = "application/json", .body = body};
    beside("four clients that tag 99,000 tokens", l, 4, idle);
    free(body);
}

/* Uploads data sets, and then reads them back. */
static void uploads_and_reads(const struct idle *idle)
{
    struct load_request l[LOAD_MAX];
    char path[LOAD_MAX][64], *body = csv_body();

    for (int i = 0; i < LOAD_MAX; i++) {
        snprintf(path[i], sizeof(path[i]), "/v1/datasets/large-%d", i);
        l[i] =
            (struct load_request){.path = path[i], .type = "text/csv", .body = body, .put = true};
    }
    beside("eight uploads of 65 MB", l, LOAD_MAX, idle);
    free(body);
    for (int i = 0; i < 4; i++) {
        snprintf(path[i], sizeof(path[i]), "/v1/datasets/large-%d/data?format=json", i);
        l[i] = (struct load_request){.path = path[i]};
    }
    beside("four reads of 7 million numbers as JSON", l, 4, idle);
}

static void slow_senders(const struct idle *idle)
{
    static int fd[SLOW_SENDERS];
    static const char part[] = "GET /v1/datasets HTTP/1.1\r\nHost: x\r\nX-Slow: ";

    for (int i = 0; i < SLOW_SENDERS; i++) {
        fd[i] = connect_to(s.port);
        (void)!send(fd[i], part, sizeof(part) - 1, MSG_NOSIGNAL);
    }
    beside("2,000 connections that do not finish a header", NULL, 0, idle);
    for (int i = 0; i < SLOW_SENDERS; i++)
        close(fd[i]);
}

/* ---- beside trainings ---- */

static void one_row(const char *name, double ms)
{
    struct runs r = {.count = 0};

    runs_add(&r, ms);
    table_row(name, &r, NULL, -1, "ms");
}

/* A treebank: sentences of so many tokens, of num_words words, whose endings show their tags. */
static char *treebank_body(int sentences, int tokens, int num_words)
{
    struct buf b;

    buf_init(&b, BODY_MAX);
    buf_puts(&b, "{\"sentences\":[");
    for (int i = 0; i < sentences; i++) {
        buf_puts(&b, i ? ",{\"tokens\":[" : "{\"tokens\":[");
        for (int k = 0; k < tokens; k++)
            buf_printf(&b, "%s\"w%dx%d\"", k ? "," : "", (i * 31 + k * k * 7) % num_words,
                       (i + k) % 12);
        buf_puts(&b, "],\"upos\":[");
        for (int k = 0; k < tokens; k++)
            buf_printf(&b, "%s\"T%d\"", k ? "," : "", (i + k) % 12);
        buf_puts(&b, "]}");
    }
    buf_puts(&b, "]}");
    return taken(&b);
}

static void upload_treebank(const char *path, int sentences, int tokens, int num_words)
{
    char *body = treebank_body(sentences, tokens, num_words), *u = url_of(&s, path);

    free(http_put(NULL, u, "application/json", body));
    free(body);
    free(u);
}

/* Beside the whole training of a tagger of about the size of the English one. Writes of clients go
 * on beside the training's own: snapshots, progress, and in the end the model. */
static void a_training(const struct idle *idle)
{
    struct probe probe[3] = {{.path = "/healthz"},
                             {.path = "/v1/models/flights/forecast"},
                             {.path = "/v1/datasets/small",
                              .put = "{\"series\":[{\"id\":\"a\",\"values\":[1,2,3]}]}\n"}};
    char id[64];

    upload_treebank("/v1/datasets/english", 12000, 17, 15000);
    probes_start(probe, 3, s.port);
    submit(&s, id, "{\"task\":\"tag\",\"dataset\":\"english\",\"model\":\"english\"}");
    wait_end(&s, id, "succeeded");
    probes_stop(probe, 3);
    rows("a tagger of 200,000 tokens in training", probe_quantile(&probe[0], 0.99),
         probe_quantile(&probe[1], 0.99), idle);
    one_row("p99 of a PUT of 3 values, the same", probe_quantile(&probe[2], 0.99));
    one_row("longest PUT of 3 values, the same", probe_quantile(&probe[2], 1));
    probes_free(probe, 3);
}

static const char giant[] =
    "{\"task\":\"tag\",\"dataset\":\"long\",\"model\":\"long\",\"params\":{\"hidden_size\":1024,"
    "\"batch_size\":4096,\"epochs\":3,\"members\":1,\"test_size\":0}}";

static void begin_giant(char id[64])
{
    char path[128], *u;

    submit(&s, id, giant);
    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    u = url_of(&s, path);
    for (bool running = false; !running; usleep(10000)) {
        char *text = http_ask(NULL, u, NULL, NULL);

        running = strstr(text, "\"state\":\"running\"") != NULL;
        free(text);
    }
    free(u);
    usleep(GIANT_US); /* the training is then inside its first batch, which takes minutes */
}

static void cancel(const char *id)
{
    char path[128], *u;

    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
    u = url_of(&s, path);
    free(http_ask(NULL, u, "application/json", ""));
    free(u);
    wait_end(&s, id, "cancelled");
}

/* How long a batch that takes minutes holds up a cancellation and the daemon's end. */
static void a_long_batch(void)
{
    struct runs cancelled = {.count = 0}, ended = {.count = 0};
    char id[64];
    double begin;

    upload_treebank("/v1/datasets/long", 5, 9000, 50);
    for (int i = 0; i < number_of_runs(); i++) {
        begin_giant(id);
        begin = now_seconds();
        cancel(id);
        runs_add(&cancelled, (now_seconds() - begin) * 1000);
    }
    begin_giant(id);
    begin = now_seconds();
    service_stop(&s);
    runs_add(&ended, (now_seconds() - begin) * 1000);
    table_row("cancel inside a batch of minutes", &cancelled, NULL, -1, "ms");
    table_row("SIGTERM inside a batch of minutes", &ended, NULL, -1, "ms");
    service_start(&s);
    cancel(id);
}

static void trainings(const struct idle *idle)
{
    a_training(idle);
    a_long_batch();
}

/* ---- what the kernel alone takes ---- */

static void *keep_busy(void *ctx)
{
    volatile unsigned long turns = 0;

    (void)ctx;
    if (setpriority(PRIO_PROCESS, (id_t)gettid(), WORKER_NICE))
        give_up("cannot lower a thread's priority");
    while (!atomic_load(&stop))
        turns++;
    return NULL;
}

/* p99 of a bare libmicrohttpd handler, with so many busy threads beside it. */
static double bare(int port, int busy)
{
    struct probe probe[2] = {{.path = "/"}, {.path = "/"}};
    pthread_t thread[BUSY_MAX];
    double found;

    atomic_store(&stop, false);
    probes_start(probe, 2, port);
    for (int i = 0; i < busy; i++)
        start_thread(&thread[i], keep_busy, NULL);
    usleep(IDLE_SECONDS * 1000000);
    probes_stop(probe, 2);
    atomic_store(&stop, true);
    for (int i = 0; i < busy; i++)
        pthread_join(thread[i], NULL);
    found = probe_quantile(&probe[0], 0.99);
    probes_free(probe, 2);
    return found;
}

/* When both cores are busy, every thread that wakes waits for the scheduler. So no row above can be
 * faster than this one. */
static void floor_of_kernel(const char *self)
{
    struct runs alone = {.count = 0}, beside_busy = {.count = 0};
    char name[256], file[96], log[96], number[16], url[64];
    int port = free_port();
    char *argv[] = {name, number, file, (char *)"application/json", (char *)"poll", NULL};
    FILE *f;
    pid_t pid;

    snprintf(name, sizeof(name), "%.*s/bare_mhd", (int)(strrchr(self, '/') - self), self);
    snprintf(number, sizeof(number), "%d", port);
    snprintf(file, sizeof(file), "%s/answer", s.dir);
    snprintf(log, sizeof(log), "%s/bare.log", s.dir);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
    f = fopen(file, "w");
    if (!f || fputs("{\"status\":\"ok\"}\n", f) < 0 || fclose(f))
        give_up("cannot write %s", file);
    pid = start_program(argv, FREE_CORE, log);
    wait_for(url);
    runs_add(&alone, bare(port, 0));
    runs_add(&beside_busy, bare(port, BUSY_MAX));
    table_row("p99 of bare libmicrohttpd, two busy threads of nice 4 / alone", &beside_busy, &alone,
              -1, "ms");
    stop_program(pid);
}

static void train(const char *json)
{
    char id[64];

    submit(&s, id, json);
    wait_end(&s, id, "succeeded");
}

int main(int argc, char **argv)
{
    struct idle none = {0, 0}, idle;
    char *forecast;

    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        give_up("no libcurl");
    service_init(&s);
    table_open(argc > 1 ? argv[1] : "build/bench_waiting.csv");
    service_start(&s);
    put_example(&s, "airpassengers.csv", "/v1/datasets/flights");
    put_example(&s, "treebank.conllu", "/v1/datasets/treebank");
    train("{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
          "\"recipe\":\"tutorial-flights\",\"params\":{\"epochs\":5}}");
    train("{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"tagger\",\"params\":{\"epochs\":"
          "1}}");
    forecast = url_of(&s, "/v1/models/flights/forecast");
    free(http_ask(NULL, forecast, NULL, NULL)); /* from now on it is kept */
    idle = beside("idle", NULL, 0, &none);
    forecasts(&idle);
    taggings(&idle);
    uploads_and_reads(&idle);
    slow_senders(&idle);
    trainings(&idle);
    service_stop(&s);
    floor_of_kernel(argv[0]);
    table_close();
    free(forecast);
    service_release(&s);
    return 0;
}
