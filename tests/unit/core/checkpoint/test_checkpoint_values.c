/* test_checkpoint_values.c - numbers and lists of strings in the metadata. */
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(numbers_round_trip)
{
    static const double v[] = {0,           -0.0,    0.1,     1.0 / 3, 1e-308,
                               5e-324,      1.7e308, -112.25, 1e22,    123456789012345678.0,
                               (double)NAN, 2};
    enum { N = sizeof(v) / sizeof(v[0]) };
    struct checkpoint *c;
    struct err e = {0};
    double *out, one;
    size_t n;
    int64_t i = 0;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set_f64s(c, "v", v, N, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", N, 0, &e), ST_OK);
    ck_assert_uint_eq(n, N);
    for (size_t k = 0; k < N; k++)
        ck_assert(isnan(v[k]) ? isnan(out[k]) : memcmp(&v[k], &out[k], sizeof(v[k])) == 0);
    free(out);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", 0, N, &e), ST_OK);
    free(out);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", 0, N - 1, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", N + 1, 0, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_set_f64s(c, "v", v, 0, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_f64s(&out, &n, c, "v", 0, N, &e), ST_OK);
    ck_assert_uint_eq(n, 0);
    free(out);
    for (size_t k = 0; k + 2 < N; k++) {
        ck_assert_int_eq(checkpoint_set_f64(c, "x", v[k], &e), ST_OK);
        ck_assert_int_eq(checkpoint_get_f64(&one, c, "x", &e), ST_OK);
        ck_assert(memcmp(&one, &v[k], sizeof(one)) == 0);
    }
    ck_assert_int_eq(checkpoint_set_i64(c, "i", INT64_MIN, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_i64(&i, c, "i", INT64_MIN, INT64_MAX, &e), ST_OK);
    ck_assert(i == INT64_MIN);
    ck_assert_int_eq(checkpoint_get_i64(&i, c, "i", 0, 5, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_i64(&i, c, "none", 0, 5, &e), ST_CORRUPT);
    ck_assert_str_eq(e.message, "checkpoint: metadata none is missing");
    checkpoint_free(c);
}
END_TEST

START_TEST(numbers_that_are_none_are_refused)
{
    static const char *const no_integer[] = {
        "", " 1", "1 ", "+1", "0x1", "1.0", "1e0", "-", "--1", "9223372036854775808", "a"};
    static const char *const no_number[] = {"",      " 1",  "1 ",  "0x1", "nan", "inf",      "-inf",
                                            "1e400", "1,5", "1 2", "e",   "-",   "infinity", "1e"};
    static const char *const no_list[] = {
        " ",      "1  2",
        " 1 2",   "1 2 ",
        "1\t2",   "inf",
        "1 -inf", "1e400",
        "1 x",    "0000000000000000000000000000000000000000000000000000000000000000001"};
    struct checkpoint *c;
    struct err e = {0};
    int64_t i;
    double d, *v;
    size_t n;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    for (size_t k = 0; k < sizeof(no_integer) / sizeof(*no_integer); k++) {
        ck_assert_int_eq(checkpoint_set(c, "x", no_integer[k], &e), ST_OK);
        ck_assert_int_eq(checkpoint_get_i64(&i, c, "x", INT64_MIN, INT64_MAX, &e), ST_CORRUPT);
    }
    for (size_t k = 0; k < sizeof(no_number) / sizeof(*no_number); k++) {
        ck_assert_int_eq(checkpoint_set(c, "x", no_number[k], &e), ST_OK);
        ck_assert_msg(checkpoint_get_f64(&d, c, "x", &e) == ST_CORRUPT, "%s", no_number[k]);
    }
    for (size_t k = 0; k < sizeof(no_list) / sizeof(*no_list); k++) {
        ck_assert_int_eq(checkpoint_set(c, "x", no_list[k], &e), ST_OK);
        ck_assert_msg(checkpoint_get_f64s(&v, &n, c, "x", 0, 9, &e) == ST_CORRUPT, "%s",
                      no_list[k]);
    }
    ck_assert_int_eq(checkpoint_get_f64(&d, c, "none", &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_f64s(&v, &n, c, "none", 0, 9, &e), ST_CORRUPT);
    checkpoint_free(c);
}
END_TEST

START_TEST(strings_round_trip)
{
    static const char *const v[] = {"The", "", "\xC3\xA9t\xC3\xA9", "a b", ""};
    static const char *const newline[] = {"a", "b\nc"};
    struct checkpoint *c;
    struct err e = {0};
    char **out;
    size_t n;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", v, 5, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "v", 5, &e), ST_OK);
    ck_assert_uint_eq(n, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(out[i], v[i]);
    ck_assert_ptr_null(out[5]);
    free(out);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "v", 4, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "none", 4, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", v, 0, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_strings(&out, &n, c, "v", 0, &e), ST_OK);
    ck_assert_uint_eq(n, 0);
    free(out);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", newline, 2, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_set_strings(c, "v", v + 1, 1, &e), ST_INVALID);
    checkpoint_free(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint_values");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, numbers_round_trip);
    tcase_add_test(t, numbers_that_are_none_are_refused);
    tcase_add_test(t, strings_round_trip);
    suite_add_tcase(s, t);
    return suite_run(s);
}
