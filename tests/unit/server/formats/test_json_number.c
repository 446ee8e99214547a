/* test_json_number.c - numbers are read as strtod() reads them. */
#include "server/formats/json_number.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const numbers[] = {
    "0",
    "-0",
    "1",
    "-17",
    "447.1",
    "0.1",
    "-0.30000000000000004",
    "9007199254740992",
    "9007199254740993",
    "0.0000000000000000000001",
    "0.00000000000000000000001",
    "1234567890123456789",
    "12345678901234567890",
    "1.7976931348623157e308",
    "1e5",
    "1E-5",
    "5e-324",
    "123456789.123456789",
    "3.14159265358979323846264338327950288",
};

START_TEST(numbers_are_those_of_strtod)
{
    char text[100];
    size_t n;
    double v = json_number_value(numbers[_i], strlen(numbers[_i])),
           expect = strtod(numbers[_i], NULL);

    ck_assert_msg(memcmp(&v, &expect, sizeof(v)) == 0, "%s read as %.17g", numbers[_i], v);
    snprintf(text, sizeof(text), "%s,                    ", numbers[_i]);
    n = json_short_number(&v, text, text + strlen(text));
    ck_assert(n == 0 || n == strlen(numbers[_i]));
    ck_assert(memcmp(&v, &expect, sizeof(v)) == 0);
}
END_TEST

static const char *const no_short_numbers[] = {
    "01,                 ",  "-,                   ", "1.,                  ",
    ".5,                  ", "1.2.3,              ",  "1e5,                 ",
    "1234567890123456,    ", "1.234567890123456,   ", "12,",
    "-01,                ",  "n,                   ", "1.5E0,               ",
};

START_TEST(others_are_left_to_the_grammar)
{
    double v;
    const char *s = no_short_numbers[_i];

    ck_assert_uint_eq(json_short_number(&v, s, s + strlen(s)), 0);
}
END_TEST

START_TEST(random_decimals_are_those_of_strtod)
{
    uint64_t state = 7;

    for (int i = 0; i < 200000; i++) {
        char text[64];
        double v, expect;
        size_t n;

        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        snprintf(text, sizeof(text), "%.*f", (int)(state >> 60), (double)(state >> 12) / 1e9);
        v = json_number_value(text, strlen(text));
        expect = strtod(text, NULL);
        ck_assert_msg(memcmp(&v, &expect, sizeof(v)) == 0, "%s read as %.17g", text, v);
        n = json_short_number(&v, text, text + sizeof(text));
        ck_assert(n == 0 || n == strlen(text));
        ck_assert_msg(memcmp(&v, &expect, sizeof(v)) == 0, "%s read as %.17g", text, v);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json number");
    TCase *t = tcase_create("numbers");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, numbers_are_those_of_strtod, 0,
                        (int)(sizeof(numbers) / sizeof(numbers[0])));
    tcase_add_loop_test(t, others_are_left_to_the_grammar, 0,
                        (int)(sizeof(no_short_numbers) / sizeof(no_short_numbers[0])));
    tcase_add_test(t, random_decimals_are_those_of_strtod);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
