/* test_tagger_warm_start.c - taggers that start from another one's weights. */
#include "core/tagging/tagger_nets.h"
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char before[] = "The/DET dog/NN ate/V|A/DET cat/NN slept/V|The/DET cat/NN ate/V";
static const char after[] =
    "The/DET dog/NN ate/V|A/DET cat/NN slept/V|The/DET zebra/NN ran/V quickly/ADV";

static struct params params_of(int members, bool affixes)
{
    struct params p;
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    p.hidden_size = 5;
    p.embedding_dim = 4;
    p.members = members;
    p.features = affixes ? FEATURES_AFFIXES : FEATURES_WORD;
    p.epochs = 3;
    p.test_size = 0;
    p.context = false; /* it takes steps of its own */
    return p;
}

static struct tagger *fit(const char *text, const struct params *p, const struct fit_hooks *hooks)
{
    struct sentences s;
    struct tagger *t = NULL;
    struct err e = {0};

    sentences_init(&s, text);
    ck_assert_msg(!tagger_fit(&t, &s.corpus, p, hooks, &e), "%s", e.message);
    sentences_release(&s);
    return t;
}

static struct fit_hooks from(const struct tagger *t)
{
    struct fit_hooks hooks = {0};
    struct err e = {0};
    uint8_t *bytes = NULL;

    ck_assert_int_eq(tagger_save(t, NULL, &bytes, &hooks.warm_len, &e), ST_OK);
    hooks.warm = bytes;
    return hooks;
}

/* Log-probabilities of the first two sentences, which both texts have. */
static void scores(float *out, const struct tagger *t)
{
    struct sentences s;
    struct err e = {0};

    sentences_init(&s, before);
    ck_assert_int_eq(predict_upos(NULL, NULL, out, t, s.views, 2, &e), ST_OK);
    sentences_release(&s);
}

/* With a learning rate of almost 0 the fit returns the weights that it began with. */
START_TEST(a_fit_begins_where_the_other_ended)
{
    struct params p = params_of(_i / 2 ? 3 : 1, _i % 2);
    struct tagger *a = fit(before, &p, NULL), *b;
    struct fit_hooks hooks = from(a);
    float x[6 * 3], y[6 * 3];

    p.learning_rate = 1e-12;
    p.weight_decay = 0;
    b = fit(before, &p, &hooks);
    scores(x, a);
    scores(y, b);
    for (int i = 0; i < 18; i++)
        ck_assert_float_eq_tol(x[i], y[i], 2e-3F); /* members share the mean of their biases */
    tagger_free(a);
    tagger_free(b);
    free((void *)hooks.warm);
}
END_TEST

START_TEST(new_words_and_tags_are_added)
{
    struct params p = params_of(1, _i);
    struct tagger *a = fit(before, &p, NULL), *b;
    struct fit_hooks hooks = from(a);
    float x[6 * 3], y[6 * 4];

    p.learning_rate = 1e-12;
    p.weight_decay = 0;
    b = fit(after, &p, &hooks);
    ck_assert_int_eq(tagger_num_tags(b, TAG_UPOS), 4);
    ck_assert_str_eq(tagger_tag(b, TAG_UPOS, 0), tagger_tag(a, TAG_UPOS, 0));
    ck_assert_int_gt(tagger_num_words(b), tagger_num_words(a)); /* "slept" and "zebra" */
    scores(x, a);
    scores(y, b);
    for (int token = 0; token < 6; token++) /* the old tags stand to each other as they did */
        for (int tag = 1; tag < 3; tag++)
            ck_assert_float_eq_tol(x[token * 3 + tag] - x[token * 3],
                                   y[token * 4 + tag] - y[token * 4], 2e-3F);
    tagger_free(a);
    tagger_free(b);
    free((void *)hooks.warm);
}
END_TEST

