/* test_tokenizer.c - learning to split text: what is learnt, kept, resumed, refused. */
#include "tests/unit/core/tokenizer/texts.h"

#include <check.h>
#include <lstm/checkpoint.h>
#include <lstm/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tokenizer_params small(void)
{
    struct tokenizer_params p;

    tokenizer_defaults(&p);
    p.hidden_size = 12;
    p.embedding_dim = 12;
    p.batch_size = 8;
    p.epochs = 12;
    p.learning_rate = 0.02;
    p.seed = 5;
    return p;
}

static struct tokenizer *fit(const struct text_view *v, int n, const struct tokenizer_params *p,
                             const struct fit_hooks *hooks)
{
    struct tokenizer *t = NULL;
    struct err e = {0};

    ck_assert_msg(tokenizer_fit(&t, v, n, p, NULL, hooks, &e) == ST_OK, "%s", e.message);
    return t;
}

static void random_text(struct marked *m, int count, unsigned seed)
{
    char *marks = marked_random(count, seed);

    marked_init(m, marks);
    free(marks);
}

static char *show(const struct tokenizer *t, const char *text, size_t n)
{
    struct text_word *words = NULL;
    struct err e = {0};
    size_t count = 0;
    char *out;

    ck_assert_msg(tokenize(&words, &count, t, text, n, false, &e) == ST_OK, "%s", e.message);
    out = marked_show(text, n, words, count);
    free(words);
    return out;
}

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
    struct tokenizer_params p = small();
    struct marked train, test;
    struct tokenizer_score s;
    struct text_view v;
    struct tokenizer *t;
    char *shown;

    random_text(&train, 400, 1);
    random_text(&test, 100, 2);
    v = marked_view(&train);
    t = fit(&v, 1, &p, NULL);
    s = measure(t, &test);
    ck_assert_double_ge(s.tokens.f1, 0.995);
    ck_assert_double_ge(s.words.f1, 0.995);
    ck_assert_double_ge(s.sentences.f1, 0.98);
    /* "Newts York" was never seen, and there is a capital after the abbreviation. */
    shown = show(t, "We can't", 8);
    ck_assert_ptr_nonnull(strstr(shown, "We "));
    free(shown);
    ck_assert_int_gt(tokenizer_num_params(t), 0);
    ck_assert_uint_gt(tokenizer_bytes(t), (size_t)tokenizer_num_params(t) * 4);
    tokenizer_free(t);
    marked_release(&train);
    marked_release(&test);
}
END_TEST

