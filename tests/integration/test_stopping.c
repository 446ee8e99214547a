/* test_stopping.c - jobs that are stopped in the middle of a batch, jobs that kill the process, the
 * memory limit of a training, and the priority of its threads. */
#include "tests/integration/suite.h"
#include "tests/sanitizer.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

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

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* A few sentences so long that one batch of them takes minutes. */
static char *long_sentences(int sentences, int tokens)
{
    size_t cap = (size_t)sentences * (size_t)tokens * 24 + 256, at = 0;
    char *text = malloc(cap);

    ck_assert_ptr_nonnull(text);
    at += (size_t)snprintf(text + at, cap - at, "{\"sentences\":[");
    for (int s = 0; s < sentences; s++) {
        at += (size_t)snprintf(text + at, cap - at, "%s{\"tokens\":[", s ? "," : "");
        for (int k = 0; k < tokens; k++)
            at +=
                (size_t)snprintf(text + at, cap - at, "%s\"w%d\"", k ? "," : "", (k * 7 + s) % 50);
        at += (size_t)snprintf(text + at, cap - at, "],\"upos\":[");
        for (int k = 0; k < tokens; k++)
            at += (size_t)snprintf(text + at, cap - at, "%s\"T%d\"", k ? "," : "", (k + s) % 3);
        at += (size_t)snprintf(text + at, cap - at, "]}");
    }
    snprintf(text + at, cap - at, "]}");
    return text;
}

static void submit(char id[64], const char *json)
{
    post(&r, &d, "/v1/jobs", json, 202);
    snprintf(id, 64, "%s", text_at(r.json, "id"));
}

static const char *state_of(const char *id)
{
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    get(&r, &d, path, 200);
    return text_at(r.json, "state");
}

static void wait_running(const char *id)
{
    int64_t until = now_ms() + 120000;

    while (strcmp(state_of(id), "running") != 0) {
        ck_assert_msg(now_ms() < until, "the job does not begin: %s", r.body);
        pause_briefly();
    }
}

static void cancel(const char *id)
{
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
    post(&r, &d, path, "", 202);
}

static const char giant[] =
    "{\"task\":\"tag\",\"dataset\":\"long\",\"model\":\"m\",\"params\":{\"hidden_size\":1024,"
    "\"batch_size\":4096,\"epochs\":3,\"members\":1,\"test_size\":0}}";

/* A batch of these sentences takes far longer than the limit, which is generous for busy
 * machines. */
enum { SENTENCES = 5, TOKENS = 9000, BOUND_MS = 10000 };

static void upload_long(void)
{
    char *data = long_sentences(SENTENCES, TOKENS);

    put(&r, &d, "/v1/datasets/long", "application/json", data, 201);
    free(data);
}

START_TEST(a_batch_is_cancelled_inside)
{
    char id[64];
    int64_t begin;

    daemon_start(&d, NULL);
    upload_long();
    submit(id, giant);
    wait_running(id);
    begin = now_ms();
    cancel(id);
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "cancelled");
    ck_assert_int_lt(now_ms() - begin, BOUND_MS);
    ck_assert_int_eq((int)number_at(r.json, "progress.epoch"), 0);
}
END_TEST

START_TEST(a_batch_does_not_hold_up_the_end)
{
    char id[64];

    daemon_start(&d, NULL);
    upload_long();
    submit(id, giant);
    wait_running(id);
    ck_assert_int_eq(daemon_stop(&d, BOUND_MS / 1000), 0);
    daemon_start(&d, NULL);
    wait_running(id); /* it went back to the queue */
    cancel(id);
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "cancelled");
}
END_TEST

