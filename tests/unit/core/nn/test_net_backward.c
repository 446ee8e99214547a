/* test_net_backward.c - the gradient of every parameter is the central difference of the loss, for
 * every kind of layer and every shape of batch. Each gate's part of a tensor is judged on its own,
 * so that one wrong sign is a large error. */
#include <check.h>
#include <lstm/cpu.h>
#include <lstm/loss.h>
#include <lstm/net.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { T_MAX = 6, B_MAX = 4, WIDTH_MAX = 8, STATES_MAX = 6 };

static const float EPS = 1e-2f;

/* How far a part of the gradient may be from its difference quotient, beside the part's size:
 * truncation is of the order EPS^2, rounding of the order 1e-7 / EPS. */
static const double TOLERANCE = 0.01;

static const struct shape {
    struct net_config net;
    int T, B;
    int lengths[B_MAX]; /* all 0: all T */
    bool states;
    enum loss_kind loss;
    bool last_only;
    int heads;       /* softmaxes of the classes, the first of 2 outputs */
    float smoothing; /* of their targets */
} shapes[] = {
    /* vocab, I, H, L, bidirectional, O, dropout, F, dropout of input and output */
    {{0, 1, 3, 1, false, 1, 0, 0, 0, 0}, 5, 1, {0}, false, LOSS_MSE, false, 0, 0},
    {{0, 1, 3, 1, false, 1, 0, 0, 0, 0}, 5, 1, {0}, false, LOSS_MSE, true, 0, 0},
    {{0, 3, 4, 1, false, 2, 0, 0, 0, 0}, 5, 3, {0}, false, LOSS_MSE, false, 0, 0},
    {{0, 3, 4, 1, false, 2, 0, 0, 0, 0}, 5, 3, {2, 5, 1}, false, LOSS_MSE, false, 0, 0},
    {{0, 3, 4, 1, false, 2, 0, 0, 0, 0}, 5, 3, {2, 4, 1}, true, LOSS_MSE, true, 0, 0},
    {{0, 2, 3, 1, true, 2, 0, 0, 0, 0}, 4, 2, {0}, false, LOSS_MSE, false, 0, 0},
    {{0, 2, 3, 1, true, 2, 0, 0, 0, 0}, 5, 4, {3, 5, 1, 3}, false, LOSS_MSE, false, 0, 0},
    {{0, 2, 3, 1, true, 2, 0, 0, 0, 0}, 5, 4, {3, 5, 1, 3}, true, LOSS_MSE, true, 0, 0},
    {{0, 2, 3, 2, false, 2, 0, 0, 0, 0}, 4, 2, {0}, false, LOSS_MSE, false, 0, 0},
    {{0, 2, 3, 2, true, 2, 0, 0, 0, 0}, 5, 3, {5, 2, 4}, true, LOSS_MSE, false, 0, 0},
    {{0, 2, 3, 3, false, 2, 0, 0, 0, 0}, 4, 2, {4, 2}, false, LOSS_MSE, false, 0, 0},
    {{0, 2, 3, 3, true, 2, 0, 0, 0, 0}, 4, 2, {0}, true, LOSS_MSE, false, 0, 0},
    {{5, 3, 3, 1, false, 3, 0, 0, 0, 0}, 5, 1, {0}, false, LOSS_NLL, false, 0, 0},
    {{5, 3, 3, 1, true, 3, 0, 0, 0, 0}, 5, 3, {1, 5, 4}, false, LOSS_NLL, false, 0, 0},
    {{5, 3, 3, 2, true, 3, 0, 0, 0, 0}, 5, 3, {1, 5, 4}, false, LOSS_NLL, true, 0, 0},
    {{0, 2, 4, 1, false, 2, 0, 0, 0, 0}, 5, 2, {0}, true, LOSS_HUBER, false, 0, 0},
    {{0, 2, 4, 1, true, 3, 0, 0, 0, 0}, 5, 2, {3, 5}, false, LOSS_MAE, false, 0, 0},
    {{0, 8, 5, 1, false, 1, 0, 0, 0, 0}, 6, 4, {6, 6, 5, 6}, false, LOSS_HUBER, true, 0, 0},
    {{0, 3, 4, 2, true, 2, 0.4f, 0, 0.3f, 0.3f}, 5, 3, {5, 2, 4}, false, LOSS_MSE, false, 0, 0},
    {{0, 3, 4, 1, false, 2, 0, 0, 0.5f, 0}, 5, 3, {0}, false, LOSS_MSE, true, 0, 0},
    {{9, 3, 4, 1, true, 5, 0, 3, 0, 0}, 5, 3, {3, 5, 1}, false, LOSS_NLL, false, 2, 0},
    {{9, 3, 4, 1, true, 5, 0, 3, 0.4f, 0.4f}, 5, 3, {0}, false, LOSS_NLL, false, 2, 0.2f},
};
enum { NUM_SHAPES = sizeof(shapes) / sizeof(*shapes) };

