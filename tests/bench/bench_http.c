/* bench_http.c - what the service costs on top of the model: see README.md, section HTTP.
 *
 * usage: bench_http [CSV]  (build/bench_http.csv; LSTMD_BIN names the daemon, BENCH_RUNS the runs,
 *                           BENCH_SECONDS the length of one, BENCH_ROWS the rows of long lists) */
#include "server/store/store.h"
#include "tests/bench/big_sets.h"
#include "tests/bench/load.h"
#include <lstm/buf.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SERVER_CORE = 0,
    CLIENT_CORE = 1,
    CONNECTIONS = 16,
    FEW_CONNECTIONS = 4,
    URL_MAX = 256,
    BODY_MAX = 16 << 20
};

struct bench {
    char dir[64], self[512]; /* scratch; where this program lies */
    const char *lstmd;
    int server_core, client_core;
    pid_t pid;
    char url[64];
};

static char *path_in(const struct bench *b, const char *name)
{
    static char path[8][128];
    static int next;
    char *p = path[next++ % 8];

    snprintf(p, 128, "%s/%s", b->dir, name);
    return p;
}

/* ---- the daemon ---- */

/* Seconds until /readyz says 200. */
static double start_daemon(struct bench *b, const char *db, int core)
{
    char address[32], ready[96];
    char *argv[] = {(char *)b->lstmd,
                    (char *)"serve",
                    (char *)"--database",
                    path_in(b, db),
                    (char *)"--listen",
                    address,
                    (char *)"--http-threads",
                    (char *)"1",
                    (char *)"--log-file",
                    path_in(b, "requests.log"),
                    (char *)"--workers",
                    (char *)"1",
                    NULL};
    int port = free_port();
    double begin = now_seconds();

    snprintf(address, sizeof(address), "127.0.0.1:%d", port);
    snprintf(b->url, sizeof(b->url), "http://%s", address);
    snprintf(ready, sizeof(ready), "%s/readyz", b->url);
    b->pid = start_program(argv, core, path_in(b, "lstmd.log"));
    wait_for(ready);
    return now_seconds() - begin;
}

static char *url_of(const struct bench *b, const char *path)
{
    static char url[4][URL_MAX];
    static int next;
    char *u = url[next++ % 4];

    snprintf(u, URL_MAX, "%s%s", b->url, path);
    return u;
}

static void send_example(const struct bench *b, const char *file, const char *path)
{
    char name[600];
    char *argv[] = {(char *)"curl",
                    (char *)"-sfS",
                    (char *)"-X",
                    (char *)"PUT",
                    (char *)"-H",
                    (char *)"Content-Type: text/csv",
                    (char *)"--data-binary",
                    name,
                    url_of(b, path),
                    NULL};
    char *text;

    snprintf(name, sizeof(name), "@config/examples/%s", file);
    if (strstr(file, ".json"))
        argv[5] = (char *)"Content-Type: application/json";
    if (strstr(file, ".conllu"))
        argv[5] = (char *)"Content-Type: text/x-conllu";
    text = output_of(argv, FREE_CORE);
    if (!text)
        give_up("cannot send %s", file);
    free(text);
}

/* The id of a new job, into id. */
static void submit(char id[64], const struct bench *b, const char *json)
{
    char *text = http_ask(NULL, url_of(b, "/v1/jobs"), "application/json", json);
    cJSON *job = cJSON_Parse(text);
    const cJSON *member = cJSON_GetObjectItem(job, "id");

    if (!cJSON_IsString(member))
        give_up("no job: %s", text);
    snprintf(id, 64, "%s", member->valuestring);
    cJSON_Delete(job);
    free(text);
}

static void train(const struct bench *b, const char *json)
{
    char id[64], path[128];
    char *text;

    submit(id, b, json);
    snprintf(path, sizeof(path), "/v1/jobs/%s?wait=60", id);
    text = http_ask(NULL, url_of(b, path), NULL, NULL);
    if (!strstr(text, "\"succeeded\""))
        give_up("the job fails: %s", text);
    free(text);
}

