/* test_number.c - numbers as text: the shortest that reads back, and the bytes of model files. */
#include <lstm/number.h>

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Computes the result that number_text() promises with printf() and strtod(), which are slow and
 * known to be right. */
static void shortest_by_printf(char *out, double v)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, NUMBER_TEXT_MAX, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            return;
    }
}

static int significant_digits(const char *text)
{
    int n = 0, zeros = 0;

    for (text += strspn(text, "-0."); *text && *text != 'e'; text++) {
        if (*text == '.')
            continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        n++;
    }
    return n - zeros;
}

static void check_number(double v)
{
    char text[NUMBER_TEXT_MAX], expect[NUMBER_TEXT_MAX];
    size_t n = number_text(text, v);

    shortest_by_printf(expect, v);
    ck_assert_uint_eq(n, strlen(text));
    ck_assert_msg(strtod(text, NULL) == v, "%.17g became %s", v, text);
    ck_assert_msg(significant_digits(text) <= significant_digits(expect),
                  "%.17g: %s, shorter is %s", v, text, expect);
    /* As short as by printf(): then no other text of that length is nearer. */
    if (significant_digits(text) == significant_digits(expect))
        ck_assert_msg(fabs(strtod(text, NULL) - v) <= fabs(strtod(expect, NULL) - v), "%s, %s",
                      text, expect);
}

