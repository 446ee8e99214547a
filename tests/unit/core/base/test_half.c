/* test_half.c - 16-bit floats against their definition. */
#include "core/base/half.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

/* IEEE 754, 3.4: value of the fields. */
static double by_definition(uint16_t h)
{
    int exponent = h >> 10 & 31, fraction = h & 1023;
    double sign = h & 0x8000 ? -1 : 1;

    if (exponent == 31)
        return fraction ? (double)NAN : sign * (double)INFINITY;
    return sign * (exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24));
}

START_TEST(every_half_is_its_value_and_comes_back)
{
    for (int i = 0; i < 65536; i++) {
        uint16_t h = (uint16_t)i;
        float f = half_to_float(h);
        double want = by_definition(h);

        if (isnan(want)) {
            ck_assert(isnan(f));
            ck_assert(isnan(half_to_float(half_of_float(f))));
            continue;
        }
        ck_assert_msg((double)f == want, "%04x is %g, not %g", i, (double)f, want);
        ck_assert_int_eq(half_of_float(f), h);
    }
}
END_TEST

/* A value halfway between two neighbours is rounded to the even one, others to the nearer one. */
START_TEST(floats_go_to_the_nearest_half)
{
    for (int i = 0; i < 0x7BFF; i++) {
        float low = half_to_float((uint16_t)i), high = half_to_float((uint16_t)(i + 1));
        float middle = (low + high) / 2;

        ck_assert_int_eq(half_of_float(middle), i % 2 ? i + 1 : i);
        ck_assert_int_eq(half_of_float(nextafterf(middle, 0)), i);
        ck_assert_int_eq(half_of_float(nextafterf(middle, INFINITY)), i + 1);
        ck_assert_int_eq(half_of_float(-nextafterf(middle, INFINITY)), (i + 1) | 0x8000);
    }
    ck_assert_int_eq(half_of_float(65519.99F), 0x7BFF);
    ck_assert_int_eq(half_of_float(65520), 0x7C00);
    ck_assert_int_eq(half_of_float(-3e38F), 0xFC00);
    ck_assert_int_eq(half_of_float(1e-30F), 0);
}
END_TEST

START_TEST(a_bfloat_is_the_upper_half_of_a_float)
{
    ck_assert_float_eq(bfloat_to_float(0x3F80), 1);
    ck_assert_float_eq(bfloat_to_float(0xC049), -3.140625F);
    ck_assert(isinf(bfloat_to_float(0x7F80)));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("16-bit floats");
    TCase *t = tcase_create("half");
    SRunner *r;
    int failed;

    tcase_add_test(t, every_half_is_its_value_and_comes_back);
    tcase_add_test(t, floats_go_to_the_nearest_half);
    tcase_add_test(t, a_bfloat_is_the_upper_half_of_a_float);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
