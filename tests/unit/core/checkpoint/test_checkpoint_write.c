/* test_checkpoint_write.c - the bytes of a model file, exactly. */
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(written_bytes_are_canonical)
{
    static const char want[] = "{\"__metadata__\":{\"k\":\"a\\n\\\"\\u0001\"},"
                               "\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    const int64_t shape[2] = {1, 2};
    const float v[2] = {1, -1};
    struct checkpoint *c;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "x", CKPT_F32, shape, 2, v, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "k", "gone", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "k", "a\n\"\x01", &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(&b, &len, c, &e), ST_OK);
    ck_assert_uint_eq((len - 8) % 8, 0);
    ck_assert_uint_eq(b[0], (sizeof(want) - 1 + 7) / 8 * 8);
    ck_assert_int_eq(memcmp(b + 8, want, sizeof(want) - 1), 0);
    for (size_t i = 8 + sizeof(want) - 1; i < len - 8; i++)
        ck_assert_int_eq(b[i], ' ');
    ck_assert_int_eq(memcmp(b + len - 8, v, 8), 0);
    free(b);
    checkpoint_free(c);
}
END_TEST

START_TEST(what_cannot_be_written_is_refused)
{
    const int64_t shape[2] = {INT64_MAX, 3}, negative = -1, one = 1;
    const float v = 1;
    struct checkpoint *c;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "a", CKPT_F32, &one, 1, &v, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "a", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "__metadata__", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "\xFF", CKPT_F32, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", CKPT_F32, shape, 2, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", CKPT_F32, &negative, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", (enum checkpoint_dtype)9, &one, 1, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_add(c, "b", CKPT_F32, shape, 3, &v, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_set(c, "k", "\xFF", &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_set(c, "\xFF", "v", &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_num_tensors(c), 1);
    ck_assert_int_eq(checkpoint_num_metadata(c), 0);
    checkpoint_free(c);
    checkpoint_free(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint_write");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, written_bytes_are_canonical);
    tcase_add_test(t, what_cannot_be_written_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
