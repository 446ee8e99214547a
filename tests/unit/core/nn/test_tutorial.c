/* test_tutorial.c - whole trainings agree with PyTorch's from the same weights: the sine tutorial
 * (10 epochs of 700 windows, one by one) and the tagger (300 epochs of two sentences). The
 * references run in float64; thousands of float32 updates later losses agree to LOSS and weights to
 * WEIGHTS of the largest weight of their tensor. */
#include "tests/unit/core/nn/golden.h"

#include <check.h>
#include <lstm/trainer.h>
#include <stdlib.h>
#include <string.h>

static const double LOSS = 1e-5, WEIGHTS = 2e-5;

enum { STEPS_MAX = 16 };

/* Sequences out of one long array: sample i takes length[i] steps from at[i]. */
struct sequences {
    double *series, *ids, *classes; /* flat */
    int at[1024], length[1024];
    int window;
};

static void fill(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    const struct sequences *s = ctx;

    (void)rng;
    ck_assert_int_le(n, s->window);
    b->T = 0;
    b->B = n;
    for (int k = 0; k < n; k++)
        b->T = s->length[index[k]] > b->T ? s->length[index[k]] : b->T;
    for (int k = 0; k < n; k++) {
        int i = index[k];

        b->lengths[k] = s->length[i];
        for (int t = 0; t < s->length[i]; t++)
            if (b->ids) {
                b->ids[t * n + k] = (int32_t)s->ids[s->at[i] + t];
                b->classes[t * n + k] = (int32_t)s->classes[s->at[i] + t];
            } else {
                b->x[t * n + k] = (float)s->series[s->at[i] + t];
                b->values[t * n + k] = (float)s->series[s->at[i] + t + 1];
            }
    }
}

static cJSON *load(const char *name)
{
    const char *const *paths;
    cJSON *file = NULL;

    for (int i = 0; i < golden_files(&paths) && !file; i++)
        if (strstr(paths[i], name))
            file = golden_read(paths[i]);
    ck_assert_msg(file != NULL, "%s is missing", name);
    return file;
}

/* Trains from the file's weights and compares losses (every stride-th epoch) and weights. */
static void train(const char *name, const cJSON *file, const struct sample_source *source,
                  enum loss_kind loss, int stride)
{
    struct trainer_config c = {.epochs = golden_int(file, "epochs", 0),
                               .batch_size = 1,
                               .loss = loss,
                               .optim.learning_rate =
                                   (float)golden_double(file, "learning_rate", 0)};
    const cJSON *want, *losses = cJSON_GetObjectItem(file, "epoch_losses");
    const double *history, *validation;
    struct net_config nc;
    struct trainer *t;
    struct net *net;
    int i = 0;

    golden_net_config(&nc, file);
    ck_assert_int_eq(net_new(&net, &nc, NULL), ST_OK);
    ck_assert(golden_set_weights(net, cJSON_GetObjectItem(file, "initial_weights")));
    ck_assert_int_eq(trainer_new(&t, net, &c, source, NULL, NULL), ST_OK);
    while (trainer_step(t) != TRAINER_DONE)
        ;
    ck_assert_int_eq(trainer_history(t, &history, &validation), c.epochs);
    cJSON_ArrayForEach(want, losses)
    {
        i += stride;
        ck_assert(golden_compare_number(name, "loss of an epoch", history[i - 1], want->valuedouble,
                                        LOSS));
    }
    ck_assert_int_eq(i, c.epochs);
    ck_assert(golden_compare_number(name, "last-step loss", trainer_last_batch_loss(t),
                                    golden_double(file, "last_loss", -1), LOSS));
    ck_assert(golden_compare_block(name, "final weights", net, net_params_const(net),
                                   cJSON_GetObjectItem(file, "final_weights"), WEIGHTS, NULL));
    trainer_free(t);
    net_free(net);
}

START_TEST(sine)
{
    cJSON *file = load("tutorial_sine.json");
    struct sequences *s = calloc(1, sizeof(*s));
    struct sample_source source = {.ctx = s, .fill = fill};
    size_t n;

    ck_assert_ptr_nonnull(s);
    s->series = golden_numbers(&n, cJSON_GetObjectItem(file, "series"));
    ck_assert_ptr_nonnull(s->series);
    source.T_max = s->window = golden_int(file, "window", 0);
    source.num_samples = golden_int(file, "windows", 0);
    ck_assert_uint_gt(n, (size_t)(source.num_samples + s->window));
    for (int i = 0; i < source.num_samples; i++) {
        s->at[i] = i;
        s->length[i] = s->window;
    }
    train("tutorial_sine", file, &source, LOSS_MSE, 1);
    free(s->series);
    free(s);
    cJSON_Delete(file);
}
END_TEST

START_TEST(tagger)
{
    cJSON *file = load("tutorial_tagger.json"), *sentence;
    struct sequences *s = calloc(1, sizeof(*s));
    struct sample_source source = {.ctx = s, .fill = fill};
    size_t n;
    int at = 0;

    ck_assert_ptr_nonnull(s);
    s->ids = golden_numbers(&n, cJSON_GetObjectItem(file, "ids"));
    s->classes = golden_numbers(&n, cJSON_GetObjectItem(file, "classes"));
    ck_assert(s->ids && s->classes);
    s->window = STEPS_MAX;
    cJSON_ArrayForEach(sentence, cJSON_GetObjectItem(file, "ids"))
    {
        int i = source.num_samples++;

        s->at[i] = at;
        s->length[i] = cJSON_GetArraySize(sentence);
        at += s->length[i];
        source.T_max = s->length[i] > source.T_max ? s->length[i] : source.T_max;
    }
    train("tutorial_tagger", file, &source, LOSS_NLL, 10);
    free(s->ids);
    free(s->classes);
    free(s);
    cJSON_Delete(file);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tutorial");
    TCase *t = tcase_create("whole trainings");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_test(t, sine);
    tcase_add_test(t, tagger);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
