/* test_arithmetic.c - a database that moves between arithmetics, as to another CPU: a job that
 * began in one starts again in the other, and ends as if it had run only there; models and
 * responses name their arithmetic. */
#include "tests/integration/suite.h"
#include "tests/sanitizer.h"

#include <lstm/checkpoint.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

static struct daemon d;
static struct reply r;
enum { FOLLOW_MS = 300000, TRIES = 20 };
static const char *const always[] = {"--checkpoint-interval-seconds", "0", NULL};

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    unsetenv("LSTMD_CPU");
    unsetenv("GLIBC_TUNABLES");
    reply_release(&r);
    daemon_free(&d);
}

/* The settings that decide the arithmetic of a process. */
struct machine {
    const char *kernels, *tunables;
};
static const struct machine naive = {"naive", ""}, portable = {"portable", ""},
                            no_fma = {"portable",
                                      "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-FMA_Usable,-AVX2_Usable"};

static void start_with(const struct machine *m, const char *const *flags)
{
    setenv("LSTMD_CPU", m->kernels, 1);
    setenv("GLIBC_TUNABLES", m->tunables, 1);
    daemon_start(&d, flags);
}

static void start_on(const struct machine *m)
{
    start_with(m, always);
}

/* The arithmetic of the daemon that runs. */
static void arithmetic_of(char out[64])
{
    get(&r, &d, "/version", 200);
    snprintf(out, 64, "%s", text_at(r.json, "arithmetic"));
}

struct move {
    const char *what;
    const struct machine *from, *to;
    const char *file, *type, *job; /* job: its request but for the model */
    double until;                  /* fraction at which it is interrupted */
    bool drain;                    /* by SIGTERM; else by SIGKILL */
};

static const struct move moves[] = {
    {"a net alone", &naive, &portable, "airpassengers.csv", "text/csv",
     "\"task\":\"forecast\",\"dataset\":\"data\",\"recipe\":\"tutorial-flights\","
     "\"params\":{\"epochs\":2,\"hidden_size\":40,\"shuffle\":true}",
     0.3, false},
    {"an ensemble", &portable, &naive, "airpassengers.csv", "text/csv",
     "\"task\":\"forecast\",\"dataset\":\"data\",\"params\":{\"epochs\":12,"
     "\"patience\":0}",
     0.5, false},
    {"drained", &portable, &naive, "airpassengers.csv", "text/csv",
     "\"task\":\"forecast\",\"dataset\":\"data\",\"recipe\":\"tutorial-flights\","
     "\"params\":{\"epochs\":2,\"hidden_size\":40}",
     0.3, true},
    {"the same kernels with another libm", &no_fma, &portable, "airpassengers.csv", "text/csv",
     "\"task\":\"forecast\",\"dataset\":\"data\",\"params\":{\"epochs\":12,"
     "\"patience\":0}",
     0.5, false},
    {"where it was", &portable, &portable, "airpassengers.csv", "text/csv",
     "\"task\":\"forecast\",\"dataset\":\"data\",\"params\":{\"epochs\":12,"
     "\"patience\":0}",
     0.5, false},
    {"a backtest", &naive, &portable, "airpassengers.csv", "text/csv",
     "\"task\":\"backtest\",\"dataset\":\"data\",\"windows\":4,\"step\":3,"
     "\"horizon\":6,\"params\":{\"epochs\":3}",
     0.4, false},
    {"a search", &naive, &portable, "airpassengers.csv", "text/csv",
     "\"task\":\"forecast\",\"dataset\":\"data\",\"search\":{\"trials\":3},"
     "\"params\":{\"epochs\":5}",
     0.4, false},
    {"a tagger", &naive, &portable, "tutorial.json", "application/json",
     "\"task\":\"tag\",\"dataset\":\"data\",\"recipe\":\"tutorial-tagger\","
     "\"params\":{\"epochs\":100}",
     0.3, false},
    {"a tagger of a treebank", &portable, &naive, "treebank.conllu", "text/x-conllu",
     "\"task\":\"tag\",\"dataset\":\"data\",\"params\":{\"epochs\":2,"
     "\"hidden_size\":8}",
     0.3, false},
    {"a tokenizer, its tagger being done", &portable, &naive, "treebank.conllu", "text/x-conllu",
     "\"task\":\"tag\",\"dataset\":\"data\",\"params\":{\"epochs\":2,"
     "\"hidden_size\":8}",
     0.8, false},
    {"a warm start", &naive, &portable, "airpassengers.csv", "text/csv",
     "\"task\":\"forecast\",\"dataset\":\"data\",\"warm_start_from\":\"base\","
     "\"params\":{\"epochs\":10}",
     0.3, false},
};
enum { NUM_MOVES = sizeof(moves) / sizeof(moves[0]) };
/* With a sanitizer these trainings take ten times as long, and other tests run the same code. */
enum { MOVES_TRIED = ANY_SANITIZER ? 2 : NUM_MOVES };

