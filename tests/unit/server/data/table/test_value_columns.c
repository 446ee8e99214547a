/* test_value_columns.c - finding the columns of values. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    /* a percent sign in some cells */
    {"date,y\n2020-01-01,5%\n2020-01-02,0.07\n",
     {0},
     "1 numbers of column 'y' have a percent sign and 1 have none, like '0.07': 12% may be 12 or "
     "0.12 there; write all of them in one way, or name the columns to keep with ?target="},
    {"date,y\n2020-01-01,5%\n2020-01-02,0.0\n", {0}, "x D 2020-01-01 [5 0] {percent}"},
    /* a year in a form that is not read */
    {"d,y\n2020\xe5\xb9\xb4 1,5\n2020\xe5\xb9\xb4 2,6\n",
     {0},
     "'2020\xe5\xb9\xb4 1' in column 'd' is not a time that is read here (2020-01-31, 31/01/2020, "
     "Jan 2020, 2020Q1, 2020-W05 and others): say how it is written with ?date_format= in "
     "strptime's letters and name it with ?time=, or name the columns to keep with ?target="},
    /* other columns tell */
    {"date,a,v\n2020-01-01,\"1,234.50\",\"10,000\"\n2020-01-02,\"1,250.10\",\"11,000\"\n",
     {0},
     "x D 2020-01-01 [1234.5 10000 1250.1 11000] {number_format} {number_format}"},
    {"date;y;z\n2020-01-01;1.234;0.5\n2020-01-02;987;1.5\n",
     {0},
     "x D 2020-01-01 [1.234 0.5 987 1.5]"},
    /* commas stand between cells, so that in quotes they part thousands */
    {"date,y\n2020-01-01,\"1,000\"\n2020-01-02,\"2,000\"\n",
     {0},
     "x D 2020-01-01 [1000 2000] {number_format}"},
    {"date;y\n2020-01-01;1.234\n2020-01-02;987\n",
     {0},
     "'1.234' in column 'y' may be thousands with a mark between them or decimals behind it; "
     "?decimal=. or ?decimal=, tells"},
    {"date,y,holiday\n2020-01-01,5,yes\n2020-01-02,6,no\n",
     {.covariates = "holiday"},
     "x D 2020-01-01 [5 1 6 0]"},
    {"date,c\n2020-01-01,NO\n2020-01-02,SE\n",
     {.target = "c"},
     "'NO' in column 'c' is not a finite number (missing values are empty, NA, null or -; "
     "?missing= names others, and ?target= the columns to keep)"},
    {"date;y\n2020-01-01;1,5\n2020-01-02;2\n", {0}, "x D 2020-01-01 [1.5 2] {number_format}"},
    {"date;y;z\n2020-01-01;1,5;1.234\n2020-01-02;2;5.678\n",
     {0},
     "x D 2020-01-01 [1.5 1234 2 5678] {number_format} {number_format}"},
    {"date;y\n2020-01-01;1,234\n2020-01-02;5,678\n",
     {0},
     "'1,234' in column 'y' may be thousands with a mark between them or decimals behind it; "
     "?decimal=. or ?decimal=, tells"},
    {"date;y\n2020-01-01;1,234\n2020-01-02;5,678\n",
     {.decimal = ','},
     "x D 2020-01-01 [1.234 5.678] {number_format}"},
    {"date;y\n2020-01-01;1,234\n2020-01-02;678\n",
     {0},
     "x D 2020-01-01 [1234 678] {number_format}"},
    {"date,y\n2020-01-01,1.5\n",
     {.decimal = ','},
     "the numbers of column 'y' do not fit decimal=,"},
    {"date,y,promo\n2020-01-01,1,true\n2020-01-02,3,false\n",
     {.covariates = "promo"},
     "x D 2020-01-01 [1 1 3 0]"},
    {"date,y,index\n2020-01-01,1,7\n2020-01-02,3,8\n2020-01-03,3,9\n2020-01-04,1,10\n",
     {0},
     "x D 2020-01-01 [1 3 3 1] {column_left_out}"},
    {"date,n\n2020-01-01,7\n2020-01-02,8\n", {0}, "x D 2020-01-01 [7 8]"},
    {"date,y\n2020-01-01,x\n",
     {0},
     "'x' in column 'y' is not a finite number (missing values are empty, NA, null or -; "
     "?missing= names others, and ?target= the columns to keep)"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("value columns");
    TCase *t = tcase_create("value columns");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