START_TEST(another_shape_is_refused_by_name)
{
    struct params p = params_of(1, true);
    struct tagger *a = fit(before, &p, NULL), *b = NULL;
    struct fit_hooks hooks = from(a);
    struct sentences s;
    struct err e = {0};

    sentences_init(&s, before);
    p.hidden_size = 6;
    ck_assert_int_eq(tagger_fit(&b, &s.corpus, &p, &hooks, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/warm_start_from");
    ck_assert_ptr_nonnull(strstr(e.message, "hidden_size"));
    p.hidden_size = 5;
    hooks.warm_len--;
    ck_assert_int_eq(tagger_fit(&b, &s.corpus, &p, &hooks, &e), ST_CORRUPT);
    sentences_release(&s);
    tagger_free(a);
    free((void *)hooks.warm);
}
END_TEST

struct stopper {
    int batches;
    uint8_t *bytes;
    size_t len;
};

static bool stop(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct stopper *k = ctx;
    struct err e = {0};

    (void)p;
    if (++k->batches < 3)
        return true;
    ck_assert_int_eq(s->save(s->ctx, &k->bytes, &k->len, &e), ST_OK);
    return false;
}

START_TEST(a_stopped_fit_goes_on_bit_for_bit_and_knows_its_model)
{
    struct params p = params_of(2, true);
    struct tagger *a = fit(before, &p, NULL), *whole, *b = NULL;
    struct fit_hooks hooks = from(a);
    struct stopper k = {0};
    struct sentences s;
    struct err e = {0};

    whole = fit(after, &p, &hooks);
    sentences_init(&s, after);
    hooks.ctx = &k;
    hooks.progress = stop;
    ck_assert_int_eq(tagger_fit(&b, &s.corpus, &p, &hooks, &e), ST_CANCELLED);
    hooks.progress = NULL;
    hooks.resume = k.bytes;
    hooks.resume_len = k.len;
    ck_assert_msg(!tagger_fit(&b, &s.corpus, &p, &hooks, &e), "%s", e.message);
    ck_assert_mem_eq(net_params_const(tagger_net(whole)), net_params_const(tagger_net(b)),
                     net_num_params(tagger_net(b)) * sizeof(float));
    tagger_free(b);
    free((void *)hooks.warm);
    hooks.warm = NULL; /* a fit from random weights is another */
    ck_assert_int_eq(tagger_fit(&b, &s.corpus, &p, &hooks, &e), ST_CORRUPT);
    sentences_release(&s);
    free(k.bytes);
    tagger_free(a);
    tagger_free(whole);
}
END_TEST

START_TEST(a_member_is_taken_out_of_a_joined_net)
{
    const struct net_config one = {.vocab_size = 7,
                                   .input_size = 3,
                                   .hidden_size = 4,
                                   .num_layers = 2,
                                   .bidirectional = true,
                                   .output_size = 5};
    struct net *n = NULL, *all = NULL, *back = NULL;
    float *weights;
    struct err e = {0};
    struct rng r;
    size_t count;

    rng_seed(&r, 4);
    ck_assert_int_eq(net_new(&n, &one, &e), ST_OK);
    count = net_num_params(n);
    weights = calloc(3 * count, sizeof(*weights));
    for (int m = 0; m < 3; m++) {
        net_init(n, &r);
        memcpy(weights + (size_t)m * count, net_params_const(n), count * sizeof(*weights));
    }
    ck_assert_int_eq(nets_join(&all, &one, weights, 3, &e), ST_OK);
    for (int m = 0; m < 3; m++) {
        ck_assert_int_eq(nets_take(&back, all, &one, 3, m, &e), ST_OK);
        for (size_t i = 0; i < count - 5; i++) /* all but the bias of the outputs */
            ck_assert_float_eq_tol(net_params_const(back)[i], weights[(size_t)m * count + i],
                                   1e-6F);
        net_free(back);
    }
    free(weights);
    net_free(n);
    net_free(all);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("warm start of a tagger");
    TCase *t = tcase_create("warm");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, a_fit_begins_where_the_other_ended, 0, 4);
    tcase_add_loop_test(t, new_words_and_tags_are_added, 0, 2);
    tcase_add_test(t, another_shape_is_refused_by_name);
    tcase_add_test(t, a_stopped_fit_goes_on_bit_for_bit_and_knows_its_model);
    tcase_add_test(t, a_member_is_taken_out_of_a_joined_net);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