/* Forecasts, backtests and searches are stopped within a batch, too. */
START_TEST(every_kind_of_job_is_stopped_inside)
{
    static const char *const jobs[] = {
        "{\"task\":\"forecast\",\"dataset\":\"air\",\"model\":\"m\",\"params\":{\"hidden_size\":"
        "900,"
        "\"num_layers\":2,\"epochs\":1000,\"batch_size\":512}}",
        "{\"task\":\"forecast\",\"dataset\":\"air\",\"model\":\"m\",\"recipe\":\"tutorial-"
        "flights\","
        "\"params\":{\"hidden_size\":1400,\"epochs\":1000,\"batch_size\":512}}",
        "{\"task\":\"backtest\",\"dataset\":\"air\",\"windows\":3,\"params\":{"
        "\"hidden_size\":900,\"num_layers\":2,\"epochs\":1000,\"batch_size\":512}}",
        "{\"task\":\"forecast\",\"dataset\":\"air\",\"model\":\"m\",\"search\":{\"trials\":4},"
        "\"params\":{\"hidden_size\":900,\"num_layers\":2,\"epochs\":1000,\"batch_size\":512}}",
    };
    char *data = example("airpassengers.csv"), id[64];
    struct request q = {.method = "POST", .path = "/v1/jobs", .type = "application/json"};

    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/air", "text/csv", data, 201);
    q.body = jobs[_i];
    http_send(&r, &d, &q);
    expect_status(&r, 202, "the job");
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    wait_running(id);
    ck_assert_int_eq(daemon_stop(&d, BOUND_MS / 1000), 0);
    daemon_start(&d, NULL);
    wait_running(id);
    cancel(id);
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "cancelled");
    free(data);
}
END_TEST

/* ---- jobs that kill the process ---- */

static const char *const seldom[] = {"--checkpoint-interval-seconds", "3600", NULL};

START_TEST(three_deaths_without_progress_end_a_job)
{
    char id[64];

    daemon_start(&d, seldom);
    upload_long();
    submit(id, giant);
    for (int k = 0; k < 3; k++) {
        wait_running(id);
        daemon_kill(&d);
        daemon_start(&d, seldom);
    }
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "failed");
    ck_assert_ptr_nonnull(strstr(r.body, "3 times in a row"));
    /* others are not held up by it */
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"long\",\"model\":\"n\",\"params\":{\"hidden_size\":2,"
            "\"embedding_dim\":2,\"epochs\":1,\"members\":1,\"context\":false,\"batch_size\":1,"
            "\"test_size\":0}}",
            "succeeded");
}
END_TEST

/* A job that makes progress between kills is not given up, however seldom checkpoints are
 * configured to be. */
START_TEST(deaths_with_progress_end_no_job)
{
    char *data = example("airpassengers.csv"), id[64];
    double fraction = 0;
    int met = 0;

    daemon_start(&d, seldom);
    put(&r, &d, "/v1/datasets/air", "text/csv", data, 201);
    submit(id, "{\"task\":\"forecast\",\"dataset\":\"air\",\"model\":\"m\",\"recipe\":"
               "\"tutorial-flights\",\"params\":{\"hidden_size\":64,\"epochs\":100000}}");
    for (int k = 0; k < 6; k++) {
        int64_t until = now_ms() + 120000;

        wait_running(id);
        do { /* it gets further than it was at the last death, and that is kept */
            ck_assert_msg(now_ms() < until, "no progress: %s", r.body);
            pause_briefly();
            ck_assert_str_eq(state_of(id), "running");
        } while (number_at(r.json, "progress.fraction") <= fraction ||
                 (k && !daemon_log_has(&d, "from its checkpoint") && k > 1) ||
                 now_ms() < until - 120000 + 2500);
        fraction = number_at(r.json, "progress.fraction");
        met++;
        daemon_kill(&d);
        daemon_start(&d, seldom);
    }
    ck_assert_int_eq(met, 6);
    wait_running(id);
    cancel(id);
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "cancelled");
    free(data);
}
END_TEST

/* Two jobs run when the process dies; one of them is not the cause. */
START_TEST(an_innocent_job_survives_its_neighbour)
{
    static const char *const two[] = {"--checkpoint-interval-seconds", "3600", "--workers", "2",
                                      NULL};
    char *data = example("airpassengers.csv"), id[64], other[64];

    daemon_start(&d, two);
    upload_long();
    put(&r, &d, "/v1/datasets/air", "text/csv", data, 201);
    submit(id, giant);
    submit(other, "{\"task\":\"forecast\",\"dataset\":\"air\",\"model\":\"f\",\"recipe\":"
                  "\"tutorial-flights\",\"params\":{\"epochs\":30}}");
    wait_running(id);
    for (int k = 0; k < 3; k++) {
        wait_running(id);
        daemon_kill(&d);
        daemon_start(&d, two);
    }
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "failed");
    wait_job(&r, &d, other);
    ck_assert_str_eq(text_at(r.json, "state"), "succeeded");
    free(data);
}
END_TEST

/* ---- limits of memory ---- */

