/* test_csv.c - series from CSV: which columns are kept, ids of any text, order, memory. */
#include "server/formats/csv.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {
    .max_series = 10, .max_series_length = 100, .max_json_depth = 5};

/* The text is a copy with nothing after it, so that a sanitizer detects a read beyond its end. */
static enum status read_with(struct series_set *out, const char *text, size_t len,
                             const struct table_options *o, struct err *e)
{
    char *copy = malloc(len ? len : 1);
    enum status st;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    st = csv_read_series(out, copy, len, CSV_HEADER_AUTO, o, e);
    free(copy);
    return st;
}

static enum status read_text(struct series_set *out, const char *text, struct err *e)
{
    const struct table_options o = {.default_id = "x", .limits = limits};

    return read_with(out, text, strlen(text), &o, e);
}

static void show(struct buf *b, const struct series_set *s)
{
    for (int k = 0; k < s->num_columns; k++)
        buf_printf(b, "<%s>", s->columns[k]);
    for (int i = 0; i < s->count; i++) {
        buf_printf(b, " %s:", s->items[i].id);
        for (int k = 0; k < s->items[i].length * s->num_columns; k++)
            buf_printf(b, "%s%g", k ? "," : "", s->items[i].values[k]);
    }
    for (int i = 0; i < s->num_notes; i++)
        buf_printf(b, " [%s %s %s]", s->notes[i].code,
                   s->notes[i].column ? s->notes[i].column : "-",
                   s->notes[i].parameter ? s->notes[i].parameter : "-");
}

static const struct row {
    const char *text, *shown;
} rows[] = {
    {"month,y\n2020-01,1\n", "<y> x:1"},
    {"month,y\n2020-01,\n2020-02,NA\n2020-03,null\n", "<y> x:nan,nan,nan [missing_values - fill]"},
    {"y\n1\n\n2\r\n3", "<y> x:1,2,3"},
    {"month,y\n2020-03,3\n2020-01,1\n2020-02,2\n", "<y> x:1,2,3 [sorted - -]"},
    {"id,month,y\nb,2020-01,1\na,2020-01,5\nb,2020-03,3\na,2020-02,6\nb,2020-02,2\n",
     "<y> b:1,2,3 a:5,6 [sorted - -]"},
    {"date;y\n2020-01-01;1.5\n2020-01-03;\" 2 \"\n", "<y> x:1.5,2 [separator - -]"},
    /* text beside numbers */
    {"month,place,y\n2020-01,\"a, b\",1\n2020-02,\"c\"\"d\",2\n",
     "<y> x:1,2 [column_left_out place target]"},
    {"month,y,a,b\n2020-01,1,p,\n2020-02,2,q,r\n",
     "<y> x:1,2 [column_left_out a target] [column_left_out b target]"},
    {"month,y,flag\n2020-01,1,true\n2020-02,,false\n",
     "<y> x:1,nan [column_left_out flag target] [missing_values - fill]"},
    {"month,y,other\n2020-01,1,2020-05-01\n2020-02,2,2020-06-01\n",
     "<y> x:1,2 [column_left_out other target]"},
    {"month,code,y\n2020-01,A1,1\n2020-02,B2,2\n2020-03,17,3\n",
     "<y> x:1,2,3 [column_left_out code target]"},
    {"y,city\n1,Oslo\n2,Rome\n", "<y> x:1,2 [column_left_out city target]"},
    /* ids of any text */
    {"id,y\n%s %n,1\n\"a\nb\",2\n\"say \"\"hi\"\"\",3\n", "<y> %s %n:1 a\nb:2 say \"hi\":3"},
    {"id,y\n\xF0\x9F\x98\x80,1\n lead,2\n\"trail \",3\n=1+1,4\n",
     "<y> \xF0\x9F\x98\x80:1  lead:2 trail :3 =1+1:4"},
};

START_TEST(texts_are_read)
{
    struct series_set set;
    struct err e = {0};
    struct buf b;

    buf_init(&b, 10000);
    ck_assert_msg(read_text(&set, rows[_i].text, &e) == ST_OK, "%s", e.message);
    show(&b, &set);
    ck_assert_str_eq(b.data, rows[_i].shown);
    series_set_release(&set);
    buf_release(&b);
}
END_TEST

static const struct refusal {
    const char *text;
    enum status status;
    const char *message;
    long line;
} refusals[] = {
    {"", ST_INVALID, "the text is empty", 0},
    {"month,y\n", ST_INVALID, "no row behind the header", 0},
    {"month,y\n2020-01,1\n2020-02,abc\n", ST_INVALID, "'abc' in column 'y'", 3},
    {"month,y\n2020-01,1\n2020-02,2\n2020-03,x\n", ST_INVALID, "'x' in column 'y'", 4},
    {"month,place\n2020-01,a\n", ST_INVALID, "'a' in column 'place'", 2},
    {"month,y\n2020-01,1\n2020-1x,2\n2020-03,3\n", ST_INVALID, "'2020-1x' in column 'month'", 3},
    {"month,y\n2020-01,1\n,2\n2020-03,3\n", ST_INVALID, "the time is empty in column 'month'", 3},
    {"month,y\n2020-13,1\n", ST_INVALID, "'2020-13' in column 'month' is not a time", 2},
    {"Month,y\nJanuary,1\nFebruary,2\n", ST_INVALID, "'January' in column 'Month'", 2},
    {"Datum;y\n01/02/2020;1\n02/02/2020;2\n", ST_INVALID, "may be read as day, month, year", 0},
    {"when,y\n\"5 Jan\",1\n\"6 Jan\",2\n", ST_INVALID, "'5 Jan' in", 2},
    {"t,y\n12:30,1\n12:45,2\n", ST_INVALID, "'12:30' in column 't'", 2},
    {"month,y\n2020-01,1\n\n2020-01,2\n", ST_INVALID, "twice: in lines 2 and 4", 4},
    {"month,y\n2020-01,1,2\n", ST_MALFORMED, "line 2 has 3 cells", 2},
    {"month,y\n\"2020\n-01\",1\n\"x,2\n", ST_MALFORMED, "never closed", 4},
    {"month,y\n2020-01,1\n2020-02,\"2\"x\n", ST_MALFORMED, "behind a closing quote", 3},
    {"month,y\n2020-01,1\n2020-02,\xff\n", ST_MALFORMED, "UTF-8", 3},
    {"id,y\n,1\n", ST_INVALID, "the id is empty in column 'id'", 2},
};

