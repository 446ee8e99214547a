/* test_table_slices.c - the series of tables with one list of times for all. */
#include "server/data/table/table_series.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <lstm/buf.h>
#include <math.h>

static const struct {
    const char *text;
    const char *shown;
} rows[] = {
    {"id,2020-01,2020-02,2020-03\na,1,2,3\nb,,5,\nc,,,\n",
     "a M 2020-01 [1 2 3] b M 2020-02 [5] c  0 [nan] {times_across} {missing_values}"},
    {"\"id\",\"V2\",\"V3\",\"V4\",\"V5\"\n\"a\",\"1\",\"2\",,\"4\"\n\"b\",\"7\",,,\n",
     "a  0 [1 2 nan 4] b  0 [7] {times_across} {missing_values}"},
    /* two rows of one series: table_points.h reads them */
    {"id,2020-01,2020-02,2020-03\na,1,,\na,,2,3\n", "a M 2020-01 [1 2 3] {times_across}"},
    {"id,2020-01,2020-02,2020-03\na,1,2,\na,,2,3\n",
     "series 'a' has two values for the time that begins on 2020-02-01; ?id= names columns that "
     "tell series apart"},
    /* what stands behind the times is none of them */
    {"id,2020-01,2020-02,2020-03,Total,\na,1,2,3,6,\nb,4,5,6,15,\n",
     "a M 2020-01 [1 2 3] b M 2020-01 [4 5 6] {column_left_out} {column_left_out} {times_across}"},
    {"id,V1,V2,V3,V4,\na,1,2,3,4,\nb,4,5,6,7,\n",
     "a  0 [1 2 3 4] b  0 [4 5 6 7] {column_left_out} {times_across}"},
    /* rows that sum up others */
    {"id,2020-01,2020-02,2020-03\na,1,2,3\nb,4,5,6\nTotal,5,7,9\n",
     "a M 2020-01 [1 2 3] b M 2020-01 [4 5 6] {times_across} {total_row}"},
    {"id,2020-01,2020-02,2020-03\nTotal,5,7,9\na,1,,3\na,,5,\n",
     "a M 2020-01 [1 5 3] {times_across} {total_row}"},
    {"id,2020-01,2020-02,2020-03\nTotal,5,7,9\n",
     "there is no value in any row; ?id= keeps rows of totals"},
    {"shop,2020-01,2020-02,2020-03\na,1,2,3\n\"\"\"\",4,5,6\n",
     "'\"' in column 'shop' repeats the cell above it: write the id in every row"},
    {"id,2020-01,2020-02,2020-03\na,1,2,3\n,4,5,6\n",
     "the id is empty in column 'id'; every row needs one, or ?id= names other columns"},
    {"id,2020-01,2020-02,2020-03\na,1,2,x\nb,4,5,6\n",
     "'x' in column '2020-03' is not a finite number (missing values are empty, NA, null or -; "
     "?missing= names others)"},
};

START_TEST(times_that_go_across)
{
    ck_assert_str_eq(shown(rows[_i].text, NULL), rows[_i].shown);
}
END_TEST

/* A column more than a series may have. */
static void put_columns(struct buf *out, int first_day, int days)
{
    buf_puts(out, "ds");
    for (int k = 0; k <= COLUMNS_MAX; k++)
        buf_printf(out, ",c%d", k);
    for (int day = first_day; day != first_day + days; day++) {
        buf_printf(out, "\n2020-01-%02d", day);
        for (int k = 0; k <= COLUMNS_MAX; k++)
            buf_printf(out, k == 1 && day == first_day ? "," : ",%d", 100 * day + k);
    }
    buf_puts(out, "\n");
}

static const struct {
    const char *behind; /* a row more */
    int length;
} endings[] = {{"", 4}, {"2020-01-01", 5}}; /* the second is out of order */

START_TEST(columns_that_are_series)
{
    struct test_table t;
    struct series_set set;
    struct buf text;
    struct err e = {0};

    buf_init(&text, 1 << 20);
    put_columns(&text, 2, 4);
    buf_puts(&text, endings[_i].behind);
    for (int k = 0; endings[_i].behind[0] && k <= COLUMNS_MAX; k++)
        buf_printf(&text, ",%d", 100 + k);
    test_table_open(&t, text.data, NULL);
    ck_assert_msg(!table_read_series(&set, &t.rows.t, &t.options, &e), "%s", e.message);
    ck_assert_int_eq(set.count, COLUMNS_MAX + 1);
    for (int i = 0; i < set.count; i++) {
        const struct series *s = &set.items[i];
        int column = atoi(s->id + 1), gap = column == 1 && _i == 0;

        ck_assert_int_eq(s->length, endings[_i].length - gap);
        ck_assert(s->values[s->length - 1] == 500 + column);
    }
    series_set_release(&set);
    test_table_close(&t);
    buf_release(&text);
}
END_TEST

START_TEST(totals_are_kept_where_the_caller_names_the_id)
{
    const struct table_options o = {.id = "id"};

    ck_assert_str_eq(shown("id,2020-01,2020-02,2020-03\na,1,2,3\nTotal,1,2,3\n", &o),
                     "a M 2020-01 [1 2 3] Total M 2020-01 [1 2 3] {times_across}");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table slices");
    TCase *t = tcase_create("table slices");

    tcase_add_loop_test(t, times_that_go_across, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, totals_are_kept_where_the_caller_names_the_id);
    tcase_add_loop_test(t, columns_that_are_series, 0, (int)(sizeof(endings) / sizeof(endings[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
