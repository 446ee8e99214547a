/* sample.c - see sample.h. */
#include "tests/unit/core/checkpoint/sample.h"

#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checkpoint *checkpoint_sample(void)
{
    static const float f[6] = {1.5F, -2, 3e-38F, 0, 5, 6};
    static const double d[2] = {0.1, -1e300};
    static const int32_t i32[3] = {1, -2, INT32_MAX};
    static const int64_t i64[1] = {INT64_MIN};
    static const uint8_t u8[5] = {0, 255, 1, 2, 3};
    static const int64_t shape[2] = {2, 3}, two = 2, three = 3, one = 1, five = 5, none = 0;
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.weight", CKPT_F32, shape, 2, f, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "zeta", "first \"q\" \\ /", &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "bytes", CKPT_U8, &five, 1, u8, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "d\n\x01\xC3\xA9", CKPT_F64, &two, 1, d, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "i32", CKPT_I32, &three, 1, i32, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "i64", CKPT_I64, &one, 1, i64, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "scalar", CKPT_F32, NULL, 0, f, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "empty", CKPT_F32, &none, 1, NULL, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "alpha", "\xF0\x9F\x98\x80\t\x7F\x1F", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "", "", &e), ST_OK);
    return c;
}
