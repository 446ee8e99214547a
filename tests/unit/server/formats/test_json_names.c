/* test_json_names.c - a member name that is there twice, among few and among many. */
#include "server/formats/json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* More names than are compared each with each; the last one is there twice, once with an escape. */
START_TEST(twins_among_many_names_are_found)
{
    static const char *const last[] = {"\"k123\":0", "\"k12\\u0033\":0", "\"k1234567\":0"};
    struct err e = {0};
    cJSON *tree = NULL;
    struct buf text;
    enum status st;

    buf_init(&text, 1 << 20);
    buf_puts(&text, "{");
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, "\"k%d\":{\"k\":1,\"l\":{\"k\":2}},", i);
    buf_printf(&text, "%s}", last[_i]);
    st = json_read(&tree, text.data, text.len, 8, &e);
    ck_assert_int_eq(st, _i < 2 ? ST_MALFORMED : ST_OK);
    ck_assert(_i == 2 || strstr(e.message, "'k123' is there twice"));
    cJSON_Delete(tree);
    buf_release(&text);
}
END_TEST

static const struct row {
    const char *text, *twin; /* NULL: there is none */
} rows[] = {
    {"{\"a\":1,\"b\":2}", NULL},
    {"{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}", NULL},
    {"{\"a\":1,\"\\u0061\":2}", "'a'"},
    {"{\"\":1,\"\":2}", "''"},
    {"[{\"x\":{\"y\":1,\"z\":{},\"y\":[]}}]", "'y'"},
    {"{\"x\":{\"y\":1},\"z\":{\"y\":1},\"x\":1}", "'x'"},
    {"{\"\\n\":1,\"n\":2,\"\\u000a\":3}", "'\n'"},
};

START_TEST(twins_of_one_object_are_found)
{
    const struct row *row = &rows[_i];
    struct err e = {0};
    cJSON *tree = NULL;
    enum status st = json_read(&tree, row->text, strlen(row->text), 8, &e);

    ck_assert_int_eq(st, row->twin ? ST_MALFORMED : ST_OK);
    ck_assert(!row->twin || strstr(e.message, row->twin));
    cJSON_Delete(tree);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json names");
    TCase *t = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, twins_among_many_names_are_found, 0, 3);
    tcase_add_loop_test(t, twins_of_one_object_are_found, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
