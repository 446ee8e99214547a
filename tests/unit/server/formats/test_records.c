/* test_records.c - JSON records as a table: columns, cells, what is refused. */
#include "server/formats/records.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_json_depth = 16};

/* ---- as CSV ---- */

static const struct {
    const char *json, *csv;
} tables[] = {
    {"[{\"ds\":\"2020-01\",\"y\":1.50}]", "ds,y\n2020-01,1.50\n"},
    {" [ { \"ds\" : 202001 , \"y\" : -1e3 } , {\"y\":null,\"ds\":202002} ] ",
     "ds,y\n202001,-1e3\n202002,\n"},
    {"{\"a\":1}\n{\"b\":2}\n\n{\"a\":3,\"b\":4}\n", "a,b\n1,\n,2\n3,4\n"},
    {"{\"a\":1}{\"a\":2}", "a\n1\n2\n"},
    {"\xEF\xBB\xBF{\"a\":1}", "a\n1\n"},
    {"[{\"y\":1},{\"y\":null},{},{\"y\":\"\"}]", "y\n1\nNA\nNA\nNA\n"},
    {"[{\"b\":true,\"s\":\"x,\\\"y\\\"\\n\"},{\"b\":false,\"s\":\"\\u00e9\"}]",
     "b,s\ntrue,\"x,\"\"y\"\"\n\"\nfalse,\xc3\xa9\n"},
    {"[{\"a\\u0062\":1},{\"ab\":2},{\"x\":3,\"ab\":4}]", "ab,x\n1,\n2,\n4,3\n"},
    {"[{\"a\":12345678901234567890123}]", "a\n12345678901234567890123\n"},
};

static enum status to_csv(struct buf *out, const char *json, struct err *e)
{
    struct records r;
    enum status st = records_scan(&r, json, strlen(json), &limits, e);

    buf_init(out, 1 << 20);
    if (!st)
        st = records_to_csv(out, &r, e);
    records_release(&r);
    return st;
}

START_TEST(records_are_the_table_that_csv_has)
{
    struct err e = {0};
    struct buf out;

    ck_assert_msg(to_csv(&out, tables[_i].json, &e) == ST_OK, "%s", e.message);
    ck_assert_str_eq(out.data, tables[_i].csv);
    buf_release(&out);
}
END_TEST

/* ---- row by row ---- */

struct seen {
    size_t rows;
    long lines[4];
    struct record_cell first[4]; /* text is gone */
    size_t stop;
};

static enum status see(void *ctx, size_t row, long line, const struct record_cell *cells,
                       struct err *e)
{
    struct seen *s = ctx;

    ck_assert_uint_eq(row, s->rows);
    if (row == s->stop)
        return err_set(e, ST_INVALID, "enough");
    s->lines[row] = line;
    s->first[row] = cells[0];
    ck_assert_uint_eq(strlen(cells[0].text), cells[0].len);
    s->rows++;
    return ST_OK;
}

START_TEST(a_row_has_its_line_and_the_kinds_of_its_cells)
{
    static const char json[] = "[{\"a\": 2.5},\n\n{\"a\":\n\"2.5\"}, {\"a\":true},\n{\"b\":1}]";
    struct seen s = {.stop = 9};
    struct records r;
    struct err e = {0};

    ck_assert_int_eq(records_scan(&r, json, strlen(json), &limits, &e), ST_OK);
    ck_assert_uint_eq(r.rows, 4);
    ck_assert_int_eq(r.num_columns, 2);
    ck_assert_int_eq(records_each(&r, see, &s, &e), ST_OK);
    ck_assert_int_eq(s.lines[0], 1);
    ck_assert_int_eq(s.lines[1], 3);
    ck_assert_int_eq(s.lines[2], 4);
    ck_assert_int_eq(s.lines[3], 5);
    ck_assert_int_eq(s.first[0].kind, RECORD_NUMBER);
    ck_assert(s.first[0].number == 2.5);
    ck_assert_int_eq(s.first[1].kind, RECORD_TEXT);
    ck_assert_int_eq(s.first[2].kind, RECORD_BOOLEAN);
    ck_assert_int_eq(s.first[3].kind, RECORD_NONE);
    s = (struct seen){.stop = 2};
    ck_assert_int_eq(records_each(&r, see, &s, &e), ST_INVALID);
    ck_assert_str_eq(e.message, "enough");
    ck_assert_uint_eq(s.rows, 2);
    records_release(&r);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
    const char *json;
    enum status st;
    const char *message, *pointer;
    long line;
} faults[] = {
    {"", ST_MALFORMED, "not valid JSON", "", 1},
    {"[{\"a\":1}", ST_MALFORMED, "an array without its end", "", 1},
    {"[{\"a\":1},]", ST_MALFORMED, "unexpected text", "", 1},
    {"[{\"a\":1}] [{\"a\":1}]", ST_MALFORMED, "something behind the document", "", 1},
    {"{\"a\":1}\n{\"a\":", ST_MALFORMED, "the end where a value should be", "", 2},
    {"{\"a\":1}\n{\"a\":1,\"a\":2}", ST_MALFORMED, "the member 'a' is there twice", "", 2},
    {"{\"a\":1},{\"a\":2}", ST_MALFORMED, "unexpected text", "", 1},
    {"[{\"a\":NaN}]", ST_MALFORMED, "unexpected text", "", 1},
    {"[]", ST_INVALID, "there is no record with a value", "", 0},
    {"[{}]", ST_INVALID, "there is no record with a value", "", 0},
    {"[1,2]", ST_INVALID, "record 1 is a number; each one is an object", "/0", 0},
    {"[{\"a\":1},\n[1]]", ST_INVALID, "record 2 is a list", "/1", 0},
    {"{\"a\":1}\n7", ST_INVALID, "record 2 is a number", "", 2},
    {"[{\"a\":1},\n{\"a\":[1]}]", ST_INVALID, "'a' is a list; a value of a record", "/1", 0},
    {"[{\"a\":{\"b\":1}}]", ST_INVALID, "'a' is an object", "/0", 0},
    {"[{\"\":1}]", ST_INVALID, "a column name ", "/0", 0},
    {"[{\"a\\nb\":1}]", ST_INVALID, "a column name ", "/0", 0},
    {"[{\"a\":[1]},", ST_MALFORMED, "not valid JSON", "", 1},
};