static void submit(char id[64], const struct move *m, const char *model)
{
    char body[512];

    snprintf(body, sizeof(body), "{\"model\":\"%s\",%s}", model, m->job);
    post(&r, &d, "/v1/jobs", body, 202);
    snprintf(id, 64, "%s", text_at(r.json, "id"));
}

/* What the job made: the digest of its model, or of a backtest the whole result. */
static char *made(const char *id, const char *model)
{
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    get(&r, &d, path, 200);
    if (strcmp(text_at(r.json, "task"), "backtest") == 0) {
        snprintf(path, sizeof(path), "/v1/jobs/%s/backtest", id);
        get(&r, &d, path, 200);
        return strdup(r.body);
    }
    snprintf(path, sizeof(path), "/v1/models/%s", model);
    get(&r, &d, path, 200);
    return strdup(text_at(r.json, "digest"));
}

/* The result of the job without an interruption; name: the daemon's arithmetic. */
static char *undisturbed(char name[64], const struct move *m)
{
    char *data = example(m->file), *result;
    char id[64];

    start_on(m->to);
    arithmetic_of(name);
    put(&r, &d, "/v1/datasets/data", m->type, data, 201);
    free(data);
    if (strstr(m->job, "warm_start_from"))
        run_job(&r, &d,
                "{\"task\":\"forecast\",\"dataset\":\"data\",\"model\":\"base\","
                "\"params\":{\"epochs\":2}}",
                "succeeded");
    submit(id, m, "undisturbed");
    wait_job(&r, &d, id);
    ck_assert_msg(strcmp(text_at(r.json, "state"), "succeeded") == 0, "%s", r.body);
    ck_assert_str_eq(text_at(r.json, "arithmetic"), name);
    ck_assert(cJSON_IsNull(at(r.json, "note")));
    result = made(id, "undisturbed");
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    return result;
}

/* Waits until the running job has reached fraction; false: it ended before. */
static bool follow_until(const char *id, double fraction)
{
    int64_t deadline = now_ms() + FOLLOW_MS;
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    for (;;) {
        get(&r, &d, path, 200);
        if (strcmp(text_at(r.json, "state"), "queued") != 0 &&
            strcmp(text_at(r.json, "state"), "running") != 0)
            return false;
        if (number_at(r.json, "progress.fraction") >= fraction)
            return true;
        ck_assert_msg(now_ms() < deadline, "it does not come so far: %s", r.body);
        poll(NULL, 0, 2);
    }
}

/* Leaves a daemon that was stopped in the middle of the job. */
static void interrupt_job(char id[64], const struct move *m)
{
    int tries = 0;

    do {
        ck_assert_int_lt(tries++, TRIES);
        submit(id, m, "moved");
    } while (!follow_until(id, m->until));
    if (m->drain)
        ck_assert_int_eq(daemon_stop(&d, 20), 0);
    else
        daemon_kill(&d);
}

/* Checks the job's note: why it was restarted, or none if both processes compute alike. */
static void check_note(const char *first, const char *second)
{
    const cJSON *note = at(r.json, "note");

    ck_assert_str_eq(text_at(r.json, "arithmetic"), second);
    if (strcmp(first, second) == 0) {
        ck_assert_msg(cJSON_IsNull(note), "%s", r.body);
        ck_assert(!daemon_log_has(&d, "begins anew"));
        return;
    }
    ck_assert_msg(cJSON_IsString(note), "%s", r.body);
    ck_assert_ptr_nonnull(strstr(note->valuestring, "begun anew"));
    ck_assert_ptr_nonnull(strstr(note->valuestring, first));
    ck_assert_ptr_nonnull(strstr(note->valuestring, second));
    ck_assert(daemon_log_has(&d, "begins anew"));
}

