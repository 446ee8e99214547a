/* test_tokenizer_io.c - a tokenizer in a model file, and out of it. */
#include "tests/unit/core/tokenizer/small_fit.h"
#include "tests/unit/core/tokenizer/texts.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <lstm/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void same_tokenizer(const struct tokenizer *a, const struct tokenizer *b)
{
    struct checkpoint *c[2] = {NULL, NULL};
    uint8_t *bytes[2] = {NULL, NULL};
    size_t len[2] = {0, 0};
    struct err e = {0};

    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(checkpoint_new(&c[i], &e), ST_OK);
        ck_assert_int_eq(tokenizer_save(i ? b : a, c[i], &e), ST_OK);
        ck_assert_int_eq(checkpoint_write(&bytes[i], &len[i], c[i], &e), ST_OK);
        checkpoint_free(c[i]);
    }
    ck_assert_uint_eq(len[0], len[1]);
    ck_assert_int_eq(memcmp(bytes[0], bytes[1], len[0]), 0);
    free(bytes[0]);
    free(bytes[1]);
}

START_TEST(a_checkpoint_gives_the_same_tokenizer)
{
    struct tokenizer_params p = sample_small();
    struct tokenizer *a, *b = NULL;
    struct checkpoint *c = NULL;
    struct marked m;
    struct text_view v;
    struct err e = {0};
    int64_t shape = 1;
    float other = 1;

    p.epochs = 2;
    sample_random_text(&m, 60, 3);
    v = marked_view(&m);
    a = sample_fit(&v, 1, &p, NULL);
    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(tokenizer_load(&b, c, &e), ST_OK);
    ck_assert_ptr_null(b); /* there is none in it */
    ck_assert_int_eq(checkpoint_add(c, "linear.weight", CKPT_F32, &shape, 1, &other, &e), ST_OK);
    ck_assert_int_eq(tokenizer_save(a, c, &e), ST_OK);
    ck_assert_int_eq(tokenizer_load(&b, c, &e), ST_OK);
    ck_assert_ptr_nonnull(b);
    same_tokenizer(a, b);
    ck_assert(tokenizer_owns("tokenizer.linear.weight") && !tokenizer_owns("linear.weight"));
    for (int i = 0; i < 2; i++) {
        char *x = sample_show(a, m.text, m.length), *y = sample_show(b, m.text, m.length);

        ck_assert_str_eq(x, y);
        free(x);
        free(y);
    }
    checkpoint_free(c);
    tokenizer_free(a);
    tokenizer_free(b);
    marked_release(&m);
}
END_TEST

static const struct {
    const char *key, *value;
} spoilt[] = {
    {"tokenizer.hidden_size", "13"},      {"tokenizer.hidden_size", "x"},
    {"tokenizer.embedding_dim", "4096"},  {"tokenizer.features", ""},
    {"tokenizer.features", "wa\nwb\nwa"}, {"tokenizer.features", "wa"},
    {"tokenizer.splits", "|can"},         {"tokenizer.splits", "cannot"},
    {"tokenizer.splits", "a||b"},         {"tokenizer.learning_rate", "nan"},
    {"tokenizer.num_layers", "0"},        {"tokenizer.seed", "1.5"},
};

START_TEST(a_spoilt_checkpoint_is_refused)
{
    struct tokenizer_params p = sample_small();
    struct tokenizer *a, *b = NULL;
    struct checkpoint *c = NULL;
    struct marked m;
    struct text_view v;
    struct err e = {0};

    p.epochs = 1;
    sample_random_text(&m, 20, 3);
    v = marked_view(&m);
    a = sample_fit(&v, 1, &p, NULL);
    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(tokenizer_save(a, c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, spoilt[_i].key, spoilt[_i].value, &e), ST_OK);
    ck_assert_int_eq(tokenizer_load(&b, c, &e), ST_CORRUPT);
    ck_assert_ptr_null(b);
    ck_assert_int_eq(e.status, ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "tokenizer"));
    checkpoint_free(c);
    tokenizer_free(a);
    marked_release(&m);
}
END_TEST

/* Files of before the rules say nothing of them, and their texts are split as before. */
START_TEST(a_file_without_rules_has_none)
{
    struct tokenizer_params p = sample_small();
    struct tokenizer *a, *b = NULL;
    struct checkpoint *c[2] = {NULL, NULL};
    struct marked m;
    struct text_view v;
    struct err e = {0};

    p.epochs = 1;
    sample_random_text(&m, 20, 3);
    v = marked_view(&m);
    a = sample_fit(&v, 1, &p, NULL);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(checkpoint_new(&c[i], &e), ST_OK);
    ck_assert_int_eq(tokenizer_save(a, c[0], &e), ST_OK);
    ck_assert_str_eq(checkpoint_get(c[0], "tokenizer.rules"), "1");
    ck_assert_int_eq(checkpoint_set_i64(c[0], "tokenizer.rules", 0, &e), ST_OK);
    ck_assert_int_eq(tokenizer_load(&b, c[0], &e), ST_OK);
    ck_assert_int_eq(tokenizer_save(b, c[1], &e), ST_OK);
    ck_assert_ptr_null(checkpoint_get(c[1], "tokenizer.rules"));
    for (int i = 0; i < 2; i++)
        checkpoint_free(c[i]);
    marked_release(&m);
    tokenizer_free(a);
    tokenizer_free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tokenizer_io");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_file_without_rules_has_none);
    tcase_add_test(t, a_checkpoint_gives_the_same_tokenizer);
    tcase_add_loop_test(t, a_spoilt_checkpoint_is_refused, 0,
                        (int)(sizeof(spoilt) / sizeof(spoilt[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