struct fixture {
    int shape; /* its number in the table, or -1 */
    struct net *net;
    struct net_work *work;
    struct net_input in;
    struct loss_target target;
    float x[T_MAX * B_MAX * WIDTH_MAX], values[T_MAX * B_MAX * WIDTH_MAX];
    float dy[T_MAX * B_MAX * WIDTH_MAX];
    float h0[STATES_MAX * B_MAX * WIDTH_MAX], c0[STATES_MAX * B_MAX * WIDTH_MAX];
    int32_t ids[T_MAX * B_MAX * WIDTH_MAX], classes[T_MAX * B_MAX * 2];
    float *grad;
    int O;
};

static void random_floats(struct rng *r, float *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        v[i] = rng_uniform(r, -1, 1);
}

/* Targets stay a unit off the outputs, clear of the kinks of MAE and Huber. */
static void choose_targets(struct fixture *f, struct rng *r)
{
    int n = f->in.T * f->in.B * f->O;

    for (int i = 0; i < n; i++)
        f->values[i] = (rng_below(r, 2) ? 2.5f : -2.5f) + rng_uniform(r, -0.5f, 0.5f);
    for (int i = 0; i < f->in.T * f->in.B; i++)
        f->classes[i] = (int32_t)rng_below(r, (uint32_t)f->O);
    for (int i = 0; f->target.heads && i < 2 * f->in.T * f->in.B; i++) /* some are not known */
        f->classes[i] =
            (int32_t)rng_below(r, (uint32_t)f->target.head_size[i >= f->in.T * f->in.B] + 1) - 1;
}

static void setup(struct fixture *f, const struct shape *s)
{
    struct rng r;

    rng_seed(&r, 42);
    f->O = s->net.output_size;
    f->shape = s >= shapes && s < shapes + NUM_SHAPES ? (int)(s - shapes) : -1;
    ck_assert_int_eq(net_new(&f->net, &s->net, NULL), ST_OK);
    ck_assert_int_eq(net_work_new(&f->work, &s->net, T_MAX, B_MAX, true, NULL), ST_OK);
    for (size_t i = 0; i < net_num_params(f->net); i++)
        net_params(f->net)[i] = rng_uniform(&r, -0.8f, 0.8f);
    random_floats(&r, f->x, sizeof(f->x) / sizeof(*f->x));
    random_floats(&r, f->h0, sizeof(f->h0) / sizeof(*f->h0));
    random_floats(&r, f->c0, sizeof(f->c0) / sizeof(*f->c0));
    for (int i = 0; s->net.vocab_size && i < T_MAX * B_MAX * WIDTH_MAX; i++)
        f->ids[i] = (int32_t)rng_below(&r, (uint32_t)s->net.vocab_size);
    for (int i = 0; s->net.features > 1 && i < T_MAX * B_MAX * WIDTH_MAX; i += 5)
        f->ids[i] = -1;
    f->in = (struct net_input){.T = s->T,
                               .B = s->B,
                               .x = f->x,
                               .ids = f->ids,
                               .lengths = s->lengths[0] ? s->lengths : NULL,
                               .h0 = s->states ? f->h0 : NULL,
                               .c0 = s->states ? f->c0 : NULL};
    f->target = (struct loss_target){.kind = s->loss,
                                     .last_only = s->last_only,
                                     .values = f->values,
                                     .classes = f->classes,
                                     .heads = s->heads,
                                     .head_size = {2, s->net.output_size - 2},
                                     .smoothing = s->smoothing};
    choose_targets(f, &r);
    f->grad = calloc(net_num_params(f->net), sizeof(float));
    ck_assert_ptr_nonnull(f->grad);
}

static void teardown(struct fixture *f)
{
    net_work_free(f->work);
    net_free(f->net);
    free(f->grad);
}

static double loss(struct fixture *f, bool gradient)
{
    struct rng r;
    const float *y;

    rng_seed(&r, 7); /* the same masks each time */
    y = net_forward(f->work, f->net, &f->in, &r);
    return loss_eval(gradient ? f->dy : NULL, NULL, &f->target, y, f->in.lengths, f->in.T, f->in.B,
                     f->O);
}

