/* test_records.c - JSON records as a table: columns, cells, what is refused. */
#include "server/formats/records.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_json_depth = 16};

/* ---- the table ---- */

static const struct {
    const char *json, *table;
} tables[] = {
    {"[{\"ds\":\"2020-01\",\"y\":1.50}]", "ds|y\n2020-01|1.50\n"},
    {" [ { \"ds\" : 202001 , \"y\" : -1e3 } , {\"y\":null,\"ds\":202002} ] ",
     "ds|y\n202001|-1e3\n202002|\n"},
    {"{\"a\":1}\n{\"b\":2}\n\n{\"a\":3,\"b\":4}\n", "a|b\n1|\n|2\n3|4\n"},
    {"{\"a\":1}{\"a\":2}", "a\n1\n2\n"},
    {"\xEF\xBB\xBF{\"a\":1}", "a\n1\n"},
    {"[{\"y\":1},{\"y\":null},{},{\"y\":\"\"}]", "y\n1\n\n\n\n"},
    {"[{\"b\":true,\"s\":\"x,\\\"y\\\"\\n\"},{\"b\":false,\"s\":\"\\u00e9\"}]",
     "b|s\ntrue|x,\"y\"\n\nfalse|\xc3\xa9\n"},
    {"[{\"a\":\"\\u0041\",\"b\":\"\\u0042\",\"c\":\"\\/\"}]", "a|b|c\nA|B|/\n"},
    {"[{\"a\\u0062\":1},{\"ab\":2},{\"x\":3,\"ab\":4}]", "ab|x\n1|\n2|\n4|3\n"},
    {"[{\"a\\\\b\":1,\"c\\\"\":2},{\"a\\\\b\":3,\"c\\\"\":4}]", "a\\b|c\"\n1|2\n3|4\n"},
    {"[{\"a\\/b\":1,\"\\u0061\":2},{\"a/b\":3,\"a\":4}]", "a/b|a\n1|2\n3|4\n"},
    {"[{\"a\":1,\"ab\":2},{\"ab\":3,\"a\":4},{\"a\"\t:\n5 ,\"ab\" : null}]",
     "a|ab\n1|2\n4|3\n5|\n"},
    {"[{\"a\":-1.5E+3},{\"a\":\t0 }]", "a\n-1.5E+3\n0\n"},
    {"[{\"a\":12345678901234567890123}]", "a\n12345678901234567890123\n"},
};

static void put_row(struct buf *out, const struct table *t)
{
    for (size_t i = 0; i < t->columns; i++) {
        buf_puts(out, i ? "|" : "");
        buf_add(out, t->cells[i].at, t->cells[i].len);
    }
    buf_puts(out, "\n");
}

START_TEST(records_are_a_table)
{
    struct err e = {0};
    struct records r;
    struct buf out;

    ck_assert_msg(!records_open(&r, tables[_i].json, strlen(tables[_i].json), &limits, &e), "%s",
                  e.message);
    for (int walk = 0; walk < 2; walk++) { /* it may be walked again */
        buf_init(&out, 1 << 20);
        for (size_t i = 0; i < r.t.columns; i++)
            buf_printf(&out, "%s%s", i ? "|" : "", r.t.names[i]);
        buf_puts(&out, "\n");
        while (r.t.next(&r.t))
            put_row(&out, &r.t);
        ck_assert_int_eq(r.t.st, ST_OK);
        ck_assert_str_eq(out.data, tables[_i].table);
        buf_release(&out);
        r.t.seek(&r.t, SIZE_MAX);
    }
    records_release(&r);
}
END_TEST

static const struct {
    const char *json;
    long lines[4];
    const char *pointer; /* of the last */
    long line;
} placed[] = {
    {"[{\"a\": 2.5},\n\n{\"a\":\n\"2.5\"}, {\"a\":true},\n{\"b\":1}]", {1, 3, 4, 5}, "/3", 0},
    {"{\"a\": 2.5}\n\n{\"a\":\n\"2.5\"} {\"a\":true}\n{\"b\":1}", {1, 3, 4, 5}, "", 5},
};

