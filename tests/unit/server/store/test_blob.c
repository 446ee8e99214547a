/* test_blob.c - snapshots and checkpoints of many parts: written parts are read back, replaced ones
 * are removed, unfinished ones of a dead process are collected, and no other thread waits for
 * long. */
#include "tests/unit/server/store/fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { PART = 64 * 1024, LARGE = 5 * PART + 12345 };

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

static uint8_t *pattern(size_t len, unsigned seed)
{
    uint8_t *p = malloc(len + 1);

    ck_assert_ptr_nonnull(p);
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)(i * 31 + i / 255 * 7 + seed);
    return p;
}

/* A job that runs. */
static void start_job(struct job *j)
{
    struct lease lease;
    uint8_t *snapshot;
    size_t len;
    bool existing;
    struct job_submission s = {
        .task = "tag", .dataset = "words", .model = "m", .params = "{}", .max_queue = 10};

    put_tagged(&f, "words", "the/DET/DT dog/NN|read/V");
    s.dataset_id = fixture_int(&f, "SELECT id FROM dataset WHERE name = 'words'");
    ck_ok(store_job_submit(j, &existing, f.store, &s, &f.e), &f.e);
    job_release(j);
    ck_ok(store_job_claim(j, &lease, f.store, "me", &f.e), &f.e);
    ck_ok(store_job_snapshot(&snapshot, &len, f.store, j->id, &f.e), &f.e);
    ck_assert_ptr_null(snapshot);
}

static enum status keep(const struct job *j, const uint8_t *bytes, size_t len, double fraction,
                        bool advanced)
{
    const struct job_progress p = {.fraction = fraction, .advanced = advanced};
    bool cancel;

    return store_job_checkpoint(
        &cancel, f.store, lease_of(&f, j->id),
        &(struct job_advance){
            .progress = p, .first_epoch = 1, .snapshot = bytes, .snapshot_len = len},
        &f.e);
}

static void claim_again(struct job *j, uint8_t **bytes, size_t *len)
{
    struct lease lease;

    ck_ok(store_job_release(f.store, lease_of(&f, j->id), &f.e), &f.e);
    job_release(j);
    ck_ok(store_job_claim(j, &lease, f.store, "me", &f.e), &f.e);
    ck_ok(store_job_snapshot(bytes, len, f.store, j->id, &f.e), &f.e);
}

static int64_t count(const char *sql)
{
    return fixture_int(&f, sql);
}

static const size_t sizes[] = {1,        PART - 1, PART,      PART + 1,
                               2 * PART, LARGE,    20 * PART, 33 * PART + 1};

static void check_snapshot(size_t n)
{
    uint8_t *bytes = pattern(n, 1), *back;
    struct job j;
    size_t len;

    start_job(&j);
    ck_ok(keep(&j, bytes, n, 0.1, true), &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), n > PART);
    claim_again(&j, &back, &len);
    ck_assert_uint_eq(len, n);
    ck_assert_mem_eq(back, bytes, n);
    ck_ok(store_job_fail(f.store, lease_of(&f, j.id), JOB_FAILED, "{}", &f.e), &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 0); /* it goes with the job's end */
    free(back);
    free(bytes);
    job_release(&j);
}

START_TEST(a_snapshot_comes_back_whole)
{
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        check_snapshot(sizes[i]);
}
END_TEST

START_TEST(a_snapshot_replaces_the_one_before)
{
    struct job j;
    uint8_t *back;
    size_t len;

    start_job(&j);
    for (int k = 0; k < (int)(sizeof(sizes) / sizeof(sizes[0])); k++) {
        size_t n = sizes[(k * 3) % 8];
        uint8_t *bytes = pattern(n, (unsigned)k);

        ck_ok(keep(&j, bytes, n, 0.01 * (k + 1), true), &f.e);
        ck_assert_int_eq(count("SELECT count(*) FROM blob"), n > PART);
        ck_assert_int_eq(count("SELECT count(*) FROM blob_part"),
                         n > PART ? (int64_t)((n - 1) / PART) : 0);
        claim_again(&j, &back, &len);
        ck_assert_uint_eq(len, n);
        ck_assert_mem_eq(back, bytes, n);
        free(back);
        free(bytes);
    }
    ck_ok(store_job_fail(f.store, lease_of(&f, j.id), JOB_CANCELLED, NULL, &f.e), &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 0);
    ck_assert_int_eq(count("SELECT count(*) FROM blob_part"), 0);
    job_release(&j);
}
END_TEST

