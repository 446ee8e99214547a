/* test_threads.c - many threads on one store, each with a connection of its own. */
#include "tests/unit/server/store/fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 12 };

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* Check's macros belong to the main thread: a worker notes the first error and stops. */
struct worker {
    pthread_t thread;
    int number;
    enum status st;
    struct err e;
    int jobs;    /* claimed and ended by it */
    int deleted; /* of them */
};

static enum status submit_one(struct worker *w, const char *dataset)
{
    struct job_submission sub = {.task = "forecast",
                                 .dataset = dataset,
                                 .model = "m",
                                 .params = "{}",
                                 .max_queue = 1000000,
                                 .request_digest = "d"};
    struct dataset d;
    struct job j;
    bool existing;
    enum status st = store_dataset_get(&d, f.store, dataset, &w->e);

    if (st)
        return st;
    sub.dataset_id = d.id;
    dataset_release(&d);
    st = store_job_submit(&j, &existing, f.store, &sub, &w->e);
    if (!st)
        job_release(&j);
    return st;
}

static enum status end_one(struct worker *w)
{
    const struct job_progress p = {.fraction = 1};
    struct model_submission m = model_of("m", "forecast", "bytes");
    int64_t version;
    struct lease lease;
    struct job j;
    bool cancel;
    enum status st = store_job_claim(&j, &lease, f.store, "w", &w->e);

    if (st) /* another thread may have taken the last one */
        return st == ST_NOT_FOUND ? ST_OK : st;
    st = store_job_checkpoint(
        &cancel, f.store, &lease,
        &(struct job_advance){
            .progress = p, .first_epoch = 1, .snapshot = (const uint8_t *)"s", .snapshot_len = 1},
        &w->e);
    if (!st)
        st = store_job_succeed(&version, f.store, &lease,
                               &(struct job_advance){.progress = p, .first_epoch = 1}, &m, &w->e);
    w->jobs += !st;
    if (!st && w->jobs % 2) {
        st = store_job_delete(f.store, j.id, &w->e);
        w->deleted += !st;
    }
    job_release(&j);
    return st;
}

static enum status list_all(struct worker *w)
{
    struct dataset_list datasets;
    struct job_list jobs;
    struct model_list models;
    enum status st = store_dataset_list(&datasets, f.store, NULL, "", 100, &w->e);

    dataset_list_release(&datasets);
    if (!st)
        st = store_job_list(&jobs, f.store, -1, NULL, NULL, "", 100, &w->e);
    if (!st) {
        job_list_release(&jobs);
        st = store_model_list(&models, f.store, NULL, "", 100, &w->e);
    }
    if (!st)
        model_list_release(&models);
    return st;
}

static enum status one_round(struct worker *w, const struct series_set *own,
                             const struct series_set *row)
{
    char name[16];
    bool created;
    enum status st;

    snprintf(name, sizeof(name), "own-%d", w->number);
    st = store_dataset_put_series(f.store, name, own, NULL, &created, &w->e);
    if (!st)
        st = store_dataset_append_series(f.store, "shared", row, &wide, &w->e);
    if (!st)
        st = submit_one(w, name);
    if (!st)
        st = list_all(w);
    if (!st)
        st = end_one(w);
    return st;
}

static void *work(void *ctx)
{
    struct worker *w = ctx;
    struct series_set own = series_of("s", FREQ_D, w->number, 100, w->number),
                      row = series_of("s", FREQ_INDEX, 0, 1, w->number);

    for (int i = 0; !w->st && i < ROUNDS; i++)
        w->st = one_round(w, &own, &row);
    series_set_release(&own);
    series_set_release(&row);
    return NULL;
}

