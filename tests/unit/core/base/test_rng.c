/* test_rng.c - the published numbers of the generator, and the ranges of the draws. */
#include "tests/unit/suite.h"

#include <lstm/rng.h>
#include <math.h>
#include <stdlib.h>

/* Of the reference programs of xoshiro256** and splitmix64. */
START_TEST(numbers_are_the_published_ones)
{
    static const uint64_t drawn[] = {11520u,
                                     0u,
                                     1509978240u,
                                     1215971899390074240u,
                                     1216172134540287360u,
                                     607988272756665600u,
                                     16172922978634559625u,
                                     8476171486693032832u,
                                     10595114339597558777u,
                                     2904607092377533576u};
    static const uint64_t seeded[] = {6457827717110365317u, 3203168211198807973u,
                                      9817491932198370423u, 4593380528125082431u};
    struct rng r = {{1, 2, 3, 4}};

    for (size_t i = 0; i < sizeof(drawn) / sizeof(*drawn); i++)
        ck_assert_uint_eq(rng_next(&r), drawn[i]);
    rng_seed(&r, 1234567);
    ck_assert_mem_eq(r.s, seeded, sizeof(seeded));
}
END_TEST

START_TEST(draws_stay_in_their_range)
{
    int count[7] = {0};
    double sum = 0, squares = 0;
    struct rng r;

    rng_seed(&r, 5);
    for (int i = 0; i < 70000; i++) {
        float u = rng_uniform(&r, -2, 3);
        double z = rng_normal(&r);

        ck_assert(u >= -2 && u < 3);
        count[rng_below(&r, 7)]++;
        sum += z;
        squares += z * z;
    }
    for (int k = 0; k < 7; k++) /* four standard deviations of 93 */
        ck_assert_int_lt(abs(count[k] - 10000), 372);
    ck_assert(fabs(sum / 70000) < 0.016 && fabs(squares / 70000 - 1) < 0.022);
}
END_TEST

START_TEST(a_shuffle_loses_nothing)
{
    int32_t v[100], seen[100] = {0};
    int moved = 0;
    struct rng r;

    rng_seed(&r, 1);
    for (int i = 0; i < 100; i++)
        v[i] = i;
    rng_shuffle(&r, v, 100);
    for (int i = 0; i < 100; i++) {
        moved += v[i] != i;
        ck_assert(v[i] >= 0 && v[i] < 100 && !seen[v[i]]++);
    }
    ck_assert_int_gt(moved, 80);
}
END_TEST

START_TEST(a_shuffle_is_fair)
{
    int first[5] = {0};
    struct rng r;

    rng_seed(&r, 3);
    for (int i = 0; i < 50000; i++) {
        int32_t v[5] = {0, 1, 2, 3, 4};

        rng_shuffle(&r, v, 5);
        first[v[0]]++;
    }
    for (int i = 0; i < 5; i++) /* four standard deviations of 89 */
        ck_assert_int_lt(abs(first[i] - 10000), 358);
    rng_shuffle(&r, NULL, 0);
}
END_TEST

START_TEST(the_open_end_is_never_drawn)
{
    struct rng r;

    rng_seed(&r, 1);
    for (int i = 0; i < 10000; i++) /* rounding would reach it here */
        ck_assert(rng_uniform(&r, 1, 1.0000002f) < 1.0000002f);
    ck_assert_uint_eq(rng_below(&r, 1), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rng");
    TCase *t = tcase_create("all");

    tcase_add_test(t, numbers_are_the_published_ones);
    tcase_add_test(t, draws_stay_in_their_range);
    tcase_add_test(t, a_shuffle_loses_nothing);
    tcase_add_test(t, a_shuffle_is_fair);
    tcase_add_test(t, the_open_end_is_never_drawn);
    suite_add_tcase(s, t);
    return suite_run(s);
}
