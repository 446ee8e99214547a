/* test_censored_cells.c - values beyond what could be measured. */
#include "server/data/table/censored_cells.h"
#include "server/data/table/table_series.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text, *limit; /* NULL: it is none */
} cells[] = {
    {"<1", "1"},
    {" < 0.5 ", "0.5"},
    {">100", "100"},
    {"\xe2\x89\xa4"
     "2,5",
     "2,5"},
    {">= 7", "7"},
    {"<", NULL},
    {"<a>", NULL},
    {"<true", NULL},
    {"1<2", NULL},
    {"", NULL},
    {"5", NULL},
};

START_TEST(cells_with_a_sign_and_a_number)
{
    struct cell limit = {"", 0};
    bool censored = cell_censored(cell_of(cells[_i].text), &limit);

    ck_assert_msg(censored == (cells[_i].limit != NULL), "%s", cells[_i].text);
    if (censored)
        ck_assert(limit.len == strlen(cells[_i].limit) &&
                  memcmp(limit.at, cells[_i].limit, limit.len) == 0);
}
END_TEST

#define TEXT "ds,y\n2020-01-01,5\n2020-01-02,<1\n2020-01-03,>9\n2020-01-04,7\n"

static const struct {
    const char *text;
    enum censored how;
    const char *shown;
} files[] = {
    {TEXT, CENSORED_LIMIT, "x D 2020-01-01 [5 1 9 7]"},
    {TEXT, CENSORED_MISSING, "x D 2020-01-01 [5 nan nan 7] {missing_values}"},
    {TEXT, CENSORED_REFUSE,
     "'<1' in column 'y' is beyond what was measured: ?censored=limit reads it as 1, "
     "?censored=missing as a missing value"},
    /* most of a column: it is not left out silently */
    {"ds,y,z\n2020-01-01,<1,1\n2020-01-02,<1,5\n2020-01-03,<1,2\n2020-01-04,7,1\n", CENSORED_REFUSE,
     "'<1' in column 'y' is beyond what was measured: ?censored=limit reads it as 1, "
     "?censored=missing as a missing value"},
};

START_TEST(the_caller_tells_what_they_count_as)
{
    const struct table_options o = {.censored = files[_i].how};

    ck_assert_str_eq(shown(files[_i].text, &o), files[_i].shown);
}
END_TEST

START_TEST(names_of_the_choices)
{
    enum censored how = CENSORED_REFUSE;

    ck_assert(censored_from_name(&how, "missing") && how == CENSORED_MISSING);
    ck_assert(censored_from_name(&how, "limit") && how == CENSORED_LIMIT);
    ck_assert(!censored_from_name(&how, "half") && how == CENSORED_LIMIT);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("censored cells");
    TCase *t = tcase_create("censored cells");

    tcase_add_loop_test(t, cells_with_a_sign_and_a_number, 0,
                        (int)(sizeof(cells) / sizeof(cells[0])));
    tcase_add_loop_test(t, the_caller_tells_what_they_count_as, 0,
                        (int)(sizeof(files) / sizeof(files[0])));
    tcase_add_test(t, names_of_the_choices);
    suite_add_tcase(s, t);
    return suite_run(s);
}
