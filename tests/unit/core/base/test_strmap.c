/* test_strmap.c - a map finds each of thousands of values under its name. */
#include "core/base/strmap.h"
#include "tests/unit/suite.h"

#include <stdio.h>

enum { MANY = 5000 };

START_TEST(every_key_finds_its_own_value)
{
    static char keys[2 * MANY][16];
    struct strmap m = {0};
    struct err e = {0};

    ck_assert_int_eq(strmap_get(&m, "k0"), -1);
    for (int i = 0; i < 2 * MANY; i++)
        snprintf(keys[i], sizeof(keys[i]), "k%d", i);
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(strmap_put(&m, keys[i], i, &e), ST_OK);
    for (int i = 0; i < MANY; i += 2)
        ck_assert_int_eq(strmap_put(&m, keys[i], i + 7, &e), ST_OK);
    ck_assert_uint_eq(m.count, MANY);
    for (int i = 0; i < 2 * MANY; i++)
        ck_assert_int_eq(strmap_get(&m, keys[i]), i >= MANY ? -1 : i % 2 ? i : i + 7);
    strmap_release(&m);
    ck_assert_int_eq(strmap_get(&m, keys[1]), -1);
}
END_TEST

START_TEST(an_empty_key_is_a_key)
{
    struct strmap m = {0};
    struct err e = {0};

    ck_assert_int_eq(strmap_put(&m, "a", 1, &e), ST_OK);
    ck_assert_int_eq(strmap_get(&m, ""), -1);
    ck_assert_int_eq(strmap_put(&m, "", 2, &e), ST_OK);
    ck_assert_int_eq(strmap_get(&m, ""), 2);
    strmap_release(&m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("strmap");
    TCase *t = tcase_create("all");

    tcase_add_test(t, every_key_finds_its_own_value);
    tcase_add_test(t, an_empty_key_is_a_key);
    suite_add_tcase(s, t);
    return suite_run(s);
}