START_TEST(a_checkpoint_gives_the_same_tokenizer)
{
    struct tokenizer_params p = small();
    struct tokenizer *a, *b = NULL;
    struct checkpoint *c = NULL;
    struct marked m;
    struct text_view v;
    struct err e = {0};
    int64_t shape = 1;
    float other = 1;

    p.epochs = 2;
    random_text(&m, 60, 3);
    v = marked_view(&m);
    a = fit(&v, 1, &p, NULL);
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
        char *x = show(a, m.text, m.length), *y = show(b, m.text, m.length);

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
    struct tokenizer_params p = small();
    struct tokenizer *a, *b = NULL;
    struct checkpoint *c = NULL;
    struct marked m;
    struct text_view v;
    struct err e = {0};

    p.epochs = 1;
    random_text(&m, 20, 3);
    v = marked_view(&m);
    a = fit(&v, 1, &p, NULL);
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
    struct tokenizer_params p = small();
    struct tokenizer *whole, *t = NULL;
    struct watch w = {.stop_at = 7};
    struct fit_hooks hooks = {.ctx = &w, .progress = watch};
    struct marked m, other;
    struct text_view v[2];
    struct err e = {0};

    p.epochs = 3;
    random_text(&m, 80, 4);
    random_text(&other, 50, 9);
    v[0] = marked_view(&m);
    v[1] = marked_view(&other);
    whole = fit(v, 2, &p, NULL);
    ck_assert_int_eq(tokenizer_fit(&t, v, 2, &p, NULL, &hooks, &e), ST_CANCELLED);
    ck_assert_ptr_null(t);
    hooks = (struct fit_hooks){.resume = w.bytes, .resume_len = w.len};
    t = fit(v, 2, &p, &hooks);
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

/* A paragraph is split the same whatever stands before and behind it, however long that is. */
START_TEST(paragraphs_do_not_know_of_each_other)
{
    struct tokenizer_params p = small();
    struct tokenizer *t;
    struct marked m;
    struct text_view v;
    char *alone, *text, *all, *found;
    size_t n, many = 30000, at = 0;

    p.epochs = 2;
    random_text(&m, 100, 6);
    v = marked_view(&m);
    t = fit(&v, 1, &p, NULL);
    for (size_t i = 0; i < m.length; i++) {
        if (m.text[i] == '\n')
            m.text[i] = ' ';
    }
    n = m.length - 1;
    while (m.text[n - 1] == ' ')
        n--;
    alone = show(t, m.text, n);
    text = calloc(2 * many + n + 10, 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < many; i++) {
        text[at++] = 'x';
        text[at++] = i % 1000 == 999 ? '.' : ' ';
    }
    memcpy(text + at, "\n\n", 2);
    at += 2;
    memcpy(text + at, m.text, n);
    at += n;
    memcpy(text + at, "\n\nend", 5);
    at += 5;
    all = show(t, text, at);
    found = strstr(all, "\n\n");
    ck_assert_ptr_nonnull(found);
    ck_assert_int_eq(strncmp(found + 2, alone, strlen(alone)), 0);
    ck_assert_str_eq(found + 2 + strlen(alone), "\n\nend^");
    free(alone);
    free(text);
    free(all);
    tokenizer_free(t);
    marked_release(&m);
}
END_TEST

enum { PLAIN_WORDS = 1200, PLAIN_BYTES = 8000 };

/* 300 sentences of two to four words: no full stops, a capital at every word, and no length that
 * ends one. Only what is between them can tell where they end. */
static struct text_view plain_text(char text[PLAIN_BYTES], struct text_word word[PLAIN_WORDS],
                                   char between, unsigned seed)
{
    static const char *const words[] = {"Dogs", "Cats", "Birds", "Run", "Eat", "Sleep"};
    struct text_view v = {.text = text, .words = word};
    struct rng r;

    rng_seed(&r, seed);
    for (int i = 0; i < 300; i++) {
        unsigned last = 1 + (unsigned)(rng_next(&r) % 3);

        for (unsigned k = 0; k <= last; k++) {
            struct text_word *w = &word[v.count++];

            *w = (struct text_word){.start = v.length, .token_end = true};
            v.length += (size_t)snprintf(text + v.length, PLAIN_BYTES - v.length, "%s%c",
                                         words[rng_next(&r) % 6], k == last ? between : ' ');
            w->end = v.length - 1;
            w->sentence_end = k == last;
        }
    }
    return v;
}

START_TEST(a_line_end_speaks_for_the_end_of_a_sentence)
{
    struct tokenizer_params p = small();
    static char text[PLAIN_BYTES];
    static struct text_word word[PLAIN_WORDS];
    double f1[2];
    struct text_view v = plain_text(text, word, ' ', 1);
    struct tokenizer *t;

    p.epochs = 60;
    t = fit(&v, 1, &p, NULL);
    for (int lines = 0; lines < 2; lines++) {
        struct text_word *found = NULL;
        struct err e = {0};
        struct tokenizer_score s;
        size_t n = 0;

        v = plain_text(text, word, lines ? '\n' : ' ', 2);
        ck_assert_int_eq(tokenize(&found, &n, t, text, v.length, false, &e), ST_OK);
        tokenizer_evaluate(&s, text, v.words, v.count, found, n);
        f1[lines] = s.sentences.f1;
        free(found);
    }
    ck_assert_double_gt(f1[1], 0.7);
    ck_assert_double_gt(f1[1], f1[0] + 0.2);
    tokenizer_free(t);
}
END_TEST

START_TEST(any_text_is_covered_by_words)
{
    static const char *const texts[] = {
        "",
        " \n\n ",
        "x",
        "\xCC\x81\xCC\x81 \xCC\x81", /* marks without a letter */
        "\xE2\x80\x8D\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80",
        "a\xC2\x85\xC2\x85z\xE2\x80\xA9q\r\rr",
        "\x01\x02 \x7F",
    };
    struct tokenizer_params p = small();
    struct tokenizer *t;
    struct marked m;
    struct text_view v;

    p.epochs = 1;
    random_text(&m, 30, 6);
    v = marked_view(&m);
    t = fit(&v, 1, &p, NULL);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free(show(t, texts[i], strlen(texts[i])));
    for (int kind = 0; kind < 3; kind++) {
        size_t n = 100000;
        char *text = malloc(n);

        ck_assert_ptr_nonnull(text);
        memset(text, "a.7"[kind], n);
        free(show(t, text, n));
        free(text);
    }
    tokenizer_free(t);
    marked_release(&m);
}
END_TEST

START_TEST(what_cannot_be_learnt_from_is_refused)
{
    struct text_word words[2] = {{.start = 0, .end = 2}, {.start = 1, .end = 3}};
    struct text_view v = {.text = "abc", .length = 3, .words = words, .count = 2};
    struct tokenizer_params p = small(), q;
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
    t = fit(&v, 1, &p, NULL);
    ck_assert_int_eq(tokenize(&out, &v.count, t, "a\n\xC3", 3, true, &e), ST_MALFORMED);
    ck_assert_int_eq(e.line, 2);
    ck_assert_ptr_null(out);
    tokenizer_free(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tokenizer");
    TCase *tc = tcase_create("learnt");
    SRunner *sr;
    int failed;

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, every_kind_of_word_end_is_learnt);
    tcase_add_test(tc, a_checkpoint_gives_the_same_tokenizer);
    tcase_add_loop_test(tc, a_spoilt_checkpoint_is_refused, 0,
                        (int)(sizeof(spoilt) / sizeof(spoilt[0])));
    tcase_add_test(tc, a_fit_that_was_stopped_goes_on_as_if_it_had_not_been);
    tcase_add_test(tc, paragraphs_do_not_know_of_each_other);
    tcase_add_test(tc, a_line_end_speaks_for_the_end_of_a_sentence);
    tcase_add_test(tc, any_text_is_covered_by_words);
    tcase_add_test(tc, what_cannot_be_learnt_from_is_refused);
    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
