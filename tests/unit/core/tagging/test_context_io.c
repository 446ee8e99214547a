/* test_context_io.c - a context model in a file. */
#include "core/tagging/context.h"
#include "tests/unit/core/tagging/neighbours.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

static struct checkpoint *file(const struct context *c)
{
    struct checkpoint *to = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&to, &e), ST_OK);
    ck_assert_int_eq(context_save(to, c, &e), ST_OK);
    return to;
}

START_TEST(a_file_keeps_the_scores)
{
    struct neighbours f;
    struct context *a, *b = NULL;
    struct checkpoint *c;
    struct err e = {0};
    float y[6], z[6];

    neighbours_setup(&f);
    a = neighbours_fit(&f, NULL, 7);
    c = file(a);
    ck_assert_int_eq(context_load(&b, c, f.corpus.size, &e), ST_OK);
    ck_assert_int_eq(context_num_params(b), context_num_params(a));
    ck_assert_uint_gt(context_bytes(b), (size_t)context_num_params(b));
    for (int k = 0; k < LENGTH; k++) {
        neighbours_scores(y, &f, a, 3, k);
        neighbours_scores(z, &f, b, 3, k);
        ck_assert_mem_eq(y, z, sizeof(y));
    }
    checkpoint_free(c);
    context_free(a);
    context_free(b);
    neighbours_teardown(&f);
}
END_TEST

START_TEST(a_file_without_one_has_none)
{
    struct checkpoint *c = file(NULL);
    struct context *out = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_num_tensors(c), 0);
    ck_assert_int_eq(context_load(&out, c, (int[]){1, 1}, &e), ST_OK);
    ck_assert_ptr_null(out);
    ck_assert_int_eq(context_num_params(NULL), 0);
    ck_assert_uint_eq(context_bytes(NULL), 0);
    checkpoint_free(c);
}
END_TEST

static const int32_t good_keys[] = {5, -3}, twice[] = {5, 5}, nought[] = {5, 0};

static const float good_scale[] = {0, 0.5F}, endless[] = {0, INFINITY}, negative[] = {-1, 0.5F},
                   no_number[] = {NAN, 1};

static const uint8_t weights[] = {128, 255, 1, 0};

static const struct {
    enum checkpoint_dtype dtype;
    const int32_t *keys;
    int64_t outputs;
    const float *scale;
    const uint8_t *weights;
    enum status status;
} lies[] = {
    {CKPT_I32, good_keys, 2, good_scale, weights, ST_OK},
    {CKPT_I32, twice, 2, good_scale, weights, ST_CORRUPT},
    {CKPT_I32, nought, 2, good_scale, weights, ST_CORRUPT},
    {CKPT_F32, good_keys, 2, good_scale, weights, ST_CORRUPT},
    {CKPT_I32, good_keys, 1, good_scale, weights, ST_CORRUPT},
    {CKPT_I32, good_keys, 2, endless, weights, ST_CORRUPT},
    {CKPT_I32, good_keys, 2, negative, weights, ST_CORRUPT},
    {CKPT_I32, good_keys, 2, no_number, weights, ST_CORRUPT},
    {CKPT_I32, good_keys, 2, NULL, weights, ST_CORRUPT},
    {CKPT_I32, good_keys, 2, good_scale, NULL, ST_CORRUPT},
};

START_TEST(files_that_lie_are_refused)
{
    struct checkpoint *c = NULL;
    struct context *out = NULL;
    struct err e = {0};
    int64_t shape[2] = {2, lies[_i].outputs};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "context.keys", lies[_i].dtype, shape, 1, lies[_i].keys, &e),
                     ST_OK);
    if (lies[_i].scale)
        ck_assert_int_eq(checkpoint_add(c, "context.scale", CKPT_F32, shape, 1, lies[_i].scale, &e),
                         ST_OK);
    if (lies[_i].weights)
        ck_assert_int_eq(
            checkpoint_add(c, "context.weight", CKPT_U8, shape, 2, lies[_i].weights, &e), ST_OK);
    ck_assert_int_eq(context_load(&out, c, (int[]){2, 0}, &e), lies[_i].status);
    ck_assert_int_eq(out != NULL, lies[_i].status == ST_OK);
    context_free(out);
    checkpoint_free(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("context_io");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_file_keeps_the_scores);
    tcase_add_test(t, a_file_without_one_has_none);
    tcase_add_loop_test(t, files_that_lie_are_refused, 0, sizeof(lies) / sizeof(lies[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}