START_TEST(a_training_beyond_the_limit_is_refused)
{
    static const char *const small[] = {"--max-training-bytes", "256M", NULL};
    struct request q = {
        .method = "POST", .path = "/v1/jobs", .type = "application/json", .body = giant};
    char *data = example("airpassengers.csv");
    const char *fits;
    char json[512];
    int batch = 0;

    daemon_start(&d, small);
    upload_long();
    put(&r, &d, "/v1/datasets/air", "text/csv", data, 201);
    http_send(&r, &d, &q);
    expect_status(&r, 422, giant);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/params/hidden_size");
    ck_assert_ptr_nonnull(strstr(r.body, "max_training_bytes"));
    q.body =
        "{\"task\":\"tag\",\"dataset\":\"long\",\"model\":\"m\",\"params\":{\"hidden_size\":64,"
        "\"batch_size\":64,\"members\":1,\"test_size\":0}}";
    http_send(&r, &d, &q);
    expect_status(&r, 422, q.body);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/params/batch_size");
    fits = strstr(r.body, "batch_size of ");
    ck_assert_msg(fits && sscanf(fits, "batch_size of %d", &batch) == 1 && batch >= 1, "%s",
                  r.body);
    snprintf(
        json, sizeof(json),
        "{\"task\":\"tag\",\"dataset\":\"long\",\"model\":\"m\",\"params\":{\"hidden_size\":64,"
        "\"batch_size\":%d,\"members\":1,\"test_size\":0}}",
        batch);
    q.body = json;
    http_send(&r, &d, &q);
    expect_status(&r, 202, "what the message says fits");
    q.body = "{\"task\":\"forecast\",\"dataset\":\"air\",\"model\":\"f\",\"params\":{"
             "\"hidden_size\":1024,\"num_layers\":2}}";
    http_send(&r, &d, &q);
    expect_status(&r, 422, q.body);
    q.body = "{\"task\":\"backtest\",\"dataset\":\"air\",\"windows\":2,\"params\":{"
             "\"hidden_size\":1024,\"num_layers\":2}}";
    http_send(&r, &d, &q);
    expect_status(&r, 422, q.body);
    free(data);
}
END_TEST

/* ---- priority ---- */

/* How many threads of the daemon have this nice value. */
static int threads_of_nice(int nice)
{
    char path[64];
    struct dirent *entry;
    int count = 0;
    DIR *dir;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)d.pid);
    dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir))) {
        int tid = atoi(entry->d_name);

        if (tid > 0)
            count += getpriority(PRIO_PROCESS, (id_t)tid) == nice;
    }
    closedir(dir);
    return count;
}

/* One worker and, while a job of three threads runs, two more that it started. */
START_TEST(threads_have_the_priority_that_was_set)
{
    static const char *const values[] = {NULL, "9", "19", "1"};
    const char *args[] = {"--workers", "1", values[_i] ? "--training-priority" : NULL, values[_i],
                          NULL};
    int nice = values[_i] ? atoi(values[_i]) : 5;
    int64_t until = now_ms() + 120000;
    char id[64];

    if (THREAD_SANITIZER && !values[_i])
        return; /* daemon_start() sets one there */
    daemon_start(&d, args);
    upload_long();
    submit(id,
           "{\"task\":\"tag\",\"dataset\":\"long\",\"model\":\"m\",\"params\":{\"hidden_size\":256,"
           "\"batch_size\":4,\"threads\":3,\"members\":1,\"test_size\":0}}");
    while (threads_of_nice(nice) != 3) {
        ck_assert_msg(now_ms() < until, "%d threads have nice %d", threads_of_nice(nice), nice);
        pause_briefly();
    }
    /* threads that serve have the priority of this process */
    ck_assert_int_ge(threads_of_nice(getpriority(PRIO_PROCESS, 0)), 2);
    cancel(id);
    wait_job(&r, &d, id);
    ck_assert_int_eq(daemon_stop(&d, 30), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stopping");
    TCase *t = tcase_create("stopping");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 1200);
    tcase_add_test(t, a_batch_is_cancelled_inside);
    tcase_add_test(t, a_batch_does_not_hold_up_the_end);
    tcase_add_loop_test(t, every_kind_of_job_is_stopped_inside, 0, 4);
    tcase_add_test(t, three_deaths_without_progress_end_a_job);
    tcase_add_test(t, deaths_with_progress_end_no_job);
    tcase_add_test(t, an_innocent_job_survives_its_neighbour);
    tcase_add_test(t, a_training_beyond_the_limit_is_refused);
    tcase_add_loop_test(t, threads_have_the_priority_that_was_set, 0, 4);
    suite_add_tcase(s, t);
    return suite_run(s);
}
