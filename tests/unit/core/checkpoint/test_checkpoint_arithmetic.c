/* test_checkpoint_arithmetic.c - the mark of the arithmetic in a checkpoint. */
#include <check.h>
#include <lstm/checkpoint.h>
#include <stdlib.h>
#include <string.h>

static struct checkpoint *c;
static struct err e;

static void setup(void)
{
    e = (struct err){0};
    ck_assert_int_eq(kernels_select("portable", NULL), ST_OK);
    ck_assert_int_eq(checkpoint_new(&c, NULL), ST_OK);
}

static void teardown(void)
{
    checkpoint_free(c);
}

START_TEST(only_the_one_in_force_passes)
{
    char name[ARITHMETIC_LEN_MAX + 1], own[ARITHMETIC_LEN_MAX + 1];

    ck_assert_int_eq(checkpoint_check_arithmetic(c, &e), ST_CORRUPT); /* it names none */
    ck_assert_ptr_nonnull(strstr(e.message, "does not name"));
    ck_assert_int_eq(checkpoint_set_arithmetic(c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_check_arithmetic(c, &e), ST_OK);
    arithmetic_name(own);
    ck_assert_int_eq(checkpoint_get_arithmetic(name, c, &e), ST_OK);
    ck_assert_str_eq(name, own);
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    ck_assert_int_eq(checkpoint_check_arithmetic(c, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, own));
    ck_assert_int_eq(checkpoint_get_arithmetic(name, c, &e), ST_OK);
    ck_assert_str_eq(name, own);
}
END_TEST

/* The same kernels in another version of the core, and with another libm. */
START_TEST(every_part_of_the_name_counts)
{
    char own[ARITHMETIC_LEN_MAX + 1], other[ARITHMETIC_LEN_MAX + 1];

    arithmetic_name(own);
    for (size_t i = 0; own[i]; i++) {
        memcpy(other, own, sizeof(other));
        other[i] = own[i] == '1' ? '2' : '1';
        ck_assert_int_eq(checkpoint_set(c, CHECKPOINT_ARITHMETIC, other, &e), ST_OK);
        ck_assert_int_eq(checkpoint_check_arithmetic(c, &e), ST_CORRUPT);
    }
}
END_TEST

START_TEST(a_name_out_of_a_file_is_checked)
{
    static const char *const bad[] = {"", "avx2 1", "\"", "a\nb", "avx2/1", "\xc3\xa9"};
    char name[ARITHMETIC_LEN_MAX + 1] = "?", longest[ARITHMETIC_LEN_MAX + 2];

    ck_assert_int_eq(checkpoint_get_arithmetic(name, c, &e), ST_OK);
    ck_assert_str_eq(name, "");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_int_eq(checkpoint_set(c, CHECKPOINT_ARITHMETIC, bad[i], &e), ST_OK);
        ck_assert_int_eq(checkpoint_get_arithmetic(name, c, &e), ST_CORRUPT);
        ck_assert_str_eq(name, "");
    }
    memset(longest, 'a', sizeof(longest));
    longest[ARITHMETIC_LEN_MAX + 1] = '\0';
    ck_assert_int_eq(checkpoint_set(c, CHECKPOINT_ARITHMETIC, longest, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_arithmetic(name, c, &e), ST_CORRUPT);
    longest[ARITHMETIC_LEN_MAX] = '\0';
    ck_assert_int_eq(checkpoint_set(c, CHECKPOINT_ARITHMETIC, longest, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_arithmetic(name, c, &e), ST_OK);
    ck_assert_str_eq(name, longest);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint_arithmetic");
    TCase *t = tcase_create("checkpoint_arithmetic");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, only_the_one_in_force_passes);
    tcase_add_test(t, every_part_of_the_name_counts);
    tcase_add_test(t, a_name_out_of_a_file_is_checked);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
