/* test_job_turn.c - keys take turns in the queue, and a full queue has room for a key with few
 * jobs. */
#include "server/store/job_turn.h"
#include "server/store/state.h"
#include "server/store/training.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "flights", FREQ_M, 0, 3, 1.0);
}

static void teardown(void)
{
    fixture_close(&f);
}

static enum status add(char id[JOB_ID_LEN + 1], int64_t key, int max_queue)
{
    struct job_submission sub = submission(&f, "flights", "m");
    enum status st;
    bool existing;
    struct job j;

    sub.api_key = key;
    sub.max_queue = max_queue;
    st = store_job_submit(&j, &existing, f.store, &sub, &f.e);
    if (!st)
        (void)snprintf(id, JOB_ID_LEN + 1, "%s", j.id);
    job_release(&j);
    return st;
}

/* n jobs of the key. */
static void fill(int64_t key, int n)
{
    char id[JOB_ID_LEN + 1];

    for (int i = 0; i < n; i++)
        ck_ok(add(id, key, 1000000), &f.e);
}

/* Whose jobs the next n claims get: "1 2 1 ". */
static void claims(char *out, size_t cap, int n)
{
    char id[JOB_ID_LEN + 1], sql[120];

    out[0] = '\0';
    for (int i = 0; i < n; i++) {
        claim(id, &f);
        (void)snprintf(sql, sizeof(sql), "SELECT api_key FROM job WHERE id = '%s'", id);
        (void)snprintf(out + strlen(out), cap - strlen(out), "%lld ",
                       (long long)fixture_int(&f, sql));
    }
}

START_TEST(a_thousand_jobs_do_not_starve_one)
{
    char out[80];

    fill(7, 1000);
    fill(3, 1);
    fill(0, 2);
    claims(out, sizeof(out), 6);
    ck_assert_str_eq(out, "3 7 0 7 0 7 ");
    fill(3, 2);
    claims(out, sizeof(out), 5);
    ck_assert_str_eq(out, "3 7 3 7 7 ");
}
END_TEST

START_TEST(of_one_key_the_oldest_goes_first)
{
    char ids[6][JOB_ID_LEN + 1], id[JOB_ID_LEN + 1];
    static const int order[] = {0, 3, 1, 4, 2, 5};

    for (int i = 0; i < 6; i++)
        ck_ok(add(ids[i], i < 3 ? 5 : 6, 100), &f.e);
    for (int i = 0; i < 6; i++) {
        claim(id, &f);
        ck_assert_str_eq(id, ids[order[i]]);
    }
}
END_TEST