static double quotient(struct fixture *f, size_t k)
{
    float *p = net_params(f->net) + k, keep = *p;
    double up, down;

    *p = keep + EPS;
    net_touch(f->net);
    up = loss(f, false);
    *p = keep - EPS;
    net_touch(f->net);
    down = loss(f, false);
    *p = keep;
    net_touch(f->net);
    return (up - down) / (2 * (double)EPS);
}

/* Parameters start..start+n: the difference as a whole against the gradient as a whole. */
static void check_part(struct fixture *f, const struct net_tensor *t, size_t start, size_t n)
{
    double off = 0, size = 0;

    for (size_t k = start; k < start + n; k++) {
        double want = quotient(f, k), got = (double)f->grad[k];

        off += (want - got) * (want - got);
        size += want * want;
    }
    ck_assert_msg(sqrt(off) <= TOLERANCE * sqrt(size) + 1e-4,
                  "shape %d, %s from %zu: gradient is off by %g of %g", f->shape, t->name,
                  start - t->offset, sqrt(off), sqrt(size));
}

static void check_gradient(const struct shape *s)
{
    struct fixture f = {0};

    setup(&f, s);
    loss(&f, true);
    net_backward(f.work, f.net, f.dy, f.grad);
    for (int i = 0; i < net_num_tensors(f.net); i++) {
        const struct net_tensor *t = net_tensor(f.net, i);
        size_t parts = strncmp(t->name, "lstm.", 5) ? 1 : 4;

        for (size_t g = 0; g < parts; g++)
            check_part(&f, t, t->offset + g * t->count / parts, t->count / parts);
    }
    teardown(&f);
}

START_TEST(gradient_is_central_difference)
{
    for (int i = 0; i < NUM_SHAPES; i++)
        check_gradient(&shapes[i]);
}
END_TEST

/* The same masks are drawn from the same generator, so a dropped-out loss has a gradient, too. */
START_TEST(gradient_through_dropout)
{
    struct shape s = {
        {0, 2, 4, 2, true, 2, 0.4f, 0, 0, 0}, 5, 3, {5, 2, 4}, false, LOSS_MSE, false, 0, 0};
    struct fixture f = {0};
    struct rng r;

    setup(&f, &s);
    rng_seed(&r, 3);
    loss_eval(f.dy, NULL, &f.target, net_forward(f.work, f.net, &f.in, &r), f.in.lengths, s.T, s.B,
              f.O);
    net_backward(f.work, f.net, f.dy, f.grad);
    for (size_t k = 0; k < net_num_params(f.net); k++) {
        double at[2];

        for (int side = 0; side < 2; side++) {
            net_params(f.net)[k] += side ? -2 * EPS : EPS;
            net_touch(f.net);
            rng_seed(&r, 3);
            at[side] = loss_eval(NULL, NULL, &f.target, net_forward(f.work, f.net, &f.in, &r),
                                 f.in.lengths, s.T, s.B, f.O);
        }
        net_params(f.net)[k] += EPS;
        ck_assert_double_eq_tol((at[0] - at[1]) / (2 * (double)EPS), (double)f.grad[k], 2e-3);
    }
    teardown(&f);
}
END_TEST

/* net_backward() adds to the gradient that the array has. */
START_TEST(gradients_accumulate)
{
    struct fixture f = {0};
    float *once;
    size_t P;

    setup(&f, &shapes[9]);
    P = net_num_params(f.net);
    once = calloc(P, sizeof(*once));
    ck_assert_ptr_nonnull(once);
    loss(&f, true);
    net_backward(f.work, f.net, f.dy, once);
    for (int i = 0; i < 2; i++) {
        loss(&f, true);
        net_backward(f.work, f.net, f.dy, f.grad);
    }
    for (size_t k = 0; k < P; k++)
        ck_assert_float_eq_tol(f.grad[k], 2 * once[k], 1e-5f);
    free(once);
    teardown(&f);
}
END_TEST

int main(void)
{
    int failed = 0;

    for (const char *const *name = kernels_available(); *name; name++) {
        Suite *s = suite_create("gradient");
        TCase *t = tcase_create(*name);
        SRunner *r;

        if (kernels_select(*name, NULL))
            return EXIT_FAILURE;
        tcase_set_timeout(t, 120);
        tcase_add_test(t, gradient_is_central_difference);
        tcase_add_test(t, gradient_through_dropout);
        tcase_add_test(t, gradients_accumulate);
        suite_add_tcase(s, t);
        r = srunner_create(s);
        srunner_run_all(r, CK_ENV);
        failed += srunner_ntests_failed(r);
        srunner_free(r);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
