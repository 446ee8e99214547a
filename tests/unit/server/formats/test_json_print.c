/* test_json_print.c - printed trees are read back without a change, bit for bit. */
#include "server/formats/json.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* As they are printed. */
static const char *const documents[] = {
    "{}",
    "[]",
    "null",
    "true",
    "\"\"",
    "0",
    "-17",
    "9007199254740991",
    "-9007199254740991",
    "123456789012345",
    "447.1",
    "0.30000000000000004",
    "0.1",
    "2.5e-05",
    "[1,[2,[]],{\"a\":{}}]",
    "{\"a\":1,\"b\":[true,false,null],\"\":\"x\"}",
    "{\"q\\\"uote\":\"tab\\t, line\\n, \\\\ \\u0001 \xc3\xa4\"}",
};

START_TEST(a_document_is_printed_as_it_was)
{
    cJSON *tree = cJSON_Parse(documents[_i]);
    char *text;

    ck_assert_ptr_nonnull(tree);
    text = json_print(tree);
    ck_assert_str_eq(text, documents[_i]);
    free(text);
    cJSON_Delete(tree);
}
END_TEST

static void check_number(double v)
{
    cJSON *tree = cJSON_CreateNumber(v), *again;
    char *text = json_print(tree);

    ck_assert_ptr_nonnull(text);
    again = cJSON_Parse(text);
    ck_assert_msg(again && memcmp(&again->valuedouble, &v, sizeof(v)) == 0,
                  "%.17g is printed as %s", v, text);
    free(text);
    cJSON_Delete(again);
    cJSON_Delete(tree);
}

START_TEST(numbers_read_back_the_same)
{
    static const double numbers[] = {DBL_MAX, DBL_MIN,      DBL_EPSILON, 1e15,
                                     1e22,    4294967296.0, 5e-324};
    uint64_t state = 1;

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            check_number(sign * numbers[i]);
            check_number(nextafter(sign * numbers[i], 0) == 0 ? 1
                                                              : nextafter(sign * numbers[i], 0));
        }
    for (int i = 0; i < 100000; i++) {
        double v;

        state = state * 6364136223846793005U + 1442695040888963407U;
        memcpy(&v, &state, sizeof(v));
        if (isfinite(v))
            check_number(v);
        check_number((double)(int64_t)(state >> 11)); /* whole ones up to 2^53 */
    }
}
END_TEST

START_TEST(what_is_no_number_is_null)
{
    cJSON *tree = cJSON_CreateNumber(NAN);
    char *text = json_print(tree);

    ck_assert_str_eq(text, "null");
    free(text);
    cJSON_Delete(tree);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("JSON text of trees");
    TCase *t = tcase_create("print");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, a_document_is_printed_as_it_was, 0,
                        (int)(sizeof(documents) / sizeof(documents[0])));
    tcase_add_test(t, numbers_read_back_the_same);
    tcase_add_test(t, what_is_no_number_is_null);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
