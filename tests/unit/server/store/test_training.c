/* test_training.c - the jobs of a key have so many seconds an hour. */
#include "server/store/training.h"
#include "tests/unit/suite.h"

enum { KEY = 7, LIMIT = 360 /* a tenth of an hour */ };

static struct training *t;
static int64_t seconds;

static void setup(void)
{
    struct err e = {0};

    ck_assert_int_eq(training_new(&t, &e), ST_OK);
}

static void teardown(void)
{
    training_free(t);
}

static bool may(int64_t now_s)
{
    return training_may(&seconds, t, KEY, LIMIT, now_s * 1000);
}

static void begin(int64_t now_s)
{
    training_begin(t, KEY, LIMIT, now_s * 1000);
}

static void end(int64_t now_s)
{
    training_end(t, KEY, LIMIT, now_s * 1000);
}

START_TEST(a_running_job_uses_them_up)
{
    ck_assert(may(0));
    begin(0);
    ck_assert(may(399)); /* 399 used, 39.9 refilled */
    ck_assert(!may(401));
    end(401);
    ck_assert(!may(401));
    ck_assert_int_ge(seconds, 9);
    ck_assert_int_le(seconds, 11);
    ck_assert(may(401 + seconds));
}
END_TEST

START_TEST(what_was_taken_beyond_is_missing_later)
{
    begin(0);
    end(1000); /* 540 beyond */
    ck_assert(!may(1000 + 5400 - 20));
    ck_assert(may(1000 + 5400 + 20));
}
END_TEST

START_TEST(jobs_beside_each_other_take_as_many)
{
    for (int i = 0; i < 4; i++)
        begin(0);
    ck_assert(may(92));
    ck_assert(!may(93));
    for (int i = 0; i < 4; i++)
        end(93);
    ck_assert(!may(119));
    ck_assert(may(121));
}
END_TEST

START_TEST(an_hour_fills_it_and_no_more)
{
    begin(0);
    end(360);
    ck_assert(may(100000));
    begin(100000);
    ck_assert(may(100000 + 399));
    ck_assert(!may(100000 + 401));
}
END_TEST

START_TEST(more_seconds_than_an_hour_has_are_for_several_jobs)
{
    training_begin(t, 1, 7200, 0);
    ck_assert(training_may(&seconds, t, 1, 7200, 1000000000));
}
END_TEST

START_TEST(keys_do_not_share_and_a_running_one_is_remembered)
{
    begin(0);
    for (int64_t key = 1000; key < 1000 + 2 * TRAINING_KEYS; key++)
        ck_assert(training_may(&seconds, t, key, LIMIT, 1000));
    ck_assert(!may(500));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("training");
    TCase *c = tcase_create("training");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_running_job_uses_them_up);
    tcase_add_test(c, what_was_taken_beyond_is_missing_later);
    tcase_add_test(c, jobs_beside_each_other_take_as_many);
    tcase_add_test(c, an_hour_fills_it_and_no_more);
    tcase_add_test(c, more_seconds_than_an_hour_has_are_for_several_jobs);
    tcase_add_test(c, keys_do_not_share_and_a_running_one_is_remembered);
    suite_add_tcase(s, c);
    return suite_run(s);
}
