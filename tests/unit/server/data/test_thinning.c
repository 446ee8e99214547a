/* test_thinning.c - a chart of few rows shows what all rows would. */
#include "server/data/thinning.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 10007 };

static double wave(int64_t row, int column)
{
    return sin((double)(row * (column + 1)) / 300) + (double)(row * 7919 % 101) / 500;
}

/* Adds the rows in pieces of 97, a length that divides none of the others. */
static void thin(struct thinning *t, const double *values, int64_t rows, int columns, int most,
                 bool gaps)
{
    ck_assert_int_eq(thinning_begin(t, rows, columns, most, gaps, NULL), ST_OK);
    for (int64_t i = 0; i < rows; i += 97)
        thinning_add(t, values + i * columns, rows - i < 97 ? rows - i : 97);
}

static void check_order(const struct thinning *t, int64_t rows)
{
    ck_assert_int_eq(t->kept[0], 0);
    ck_assert_int_eq(t->kept[t->num_kept - 1], rows - 1);
    for (int i = 1; i < t->num_kept; i++)
        ck_assert_int_gt(t->kept[i], t->kept[i - 1]);
}

static bool is_kept(const struct thinning *t, int64_t row)
{
    for (int i = 0; i < t->num_kept; i++)
        if (t->kept[i] == row)
            return true;
    return false;
}

static double *values_of(int columns)
{
    double *values = malloc(sizeof(double) * (size_t)(ROWS * columns));

    ck_assert_ptr_nonnull(values);
    for (int64_t i = 0; i < ROWS; i++)
        for (int k = 0; k < columns; k++)
            values[i * columns + k] = wave(i, k);
    return values;
}

static const int limits[] = {2, 3, 4, 5, 7, 9, 100, 2000, 10006, 10007, 20000};

START_TEST(as_many_rows_as_asked_for_at_most)
{
    for (int columns = 1; columns <= 3; columns++) {
        double *values = values_of(columns);
        struct thinning t;
        int most = limits[_i];

        for (int gaps = 0; gaps < 2; gaps++) {
            thin(&t, values, ROWS, columns, most, gaps);
            ck_assert_int_le(t.num_kept, most);
            ck_assert_int_ge(t.num_kept, most < ROWS ? most / 3 : ROWS);
            check_order(&t, ROWS);
            thinning_release(&t);
        }
        free(values);
    }
}
END_TEST

START_TEST(peaks_of_each_column_stay)
{
    double *values = values_of(2);
    struct thinning t;

    values[2 * 4321] = 50;
    values[2 * 8765 + 1] = -50;
    thin(&t, values, ROWS, 2, 200, false);
    ck_assert(is_kept(&t, 4321) && is_kept(&t, 8765));
    thinning_release(&t);
    free(values);
}
END_TEST

/* One missing value is a row of the chart, and a long gap is one, too. */
START_TEST(gaps_stay)
{
    double *values = values_of(1);
    struct thinning t;
    int missing = 0;

    values[1234] = NAN;
    for (int i = 5000; i < 6000; i++)
        values[i] = NAN;
    thin(&t, values, ROWS, 1, 200, true);
    for (int i = 0; i < t.num_kept; i++)
        missing += t.kept[i] >= 5000 && t.kept[i] < 6000;
    ck_assert(is_kept(&t, 1234));
    ck_assert_int_ge(missing, 5);
    thinning_release(&t);
    free(values);
}
END_TEST

START_TEST(short_series_stay_whole)
{
    static const double values[] = {1, 2, 3};
    struct thinning t;

    for (int rows = 1; rows <= 3; rows++) {
        thin(&t, values, rows, 1, 3, false);
        ck_assert_int_eq(t.num_kept, rows);
        thinning_release(&t);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("thinning");
    TCase *t = tcase_create("thinning");

    tcase_add_loop_test(t, as_many_rows_as_asked_for_at_most, 0,
                        (int)(sizeof(limits) / sizeof(limits[0])));
    tcase_add_test(t, peaks_of_each_column_stay);
    tcase_add_test(t, gaps_stay);
    tcase_add_test(t, short_series_stay_whole);
    suite_add_tcase(s, t);
    return suite_run(s);
}