START_TEST(a_large_model_comes_back_and_goes)
{
    uint8_t *bytes = pattern(LARGE, 3), *back;
    struct model_submission m = {.name = "m",
                                 .task = "tag",
                                 .parameter_count = 1,
                                 .checkpoint = bytes,
                                 .checkpoint_len = LARGE};
    struct model_version v;
    int64_t version;
    size_t len;

    for (int k = 1; k <= 2; k++)
        ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 2);
    ck_ok(store_model_checkpoint(&back, &len, f.store, "m", 1, &f.e), &f.e);
    ck_assert_uint_eq(len, LARGE);
    ck_assert_mem_eq(back, bytes, LARGE);
    free(back);
    ck_ok(store_model_get(&v, f.store, "m", 1, &f.e), &f.e);
    ck_assert_int_eq(v.bytes, LARGE);
    model_version_release(&v);
    ck_ok(store_model_delete(f.store, "m", 1, &f.e), &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 1);
    ck_ok(store_model_checkpoint(&back, &len, f.store, "m", 2, &f.e), &f.e);
    ck_assert_mem_eq(back, bytes, LARGE);
    free(back);
    ck_ok(store_model_delete(f.store, "m", 0, &f.e), &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob_part"), 0);
    /* the name holds another task: nothing of it stays */
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    m.task = "forecast";
    ck_assert_int_eq(store_model_put(&version, f.store, &m, &f.e), ST_CONFLICT);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 1);
    free(bytes);
}
END_TEST

START_TEST(a_job_ends_with_a_large_model)
{
    uint8_t *bytes = pattern(LARGE, 4), *back;
    struct model_submission m = {.name = "m",
                                 .task = "tag",
                                 .parameter_count = 1,
                                 .checkpoint = bytes,
                                 .checkpoint_len = LARGE};
    const struct job_progress p = {.fraction = 1};
    int64_t version;
    struct job j;
    size_t len;

    start_job(&j);
    ck_ok(keep(&j, bytes, LARGE, 0.5, true), &f.e);
    ck_ok(store_job_succeed(&version, f.store, lease_of(&f, j.id),
                            &(struct job_advance){.progress = p, .first_epoch = 1}, &m, &f.e),
          &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 1); /* the snapshot's has gone */
    ck_ok(store_model_checkpoint(&back, &len, f.store, "m", version, &f.e), &f.e);
    ck_assert_uint_eq(len, LARGE);
    ck_assert_mem_eq(back, bytes, LARGE);
    /* it has ended: a second end makes nothing, and leaves nothing */
    ck_assert_int_eq(store_job_succeed(&version, f.store, lease_of(&f, j.id),
                                       &(struct job_advance){.progress = p, .first_epoch = 1}, &m,
                                       &f.e),
                     ST_LOST);
    ck_assert_int_eq(keep(&j, bytes, LARGE, 0.6, true), ST_LOST);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 1);
    free(back);
    free(bytes);
    job_release(&j);
}
END_TEST

/* Parts that a process had written when it died. */
START_TEST(unfinished_parts_are_collected_at_the_start)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 1000, .exclusive = true};
    uint8_t *bytes = pattern(LARGE, 5), *back;
    struct job j;
    size_t len;

    start_job(&j);
    ck_ok(keep(&j, bytes, LARGE, 0.5, true), &f.e);
    fixture_int(&f, "INSERT INTO blob DEFAULT VALUES RETURNING id");
    fixture_int(&f, "INSERT INTO blob_part (blob, bytes) SELECT max(id), zeroblob(1000) FROM blob "
                    "RETURNING id");
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 2);
    store_close(f.store);
    f.store = NULL;
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    ck_assert_int_eq(count("SELECT count(*) FROM blob"), 1);
    claim_again(&j, &back, &len);
    ck_assert_mem_eq(back, bytes, LARGE);
    free(back);
    free(bytes);
    job_release(&j);
}
END_TEST

