/* test_row.c - rows of arrays, also of arrays larger than an int counts. */
#include "core/base/row.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

START_TEST(a_row_has_the_type_of_its_array)
{
    double d[6] = {0, 1, 2, 3, 4, 5};
    const float f[6] = {0, 1, 2, 3, 4, 5};
    const float *second = row(f, 1, 3);
    double *third = row(d, 2, 2);

    ck_assert(*second == 3 && *third == 4);
    ck_assert(row(d, 1 + 1, 1 + 1) == third);
}
END_TEST

START_TEST(the_product_does_not_overflow)
{
    uintptr_t base = 4096; /* an address that nothing reads */
    int i = 1 << 20, n = 1 << 20;

    ck_assert_uint_eq(row(base, i, n), base + ((uintptr_t)1 << 40));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("row");
    TCase *t = tcase_create("row");
    SRunner *r;
    int failed;

    tcase_add_test(t, a_row_has_the_type_of_its_array);
    tcase_add_test(t, the_product_does_not_overflow);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
