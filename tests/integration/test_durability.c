/* test_durability.c - kill -9 at random moments: no acknowledged upload is lost, and a job ends
 * with the weights of an undisturbed run, bit for bit. */
#include "tests/integration/suite.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLS = 8, UPLOAD_ROUNDS = 6 };

static struct daemon d;
static struct reply r;
static unsigned rnd = 12345; /* a fixed seed; the scheduler makes the moments random enough */

static unsigned next_random(void)
{
    rnd = rnd * 1103515245u + 12345u;
    return rnd >> 16;
}

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static const char *const often[] = {"--checkpoint-interval-seconds", "0.05", NULL};

static const struct {
    const char *file, *type, *task, *recipe, *params;
} cases[] = {
    {"airpassengers.csv", "text/csv", "forecast", "tutorial-flights",
     "\"hidden_size\":64,\"shuffle\":true,\"seed\":7"},
    {"airpassengers.csv", "text/csv", "forecast", "default",
     "\"num_layers\":2,\"dropout\":0.2,\"patience\":0,\"batch_size\":8"},
    {"tutorial.json", "application/json", "tag", "tutorial-tagger",
     "\"dropout\":0.1,\"num_layers\":2,\"optimizer\":\"adam\","
     "\"learning_rate\":0.001,\"shuffle\":true"},
};

static void submit(char id[64], int which, const char *model, int epochs)
{
    char body[512];

    snprintf(body, sizeof(body),
             "{\"task\":\"%s\",\"dataset\":\"data\",\"model\":\"%s\",\"recipe\":\"%s\","
             "\"params\":{\"epochs\":%d,%s}}",
             cases[which].task, model, cases[which].recipe, epochs, cases[which].params);
    post(&r, &d, "/v1/jobs", body, 202);
    snprintf(id, 64, "%s", text_at(r.json, "id"));
}

static int64_t trial_ms(int which, int epochs)
{
    char id[64];
    int64_t begin = now_ms();

    submit(id, which, "trial", epochs);
    wait_job(&r, &d, id);
    return now_ms() - begin;
}

/* As many epochs as take about two seconds here: a sanitizer or a busy machine makes fewer of them,
 * and the kills meet a running job on a fast one too. The difference of two trials counts, because
 * the work of a job beside its epochs takes as long in both. */
static int epochs_of_seconds(int which)
{
    int64_t before = trial_ms(which, 1), ms, n;
    int epochs = 4;

    while ((ms = trial_ms(which, epochs) - before) < 300 && epochs <= 20000)
        epochs *= 4;
    n = (int64_t)(epochs - 1) * 2000 / (ms > 0 ? ms : 1);
    return n < 4 ? 4 : (n > 100000 ? 100000 : (int)n);
}

/* Follows the progress of the job until it has done a random part of its epochs more. */
static void advance(const char *id, double *fraction)
{
    double goal = *fraction + 0.002 * (1 + next_random() % 40);
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    for (;;) {
        const char *state;

        get(&r, &d, path, 200);
        state = text_at(r.json, "state");
        *fraction = number_at(r.json, "progress.fraction");
        if (*fraction >= goal || (strcmp(state, "queued") && strcmp(state, "running")))
            return;
    }
}

START_TEST(killed_job_ends_with_the_same_weights)
{
    char *data = example(cases[_i].file);
    char digest[80], id[64];
    double fraction = 0;
    int interrupted = 0, epochs;

    daemon_start(&d, often);
    put(&r, &d, "/v1/datasets/data", cases[_i].type, data, 201);
    epochs = epochs_of_seconds(_i);
    submit(id, _i, "undisturbed", epochs);
    wait_job(&r, &d, id);
    ck_assert_msg(strcmp(text_at(r.json, "state"), "succeeded") == 0, "%s", r.body);
    get(&r, &d, "/v1/models/undisturbed", 200);
    snprintf(digest, sizeof(digest), "%s", text_at(r.json, "digest"));

    submit(id, _i, "killed", epochs);
    for (int k = 0; k < KILLS; k++) {
        advance(id, &fraction);
        interrupted += strcmp(text_at(r.json, "state"), "running") == 0;
        daemon_kill(&d);
        daemon_start(&d, often);
    }
    ck_assert_msg(interrupted >= 3, "only %d kills met a running job", interrupted);
    wait_job(&r, &d, id);
    ck_assert_msg(strcmp(text_at(r.json, "state"), "succeeded") == 0, "%s", r.body);
    get(&r, &d, "/v1/models/killed", 200);
    ck_assert_str_eq(text_at(r.json, "digest"), digest);
    free(data);
}
END_TEST

