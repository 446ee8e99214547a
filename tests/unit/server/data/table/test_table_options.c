/* test_table_options.c - names of aggregates. */
#include "server/data/table/table_options.h"
#include "tests/unit/suite.h"

START_TEST(names)
{
    enum aggregate how = AGGREGATE_NONE;

    ck_assert(aggregate_from_name(&how, "count") && how == AGGREGATE_COUNT);
    ck_assert(!aggregate_from_name(&how, "median"));
    ck_assert(!aggregate_from_name(&how, ""));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table options");
    TCase *t = tcase_create("table options");

    tcase_add_test(t, names);
    suite_add_tcase(s, t);
    return suite_run(s);
}
