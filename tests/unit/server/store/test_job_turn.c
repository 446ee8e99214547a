/* test_job_turn.c - keys take turns in the queue, and a full queue has room for who has little. */
#include "server/store/job_turn.h"
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
    int n = 0;

    fill(1, 2);
    fill(2, 1);
    claims(out, sizeof(out), 1);
    ck_ok(store_job_release_all(&n, f.store, &f.e), &f.e); /* a death of a job of key 1 */
    ck_assert_int_eq(n, 1);
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
    suite_add_tcase(s, t);
    return suite_run(s);
}
