/* test_missing.c - the effect of policies for missing values on data, in one column and in many,
 * and on models. */
#include "server/data/missing.h"

#include <check.h>
#include <lstm/status.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 11 };

static void make(struct series_set *set, const double v[N], int columns, const char *frequency)
{
    struct series *s;
    struct err e = {0};

    series_set_init(set);
    s = series_set_add(set, "a");
    ck_assert_ptr_nonnull(s);
    s->length = N;
    s->values = malloc((size_t)N * (size_t)columns * sizeof(double));
    ck_assert_ptr_nonnull(s->values);
    ck_assert_int_eq(frequency_parse(&s->time.frequency, frequency, &e), ST_OK);
    set->columns = calloc((size_t)columns, sizeof(*set->columns));
    ck_assert_ptr_nonnull(set->columns);
    for (set->num_columns = 0; set->num_columns < columns; set->num_columns++)
        set->columns[set->num_columns] = strdup("y");
    for (int i = 0; i < N; i++)
        for (int k = 0; k < columns; k++)
            s->values[i * columns + k] = k == columns - 1 ? v[i] : i;
}

static const double gaps[N] = {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 9, 10, NAN};

static const struct row {
    enum missing_policy policy;
    double want[N];
} rows[] = {
    {MISSING_LINEAR, {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 9, 10, NAN}},
    {MISSING_PREVIOUS, {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 9, 10, NAN}},
    {MISSING_ZERO, {0, 1, 2, 3, 0, 5, 0, 0, 9, 10, 0}},
    {MISSING_SEASONAL, {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 9, 10, NAN}},
};

START_TEST(every_policy)
{
    for (int columns = 1; columns <= 3; columns++) {
        struct series_set set;

        make(&set, gaps, columns, "Q");
        set.missing_policy = rows[_i].policy;
        ck_assert_int_eq(missing_apply(&set, NULL), ST_OK);
        for (int i = 0; i < N; i++) {
            double got = set.items[0].values[i * columns + columns - 1], want = rows[_i].want[i];

            ck_assert_msg(got == want || (isnan(got) && isnan(want)), "row %d: %g, not %g", i, got,
                          want);
            if (columns > 1)
                ck_assert(set.items[0].values[i * columns] == i);
        }
        series_set_release(&set);
    }
}
END_TEST

START_TEST(error_names_the_place)
{
    const double whole[N] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    struct series_set set;
    struct err e = {0};

    make(&set, whole, 1, "Q");
    set.missing_policy = MISSING_ERROR;
    ck_assert_int_eq(missing_apply(&set, &e), ST_OK);
    set.items[0].values[3] = NAN;
    ck_assert_int_eq(missing_apply(&set, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "'a'") && strstr(e.message, "1970"), "%s", e.message);
    series_set_release(&set);
}
END_TEST

START_TEST(names)
{
    enum missing_policy f;

    for (int i = MISSING_LINEAR; i <= MISSING_ZERO; i++) {
        ck_assert(missing_policy_from_name(&f, missing_policy_name((enum missing_policy)i)));
        ck_assert_int_eq(f, i);
    }
    ck_assert_int_eq(missing_policy_imputation(MISSING_LINEAR), IMPUTE_LINEAR);
    ck_assert_int_eq(missing_policy_imputation(MISSING_SEASONAL), IMPUTE_SEASONAL);
    ck_assert_int_eq(missing_policy_imputation(MISSING_PREVIOUS), IMPUTE_PREVIOUS);
    ck_assert_int_eq(missing_policy_imputation(MISSING_ZERO), IMPUTE_LINEAR);
    ck_assert(!missing_policy_from_name(&f, "Linear"));
    ck_assert(!missing_policy_from_name(&f, ""));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fill");
    TCase *t = tcase_create("fill");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, every_policy, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, error_names_the_place);
    tcase_add_test(t, names);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
