/* test_json_text.c - strings of a document without their escapes. */
#include "server/formats/json_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
    const char *text, *plain;
} rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
    {"\\u0041\\u00e9\\u20ac\\ud83d\\ude00!", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!"},
    {"\\u00E9\xc3\xa9", "\xc3\xa9\xc3\xa9"},
    {"\\uffff\\udbff\\udfff", "\xef\xbf\xbf\xf4\x8f\xbf\xbf"},
};

START_TEST(escapes_are_undone)
{
    const struct row *row = &rows[_i];
    const struct json_name name = {row->text, strlen(row->text)};
    struct buf b;

    buf_init(&b, 100);
    buf_puts(&b, "what it held before");
    json_decode_into(&b, row->text, strlen(row->text));
    ck_assert_uint_eq(b.len, strlen(row->plain));
    ck_assert_str_eq(b.data, row->plain);
    ck_assert(json_name_is(&name, row->plain));
    ck_assert(!json_name_is(&name, "another"));
    buf_release(&b);
}
END_TEST

START_TEST(a_name_is_found_in_a_list)
{
    static const char *const list[] = {"id", "values", NULL};
    const struct json_name escaped = {"v\\u0061lues", 11}, longer = {"values2", 7};

    ck_assert_int_eq(json_name_among(&escaped, list), 1);
    ck_assert_int_eq(json_name_among(&longer, list), -1);
    ck_assert_int_eq(json_name_among(&escaped, NULL), -1);
}
END_TEST

START_TEST(a_string_ends_at_its_own_quote)
{
    const char text[] = "a\\\"b\\\\\" c\"";

    ck_assert_ptr_eq(json_closing_quote(text), text + 6);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json text");
    TCase *t = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, escapes_are_undone, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, a_name_is_found_in_a_list);
    tcase_add_test(t, a_string_ends_at_its_own_quote);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
