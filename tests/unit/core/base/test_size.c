/* test_size.c - sizes saturate, and a layout is the same when it is measured and when it is
 * made. */
#include "core/base/size.h"
#include "tests/unit/suite.h"

START_TEST(sizes_saturate)
{
    ck_assert_uint_eq(size_add(2, 3), 5);
    ck_assert_uint_eq(size_add(SIZE_MAX, 1), SIZE_MAX);
    ck_assert_uint_eq(size_mul(6, 7), 42);
    ck_assert_uint_eq(size_mul(SIZE_MAX / 2, 3), SIZE_MAX);
}
END_TEST

static void lay_out(struct carve *c, float **a, char **b, float **d)
{
    *a = carve_floats(c, 17);
    *b = carve_take(c, 1, 1);
    *d = carve_floats(c, 64);
}

START_TEST(parts_lie_apart_and_aligned)
{
    struct carve measure = {0}, made = {0};
    float *a, *d;
    char *b;

    lay_out(&measure, &a, &b, &d);
    ck_assert(!a && !b && !d);
    made.base = block_new(measure.used);
    ck_assert_ptr_nonnull(made.base);
    lay_out(&made, &a, &b, &d);
    ck_assert_uint_eq(made.used, measure.used);
    ck_assert(((uintptr_t)a | (uintptr_t)b | (uintptr_t)d) % 64 == 0);
    ck_assert((char *)(a + 17) <= b && b + 1 <= (char *)d);
    ck_assert((char *)(d + 64) <= made.base + made.used);
    for (int i = 0; i < 64; i++)
        ck_assert(d[i] >= 0 && d[i] <= 0); /* zeros */
    block_free(made.base);
}
END_TEST

START_TEST(too_much_is_never_had)
{
    struct carve c = {0};

    carve_take(&c, SIZE_MAX / 2, 4);
    ck_assert_uint_eq(c.used, SIZE_MAX);
    carve_floats(&c, 1);
    ck_assert_uint_eq(c.used, SIZE_MAX);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("size");
    TCase *t = tcase_create("all");

    tcase_add_test(t, sizes_saturate);
    tcase_add_test(t, parts_lie_apart_and_aligned);
    tcase_add_test(t, too_much_is_never_had);
    suite_add_tcase(s, t);
    return suite_run(s);
}
