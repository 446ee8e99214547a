/* test_csv_write.c - written CSV is read back without a change. */
#include "server/formats/csv.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static const struct data_limits limits = {
    .max_series = 10, .max_series_length = 100, .max_json_depth = 5};

static enum status read_text(struct series_set *out, const char *text, struct err *e)
{
    const struct table_options o = {.default_id = "x", .limits = limits};

    return csv_read_series(out, text, strlen(text), CSV_HEADER_AUTO, &o, e);
}

static const char *const ids[] = {"a\nb", "\r\n", "\"", " x ", "=cmd", "%d", "a,b", "\xE2\x80\xA8"};

/* A table that is written, read and written again has identical bytes. */
START_TEST(ids_come_back)
{
    enum { COUNT = sizeof(ids) / sizeof(ids[0]) };
    struct series_set set, again;
    struct err e = {0};
    struct buf b;

    series_set_init(&set);
    set.columns = calloc(1, sizeof(char *));
    ck_assert_ptr_nonnull(set.columns);
    set.columns[0] = strdup("y");
    set.num_columns = 1;
    for (int i = 0; i < COUNT; i++) {
        struct series *s = series_set_add(&set, ids[i]);

        ck_assert_ptr_nonnull(s);
        s->values = malloc(sizeof(double));
        ck_assert_ptr_nonnull(s->values);
        s->values[0] = i;
        s->length = 1;
    }
    buf_init(&b, 10000);
    csv_write_series(&b, &set);
    ck_assert_msg(read_text(&again, b.data, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(again.count, COUNT);
    for (int i = 0; i < COUNT; i++)
        ck_assert_str_eq(again.items[i].id, ids[i]);
    series_set_release(&again);
    series_set_release(&set);
    buf_release(&b);
}
END_TEST

/* Row numbers that do not begin at 0 come back. */
START_TEST(row_numbers_are_written)
{
    static const char text[] = "ds,value\n194,5\n195,6\n196,7\n";
    struct series_set set;
    struct err e = {0};
    struct buf b;

    ck_assert_msg(read_text(&set, text, &e) == ST_OK, "%s", e.message);
    buf_init(&b, 10000);
    csv_write_series(&b, &set);
    ck_assert_str_eq(b.data, text);
    series_set_release(&set);
    buf_release(&b);
}
END_TEST

static const char *const texts[] = {
    "ds,value\n2020-01-31,5\n2020-02-29,\n2020-03-31,7\n",
    "ds,value\n\"Jan 5, 2020\",5\n\"Jan 6, 2020\",6.25\n",
    "ds,value\n2024-06-04 17:00:00+05:30,5\n2024-06-04 18:00:00+05:30,6\n",
    "unique_id,ds,a,b\nx,2020Q1,1,2\nx,2020Q2,3,\n\"y,z\",2020Q1,5,6\n\"y,z\",2020Q2,7,8\n",
    "value\n5\nNA\n7\n",
};

/* Times are written as they came in, in quotes where they hold a comma. */
START_TEST(texts_come_back)
{
    struct series_set set;
    struct err e = {0};
    struct buf b;

    ck_assert_msg(read_text(&set, texts[_i], &e) == ST_OK, "%s", e.message);
    buf_init(&b, 10000);
    csv_write_series(&b, &set);
    ck_assert_str_eq(b.data, texts[_i]);
    series_set_release(&set);
    buf_release(&b);
}
END_TEST

/* Rows that were picked have the times of their places. */
START_TEST(some_rows_have_their_times)
{
    static const int64_t numbers[] = {0, 2, 3};
    struct series_set set;
    struct err e = {0};
    struct buf b;

    ck_assert_msg(read_text(&set, "ds,value\n2020-01-31,5\n2020-02-29,\n2020-03-31,7\n", &e) ==
                      ST_OK,
                  "%s", e.message);
    buf_init(&b, 10000);
    csv_write_some_rows(&b, &(struct csv_layout){.set = &set, .with_time = true}, &set.items[0],
                        numbers);
    ck_assert_str_eq(b.data, "2020-01-31,5\n2020-03-31,\n2020-04-30,7\n");
    series_set_release(&set);
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv write");
    TCase *t = tcase_create("csv write");

    tcase_add_test(t, ids_come_back);
    tcase_add_test(t, row_numbers_are_written);
    tcase_add_test(t, some_rows_have_their_times);
    tcase_add_loop_test(t, texts_come_back, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
