/* test_tokenizer.c - the members of a tokenizer, and its requirements on a text. */
#include "core/tokenizer/tokenizer_model.h"
#include "tests/unit/core/tokenizer/small_fit.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct tokenizer *small_one(void)
{
    struct tokenizer_params p = sample_small();
    struct tokenizer *t;
    struct marked m;
    struct text_view v;

    p.epochs = 1;
    sample_random_text(&m, 20, 3);
    v = marked_view(&m);
    t = sample_fit(&v, 1, &p, NULL);
    marked_release(&m);
    return t;
}

START_TEST(the_defaults_can_be_fitted)
{
    struct tokenizer_params p;
    struct tokenizer *t;
    struct marked m;
    struct text_view v;

    memset(&p, 0xFF, sizeof(p));
    tokenizer_defaults(&p);
    ck_assert_int_eq(p.seed, 0);
    ck_assert_int_eq(p.epochs, 0); /* by the size of the data */
    p.epochs = 1;
    sample_random_text(&m, 20, 3);
    v = marked_view(&m);
    t = sample_fit(&v, 1, &p, NULL);
    ck_assert_int_eq(t->params.hidden_size, p.hidden_size);
    tokenizer_free(t);
    marked_release(&m);
}
END_TEST

START_TEST(the_net_has_the_sizes_of_parameters_and_rows)
{
    struct tokenizer *t = small_one();
    struct net_config c = tokenizer_net_config(t);

    ck_assert(net_config_same_shape(net_get_config(t->net), &c));
    ck_assert_int_eq(c.vocab_size, t->rows.count);
    ck_assert_int_eq(c.hidden_size, t->params.hidden_size);
    ck_assert_int_eq(c.input_size, t->params.embedding_dim);
    ck_assert_int_eq(c.features, TOKEN_FEATURES);
    ck_assert_int_eq(c.output_size, NUM_ENDS);
    ck_assert(c.bidirectional);
    ck_assert_int_eq(tokenizer_num_params(t), net_config_num_parameters(&c));
    tokenizer_free(t);
}
END_TEST

START_TEST(memory_grows_with_weights_and_splits)
{
    struct tokenizer *t = small_one();
    size_t before = tokenizer_bytes(t);
    struct err e = {0};

    ck_assert_uint_gt(before, sizeof(*t) + (size_t)tokenizer_num_params(t) * sizeof(float));
    ck_assert_int_eq(tokenizer_add_split(t, "no|thing|what|so|ever", &e), ST_OK);
    ck_assert_uint_ge(tokenizer_bytes(t), before + 2 * strlen("nothingwhatsoever"));
    tokenizer_free(t);
    tokenizer_free(NULL);
}
END_TEST

START_TEST(a_run_keeps_its_first_split)
{
    struct tokenizer t = {0};
    struct err e = {0};
    int32_t i;

    ck_assert_int_eq(tokenizer_add_split(&t, "can|not", &e), ST_OK);
    ck_assert_int_eq(tokenizer_add_split(&t, "c|annot", &e), ST_OK);
    ck_assert_int_eq(tokenizer_add_split(&t, "gon|na", &e), ST_OK);
    ck_assert_int_eq(t.runs.count, 2);
    ck_assert_int_eq(t.splits.count, 2);
    i = vocabulary_find(&t.runs, "cannot");
    ck_assert_int_ge(i, 0);
    ck_assert_str_eq(t.splits.words[i], "can|not");
    i = vocabulary_find(&t.runs, "gonna");
    ck_assert_int_ge(i, 0);
    ck_assert_str_eq(t.splits.words[i], "gon|na");
    vocabulary_release(&t.runs);
    vocabulary_release(&t.splits);
}
END_TEST

START_TEST(a_reader_splits_and_numbers_as_the_tokenizer_does)
{
    static const char text[] = "Cannot";
    struct tokenizer t = {0};
    struct token_reader r;
    struct token_features f;
    struct err e = {0};
    int32_t row;

    ck_assert_int_eq(tokenizer_add_split(&t, "can|not", &e), ST_OK);
    ck_assert_int_eq(vocabulary_add(&row, &t.rows, "wnot", 10, "rows", &e), ST_OK);
    tokenizer_reader(&r, &t, text, strlen(text));
    ck_assert(token_features_next(&f, &r));
    ck_assert_uint_eq(f.end, 3);
    ck_assert_int_eq(f.rows[TOKEN_FEATURE_WORD], -1);
    ck_assert(token_features_next(&f, &r));
    ck_assert_uint_eq(f.end, 6);
    ck_assert_int_eq(f.rows[TOKEN_FEATURE_WORD], row);
    ck_assert(!token_features_next(&f, &r));
    vocabulary_release(&t.runs);
    vocabulary_release(&t.splits);
    vocabulary_release(&t.rows);
}
END_TEST

START_TEST(a_text_that_is_not_utf8_is_refused_with_its_line)
{
    static const char good[] = "one\ntw\xC3\xB6\n", bad[] = "one\ntwo\nthr\xC3";
    struct err e = {0};

    ck_assert_int_eq(tokenizer_check_text(good, strlen(good), &e), ST_OK);
    ck_assert_int_eq(tokenizer_check_text("", 0, &e), ST_OK);
    ck_assert_int_eq(tokenizer_check_text(bad, strlen(bad), &e), ST_MALFORMED);
    ck_assert_int_eq(e.line, 3);
    ck_assert_ptr_nonnull(strstr(e.message, "byte 11"));
}
END_TEST

/* The length is checked before the text is read. */
START_TEST(a_text_of_more_than_a_gigabyte_is_refused)
{
    struct err e = {0};

    ck_assert_int_eq(tokenizer_check_text("", (size_t)TOKENIZER_TEXT_MAX + 1, &e), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(e.message, "at most 1073741824"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tokenizer");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, the_defaults_can_be_fitted);
    tcase_add_test(t, the_net_has_the_sizes_of_parameters_and_rows);
    tcase_add_test(t, memory_grows_with_weights_and_splits);
    tcase_add_test(t, a_run_keeps_its_first_split);
    tcase_add_test(t, a_reader_splits_and_numbers_as_the_tokenizer_does);
    tcase_add_test(t, a_text_that_is_not_utf8_is_refused_with_its_line);
    tcase_add_test(t, a_text_of_more_than_a_gigabyte_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
