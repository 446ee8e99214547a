/* test_tokenizer_fit.c - fitting a tokenizer: learning, keeping, resuming, refusing. */
#include "tests/unit/core/tokenizer/small_fit.h"
#include "tests/unit/core/tokenizer/texts.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <lstm/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tokenizer_score measure(const struct tokenizer *t, const struct marked *m)
{
    struct text_word *words = NULL;
    struct err e = {0};
    size_t n = 0;
    struct tokenizer_score s;

    ck_assert_int_eq(tokenize(&words, &n, t, m->text, m->length, false, &e), ST_OK);
    tokenizer_evaluate(&s, m->text, m->words, m->count, words, n);
    free(words);
    return s;
}

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

START_TEST(every_kind_of_word_end_is_learnt)
{
    struct tokenizer_params p = sample_small();
    struct marked train, test;
    struct tokenizer_score s;
    struct text_view v;
    struct tokenizer *t;
    char *shown;

    sample_random_text(&train, 400, 1);
    sample_random_text(&test, 100, 2);
    v = marked_view(&train);
    t = sample_fit(&v, 1, &p, NULL);
    s = measure(t, &test);
    ck_assert_double_ge(s.tokens.f1, 0.995);
    ck_assert_double_ge(s.words.f1, 0.995);
    ck_assert_double_ge(s.sentences.f1, 0.98);
    /* "Newts York" was never seen, and there is a capital after the abbreviation. */
    shown = sample_show(t, "We can't", 8);
    ck_assert_ptr_nonnull(strstr(shown, "We "));
    free(shown);
    ck_assert_int_gt(tokenizer_num_params(t), 0);
    ck_assert_uint_gt(tokenizer_bytes(t), (size_t)tokenizer_num_params(t) * 4);
    tokenizer_free(t);
    marked_release(&train);
    marked_release(&test);
}
END_TEST

struct watch {
    int calls, stop_at;
    uint8_t *bytes;
    size_t len;
};

static bool watch(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct watch *w = ctx;
    struct err e = {0};

    (void)p;
    if (++w->calls != w->stop_at)
        return true;
    ck_assert_int_eq(s->save(s->ctx, &w->bytes, &w->len, &e), ST_OK);
    return false;
}

START_TEST(a_fit_that_was_stopped_goes_on_as_if_it_had_not_been)
{
    struct tokenizer_params p = sample_small();
    struct tokenizer *whole, *t = NULL;
    struct watch w = {.stop_at = 7};
    struct fit_hooks hooks = {.ctx = &w, .progress = watch};
    struct marked m, other;
    struct text_view v[2];
    struct err e = {0};

    p.epochs = 3;
    sample_random_text(&m, 80, 4);
    sample_random_text(&other, 50, 9);
    v[0] = marked_view(&m);
    v[1] = marked_view(&other);
    whole = sample_fit(v, 2, &p, NULL);
    ck_assert_int_eq(tokenizer_fit(&t, v, 2, &p, NULL, &hooks, &e), ST_CANCELLED);
    ck_assert_ptr_null(t);
    hooks = (struct fit_hooks){.resume = w.bytes, .resume_len = w.len};
    t = sample_fit(v, 2, &p, &hooks);
    same_tokenizer(whole, t);
    tokenizer_free(t);
    t = NULL;
    /* Not with other documents, kernels, parameters, or bytes. */
    ck_assert_int_eq(tokenizer_fit(&t, v, 1, &p, NULL, &hooks, &e), ST_CORRUPT);
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    ck_assert_int_eq(tokenizer_fit(&t, v, 2, &p, NULL, &hooks, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "computes in naive-"));
    ck_assert_int_eq(kernels_select(NULL, NULL), ST_OK);
    p.learning_rate = 0.01;
    ck_assert_int_eq(tokenizer_fit(&t, v, 2, &p, NULL, &hooks, &e), ST_CORRUPT);
    hooks.resume_len = w.len / 2;
    ck_assert_int_eq(tokenizer_fit(&t, v, 2, &p, NULL, &hooks, &e), ST_CORRUPT);
    ck_assert_ptr_null(t);
    free(w.bytes);
    tokenizer_free(whole);
    marked_release(&m);
    marked_release(&other);
}
END_TEST

START_TEST(what_cannot_be_learnt_from_is_refused)
{
    struct text_word words[2] = {{.start = 0, .end = 2}, {.start = 1, .end = 3}};
    struct text_view v = {.text = "abc", .length = 3, .words = words, .count = 2};
    struct tokenizer_params p = sample_small(), q;
    struct tokenizer *t = NULL;
    struct text_word *out = NULL;
    struct err e = {0};

    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &p, NULL, NULL, &e), ST_INVALID); /* overlap */
    words[1] = (struct text_word){.start = 2, .end = 4};
    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &p, NULL, NULL, &e), ST_INVALID); /* outside */
    words[1] = (struct text_word){.start = 2, .end = 2};
    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &p, NULL, NULL, &e), ST_INVALID); /* empty */
    v.count = 0;
    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &p, NULL, NULL, &e), ST_INVALID); /* no word */
    v.count = 1;
    v.text = "ab\xFF";
    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &p, NULL, NULL, &e), ST_MALFORMED);
    v.text = "abc";
    q = p;
    q.hidden_size = 0;
    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &q, NULL, NULL, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "hidden_size"));
    q = p;
    q.learning_rate = 0.0 / 0.0;
    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &q, NULL, NULL, &e), ST_INVALID);
    t = sample_fit(&v, 1, &p, NULL);
    ck_assert_int_eq(tokenize(&out, &v.count, t, "a\n\xC3", 3, true, &e), ST_MALFORMED);
    ck_assert_int_eq(e.line, 2);
    ck_assert_ptr_null(out);
    tokenizer_free(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tokenizer");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, every_kind_of_word_end_is_learnt);
    tcase_add_test(t, a_fit_that_was_stopped_goes_on_as_if_it_had_not_been);
    tcase_add_test(t, what_cannot_be_learnt_from_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
