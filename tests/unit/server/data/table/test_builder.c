/* test_builder.c - series, timelines and memory of a table. */
#include "server/data/table/builder.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static struct test_table t;
static struct builder b;

static void setup(void)
{
    test_table_open(&t, "a\n1\n2\n3\n", NULL);
    b = (struct builder){.t = &t.rows.t,
                         .s = &t.survey,
                         .o = &t.options,
                         .r = &t.roles,
                         .c = &t.c,
                         .out = &t.set,
                         .e = &t.e};
    t.options.limits.max_series = 2;
    t.set.num_columns = 1;
    ck_assert_int_eq(builder_open(&b), ST_OK);
}

static void teardown(void)
{
    builder_release(&b);
    t.set.num_columns = 0; /* they have no names */
    test_table_close(&t);
}

START_TEST(ids_are_found_again_and_bounded)
{
    int first = -1, second = -1, again = -1;

    ck_assert_int_eq(builder_series(&first, &b, "a"), ST_OK);
    ck_assert_int_eq(builder_series(&second, &b, "b"), ST_OK);
    ck_assert_int_eq(builder_series(&again, &b, "a"), ST_OK);
    ck_assert(first == 0 && second == 1 && again == 0);
    ck_assert_int_eq(builder_series(&again, &b, "c"), ST_TOO_LARGE);
    ck_assert_int_eq(builder_series(&again, &b, ""), ST_INVALID);
}
END_TEST

START_TEST(a_few_rows_go_on_with_the_frequency_of_others)
{
    const struct timestamp months[] = {
        {1577836800, FREQ_D}, {1580515200, FREQ_D}, {1583020800, FREQ_D}, {1585699200, FREQ_D}};
    struct timeline all = {0}, one = {0};

    ck_assert_int_eq(builder_timeline(&all, &b, "x", months, 4, NULL), ST_OK);
    ck_assert_int_eq(all.frequency.unit, FREQ_M);
    ck_assert_int_eq(builder_timeline(&one, &b, "x", months, 1, NULL), ST_OK);
    ck_assert_int_eq(one.frequency.unit, FREQ_D);
    ck_assert_int_eq(builder_timeline(&one, &b, "x", months, 1, &all), ST_OK);
    ck_assert_int_eq(one.frequency.unit, FREQ_M);
}
END_TEST

START_TEST(grids_are_bounded)
{
    struct series *s;
    int i = 0;

    ck_assert_int_eq(builder_series(&i, &b, "a"), ST_OK);
    s = &t.set.items[0];
    ck_assert_int_eq(builder_grid(&b, s, 10001, 0), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(t.e.message, "max_series_length"));
    b.memory = 100;
    ck_assert_int_eq(builder_grid(&b, s, 100, 0), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(t.e.message, "memory"));
    b.memory = 10000;
    ck_assert_int_eq(builder_grid(&b, s, 100, 2.5), ST_OK);
    ck_assert_double_eq(s->values[99], 2.5);
    ck_assert_uint_lt(b.memory, 10000 - 100 * sizeof(double));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("builder");
    TCase *c = tcase_create("builder");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, ids_are_found_again_and_bounded);
    tcase_add_test(c, a_few_rows_go_on_with_the_frequency_of_others);
    tcase_add_test(c, grids_are_bounded);
    suite_add_tcase(s, c);
    return suite_run(s);
}