static void make_models(const struct bench *b)
{
    send_example(b, "airpassengers.csv", "/v1/datasets/flights");
    send_example(b, "tutorial.json", "/v1/datasets/tutorial");
    train(b, "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
             "\"params\":{\"hidden_size\":64,\"ensemble\":false}}");
    train(b, "{\"task\":\"tag\",\"dataset\":\"tutorial\",\"model\":\"tagger\","
             "\"recipe\":\"tutorial-tagger\"}");
}

/* ---- requests ---- */

/* n months of something like air passengers. free() it. */
static char *history(int n)
{
    struct buf b;
    char *text = NULL;
    size_t len;
    struct err e = {0};

    buf_init(&b, BODY_MAX);
    buf_puts(&b, "{\"start\":\"1949-01\",\"frequency\":\"M\",\"values\":[");
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%s%.1f", i ? "," : "",
                   100 + 3 * (i % 144) + 30 * sin(i * 3.14159265358979 / 6));
    buf_puts(&b, "]}");
    if (buf_take(&b, &text, &len, &e))
        give_up("%s", e.message);
    return text;
}

static char *tokens(int n)
{
    static const char *const words[] = {"the",  "dog",  "ate",  "apple", "everybody",
                                        "read", "that", "book", "a",     "house"};
    struct buf b;
    char *text = NULL;
    size_t len;
    struct err e = {0};

    buf_init(&b, BODY_MAX);
    buf_puts(&b, "{\"sentences\":[");
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%s\"%s\"", i % 20 ? "," : (i ? "],[" : "["), words[i * 7 % 10]);
    buf_puts(&b, "]]}");
    if (buf_take(&b, &text, &len, &e))
        give_up("%s", e.message);
    return text;
}

/* ---- beside a bare libmicrohttpd handler ---- */

static pid_t start_bare(const struct bench *b, int port, const char *body)
{
    char program[600], number[16];
    char *argv[] = {program, number, path_in(b, "answer"), (char *)"application/json", NULL};
    FILE *f = fopen(argv[2], "w");
    pid_t pid;

    if (!f || fputs(body, f) < 0)
        give_up("cannot write %s", argv[2]);
    fclose(f);
    snprintf(program, sizeof(program), "%s/bare_mhd", b->self);
    snprintf(number, sizeof(number), "%d", port);
    pid = start_program(argv, b->server_core, path_in(b, "bare.log"));
    snprintf(program, sizeof(program), "http://127.0.0.1:%d/", port);
    wait_for(program);
    return pid;
}

/* body NULL: GET. */
static void beside_bare(const struct bench *b, const char *measure, const char *path,
                        const char *body)
{
    struct runs ours = {.count = 0}, peer = {.count = 0};
    int port = free_port();
    char bare_url[URL_MAX], *script = body ? path_in(b, "post.lua") : NULL;
    char *answer = http_ask(NULL, url_of(b, path), "application/json", body);
    pid_t bare = start_bare(b, port, answer);

    if (body)
        write_post_script(script, body);
    snprintf(bare_url, sizeof(bare_url), "http://127.0.0.1:%d%s", port, path);
    for (int i = 0; i < number_of_runs(); i++) {
        runs_add(&ours, run_wrk(url_of(b, path), script, CONNECTIONS, b->client_core).per_second);
        runs_add(&peer, run_wrk(bare_url, script, CONNECTIONS, b->client_core).per_second);
    }
    stop_program(bare);
    free(answer);
    table_row(measure, &ours, &peer, 1, "requests/s");
}

static void throughput(struct bench *b)
{
    char *series = history(144), *sentence = tokens(20);

    start_daemon(b, "models.db", b->server_core);
    make_models(b);
    beside_bare(b, "GET forecast of an unchanged model / bare libmicrohttpd",
                "/v1/models/flights/forecast", NULL);
    beside_bare(b, "POST forecast, 144 values, hidden 64 / bare libmicrohttpd",
                "/v1/models/flights/forecast", series);
    beside_bare(b, "POST tag, 20 tokens / bare libmicrohttpd", "/v1/models/tagger/tag", sentence);
    stop_program(b->pid);
    free(series);
    free(sentence);
}

/* ---- while a job trains ---- */