START_TEST(what_is_no_record_is_refused)
{
    struct err e = {0};
    struct records r;
    const char *json = faults[_i].json;

    ck_assert_int_eq(records_scan(&r, json, strlen(json), &limits, &e), faults[_i].st);
    ck_assert_msg(strstr(e.message, faults[_i].message) != NULL, "%s", e.message);
    ck_assert_str_eq(e.pointer, faults[_i].pointer);
    ck_assert_int_eq(e.line, faults[_i].line);
    ck_assert_int_eq(r.num_columns, 0);
}
END_TEST

START_TEST(columns_and_cells_are_bounded)
{
    enum { WIDE = 3000 };
    struct err e = {0};
    struct records r;
    struct buf b;

    buf_init(&b, 64 << 20);
    for (int i = 0; i < WIDE; i++)
        buf_printf(&b, "{\"c%d\":%d}\n", i, i);
    ck_assert_int_eq(records_scan(&r, b.data, b.len, &limits, &e), ST_TOO_LARGE);
    buf_release(&b);
    buf_puts(&b, "[{");
    for (int i = 0; i < WIDE; i++)
        buf_printf(&b, "%s\"c%d\":%d", i ? "," : "", i, i);
    buf_puts(&b, "}]");
    ck_assert_int_eq(records_scan(&r, b.data, b.len, &limits, &e), ST_OK);
    ck_assert_int_eq(r.num_columns, WIDE);
    ck_assert_str_eq(r.columns[WIDE - 1], "c2999");
    records_release(&r);
    buf_release(&b);
    for (int i = 0; i <= RECORD_COLUMNS_MAX; i++)
        buf_printf(&b, "%s\"c%d\":%d", i ? "," : "{", i, i);
    buf_puts(&b, "}");
    ck_assert_int_eq(records_scan(&r, b.data, b.len, &limits, &e), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(e.message, "more than 32767 names"));
    buf_release(&b);
}
END_TEST

START_TEST(records_are_told_from_objects_with_data)
{
    static const struct {
        const char *json;
        bool likely;
    } rows[] = {{"[", true},
                {" [1]", true},
                {"{\"a\":1}", false},
                {"{\"a\":1}\n", false},
                {"{\"a\":1}\n{", true},
                {"{\"a\":1} x", false},
                {"{\"a\":[1]}{\"a\":2}", false},
                {"{\"a\":", false},
                {"", false},
                {"{\"a\":1}{\"a\":2}", true}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_msg(records_likely(rows[i].json, strlen(rows[i].json), 16) == rows[i].likely,
                      "%s", rows[i].json);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("records");
    TCase *t = tcase_create("records");

    tcase_add_loop_test(t, records_are_the_table_that_csv_has, 0,
                        sizeof(tables) / sizeof(tables[0]));
    tcase_add_test(t, a_row_has_its_line_and_the_kinds_of_its_cells);
    tcase_add_loop_test(t, what_is_no_record_is_refused, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(t, columns_and_cells_are_bounded);
    tcase_add_test(t, records_are_told_from_objects_with_data);
    suite_add_tcase(s, t);
    return suite_run(s);
}
