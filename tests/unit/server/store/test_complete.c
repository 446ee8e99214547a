/* test_complete.c - finding missing values in stored rows. */
#include "server/store/complete.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

/* More than a chunk. */
enum { COLUMNS = 2, ROWS = 5000 };

static struct fixture f;
static struct db *db;
static double values[ROWS * COLUMNS];
static char *names[] = {(char *)"y", (char *)"z"};

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_INDEX, 0, 0, 0);
    db = fixture_db(&f);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        values[i] = i;
}

static void teardown(void)
{
    fixture_close(&f);
}

/* Stores the values and looks at them from row `first` on. */
static enum status check(int covariates, int64_t first)
{
    const struct dataset d = {.num_columns = COLUMNS,
                              .num_covariates = covariates,
                              .columns = names,
                              .missing_policy = MISSING_ERROR};
    const struct timeline line = timeline_index();
    struct stored_rows of = {fixture_int(&f, "SELECT id FROM series"), 0, COLUMNS};

    ck_ok(chunk_append(db, &of, values, ROWS, &f.e), &f.e);
    (void)fixture_int(&f, "UPDATE series SET length = 5000 RETURNING length");
    return complete_check(db, &d, of.series, first, "x", &line, &f.e);
}

static const struct {
    int row, column, covariates;
    int64_t first;
    const char *message; /* NULL: nothing is missing */
} holes[] = {
    {-1, 0, 0, 0, NULL},
    {10, 1, 0, 0, "no z at 10"},
    {4999, 0, 0, 0, "no y at 4999"},
    {4999, 0, 0, 4999, "no y at 4999"},
    {10, 0, 0, 4999, NULL}, /* in a chunk before */
    {10, 1, 1, 0, NULL},    /* a covariate may be missing */
    {10, 0, 1, 4999, "no y at 10"},
    {4999, 0, 1, 0, NULL}, /* a row of the future */
};

START_TEST(holes_are_found)
{
    enum status st;

    if (holes[_i].row >= 0)
        values[holes[_i].row * COLUMNS + holes[_i].column] = NAN;
    st = check(holes[_i].covariates, holes[_i].first);
    ck_assert_int_eq(st, holes[_i].message ? ST_INVALID : ST_OK);
    if (holes[_i].message)
        ck_assert_msg(strstr(f.e.message, holes[_i].message) != NULL, "%s", f.e.message);
}
END_TEST

START_TEST(a_new_series_is_looked_at_where_fill_is_error)
{
    double v[] = {1, 2, NAN, 3};
    const struct series s = {.id = (char *)"x", .length = 2, .values = v, .time = timeline_index()};
    struct dataset d = {.num_columns = COLUMNS, .columns = names};

    ck_assert_int_eq(complete_check_new(&d, &s, &f.e), ST_OK);
    d.missing_policy = MISSING_ERROR;
    ck_assert_int_eq(complete_check_new(&d, &s, &f.e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(f.e.message, "no y at 1"));
}
END_TEST

START_TEST(rows_with_a_value_are_counted)
{
    const double v[] = {1, NAN, NAN, NAN, NAN, 2};

    ck_assert_int_eq(rows_with_values(v, 3, 2), 2);
    ck_assert_int_eq(rows_with_values(v, 2, 3), 2);
    ck_assert_int_eq(rows_with_values(v + 1, 2, 2), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("complete");
    TCase *t = tcase_create("complete");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, holes_are_found, 0, (int)(sizeof(holes) / sizeof(holes[0])));
    tcase_add_test(t, a_new_series_is_looked_at_where_fill_is_error);
    tcase_add_test(t, rows_with_a_value_are_counted);
    suite_add_tcase(s, t);
    return suite_run(s);
}
