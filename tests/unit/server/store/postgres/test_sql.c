/* test_sql.c - a statement's text in the words of PostgreSQL. */
#include "server/store/postgres/sql.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(names_become_numbers)
{
    static const char *const texts[][2] = {
        {"SELECT 1", "SELECT 1"},
        {"SELECT :a, :b, :a", "SELECT $1, $2, $1"},
        {"WHERE x >= :after AND y < :after_all", "WHERE x >= $1 AND y < $2"},
        {"SELECT ':a', \":b\", 'it''s :c', :d", "SELECT ':a', \":b\", 'it''s :c', $1"},
        {"FROM job INDEXED BY job_by_turn WHERE :x", "FROM job  WHERE $1"},
        {"SELECT 'open :a", "SELECT 'open :a"},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct sql_text t;

        ck_assert(sql_translate(&t, texts[i][0]));
        ck_assert_str_eq(t.source, texts[i][0]);
        ck_assert_str_eq(t.text, texts[i][1]);
        sql_release(&t);
    }
}
END_TEST

START_TEST(parameters_are_found_by_their_whole_name)
{
    struct sql_text t;

    ck_assert(sql_translate(&t, "SELECT :name, :names, :n"));
    ck_assert_int_eq(t.num_params, 3);
    ck_assert_int_eq(sql_param(&t, ":names"), 1);
    ck_assert_int_eq(sql_param(&t, ":n"), 2);
    ck_assert_int_eq(sql_param(&t, ":nam"), -1);
    ck_assert_int_eq(sql_param(&t, ""), -1);
    sql_release(&t);
}
END_TEST

START_TEST(there_may_be_so_many_names_and_no_more)
{
    char sql[600] = "SELECT ";
    struct sql_text t;

    for (int i = 0; i < SQL_PARAMS_MAX; i++)
        snprintf(sql + strlen(sql), sizeof(sql) - strlen(sql), ":p%d, ", i);
    ck_assert(sql_translate(&t, sql));
    ck_assert_int_eq(t.num_params, SQL_PARAMS_MAX);
    ck_assert_ptr_nonnull(strstr(t.text, "$32, "));
    sql_release(&t);
    snprintf(sql + strlen(sql), sizeof(sql) - strlen(sql), ":more");
    ck_assert(!sql_translate(&t, sql));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sql");
    TCase *t = tcase_create("all");

    tcase_add_test(t, names_become_numbers);
    tcase_add_test(t, parameters_are_found_by_their_whole_name);
    tcase_add_test(t, there_may_be_so_many_names_and_no_more);
    suite_add_tcase(s, t);
    return suite_run(s);
}
