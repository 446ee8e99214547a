/* test_feature_index.c - tests of core/text/feature_index.c. */
#include "core/text/feature_index.h"

#include <check.h>

/* Different for different i, and spread over all numbers of 32 bits. */
static uint32_t key(uint32_t i)
{
    return i * 2654435761U + 1;
}

START_TEST(keys_are_numbered_in_the_order_they_come)
{
    enum { N = 5000 };
    struct feature_index s = {0};
    struct err e = {0};
    int32_t number = -1;

    for (int32_t round = 0; round < 2; round++)
        for (int32_t i = 0; i < N; i++) {
            ck_assert_int_eq(feature_index_add(&number, &s, key((uint32_t)i), &e), ST_OK);
            ck_assert_int_eq(number, i);
        }
    ck_assert_int_eq(s.count, N);
    for (int32_t i = 0; i < N; i++) {
        feature_index_prefetch(&s, key((uint32_t)i));
        ck_assert_int_eq(feature_index_find(&s, key((uint32_t)i)), i);
        ck_assert_uint_eq(s.keys[i], key((uint32_t)i));
    }
    for (uint32_t i = N; i < 2 * N; i++)
        ck_assert_int_eq(feature_index_find(&s, key(i)), -1);
    feature_index_release(&s);
}
END_TEST

START_TEST(an_empty_set_has_nothing)
{
    struct feature_index s = {0};

    feature_index_prefetch(&s, 1);
    ck_assert_int_eq(feature_index_find(&s, 1), -1);
    ck_assert_int_eq(feature_index_find(&s, 0), -1);
    ck_assert_uint_eq(feature_index_bytes(&s), 0);
    feature_index_release(&s);
}
END_TEST

/* At most half of the slots are taken, so that the search for an absent key ends. */
START_TEST(there_is_always_room)
{
    struct feature_index s = {0};
    struct err e = {0};
    int32_t number;

    for (uint32_t i = 0; i < 3000; i++) {
        ck_assert_int_eq(feature_index_add(&number, &s, key(i), &e), ST_OK);
        ck_assert_uint_ge(s.capacity, 2 * (size_t)s.count);
        ck_assert_uint_eq(s.capacity & (s.capacity - 1), 0);
    }
    ck_assert_uint_ge(feature_index_bytes(&s), s.capacity * sizeof(*s.slots));
    feature_index_release(&s);
    ck_assert_ptr_null(s.slots);
    ck_assert_int_eq(s.count, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("feature_index");
    TCase *t = tcase_create("feature_index");
    SRunner *r;
    int failed;

    tcase_add_test(t, keys_are_numbered_in_the_order_they_come);
    tcase_add_test(t, an_empty_set_has_nothing);
    tcase_add_test(t, there_is_always_room);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
