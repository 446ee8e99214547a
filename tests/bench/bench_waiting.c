/* bench_waiting.c - who waits for whom: p99 of a probe and of a cached forecast beside heavy loads.
 *
 * usage: bench_waiting [CSV]  (build/bench_waiting.csv; LSTMD_BIN names the daemon)
 *
 * Two keep-alive connections ask every 2 ms, one for /healthz, one for a forecast that is kept,
 * while the load lasts. Nothing is pinned: client and server share the cores. The peer of a row is
 * the same without a load. Bars on two cores: 50 ms for the probe, three times the idle value for
 * the forecast. */
#include "server/buf.h"
#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SAMPLES_MAX = 200000,
    LOAD_MAX = 8,
    PAUSE_US = 2000,
    LOAD_NICE = 19,
    WORKER_NICE = 4, /* of the daemon's request workers */
    BUSY_MAX = 2,
    IDLE_SECONDS = 5,
    SLOW_SENDERS = 2000,
    BODY_MAX = 1 << 28,
    UPLOAD_SERIES = 700,
    UPLOAD_ROWS = 10000
};

struct probe {
    const char *path;
    pthread_t thread;
    double *ms; /* (SAMPLES_MAX) */
    int count;
};

struct load_request {
    const char *path, *type, *body; /* body NULL: GET */
    pthread_t thread;
};

static const char *lstmd;
static char dir[64] = "/tmp/bench_waiting.XXXXXX", url[64];
static int port;
static atomic_bool stop;

/* ---- probes ---- */

static int connect_to(void)
{
    const struct sockaddr_in a = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

    if (fd < 0 || connect(fd, (const struct sockaddr *)&a, sizeof(a)))
        give_up("cannot connect");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return fd;
}

/* One exchange; the answer ends with a line end, which it holds but once. */
static void exchange(int fd, const char *request)
{
    char answer[65536];
    size_t used = 0;

    if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
        give_up("a probe's connection broke");
    do {
        ssize_t n = recv(fd, answer + used, sizeof(answer) - 1 - used, 0);

        if (n <= 0)
            give_up("a probe got no answer");
        used += (size_t)n;
        answer[used] = '\0';
    } while (!strstr(answer, "\r\n\r\n") || answer[used - 1] != '\n' || answer[used - 2] == '\r');
    if (strncmp(answer, "HTTP/1.1 200", 12) != 0)
        give_up("a probe got %.60s", answer);
}

static void *ask_on(void *ctx)
{
    struct probe *p = ctx;
    char request[256];
    int fd = connect_to();

    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", p->path,
             port);
    while (!atomic_load(&stop) && p->count < SAMPLES_MAX) {
        double begin = now_seconds();

        exchange(fd, request);
        p->ms[p->count++] = (now_seconds() - begin) * 1000;
        usleep(PAUSE_US);
    }
    close(fd);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double p99(struct probe *p)
{
    if (p->count == 0)
        give_up("no answers for %s", p->path);
    qsort(p->ms, (size_t)p->count, sizeof(*p->ms), by_size);
    return p->ms[(int)((p->count - 1) * 0.99)];
}

/* ---- loads ---- */

static char *url_of(const char *path)
{
    char *u = malloc(256);

    if (!u)
        give_up("out of memory");
    snprintf(u, 256, "%s%s", url, path);
    return u;
}

static void *send_load(void *ctx)
{
    const struct load_request *l = ctx;
    char *u = url_of(l->path);
    long status = 0;

    /* Stands for a program on another machine, which takes no core from daemon or probes. */
    if (setpriority(PRIO_PROCESS, (id_t)gettid(), LOAD_NICE))
        give_up("cannot lower a load's priority");
    free(http_ask(&status, u, l->type, l->body));
    if (status >= 400)
        printf("%s: %ld\n", l->path, status);
    free(u);
    return NULL;
}

