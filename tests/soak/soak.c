/* soak.c - clients write, read, train and forecast at random while the daemon is killed repeatedly.
 * At the end everything that was accepted must be there. usage: soak SECONDS CLIENTS
 *
 * SOAK_OLD names the program of an earlier release. It serves for the first half of the time; then
 * LSTMD_BIN continues with its database, in the middle of the work.
 *
 * A client records what it knows in memory that it shares with the parent. If the connection broke,
 * a request may or may not have been accepted; the stored data shows which, and must equal one of
 * the two states. */
#include "tests/integration/suite.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLIENTS_MAX = 64,
    JOBS_MAX = 4096,
    ROWS_AT_ONCE = 50,
    JOB_ID_BYTES = 64,
    END_SECONDS = 300 /* time at the end for jobs that are still queued */
};

struct client {
    long rows;                        /* number accepted */
    int jobs;                         /* number accepted */
    char job[JOBS_MAX][JOB_ID_BYTES]; /* their ids */
    long answers, refused, broken;    /* responses; those with status 503; connections that broke */
    int lost;                         /* accepted, but not found at the end */
};

static struct shared {
    atomic_int port; /* of the present daemon */
    atomic_bool stop;
    struct client client[CLIENTS_MAX];
} * shared;

static struct daemon d; /* belongs to the parent */
static int seconds = 60, clients = 8;

/* ---- a client ---- */

struct me {
    struct client *c;
    struct daemon d; /* only its address is used */
    struct reply r;
    unsigned seed;
    int number;
    char dataset[32];
};

static unsigned draw(struct me *m, unsigned below)
{
    m->seed = m->seed * 1103515245U + 12345U;
    return (m->seed >> 16) % below;
}

static bool try(struct me *m, const struct request *q)
{
    snprintf(m->d.url, sizeof(m->d.url), "http://127.0.0.1:%d", atomic_load(&shared->port));
    return http_try(&m->r, &m->d, q);
}

/* Returns false if the connection broke or the server was busy. */
static bool ask(struct me *m, const struct request *q, long expect)
{
    if (!try(m, q)) {
        m->c->broken++;
        return false;
    }
    m->c->answers++;
    if (m->r.status == 503) {
        m->c->refused++;
        return false;
    }
    ck_assert_msg(m->r.status == expect, "%s %s: %ld, expected %ld: %.300s", q->method, q->path,
                  m->r.status, expect, m->r.body);
    return true;
}

/* Repeats a request until there is a response; false at the end of the run. */
static bool insist(struct me *m, const struct request *q, long expect)
{
    while (!ask(m, q, expect)) {
        if (atomic_load(&shared->stop))
            return false;
        usleep(20000);
    }
    return true;
}

static long stored_rows(struct me *m)
{
    char path[80];

    snprintf(path, sizeof(path), "/v1/datasets/%s", m->dataset);
    if (!insist(m, &(struct request){.method = "GET", .path = path}, 200))
        return -1;
    return (long)number_at(m->r.json, "series.0.length");
}

static void append_rows(struct me *m)
{
    char path[80], body[ROWS_AT_ONCE * 8 + 8] = "v\n";
    int n = 1 + (int)draw(m, ROWS_AT_ONCE);
    size_t used = 2;
    long there;

    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(body + used, sizeof(body) - used, "%u\n", draw(m, 1000));
    snprintf(path, sizeof(path), "/v1/datasets/%s/rows", m->dataset);
    if (ask(m, &(struct request){.method = "POST", .path = path, .type = "text/csv", .body = body},
            200)) {
        m->c->rows += n;
        return;
    }
    there = stored_rows(m);
    if (there < 0)
        return;
    if (there == m->c->rows + n)
        m->c->rows += n;
    else if (there != m->c->rows)
        m->c->lost++;
}

/* The same idempotency key again gives the same job, whether or not the first response arrived. */
static void submit_job(struct me *m)
{
    char key[80], body[256];
    struct request q = {.method = "POST", .path = "/v1/jobs", .type = "application/json"};

    if (m->c->jobs == JOBS_MAX)
        return;
    snprintf(key, sizeof(key), "Idempotency-Key: soak-%d-%d", m->number, m->c->jobs);
    snprintf(body, sizeof(body),
             "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"soak-%d\",\"params\":"
             "{\"hidden_size\":8,\"epochs\":%u,\"ensemble\":false}}",
             m->number, 5 + draw(m, 60));
    q.body = body;
    q.headers[0] = key;
    if (insist(m, &q, 202))
        snprintf(m->c->job[m->c->jobs++], JOB_ID_BYTES, "%s", text_at(m->r.json, "id"));
}