static void wait_until_running(const struct bench *b, const char *id)
{
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    for (int i = 0; i < 500; i++) {
        char *text = http_ask(NULL, url_of(b, path), NULL, NULL);
        bool running = strstr(text, "\"state\":\"running\"") != NULL;

        free(text);
        if (running)
            return;
        usleep(10000);
    }
    give_up("the job does not begin");
}

/* No core is reserved here: the kernel schedules all programs, as it does for users. */
static void latency(struct bench *b)
{
    struct runs idle = {.count = 0}, busy = {.count = 0};
    char id[64], path[128];

    start_daemon(b, "models.db", FREE_CORE);
    for (int i = 0; i < number_of_runs(); i++) {
        const char *url = url_of(b, "/v1/models/flights/forecast");

        runs_add(&idle, run_wrk(url, NULL, FEW_CONNECTIONS, FREE_CORE).p99_ms);
        submit(id, b,
               "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"other\",\"params\":"
               "{\"hidden_size\":256,\"epochs\":100000,\"patience\":100000,\"threads\":0}}");
        wait_until_running(b, id);
        runs_add(&busy, run_wrk(url, NULL, FEW_CONNECTIONS, FREE_CORE).p99_ms);
        snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
        free(http_ask(NULL, url_of(b, path), "application/json", ""));
        snprintf(path, sizeof(path), "/v1/jobs/%s?wait=30", id);
        free(http_ask(NULL, url_of(b, path), NULL, NULL));
    }
    stop_program(b->pid);
    table_row("p99 of GET forecast while a job trains / without", &busy, &idle, -1, "ms");
}

/* ---- one sentence ---- */

/* The net that the default recipe gives a large treebank; its cost does not depend on what it
 * learned, so a small one does. */
static void make_sentence_model(const struct bench *b)
{
    send_example(b, "treebank.conllu", "/v1/datasets/treebank");
    train(b, "{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"sentences\","
             "\"params\":{\"epochs\":1,\"members\":1,\"hidden_size\":112}}");
}

static void tag_latency(struct bench *b)
{
    struct runs one = {.count = 0}, few = {.count = 0};
    char *body = tokens(20), *script = path_in(b, "tag.lua");

    start_daemon(b, "models.db", FREE_CORE);
    make_sentence_model(b);
    write_post_script(script, body);
    for (int i = 0; i < number_of_runs(); i++) {
        const char *url = url_of(b, "/v1/models/sentences/tag");

        runs_add(&one, run_wrk(url, script, 1, FREE_CORE).p99_ms);
        runs_add(&few, run_wrk(url, script, FEW_CONNECTIONS, FREE_CORE).p99_ms);
    }
    stop_program(b->pid);
    free(body);
    table_row("p99 of POST tag, 20 tokens, 112 hidden units, one client", &one, NULL, -1, "ms");
    table_row("the same, four clients", &few, NULL, -1, "ms");
}

/* ---- as work grows ---- */

static void fill_datasets(struct store *s, int from, int to, struct err *e)
{
    double value = 1;
    struct series one = {.id = (char *)"a", .length = 1, .values = &value};
    char *column = (char *)"value";
    struct series_set set = {.count = 1, .items = &one, .num_columns = 1, .columns = &column};

    for (int i = from; i < to; i++) {
        char name[32];
        bool created;

        snprintf(name, sizeof(name), "data-%07d", i);
        if (store_dataset_put_series(s, name, &set, NULL, &created, e))
            give_up("%s", e->message);
    }
}

static void fill_models(struct store *s, int from, int to, struct err *e)
{
    static const uint8_t checkpoint[64];
    struct model_submission m = {.task = "forecast",
                                 .dataset = "data-0000000",
                                 .params = "{}",
                                 .metrics = "{}",
                                 .details = "{}",
                                 .parameter_count = 16,
                                 .checkpoint = checkpoint,
                                 .checkpoint_len = sizeof(checkpoint)};

    for (int i = from; i < to; i++) {
        char name[32];
        int64_t version;

        snprintf(name, sizeof(name), "model-%07d", i);
        m.name = name;
        if (store_model_put(&version, s, &m, e))
            give_up("%s", e->message);
    }
}