/* A client that has the first epoch's event of the first run gets it again after a restart. */
static void check_events(const char *id, bool anew)
{
    char path[128];
    struct request q = {.method = "GET", .path = path, .headers = {"Last-Event-ID: 3"}};

    snprintf(path, sizeof(path), "/v1/jobs/%s/events", id);
    http_send(&r, &d, &q);
    expect_status(&r, 200, path);
    ck_assert_msg((strstr(r.body, "\"epoch\":1,") != NULL) == anew, "%s", r.body);
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"succeeded\""));
}

START_TEST(a_job_that_moves_ends_as_one_that_was_always_there)
{
    const struct move *m = &moves[_i];
    char first[64], second[64], id[64];
    char *want = undisturbed(second, m), *have;

    start_on(m->from);
    arithmetic_of(first);
    interrupt_job(id, m);
    ck_assert_str_eq(text_at(r.json, "arithmetic"), first);
    start_on(m->to);
    wait_job(&r, &d, id);
    ck_assert_msg(strcmp(text_at(r.json, "state"), "succeeded") == 0, "%s: %s", m->what, r.body);
    check_note(first, second);
    check_events(id, strcmp(first, second) != 0);
    have = made(id, "moved");
    ck_assert_msg(strcmp(have, want) == 0, "%s: another result than undisturbed", m->what);
    free(want);
    free(have);
}
END_TEST

/* Nothing is kept of a job that was killed before its first snapshot, but its epochs were sent as
 * events. */
START_TEST(a_job_without_a_snapshot_begins_anew_elsewhere)
{
    static const char *const seldom[] = {"--checkpoint-interval-seconds", "3600", NULL};
    const struct machine *second = _i ? &naive : &portable;
    char *data = example("airpassengers.csv");
    char id[64];
    int tries = 0;

    start_with(&naive, seldom);
    put(&r, &d, "/v1/datasets/data", "text/csv", data, 201);
    free(data);
    do {
        ck_assert_int_lt(tries++, TRIES);
        submit(id, &moves[1], "m");
    } while (!follow_until(id, 0.3));
    daemon_kill(&d);
    start_with(second, seldom);
    wait_job(&r, &d, id);
    ck_assert_int_eq(cJSON_IsString(at(r.json, "note")), second != &naive);
    check_events(id, second != &naive);
}
END_TEST

/* ---- answers ---- */

enum { QUESTIONS = 4 };
static const char *const questions[QUESTIONS] = {
    "/v1/models/flights/forecast?horizon=12",
    "/v1/models/flights/forecast?horizon=3&level=80&format=csv",
    "/v1/models/flights/forecast?format=svg",
    "/v1/models/flights/evaluation",
};
enum { STORED = 3 }; /* the one that is not computed, but read */

static void ask(char etag[128], const char *path, const char *if_none_match, long expect)
{
    char header[200];
    struct request q = {.method = "GET", .path = path};

    if (if_none_match) {
        snprintf(header, sizeof(header), "If-None-Match: %s", if_none_match);
        q.headers[0] = header;
    }
    http_send(&r, &d, &q);
    expect_status(&r, expect, path);
    reply_header(etag, 128, &r, "ETag");
    ck_assert_int_eq(etag[0], '"');
}

START_TEST(two_arithmetics_share_no_etag)
{
    const struct machine *const order[] = {&portable, &naive, &no_fma, &portable};
    enum { STARTS = sizeof(order) / sizeof(order[0]) };
    static char etag[STARTS][QUESTIONS][128];
    char name[STARTS][64], again[128];
    char *data = example("airpassengers.csv");

    for (int s = 0; s < STARTS; s++) {
        start_on(order[s]);
        arithmetic_of(name[s]);
        if (s == 0) {
            put(&r, &d, "/v1/datasets/flights", "text/csv", data, 201);
            run_job(&r, &d,
                    "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
                    "\"params\":{\"epochs\":2}}",
                    "succeeded");
        }
        for (int q = 0; q < QUESTIONS; q++) {
            ask(etag[s][q], questions[q], NULL, 200);
            ask(again, questions[q], NULL, 200); /* from the response cache */
            ck_assert_str_eq(again, etag[s][q]);
            ask(again, questions[q], etag[s][q], 304);
            if (q != STORED)
                ck_assert_ptr_nonnull(strstr(etag[s][q], name[s]));
            for (int before = 0; before < s; before++) {
                bool same = q == STORED || strcmp(name[s], name[before]) == 0;

                ck_assert_int_eq(strcmp(etag[s][q], etag[before][q]) == 0, same);
                ask(again, questions[q], etag[before][q], same ? 304 : 200);
            }
        }
        ck_assert_int_eq(daemon_stop(&d, 10), 0);
    }
    ck_assert_str_eq(name[0], name[STARTS - 1]);
    free(data);
}
END_TEST