START_TEST(texts_are_refused)
{
    const struct refusal *row = &refusals[_i];
    struct series_set set;
    struct err e = {0};

    ck_assert_int_eq(read_text(&set, row->text, &e), row->status);
    ck_assert_msg(strstr(e.message, row->message), "%s", e.message);
    ck_assert_int_eq(e.line, row->line);
    ck_assert_int_eq(set.count, 0);
}
END_TEST

START_TEST(a_column_of_text_that_is_named_is_an_error)
{
    static const char text[] = "month,place,y\n2020-01,a,1\n";
    struct table_options o = {.default_id = "x", .limits = limits, .target = "place"};
    struct series_set set;
    struct err e = {0};

    ck_assert_int_eq(read_with(&set, text, strlen(text), &o, &e), ST_INVALID);
    o.target = NULL;
    o.covariates = "place";
    ck_assert_int_eq(read_with(&set, text, strlen(text), &o, &e), ST_INVALID);
    o.covariates = NULL;
    o.target = "y";
    ck_assert_int_eq(read_with(&set, text, strlen(text), &o, &e), ST_OK);
    ck_assert_int_eq(set.num_notes, 0);
    series_set_release(&set);
}
END_TEST

/* Appended rows have the columns of the data set: columns that were left out stay out, and kept
 * ones stay. */
START_TEST(known_columns_stay)
{
    static char *const known[] = {"y", "z"};
    static const char text[] = "month,place,y,z\n2020-01,,,3\n";
    const struct table_options o = {
        .default_id = "x", .limits = limits, .known = known, .num_known = 2};
    struct series_set set;
    struct err e = {0};
    struct buf b;

    buf_init(&b, 1000);
    ck_assert_int_eq(read_with(&set, text, strlen(text), &o, &e), ST_OK);
    show(&b, &set);
    ck_assert_str_eq(b.data,
                     "<y><z> x:nan,3 [column_left_out place target] [missing_values - fill]");
    series_set_release(&set);
    ck_assert_int_eq(read_with(&set, "month,y,z\n2020-01,a,1\n", 22, &o, &e), ST_INVALID);
    buf_release(&b);
}
END_TEST

static const struct shape {
    const char *head, *unit, *tail;
} shapes[] = {
    {"id,y\n", "a,5\n", ""},
    {"a,b,c,d,e,f,g,h\n", ",,,,,,,\n", ""},
    {"id,time,y\n", "a,1,\n", ""},
};

/* Millions of tiny cells are refused before they take memory; thousands are not. */
START_TEST(tiny_cells_take_no_more_memory_than_they_may)
{
    static const size_t sizes[] = {100, 24 << 20};
    const struct shape *s = &shapes[_i];
    struct table_options o = {.default_id = "x", .limits = limits};

    o.limits.max_series_length = 100000000;
    for (int i = 0; i < 2; i++) {
        struct series_set set;
        struct err e = {0};
        struct buf text;
        enum status st;

        buf_init(&text, 1 << 26);
        buf_puts(&text, s->head);
        while (text.len < sizes[i])
            buf_puts(&text, s->unit);
        buf_puts(&text, s->tail);
        st = read_with(&set, text.data, text.len, &o, &e);
        if (i)
            ck_assert_msg((st == ST_TOO_LARGE && strstr(e.message, "memory")) ||
                              strstr(e.message, "no row"),
                          "%s", e.message);
        else
            ck_assert_msg(!st || strstr(e.message, "twice") || strstr(e.message, "no row"), "%s",
                          e.message);
        series_set_release(&set);
        buf_release(&text);
    }
}
END_TEST

/* Two rows that are far apart make a grid of millions of steps. */
START_TEST(gaps_take_no_more_memory_than_they_may)
{
    struct table_options o = {.default_id = "x", .limits = limits, .frequency = "S"};
    static const char text[] = "date,y\n2020-01-01T00:00:00Z,1\n2021-01-01T00:00:00Z,3\n";
    struct series_set set;
    struct err e = {0};

    o.limits.max_series_length = 100000000;
    ck_assert_int_eq(read_with(&set, text, strlen(text), &o, &e), ST_TOO_LARGE);
    ck_assert_msg(strstr(e.message, "memory"), "%s", e.message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv");
    TCase *t = tcase_create("texts");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(t, texts_are_refused, 0, (int)(sizeof(refusals) / sizeof(refusals[0])));
    tcase_add_test(t, a_column_of_text_that_is_named_is_an_error);
    tcase_add_test(t, known_columns_stay);
    tcase_add_loop_test(t, tiny_cells_take_no_more_memory_than_they_may, 0,
                        (int)(sizeof(shapes) / sizeof(shapes[0])));
    tcase_add_test(t, gaps_take_no_more_memory_than_they_may);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