START_TEST(a_job_that_may_not_run_does_not_hold_up_other_keys)
{
    char out[80], id[JOB_ID_LEN + 1];

    fill(1, 2);
    fill(2, 1);
    claims(out, sizeof(out), 1);
    ck_assert_int_eq(take_back(&f), 1); /* a death of a job of key 1 */
    ck_ok(add(id, 1, 100), &f.e);
    ck_ok(db_exec(fixture_db(&f), "UPDATE job SET deaths = 1 WHERE api_key = 1", &f.e), &f.e);
    claims(out, sizeof(out), 2);
    ck_assert_str_eq(out, "2 1 "); /* and the others of key 1 wait for that one */
    fill(2, 1);
    claims(out, sizeof(out), 1);
    ck_assert_str_eq(out, "2 ");
    ck_status(job_turn_next(id, &(int64_t){0}, fixture_db(&f), 2, &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(a_full_queue_has_room_for_who_has_little)
{
    char id[JOB_ID_LEN + 1];

    fill(1, 12);
    ck_status(add(id, 1, 12), ST_BUSY, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_queue"));
    for (int i = 0; i < 6; i++)
        ck_ok(add(id, 2, 12), &f.e);
    ck_status(add(id, 2, 12), ST_BUSY, &f.e);
    for (int i = 0; i < 4; i++)
        ck_ok(add(id, 0, 12), &f.e);
    ck_status(add(id, 0, 12), ST_BUSY, &f.e);
    claim(id, &f);
    ck_status(add(id, 1, 12), ST_BUSY, &f.e); /* it has more than its share */
}
END_TEST

START_TEST(a_queue_with_room_takes_any_job)
{
    char id[JOB_ID_LEN + 1];

    fill(1, 11);
    fill(2, 1);
    ck_ok(add(id, 1, 13), &f.e);
    ck_status(add(id, 1, 13), ST_BUSY, &f.e);
}
END_TEST

/* A key whose training time is used up, by a training far in the future, so that the test sees no
 * refill. */
static int64_t used_up_key(const char *name)
{
    struct access who = {.scopes = SCOPE_TRAIN, .limit = {[LIMIT_TRAINING] = 10}};
    int64_t ahead = clock_monotonic_ms() + 1000000;
    char text[KEY_TEXT_LEN + 1];
    struct key k;

    (void)snprintf(who.name, sizeof(who.name), "%s", name);
    ck_ok(store_key_add(text, &k, f.store, &who, &f.e), &f.e);
    fill(k.access.id, 2);
    training_begin(f.store->training, k.access.id, 10, ahead);
    training_end(f.store->training, k.access.id, 10, ahead + 20000);
    return k.access.id;
}

START_TEST(keys_without_training_left_are_passed_over)
{
    int64_t first = used_up_key("a"), second = used_up_key("b");
    char out[80], id[JOB_ID_LEN + 1];
    int64_t key;

    ck_status(job_turn_next(id, &key, fixture_db(&f), 0, &f.e), ST_QUOTA, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "training_seconds_per_hour"));
    ck_status(add(id, first, 100), ST_QUOTA, &f.e);
    fill(0, 1);
    fill(first + 1000, 1);
    claims(out, sizeof(out), 2);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM job WHERE state = 1"), 2);
    ck_assert_ptr_nonnull(strstr(out, "0 "));
    for (int64_t last = 0; last <= second + 1; last++)
        ck_status(job_turn_next(id, &key, fixture_db(&f), last, &f.e), ST_QUOTA, &f.e);
}
END_TEST

/* The age of the queue is a reason for more workers, but they could not run these jobs. */
START_TEST(jobs_without_training_left_do_not_age_the_queue)
{
    char first[JOB_ID_LEN + 1], second[JOB_ID_LEN + 1];
    int64_t at = -1;
    struct job j;

    used_up_key("a");
    ck_ok(job_turn_oldest(&at, fixture_db(&f), &f.e), &f.e);
    ck_assert_int_eq(at, 0);
    ck_ok(add(first, 2000, 100), &f.e);
    ck_ok(add(second, 0, 100), &f.e);
    ck_ok(job_turn_oldest(&at, fixture_db(&f), &f.e), &f.e);
    ck_ok(store_job_get(&j, f.store, first, &f.e), &f.e);
    ck_assert_int_eq(at, j.created_at); /* the oldest of all keys, whatever their order */
    job_release(&j);
}
END_TEST

START_TEST(a_key_without_a_limit_has_no_account)
{
    char id[JOB_ID_LEN + 1];

    for (int i = 0; i < 3; i++)
        store_training_begin(f.store, 0);
    store_training_end(f.store, 0);
    ck_ok(store_training_may(f.store, 0, &f.e), &f.e);
    ck_ok(add(id, 0, 100), &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("job_turn");
    TCase *t = tcase_create("job_turn");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_thousand_jobs_do_not_starve_one);
    tcase_add_test(t, of_one_key_the_oldest_goes_first);
    tcase_add_test(t, a_job_that_may_not_run_does_not_hold_up_other_keys);
    tcase_add_test(t, a_full_queue_has_room_for_who_has_little);
    tcase_add_test(t, a_queue_with_room_takes_any_job);
    tcase_add_test(t, keys_without_training_left_are_passed_over);
    tcase_add_test(t, jobs_without_training_left_do_not_age_the_queue);
    tcase_add_test(t, a_key_without_a_limit_has_no_account);
    suite_add_tcase(s, t);
    return suite_run(s);
}
