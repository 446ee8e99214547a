/* test_missing_cells.c - texts and values that mean missing. */
#include "server/data/table/missing_cells.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <math.h>

START_TEST(listed_cells_are_emptied)
{
    struct cell cells[] = {cell_of("-9999"), cell_of(" -9999.0 "), cell_of("none here"),
                           cell_of("-999"), cell_of("x")};

    missing_cells_empty(cells, 5, "-9999,none here,,y");
    ck_assert(cells[0].len == 0 && cells[1].len == 0 && cells[2].len == 0);
    ck_assert(cells[3].len == 4 && cells[4].len == 1);
}
END_TEST

START_TEST(markers_are_known)
{
    static const double known[] = {99,     999,    -9999, 99999,  -999999, 99999999,
                                   -999.9, 9999.9, 32767, -32768, 1.1e30,  -1e38};
    static const double others[] = {0, 98, 100, 9998, 10000, 32768, -99999.9, 1e30};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        ck_assert_msg(missing_cells_known(known[i]), "%g", known[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ck_assert_msg(!missing_cells_known(others[i]), "%g", others[i]);
    ck_assert(!missing_cells_known(NAN));
}
END_TEST

START_TEST(far_markers_are_suspected)
{
    ck_assert(missing_cells_suspect(-9999, 3, 57));
    ck_assert(missing_cells_suspect(9999, 3, 57));
    ck_assert(!missing_cells_suspect(-9999, -8000, 8000));
    ck_assert(!missing_cells_suspect(-9998, 3, 57));
    ck_assert(!missing_cells_suspect(999, 5, 5));
    ck_assert(!missing_cells_suspect(99, 3, 57));
}
END_TEST

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"date,y\n2020-01-01,5\n2020-01-02,-9999\n2020-01-03,7\n",
     {0},
     "x D 2020-01-01 [5 -9999 7] {suspicious_values}"},
    {"date,y\n2020-01-01,5\n2020-01-02,-9999\n2020-01-03,7\n",
     {.missing = "-9999"},
     "x D 2020-01-01 [5 nan 7] {missing_values}"},
    {"date,y\n2020-01-01,5\n2020-01-02,off\n2020-01-03,7\n",
     {.missing = "off"},
     "x D 2020-01-01 [5 nan 7] {missing_values}"},
    {"store,date,y\nA,2020-01-01,5\n\xe2\x80\xb3,2020-01-02,6\nB,2020-01-01,5\ndo.,2020-01-02,6\n",
     {.id = "store"},
     "'\xe2\x80\xb3' in column 'store' repeats the cell above it: write the id in every row"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("missing cells");
    TCase *t = tcase_create("missing cells");

    tcase_add_test(t, listed_cells_are_emptied);
    tcase_add_test(t, markers_are_known);
    tcase_add_test(t, far_markers_are_suspected);
    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