static void start_thread(pthread_t *t, void *(*run)(void *), void *ctx)
{
    if (pthread_create(t, NULL, run, ctx))
        give_up("cannot start a thread");
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

static void start_probes(struct probe probe[2])
{
    atomic_store(&stop, false);
    for (int i = 0; i < 2; i++) {
        probe[i].ms = malloc(SAMPLES_MAX * sizeof(double));
        if (!probe[i].ms)
            give_up("out of memory");
        start_thread(&probe[i].thread, ask_on, &probe[i]);
    }
}

static void stop_probes(struct probe probe[2])
{
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(probe[i].thread, NULL);
}

/* n requests at once, or the time of nothing; both probes meanwhile. */
static struct idle beside(const char *what, struct load_request *l, int n, const struct idle *idle)
{
    struct probe probe[2] = {{.path = "/healthz"}, {.path = "/v1/models/flights/forecast"}};
    struct idle found;

    start_probes(probe);
    for (int i = 0; i < n; i++)
        start_thread(&l[i].thread, send_load, &l[i]);
    for (int i = 0; i < n; i++)
        pthread_join(l[i].thread, NULL);
    if (n == 0)
        usleep(IDLE_SECONDS * 1000000);
    stop_probes(probe);
    found = (struct idle){p99(&probe[0]), p99(&probe[1])};
    rows(what, found.health, found.forecast, idle);
    free(probe[0].ms);
    free(probe[1].ms);
    return found;
}

/* ---- bodies ---- */

static char *taken(struct buf *b)
{
    struct err e = {0};
    char *text = NULL;
    size_t len = 0;

    if (buf_take(b, &text, &len, &e))
        give_up("%s", e.message);
    return text;
}

/* Series of so many values. */
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

/* ---- the daemon ---- */

static void put_example(const char *file, const char *path)
{
    char name[300], *u = url_of(path);
    char *argv[] = {(char *)"curl",
                    (char *)"-sfS",
                    (char *)"-T",
                    name,
                    (char *)"-H",
                    (char *)"Content-Type:",
                    u,
                    NULL};
    char *text;

    snprintf(name, sizeof(name), "config/examples/%s", file);
    text = output_of(argv, FREE_CORE);
    if (!text)
        give_up("cannot send %s", file);
    free(text);
    free(u);
}

static void train(const char *json)
{
    char *u = url_of("/v1/jobs"), *text = http_ask(NULL, u, "application/json", json);
    const char *id = strstr(text, "\"id\":\"");
    char path[128], *wait, *end;

    if (!id)
        give_up("no job: %s", text);
    snprintf(path, sizeof(path), "/v1/jobs/%.*s?wait=120", (int)strcspn(id + 6, "\""), id + 6);
    wait = url_of(path);
    end = http_ask(NULL, wait, NULL, NULL);
    if (!strstr(end, "\"succeeded\""))
        give_up("the job fails: %s", end);
    free(end);
    free(wait);
    free(text);
    free(u);
}

static pid_t start_daemon(void)
{
    char address[32], db[96], log[96], ready[96];
    char *argv[] = {(char *)lstmd,
                    (char *)"serve",
                    (char *)"--database",
                    db,
                    (char *)"--listen",
                    address,
                    (char *)"--log-file",
                    log,
                    (char *)"--workers",
                    (char *)"1",
                    NULL};
    pid_t pid;

    port = free_port();
    snprintf(address, sizeof(address), "127.0.0.1:%d", port);
    snprintf(url, sizeof(url), "http://%s", address);
    snprintf(ready, sizeof(ready), "%s/readyz", url);
    snprintf(db, sizeof(db), "%s/waiting.db", dir);
    snprintf(log, sizeof(log), "%s/waiting.log", dir);
    pid = start_program(argv, FREE_CORE, log);
    wait_for(ready);
    return pid;
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

/* The data sets that are sent are read back then. */
static void uploads_and_reads(const struct idle *idle)
{
    struct load_request l[LOAD_MAX];
    char path[LOAD_MAX][64], *body = csv_body();

    for (int i = 0; i < LOAD_MAX; i++) {
        snprintf(path[i], sizeof(path[i]), "/v1/datasets/large-%d", i);
        l[i] = (struct load_request){.path = path[i], .type = "text/csv", .body = body};
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
        fd[i] = connect_to();
        (void)!send(fd[i], part, sizeof(part) - 1, MSG_NOSIGNAL);
    }
    beside("2,000 connections that do not finish a header", NULL, 0, idle);
    for (int i = 0; i < SLOW_SENDERS; i++)
        close(fd[i]);
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
static double bare(int busy)
{
    struct probe probe[2] = {{.path = "/"}, {.path = "/"}};
    pthread_t thread[BUSY_MAX];
    double found;

    start_probes(probe);
    for (int i = 0; i < busy; i++)
        start_thread(&thread[i], keep_busy, NULL);
    usleep(IDLE_SECONDS * 1000000);
    stop_probes(probe);
    for (int i = 0; i < busy; i++)
        pthread_join(thread[i], NULL);
    found = p99(&probe[0]);
    free(probe[0].ms);
    free(probe[1].ms);
    return found;
}

/* Where both cores are busy a thread that wakes waits for the scheduler, whatever it serves: this
 * is what the rows above can reach at best. */
static void floor_of_kernel(const char *self)
{
    struct runs alone = {.count = 0}, beside_busy = {.count = 0};
    char name[256], file[96], log[96], number[16];
    char *argv[] = {name, number, file, (char *)"application/json", (char *)"poll", NULL};
    FILE *f;
    pid_t pid;

    port = free_port();
    snprintf(name, sizeof(name), "%.*s/bare_mhd", (int)(strrchr(self, '/') - self), self);
    snprintf(number, sizeof(number), "%d", port);
    snprintf(file, sizeof(file), "%s/answer", dir);
    snprintf(log, sizeof(log), "%s/bare.log", dir);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
    f = fopen(file, "w");
    if (!f || fputs("{\"status\":\"ok\"}\n", f) < 0 || fclose(f))
        give_up("cannot write %s", file);
    pid = start_program(argv, FREE_CORE, log);
    wait_for(url);
    runs_add(&alone, bare(0));
    runs_add(&beside_busy, bare(BUSY_MAX));
    table_row("p99 of bare libmicrohttpd, two busy threads of nice 4 / alone", &beside_busy, &alone,
              -1, "ms");
    stop_program(pid);
}

int main(int argc, char **argv)
{
    struct idle none = {0, 0}, idle;
    char *clean[] = {(char *)"rm", (char *)"-rf", dir, NULL};
    char *forecast;
    pid_t pid;

    lstmd = getenv("LSTMD_BIN") ? getenv("LSTMD_BIN") : "build/lstmd";
    if (!mkdtemp(dir) || curl_global_init(CURL_GLOBAL_DEFAULT))
        give_up("no temporary folder, or no libcurl");
    table_open(argc > 1 ? argv[1] : "build/bench_waiting.csv");
    pid = start_daemon();
    put_example("airpassengers.csv", "/v1/datasets/flights");
    put_example("treebank.conllu", "/v1/datasets/treebank");
    train("{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
          "\"recipe\":\"tutorial-flights\",\"params\":{\"epochs\":5}}");
    train("{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"tagger\",\"params\":{\"epochs\":"
          "1}}");
    forecast = url_of("/v1/models/flights/forecast");
    free(http_ask(NULL, forecast, NULL, NULL)); /* from now on it is kept */
    idle = beside("idle", NULL, 0, &none);
    forecasts(&idle);
    taggings(&idle);
    uploads_and_reads(&idle);
    slow_senders(&idle);
    stop_program(pid);
    floor_of_kernel(argv[0]);
    table_close();
    free(forecast);
    free(output_of(clean, FREE_CORE));
    return 0;
}