/* The second part of a tag job, which trains the tokenizer, begins at a progress of three
 * quarters. */
START_TEST(killed_while_it_learns_to_split_text)
{
    static const char *const always[] = {"--checkpoint-interval-seconds", "0", NULL};
    char *data = example("treebank.conllu");
    char digest[80], id[64], path[128], body[128];
    int interrupted = 0;

    daemon_start(&d, always);
    put(&r, &d, "/v1/datasets/data", "text/x-conllu", data, 201);
    for (int killed = 0; killed < 2; killed++) {
        snprintf(body, sizeof(body),
                 "{\"task\":\"tag\",\"dataset\":\"data\",\"model\":\"m%d\",\"params\":{"
                 "\"epochs\":2,\"hidden_size\":8}}",
                 killed);
        post(&r, &d, "/v1/jobs", body, 202);
        snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
        snprintf(path, sizeof(path), "/v1/jobs/%s", id);
        for (int k = 0; killed && k < 4; k++) {
            do
                get(&r, &d, path, 200);
            while (number_at(r.json, "progress.fraction") < 0.76 + 0.03 * k);
            interrupted += strcmp(text_at(r.json, "state"), "running") == 0;
            daemon_kill(&d);
            daemon_start(&d, always);
        }
        wait_job(&r, &d, id);
        ck_assert_msg(strcmp(text_at(r.json, "state"), "succeeded") == 0, "%s", r.body);
        snprintf(path, sizeof(path), "/v1/models/m%d", killed);
        get(&r, &d, path, 200);
        ck_assert_str_eq(text_at(r.json, "tokenizer"), "learned");
        if (killed)
            ck_assert_str_eq(text_at(r.json, "digest"), digest);
        snprintf(digest, sizeof(digest), "%s", text_at(r.json, "digest"));
    }
    ck_assert_msg(interrupted >= 2, "only %d kills met a running job", interrupted);
    free(data);
}
END_TEST

/* A snapshot that another version of the program wrote may be unreadable for this one. */
static void spoil_snapshot(void)
{
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open_v2(d.db, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "UPDATE job_snapshot SET state = x'00'", NULL, NULL, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

START_TEST(a_snapshot_of_another_version_costs_no_job)
{
    char *data = example(cases[_i].file);
    char digest[80], id[64], path[128];
    double fraction = 0;
    int epochs;

    daemon_start(&d, often);
    put(&r, &d, "/v1/datasets/data", cases[_i].type, data, 201);
    epochs = epochs_of_seconds(_i);
    submit(id, _i, "undisturbed", epochs);
    wait_job(&r, &d, id);
    epochs = (int)number_at(r.json, "progress.epochs");
    get(&r, &d, "/v1/models/undisturbed", 200);
    snprintf(digest, sizeof(digest), "%s", text_at(r.json, "digest"));
    submit(id, _i, "other", epochs);
    do
        advance(id, &fraction);
    while (fraction < 0.3);
    ck_assert_str_eq(text_at(r.json, "state"), "running");
    daemon_kill(&d);
    spoil_snapshot();
    daemon_start(&d, often);
    wait_job(&r, &d, id);
    ck_assert_msg(strcmp(text_at(r.json, "state"), "succeeded") == 0, "%s", r.body);
    ck_assert(daemon_log_has(&d, "begins anew"));
    get(&r, &d, "/v1/models/other", 200);
    ck_assert_str_eq(text_at(r.json, "digest"), digest);
    snprintf(path, sizeof(path), "/v1/jobs/%s/history", id);
    get(&r, &d, path, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "loss")), epochs);
    free(data);
}
END_TEST

