/* test_context.c - the log-linear model of words and their neighbours. */
#include "core/tagging/context.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCES = 120, LENGTH = 4, TOKENS = SENTENCES * LENGTH };

/* Sentences "A x P y": the tag of x tells which of two words stands before it, that of y which
 * stands two places before. */
struct fixture {
    struct vocabulary forms;
    size_t offset[SENTENCES + 1];
    int32_t types[TOKENS], classes[2][TOKENS];
    struct context_corpus corpus;
};

static int32_t form(struct fixture *f, const char *word)
{
    struct err e = {0};
    int32_t id;

    ck_assert_int_eq(vocabulary_add(&id, &f->forms, word, 100, "words", &e), ST_OK);
    return id;
}

static void setup(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    for (int i = 0; i < SENTENCES; i++) {
        int second = i / 3 % 2;
        int32_t *types = f->types + (size_t)i * LENGTH, *u = f->classes[0] + (size_t)i * LENGTH,
                *x = f->classes[1] + (size_t)i * LENGTH;

        types[0] = form(f, second ? "zwei" : "ein");
        types[1] = form(f, "same");
        types[2] = form(f, i % 2 ? "dog" : "cat");
        types[3] = form(f, "last");
        u[0] = 0;
        u[1] = 1 + second;
        u[2] = 3;
        u[3] = 1 + i % 2;
        for (int k = 0; k < LENGTH; k++)
            x[k] = k == 1 ? second : -1;
        f->offset[i + 1] = f->offset[i] + LENGTH;
    }
    f->corpus = (struct context_corpus){.forms = &f->forms,
                                        .offset = f->offset,
                                        .types = f->types,
                                        .classes = {f->classes[0], f->classes[1]},
                                        .size = {4, 2},
                                        .count = SENTENCES};
}

static void teardown(struct fixture *f)
{
    vocabulary_release(&f->forms);
}

static struct context *fit(const struct fixture *f, const struct context *from, uint64_t seed)
{
    struct context *c = NULL;
    struct err e = {0};

    ck_assert_msg(!context_fit(&c, &f->corpus, from, seed, NULL, NULL, &e), "%s", e.message);
    return c;
}

static void scores(float *y, const struct fixture *f, const struct context *c, int i, int k)
{
    struct context_words w = {0};
    struct err e = {0};

    ck_assert_int_eq(context_words_init(&w, &f->forms, &e), ST_OK);
    ck_assert_int_eq(context_words_sum(&w, c, f->forms.count, &e), ST_OK);
    context_scores(y, c, &w, f->types + f->offset[i], LENGTH, k, 1);
    context_words_release(&w);
}

static int best(const float *y, int n)
{
    int at = 0;

    for (int o = 1; o < n; o++)
        at = y[o] > y[at] ? o : at;
    return at;
}

START_TEST(neighbours_tell_words_apart)
{
    struct fixture f;
    struct context *c;
    float y[6];

    setup(&f);
    c = fit(&f, NULL, 1);
    for (int i = 0; i < SENTENCES; i++)
        for (int k = 0; k < LENGTH; k++) {
            scores(y, &f, c, i, k);
            ck_assert_int_eq(best(y, 4), f.classes[0][i * LENGTH + k]);
            if (k == 1) /* the only word whose second tag is known */
                ck_assert_int_eq(best(y + 4, 2), f.classes[1][i * LENGTH + k]);
        }
    context_free(c);
    teardown(&f);
}
END_TEST

START_TEST(scores_do_not_depend_on_what_was_there)
{
    struct fixture f;
    struct context *c;
    float y[6] = {0}, z[6] = {1, 2, 3, 4, 5, NAN};

    setup(&f);
    c = fit(&f, NULL, 1);
    scores(y, &f, c, 0, 1);
    scores(z, &f, c, 0, 1);
    ck_assert_mem_eq(y, z, sizeof(y));
    context_free(c);
    teardown(&f);
}
END_TEST