/* The jobs are cancelled, because the daemon would begin to work on others. */
static void fill_jobs(struct store *s, int from, int to, struct err *e)
{
    struct job_submission sub = {.task = "forecast",
                                 .dataset = "data-0000000",
                                 .model = "m",
                                 .params = "{}",
                                 .request_digest = "",
                                 .max_queue = 10};
    struct dataset d = {0};

    if (store_dataset_get(&d, s, sub.dataset, e))
        give_up("%s", e->message);
    sub.dataset_id = d.id;
    dataset_release(&d);
    for (int i = from; i < to; i++) {
        struct job job = {0}, cancelled = {0};
        bool existing;

        if (store_job_submit(&job, &existing, s, &sub, e) ||
            store_job_cancel(&cancelled, s, job.id, e))
            give_up("%s", e->message);
        job_release(&job);
        job_release(&cancelled);
    }
}

static void fill(const struct bench *b, int from, int to)
{
    const struct store_config c = {.path = path_in(b, "long.db"), .busy_timeout_ms = 5000};
    struct store *s = NULL;
    struct err e = {0};

    if (store_open(&s, &c, &e))
        give_up("%s", e.message);
    fill_datasets(s, from, to, &e);
    fill_models(s, from, to, &e);
    fill_jobs(s, from, to, &e);
    store_close(s);
}

/* The milliseconds that an answer takes: the median of several. */
static double time_of(const struct bench *b, const char *path, const char *body)
{
    struct runs r = {.count = 0};
    const char *url = url_of(b, path);

    for (int i = 0; i < RUNS_MAX; i++) {
        double begin = now_seconds();

        free(http_ask(NULL, url, "application/json", body));
        runs_add(&r, (now_seconds() - begin) * 1000);
    }
    return runs_median(&r);
}

static const struct {
    const char *what, *path;
} pages[] = {
    {"first page of data sets", "/v1/datasets?limit=100"},
    {"a later page of data sets", "/v1/datasets?limit=100&cursor=data-0000500"},
    {"first page of models", "/v1/models?limit=100"},
    {"a later page of models", "/v1/models?limit=100&cursor=model-0000500"},
    {"first page of jobs", "/v1/jobs?limit=100"},
    {"first page of jobs of a model", "/v1/jobs?limit=100&model=m"},
    {"first page of jobs in a state", "/v1/jobs?limit=100&state=cancelled"},
};
enum { PAGES = sizeof(pages) / sizeof(pages[0]), FEW_ROWS = 1000 };

static void time_pages(struct bench *b, struct runs out[PAGES])
{
    start_daemon(b, "long.db", b->server_core);
    for (int i = 0; i < number_of_runs(); i++)
        for (int k = 0; k < PAGES; k++)
            runs_add(&out[k], time_of(b, pages[k].path, NULL));
    stop_program(b->pid);
}

static void long_lists(struct bench *b)
{
    struct runs few[PAGES] = {{.count = 0}}, many[PAGES] = {{.count = 0}};
    const char *text = getenv("BENCH_ROWS");
    int rows = text ? (int)strtol(text, NULL, 10) : 100000;
    char measure[96];

    fill(b, 0, FEW_ROWS);
    time_pages(b, few);
    fill(b, FEW_ROWS, rows);
    time_pages(b, many);
    for (int k = 0; k < PAGES; k++) {
        snprintf(measure, sizeof(measure), "%s, of %d / of %d", pages[k].what, rows, FEW_ROWS);
        table_row(measure, &many[k], &few[k], -1, "ms");
    }
}

static void grow_one(const struct bench *b, const char *measure, const char *path, int few,
                     int many, char *(*make)(int n))
{
    struct runs small = {.count = 0}, large = {.count = 0};
    char *a = make(few), *z = make(many);

    for (int i = 0; i < number_of_runs(); i++) {
        runs_add(&small, time_of(b, path, a) * 1000 / few);
        runs_add(&large, time_of(b, path, z) * 1000 / many);
    }
    table_row(measure, &large, &small, -1, "us each");
    free(a);
    free(z);
}

static void long_bodies(struct bench *b)
{
    start_daemon(b, "models.db", b->server_core);
    grow_one(b, "POST forecast, a value of 90000 / of 9000", "/v1/models/flights/forecast", 9000,
             90000, history); /* months until the year 9449 */
    grow_one(b, "POST tag, a token of 20000 / of 2000", "/v1/models/tagger/tag", 2000, 20000,
             tokens);
    stop_program(b->pid);
}