START_TEST(drained_job_ends_with_the_same_weights)
{
    char *data = example(cases[0].file);
    char digest[80], id[64];
    double fraction = 0;
    int epochs;

    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/data", cases[0].type, data, 201);
    epochs = epochs_of_seconds(0);
    submit(id, 0, "undisturbed", epochs);
    wait_job(&r, &d, id);
    get(&r, &d, "/v1/models/undisturbed", 200);
    snprintf(digest, sizeof(digest), "%s", text_at(r.json, "digest"));
    submit(id, 0, "drained", epochs);
    for (int k = 0; k < 3; k++) {
        advance(id, &fraction);
        ck_assert_int_eq(daemon_stop(&d, 10), 0);
        daemon_start(&d, NULL);
    }
    wait_job(&r, &d, id);
    get(&r, &d, "/v1/models/drained", 200);
    ck_assert_str_eq(text_at(r.json, "digest"), digest);
    free(data);
}
END_TEST

/* ---- uploads ---- */

struct uploader {
    pthread_t thread;
    int number, acknowledged;
};

static void *upload_until_it_breaks(void *ctx)
{
    struct uploader *u = ctx;
    struct reply mine = {0};
    char path[64], body[64];

    for (int i = 0; i < 100000; i++) {
        struct request q = {
            .method = "PUT", .path = path, .type = "application/json", .body = body};

        snprintf(path, sizeof(path), "/v1/datasets/u%d-%d", u->number, i);
        snprintf(body, sizeof(body), "{\"values\":[%d,%d,%d]}", u->number, i, i + 1);
        if (!http_try(&mine, &d, &q) || mine.status / 100 != 2)
            break;
        u->acknowledged = i + 1;
    }
    reply_release(&mine);
    return NULL;
}

static void check_uploads(const struct uploader *u)
{
    char path[64];

    for (int i = 0; i < u->acknowledged; i++) {
        snprintf(path, sizeof(path), "/v1/datasets/u%d-%d/data?format=json", u->number, i);
        get(&r, &d, path, 200);
        ck_assert_ptr_nonnull(strstr(r.body, "values"));
    }
}

START_TEST(no_acknowledged_upload_is_lost)
{
    struct uploader u[2] = {0};

    for (int round = 0; round < UPLOAD_ROUNDS; round++) {
        daemon_start(&d, NULL);
        for (int i = 0; i < 2; i++) {
            u[i] = (struct uploader){.number = round * 2 + i};
            ck_assert_int_eq(pthread_create(&u[i].thread, NULL, upload_until_it_breaks, &u[i]), 0);
        }
        /* not a wait for something: only the moment of the kill varies */
        nanosleep(&(struct timespec){.tv_nsec = 1000000L * (1 + next_random() % 150)}, NULL);
        daemon_kill(&d);
        for (int i = 0; i < 2; i++)
            pthread_join(u[i].thread, NULL);
        daemon_start(&d, NULL);
        for (int i = 0; i < 2; i++)
            check_uploads(&u[i]);
        daemon_kill(&d);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("durability");
    TCase *t = tcase_create("kill -9");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 1200);
    tcase_add_loop_test(t, killed_job_ends_with_the_same_weights, 0,
                        (int)(sizeof(cases) / sizeof(cases[0])));
    tcase_add_loop_test(t, a_snapshot_of_another_version_costs_no_job, 0,
                        sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(t, killed_while_it_learns_to_split_text);
    tcase_add_test(t, drained_job_ends_with_the_same_weights);
    tcase_add_test(t, no_acknowledged_upload_is_lost);
    suite_add_tcase(s, t);
    return suite_run(s);
}