static void upload_and_delete(struct me *m)
{
    char path[80];

    snprintf(path, sizeof(path), "/v1/datasets/short-%d", m->number);
    /* 200 if an earlier one was not deleted */
    if (!try(m, &(struct request){
                    .method = "PUT", .path = path, .type = "text/csv", .body = "v\n1\n2\n3\n"}))
        return;
    ck_assert(m->r.status == 201 || m->r.status == 200 || m->r.status == 503);
    m->c->answers++;
    if (m->r.status != 503)
        (void)try(m, &(struct request){.method = "DELETE", .path = path});
}

static void read_something(struct me *m)
{
    static const char *const paths[] = {"/v1/models/flights/forecast",
                                        "/v1/models/flights/forecast?horizon=30&format=csv",
                                        "/v1/datasets/flights/data?format=json",
                                        "/v1/jobs?limit=20",
                                        "/v1/models",
                                        "/healthz",
                                        "/metrics"};

    (void)ask(m,
              &(struct request){.method = "GET",
                                .path = paths[draw(m, sizeof(paths) / sizeof(paths[0]))]},
              200);
}

static void live(int number)
{
    struct me m = {.c = &shared->client[number], .seed = 77U + (unsigned)number, .number = number};
    char path[80];

    m.d.other_release = getenv("SOAK_OLD") != NULL;
    snprintf(m.dataset, sizeof(m.dataset), "soak-%d", number);
    snprintf(path, sizeof(path), "/v1/datasets/%s", m.dataset);
    m.c->rows = 1;
    while (!try(&m,
                &(struct request){
                    .method = "PUT", .path = path, .type = "text/csv", .body = "v\n1\n"}) ||
           m.r.status == 503)
        usleep(20000);
    while (!atomic_load(&shared->stop)) {
        unsigned what = draw(&m, 100);

        if (what < 30)
            append_rows(&m);
        else if (what < 33)
            submit_job(&m);
        else if (what < 40)
            upload_and_delete(&m);
        else
            read_something(&m);
    }
    reply_release(&m.r);
}

/* ---- the parent ---- */

static void start(void)
{
    const char *port;

    daemon_start(&d, NULL);
    port = strrchr(d.url, ':');
    atomic_store(&shared->port, (int)strtol(port + 1, NULL, 10));
}

static void check_rows(struct reply *r, int i)
{
    char path[80];

    snprintf(path, sizeof(path), "/v1/datasets/soak-%d", i);
    get(r, &d, path, 200);
    /* the last request of a client may have been accepted although its response was lost */
    ck_assert_msg((long)number_at(r->json, "series.0.length") >= shared->client[i].rows,
                  "%s has %g rows, %ld were accepted", path, number_at(r->json, "series.0.length"),
                  shared->client[i].rows);
}

static void check_jobs(struct reply *r, int i, int64_t by)
{
    const struct client *c = &shared->client[i];
    char path[128];

    for (int k = 0; k < c->jobs; k++) {
        const char *state;

        do {
            snprintf(path, sizeof(path), "/v1/jobs/%s?wait=10", c->job[k]);
            get(r, &d, path, 200);
            state = text_at(r->json, "state");
            ck_assert_msg(now_ms() < by, "job %s is %s", c->job[k], state);
        } while (strcmp(state, "queued") == 0 || strcmp(state, "running") == 0);
        ck_assert_msg(strcmp(state, "succeeded") == 0, "job %s is %s: %.300s", c->job[k], state,
                      r->body);
    }
}

/* ---- another release ---- */

static double jobs_in(struct reply *r, const char *state)
{
    char line[80];
    const char *at;

    get(r, &d, "/metrics", 200);
    snprintf(line, sizeof(line), "\nlstmd_jobs{state=\"%s\"} ", state);
    at = strstr(r->body, line);
    ck_assert_ptr_nonnull(at);
    return strtod(at + strlen(line), NULL);
}