static bool after_some(void *ctx)
{
    int *left = ctx;

    return --*left < 0;
}

START_TEST(what_is_given_up_leaves_the_one_before)
{
    uint8_t *first = pattern(LARGE, 6), *second = pattern(LARGE, 7), *back;
    struct job j;
    size_t len;

    start_job(&j);
    ck_ok(keep(&j, first, LARGE, 0.1, true), &f.e);
    for (int parts = 0; parts < 5; parts++) {
        int left = parts;

        ck_ok(store_give_up_when(f.store, after_some, &left, &f.e), &f.e);
        ck_assert_int_eq(keep(&j, second, LARGE, 0.2, true), ST_CANCELLED);
        ck_ok(store_give_up_when(f.store, NULL, NULL, &f.e), &f.e);
        ck_assert_int_eq(count("SELECT count(*) FROM blob"), 1);
        ck_assert_int_eq(count("SELECT count(*) FROM blob_part"), (LARGE - 1) / PART);
    }
    claim_again(&j, &back, &len);
    ck_assert_uint_eq(len, LARGE);
    ck_assert_mem_eq(back, first, LARGE);
    free(back);
    free(first);
    free(second);
    job_release(&j);
}
END_TEST

/* ---- deaths ---- */

static void die(void)
{
    (void)take_back(&f);
}

START_TEST(deaths_count_until_a_later_state)
{
    const uint8_t state[4] = {1, 2, 3, 4};
    struct job j, other;
    struct lease lease;

    start_job(&j);
    for (int k = 1; k <= 2; k++) {
        die();
        job_release(&j);
        ck_ok(store_job_claim(&j, &lease, f.store, "me", &f.e), &f.e);
        ck_assert_int_eq(j.deaths, k);
    }
    ck_ok(keep(&j, state, 4, 0.5, false), &f.e); /* the same state as before forgives nothing */
    ck_ok(store_job_get(&other, f.store, j.id, &f.e), &f.e);
    ck_assert_int_eq(other.deaths, 2);
    job_release(&other);
    ck_ok(keep(&j, state, 4, 0.6, true), &f.e);
    ck_ok(store_job_get(&other, f.store, j.id, &f.e), &f.e);
    ck_assert_int_eq(other.deaths, 0);
    job_release(&other);
    ck_ok(store_job_release(f.store, lease_of(&f, j.id), &f.e), &f.e); /* on purpose: no death */
    ck_ok(store_job_get(&other, f.store, j.id, &f.e), &f.e);
    ck_assert_int_eq(other.deaths, 0);
    job_release(&other);
    job_release(&j);
}
END_TEST

START_TEST(jobs_with_deaths_run_one_at_a_time)
{
    struct job a, b, c;
    struct lease lease;

    start_job(&a);
    start_job(&b);
    die();
    job_release(&a);
    job_release(&b);
    ck_ok(store_job_claim(&a, &lease, f.store, "me", &f.e), &f.e);
    ck_assert_int_eq(store_job_claim(&b, &lease, f.store, "me", &f.e), ST_NOT_FOUND);
    start_job(&c); /* one without deaths may run beside it */
    ck_assert_int_eq(c.deaths, 0);
    ck_ok(keep(&a, (const uint8_t *)"x", 1, 0.1, true), &f.e);
    ck_ok(store_job_claim(&b, &lease, f.store, "me", &f.e), &f.e);
    ck_assert_int_eq(b.deaths, 1);
    job_release(&a);
    job_release(&b);
    job_release(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("blob");
    TCase *t = tcase_create("blob");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_snapshot_comes_back_whole);
    tcase_add_test(t, a_snapshot_replaces_the_one_before);
    tcase_add_test(t, a_large_model_comes_back_and_goes);
    tcase_add_test(t, a_job_ends_with_a_large_model);
    tcase_add_test(t, unfinished_parts_are_collected_at_the_start);
    tcase_add_test(t, what_is_given_up_leaves_the_one_before);
    tcase_add_test(t, deaths_count_until_a_later_state);
    tcase_add_test(t, jobs_with_deaths_run_one_at_a_time);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
