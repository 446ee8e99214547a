/* test_total_rows.c - rows that sum up others. */
#include "server/data/table/total_rows.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    bool total;
} cells[] = {
    {"Total", true},      {"TOTAL:", true},       {" Grand total ", true}, {"Subtotal", true},
    {"Total 2020", true}, {"Berlin total", true}, {"Average", true},       {"max", true},
    {"Summe", true},      {"totally", false},     {"maximal", false},      {"2020 total", false},
    {"", false},          {"12", false},          {"sumo", false},
};

START_TEST(labels_are_known)
{
    ck_assert_msg(cell_is_total(cell_of(cells[_i].text)) == cells[_i].total, "%s", cells[_i].text);
}
END_TEST

static const struct {
    const char *text, *shown;
} rows[] = {
    {"date,y\n2020-01-01,1\n2020-01-02,2\nSubtotal,3\n2020-01-03,4\n2020-01-04,5\nTotal,12\n"
     "Average,3\n",
     "x D 2020-01-01 [1 2 4 5] {total_row} {total_row}"},
    {"store,date,y\na,2020-01-01,1\na,2020-01-02,2\nTotal a,,3\nb,2020-01-01,4\nb,2020-01-02,5\n"
     "Total b,,9\n",
     "a D 2020-01-01 [1 2] b D 2020-01-01 [4 5] {id_columns} {total_row}"},
    {"year,month,y\n2020,1,1\n2020,2,2\nTotal,,3\n2020,3,4\n",
     "x M 2020-01 [1 2 4] {time_joined} {total_row}"},
    /* not a total: its rows have times */
    {"region,date,y\nTotal,2020-01-01,1\nTotal,2020-01-02,2\na,2020-01-01,1\na,2020-01-02,1\n",
     "Total D 2020-01-01 [1 2] a D 2020-01-01 [1 1] {id_columns}"},
    {"date,y\n2020-01-01,1\nx,2\n",
     "'x' in column 'date' is not a time like the others (ISO 8601, for example 2020-01-31); "
     "correct it, or give ?date_format= in strptime's letters"},
};

START_TEST(totals_are_left_out)
{
    ck_assert_str_eq(shown(rows[_i].text, NULL), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("total rows");
    TCase *t = tcase_create("total rows");

    tcase_add_loop_test(t, labels_are_known, 0, (int)(sizeof(cells) / sizeof(cells[0])));
    tcase_add_loop_test(t, totals_are_left_out, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