static uint64_t random_bits(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15ULL; /* splitmix64 */
    uint64_t z = *state;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

START_TEST(numbers_look_as_people_write_them)
{
    static const struct {
        double v;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-42, "-42"},
        {447.1, "447.1"},
        {-0.5, "-0.5"},
        {0.1, "0.1"},
        {0.3, "0.3"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {0.0001, "0.0001"},
        {0.00025, "0.00025"},
        {0.000025, "2.5e-05"},
        {123456789012345, "123456789012345"},
        {999999999999999.9, "999999999999999.9"},
        {1e15, "1e+15"},
        {1e300, "1e+300"},
        {5e-324, "5e-324"},
        {5e-5, "5e-05"},
        {9007199254740993.0, "9007199254740992"},
        {0.1f, "0.10000000149011612"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[NUMBER_TEXT_MAX];

        ck_assert_uint_eq(number_text(text, cases[i].v), strlen(cases[i].text));
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(every_number_reads_back_and_none_is_longer_than_needed)
{
    uint64_t state = 1;

    for (int i = 0; i < 200000; i++) {
        uint64_t bits = random_bits(&state);
        int exponent = (int)(bits >> 52) % 66 - 14; /* 2^-14 to 2^51 */
        double fraction = 1 + (double)(bits & 0xfffffffffffffULL) / 4503599627370496.0;

        check_number(ldexp(fraction, exponent));
    }
}
END_TEST

START_TEST(powers_of_two_and_ten_and_their_neighbours)
{
    for (int i = -14; i <= 50; i++) {
        check_number(ldexp(1, i));
        check_number(nextafter(ldexp(1, i), 0));
        check_number(nextafter(ldexp(1, i), INFINITY));
    }
    for (int i = -4; i <= 15; i++) {
        check_number(pow(10, i));
        check_number(nextafter(pow(10, i), 0));
        check_number(nextafter(pow(10, i), INFINITY));
        check_number(5 * pow(10, i));
    }
    for (int i = -320; i < 300; i += 7)
        check_number(3.7 * pow(10, i));
}
END_TEST

START_TEST(short_decimals_stay_short)
{
    uint64_t state = 2;

    for (int i = 0; i < 50000; i++) {
        char text[NUMBER_TEXT_MAX], expect[NUMBER_TEXT_MAX];
        double v = (double)(random_bits(&state) % 100000000) / 10000;

        snprintf(expect, sizeof(expect), "%.15g", v);
        number_text(text, v);
        ck_assert_str_eq(text, expect);
    }
}
END_TEST

START_TEST(integers)
{
    char text[NUMBER_TEXT_MAX];

    number_text_i64(text, INT64_MIN);
    ck_assert_str_eq(text, "-9223372036854775808");
    number_text_i64(text, INT64_MAX);
    ck_assert_str_eq(text, "9223372036854775807");
}
END_TEST

START_TEST(decimals_are_rounded)
{
    static const struct {
        double v;
        int decimals;
        const char *text;
    } cases[] = {{0, 6, "0"},
                 {1, 6, "1"},
                 {0.5, 0, "1"},
                 {0.1234564, 6, "0.123456"},
                 {0.1234566, 6, "0.123457"},
                 {0.9999999, 6, "1"},
                 {0.000001, 6, "0.000001"},
                 {0.0000001, 6, "0"},
                 {-0.0000001, 6, "0"},
                 {-12.5, 6, "-12.5"},
                 {-103.250001, 6, "-103.250001"},
                 {20, 2, "20"},
                 {1e300, 6, "1e+300"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[NUMBER_TEXT_MAX];

        ck_assert_uint_eq(number_text_decimals(text, cases[i].v, cases[i].decimals),
                          strlen(cases[i].text));
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

/* Numbers in model files: their text must stay the same when number_text() changes. */
static void as_in_model_files(char *out, double v)
{
    if (isnan(v)) {
        snprintf(out, NUMBER_TEXT_MAX, "nan");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, NUMBER_TEXT_MAX, "%.*g", digits, v);
        if (strtod(out, NULL) == v)
            return;
    }
}

static void check_any(double v)
{
    char text[NUMBER_TEXT_MAX], expect[NUMBER_TEXT_MAX];
    double back = 1;

    as_in_model_files(expect, v);
    ck_assert_uint_eq(number_text_any(text, v), strlen(expect));
    ck_assert_str_eq(text, expect);
    ck_assert(number_parse(&back, text));
    ck_assert_mem_eq(&back, &v, sizeof(v));
}

START_TEST(model_files_keep_their_bytes)
{
    static const double odd[] = {0,      -0.0,   INFINITY, -INFINITY,
                                 5e-324, 4e-310, 1e15,     1234567890123456.0,
                                 1200,   -1e-5,  DBL_MIN,  DBL_MAX};
    uint64_t state = 3;
    char text[NUMBER_TEXT_MAX];

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        check_any(odd[i]);
    ck_assert_uint_eq(number_text_any(text, NAN), 3);
    ck_assert_str_eq(text, "nan");
    for (int i = -1074; i <= 1023; i++)
        check_any(ldexp(1, i));
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = random_bits(&state);
        double v;

        memcpy(&v, &bits, sizeof(v)); /* of any size */
        if (!isnan(v))
            check_any(v);
        check_any((double)(bits >> 32) / 256 - 8e6); /* of the size of data */
        check_any((double)(float)(1e-4 * (double)(bits >> 40)));
    }
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
    static const char *const bad[] = {"",    " 1",   "1 ", "0x10", "infinity", "+inf",
                                      "NAN", "1..2", "1e", "--1",  "1,5",      "abc"};
    double v = 42;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(!number_parse(&v, bad[i]), "'%s'", bad[i]);
        ck_assert(v == 42);
    }
    ck_assert(number_parse(&v, "nan") && isnan(v));
    ck_assert(number_parse(&v, "-inf") && v < 0 && isinf(v));
    ck_assert(number_parse(&v, "+1.50E+2") && v == 150);
}
END_TEST

START_TEST(decimals_are_those_of_strtod)
{
    static const uint64_t edges[] = {0,
                                     1,
                                     (1ULL << 53) - 1,
                                     1ULL << 53,
                                     (1ULL << 53) + 1,
                                     (1ULL << 54) + 2,
                                     (1ULL << 63) - 512,
                                     1ULL << 63,
                                     UINT64_MAX - 1024,
                                     UINT64_MAX};
    const int num_edges = sizeof(edges) / sizeof(edges[0]);
    uint64_t state = 1;

    for (int i = 0; i < 400000; i++) {
        uint64_t m =
            i < 20 * num_edges ? edges[i / 20] : (state *= 6364136223846793005ULL) >> i % 16;
        int decimals = i % (NUMBER_DECIMALS_MAX + 1);
        char text[64];
        double expect, v = number_decimal(m, decimals);

        snprintf(text, sizeof(text), "%llue-%d", (unsigned long long)m, decimals);
        expect = strtod(text, NULL);
        ck_assert_msg(memcmp(&v, &expect, sizeof(v)) == 0, "%s read as %.17g", text, v);
        state++;
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("number");
    TCase *c = tcase_create("number");
    SRunner *r;
    int failed;

    tcase_add_test(c, numbers_look_as_people_write_them);
    tcase_add_test(c, every_number_reads_back_and_none_is_longer_than_needed);
    tcase_add_test(c, powers_of_two_and_ten_and_their_neighbours);
    tcase_add_test(c, short_decimals_stay_short);
    tcase_add_test(c, integers);
    tcase_add_test(c, decimals_are_rounded);
    tcase_add_test(c, model_files_keep_their_bytes);
    tcase_add_test(c, what_is_no_number_is_refused);
    tcase_add_test(c, decimals_are_those_of_strtod);
    tcase_set_timeout(c, 60);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
