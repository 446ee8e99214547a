/* test_survey.c - the survey of the columns of a table. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

START_TEST(columns_are_told_apart)
{
    struct test_table t;
    const struct column_survey *k;

    test_table_open(
        &t,
        "index,date,v,w,flag\n1,2020-01-01,1.5,\"1,234\",true\n2,2020-01-02,,\"22,000\","
        "false\n3,2020-01-03,abc,\"1,000\",true\n",
        NULL);
    k = t.survey.columns;
    ck_assert_uint_eq(t.survey.num_rows, 3);
    ck_assert(k[0].integers && survey_counts_up(&k[0]) && k[0].high == 3);
    ck_assert(k[1].times & TIME_BIT(TIME_ISO) && k[1].timely == 3 && k[1].numbers == 0);
    ck_assert_uint_eq(k[2].filled, 2);
    ck_assert_uint_eq(k[2].numbers, 1);
    ck_assert_str_eq(k[2].odd_text, "abc");
    ck_assert_uint_eq(k[2].odd_number, t.survey.last_row);
    ck_assert(k[3].grouped && k[3].styles & NUMBER_POINT_COMMA && !(k[3].styles & NUMBER_POINT));
    ck_assert_uint_eq(k[4].styles, NUMBER_BOOLEAN);
    test_table_close(&t);
}
END_TEST

START_TEST(blank_rows_at_the_end_do_not_count)
{
    struct test_table t;

    test_table_open(&t, "a,b\n1,2\n,\n3,4\n,\n,\n", NULL);
    ck_assert_uint_eq(t.survey.num_rows, 3);
    ck_assert_uint_eq(t.survey.blank_rows, 1);
    test_table_close(&t);
}
END_TEST

START_TEST(rows_are_bounded)
{
    struct csv_rows rows;
    struct survey s;
    struct err e = {0};
    static const char text[] = "a\n1\n2\n3\n";

    ck_assert_int_eq(csv_top_open(&rows, text, strlen(text), CSV_HEADER_AUTO, &e), ST_OK);
    ck_assert_int_eq(survey_table(&s, &rows.t, NULL, 2, &e), ST_TOO_LARGE);
    survey_release(&s);
    csv_rows_release(&rows);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("survey");
    TCase *t = tcase_create("survey");

    tcase_add_test(t, columns_are_told_apart);
    tcase_add_test(t, blank_rows_at_the_end_do_not_count);
    tcase_add_test(t, rows_are_bounded);
    suite_add_tcase(s, t);
    return suite_run(s);
}
