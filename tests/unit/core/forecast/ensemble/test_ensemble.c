/* test_ensemble.c - the weights of an ensemble, and the numbers that it is stored as. */
#include "core/forecast/ensemble/ensemble.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

START_TEST(better_members_weigh_more_but_none_takes_all)
{
    const double relative[MEMBER_COUNT] = {-0.5};
    const double zeros[MEMBER_COUNT] = {0};
    double equal[MEMBER_COUNT], one_perfect[MEMBER_COUNT], one_absent[MEMBER_COUNT];
    double w[MEMBER_COUNT], sum = 0;

    for (int k = 0; k < MEMBER_COUNT; k++)
        equal[k] = one_perfect[k] = one_absent[k] = 1;
    one_perfect[0] = 0;
    one_absent[MEMBER_HOLT] = INFINITY;
    ensemble_weigh(w, relative, equal, 1);
    for (int k = 0; k < MEMBER_COUNT; k++)
        sum += w[k];
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    ck_assert_double_gt(w[0], w[1]);
    ck_assert_double_lt(w[0], 0.9);
    ensemble_weigh(w, zeros, one_perfect, 1);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert(isfinite(w[k]) && w[k] > 0);
    ensemble_weigh(w, zeros, one_absent, 1);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert_int_eq(w[k] > 0, k != MEMBER_HOLT);
    ensemble_weigh(w, zeros, zeros, 1);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert(isfinite(w[k]) && w[k] > 0);
}
END_TEST

START_TEST(certain_errors_move_the_weights_further)
{
    const double relative[MEMBER_COUNT] = {0};
    double error[MEMBER_COUNT], once[MEMBER_COUNT], twice[MEMBER_COUNT], prior[MEMBER_COUNT];

    for (int k = 0; k < MEMBER_COUNT; k++)
        error[k] = k == MEMBER_ETS ? 0.8 : 1;
    ensemble_prior(prior);
    ensemble_weigh(once, relative, error, 1);
    ensemble_weigh(twice, relative, error, 2);
    ck_assert_double_gt(once[MEMBER_ETS], prior[MEMBER_ETS]);
    ck_assert_double_eq_tol(twice[MEMBER_ETS] / twice[MEMBER_ARIMA],
                            pow(once[MEMBER_ETS] / once[MEMBER_ARIMA], 2), 1e-9);
}
END_TEST

/* The comparison is with the best member that this series has, not with one that it lacks. */
START_TEST(hopeless_members_weigh_nothing)
{
    double relative[MEMBER_COUNT] = {[1] = 0.6, [2] = 0.5, [MEMBER_GLOBAL_NET] = -0.2};
    double error[MEMBER_COUNT], w[MEMBER_COUNT], sum = 0;

    for (int k = 0; k < MEMBER_COUNT; k++)
        error[k] = 1;
    error[MEMBER_GLOBAL_NET] = INFINITY;
    ensemble_weigh(w, relative, error, 1);
    for (int k = 0; k < MEMBER_COUNT; k++) {
        ck_assert_int_eq(w[k] > 0, k != 1 && k != MEMBER_GLOBAL_NET);
        sum += w[k];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    error[MEMBER_GLOBAL_NET] = 1;
    ensemble_weigh(w, relative, error, 1);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert_int_eq(w[k] > 0, k != 1 && k != 2);
}
END_TEST

START_TEST(an_ensemble_is_packed_and_unpacked)
{
    struct ensemble a = {.error_scale = 0.25, .spread = 2}, b;
    double row[ENSEMBLE_NUMBERS], again[ENSEMBLE_NUMBERS];
    struct err e = {0};

    ck_assert_int_eq(members_fit(&a.members, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ensemble_prior(a.weight);
    ensemble_pack(row, &a);
    /* No number is left out. */
    ck_assert_double_eq(row[ENSEMBLE_NUMBERS_FIRST - 1], 0.25);
    ck_assert_double_eq(row[ENSEMBLE_NUMBERS - 1], a.weight[MEMBER_COUNT - 1]);
    ck_assert(ensemble_unpack(&b, row, ENSEMBLE_NUMBERS));
    ensemble_pack(again, &b);
    ck_assert_mem_eq(row, again, sizeof(row));
}
END_TEST

/* Older files have no numbers of newer members, which then take no part. */
START_TEST(the_first_members_are_unpacked_alone)
{
    struct ensemble a = {.error_scale = 0.25, .spread = 2, .weight = {0.3, 0.3, 0.2, 0.1, 0.1}}, b;
    double row[ENSEMBLE_NUMBERS], w[AIR], out[MEMBER_COUNT * 12];
    const int origin = AIR;
    struct err e = {0};

    ck_assert_int_eq(members_fit(&a.members, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ensemble_pack(row, &a);
    ck_assert(ensemble_unpack(&b, row, ENSEMBLE_NUMBERS_FIRST));
    ck_assert_mem_eq(a.weight, b.weight, sizeof(a.weight));
    ck_assert_int_eq(b.members.holt.season, 0);
    ck_assert_int_eq(b.members.aggregation.season, 0);
    ck_assert_int_eq(scaling_forward(w, &b.members.ets.scaling, air, AIR, &e), ST_OK);
    ck_assert_int_eq(
        members_path(out, &b.members, NULL, &(struct rolling){w, AIR, &origin, 1, 12}, &e), ST_OK);
    for (int i = 0; i < MEMBER_COUNT * 12; i++)
        ck_assert(isfinite(out[i]));
    ck_assert(ensemble_unpack(&b, row, ENSEMBLE_NUMBERS_SECOND));
    ck_assert_int_eq(b.members.holt.season, 12);
    ck_assert_int_eq(b.members.aggregation.season, 0);
    row[ENSEMBLE_NUMBERS - 1] = 2;
    ck_assert(!ensemble_unpack(&b, row, ENSEMBLE_NUMBERS));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ensemble");
    TCase *t = tcase_create("ensemble");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, better_members_weigh_more_but_none_takes_all);
    tcase_add_test(t, certain_errors_move_the_weights_further);
    tcase_add_test(t, hopeless_members_weigh_nothing);
    tcase_add_test(t, an_ensemble_is_packed_and_unpacked);
    tcase_add_test(t, the_first_members_are_unpacked_alone);
    suite_add_tcase(s, t);
    return run_suite(s);
}
