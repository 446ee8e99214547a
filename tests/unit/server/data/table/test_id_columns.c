/* test_id_columns.c - finding the columns that name the series. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"date,store,item,y\n2020-01-01,1,1,5\n2020-01-02,1,1,6\n2020-01-01,1,2,7\n2020-01-02,1,2,8\n",
     {0},
     "1 D 2020-01-01 [5 6] 2 D 2020-01-01 [7 8] {id_columns} {column_left_out}"},
    {"date,store,item,y\n2020-01-01,1,1,5\n2020-01-01,2,1,6\n2020-01-01,1,2,7\n",
     {.id = "store,item"},
     "1/1 D 2020-01-01 [5] 2/1 D 2020-01-01 [6] 1/2 D 2020-01-01 [7]"},
    {"id,date,y\n1,2020-01-01,5\n2,2020-01-02,7\n3,2020-01-03,6\n",
     {0},
     "x D 2020-01-01 [5 7 6] {column_left_out}"},
    /* a name for each row names no series; a few rows may be one of each */
    {"id,date,y\nr0,2020-01-01,0\nr1,2020-01-02,1\nr2,2020-01-03,4\nr3,2020-01-04,2\nr4,2020-01-05,"
     "2\nr5,2020-01-06,4\nr6,2020-01-07,1\nr7,2020-01-08,0\n",
     {0},
     "x D 2020-01-01 [0 1 4 2 2 4 1 0] {column_left_out}"},
    {"id,date,y\na,2020-01-01,5\nb,2020-01-02,7\n", {0}, "a D 2020-01-01 [5] b D 2020-01-02 [7]"},
    {"date,y\n2020-01-01,1\n", {.id = "date"}, "column 'date' cannot be both time and id"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("id columns");
    TCase *t = tcase_create("id columns");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