/* ---- beside large data sets ---- */

static void beside_big_sets(struct bench *b)
{
    struct big_sets alone = {.del = {.count = 0}}, beside = {.del = {.count = 0}};
    int runs = number_of_runs() < 3 ? number_of_runs() : 3; /* each deletes one of the large sets */
    char measure[96];

    start_daemon(b, "big.db", b->server_core);
    for (int i = 0; i < runs; i++)
        big_sets_time(&alone, b->url, -1);
    stop_program(b->pid);
    big_sets_fill(path_in(b, "big.db"));
    start_daemon(b, "big.db", b->server_core);
    for (int i = 0; i < runs; i++)
        big_sets_time(&beside, b->url, i);
    stop_program(b->pid);
    for (int k = 0; k < BIG_SETS_ROWS; k++) {
        snprintf(measure, sizeof(measure), "%s beside four sets of 55000 x 200 / alone",
                 big_sets_names[k]);
        table_row(measure, &beside.row[k], &alone.row[k], -1, "ms");
    }
    table_row("DELETE of 55000 x 200", &beside.del, NULL, -1, "s");
}

/* ---- at rest ---- */

static void at_rest(struct bench *b)
{
    struct runs fresh = {.count = 0}, again = {.count = 0}, memory = {.count = 0};
    struct runs size = {.count = 0};
    struct stat st;

    for (int i = 0; i < number_of_runs(); i++) {
        char name[32];

        snprintf(name, sizeof(name), "fresh-%d.db", i);
        runs_add(&fresh, 1000 * start_daemon(b, name, FREE_CORE));
        runs_add(&memory, (double)memory_kb(b->pid) / 1024);
        stop_program(b->pid);
        runs_add(&again, 1000 * start_daemon(b, "models.db", FREE_CORE));
        stop_program(b->pid);
    }
    table_row("cold start to /readyz, new database", &fresh, NULL, -1, "ms");
    table_row("cold start to /readyz, database with models", &again, NULL, -1, "ms");
    table_row("resident memory when idle", &memory, NULL, -1, "MiB");
    if (stat(b->lstmd, &st) == 0) {
        runs_add(&size, (double)st.st_size / (1 << 20));
        table_row("the program, with its symbols", &size, NULL, -1, "MiB");
    }
}

int main(int argc, char **argv)
{
    struct bench b = {.dir = "/tmp/bench_http.XXXXXX", .lstmd = getenv("LSTMD_BIN")};
    bool cores = sysconf(_SC_NPROCESSORS_ONLN) > 1;
    char *slash;
    char *clean[] = {(char *)"rm", (char *)"-rf", b.dir, NULL};

    b.server_core = cores ? SERVER_CORE : FREE_CORE;
    b.client_core = cores ? CLIENT_CORE : FREE_CORE;
    if (!b.lstmd)
        b.lstmd = "build/lstmd";
    snprintf(b.self, sizeof(b.self), "%s", argv[0]);
    slash = strrchr(b.self, '/');
    snprintf(slash ? slash : b.self, 2, "%s", slash ? "" : ".");
    if (!mkdtemp(b.dir) || curl_global_init(CURL_GLOBAL_DEFAULT))
        give_up("no temporary folder, or no libcurl");
    table_open(argc > 1 ? argv[1] : "build/bench_http.csv");
    beside_big_sets(&b);
    if (getenv("BENCH_BIG_SETS_ONLY")) {
        puts("bench_http: BENCH_BIG_SETS_ONLY: no other rows");
        table_close();
        free(output_of(clean, FREE_CORE));
        return 0;
    }
    if (have_wrk()) {
        throughput(&b);
        tag_latency(&b);
        latency(&b);
    } else {
        start_daemon(&b, "models.db", FREE_CORE);
        make_models(&b);
        stop_program(b.pid);
        puts("bench_http: wrk is not installed (apt-get install wrk): no rows of load");
    }
    at_rest(&b);
    long_bodies(&b);
    long_lists(&b);
    table_close();
    free(output_of(clean, FREE_CORE));
    return 0;
}