/* Waits until one job is running and others are queued. */
static void wait_for_work(struct reply *r)
{
    static const char job[] =
        "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\",\"params\":"
        "{\"epochs\":50,\"ensemble\":false}}";
    const struct request more = {
        .method = "POST", .path = "/v1/jobs", .type = "application/json", .body = job};
    int64_t by = now_ms() + END_SECONDS * 1000;
    double running, queued;

    while ((running = jobs_in(r, "running")) < 1 || (queued = jobs_in(r, "queued")) < 1) {
        ck_assert_msg(now_ms() < by, "there are never a running and a queued job");
        (void)http_try(r, &d, &more); /* 503 is also good: the queue is full */
    }
    printf("soak: the new release takes over %g running and %g queued jobs\n", running, queued);
}

static void use_old(void)
{
    const char *old = getenv("SOAK_OLD"), *own = getenv("LSTMD_BIN");

    if (!old)
        return;
    ck_assert_ptr_nonnull(own);
    setenv("SOAK_NEW", own, 1);
    setenv("LSTMD_BIN", old, 1);
    d.other_release = true;
}

/* Kills the daemon and starts the one of the new release. */
static void take_over(struct reply *r)
{
    wait_for_work(r);
    daemon_kill(&d);
    setenv("LSTMD_BIN", getenv("SOAK_NEW"), 1);
    d.other_release = false;
    start();
    get(r, &d, "/readyz", 200);
}

static void prepare(struct reply *r)
{
    char *csv = example("airpassengers.csv");

    daemon_init(&d);
    use_old();
    start();
    put(r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    run_job(r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\",\"params\":"
            "{\"epochs\":3,\"ensemble\":false}}",
            "succeeded");
    free(csv);
}

static void sum_up(int kills)
{
    long answers = 0, refused = 0, broken = 0, rows = 0, jobs = 0;
    int lost = 0;

    for (int i = 0; i < clients; i++) {
        const struct client *c = &shared->client[i];

        answers += c->answers;
        refused += c->refused;
        broken += c->broken;
        rows += c->rows;
        jobs += c->jobs;
        lost += c->lost;
    }
    printf("soak: %d s, %d clients, %d kills: %ld answers (%ld times 503), %ld connections broke; "
           "%ld rows and %ld jobs accepted, %d lost\n",
           seconds, clients, kills, answers, refused, broken, rows, jobs, lost);
    ck_assert_int_eq(lost, 0);
}

START_TEST(nothing_that_was_accepted_is_lost)
{
    struct reply r = {0};
    pid_t pid[CLIENTS_MAX];
    int64_t end = now_ms() + (int64_t)seconds * 1000, half = end - (int64_t)seconds * 500;
    int kills = 0;

    prepare(&r);
    for (int i = 0; i < clients; i++) {
        pid[i] = fork();
        ck_assert_int_ge(pid[i], 0);
        if (pid[i] == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* when a check of the parent fails */
            live(i);
            _exit(0);
        }
    }
    for (; now_ms() < end; kills++) {
        int64_t next = now_ms() + 2000 + kills % 5 * 1500;

        while (now_ms() < next && now_ms() < end)
            usleep(50000);
        if (d.other_release && now_ms() >= half) {
            take_over(&r);
            continue;
        }
        daemon_kill(&d);
        start();
    }
    ck_assert_msg(!d.other_release, "the new release had no turn");
    atomic_store(&shared->stop, true);
    for (int i = 0; i < clients; i++) {
        int status = 0;

        ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
        ck_assert_msg(status == 0, "client %d ended with status %d", i, status);
    }
    for (int i = 0; i < clients; i++) {
        check_rows(&r, i);
        check_jobs(&r, i, now_ms() + END_SECONDS * 1000);
    }
    sum_up(kills);
    reply_release(&r);
    daemon_free(&d);
}
END_TEST

static int bounded(const char *text, int max)
{
    long n = strtol(text, NULL, 10);

    return n < 1 ? 1 : (n > max ? max : (int)n);
}

int main(int argc, char **argv)
{
    Suite *s = suite_create("soak");
    TCase *t = tcase_create("soak");

    if (argc > 1)
        seconds = bounded(argv[1], 86400);
    if (argc > 2)
        clients = bounded(argv[2], CLIENTS_MAX);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("soak: mmap");
        return EXIT_FAILURE;
    }
    tcase_set_timeout(t, 0);
    tcase_add_test(t, nothing_that_was_accepted_is_lost);
    suite_add_tcase(s, t);
    return suite_run(s);
}