/* ---- models ---- */

/* The file of the reply without the key. */
static char *without_arithmetic(size_t *len)
{
    struct checkpoint *a = NULL, *b = NULL;
    struct checkpoint_tensor t;
    const char *key, *value;
    uint8_t *bytes = NULL;

    ck_assert_int_eq(checkpoint_read(&a, (const uint8_t *)r.body, r.len, NULL), ST_OK);
    ck_assert_int_eq(checkpoint_new(&b, NULL), ST_OK);
    for (int i = 0; i < checkpoint_num_metadata(a); i++) {
        checkpoint_metadata(a, i, &key, &value);
        if (strcmp(key, CHECKPOINT_ARITHMETIC) != 0)
            ck_assert_int_eq(checkpoint_set(b, key, value, NULL), ST_OK);
    }
    for (int i = 0; i < checkpoint_num_tensors(a); i++) {
        checkpoint_tensor(&t, a, i);
        ck_assert_int_eq(checkpoint_add(b, t.name, t.dtype, t.shape, t.ndim, t.data, NULL), ST_OK);
    }
    ck_assert_int_eq(checkpoint_write(&bytes, len, b, NULL), ST_OK);
    checkpoint_free(a);
    checkpoint_free(b);
    return (char *)bytes;
}

static void import(const char *name, const char *bytes, size_t len)
{
    char path[96];
    struct request q = {.method = "PUT",
                        .path = path,
                        .type = "application/octet-stream",
                        .body = bytes,
                        .len = len};

    snprintf(path, sizeof(path), "/v1/models/%s/checkpoint", name);
    http_send(&r, &d, &q);
    expect_status(&r, 201, path);
}

static const struct {
    const char *file, *type, *job;
} kinds[] = {
    {"airpassengers.csv", "text/csv",
     "{\"task\":\"forecast\",\"dataset\":\"data\",\"model\":\"m\",\"params\":{\"epochs\":2}}"},
    {"tutorial.json", "application/json",
     "{\"task\":\"tag\",\"dataset\":\"data\",\"model\":\"m\",\"recipe\":\"tutorial-tagger\"}"},
};

START_TEST(a_model_keeps_the_arithmetic_of_its_training)
{
    char trained_in[64], digest[80], path[96];
    char *data = example(kinds[_i].file), *old;
    size_t len;

    start_on(&portable);
    arithmetic_of(trained_in);
    put(&r, &d, "/v1/datasets/data", kinds[_i].type, data, 201);
    free(data);
    run_job(&r, &d, kinds[_i].job, "succeeded");
    daemon_kill(&d);
    start_on(&naive);
    get(&r, &d, "/v1/models/m", 200);
    ck_assert_str_eq(text_at(r.json, "arithmetic"), trained_in);
    snprintf(digest, sizeof(digest), "%s", text_at(r.json, "digest"));
    get(&r, &d, "/v1/models/m/checkpoint", 200);
    old = without_arithmetic(&len);
    data = malloc(r.len);
    ck_assert_ptr_nonnull(data);
    memcpy(data, r.body, r.len);
    import("copy", data, r.len);
    ck_assert_str_eq(text_at(r.json, "arithmetic"), trained_in);
    ck_assert_str_eq(text_at(r.json, "digest"), digest);
    import("old", old, len);
    ck_assert(cJSON_IsNull(at(r.json, "arithmetic")));
    snprintf(path, sizeof(path),
             _i ? "/v1/models/old/tag?text=The+dog" : "/v1/models/old/forecast");
    get(&r, &d, path, 200);
    free(data);
    free(old);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("arithmetic");
    TCase *t = tcase_create("another arithmetic");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 1200);
    tcase_add_loop_test(t, a_job_that_moves_ends_as_one_that_was_always_there, 0, MOVES_TRIED);
    tcase_add_loop_test(t, a_job_without_a_snapshot_begins_anew_elsewhere, 0, 2);
    tcase_add_test(t, two_arithmetics_share_no_etag);
    tcase_add_loop_test(t, a_model_keeps_the_arithmetic_of_its_training, 0, 2);
    suite_add_tcase(s, t);
    return suite_run(s);
}