START_TEST(the_seed_gives_the_weights)
{
    struct fixture f;
    struct context *a, *b, *other;
    float y[6], z[6], w[6];

    setup(&f);
    a = fit(&f, NULL, 7);
    b = fit(&f, NULL, 7);
    other = fit(&f, NULL, 8);
    scores(y, &f, a, 5, 2);
    scores(z, &f, b, 5, 2);
    scores(w, &f, other, 5, 2);
    ck_assert_mem_eq(y, z, sizeof(y));
    ck_assert_mem_ne(y, w, sizeof(y));
    context_free(a);
    context_free(b);
    context_free(other);
    teardown(&f);
}
END_TEST

/* What it starts from is there before the first step, and new tags find room behind the old
 * ones. */
START_TEST(a_fit_goes_on_from_another)
{
    struct fixture f;
    struct context *a, *b;
    float y[6], z[7];

    setup(&f);
    a = fit(&f, NULL, 7);
    f.corpus.size[0] = 5; /* one that no word has */
    for (int i = 0; i < TOKENS; i++)
        f.classes[0][i] = f.classes[1][i] = -1; /* nothing to learn: no step */
    b = fit(&f, a, 7);
    for (int k = 0; k < LENGTH; k++) {
        scores(y, &f, a, 3, k);
        scores(z, &f, b, 3, k);
        for (int o = 0; o < 6; o++)
            ck_assert_float_eq_tol(z[o < 4 ? o : o + 1], y[o], 1e-2F);
        ck_assert_float_eq(z[4], 0);
    }
    context_free(a);
    context_free(b);
    teardown(&f);
}
END_TEST

static bool stop(void *ctx)
{
    ++*(int *)ctx;
    return false;
}

START_TEST(a_fit_can_be_stopped)
{
    struct fixture f;
    struct context *c = NULL;
    struct err e = {0};
    int asked = 0;

    setup(&f);
    ck_assert_int_eq(context_fit(&c, &f.corpus, NULL, 1, stop, &asked, &e), ST_CANCELLED);
    ck_assert_ptr_null(c);
    ck_assert_int_eq(asked, 1);
    teardown(&f);
}
END_TEST

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
    struct fixture f;
    struct context *a, *b = NULL;
    struct checkpoint *c;
    struct err e = {0};
    float y[6], z[6];

    setup(&f);
    a = fit(&f, NULL, 7);
    c = file(a);
    ck_assert_int_eq(context_load(&b, c, f.corpus.size, &e), ST_OK);
    ck_assert_int_eq(context_num_params(b), context_num_params(a));
    ck_assert_uint_gt(context_bytes(b), (size_t)context_num_params(b));
    for (int k = 0; k < LENGTH; k++) {
        scores(y, &f, a, 3, k);
        scores(z, &f, b, 3, k);
        ck_assert_mem_eq(y, z, sizeof(y));
    }
    checkpoint_free(c);
    context_free(a);
    context_free(b);
    teardown(&f);
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

START_TEST(names_of_its_own)
{
    ck_assert(context_owns("context.keys"));
    ck_assert(context_owns("context.scale"));
    ck_assert(context_owns("context.weight"));
    ck_assert(!context_owns("linear.weight"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("context");
    TCase *t = tcase_create("context");
    SRunner *r;
    int failed;

    tcase_add_test(t, neighbours_tell_words_apart);
    tcase_add_test(t, scores_do_not_depend_on_what_was_there);
    tcase_add_test(t, the_seed_gives_the_weights);
    tcase_add_test(t, a_fit_goes_on_from_another);
    tcase_add_test(t, a_fit_can_be_stopped);
    tcase_add_test(t, a_file_keeps_the_scores);
    tcase_add_test(t, a_file_without_one_has_none);
    tcase_add_loop_test(t, files_that_lie_are_refused, 0, sizeof(lies) / sizeof(lies[0]));
    tcase_add_test(t, names_of_its_own);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
