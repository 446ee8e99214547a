/* test_json_reader.c - documents are walked value by value; what is no JSON ends the walk. */
#include "server/formats/json_reader.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Writes the value again, without blanks, as the reader finds it. */
static void copy_value(struct buf *to, struct json_reader *r)
{
    char kind = json_peek(r);
    struct buf text;

    buf_init(&text, 1000);
    if (kind == '[' || kind == '{') {
        buf_add(to, &kind, 1);
        for (bool more = json_first(r); more; more = json_next(r)) {
            struct json_name name = {"", 0};

            if (to->data[to->len - 1] != kind)
                buf_puts(to, ",");
            if (kind == '{')
                name = json_member(r);
            if (kind == '{')
                buf_printf(to, "%.*s:", (int)name.len, name.at);
            copy_value(to, r);
        }
        buf_puts(to, kind == '[' ? "]" : "}");
    } else if (kind == '"') {
        json_read_string(r, &text);
        buf_printf(to, "<%s>", text.data ? text.data : "");
    } else if (kind == 't' || kind == 'f') {
        json_skip(r);
        buf_add(to, &kind, 1);
    } else {
        buf_printf(to, "%.17g", json_read_number(r));
    }
    buf_release(&text);
}

static const struct row {
    const char *text, *copy; /* NULL: it is no JSON, */
    const char *why;         /* for this reason */
} rows[] = {
    {" { \"a\" : [ 1 , -2.5e1 , null , [ ] , { } ] , \"b\" : true } ", "{a:[1,-25,nan,[],{}],b:t}",
     NULL},
    {"\xef\xbb\xbf[\"\\u0041\",false]", "[<A>,f]", NULL},
    {"123456789012345678", "1.2345678901234568e+17", NULL},
    {"0.1", "0.10000000000000001", NULL},
    {"-0", "-0", NULL},
    {"[[[[]]]]", "[[[[]]]]", NULL},
    {"[[[[[]]]]]", NULL, "nested deeper than max_json_depth = 4 at line 1, column 5"},
    {"", NULL, "the end where a value should be"},
    {"[1,\n2", NULL, "an array without its end at line 2, column 2"},
    {"{\"a\"", NULL, "a ':' should be here"},
    {"{\"a\":1,}", NULL, "a member name in quotes should be here"},
    {"{a:1}", NULL, "a member name in quotes should be here"},
    {"[1}", NULL, "a ',' or the end should be here"},
    {"{\"a\":1]", NULL, "a ',' or the end should be here"},
    {"[1.]", NULL, "digits after its point"},
    {"[1e]", NULL, "digits in its exponent"},
    {"[-]", NULL, "unexpected text"},
    {"[+1]", NULL, "unexpected text"},
    {"[1e400]", NULL, "too large for a double"},
    {"[tru]", NULL, "unexpected text"},
    {"\"a\tb\"", NULL, "a control character"},
    {"\"\\x\"", NULL, "an unknown escape"},
    {"\"\\u00g0\"", NULL, "four hexadecimal digits"},
    {"\"\\udc00\"", NULL, "a lone surrogate"},
    {"\"\\ud800\\u0041\"", NULL, "a lone surrogate"},
    {"\"\\u0000\"", NULL, "\\u0000 is not accepted"},
    {"\"a", NULL, "without its closing quote"},
    {"\"a\\", NULL, "without its closing quote"},
    {"1 2", NULL, "something behind the document at line 1, column 3"},
};

static enum status walk(struct buf *copy, const char *text, bool skip, struct err *e)
{
    size_t len = strlen(text);
    char *exact = malloc(len ? len : 1); /* nothing behind it: a sanitizer sees who reads on */
    struct json_reader r;
    enum status st;

    ck_assert_ptr_nonnull(exact);
    memcpy(exact, text, len);
    json_reader_begin(&r, exact, len, 4, e);
    if (skip)
        json_skip(&r);
    else
        copy_value(copy, &r);
    st = json_reader_end(&r);
    free(exact);
    return st;
}

START_TEST(a_document_is_walked_or_refused)
{
    const struct row *row = &rows[_i];

    for (int skip = 0; skip < 2; skip++) {
        struct err e = {0};
        struct buf copy;
        enum status st;

        buf_init(&copy, 1000);
        st = walk(&copy, row->text, skip, &e);
        ck_assert_int_eq(st, row->copy ? ST_OK : ST_MALFORMED);
        ck_assert_msg(row->copy || strstr(e.message, row->why), "%s", e.message);
        ck_assert(!row->copy || skip || strcmp(copy.data, row->copy) == 0);
        buf_release(&copy);
    }
}
END_TEST

/* The greatest depth is the caller's, or that of the parser if that is less. */
START_TEST(depth_is_bounded)
{
    char text[4 * JSON_DEPTH_MAX];
    struct json_reader r;
    struct err e = {0};

    for (int extra = 0; extra < 2; extra++) {
        size_t n = JSON_DEPTH_MAX + (size_t)extra;

        memset(text, '[', n);
        memset(text + n, ']', n);
        json_reader_begin(&r, text, 2 * n, 1000000, &e);
        json_skip(&r);
        ck_assert_int_eq(json_reader_end(&r), extra ? ST_MALFORMED : ST_OK);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json reader");
    TCase *t = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, a_document_is_walked_or_refused, 0,
                        (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, depth_is_bounded);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
