/* test_end_hash.c - the last values of a series are known again by their hash. */
#include "core/forecast/series/end_hash.h"
#include "tests/unit/suite.h"

#include <math.h>

START_TEST(the_last_values_decide)
{
    double y[20], h;

    for (int i = 0; i < 20; i++)
        y[i] = i + 0.5;
    h = end_hash(y, 20);
    ck_assert(end_hash_is(h, y, 20));
    ck_assert(end_hash_is(h, y + 8, 12));
    ck_assert(!end_hash_is(h, y, 19));
    ck_assert(!end_hash_is(h, y + 9, 11)); /* one value less than were hashed */
    y[0] = -1;
    ck_assert(end_hash_is(h, y, 20));
    y[8] = -1;
    ck_assert(!end_hash_is(h, y, 20));
}
END_TEST

START_TEST(short_series_have_all_their_values_in_it)
{
    double y[3] = {1, 2, 3}, longer[4] = {0, 1, 2, 3};
    double h = end_hash(y, 3);

    ck_assert(end_hash_is(h, y, 3));
    ck_assert(end_hash_is(h, longer, 4));
    ck_assert(!end_hash_is(h, y, 2));
    ck_assert_double_eq(end_hash(y, 0), 0);
    ck_assert(!end_hash_is(0, y, 3));
}
END_TEST

START_TEST(equal_numbers_are_equal_however_they_are_stored)
{
    double a[2] = {0.0, NAN}, b[2] = {-0.0, -NAN};

    ck_assert_double_eq(end_hash(a, 2), end_hash(b, 2));
}
END_TEST

START_TEST(it_is_a_whole_number_that_a_file_holds_exactly)
{
    for (int i = 0; i < 1000; i++) {
        double y[12];

        for (int k = 0; k < 12; k++)
            y[k] = i * 1.7 - k;
        ck_assert_double_le(end_hash(y, 12), END_HASH_MAX);
        ck_assert_double_ge(end_hash(y, 12), 0);
        ck_assert_double_eq(end_hash(y, 12), floor(end_hash(y, 12)));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("end hash");
    TCase *t = tcase_create("end hash");

    tcase_add_test(t, the_last_values_decide);
    tcase_add_test(t, short_series_have_all_their_values_in_it);
    tcase_add_test(t, equal_numbers_are_equal_however_they_are_stored);
    tcase_add_test(t, it_is_a_whole_number_that_a_file_holds_exactly);
    suite_add_tcase(s, t);
    return suite_run(s);
}
