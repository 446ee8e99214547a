/* test_checkpoint.c - the entries of a checkpoint: tensors and metadata. */
#include "tests/unit/core/checkpoint/sample.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(find_names_what_is_and_what_must_be)
{
    const int64_t shape[2] = {2, 3}, other[2] = {3, 2};
    struct checkpoint *c = checkpoint_sample();
    struct checkpoint_tensor t;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F32, shape, 2, &e), ST_OK);
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F32, other, 2, &e), ST_CORRUPT);
    ck_assert_str_eq(e.message,
                     "checkpoint: tensor \"lstm.weight\" is F32 (2,3); it must be F32 (3,2)");
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F64, shape, 2, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight", CKPT_F32, shape, 1, &e), ST_CORRUPT);
    ck_assert_int_eq(checkpoint_find(&t, c, "none", CKPT_F32, shape, 1, &e), ST_CORRUPT);
    ck_assert_str_eq(e.message, "checkpoint: tensor \"none\" is missing; it must be F32 (2)");
    checkpoint_free(c);
}
END_TEST

START_TEST(thousands_of_tensors_are_found_by_name)
{
    enum { N = 5000 };
    struct checkpoint *c, *again;
    struct checkpoint_tensor t;
    struct err e = {0};
    uint8_t *b;
    size_t len;
    char name[32];

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    for (int32_t i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "tensor.%d", i);
        ck_assert_int_eq(checkpoint_add(c, name, CKPT_I32, NULL, 0, &i, &e), ST_OK);
        ck_assert_int_eq(checkpoint_set(c, name, name, &e), ST_OK);
    }
    ck_assert_int_eq(checkpoint_write(&b, &len, c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_read(&again, b, len, &e), ST_OK);
    for (int32_t i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "tensor.%d", i);
        ck_assert_int_eq(checkpoint_find(&t, again, name, CKPT_I32, NULL, 0, &e), ST_OK);
        ck_assert_int_eq(*(const int32_t *)t.data, i);
        ck_assert_str_eq(checkpoint_get(again, name), name);
    }
    free(b);
    checkpoint_free(c);
    checkpoint_free(again);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, find_names_what_is_and_what_must_be);
    tcase_add_test(t, thousands_of_tensors_are_found_by_name);
    suite_add_tcase(s, t);
    return suite_run(s);
}