START_TEST(all_at_once)
{
    struct worker w[THREADS] = {0};
    struct series_set shared;
    char name[16];
    int seen[THREADS] = {0}, jobs = 0, deleted = 0;
    int64_t counts[5];

    put_series(&f, "shared", FREQ_INDEX, 0, 0, 0.0);
    for (int i = 0; i < THREADS; i++) {
        w[i].number = i;
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(w[i].thread, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        ck_ok(w[i].st, &w[i].e);
        snprintf(name, sizeof(name), "own-%d", i);
        dataset_id(&f, name);
    }
    ck_ok(store_series_load(&shared, f.store, dataset_id(&f, "shared"), &f.e), &f.e);
    ck_assert_int_eq(shared.items[0].length, THREADS * ROUNDS);
    for (int i = 0; i < THREADS * ROUNDS; i++)
        seen[(int)shared.items[0].values[i]]++;
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(seen[i], ROUNDS);
    series_set_release(&shared);
    /* every job was claimed by one thread only */
    ck_ok(store_job_counts(counts, f.store, &f.e), &f.e);
    for (int i = 0; i < THREADS; i++) {
        jobs += w[i].jobs;
        deleted += w[i].deleted;
    }
    ck_assert_int_gt(deleted, 0);
    ck_assert_int_eq(jobs + counts[JOB_QUEUED], THREADS * ROUNDS);
    ck_assert_int_eq(counts[JOB_RUNNING], 0);
    ck_assert_int_eq(counts[JOB_SUCCEEDED], jobs - deleted);
    ck_assert_int_eq(fixture_int(&f, "SELECT max(version) FROM model_version"), jobs);
    fixture_check_file(&f);
}
END_TEST

struct reader {
    pthread_t thread;
    _Atomic bool stop;
    int reads;
    bool torn;
};

/* Whatever it reads is one version of the data set: all its values are the same. */
static void *read_versions(void *ctx)
{
    struct reader *r = ctx;

    while (!r->stop || r->reads == 0) {
        struct dataset d;
        struct series_set s;
        struct err e = {0};

        if (store_dataset_get(&d, f.store, "x", &e))
            continue;
        if (store_series_load(&s, f.store, d.id, &e) == ST_OK) {
            for (int i = 1; i < s.items[0].length; i++)
                r->torn = r->torn || s.items[0].values[i] != s.items[0].values[0];
            r->reads++;
            series_set_release(&s);
        }
        dataset_release(&d);
    }
    return NULL;
}

START_TEST(a_reader_sees_whole_versions)
{
    struct reader r = {0};
    struct series_set s = series_of("s", FREQ_D, 0, 9000, 0.0);
    bool created;

    for (int v = 0; v < 30; v++) {
        for (int i = 0; i < 9000; i++)
            s.items[0].values[i] = v;
        ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
        if (v == 0)
            ck_assert_int_eq(pthread_create(&r.thread, NULL, read_versions, &r), 0);
    }
    r.stop = true;
    ck_assert_int_eq(pthread_join(r.thread, NULL), 0);
    ck_assert(!r.torn);
    ck_assert_int_gt(r.reads, 0);
    series_set_release(&s);
}
END_TEST

/* Two stores on one file, like the daemon and a backup: a writer that waits too long gets an error,
 * and readers continue. */
START_TEST(a_writer_waits_for_another)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 50};
    struct store *other = NULL;
    struct series_set s = series_of("s", FREQ_M, 0, 3, 0.0);
    struct db *db = fixture_db(&f);
    struct dataset d;
    bool created;

    ck_ok(store_open(&other, &c, &f.e), &f.e);
    ck_ok(store_dataset_put_series(other, "x", &s, NULL, &created, &f.e), &f.e);
    ck_ok(db_begin(db, &f.e), &f.e);
    ck_status(store_dataset_put_series(other, "x", &s, NULL, &created, &f.e), ST_BUSY, &f.e);
    ck_ok(store_dataset_get(&d, other, "x", &f.e), &f.e);
    dataset_release(&d);
    ck_ok(db_end(db, ST_OK, &f.e), &f.e);
    ck_ok(store_dataset_put_series(other, "x", &s, NULL, &created, &f.e), &f.e);
    store_close(other);
    series_set_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("threads");
    TCase *t = tcase_create("threads");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, all_at_once);
    tcase_add_test(t, a_reader_sees_whole_versions);
    tcase_add_test(t, a_writer_waits_for_another);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