/* In any order, and while a row is being read. */
START_TEST(a_row_has_its_number_and_line)
{
    const char *json = placed[_i].json;
    struct err e = {0};
    struct records r;
    size_t rows[4];

    ck_assert_int_eq(records_open(&r, json, strlen(json), &limits, &e), ST_OK);
    ck_assert_uint_eq(r.rows, 4);
    for (int i = 0; i < 4; i++) {
        ck_assert(r.t.next(&r.t));
        rows[i] = r.t.row;
        ck_assert_int_eq(r.t.number(&r.t, rows[i]), i + 1);
        ck_assert_int_eq(r.t.line(&r.t, rows[i]), placed[_i].lines[i]);
    }
    ck_assert(!r.t.next(&r.t));
    for (int i = 3; i >= 0; i--) {
        r.t.seek(&r.t, rows[i]);
        ck_assert(r.t.next(&r.t));
        ck_assert_uint_eq(r.t.row, rows[i]);
        ck_assert_int_eq((int)r.t.cells[0].len, i == 3 ? 0 : i == 2 ? 4 : 3);
    }
    err_set(&e, ST_INVALID, "wrong");
    r.t.place(&r.t, rows[3]);
    ck_assert_str_eq(e.message, "record 4: wrong");
    ck_assert_str_eq(e.pointer, placed[_i].pointer);
    ck_assert_int_eq(e.line, placed[_i].line);
    records_release(&r);
}
END_TEST

/* ---- series ---- */

static const struct {
    const char *json, *message, *pointer;
    long line;
} wrong_cells[] = {
    {"[{\"ds\":\"2020-01\",\"y\":1},{\"ds\":\"2020-01\",\"y\":2}]", "twice: in records 1 and 2",
     "/1", 0},
    {"{\"ds\":\"2020-01\",\"y\":1}\n\n{\"ds\":\"2020-01\",\"y\":2}\n", "twice: in records 1 and 2",
     "", 3},
    {"{\"ds\":\"2020-01\",\"y\":1}\n{\"ds\":\"2020-02\",\"y\":1}\n{\"ds\":\"x\",\"y\":2}\n",
     "record 3: 'x' in column 'ds'", "", 3},
    {"[{\"ds\":\"2020-01\",\"y\":1},\n{\"y\":2}]", "record 2: the time is empty", "/1", 0},
};

START_TEST(an_error_names_the_record)
{
    const struct data_limits some = {
        .max_series = 9, .max_series_length = 99, .max_json_depth = 16};
    const struct table_options o = {.default_id = "x", .limits = some};
    struct series_set set;
    struct err e = {0};
    const char *json = wrong_cells[_i].json;

    ck_assert_int_eq(records_read_series(&set, json, strlen(json), &o, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, wrong_cells[_i].message) != NULL, "%s", e.message);
    ck_assert_str_eq(e.pointer, wrong_cells[_i].pointer);
    ck_assert_int_eq(e.line, wrong_cells[_i].line);
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

    ck_assert_int_eq(records_open(&r, json, strlen(json), &limits, &e), faults[_i].st);
    ck_assert_msg(strstr(e.message, faults[_i].message) != NULL, "%s", e.message);
    ck_assert_str_eq(e.pointer, faults[_i].pointer);
    ck_assert_int_eq(e.line, faults[_i].line);
    records_release(&r);
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
    ck_assert_int_eq(records_open(&r, b.data, b.len, &limits, &e), ST_TOO_LARGE);
    records_release(&r);
    buf_release(&b);
    buf_puts(&b, "[{");
    for (int i = 0; i < WIDE; i++)
        buf_printf(&b, "%s\"c%d\":%d", i ? "," : "", i, i);
    buf_puts(&b, "}]");
    ck_assert_int_eq(records_open(&r, b.data, b.len, &limits, &e), ST_OK);
    ck_assert_int_eq(r.t.columns, WIDE);
    ck_assert_str_eq(r.t.names[WIDE - 1], "c2999");
    records_release(&r);
    buf_release(&b);
    for (int i = 0; i <= RECORD_COLUMNS_MAX; i++)
        buf_printf(&b, "%s\"c%d\":%d", i ? "," : "{", i, i);
    buf_puts(&b, "}");
    ck_assert_int_eq(records_open(&r, b.data, b.len, &limits, &e), ST_TOO_LARGE);
    records_release(&r);
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

    tcase_add_loop_test(t, records_are_a_table, 0, sizeof(tables) / sizeof(tables[0]));
    tcase_add_loop_test(t, a_row_has_its_number_and_line, 0, sizeof(placed) / sizeof(placed[0]));
    tcase_add_loop_test(t, an_error_names_the_record, 0,
                        sizeof(wrong_cells) / sizeof(wrong_cells[0]));
    tcase_add_loop_test(t, what_is_no_record_is_refused, 0, sizeof(faults) / sizeof(faults[0]));
    tcase_add_test(t, columns_and_cells_are_bounded);
    tcase_add_test(t, records_are_told_from_objects_with_data);
    suite_add_tcase(s, t);
    return suite_run(s);
}
